"""Several calls at once that belong together: the first failure ends the others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

__all__ = ["together"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


async def together(call: Callable[[_Item], Awaitable[_Result]], items: Sequence[_Item], at_once: int) -> list[_Result]:
    """The results in the order of `items`, at most `at_once` calls under way.

    `asyncio.gather` would let the others run on after one has failed, spending requests that nobody waits for.
    """
    gate = asyncio.Semaphore(at_once)

    async def one(item: _Item) -> _Result:
        async with gate:
            return await call(item)

    tasks = [asyncio.ensure_future(one(item)) for item in items]
    try:
        return [*await asyncio.gather(*tasks)]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
