"""Columns, orders, groups, views, commands and marks, by keys over the sandbox."""

from pathlib import Path

import pytest

from tests.support.app import Table, table
from tui.domain.action import Outcome, Verb
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.settings.saved import SavedView, read_views
from tui.ui.present.aggregate import FIGURES
from tui.ui.screens.actions import ActionsScreen
from tui.ui.screens.columns import ColumnsScreen
from tui.ui.screens.confirm import ConfirmScreen
from tui.ui.screens.groups import GroupsScreen
from tui.ui.screens.help import HelpScreen
from tui.ui.widgets.virtual_table import VirtualTable


async def command(at: Table, text: str) -> None:
    await at.press("colon")
    await at.type(text)
    await at.press("enter")


def heads(at: Table) -> list[str]:
    return [column.key for column in at.list.table.columns]


async def test_commands_show_hide_move_and_reset_columns() -> None:
    async with table(size=(160, 48)) as at:
        before = heads(at)
        await command(at, "cols +native -cost native after=status")
        assert heads(at)[:2] == ["status", "native"]
        assert "cost" not in heads(at)
        assert "NATIVE" in at.shown
        await command(at, "cols reset")
        assert heads(at) == before
        await command(at, "cols +nmae")
        assert "did you mean name?" in at.shown
        await command(at, "cols -name")
        assert "always shown" in at.shown


async def test_the_chooser_finds_by_typing_shows_hides_and_moves() -> None:
    async with table() as at:
        await at.press("C")
        assert isinstance(at.app.screen, ColumnsScreen)
        await at.type("machine")
        await at.press("space")
        await at.press("enter")
        assert "instance" in heads(at)
        await at.press("C")
        await at.type("cost")
        await at.press("left", "enter")
        assert heads(at).index("cost") < heads(at).index("age")
        await at.press("C", "space", "escape")
        assert "status" in heads(at)


@pytest.mark.parametrize("width", [60, 72, 80, 99, 100, 140, 200])
async def test_the_name_never_falls_under_18_cells(width: int) -> None:
    async with table(size=(width, 24)) as at:
        at.list.panes.rows.arrange_columns(at.list.layout_of.edited("+native +user +instance +created +started"))
        room = {at.list.table.columns[index].key: cells for index, cells in at.list.table._layout}
        assert room["name"] >= 18
        assert "status" in room


async def test_a_computed_column_is_shown_and_sorted_by() -> None:
    async with table(size=(160, 48)) as at:
        await command(at, "col wait = started - created")
        assert heads(at)[-1] == "wait"
        await command(at, "sort wait desc")
        tasks = [at.list.listing.tasks[key] for key in at.list.listing.rows]
        waits = [t.started - t.created for t in tasks if t.started and t.created]
        assert waits == sorted(waits, reverse=True)
        await command(at, "tasks wait>2m")
        assert [t for t in tasks if t.started and t.created and (t.started - t.created).total_seconds() > 120] == [
            at.list.listing.tasks[key] for key in at.list.listing.rows
        ]
        await command(at, "tasks wait>much")
        assert "is not a duration" in at.shown
        await command(at, "col wait = cost * 2")
        assert "is not an amount" in at.shown, "the filter is read anew, and no longer fits"
        await command(at, "col bad = name + 1")
        assert "name is a text" in at.shown


async def test_sorting_by_command_and_by_menu() -> None:
    async with table() as at:
        await command(at, "sort cost desc, name")
        prices = [t.price.amount for k in at.list.listing.rows if (t := at.list.listing.tasks[k]).price]
        assert prices == sorted(prices, reverse=True)
        assert "COST USD▾" in at.shown
        await at.press("s")
        await at.type("project")
        await at.press("enter")
        assert at.list.query_of.place.sort[0].field == "project"
        await command(at, "sort nothing")
        assert "no field 'nothing'" in at.shown


async def test_the_groups_have_their_own_help() -> None:
    async with table() as at:
        await command(at, "group status")
        await at.press("question_mark")
        assert isinstance(at.app.screen, HelpScreen)
        assert "its rows in the list" in at.shown
        await at.press("q")
        assert isinstance(at.app.screen, GroupsScreen)


async def test_groups_count_and_enter_shows_their_rows() -> None:
    async with table() as at:
        await command(at, "group status")
        assert isinstance(at.app.screen, GroupsScreen)
        group = next(iter(at.app.screen.groups.values()))
        assert "MEDIAN RUN" in at.shown
        await at.press("enter")
        assert at.app.screen is at.list
        assert len(at.list.listing.rows) == group.count
        await command(at, "group age")
        assert "too many values" in at.shown


