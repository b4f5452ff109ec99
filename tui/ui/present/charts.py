"""Small charts of block characters: columns over time, histograms, the strip of a batch's children."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from tui.domain.status import TaskStatus
from tui.ui.present.glyphs import COLUMNS

__all__ = ["Band", "columns", "folded", "histogram"]

_EIGHTHS = len(COLUMNS)


def folded(values: Sequence[float], width: int) -> list[float]:
    """The values summed into at most `width` neighbouring parts of equal length, the last may be shorter."""
    if len(values) <= width or width <= 0:
        return list(values)
    per = ceil(len(values) / width)
    return [sum(values[at : at + per]) for at in range(0, len(values), per)]


def columns(values: Sequence[float], rows: int = 1, most: float | None = None) -> list[str]:
    """A column for each value, as lines from the top; a value above zero shows at least the lowest block.

    Args:
        values: Not negative; one cell each.
        rows: Lines high.
        most: What the full height stands for; the largest value where it is None.
    """
    top = max(values, default=0.0) if most is None else most
    if top <= 0:
        return [" " * len(values)] * rows
    heights = [0 if v <= 0 else max(1, round(min(v, top) / top * rows * _EIGHTHS)) for v in values]
    return ["".join(_block(height - row * _EIGHTHS) for height in heights) for row in reversed(range(rows))]


def _block(eighths: int) -> str:
    return " " if eighths <= 0 else COLUMNS[min(eighths, _EIGHTHS) - 1]


def histogram(values: Sequence[float], bins: int, low: float, high: float) -> list[int]:
    """How many values fall into each of `bins` equal parts from `low` to `high`; the outer ones take the rest."""
    counts = [0] * bins
    if bins <= 0 or high <= low:
        return counts
    for value in values:
        counts[max(0, min(bins - 1, int((value - low) / (high - low) * bins)))] += 1
    return counts


_FULL = 0.25
"""The share of a cell that has to have failed before its column is as high as the cell."""
_GROUNDS: tuple[tuple[str, tuple[TaskStatus, ...]], ...] = (
    ("done", (TaskStatus.DONE,)),
    ("run", (TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.FINISHING)),
    ("abort", (TaskStatus.ABORTED,)),
    ("unknown", (TaskStatus.UNKNOWN,)),
    ("fail", (TaskStatus.FAILED,)),
    ("wait", (TaskStatus.QUEUED, TaskStatus.DRAFT)),
)
"""What a cell of the strip can be, the most advanced first."""


@dataclass(frozen=True, slots=True)
class Band:
    """Children in order, so many to a cell: what most of a cell's children are, and which share of them failed.

    The share is drawn as the height of a red column. The worst cell has the full height, but never less than a quarter
    of its children failed for that: so 4 % failed looks like little, wherever they are.
    """

    per: int
    """Children in one cell; the last cell may have fewer."""
    first: int
    """The first child shown, counted from 0."""
    total: int
    """All children, also those that are not loaded yet."""
    ground: tuple[str, ...]
    """What most of each cell are: `done`, `run`, `fail`, `abort`, `unknown` or `wait`."""
    failed: tuple[int, ...]
    """How many of each cell failed."""

    @classmethod
    def of(cls, statuses: Sequence[TaskStatus], room: int, *, total: int = 0, zoom: int = 0, at: int = 0) -> "Band":
        """As few children a cell as fit into `room` cells; every zoom step halves that, around child `at`.

        Args:
            statuses: Of the children that are known, in order.
            room: Cells.
            total: All there are; those that are not known yet wait.
            zoom: Steps.
            at: The child that stays in sight.
        """
        total, room = max(total, len(statuses)), max(1, room)
        per = max(1, -(-total // room))
        for _ in range(zoom):
            per = max(1, per // 2)
        shown = per * room
        first = 0 if shown >= total else max(0, min(total - shown, at - shown // 2)) // per * per
        ground, failed = [], []
        for start in range(first, min(first + shown, total), per):
            part = statuses[start : start + per]
            missing = min(per, total - start) - len(part)
            ground.append(_most(part, missing))
            failed.append(part.count(TaskStatus.FAILED))
        return cls(per, first, total, tuple(ground), tuple(failed))

    @property
    def tallest(self) -> int:
        """Failed children of the worst cell."""
        return max(self.failed, default=0)

    def height(self, cell: int) -> int:
        """Eighths of the red column of a cell; 0 where nothing failed."""
        if not self.failed[cell]:
            return 0
        return max(1, min(_EIGHTHS, round(_EIGHTHS * self.failed[cell] / max(self.tallest, self.per * _FULL))))

    def children(self, cell: int) -> range:
        """Which children a cell stands for."""
        first = self.first + cell * self.per
        return range(min(first, self.total), min(first + self.per, self.total))

    def cell(self, child: int) -> int:
        """The cell a child is in, the nearest one where it is not shown."""
        return max(0, min(len(self.ground) - 1, (child - self.first) // self.per))


def _most(part: Sequence[TaskStatus], missing: int) -> str:
    """What most of a cell are; of equals, what is more advanced."""
    counts = [sum(map(part.count, statuses)) for _, statuses in _GROUNDS]
    counts[-1] += missing
    return _GROUNDS[counts.index(max(counts))][0]
