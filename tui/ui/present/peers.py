"""A job against the others that do the same work: how long they took, and what differs from one of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.domain.diff import stem
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task
from tui.ui.present.format import span_text

__all__ = ["Siblings", "differing", "same_work"]

_TICKS = ".:|#"
_HEIGHT = 4


def same_work(job: Task, others: Iterable[Task]) -> list[Task]:
    """Those of the same step of one task; all children of a batch."""
    if isinstance(job, Job) and job.ref.job is not None and job.index is None:
        mine = stem(job.name)
        return [other for other in others if stem(other.name) == mine]
    return list(others)


@dataclass(frozen=True, slots=True)
class Siblings:
    """Running times of those that are done, shortest first."""

    spans: Sequence[timedelta]
    this: timedelta | None
    """The job's own."""

    @classmethod
    def of(cls, job: Task, others: Iterable[Task], now: datetime) -> "Siblings":
        """From the done ones among `others`."""
        spans = [o.ran(now) for o in others if o.status is TaskStatus.DONE and o.ref != job.ref]
        return cls(sorted(s for s in spans if s is not None), job.ran(now))

    def share(self, of: float) -> timedelta:
        """The time that so large a part of them did not exceed."""
        return self.spans[min(len(self.spans) - 1, int(of * len(self.spans)))]

    @property
    def words(self) -> str:
        """`p50 22m  p95 38m  max 52m`."""
        return f"p50 {span_text(self.share(0.5))}  p95 {span_text(self.share(0.95))}  max {span_text(self.spans[-1])}"

    def histogram(self, width: int) -> list[str]:
        """Columns of equal width in time, the axis below, and where this one stands."""
        last = max(self.spans[-1], self.this or timedelta(0)) or timedelta(seconds=1)
        counts = [0] * width
        for span in self.spans:
            counts[min(width - 1, int(width * (span / last)))] += 1
        most = max(counts)
        rows = []
        for level in range(_HEIGHT, 0, -1):
            cells = (_cell(_HEIGHT * count / most - (level - 1)) for count in counts)
            rows.append("".join(cells).rstrip())
        rows.append(f"0{span_text(last):>{width - 1}}")
        if self.this is not None:
            at = min(width - 1, int(width * (self.this / last)))
            said = f"^ this {span_text(self.this)}"
            rows.append(" " * at + said if at + len(said) <= width else f"{'this ' + span_text(self.this):>{at}}^")
        return [row for row in rows if row]


def _cell(filled: float) -> str:
    return " " if filled <= 0 else "#" if filled >= 1 else _TICKS[int(filled * len(_TICKS))]


def _facts(task: Task) -> Mapping[str, str]:
    return {**task.metadata, **task.arguments}


def differing(job: Task, good: Task) -> list[tuple[str, str, str]]:
    """Name, this one's value and the good one's, those that differ first; `-` where one has none."""
    mine, theirs = _facts(job), _facts(good)
    rows = [(name, mine.get(name, "-"), theirs.get(name, "-")) for name in {**mine, **theirs}]
    return sorted(rows, key=lambda row: row[1] == row[2])
