"""Single cells of the list."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.memory_deck import NOW, make_task
from tui.domain.account import AccountInfo
from tui.domain.money import Money
from tui.domain.query import Context
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Progress, Tally, Task
from tui.ui.present.cells import fit
from tui.ui.present.columns import DEFAULT_COLUMNS, NAMES, Shown, cells_of, columns_for, empty_columns

UUID = "6d1f0c2a-0000-4000-8000-000000000001"
INFO = AccountInfo(
    "ada@example.org",
    {
        "projects": (
            {"id": UUID, "name": "Default"},
            {"id": "lab/wes", "name": "Exomes"},
            {"id": "no-name", "name": " "},
        )
    },
)


def text(column: str, task: Task) -> str:
    shown = Shown(now=NOW, context=Context(now=NOW), projects=INFO.project_names)
    return cells_of([column])(task, shown)[0].text


def test_a_project_known_by_its_id_shows_its_name_and_one_with_an_owner_speaks_for_itself() -> None:
    assert text("project", make_task(project=UUID)) == "Default"
    assert text("project", make_task(project="lab/wes")) == "wes"
    assert text("project", make_task(project="no-name")) == "no-name"
    assert text("project", make_task(project=None)) == "-"


def test_a_queued_task_shows_no_running_time_though_the_platform_reports_a_total() -> None:
    waiting = make_task(status=TaskStatus.QUEUED, ended=None, total_time=timedelta(minutes=74))
    assert text("run", waiting) == "-"
    assert text("run", make_task(total_time=timedelta(minutes=74), queued_time=timedelta(minutes=14))) == "1h"


def test_a_column_that_was_asked_for_is_shown_on_a_narrow_screen() -> None:
    names = (*DEFAULT_COLUMNS, "instance")
    columns = columns_for(names, narrow=True, least=25)
    assert "instance" in {columns[index].key for index, _ in fit(columns, 79, 0)}


@pytest.mark.parametrize("width", [79, 119, 159])
def test_u14_a_column_that_is_added_takes_the_place_of_one_at_most(width: int) -> None:
    """The name gives way first; at every width people use."""

    def shown(names: tuple[str, ...]) -> set[str]:
        columns = columns_for(names, narrow=width < 100, accounts=4, least=25 if width < 100 else 30)
        return {columns[index].key for index, _ in fit(columns, width, 0)}

    before = shown(DEFAULT_COLUMNS)
    lost = {name: before - shown((*DEFAULT_COLUMNS, name)) for name in NAMES if name not in DEFAULT_COLUMNS}
    assert {name: gone for name, gone in lost.items() if len(gone) > 1} == {}
    assert all(name in shown((*DEFAULT_COLUMNS, name)) for name in lost)


def drawn(column: str, task: Task, *, narrow: bool = False, currency: str = "") -> tuple[tuple[str, str], ...]:
    shown = Shown(now=NOW, context=Context(now=NOW), narrow=narrow, currency=currency)
    cell = cells_of([column])(task, shown)[0]
    return cell.parts or ((cell.text, cell.role),)


def test_look_4_progress_is_a_bar_whose_failed_part_is_red_and_the_failures_are_never_cut() -> None:
    batch = make_task(
        kind=Kind.BATCH, status=TaskStatus.RUNNING, counts=Tally(done=2_110, failed=90, running=1_130, queued=6_670)
    )
    bar = ("━━", "run"), ("━", "fail"), ("╌" * 7, "faint")
    assert drawn("steps", batch) == (*bar, (" 22% of 10k", ""), (" ✗90", "bad"))
    narrow = drawn("steps", batch, narrow=True)
    assert "".join(text for text, _ in narrow) == "━━╌╌╌╌ 22% ✗90"
    assert text("steps", batch) == "2200/10000 ✗90", "what is copied has no bar"
    few = make_task(kind=Kind.BATCH, status=TaskStatus.FAILED, counts=Tally(done=92, failed=4))
    assert drawn("steps", few)[-2:] == ((" 96/96", ""), (" ✗4", "bad"))


def test_look_4_what_waits_or_failed_says_why_in_place_of_a_bar() -> None:
    failed = make_task(status=TaskStatus.FAILED, reason="spot instance taken away")
    waits = make_task(status=TaskStatus.QUEUED, reason="waits for an instance")
    assert drawn("steps", failed) == (("spot instance taken away", "fail"),)
    assert drawn("steps", waits) == (("waits for an instance", "dim"),)
    runs = make_task(status=TaskStatus.RUNNING, progress=Progress.of(5, 10))
    assert drawn("steps", runs) == (("━" * 5, "run"), ("╌" * 5, "faint"), (" 5/10", ""))


def test_look_2_only_the_names_of_failures_are_bold() -> None:
    assert drawn("name", make_task(status=TaskStatus.FAILED))[0][1] == "strong"
    assert drawn("name", make_task(status=TaskStatus.RUNNING))[0][1] == "name"


def test_look_4_the_only_currency_stands_in_the_head_and_another_beside_its_amount() -> None:
    columns = columns_for(DEFAULT_COLUMNS, narrow=True, currency="USD")
    assert "COST USD" in {column.label for column in columns}
    dollars = make_task(price=Money("USD", Decimal("1029.61")))
    assert drawn("cost", dollars, currency="USD") == (("1,029.61", ""),)
    assert drawn("cost", dollars, currency="EUR") == (("1,029.61 USD", ""),)


def test_look_4_a_column_that_is_empty_in_every_row_folds_unless_it_was_asked_for() -> None:
    bare = make_task(price=None, project=None, app="a/b")
    context = Context(now=NOW)
    names = (*DEFAULT_COLUMNS, "instance")
    empty = empty_columns(names, [bare, bare], context)
    assert {"cost", "project"} <= empty
    assert "instance" not in empty
    assert "project" not in empty_columns(names, [bare, make_task(project="x/y")], context)
    shown = {names[index] for index, _ in fit(columns_for(names, narrow=False, empty=empty), 220)}
    assert "cost" not in shown
    assert "cost" in {names[index] for index, _ in fit(columns_for(names, narrow=False, empty=empty, every=True), 220)}
