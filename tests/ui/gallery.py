"""Each drill-down screen in each state, over a deck in memory, with time standing still."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType, SimpleNamespace
from typing import Any

from tests.support.memory_deck import (
    BATCH,
    LOG,
    NOW,
    REF,
    MemoryDeck,
    make_batch,
    make_children,
    make_detail,
    make_task,
)
from tests.support.screens import Desk
from tui.domain.errors import PlatformDown
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.store.snapshot import EMPTY, Feed, Snapshot
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.diff import DiffScreen
from tui.ui.screens.job import JobScreen
from tui.ui.screens.task import TaskScreen
from tui.ui.screens.triage import TriageScreen
from tui.ui.screens.work import WorkScreen

__all__ = ["GOOD", "MERGE", "SCREENS", "STATES", "batch_of", "deck", "desk", "put", "settled"]

MERGE = TaskRef(REF.account, REF.id, "merge.chr7")
GOOD = TaskRef(REF.account, "11aa22bb-good")
STATES = ("full", "empty", "loading", "stale", "failing")
DOWN = PlatformDown("et", "listing jobs", "503 from the platform")
Make = Callable[[Any, Any], WorkScreen]


SCREENS: dict[str, Make] = {
    "task": lambda deck, clock: TaskScreen(REF, deck, clock),
    "job": lambda deck, clock: JobScreen(MERGE, deck, clock),
    "batch": lambda deck, clock: BatchScreen(BATCH, deck, clock),
    "triage": lambda deck, clock: TriageScreen(BATCH, deck, clock),
    "diff": lambda deck, clock: DiffScreen(REF, deck, clock, GOOD),
}


def deck(state: str = "full") -> MemoryDeck:
    memory = MemoryDeck()
    if state == "loading":
        memory.hangs = True
        return memory
    full = make_detail()
    bare = replace(full, inputs={}, settings={}, jobs=(), events=(), price_breakdown=None, batch=None, more=None)
    if state == "empty":
        memory.why_no_log = "ET Engine keeps no log of this job."
        memory.details[REF] = replace(bare, jobs=(full.jobs or ())[-1:])
        memory.details[GOOD] = replace(memory.details[REF], task=replace(full.task, ref=GOOD))
        return memory
    memory.details[REF] = full
    good = make_task(GOOD, status=TaskStatus.DONE, native_status="COMPLETED", reason=None, errors=())
    inputs = {**(full.inputs or {}), "ploidy": 1, "emit": "GVCF"}
    memory.details[GOOD] = replace(full, task=good, inputs=inputs)
    memory.texts = {"job.err.log": LOG, "job.out.log": b"quiet\n"}
    return memory


def batch_of(number: int, **feed: Any) -> Snapshot:
    """A batch with so many children."""
    children = make_children(number)
    given: dict[str, Any] = {"tasks": {str(c.ref): c for c in children}, "fetched": NOW, "complete": True} | feed
    return Snapshot(
        MappingProxyType({"et": Feed(tasks={str(BATCH): make_batch(children)}, fetched=NOW)}),
        MappingProxyType({BATCH: Feed(**given)}),
    )


def shown(state: str) -> Snapshot:
    match state:
        case "loading":
            return EMPTY
        case "empty":
            return batch_of(0)
        case "failing":
            return batch_of(2000, error=DOWN)
    return batch_of(2000)


def desk(screen: str, state: str) -> Desk:
    return Desk(SCREENS[screen], deck(state))


async def settled(pilot: Any) -> None:
    """Everything that was asked for is here."""
    app = pilot.app
    for _ in range(4):
        if not app.memory.hangs:
            await app.workers.wait_for_complete()
        await pilot.pause()


async def put(pilot: Any, state: str) -> None:
    """Bring the screen into its state."""
    app = pilot.app
    await settled(pilot)
    app.give(shown(state))
    await settled(pilot)
    if state == "stale":
        app.held.passed = 41.0
        app.memory.handles = {app.screen.ref.account: SimpleNamespace(read_only=True)}
    if state == "failing":
        app.memory.fails = DOWN
        app.screen.action_reload()
    await settled(pilot)
    app.screen.panes.draw()
    await pilot.pause()
