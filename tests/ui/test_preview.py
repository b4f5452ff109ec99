"""The pane for the task under the cursor."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, cast

from textual.app import ComposeResult

from tests.support.app import Table, table
from tests.support.clocks import HeldClock
from tests.support.memory_deck import HOSTILE, NOW, MemoryDeck, make_detail, make_task
from tests.support.screens import Themed, words
from tui.domain.detail import TaskDetail
from tui.domain.diff import last_good
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.deck import Deck
from tui.ui.present.preview import Fetched, preview_lines
from tui.ui.widgets.task_preview import REST, TaskPreview


def failed_row(at: Table) -> int:
    """A failed task whose app has also done well."""
    tasks = at.list.listing.tasks
    for row, key in enumerate(at.list.listing.rows):
        task = tasks[key]
        if task.status is TaskStatus.FAILED and task.counts is None and last_good(task, tasks.values()):
            return row
    raise AssertionError("no such task")


async def test_the_preview_tells_status_price_reason_jobs_inputs_and_the_end_of_the_failed_log() -> None:
    async with table(tasks=300, size=(160, 48)) as at:
        at.list.table.go(failed_row(at))
        name = at.list.here.name
        await at.until(lambda: "log tail (stderr, job" in at.shown, "the log")
        pane = at.shown[at.shown.index("── preview:") :]
        for said in (name, "FAILED", "USD (", "reason", "jobs ", "timeline |", "inputs", "differs from last good run"):
            assert said in pane


async def test_the_preview_stands_below_from_100_columns_beside_from_150_and_else_only_when_asked() -> None:
    async with table(tasks=30, size=(80, 24)) as at:
        assert not at.list.panes.preview.display
        await at.press("p")
        await at.until(lambda: "── preview:" in at.shown, "the pane")
        await at.press("p")
        assert not at.list.panes.preview.display
        for width, beside in ((100, False), (149, False), (150, True)):
            at.list.panes.preview_wanted = None
            await at.pilot.resize_terminal(width, 40)
            await at.until(partial(stands, at, beside), f"the pane at {width} columns")


def stands(at: Table, beside: bool) -> bool:
    """Whether the pane is beside the rows, or below them."""
    pane, rows = at.list.panes.preview.region, at.list.query_one("#rows").region
    if not pane.width:
        return False
    if beside:
        return bool(pane.x >= rows.right and pane.y == rows.y)
    return bool(pane.y >= rows.bottom and pane.x == rows.x)


async def test_the_preview_never_shows_a_task_that_the_filter_hides() -> None:
    """It follows to the row that now stands under the cursor, is empty where no row is left, and comes back."""
    async with table(tasks=300, size=(160, 48)) as at:
        gone = at.list.here
        pane = at.list.panes.preview
        await at.until(lambda: pane.task_shown is not None and pane.task_shown.ref == gone.ref, "the first preview")
        at.list.show_filter(f"!id:{gone.ref.id} status:failed")
        first = at.list.listing.tasks[at.list.listing.rows[0]]
        assert at.list.here is None, "the cursor is on none"
        await at.until(lambda: pane.task_shown is not None and pane.task_shown.ref == first.ref, "its neighbour")
        at.list.show_filter("no-such-task")
        await at.until(lambda: pane.task_shown is None, "nothing")
        at.list.show_filter("")
        await at.until(lambda: pane.task_shown is not None and pane.task_shown.ref == gone.ref, "the first again")


async def test_what_is_hidden_asks_for_nothing() -> None:
    async with table(tasks=30, size=(80, 24)) as at:
        await at.press("j", "j", "j")
        assert at.list.panes.preview.task_shown is None
        at.app.use_display(at.app.settings.display)
        assert at.app.wants_preview


class Resting(HeldClock):
    """Waits until the test says that the time is over."""

    def __init__(self) -> None:
        super().__init__(NOW, moves=False)
        self.over = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await self.over.wait()


class Asked(MemoryDeck):
    """Writes down whose detail was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[TaskRef] = []

    async def detail(self, ref: TaskRef) -> TaskDetail:
        self.asked.append(ref)
        return await super().detail(ref)


class Pane(Themed):
    """The pane alone."""

    CSS = "TaskPreview { display: block; height: 1fr; }"

    def __init__(self, deck: MemoryDeck, clock: HeldClock) -> None:
        super().__init__()
        self.pane = TaskPreview(cast(Deck, deck), clock)

    def compose(self) -> ComposeResult:
        yield self.pane