async def test_the_group_that_cost_most_is_found_by_the_keys_and_words_of_the_list() -> None:
    """`<`, `>`, `R` and `:sort` order the groups too, the cursor on the first; a list by cost makes groups by cost."""
    async with table() as at:
        await command(at, "group project")
        groups = at.app.screen
        assert isinstance(groups, GroupsScreen)
        shown = groups.query_one(VirtualTable)

        def first(column: str) -> float | None:
            assert (shown.sorted_by, shown.cursor) == (column, 0)
            return FIGURES[column](groups.groups[shown.view[0]])

        def most(column: str) -> float:
            return max(value for group in groups.groups.values() if (value := FIGURES[column](group)) is not None)

        assert first("count") == most("count")
        await at.press("greater_than_sign")
        assert first("failed") == most("failed")
        await command(at, "sort cost desc")
        assert first("cost") == most("cost")
        await at.press("R")
        assert (first("cost") or 0) < most("cost")
        await at.press("less_than_sign")
        assert first("open") == most("open")
        await command(at, "sort nothing")
        assert at.app.screen is groups
        await at.press("q")
        assert at.list.query_of.place.sort[0].field == "created", "the list keeps its own order"
        await command(at, "sort cost desc")
        await command(at, "group project")
        assert at.app.screen.query_one(VirtualTable).sorted_by == "cost"


async def test_a_status_that_is_read_as_a_text_is_said_so() -> None:
    """Once the filter is accepted, not while it is typed; `failed` is a view and needs no word."""
    async with table() as at:
        await at.press("slash")
        await at.type("draft")
        assert "status:draft" not in at.shown
        await at.press("enter")
        assert "draft is read as a text; status:draft finds the status" in at.shown
        at.list.show_filter("failed")
        assert "finds the status" not in at.shown


async def test_views_are_walked_saved_and_keep_the_filter_they_were_left_with() -> None:
    async with table() as at:
        await at.press("right_curly_bracket")
        assert at.list.query_of.place.view == "failed"
        assert "failed: " in at.shown
        await at.press("slash")
        await at.type(" cost>0")
        await at.press("enter", "right_curly_bracket", "left_curly_bracket")
        assert at.list.query_of.place.query == "status:failed cost>0"
        await command(at, "view save lost")
        await at.until(lambda: "lost" in read_views())
        await command(at, "view all")
        assert at.list.query_of.place.view is None
        await command(at, "view lost")
        assert at.list.query_of.place.query == "status:failed cost>0"
        await command(at, "view nowhere")
        assert "there is no view nowhere" in at.shown


async def test_a_view_brings_its_computed_columns_into_another_session() -> None:
    """Its filter and its order may name them; one that cannot be read any more leaves the columns as they are."""
    async with table() as at:
        await command(at, "col wait = started - created")
        await command(at, "sort wait desc")
        await at.press("slash")
        await at.type("wait>1s")
        await at.press("enter")
        await command(at, "view save waited")
        await at.until(lambda: "waited" in read_views())
        rows = list(at.list.listing.rows)
    assert rows
    async with table() as at:
        before = at.list.layout_of
        await command(at, "view waited")
        assert "wait" in at.list.layout_of.names
        assert list(at.list.listing.rows) == rows
        at.list.query_of.views["bad"] = SavedView("bad", "lag>1s", columns=("name", "wait = started -"))
        await command(at, "view all")
        at.list.panes.rows.arrange_columns(before)
        await command(at, "view bad")
        assert "the view bad cannot be read" in at.shown
        assert at.list.layout_of == before


async def test_marks_stay_on_their_tasks_through_filter_and_sort_and_can_be_filtered_by() -> None:
    async with table() as at:
        await command(at, "mark status:failed")
        marked = set(at.list.table.marks)
        assert marked
        assert {at.list.listing.tasks[key].status for key in marked} == {TaskStatus.FAILED}
        await at.press("R", "F", "F")
        assert at.list.table.marks == marked
        await at.press("slash")
        await at.type("mark")
        await at.press("enter")
        assert set(at.list.listing.rows) == marked


