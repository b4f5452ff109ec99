"""The triage screen by keys."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from tests.support.memory_deck import BATCH
from tests.support.screens import Desk, words
from tests.ui.gallery import batch_of, desk, settled
from tui.domain.action import Verb
from tui.domain.signature.reason import CHILDREN
from tui.domain.status import TaskStatus
from tui.domain.task import Tally, Task
from tui.store.deck import Deck
from tui.store.failure_groups import UNASKED, Grouping
from tui.ui.messages import View
from tui.ui.screens.triage import TriageScreen


def usual() -> Mapping[str, Task]:
    """The children of the usual batch."""
    return batch_of(400).children[BATCH].tasks


async def opened(app: Desk, pilot: Any, tasks: Mapping[str, Task] | None = None) -> TriageScreen:
    """The triage of a batch: with the usual children, or with these."""
    await settled(pilot)
    batch = batch_of(400)
    app.give(
        replace(batch, children={BATCH: replace(batch.children[BATCH], tasks=usual() if tasks is None else tasks)})
    )
    await settled(pilot)
    screen = app.screen
    assert isinstance(screen, TriageScreen)
    return screen


async def test_groups_the_failures_of_a_batch_and_says_what_is_known_of_one() -> None:
    """The largest group comes first, with its class, its cost and what to do."""
    app = desk("triage", "full")
    async with app.run_test(size=(160, 48)) as pilot:
        await opened(app, pilot)
        shown = words(app)
        assert "OOM: killed at <n>G" in shown
        assert "rerun with more memory" in shown
        assert " lost " in shown


async def test_space_marks_groups_and_x_r_plans_the_rerun_of_their_tasks() -> None:
    """The plan is asked for with every task of the marked groups, through their batch."""
    app = desk("triage", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("space", "space")
        expected = {ref for group in screen.panes.grouping.groups for ref in group.refs}
        await pilot.press("x")
        await pilot.pause()
        await pilot.press("r")
        await settled(pilot)
        asked = app.acted[-1]
        assert (asked.inside, asked.verb) == (BATCH, Verb.RERUN_FAILED)
        assert set(asked.refs) == expected


async def test_an_acknowledged_group_keeps_its_note_and_stands_below() -> None:
    """K and a note make the group quiet, in the next look as well."""
    app = desk("triage", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        first, second = screen.panes.failures.table.view[:2]
        await pilot.press("K", *"known", "enter")
        await settled(pilot)
        assert screen.panes.failures.table.view[-1] == first
        assert screen.panes.failures.table.target == second  # what comes next, not what was put aside
        assert "acknowledged" in words(app)
    again = desk("triage", "full")
    again.memory.seen = app.memory.seen
    async with again.run_test(size=(80, 24)) as pilot:
        screen = await opened(again, pilot)
        assert again.memory.seen.notes == {first: "known"}
        assert screen.panes.failures.table.view[-1] == first


async def test_enter_shows_the_tasks_of_a_group_and_l_reads_a_sample() -> None:
    """Where no batch is below, the group's tasks are shown here; escape leads back."""
    app = desk("triage", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("l", "enter")
        assert app.opened[-1].ref == screen.panes.grouping.groups[0].samples[0]
        assert len(screen.panes.left.members.view) == screen.panes.grouping.groups[0].count
        await pilot.press("enter", "escape")
        assert app.opened[-1].view is View.DETAIL
        assert app.focused is screen.panes.failures.table
        await pilot.press("enter", "q")
        assert app.focused is screen.panes.failures.table
        assert app.screen is screen
        await pilot.press("q")
        assert app.screen is not screen


async def test_a_filter_that_nothing_says_is_said() -> None:
    app = desk("triage", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("slash", *"zebra", "enter")
        await settled(pilot)
        assert "no group says that" in words(app)
        await pilot.press("escape")
        assert "OOM" in words(app)


async def test_the_cursor_goes_along_when_a_read_log_names_its_group_anew() -> None:
    """Failures that say nothing get their reason from a log; what is known of the group stays on screen."""
    app = desk("triage", "full")
    tasks = {key: replace(task, reason=None) for key, task in usual().items()}
    app.memory.texts = {"job.err.log": b"step 1\nMemoryError: cannot allocate 16 GiB\n"}
    async with app.run_test(size=(160, 48)) as pilot:
        screen = await opened(app, pilot, tasks)
        assert screen.panes.group is not None
        assert "MemoryError" in screen.panes.group.signature
        assert "samples" in words(app)


async def test_every_group_that_says_nothing_has_its_samples_read() -> None:
    """However many steps name themselves as what failed: one reason in all their logs makes one group."""
    app = desk("triage", "full")
    app.memory.texts = {"job.err.log": b"step 1\nMemoryError: cannot allocate 16 GiB\n"}
    children = usual()
    steps = {key: f"step{chr(97 + n // 26)}{chr(97 + n % 26)}" for n, key in enumerate(list(children)[:90])}
    tasks = {
        key: replace(children[key], status=TaskStatus.FAILED, reason=f"Task failed: job {step} exited with code 1")
        for key, step in steps.items()
    }
    assert len(tasks) > UNASKED
    async with app.run_test(size=(160, 48)) as pilot:
        screen = await opened(app, pilot, tasks)
        assert [group.count for group in screen.panes.grouping.groups] == [len(tasks)]


async def test_batches_whose_children_failed_stand_below_the_reasons() -> None:
    """They are many and say nothing by themselves."""
    app = desk("triage", "full")
    one = next(task for task in usual().values() if task.status is TaskStatus.FAILED)
    failed = [replace(one, ref=replace(one.ref, job=str(number))) for number in range(9)]
    silent = [replace(t, reason=None, native_status="FAILED", counts=Tally(failed=2)) for t in failed[:8]]
    tasks = {str(t.ref): t for t in (*silent, replace(failed[8], reason="No space left on device"))}
    async with app.run_test(size=(160, 48)) as pilot:
        screen = await opened(app, pilot, tasks)
        assert list(screen.panes.failures.table.view) == [g.key for g in reversed(screen.panes.grouping.groups)]
        assert screen.panes.failures.table.view[-1] == CHILDREN


async def test_the_cursor_begins_on_the_largest_group_also_once_the_logs_have_named_them() -> None:
    """While samples are read one reason overtakes another; who has not moved looks at the top."""
    app = desk("triage", "full")
    app.memory.texts = {"job.err.log": b"step 1\nMemoryError: cannot allocate 16 GiB\n"}
    children = list(usual().items())
    tasks = {
        key: replace(
            task,
            status=TaskStatus.FAILED,
            reason="No space left on device" if n < 5 else f"Task failed: job step{chr(97 + n)} exited with code 1",
        )
        for n, (key, task) in enumerate(children[:20])
    }
    async with app.run_test(size=(160, 48)) as pilot:
        screen = await opened(app, pilot, tasks)
        assert [group.count for group in screen.panes.grouping.groups] == [15, 5]
        assert screen.panes.group is screen.panes.grouping.groups[0]


async def test_u14_nothing_failed_is_said_only_once_everything_is_read_and_grouped() -> None:
    """While failures are being grouped, how many there are; while tasks still come, that they come."""
    app = desk("triage", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        screen, going_on = app.screen, asyncio.Event()
        assert isinstance(screen, TriageScreen)

        async def renew(*_: object) -> bool:
            await going_on.wait()
            return await grouping.renew(screen.panes.scope.tasks)

        grouping, screen.panes.grouping = screen.panes.grouping, Grouping(cast(Deck, app.memory))
        screen.panes.grouping.renew = renew  # type: ignore[method-assign]
        batch = batch_of(400)
        app.give(batch)
        await pilot.pause()
        failed = sum(task.status is TaskStatus.FAILED for task in usual().values())
        assert screen.panes.next_text() == f"grouping {failed} failed tasks"
        feed = replace(batch.children[BATCH], tasks={}, complete=False)
        app.give(replace(batch, children={BATCH: feed}))
        assert screen.panes.next_text() == "what failed is still being read"
        app.give(replace(batch, children={BATCH: replace(feed, complete=True)}))
        assert screen.panes.next_text() == "nothing failed here"
        going_on.set()
        await pilot.pause()


async def test_u14_one_marked_group_is_one_group() -> None:
    app = desk("triage", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("space")
        assert screen.panes.next_text().startswith("1 group marked, ")
        await pilot.press("space")
        assert screen.panes.next_text().startswith("2 groups marked, ")


async def test_w18_v_says_how_the_answer_came_about() -> None:
    """The line, the words of its class and what was masked, above the group's record; once more goes back."""
    app = desk("triage", "full")
    async with app.run_test(size=(160, 48)) as pilot:
        await opened(app, pilot)
        await pilot.press("v")
        await settled(pilot)
        shown = words(app)
        assert "class memory from: " in shown
        assert "grouped by: OOM: killed at <n>G" in shown
        assert '"source": "reason"' in shown
        await pilot.press("v")
        await settled(pilot)
        assert "class memory from" not in words(app)


async def test_w16_marks_go_along_when_a_read_log_names_their_group_anew() -> None:
    """A mark is on tasks, not on a name."""
    app = desk("triage", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("asterisk")
        marked = set(screen.panes.failures.chosen)
        evidence = screen.panes.grouping.evidence
        evidence.lines = {ref: "KeyError: 'lane'" for group in screen.panes.grouping.groups for ref in group.refs}
        await screen.panes.grouping._group()
        screen.panes.show_groups()
        assert set(screen.panes.failures.chosen) >= marked
