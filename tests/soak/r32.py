"""R32: seventy-two simulated hours; from hour 12 on memory grows under 1 %, tasks, threads and files do not grow."""

import asyncio
import gc
import random
import threading
import tracemalloc
from pathlib import Path

from tests.support.clocks import run_virtual
from tests.support.deck import Stand

__all__ = ["TITLE", "soak"]

TITLE = "72 hours: from hour 12 on memory grows under 1 %, tasks, threads and open files do not"
HOURS = 72
_NOT_OURS = [tracemalloc.Filter(False, name) for name in ("<frozen importlib*", tracemalloc.__file__)]
"""What Python keeps of directories it looked for modules in, which depends on who else writes there."""


Weight = tuple[int, int, int, int]


def _weigh() -> tuple[Weight, tracemalloc.Snapshot]:
    """Bytes, asyncio tasks, threads, open files; and whose the bytes are."""
    gc.collect()
    taken = tracemalloc.take_snapshot().filter_traces(_NOT_OURS)
    memory = sum(trace.size for trace in taken.traces)
    files = len(list(Path("/proc/self/fd").iterdir()))
    return (memory, len(asyncio.all_tasks()), threading.active_count(), files), taken


_WEIGHINGS = 24
"""Every three hours of the whole."""
_WINDOW = _WEIGHINGS // 6
"""So many weighings hold a whole round of what grows and is cleared again: the table of tasks keeps the places of
those that are gone until they are most of it (about ten hours here), and at which point of that round it was weighed
says nothing of a leak. The heaviest of a window is compared with the heaviest of another."""
_WARM_HOURS = 0.1
"""What is loaded and built once is there before anything is weighed: with it, a fresh process held 2.3 MB and one that
had run other tests 0.4 MB of the very same run, and a hundredth of so much more would pass unseen."""


async def _live(hours: float, seed: int, *, weighed: bool = True) -> list[tuple[Weight, tracemalloc.Snapshot]]:
    """A busy account: something ends and something new comes each minute, the oldest is deleted."""
    weights = []
    async with Stand(tasks=60, active=20, limit=1_000_000, rng=random.Random(seed)).running(60) as stand:
        rows = stand.api["cgc"].rows
        minutes = int(hours * 60)
        for minute in range(minutes):
            rows[next(iter(rows))]["status"] = "COMPLETED"
            del rows[next(iter(rows))]
            stand.api["cgc"].add(f"new{minute}", "RUNNING", -minute)
            stand.wire.calls.clear()
            if minute % 10 == 0:
                stand.deck.refresh()
            await asyncio.sleep(60)
            if weighed and minute % -(-minutes // _WEIGHINGS) == 0:
                weights.append(_weigh())
    return weights


def _heavy(one: tuple[Weight, tracemalloc.Snapshot]) -> int:
    return one[0][0]


def soak(scale: float, seed: int) -> str:
    """Live so much of 72 hours; the seed is that of the poller's jitter.

    Raises:
        AssertionError: Something grew from hour 12 on.
    """
    run_virtual(_live(_WARM_HOURS, seed, weighed=False))
    tracemalloc.start()
    try:
        weights = run_virtual(_live(HOURS * scale, seed))
    finally:
        tracemalloc.stop()
    start = len(weights) // 6
    (early, before), (late, after) = (
        max(some, key=_heavy) for some in (weights[start : start + _WINDOW], weights[-_WINDOW:])
    )
    names = ("memory", "tasks", "threads", "open files")
    limits = (early[0] * 1.01 + 100_000, *(n + 1 for n in early[1:]))
    grown = [f"{n}: {a} became {b}" for n, a, b, most in zip(names, early, late, limits, strict=True) if b > most]
    assert not grown, "; ".join([*grown, *map(str, after.compare_to(before, "lineno")[:5])])
    return f"{HOURS * scale:.1f} hours, {late[0] / 1e6:.1f} MB, {late[1]} tasks, {late[2]} threads, {late[3]} files"