async def test_history_and_aliases_come_from_files(home: Path) -> None:
    (home / "config" / "taskdeck").mkdir(parents=True)
    (home / "config" / "taskdeck" / "aliases.toml").write_text('bad = "tasks status:$1"\n')
    async with table() as at:
        await at.until(lambda: bool(at.app.aliases))
        await command(at, "bad failed")
        assert at.list.query_of.place.query == "status:failed"
        kept = home / "state" / "taskdeck" / "commands.history"
        await at.until(lambda: kept.exists() and "bad failed" in kept.read_text(), "the history")
    async with table() as at:
        await at.until(lambda: bool(at.app.history))
        await at.press("colon", "up", "enter")
        assert at.list.query_of.place.query == "status:failed"


async def test_a_command_that_cannot_be_run_says_why() -> None:
    async with table() as at:
        at.list.table.go(
            next(r for r, k in enumerate(at.list.listing.rows) if at.list.listing.tasks[k].status.is_final)
        )
        await command(at, "run")
        assert "run: " in at.shown
        await command(at, "nonsense")
        assert "there is no command 'nonsense'" in at.shown
        await command(at, "trige")
        assert "did you mean :triage?" in at.shown
        await command(at, "help keyz")
        assert "there is no help on keyz; there is: keys, commands, filter, status" in at.shown
        await command(at, "since")
        assert "write :since 2h" in at.shown


async def test_read_only_can_be_switched_on_and_off_but_never_beyond_the_settings() -> None:
    async with table() as at:
        await command(at, "ro on")
        assert all(handle.read_only for handle in at.app.deck.handles.values())
        await command(at, "ro off")
        assert not any(handle.read_only for handle in at.app.deck.handles.values())
    async with table(read_only=True) as at:
        await command(at, "ro off")
        assert all(handle.read_only for handle in at.app.deck.handles.values())


async def test_a_dry_run_shows_the_plan_and_sends_nothing() -> None:
    async with table() as at:
        await command(at, "mark status:running user:rfranklin")
        await command(at, "abort --dry-run")
        assert isinstance(at.app.screen, ConfirmScreen)
        assert "would send" in at.shown
        at.sandbox.clock.advance(5)
        await at.press("y")
        assert isinstance(at.app.screen, ConfirmScreen)
        assert not at.sandbox.ledger.rows


async def test_what_was_done_is_found_again() -> None:
    async with table() as at:
        await command(at, "actions")
        assert isinstance(at.app.screen, ActionsScreen)
        assert "nothing under way" in at.shown
        await at.press("q")
        assert at.app.screen is at.list


async def test_r35_what_the_user_has_looked_at_is_named_no_more() -> None:
    """`K` on an action whose outcome is unknown; on any other it says that there is nothing to look at."""
    async with table() as at:
        journal = at.app.deck.actions.journal
        for name, verb in (("lost", Verb.RERUN), ("fine", Verb.ABORT)):
            journal.begin(name, at.sandbox.clock.now(), verb, TaskRef("cgc", name))
        journal.end("fine", at.sandbox.clock.now(), Outcome.DONE, None, None)
        await command(at, "actions")
        await at.until(lambda: "cgc:lost" in at.shown, "the journal")
        await at.press("K")
        assert [entry.intent for entry in journal.unknown()] == ["lost"]
        await at.press("j", "K")
        await at.until(lambda: "unknown seen" in at.shown, "that it is settled")
        assert journal.unknown() == ()


async def test_too_small_a_screen_says_what_it_needs() -> None:
    async with table(size=(52, 12)) as at:
        assert "60x15 needed, now 52x12" in at.shown


async def test_a_long_filter_stands_whole_beside_the_counts() -> None:
    asked = "status:running mine platform:sevenbridges cost<9usd"
    async with table(query=asked) as at:
        assert f" /{asked}" in at.shown
        assert "sort:" not in at.shown
        await at.press("escape")
        assert "AGE▴" in at.shown


async def test_a_project_is_filtered_sorted_grouped_and_offered_by_its_name() -> None:
    async with table(tasks=None, size=(160, 48), query="project:default") as at:
        await at.until(lambda: len(at.list.listing) > 0, "rows of a project whose name came after them")
        await at.press("slash")
        await at.press("end")
        await at.type(" pf:qarnot project:Def")
        await at.press("tab")
        assert at.list.panes.bar.text == "project:default pf:qarnot project:Default"
        await at.press("enter")
        ids = {task.project for key in at.list.listing.rows if (task := at.list.listing.tasks[key])}
        assert ids == set(at.app.deck.projects)
        await command(at, "group project")
        assert [group.values for group in at.app.screen.groups.values()] == [("Default",)]
        await at.press("enter")
        assert {at.list.listing.tasks[key].project for key in at.list.listing.rows} == ids
