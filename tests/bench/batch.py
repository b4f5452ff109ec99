"""P11: a batch of 10,000 children, from memory."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

from textual.geometry import Region

from tests.bench.report import Figure
from tests.support.memory_deck import BATCH, MemoryDeck, make_batch, make_children, make_detail
from tests.support.screens import Desk
from tests.ui.gallery import batch_of
from tui.domain.status import TaskStatus
from tui.domain.triage import group_failures
from tui.settings.rules import failure_rules
from tui.ui.screens.batch import BatchScreen
from tui.ui.widgets.strip import StatusStrip

__all__ = ["figures"]

CHILDREN = 10_000


async def _screen() -> tuple[float, float]:
    """Seconds from the snapshot to the painted screen, and for the strip alone."""
    deck = MemoryDeck()
    deck.details[BATCH] = make_detail(make_batch(make_children(100)))
    app = Desk(lambda memory, clock: BatchScreen(BATCH, memory, clock), deck)
    given = batch_of(CHILDREN)
    async with app.run_test(size=(160, 48)) as pilot:
        await app.workers.wait_for_complete()
        started = time.perf_counter()
        app.give(given)
        app.screen._compositor.render_strips()
        opened = time.perf_counter() - started
        await pilot.pause()
        strip = app.screen.query_one(StatusStrip)
        started = time.perf_counter()
        strip.statuses = list(strip.statuses)
        strip.render_lines(Region(0, 0, strip.size.width, strip.size.height))
        return opened, time.perf_counter() - started


def figures() -> Iterator[Figure]:
    """The three figures."""
    opened, strip = asyncio.run(_screen())
    yield Figure("P11", f"batch of {CHILDREN:,}, paint", f"{opened * 1e3:.0f} ms", "", "<= 100 ms", opened <= 0.1)
    yield Figure("P11", "its strip", f"{strip * 1e3:.1f} ms", "", "<= 10 ms", strip <= 0.01)
    reasons = ("OOM: killed at {}.8G", "mesh_{}.vtk missing", "solver diverged after {} iterations")
    failed = [
        replace(child, status=TaskStatus.FAILED, native_status="FAILED", reason=reasons[n % 3].format(n))
        for n, child in enumerate(make_children(CHILDREN))
    ]
    rules = failure_rules()
    started = time.perf_counter()
    groups = group_failures(failed, rules)
    took = time.perf_counter() - started
    what = f"grouping {CHILDREN:,} failures ({len(groups)} groups)"
    yield Figure("P11", what, f"{took * 1e3:.0f} ms", "", "<= 1 s", took <= 1.0)
