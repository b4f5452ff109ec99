"""Several calls at once that belong together: a failure that does not pass ends the others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tui.domain.errors import PlatformDown, Unreachable

__all__ = ["gather"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_LEFT = 3
"""Calls that may fail although the others do not; more of them, and the platform is in trouble."""


async def gather(call: Callable[[_Item], Awaitable[_Result]], items: Sequence[_Item], at_once: int) -> list[_Result]:
    """The results in the order of `items`, at most `at_once` calls under way.

    What failed for a passing reason is called once more when the others are through: of hundreds of calls that one
    whole answer is made of, some will fail three times in a row where every tenth attempt does.

    `asyncio.gather` would let the others run on after one has failed, spending requests that nobody waits for.
    """
    results: dict[int, _Result] = {}
    pending = iter(enumerate(items))
    left: dict[int, _Item] = {}
    failed = False

    async def work() -> None:
        nonlocal failed
        for place, item in pending:
            if failed:
                return
            try:
                results[place] = await call(item)
            except (PlatformDown, Unreachable):
                if failed or len(left) == _LEFT or len(items) <= _LEFT:
                    failed = True
                    raise
                left[place] = item
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
    for place, item in left.items():
        results[place] = await call(item)
    return [results[place] for place in range(len(items))]
