"""Bars and charts say what they are asked to say, in exactly the room they are given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcswidth

from tui.domain.status import TaskStatus
from tui.domain.task import Tally
from tui.ui.present import glyphs
from tui.ui.present.bars import against_median, amount, progress, shares, stacked
from tui.ui.present.charts import Band, columns, folded, histogram

DONE, FAILED, RUNNING = TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.RUNNING


def text(parts: list[tuple[str, str]]) -> str:
    return "".join(part for part, _ in parts)


def cells(parts: list[tuple[str, str]], role: str) -> int:
    return sum(len(part) for part, of in parts if of == role)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6), st.integers(0, 200))
def test_shares_never_exceed_the_width_and_hide_nothing_that_has_room(values: list[int], width: int) -> None:
    found = shares(values, sum(values), width)
    assert sum(found) <= width
    assert all(cell >= 0 for cell in found)
    if sum(values) and width >= len(values):
        assert sum(found) == width
        assert all(cell > 0 for value, cell in zip(values, found, strict=True) if value)


def test_four_percent_failed_looks_like_four_percent() -> None:
    tally = Tally(done=2006, failed=88, running=1238, queued=6668)
    parts = stacked(tally, 10_000, 160)
    assert [(role, len(part)) for part, role in parts] == [("done", 32), ("fail", 1), ("run", 20), ("faint", 107)]


def test_what_is_not_loaded_yet_is_the_track() -> None:
    assert cells(stacked(Tally(done=50), 10_000, 100), "done") == 1
    assert cells(stacked(Tally(), 10_000, 100), "faint") == 100


def test_progress_ends_with_what_failed() -> None:
    assert progress(96, 96, 4, 10, "done") == [("━" * 9, "done"), ("━", "fail")]
    assert progress(0, 3, 0, 6, "run") == [("╌" * 6, "faint")]
    assert progress(0, 0, 0, 6, "run") == [("╌" * 6, "faint")]


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        (0, "╌╌╌╌╌┊╌╌╌╌"),
        (4, "━━━━╌┊╌╌╌╌"),
        (5, "━━━━━┊╌╌╌╌"),
        (8, "━━━━━┿━━╌╌"),
        (10, "━━━━━┿━━━━"),
        (30, "━━━━━┿━━━━"),
    ],
)
def test_a_run_stands_against_the_median(value: int, drawn: str) -> None:
    assert text(against_median(value, 5, 10, 10, "done")) == drawn


def test_without_a_median_there_is_no_mark() -> None:
    assert text(against_median(5, 0, 10, 10, "done")) == text(amount(5, 10, 10, "done")) == "━━━━━╌╌╌╌╌"


def test_columns_show_the_smallest_value_and_scale_to_the_largest() -> None:
    assert columns([0, 1, 50, 100]) == [" ▁▄█"]
    assert columns([1, 100], rows=2) == [" █", "▁█"]
    assert columns([0, 0]) == ["  "]
    assert columns([]) == [""]
    assert columns([5], most=10) == ["▄"]


def test_many_values_are_summed_into_the_room_there_is() -> None:
    assert folded([1] * 100, 10) == [10] * 10
    assert folded([1, 2], 10) == [1, 2]
    assert histogram([0, 1, 9, 10, 99, -3], 5, 0, 10) == [3, 0, 0, 0, 3]


def test_a_cell_of_the_strip_is_what_most_of_its_children_are() -> None:
    band = Band.of([DONE] * 96 + [FAILED] * 4 + [RUNNING] * 100, 2, total=400)
    assert (band.per, band.ground, band.failed) == (200, ("run", "wait"), (4, 0))
    assert (band.tallest, band.height(0), band.height(1)) == (4, 1, 0)
    assert Band.of([DONE] * 96 + [FAILED] * 4, 10).failed == (0, 0, 0, 0, 0, 0, 0, 0, 0, 4)


def test_the_strip_has_its_scale_from_the_first_frame() -> None:
    """The known total decides how many children a cell has, however few are loaded."""
    first = Band.of([DONE] * 10, 100, total=10_000)
    assert (first.per, len(first.ground)) == (100, 100)
    assert first.children(99) == range(9_900, 10_000)
    assert first.cell(9_999) == 99


def test_the_worst_cell_is_full_and_a_few_failures_look_like_few() -> None:
    """Where more than a quarter of a cell failed, the worst one is the scale."""
    bad = Band.of([FAILED] * 8 + [DONE] * 2 + [FAILED] * 4 + [DONE] * 6, 2)
    assert [bad.height(cell) for cell in (0, 1)] == [8, 4]
    few = Band.of([FAILED] + [DONE] * 99, 1)
    assert few.height(0) == 1


def test_zooming_keeps_a_child_in_sight() -> None:
    band = Band.of([DONE] * 1_000, 10, zoom=2, at=500)
    assert band.per == 25
    assert band.first <= 500 < band.first + band.per * 10


def test_every_glyph_is_one_cell_and_has_an_ascii_form() -> None:
    drawn = {char for name in glyphs.__all__ for char in _texts(getattr(glyphs, name)) if char > "~"}
    for char in drawn | set(glyphs.ASCII):
        assert cell_len(char) == 1
        assert wcswidth(char) == 1
        assert len(glyphs.ASCII[char]) == 1
        assert glyphs.ASCII[char].isascii()
    assert {char for char in glyphs.BASIC.values() if cell_len(char) != 1} == set()


def _texts(value: object) -> str:
    """The characters of one export; the two tables of replacements are no drawing."""
    if value in (glyphs.ASCII, glyphs.BASIC):
        return ""
    return value if isinstance(value, str) else "".join(value.values())  # type: ignore[attr-defined]
