"""What happened in a span of time: counts, reasons, costs, waits, each with the filter that shows what it counts."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tui.domain.duration import duration_text
from tui.domain.money import Sum
from tui.domain.signature.classes import Rules
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef, spent_on
from tui.domain.triage import group_failures, signature_of

__all__ = ["Count", "Digest", "Named", "Project", "digest", "quoted"]

MOST = 5
"""Tasks and projects that are named of each sort."""
_WAITING = (TaskStatus.QUEUED, TaskStatus.STARTING)


@dataclass(frozen=True, slots=True)
class Count:
    """So many tasks of one sort."""

    label: str
    """`finished`, or the signature of a failure."""
    count: int
    filter: str
    """Shows exactly these in the list."""
    cost: Sum = field(default_factory=Sum)
    klass: str | None = None
    """The class of a failure."""
    refs: tuple[TaskRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """One task that is worth a line, and what is worth it."""

    task: Task
    filter: str
    waited: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """What happened in one project."""

    name: str
    finished: int
    failed: int
    begun: int
    cost: Sum
    filter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What happened; every list is ordered by what matters, largest first."""

    since: datetime
    until: datetime
    counts: tuple[Count, ...]
    """Finished, failed, aborted, begun, always all four."""
    failures: tuple[Count, ...]
    """The failed by signature."""
    expensive: tuple[Named, ...]
    waiting: tuple[Named, ...]
    projects: tuple[Project, ...]
    cost: Sum
    """What the ended cost together."""
    remembered: frozenset[TaskRef]
    """Tasks that the platform no longer tells of: what the history holds of them is marked `~`."""


def quoted(text: str) -> str:
    """A value as the filter language reads it whole, whatever is in it."""
    if text and all(c.isalnum() or c in "._/-" for c in text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def digest(
    tasks: Iterable[Task],
    span: timedelta,
    now: datetime,
    rules: Rules,
    *,
    remembered: Collection[TaskRef] = (),
    within: str = "",
    project_name: Callable[[Task], str | None] = lambda task: task.project,
) -> Digest:
    """What happened to these tasks in the last `span`.

    Args:
        tasks: Each task once; batches, not their children.
        span: How far to look back.
        now: The end.
        rules: They class failures.
        remembered: Those that only the history knows.
        within: The filter that chose the tasks; part of every line's filter.
        project_name: How a task's project is called.
    """
    since, ago, everyone = now - span, duration_text(span), list(tasks)
    head = f"({within}) " if "|" in within else f"{within} " if within else ""

    def inside(time: datetime | None) -> bool:
        return time is not None and since <= time <= now

    ended = [task for task in everyone if task.status.is_final and inside(task.ended)]
    begun = [task for task in everyone if inside(task.started)]

    def count(status: TaskStatus, label: str) -> Count:
        mine = [task for task in ended if task.status is status]
        return Count(label, len(mine), f"{head}status:{status.value} ended:{ago}", spent_on(mine))

    return Digest(
        since=since,
        until=now,
        counts=(
            count(TaskStatus.DONE, "finished"),
            count(TaskStatus.FAILED, "failed"),
            count(TaskStatus.ABORTED, "aborted"),
            Count("started", len(begun), f"{head}started:{ago}"),
        ),
        failures=_failures(ended, rules, f"{head}status:failed ended:{ago}"),
        expensive=_expensive(ended),
        waiting=_waiting(everyone, now),
        projects=_projects(ended, begun, project_name, head, ago),
        cost=spent_on(ended),
        remembered=frozenset(remembered),
    )


def _failures(ended: Sequence[Task], rules: Rules, base: str) -> tuple[Count, ...]:
    groups = group_failures([t for t in ended if t.status is TaskStatus.FAILED], rules, factors=False)
    found = []
    for group in groups:
        words = {signature_of(task) for task in group.members}
        # A filter for one signature; where the members bear several, their common class and nothing more exact.
        narrow = f"sig={quoted(words.pop() or '')}" if len(words) == 1 else f"class:{group.klass.value}"
        found.append(
            Count(group.signature, group.count, f"{base} {narrow}", group.cost_lost, group.klass.value, group.refs)
        )
    return tuple(found)


def _expensive(ended: Sequence[Task]) -> tuple[Named, ...]:
    priced = [task for task in ended if task.price is not None and task.price.amount > 0]
    priced.sort(key=lambda t: (t.price is not None and -t.price.amount, str(t.ref)))
    return tuple(Named(task, f"id:{task.ref.id}") for task in priced[:MOST])


def _waiting(tasks: Sequence[Task], now: datetime) -> tuple[Named, ...]:
    waits = [(task.queued(now), task) for task in tasks if task.status in _WAITING]
    known = [(wait, task) for wait, task in waits if wait is not None]
    known.sort(key=lambda pair: (-pair[0], str(pair[1].ref)))
    return tuple(Named(task, f"id:{task.ref.id}", wait) for wait, task in known[:MOST])


def _projects(
    ended: Sequence[Task], begun: Sequence[Task], name_of: Callable[[Task], str | None], head: str, ago: str
) -> tuple[Project, ...]:
    names: dict[str, tuple[list[Task], list[Task]]] = {}
    for place, tasks in enumerate((ended, begun)):
        for task in tasks:
            names.setdefault(name_of(task) or "", ([], []))[place].append(task)
    found = [
        Project(
            name or "(no project)",
            sum(task.status is TaskStatus.DONE for task in over),
            sum(task.status is TaskStatus.FAILED for task in over),
            len(started),
            spent_on(over),
            f"{head}project{f'={quoted(name)}' if name else ':none'} (ended:{ago} | started:{ago})",
        )
        for name, (over, started) in names.items()
    ]
    found.sort(key=lambda p: (-(p.finished + p.failed), -p.begun, p.name))
    return tuple(found[: 2 * MOST])
