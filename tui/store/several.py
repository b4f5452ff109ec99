"""Several tasks at once: accounts at the same time, and in bulk where the platform can."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from tui.domain.errors import PlatformError
from tui.domain.task import Task, TaskRef
from tui.platforms.protocols import Platform

__all__ = ["tasks_now"]

Found = dict[TaskRef, Task | PlatformError]


async def tasks_now(
    refs: Sequence[TaskRef],
    platform: Callable[[str], Awaitable[Platform]],
    single: Callable[[TaskRef], Awaitable[Task]],
) -> Found:
    """Tasks and jobs as they are now, in this order, or why one cannot be read.

    Args:
        refs: Which.
        platform: Opens an account.
        single: Reads one task or job.
    """
    accounts = {ref.account: [r for r in refs if r.account == ref.account] for ref in refs}
    parts = await asyncio.gather(*(_of(name, mine, platform, single) for name, mine in accounts.items()))
    found = {ref: seen for part in parts for ref, seen in part.items()}
    return {ref: found[ref] for ref in refs}


async def _of(
    account: str,
    refs: Sequence[TaskRef],
    platform: Callable[[str], Awaitable[Platform]],
    single: Callable[[TaskRef], Awaitable[Task]],
) -> Found:
    found: Found = {}
    tasks = [ref for ref in refs if ref.job is None]
    if len(tasks) > 1:
        try:
            page = await (await platform(account)).many(tasks)
        except PlatformError as error:
            found = dict.fromkeys(tasks, error)
        else:
            found = {task.ref: task for task in page.tasks}
    for ref in refs:
        if ref not in found:  # alone, a reading error is told, and what the bulk call does not know is found
            try:
                found[ref] = await single(ref)
            except PlatformError as error:
                found[ref] = error
    return found