async def rest(app: Pane, pilot: Any, task: Task) -> None:
    """The cursor rests on a task, and what is asked of it is here."""
    app.pane.show(task)
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def test_only_the_task_on_which_the_cursor_rests_is_asked_for() -> None:
    deck, clock = Asked(), Resting()
    tasks = [make_task(TaskRef("cav", f"t{n}"), status=TaskStatus.RUNNING) for n in range(5)]
    deck.details = {task.ref: make_detail(task) for task in tasks}
    app = Pane(deck, clock)
    async with app.run_test() as pilot:
        for task in tasks:
            app.pane.show(task)
            await pilot.pause()
        assert deck.asked == []
        assert set(clock.waits) == {REST}
        clock.over.set()
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert deck.asked == [tasks[-1].ref]
        app.pane.show(tasks[-1])
        await pilot.pause()
        assert deck.asked == [tasks[-1].ref], "what is known is not asked for again"


async def test_the_log_that_is_shown_is_what_the_failed_job_said_on_stderr() -> None:
    deck, task = MemoryDeck(), make_task()
    deck.details[task.ref] = make_detail(task)
    deck.texts = {"job.out.log": b"all is well\n", "job.err.log": b"S3Client - AccessDenied (403)\n"}
    app = Pane(deck, HeldClock(NOW, moves=False))
    async with app.run_test(size=(100, 20)) as pilot:
        await rest(app, pilot, task)
        shown = words(app)
        assert "log tail (stderr, job merge.chr7)" in shown
        assert "AccessDenied (403)" in shown


async def test_a_task_that_cannot_be_read_says_so_below_what_is_known() -> None:
    deck, task = MemoryDeck(), make_task()
    app = Pane(deck, HeldClock(NOW, moves=False))
    async with app.run_test(size=(100, 12)) as pilot:
        await rest(app, pilot, task)
        shown = words(app)
        assert "S3 read: AccessDenied" in shown
        assert "there is no such task" in shown


async def test_a_project_that_is_known_by_id_only_is_shown_by_its_name() -> None:
    deck = Asked()
    deck.projects = {"c657b5ac": "Wing Tunnel"}
    async with Pane(deck, HeldClock(NOW, moves=False)).run_test(size=(120, 20)) as pilot:
        pilot.app.pane.show(make_task(project="c657b5ac", app="openfoam"))
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "Wing Tunnel" in words(pilot.app)
        assert "c657b5ac" not in words(pilot.app)


async def test_r13_hostile_names_are_drawn_as_they_are() -> None:
    deck = MemoryDeck()
    task = make_task(name="[/foo] [@click=app.quit]x[/]", reason="[bold]why[/")
    deck.details[task.ref] = make_detail(task)
    app = Pane(deck, HeldClock(NOW, moves=False))
    async with app.run_test(size=(100, 20)) as pilot:
        await rest(app, pilot, task)
        assert "[/foo] [@click=app.quit]x[/]" in words(app)
        assert "[bold]why[/" in words(app)


def test_what_it_ran_is_what_the_column_says() -> None:
    """A platform's total counts the queue: a task that still waits has not run, and one that ran did not wait in it."""
    waits = make_task(status=TaskStatus.QUEUED, total_time=timedelta(seconds=64), queued_time=timedelta(seconds=64))
    ran = replace(waits, status=TaskStatus.DONE, total_time=timedelta(seconds=164))
    said = ["\n".join(line.plain for line in preview_lines(t, Fetched(), NOW, 120, 12)) for t in (waits, ran)]
    assert ["queued 1m04s" in text for text in said] == [True, True]
    assert "ran " not in said[0]
    assert "ran 1m40s" in said[1]


def test_the_lines_never_need_more_room_than_there_is() -> None:
    task = make_task(name=HOSTILE, reason="r" * 400)
    fetched: Any = Fetched(make_detail(task), log=tuple("x" * 300 for _ in range(50)), log_of="stderr, job x")
    for width in (20, 60, 160):
        for height in (1, 4, 9, 30):
            lines = preview_lines(task, fetched, NOW, width, height)
            assert len(lines) <= height
            assert all(line.cell_length <= width for line in lines)
