"""When jobs waited and ran, as bars: faint while they wait, heavy while they run, `✗` at the end of a failure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task
from tui.domain.text import natural
from tui.ui.present.format import span_text
from tui.ui.present.glyphs import BAR, STARTING, STATUS, TRACK, UPLOAD
from tui.ui.present.roles import ROLE_OF
from tui.ui.present.zone import local

__all__ = ["LEGEND", "Scale", "axis", "bar", "bar_of_all", "bar_parts", "column_text", "critical_path", "order"]

_END = {TaskStatus.FAILED: STATUS[TaskStatus.FAILED], TaskStatus.ABORTED: STATUS[TaskStatus.ABORTED]}
"""What ends the bar of something that went wrong."""
LEGEND = f"{TRACK} waits {STARTING} starts {BAR} runs {UPLOAD} uploads {_END[TaskStatus.FAILED]} fails"
T = TypeVar("T", bound=Task)


@dataclass(frozen=True, slots=True)
class Scale:
    """The stretch of time that all bars of one drawing share."""

    first: datetime | None
    last: datetime | None

    @classmethod
    def of(cls, tasks: Iterable[Task], now: datetime) -> "Scale":
        """From the first creation or start to the last end, or to now where something still runs."""
        firsts: list[datetime] = []
        lasts: list[datetime] = []
        for task in tasks:
            begin = task.created if task.created and task.started and task.created <= task.started else task.started
            if begin is None:
                continue
            firsts.append(begin)
            lasts.append(task.ended or (begin if task.status.is_final else max(begin, now)))
        return cls(min(firsts, default=None), max(lasts, default=None))

    @property
    def span(self) -> timedelta:
        """How long it is; zero where nothing has started."""
        return self.last - self.first if self.first and self.last else timedelta(0)

    def column(self, at: datetime, width: int) -> int:
        """Where a point in time falls, 0 to `width`."""
        if self.first is None or not self.span:
            return 0
        return max(0, min(width, round(width * ((at - self.first) / self.span))))


def bar(task: Task, scale: Scale, width: int) -> str:
    """One task's bar, exactly `width` cells; empty where it has not started or says no times."""
    if task.started is None or scale.first is None or scale.last is None:
        return " " * width
    end = task.ended or (task.started if task.status.is_final else scale.last)
    queued = scale.column(min(task.created or task.started, task.started), width)
    start = min(scale.column(task.started, width), width - 1)
    stop = max(start + 1, scale.column(end, width))
    body = _body(task, stop - start)
    return (" " * queued + TRACK * (start - queued) + body).ljust(width)[:width]


def bar_parts(task: Task, scale: Scale, width: int) -> list[tuple[str, str]]:
    """The same in pieces, each with its role: waiting is faint, the rest has the role of the status."""
    drawn = bar(task, scale, width)
    body = drawn.lstrip(f" {TRACK}")
    lead = drawn[: len(drawn) - len(body)]
    role = "dim" if task.status is TaskStatus.STARTING else ROLE_OF[task.status]
    return [piece for piece in ((lead, "faint"), (body, role)) if piece[0]]


def bar_of_all(tasks: Sequence[Task], scale: Scale, width: int) -> str:
    """When any of several ran: their bars over each other, those that run over those that wait."""
    cells = [" "] * width
    for task in tasks:
        for place, mark in enumerate(bar(task, scale, width)):
            if mark != " " and cells[place] in f" {TRACK}":
                cells[place] = mark
    return "".join(cells)


def critical_path(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """The chain of jobs that made the task as long as it was, the first first.

    Platforms do not say what waited for what: the job before is taken to be the one that ended last before this one
    started.
    """
    ended = sorted((job for job in jobs if job.started and job.ended), key=_end)
    chain: list[Job] = []
    while ended:
        job = ended.pop()
        if not chain or _end(job) <= _start(chain[-1]):
            chain.append(job)
    return tuple(reversed(chain))


def _start(job: Job) -> float:
    return job.started.timestamp() if job.started else 0.0


def _end(job: Job) -> float:
    return job.ended.timestamp() if job.ended else 0.0


def _body(task: Task, length: int) -> str:
    match task.status:
        case TaskStatus.STARTING:
            return STARTING * length
        case TaskStatus.FINISHING:
            tail = max(1, length // 8)
            return BAR * (length - tail) + UPLOAD * tail
    end = _END.get(task.status, "")
    return BAR * (length - len(end)) + end


def axis(scale: Scale, width: int) -> str:
    """Times of day along the top, exactly `width` cells."""
    if scale.first is None or scale.last is None:
        return " " * width
    marks = max(1, width // 20)
    cells = [" "] * (width + 6)
    for mark in range(marks + 1):
        at = local(scale.first + scale.span * (mark / marks))
        text, place = f"{at:%H:%M}", round(mark * width / marks)
        place = min(place, width - len(text))
        cells[place : place + len(text)] = text
    return "".join(cells)[:width]


def column_text(scale: Scale, width: int) -> str:
    """What one cell stands for: `1 col = 66s`."""
    return f"1 col = {span_text(scale.span / max(1, width))}"


def order(tasks: Iterable[T]) -> list[T]:
    """Tasks by start, those that have not started last."""
    return sorted(
        tasks, key=lambda t: (t.started is None, t.started.timestamp() if t.started else 0.0, natural(t.name))
    )
