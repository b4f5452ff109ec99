"""R32: seventy-two simulated hours; from hour 12 on memory grows under 1 %, tasks, threads and files do not grow."""

import asyncio
import gc
import random
import threading
import tracemalloc
from pathlib import Path

from tests.store.stand import Stand
from tests.virtual import run_virtual

__all__ = ["TITLE", "soak"]

TITLE = "72 hours: from hour 12 on memory grows under 1 %, tasks, threads and open files do not"
HOURS = 72


def _weigh() -> tuple[int, int, int, int]:
    """Bytes, asyncio tasks, threads, open files."""
    gc.collect()
    memory, _ = tracemalloc.get_traced_memory()
    return memory, len(asyncio.all_tasks()), threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


async def _live(hours: float, seed: int) -> list[tuple[int, int, int, int]]:
    """A busy account: something ends and something new comes each minute, the oldest is deleted; weighed ten times."""
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
            if minute % max(1, minutes // 10) == 0:
                weights.append(_weigh())
    return weights


def soak(scale: float, seed: int) -> str:
    """Live so much of 72 hours; the seed is that of the poller's jitter.

    Raises:
        AssertionError: Something grew from hour 12 on.
    """
    tracemalloc.start()
    try:
        weights = run_virtual(_live(HOURS * scale, seed))
    finally:
        tracemalloc.stop()
    early, late = weights[max(2, len(weights) // 6)], weights[-1]
    names = ("memory", "tasks", "threads", "open files")
    limits = (early[0] * 1.01 + 100_000, *(n + 1 for n in early[1:]))
    grown = [f"{n}: {a} became {b}" for n, a, b, most in zip(names, early, late, limits, strict=True) if b > most]
    assert not grown, "; ".join(grown)
    return f"{HOURS * scale:.1f} hours, {late[0] / 1e6:.1f} MB, {late[1]} tasks, {late[2]} threads, {late[3]} files"
