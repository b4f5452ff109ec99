"""One filter, one set of tasks: in the list, under `E`, after `:triage` and on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.rows import Rows
from tui.settings.saved import SavedView, save_views
from tui.ui.screens.triage import TriageScreen

REASONS = ("The container exited with code 137", "No space left on device", "input file missing: a.fastq")


def _row(number: int, state: str, day: int, instances: int = 1) -> dict[str, Any]:
    errors = [{"code": "X1", "message": REASONS[number % 3], "debug": None}] if state == "Failure" else []
    return {
        "name": f"part {number}", "state": state, "errors": errors, "instanceCount": instances,
        "creationDate": f"2026-11-{day:02d}T06:00:00Z", "endDate": f"2026-11-{day:02d}T08:00:00Z",
    }  # fmt: skip


ROWS = [_row(n, "Failure" if n % 4 else "Success", 3 if n < 12 else 1, 4 if n == 5 else 1) for n in range(24)]


@pytest.fixture
def rows(home: Path) -> Rows:
    save_views({"nightly": SavedView("nightly", "name:part created:2026-11-03")})
    return Rows(home, ROWS)


QUERIES = ["failed ended:today", "@lab failed", "nightly", "failed | ended:today", "lab failed nightly part", "!failed"]


def _grouped(screen: Any) -> set[str]:
    return {str(ref) for group in screen.panes.grouping.groups for ref in group.refs}


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("way", ["E", "prompt"])
async def test_u15_the_failures_grouped_are_those_shown(rows: Rows, query: str, way: str) -> None:
    """A view, an account, both, or neither in the filter; by the key and by the command."""
    async with rows.screen(query if way == "E" else "") as table:
        await table.until(lambda: bool(table.list.query_of.views), "the saved views")
        if way == "E":
            tasks = [table.list.listing.tasks[key] for key in table.list.listing.rows]
            wanted = {str(task.ref) for task in tasks if task.status.value == "failed"}
            await table.press("E")
        else:
            wanted = _expected(table, query)
            await table.press("colon")
            await table.type("triage ")
            table.app.screen.query_one("Input").value += query
            await table.press("enter")
        await table.until(lambda: isinstance(table.app.screen, TriageScreen), "the triage")
        await table.until(lambda: _grouped(table.app.screen) == wanted, f"the {len(wanted)} failures")
        assert query in table.shown.splitlines()[0]


def _expected(table: Any, query: str) -> set[str]:
    from tui.domain.query import matcher

    match = matcher(table.list.query_of.parsed(query), table.list.context)
    tasks = table.list.listing.tasks.values()
    return {str(task.ref) for task in tasks if task.status.value == "failed" and match(task)}


@pytest.mark.parametrize("query", QUERIES)
def test_u15_the_shell_groups_the_same(rows: Rows, query: str) -> None:
    shown = {r["ref"] for r in json.loads(rows("tasks", query, "-o", "json").out) if r["status"] == "failed"}
    groups = rows("triage", "--filter", query, "-o", "json").json["groups"]
    assert {ref for group in groups for ref in group["refs"]} == shown


@pytest.mark.parametrize("row", ["part 1", "part 4", "part 5"])
async def test_u15_the_scope_is_the_same_whatever_row_is_under_the_cursor(rows: Rows, row: str) -> None:
    """A failed task, a good one, a batch: only marks choose."""
    async with rows.screen() as table:
        keys = list(table.list.listing.rows)
        table.list.table.go(next(at for at, key in enumerate(keys) if table.list.listing.tasks[key].name == row))
        await table.press("E")
        await table.until(lambda: isinstance(table.app.screen, TriageScreen), "the triage")
        await table.until(lambda: len(_grouped(table.app.screen)) == 18, "all 18")
        assert "of all tasks" in table.shown.splitlines()[0]


async def test_u15_marks_choose_and_the_title_counts_them(rows: Rows) -> None:
    async with rows.screen("part") as table:
        await table.press("space", "space", "space", "E")
        await table.until(lambda: isinstance(table.app.screen, TriageScreen), "the triage")
        assert "of 3 marked tasks" in table.shown.splitlines()[0]


async def test_u15_one_account_in_scope_is_said(rows: Rows) -> None:
    async with rows.screen("failed") as table:
        await table.press("1", "E")
        await table.until(lambda: isinstance(table.app.screen, TriageScreen), "the triage")
        assert "@lab (failed)" in table.shown.splitlines()[0]


async def test_u15_sig_and_class_mean_the_same_on_the_screen(rows: Rows) -> None:
    """The list knew neither, so that nothing ever matched there."""
    async with rows.screen("class:disk") as table:
        names = {table.list.listing.tasks[key].name for key in table.list.listing.rows}
        assert names == {row["name"] for row in ROWS if row["errors"] and "space" in row["errors"][0]["message"]}
