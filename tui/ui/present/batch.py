"""A batch in words: counts with shares, the cells of its children."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tui.domain.status import TaskStatus
from tui.domain.task import Job, Tally, Task
from tui.ui.present.bars import against_median
from tui.ui.present.cells import Cell, Column
from tui.ui.present.columns import WORDS
from tui.ui.present.format import cost_text, none_text, queued_text, ran_text, span_text
from tui.ui.present.glyphs import MEDIAN, MISSING, STATUS
from tui.ui.present.roles import ROLE_OF
from tui.ui.present.text import widest
from tui.ui.present.zone import local

__all__ = ["COLUMNS", "SORTS", "RunScale", "child_cells", "columns_for", "counts_pieces", "done_seconds"]

COLUMNS = (
    Column("status", "  STATUS", 10),
    Column("index", "IDX", 6, right=True, priority=3),
    Column("key", "KEY", 20, middle=True),
    Column("host", "HOST", 10, priority=5),
    Column("queued", "WAITED", 7, priority=6, right=True),
    Column("start", "START", 8, priority=4, right=True),
    Column("run", "RUN", 20),
    Column("exit", "EXIT", 4, priority=2, right=True),
    Column("cost", "COST", 10, priority=7, right=True),
    Column("reason", "REASON", 20, priority=1, grows=True),
)
_SPAN = 8
"""Cells of a run time behind its bar."""
_LONG = 27
"""Cells of RUN where there is room for a bar of 19."""
SORTS = {
    "status": "status", "index": "child", "key": "key", "host": "host", "queued": "queued", "start": "started",
    "run": "run", "exit": "exit", "cost": "cost", "reason": "reason",
}  # fmt: skip
"""The field of the filter language behind each column."""
_DONE = TaskStatus.DONE
_ENOUGH = 5
"""Done children without which no median is told."""
_SHORT = 6
"""Cells under which a bar says nothing."""
_ROOMY = 90
"""Cells of the table from which the bars are long."""
_SAID = (
    TaskStatus.FAILED, TaskStatus.DONE, TaskStatus.RUNNING, TaskStatus.STARTING, TaskStatus.FINISHING,
    TaskStatus.QUEUED, TaskStatus.ABORTED, TaskStatus.UNKNOWN, TaskStatus.DRAFT,
)  # fmt: skip


def done_seconds(children: Iterable[Task], now: datetime) -> list[float]:
    """How long those that are done ran, shortest first."""
    return sorted(span.total_seconds() for t in children if t.status is _DONE and (span := t.ran(now)) is not None)


@dataclass(frozen=True, slots=True)
class RunScale:
    """What the bars of run times are drawn against, in seconds."""

    median: float = 0.0
    """Of the done children; 0 while too few are done to tell."""
    most: float = 0.0
    """What a whole bar stands for."""

    @classmethod
    def of(cls, children: Iterable[Task], now: datetime) -> "RunScale":
        """By the children that are done; a few that took far longer than all others fill their bars and no more."""
        spans = done_seconds(children, now)
        if len(spans) < _ENOUGH:
            return cls()
        median = spans[len(spans) // 2]
        return cls(median, max(spans[min(len(spans) - 1, int(0.98 * len(spans)))], median * 4 / 3))

    def differs(self, other: "RunScale") -> bool:
        """By more than a bar would show."""
        return abs(self.median - other.median) > 0.02 * max(self.median, 1) or abs(self.most - other.most) > (
            0.05 * max(self.most, 1)
        )


def counts_pieces(tally: Tally, *, brief: bool = False) -> list[tuple[str, str]]:
    """`✗ 31 failed 4 % of ended  ✓ 812 done  ● 240 running`, each with its role; what is 0 is left out.

    What a person looks for comes first: failed, done, running, then what waits.

    Args:
        tally: Counts by status.
        brief: Only the sign and the number.
    """
    pieces: list[tuple[str, str]] = []
    gap = "  " if brief else "   "
    for status in _SAID:
        number = tally[status]
        if not number:
            continue
        word = "" if brief else f" {status.value}"
        role = ROLE_OF[status]
        bold = "bold " if status is TaskStatus.FAILED else ""
        pieces += [(gap if pieces else "", ""), (f"{STATUS[status]} {number:,}{word}", bold + role)]
        if status is TaskStatus.FAILED:
            share = 100 * number / max(1, tally.finished)
            pieces.append((f" {share:.0f} % of ended" if share >= 1 else " under 1 % of ended", "dim"))
    return pieces or [("no children", "dim")]


def columns_for(children: Iterable[Task], width: int = 80, scale: RunScale | None = None) -> tuple[Column, ...]:
    """The columns, the keys' one as wide as the keys are; a number or a host that no child has takes no room.

    Args:
        children: Those to be shown.
        width: Cells of the table.
        scale: Named above the run times, where it is known.
    """
    some = list(islice(children, 300))
    keys = [task.key or task.name for task in some]
    without = set()
    if some and all(task.index is None for task in some):
        without.add("index")
    if some and not any(isinstance(task, Job) and task.host for task in some):
        without.add("host")
    if some and not any(isinstance(task, Job) and task.exit_code is not None for task in some):
        without.add("exit")
    run = _LONG if width >= _ROOMY else 20
    label = f"RUN  {MEDIAN} median {span_text(timedelta(seconds=scale.median))}" if scale and scale.median else "RUN"
    money = {task.price.currency for task in some if task.price is not None}
    cost = f"COST {next(iter(money))}" if len(money) == 1 else "COST"
    shaped: dict[str, dict[str, Any]] = {
        "cost": {"label": cost}, "key": {"width": widest(keys, 12, 28)}, "run": {"width": run, "label": label},
    }  # fmt: skip
    return tuple(replace(c, **shaped.get(c.key, {})) for c in COLUMNS if c.key not in without)


def child_cells(
    task: Task, now: datetime, ages: bool = False, columns: Sequence[Column] = COLUMNS, scale: RunScale | None = None
) -> Sequence[Cell]:
    """One row of the children, a cell for each of the columns; what the platform does not report is `·`.

    What it reports and nobody can read is `?`.
    """
    run = next((column.width for column in columns if column.key == "run"), 0)
    currency = next((column.label.removeprefix("COST").strip() for column in columns if column.key == "cost"), "")
    cells = _all_cells(task, now, ages, run, scale or RunScale(), currency)
    if len(columns) == len(COLUMNS):
        return cells
    wanted = {column.key for column in columns}
    return [cell for cell, column in zip(cells, COLUMNS, strict=True) if column.key in wanted]


def _all_cells(task: Task, now: datetime, ages: bool, run: int, scale: RunScale, currency: str) -> Sequence[Cell]:
    code, host = (task.exit_code, task.host) if isinstance(task, Job) else (None, None)
    failed = task.status is TaskStatus.FAILED
    word = WORDS[task.status]
    return (
        Cell(f"{STATUS[task.status]} {word.word}", word.role),
        Cell(MISSING if task.index is None else str(task.index), "dim"),
        Cell(task.key or task.name, "name" if failed else ""),
        Cell(host or MISSING, "" if host else "faint"),
        _dim(queued_text(task, now)),
        _dim(none_text(task, "started") if task.started is None else _start(task.started, now, ages)),
        _run(task, now, run, scale),
        Cell(MISSING, "faint") if code is None else Cell(str(code), "bad" if code else "dim"),
        _dim((cost_text(task) or "-").removesuffix(f" {currency}")),
        Cell(task.reason or (MISSING if task.status.is_bad else ""), "fail" if failed and task.reason else "dim"),
    )


def _dim(text: str) -> Cell:
    return Cell(MISSING, "faint") if text == "-" else Cell(text, "dim")


def _run(task: Task, now: datetime, width: int, scale: RunScale) -> Cell:
    """The run time as a bar against the median, and as a number."""
    said = ran_text(task, now)
    span = task.ran(now)
    if span is None:
        return _dim(said)
    room = width - _SPAN
    if not scale.median or room < _SHORT:
        return Cell(said)
    bar = against_median(span.total_seconds(), scale.median, scale.most, room, ROLE_OF[task.status])
    return Cell(said, parts=(*bar, (f" {said}", "")))


def _start(at: datetime, now: datetime, ages: bool) -> str:
    if ages:
        return span_text(max(now - at, timedelta(0)))
    at = local(at)
    return f"{at:%H:%M:%S}" if at.date() == local(now).date() else f"{at:%d %H:%M}"
