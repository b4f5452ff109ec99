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
    results: dict[int, _Result] = {}
    pending = iter(enumerate(items))
    failed = False

    async def work() -> None:
        nonlocal failed
        for place, item in pending:
            if failed:
                return
            try:
                results[place] = await call(item)
            except BaseException:
                failed = True
                raise

    workers = [asyncio.ensure_future(work()) for _ in range(min(at_once, len(items)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return [results[place] for place in range(len(items))]
