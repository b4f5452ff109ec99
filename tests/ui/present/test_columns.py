"""Single cells of the list."""

from datetime import timedelta

import pytest

from tests.support.memory_deck import NOW, make_task
from tui.domain.account import AccountInfo
from tui.domain.query import Context
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.ui.present.cells import fit
from tui.ui.present.columns import DEFAULT_COLUMNS, NAMES, Shown, cells_of, columns_for

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
