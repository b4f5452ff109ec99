"""A job against the others that do the same work: how long they took, and what differs from one of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.domain.diff import stem
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task
from tui.ui.present.charts import columns, histogram
from tui.ui.present.format import span_text
from tui.ui.present.glyphs import HERE

__all__ = ["Siblings", "differing", "run_lines", "same_work"]


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
        """Columns of equal width in time, and below them where this one stands."""
        this = self.this.total_seconds() if self.this is not None else 0.0
        return run_lines([span.total_seconds() for span in self.spans], this, width, "this")


def run_lines(spans: Sequence[float], this: float, width: int, said: str) -> list[str]:
    """A histogram in two rows, and an axis with `▲` under the column of one value.

    Args:
        spans: Seconds, shortest first, at least one; the longest hundredth is in the last column.
        this: The value, in seconds.
        width: Cells.
        said: What the value is called.
    """
    last = max(spans[min(len(spans) - 1, int(0.99 * len(spans)))], this, 1.0)
    at = min(width - 1, int(width * this / last))
    word = f"{said} {span_text(timedelta(seconds=this))}"
    below = " " * at + f"{HERE} {word}" if at + 2 + len(word) <= width else f"{word} {HERE}".rjust(at + 1)
    marks = ("0" + below[1:] if below.startswith("  ") else below).ljust(width)
    end = span_text(timedelta(seconds=last))
    if not marks[-len(end) - 1 :].strip():
        marks = marks[: width - len(end)] + end
    return [*columns(histogram(spans, width, 0.0, last), rows=2), marks]


def _facts(task: Task) -> Mapping[str, str]:
    return {**task.metadata, **task.arguments}


def differing(job: Task, good: Task) -> list[tuple[str, str, str]]:
    """Name, this one's value and the good one's, those that differ first; `-` where one has none."""
    mine, theirs = _facts(job), _facts(good)
    rows = [(name, mine.get(name, "-"), theirs.get(name, "-")) for name in {**mine, **theirs}]
    return sorted(rows, key=lambda row: row[1] == row[2])
