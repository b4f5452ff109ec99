"""All children of a batch in a few lines of letters: the worst status in a cell decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.domain.status import TaskStatus

__all__ = ["LETTERS", "Cells", "legend"]

LETTERS: dict[TaskStatus, str] = {
    TaskStatus.DRAFT: "d",
    TaskStatus.QUEUED: ".",
    TaskStatus.STARTING: "s",
    TaskStatus.RUNNING: "r",
    TaskStatus.FINISHING: "u",
    TaskStatus.DONE: "#",
    TaskStatus.FAILED: "X",
    TaskStatus.ABORTED: "x",
    TaskStatus.UNKNOWN: "?",
}
_WORST = (
    TaskStatus.FAILED,
    TaskStatus.UNKNOWN,
    TaskStatus.ABORTED,
    TaskStatus.RUNNING,
    TaskStatus.STARTING,
    TaskStatus.FINISHING,
    TaskStatus.QUEUED,
    TaskStatus.DRAFT,
    TaskStatus.DONE,
)
_RANK = {status: rank for rank, status in enumerate(_WORST)}


@dataclass(frozen=True, slots=True)
class Cells:
    """Children in order, so many to a cell."""

    per: int
    """Children in one cell; the last cell may have fewer."""
    first: int
    """The first child shown, counted from 0."""
    total: int
    """All children."""
    worst: tuple[TaskStatus, ...]
    """One status a cell."""

    @classmethod
    def of(cls, statuses: Sequence[TaskStatus], room: int, *, zoom: int = 0, at: int = 0) -> "Cells":
        """As few children a cell as fit into `room` cells; every zoom step halves that, around child `at`."""
        total, room = len(statuses), max(1, room)
        per = max(1, -(-total // room))
        for _ in range(zoom):
            per = max(1, per // 2)
        shown = per * room
        first = 0 if shown >= total else max(0, min(total - shown, at - shown // 2)) // per * per
        ranks = [_RANK[s] for s in statuses[first : first + shown]]
        return cls(per, first, total, tuple(_WORST[min(ranks[i : i + per])] for i in range(0, len(ranks), per)))

    @property
    def letters(self) -> str:
        """One letter a cell."""
        return "".join(LETTERS[status] for status in self.worst)

    def children(self, cell: int) -> range:
        """Which children a cell stands for."""
        first = self.first + cell * self.per
        return range(min(first, self.total), min(first + self.per, self.total))

    def cell(self, child: int) -> int:
        """The cell a child is in, the nearest one where it is not shown."""
        return max(0, min(len(self.worst) - 1, (child - self.first) // self.per))


def legend(per: int, room: int) -> str:
    """What a cell and its letters mean, as far as there is room."""
    said = "1 cell = 1 job" if per == 1 else f"1 cell = {per:,} jobs, worst"
    for more in ("   # done  r run  . queued", "  X failed  x aborted"):
        if len(said) + len(more) <= room:
            said += more
    return said if len(said) <= room else ""
