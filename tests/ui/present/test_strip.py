"""Children as letters."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.waiting import calls
from tui.domain.status import TaskStatus
from tui.ui.present.strip import Cells

DONE, FAILED, RUNNING, QUEUED = TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.RUNNING, TaskStatus.QUEUED


def test_the_worst_status_of_a_cell_decides_its_letter() -> None:
    assert Cells.of([DONE, FAILED, DONE, DONE, RUNNING, DONE, QUEUED, QUEUED], 4).letters == "X#r."


@given(st.lists(st.sampled_from(TaskStatus), max_size=60), st.integers(1, 20), st.integers(0, 8), st.integers(0, 60))
def test_each_child_shown_is_in_exactly_one_cell(statuses: list[TaskStatus], room: int, zoom: int, at: int) -> None:
    cells = Cells.of(statuses, room, zoom=zoom, at=at)
    shown = [child for cell in range(len(cells.worst)) for child in cells.children(cell)]
    assert shown == list(range(cells.first, cells.first + len(shown)))
    assert len(cells.worst) <= room
    assert zoom or len(shown) == len(statuses)


def test_p11_ten_thousand_children_cost_a_few_calls_a_cell() -> None:
    """What is called grows with the cells that fit, not with the children."""
    statuses = [FAILED if n % 97 == 0 else DONE for n in range(10_000)]
    assert calls(lambda: Cells.of(statuses, 500)) < 5 * 500
