"""The whole interface by keys, over the sandbox."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual import events

from tests.support.app import Table, table
from tui.domain.status import TaskStatus
from tui.domain.task import Kind
from tui.sandbox.faults import parse
from tui.store.snapshot import Change
from tui.ui.console.handlers import run_command
from tui.ui.screens.accounts import AccountsScreen
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.confirm import ConfirmScreen
from tui.ui.screens.diff import DiffScreen
from tui.ui.screens.job import JobScreen
from tui.ui.screens.task import TaskScreen
from tui.ui.screens.triage import TriageScreen


def row_of(at: Table, **wanted: Any) -> int:
    """The first row whose task is so."""
    for row, key in enumerate(at.list.listing.rows):
        task = at.list.listing.tasks[key]
        if all(getattr(task, name) == value for name, value in wanted.items()):
            return row
    raise AssertionError(f"no task with {wanted}")


async def test_every_task_of_every_account_stands_in_one_table() -> None:
    async with table(tasks=100) as at:
        assert len(at.list.listing.rows) == sum(len(f.tasks) for f in at.app.snapshot.feeds.values())
        assert "1 cgc●  2 cav●" in at.shown
        assert "100 ━" in at.shown
        created = [at.list.listing.tasks[key].created for key in at.list.listing.rows]
        assert created == sorted(created, reverse=True)


async def test_the_wide_screen_names_everything_in_full() -> None:
    async with table(tasks=100, size=(160, 48)) as at:
        for said in (
            "0 all",
            "1 cgc ●",
            "spent",
            "PROJECT",
        ):
            assert said in at.shown


async def test_a_change_that_reaches_a_list_being_taken_down_is_harmless() -> None:
    async with table(tasks=100) as at:
        shown = at.list
        await shown.table.remove()
        shown.changed(Change(at.app.snapshot, None))


async def test_a_filter_from_the_shell_is_the_first_one() -> None:
    async with table(query="status:failed") as at:
        tasks = [at.list.listing.tasks[key] for key in at.list.listing.rows]
        assert tasks
        assert {task.status for task in tasks} == {TaskStatus.FAILED}
        assert " /status:failed" in at.shown


async def test_typing_a_filter_narrows_with_every_letter_and_escape_goes_back_in_order() -> None:
    async with table() as at:
        await at.press("slash")
        await at.type("status:failed")
        await at.press("enter")
        few = len(at.list.listing.rows)
        assert 0 < few < 100
        assert f"{few} of 100" in at.shown
        await at.press("space")
        assert "marked 1" in at.shown
        await at.press("escape")
        assert "marked" not in at.shown
        assert len(at.list.listing.rows) == few
        await at.press("escape")
        assert len(at.list.listing.rows) == 100


async def test_a_wrong_filter_keeps_the_last_good_result_and_says_why() -> None:
    async with table() as at:
        await at.press("slash")
        await at.type("status:failed nmae")
        few = list(at.list.listing.rows)
        await at.type(":x")
        assert "there is no field 'nmae'" in at.shown
        assert at.list.listing.rows == few
        await at.press("enter")
        assert at.list.query_of.place.query == "status:failed nmae"


async def test_keys_typed_ahead_of_the_prompt_belong_to_the_prompt() -> None:
    async with table() as at:
        for char in "/failed":
            at.app.post_message(events.Key({"/": "slash"}.get(char, char), char))
        at.app.post_message(events.Key("enter", "\r"))
        await at.until(lambda: at.list.query_of.place.query == "failed")
        assert not at.list.panes.paused
        for char in ":accounts":
            at.app.post_message(events.Key({":": "colon"}.get(char, char), char))
        at.app.post_message(events.Key("enter", "\r"))
        await at.until(lambda: isinstance(at.app.screen, AccountsScreen))


async def test_r37_the_cursor_follows_its_task_and_never_lands_on_another() -> None:
    async with table() as at:
        await at.press("j", "j", "j")
        held = at.list.table.target
        await at.press("R")
        assert at.list.table.target == held
        assert at.list.listing.rows[at.list.table.cursor] == held
        await at.press("slash")
        await at.type("zzz-no-such")
        await at.press("enter")
        assert at.list.here is None
        await at.press("x")
        assert "no task is shown" in at.shown


async def test_r37_a_row_that_came_under_the_cursor_by_itself_is_opened_but_not_acted_on() -> None:
    async with table() as at:
        await at.press("slash")
        await at.type("status:running")
        at.list.table.target = None
        await at.press("enter", "x")
        assert at.app.screen is at.list
        assert "move first, then act" in at.shown
        await at.press("enter")
        assert isinstance(at.app.screen, TaskScreen | BatchScreen)


async def test_r37_a_task_that_f_hides_is_not_acted_on_and_the_reason_is_said() -> None:
    async with table() as at:
        here = next(
            n for n, key in enumerate(at.list.listing.rows) if at.list.listing.tasks[key].status is TaskStatus.DONE
        )
        at.list.table.go(here)
        await at.press("F", "X")
        assert at.app.screen is at.list
        assert "F hides the task the cursor was on: move first, then act" in at.shown
        await at.press("j", "X")
        assert "nothing to abort" in at.shown


def newer(at: Table, number: int) -> str:
    """A task that is newer than all others; its key."""
    store, first = at.app.deck.store, at.list.listing.tasks[at.list.listing.rows[0]]
    ref = replace(first.ref, id=f"newer-{number}")
    created = first.created + timedelta(minutes=1)
    store.merge(ref.account, [replace(first, ref=ref, created=created)], begun=store.begin())
    return str(ref)


async def test_a_cursor_that_was_never_moved_stays_on_the_first_row_and_one_that_was_on_its_task() -> None:
    async with table(rare=True) as at:
        one = newer(at, 1)
        await at.until(lambda: at.list.listing.rows[0] == one)
        assert at.list.table.cursor == 0
        await at.press("X")
        assert "a newer task came under the cursor just now: move first, then act" in at.shown
        await at.press("j", "k")
        assert at.list.table.target == one
        two = newer(at, 2)
        await at.until(lambda: at.list.listing.rows[0] == two)
        assert (at.list.table.cursor, at.list.table.target) == (1, one)


async def test_r37_a_row_that_came_to_the_top_belongs_to_the_cursor_once_it_was_seen() -> None:
    async with table(rare=True) as at:
        one = newer(at, 1)
        await at.until(lambda: at.list.listing.rows[0] == one)
        at.list.panes.rows._seen(one)
        assert at.list.here is None, "no time has passed"
        at.sandbox.clock.advance(1.0)
        at.list.panes.rows._seen(one)
        assert at.list.here is not None
        assert str(at.list.here.ref) == one


async def test_nothing_is_said_to_be_nothing_before_anybody_answered() -> None:
    async with table(loaded=False, faults="*:stall@1") as at:
        assert at.app.title_text() == "taskdeck loading"
        assert "loading" in at.shown.splitlines()[1]
        assert "nothing" not in at.shown


@pytest.mark.parametrize("key", ["b", "E", "l", "v"])
async def test_keys_that_only_look_take_the_row_that_came_under_the_cursor(key: str) -> None:
    async with table() as at:
        await at.press("slash")
        await at.type("kind:batch")
        await at.press("enter")
        at.list.table.target = None
        await at.press(key)
        await at.until(lambda: at.app.screen is not at.list)


async def test_digits_choose_the_account_and_brackets_walk_the_history() -> None:
    async with table() as at:
        await at.press("2")
        assert {at.list.listing.tasks[key].ref.account for key in at.list.listing.rows} == {"cavatica"}
        assert f"{len(at.list.listing.rows)}" in at.shown
        await at.press("F")
        only = list(at.list.listing.rows)
        await at.press("left_square_bracket", "left_square_bracket")
        assert len(at.list.listing.rows) == 100
        await at.press("right_square_bracket", "right_square_bracket")
        assert at.list.listing.rows == only
        await at.press("minus")
        assert at.list.query_of.place.failed is False


async def test_marks_range_all_and_none() -> None:
    async with table() as at:
        await at.press("space", "j", "j", "V")
        assert len(at.list.table.marks) == 4
        await at.press("U")
        assert not at.list.table.marks
        await at.press("asterisk")
        assert len(at.list.table.marks) == 100


async def test_next_failure_goes_round() -> None:
    async with table() as at:
        failed = [r for r, k in enumerate(at.list.listing.rows) if at.list.listing.tasks[k].status is TaskStatus.FAILED]
        await at.press("n")
        assert at.list.table.cursor == failed[0]
        await at.press("N")
        assert at.list.table.cursor == failed[-1]


async def test_sorting_by_the_column_beside_and_the_other_way_round() -> None:
    async with table() as at:
        await at.press("greater_than_sign")
        first = at.list.query_of.place.sort[0]
        assert first.field == "cost"
        await at.press("R")
        assert at.list.query_of.place.sort[0].descending is not first.descending


async def test_from_the_list_into_a_batch_a_failed_child_its_job_and_the_line_that_says_why() -> None:
    async with table(tasks=200) as at:
        at.list.table.go(
            row_of(at, kind=Kind.BATCH, status=TaskStatus.FAILED) if False else row_of(at, kind=Kind.BATCH)
        )
        await at.press("enter")
        assert isinstance(at.app.screen, BatchScreen)
        batch = at.app.screen
        await at.until(lambda: bool(batch.panes.listed.order), "the children")
        await at.press("escape")
        at.list.table.go(row_of(at, kind=Kind.TASK, status=TaskStatus.FAILED))
        await at.press("enter")
        assert isinstance(at.app.screen, TaskScreen)
        task = at.app.screen
        await at.until(lambda: task.panes.side.selected is not None, "the jobs")
        await at.press("l")
        assert isinstance(at.app.screen, JobScreen)
        await at.until(lambda: "1 error, " in at.shown, "the log")
        await at.press("q", "q")
        assert at.app.screen is at.list


async def test_abort_asks_then_the_row_is_aborting_and_becomes_aborted_by_itself() -> None:
    async with table() as at:
        at.list.table.go(row_of(at, kind=Kind.TASK, status=TaskStatus.RUNNING, created_by="rfranklin"))
        key = at.list.table.target
        await at.press("x", "a")
        await at.dialog()
        assert not at.sandbox.ledger.rows
        await at.press("y")
        await at.until(lambda: at.app.screen is at.list, "the end of the dialog")
        await at.until(lambda: bool(at.app.actions.runs) and at.app.actions.runs[0].over, "the outcome")
        assert [row["verb"] for row in at.sandbox.ledger.rows] == ["abort"]
        assert "abort 1 of 1: 1 done" in at.shown
        assert "ABTG" in at.shown
        await at.advance(60)
        await at.until(lambda: at.list.listing.tasks[key].status is TaskStatus.ABORTED, "its end")


async def test_r42_a_read_only_account_offers_nothing_and_says_so() -> None:
    async with table(read_only=True) as at:
        assert "RO" in at.shown.splitlines()[0]
        at.list.table.go(row_of(at, status=TaskStatus.RUNNING))
        await at.press("x", "a")
        assert not isinstance(at.app.screen, ConfirmScreen)
        assert "read-only" in at.shown


async def test_the_token_origin_stands_on_the_accounts_screen_and_the_token_does_not() -> None:
    async with table() as at:
        await at.press("colon")
        await at.type("accounts")
        await at.press("enter")
        await at.until(lambda: isinstance(at.app.screen, AccountsScreen) and "rfranklin" in at.shown)
        assert "the sandbox" in at.shown
        assert "sandbox-cgc" not in at.shown


async def test_pausing_stops_asking_and_says_so() -> None:
    async with table() as at:
        await at.press("a")
        assert "paused" in at.shown.splitlines()[0]
        await at.press("a")
        assert "paused" not in at.shown.splitlines()[0]


async def test_a_key_without_a_meaning_is_said_once() -> None:
    async with table() as at:
        await at.press("Z")
        assert " is not used here, ? for help" in at.shown


async def test_help_and_problems_open_over_the_list() -> None:
    async with table() as at:
        await at.press("question_mark")
        assert "This screen is made from the live key map" in at.shown or "MOVE" in at.shown
        await at.press("q", "exclamation_mark")
        assert "fine" in at.shown


async def test_r25_a_platform_that_fails_keeps_its_rows_and_shows_its_state() -> None:
    async with table() as at:
        at.sandbox.rules.rules = parse("sevenbridges:500@1")
        at.app.deck.refresh()
        await at.until(lambda: "DOWN" in at.shown, "the lamp")
        assert len(at.list.listing.rows) == 100
        assert "! 2" in at.shown
        await at.press("exclamation_mark")
        assert "internal error" in at.shown


async def test_q_leaves_at_once_and_ctrl_c_asks_once() -> None:
    async with table() as at:
        await at.press("ctrl+c")
        assert at.app.is_running
        assert "ctrl+c again leaves" in at.shown
        await at.press("q")
        await asyncio.sleep(0)
        assert at.app._exit
        assert at.app.return_code == 0


async def _fails_inside(kept: list[Any]) -> None:
    async with table() as at:

        def fail() -> None:
            secret = "tripwire"
            raise ZeroDivisionError(secret)

        at.app.call_next(fail)
        try:
            await at.until(lambda: at.app.fault is not None)
        finally:
            kept += [at.app.fault, at.app.return_code]


async def test_r9_an_unexpected_exception_is_kept_for_the_report_and_prints_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept: list[Any] = []
    with pytest.raises(ZeroDivisionError):
        await _fails_inside(kept)
    assert isinstance(kept[0], ZeroDivisionError)
    assert kept[1] == 70
    said = capsys.readouterr()
    assert "tripwire" not in said.out + said.err


async def test_e_groups_what_is_shown_or_the_marked() -> None:
    """A filter stands in the title; one marked batch is triaged itself; of several marked ones only those."""
    async with table(tasks=200) as at:
        await at.press("slash")
        await at.type("status:failed")
        await at.press("enter")
        plain = row_of(at, kind=Kind.TASK)
        at.list.table.go(plain)
        await at.press("E")
        assert isinstance(at.app.screen, TriageScreen)
        assert "that match  status:fa" in at.shown
        await at.press("q")
        row = row_of(at, kind=Kind.BATCH)
        at.list.table.go(row)
        await at.press("space", "E")
        assert isinstance(at.app.screen, TriageScreen)
        assert str(at.app.screen.ref) == at.list.table.view[row]
        await at.press("q", "U")
        at.list.table.go(plain)
        marked = {at.list.table.view[plain], at.list.table.view[plain + 1]}
        await at.press("space", "space", "E")
        triage = at.app.screen
        assert isinstance(triage, TriageScreen)
        await at.until(lambda: bool(triage.panes.grouping.groups), "the groups")
        failed = {str(t.ref) for t in triage.panes.scope.tasks if t.status is TaskStatus.FAILED}
        assert failed == marked


async def test_triage_and_diff_take_what_is_written_behind_them() -> None:
    """`:triage FILTER` groups what matches, `:diff A B` compares two."""
    async with table(tasks=200, size=(160, 48)) as at:
        await at.press("colon")
        await at.type("triage status:failed")
        await at.press("enter")
        assert isinstance(at.app.screen, TriageScreen)
        assert "that match  status:fa" in at.shown
        await at.press("q")
        one, two = (at.list.table.view[row] for row in (3, 4))
        run_command(at.app, f"diff {one} {two}")
        await at.until(lambda: isinstance(at.app.screen, DiffScreen), "the comparison")
        screen = at.app.screen
        assert isinstance(screen, DiffScreen)
        await at.until(lambda: screen.panes._sides is not None, "both tasks")
        assert (str(screen.ref), str(screen.panes.other)) == (one, two)
