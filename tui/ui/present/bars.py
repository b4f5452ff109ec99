"""Quantities as bars: pieces of text with the role that colours each, exactly as wide as asked."""

from collections.abc import Sequence

from tui.domain.status import TaskStatus
from tui.domain.task import Tally
from tui.ui.present.glyphs import BAR, MEDIAN, MEDIAN_RUN, TRACK

__all__ = ["against_median", "amount", "progress", "shares", "stacked"]

Part = tuple[str, str]
"""A text and the role it is drawn in."""
_STACKED: tuple[tuple[str, tuple[TaskStatus, ...]], ...] = (
    ("done", (TaskStatus.DONE,)),
    ("fail", (TaskStatus.FAILED, TaskStatus.UNKNOWN)),
    ("abort", (TaskStatus.ABORTED,)),
    ("run", (TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.FINISHING)),
)
"""What a stacked line is made of, from the left; what waits is the track."""


def shares(values: Sequence[float], total: float, width: int) -> list[int]:
    """Cells for each value out of `width`, by largest remainder; what is there at all gets a cell while there is one.

    Args:
        values: Not negative; together at most `total`.
        total: What the whole width stands for.
        width: Cells.
    """
    if total <= 0 or width <= 0:
        return [0] * len(values)
    exact = [max(0.0, value) / total * width for value in values]
    cells = [int(one) for one in exact]
    spare = min(width, round(sum(exact))) - sum(cells)
    for at in sorted(range(len(exact)), key=lambda i: exact[i] - cells[i], reverse=True)[: max(0, spare)]:
        cells[at] += 1
    for at, value in enumerate(values):
        if value > 0 and cells[at] == 0:
            widest = max(range(len(cells)), key=cells.__getitem__)
            if sum(cells) >= width:
                if cells[widest] < 2:
                    continue
                cells[widest] -= 1
            cells[at] += 1
    return cells


def amount(value: float, most: float, width: int, role: str) -> list[Part]:
    """One value against the largest: a bar on its track."""
    (cells,) = shares([value], most, width)
    return _drawn([(cells, role)], width)


def stacked(tally: Tally, total: int, width: int) -> list[Part]:
    """What has ended, what failed and what runs in true proportion; the track is what has not begun.

    Args:
        tally: Counts by status.
        total: All there are, also those that are not loaded yet.
        width: Cells.
    """
    counts = [sum(tally[status] for status in statuses) for _, statuses in _STACKED]
    cells = shares(counts, max(total, sum(counts)), width)
    return _drawn(list(zip(cells, (role for role, _ in _STACKED), strict=True)), width)


def progress(done: float, total: float, failed: float, width: int, role: str) -> list[Part]:
    """How far a task is: what is done in `role`, what failed in red at its end."""
    good, bad = shares([max(0.0, done - failed), min(failed, done)], total, width)
    return _drawn([(good, role), (bad, "fail")], width)


def against_median(value: float, median: float, most: float, width: int, role: str) -> list[Part]:
    """One run time on the scale of all, the median marked in every row, so that outliers are seen.

    Args:
        value: This one; 0 draws only the track and the mark.
        median: Of all; 0 or less draws no mark.
        most: What the width stands for; more is cut.
        width: Cells.
        role: Of the bar.
    """
    (cells,) = shares([min(value, most)], most, width)
    if median <= 0 or most <= 0:
        return _drawn([(cells, role)], width)
    at = min(width - 1, round(width * median / most))
    if cells > at:
        parts = [
            (BAR * at, role),
            (MEDIAN_RUN, "ink"),
            (BAR * (cells - at - 1), role),
            (TRACK * (width - cells), "faint"),
        ]
    else:
        parts = [
            (BAR * cells, role),
            (TRACK * (at - cells), "faint"),
            (MEDIAN, "dim"),
            (TRACK * (width - at - 1), "faint"),
        ]
    return [part for part in parts if part[0]]


def _drawn(parts: Sequence[tuple[int, str]], width: int) -> list[Part]:
    drawn = [(BAR * cells, role) for cells, role in parts if cells > 0]
    rest = width - sum(cells for cells, _ in parts)
    return [*drawn, (TRACK * rest, "faint")] if rest > 0 else drawn
