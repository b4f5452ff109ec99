"""A batch in words: counts with shares, failures by what they say, the cells of its children."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tui.domain.status import TaskStatus
from tui.domain.task import Job, Tally, Task
from tui.ui.present.fact import age_text, span_text, time_text
from tui.ui.widgets.virtual_table import Cell, Column

__all__ = ["COLUMNS", "Group", "child_cells", "counts_text", "failure_groups", "matches"]

COLUMNS = (
    Column("status", "STATUS", 9),
    Column("index", "IDX", 6, right=True),
    Column("key", "KEY", 20, grows=True),
    Column("start", "START", 8, priority=3),
    Column("run", "RUN", 7, right=True),
    Column("exit", "EXIT", 4, priority=2, right=True),
    Column("cost", "COST", 10, priority=4, right=True),
    Column("reason", "REASON", 26, priority=1),
)
_ROLES = {
    TaskStatus.FAILED: "bad",
    TaskStatus.RUNNING: "run",
    TaskStatus.QUEUED: "wait",
    TaskStatus.STARTING: "start",
    TaskStatus.FINISHING: "start",
    TaskStatus.DONE: "done",
    TaskStatus.ABORTED: "abort",
    TaskStatus.UNKNOWN: "unknown",
    TaskStatus.DRAFT: "dim",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Failures that say the same."""

    what: str
    """The reason, as the platform gave it."""
    exit_code: int | None
    members: tuple[Task, ...]


def counts_text(tally: Tally) -> str:
    """`done 812 (41%)  running 240  failed 31 (4% of finished)`; statuses without children are left out."""
    words = []
    for status, number in tally.items():
        if not number:
            continue
        share = ""
        if status is TaskStatus.DONE:
            share = f" ({100 * number / tally.total:.0f}%)"
        elif status is TaskStatus.FAILED:
            share = f" ({100 * number / tally.finished:.0f}% of finished)"
        words.append(f"{status.value} {number:,}{share}")
    return "  ".join(words) or "no children"


def failure_groups(children: Iterable[Task]) -> list[Group]:
    """Failed children by reason and exit code, the largest group first."""
    found: dict[tuple[str, int | None], list[Task]] = {}
    for child in children:
        if child.status is TaskStatus.FAILED:
            said = child.reason or (child.errors[0].message if child.errors else "no reason, no exit code")
            found.setdefault((said, child.exit_code if isinstance(child, Job) else None), []).append(child)
    groups = [Group(what, code, tuple(members)) for (what, code), members in found.items()]
    return sorted(groups, key=lambda group: (-len(group.members), group.what))


def group_line(group: Group, now: datetime) -> str:
    """Count, first and last, exit, and what they say."""
    ended = [task.ended for task in group.members if task.ended]
    first, last = (age_text(min(ended), now), age_text(max(ended), now)) if ended else ("-", "-")
    code = "-" if group.exit_code is None else str(group.exit_code)
    return f"{len(group.members):>6}  {first:>10} {last:>10} {code:>5}  {group.what}"


def child_cells(task: Task, now: datetime) -> Sequence[Cell]:
    """One row of the children."""
    code = task.exit_code if isinstance(task, Job) else None
    return (
        Cell(task.status.value.upper(), _ROLES[task.status]),
        Cell("-" if task.index is None else str(task.index), "dim"),
        Cell(task.key or task.name),
        Cell(time_text(task.started, now)[-8:] if task.started else "-", "dim"),
        Cell(span_text(task.duration(now))),
        Cell("-" if code is None else str(code)),
        Cell(str(task.price) if task.price else "-", "dim"),
        Cell(task.reason or "", "bad" if task.status is TaskStatus.FAILED else "dim"),
    )


def matches(task: Task, needle: str) -> bool:
    """Every word stands in the status, key, name or reason; small letters match any case."""
    said = f"{task.status.value} {task.key or ''} {task.name} {task.reason or ''} {task.ref.id}".casefold()
    return all(word.removeprefix("status:") in said for word in needle.casefold().split())
