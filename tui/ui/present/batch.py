"""A batch in words: counts with shares, the cells of its children."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from tui.domain.status import TaskStatus
from tui.domain.task import Job, Tally, Task
from tui.ui.present.cells import Cell, Column
from tui.ui.present.format import STATUS_STYLES, cost_text, none_text, queued_text, ran_text, span_text
from tui.ui.present.text import widest
from tui.ui.present.zone import local

__all__ = ["COLUMNS", "SORTS", "child_cells", "columns_for", "counts_pieces"]

COLUMNS = (
    Column("status", "STATUS", 9),
    Column("index", "IDX", 6, right=True),
    Column("key", "KEY", 20, middle=True),
    Column("host", "HOST", 10, priority=5),
    Column("queued", "QUEUED", 7, priority=6, right=True),
    Column("start", "START", 8, priority=4, right=True),
    Column("run", "RUN", 7, right=True),
    Column("exit", "EXIT", 4, priority=2, right=True),
    Column("cost", "COST", 10, priority=7, right=True),
    Column("reason", "REASON", 20, priority=1, grows=True),
)
SORTS = {
    "status": "status", "index": "child", "key": "key", "host": "host", "queued": "queued", "start": "started",
    "run": "run", "exit": "exit", "cost": "cost", "reason": "reason",
}  # fmt: skip
"""The field of the filter language behind each column."""
_SAID = (
    TaskStatus.FAILED, TaskStatus.DONE, TaskStatus.RUNNING, TaskStatus.STARTING, TaskStatus.FINISHING,
    TaskStatus.QUEUED, TaskStatus.ABORTED, TaskStatus.UNKNOWN, TaskStatus.DRAFT,
)  # fmt: skip
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


def counts_pieces(tally: Tally) -> list[tuple[str, str]]:
    """`done 812 (41%)  running 240  failed 31 (4% of finished)` with the style of each; what is 0 is left out.

    What a person looks for comes first: failed, running, done, then what waits.
    """
    pieces: list[tuple[str, str]] = []
    for status in _SAID:
        number = tally[status]
        if not number:
            continue
        share = ""
        if status is TaskStatus.DONE:
            share = f" ({100 * number / tally.total:.0f}%)"
        elif status is TaskStatus.FAILED:
            share = f" ({100 * number / tally.finished:.0f}% of ended)"
        pieces += [("  " if pieces else "", ""), (f"{status.value} {number:,}{share}", STATUS_STYLES[status])]
    return pieces or [("no children", "dim")]


def columns_for(children: Iterable[Task]) -> tuple[Column, ...]:
    """The columns, the keys' one as wide as the keys are; a number or a host that no child has takes no room."""
    some = list(islice(children, 300))
    keys = [task.key or task.name for task in some]
    without = set()
    if some and all(task.index is None for task in some):
        without.add("index")
    if some and not any(isinstance(task, Job) and task.host for task in some):
        without.add("host")
    return tuple(
        replace(c, width=widest(keys, 12, 28)) if c.key == "key" else c for c in COLUMNS if c.key not in without
    )


def child_cells(task: Task, now: datetime, ages: bool = False, columns: Sequence[Column] = COLUMNS) -> Sequence[Cell]:
    """One row of the children, a cell for each of the columns; what the platform does not report is `-`.

    What it reports and nobody can read is `?`.
    """
    cells = _all_cells(task, now, ages)
    if len(columns) == len(COLUMNS):
        return cells
    wanted = {column.key for column in columns}
    return [cell for cell, column in zip(cells, COLUMNS, strict=True) if column.key in wanted]


def _all_cells(task: Task, now: datetime, ages: bool) -> Sequence[Cell]:
    code, host = (task.exit_code, task.host) if isinstance(task, Job) else (None, None)
    bad = task.status.is_bad
    return (
        Cell(task.status.value.upper(), _ROLES[task.status]),
        Cell("-" if task.index is None else str(task.index), "dim"),
        Cell(task.key or task.name),
        Cell(host or "-", "" if host else "dim"),
        Cell(queued_text(task, now), "dim"),
        Cell(none_text(task, "started") if task.started is None else _start(task.started, now, ages), "dim"),
        Cell(ran_text(task, now)),
        Cell("-" if code is None else str(code), "bad" if code else "dim"),
        Cell(cost_text(task) or "-", "dim"),
        Cell(task.reason or ("-" if bad else ""), "bad" if task.status is TaskStatus.FAILED else "dim"),
    )


def _start(at: datetime, now: datetime, ages: bool) -> str:
    if ages:
        return span_text(max(now - at, timedelta(0)))
    at = local(at)
    return f"{at:%H:%M:%S}" if at.date() == local(now).date() else f"{at:%d %H:%M}"
