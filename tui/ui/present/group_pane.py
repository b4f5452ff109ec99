"""What is known of one group of failures, drawn: when, what they share, how long they ran, what to do."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from rich.cells import cell_len
from textual.content import Content

from tui.domain.task import Task
from tui.domain.triage import Group
from tui.ui.present.bars import amount
from tui.ui.present.batch import done_seconds
from tui.ui.present.charts import columns
from tui.ui.present.failure_groups import lost_text
from tui.ui.present.format import count_text, span_text
from tui.ui.present.peers import run_lines
from tui.ui.present.roles import drawn
from tui.ui.present.text import cut, wrapped
from tui.ui.present.zone import local

__all__ = ["group_charts", "group_words", "run_chart"]

_STEPS = (1, 2, 5, 10, 20, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080)
"""Minutes that one column of `when` may stand for."""
_FEWEST = 5
"""Run times without which no histogram is drawn."""
_BAR = 10
_SHARED = 4
"""Shared values that are drawn."""
Parts = list[tuple[str, str]]


def group_words(
    group: Group, now: datetime, width: int, *, note: str | None = None, succeeded: int | None = None
) -> list[Content]:
    """How many failed, since when and what of, what to do, what they share.

    Args:
        group: What failed for one reason.
        now: The date of what is not of today is named.
        width: Cells.
        note: Of the user, where the group was acknowledged.
        succeeded: How many went well; None where that cannot be told.
    """
    lines = _facts(group, now, width)
    if note is not None:
        lines.append(drawn([(cut(f"acknowledged: {note or 'no note'}", width).rstrip(), "done")]))
    if group.mixed:
        lines += _wrapped("mixed: the sample logs disagree; R reads the others within the budget", "warn", width)
    elif not group.explained:
        lines += _wrapped("the platform only says that they failed; l reads a sample log", "warn", width)
    lines += _wrapped(f"do  {group.suggestion}", "accent", width)
    return lines + _shared(group, width, succeeded)


def group_charts(group: Group, children: Iterable[Task], now: datetime, width: int) -> list[Content]:
    """When they failed, and how long they ran beside those of the children that are done."""
    return [*_when(group, width), *_run_times(group, children, now, width)]


def _wrapped(text: str, role: str, width: int) -> list[Content]:
    return [drawn([(part, role)]) for part in wrapped(text, width)]


def _facts(group: Group, now: datetime, width: int) -> list[Content]:
    """How many, of which class, what they cost, since when."""
    facts = [
        group.klass.value,
        f"exit {group.exit}" if group.exit is not None else "",
        f"lost {lost_text(group)}" if group.cost_lost else "",
        f"first {_clock(group.first, now)}" if group.first else "",
        f"last {_clock(group.last, now)}" if group.last else "",
    ]
    line: Parts = [(count_text(group.count, "failure"), "bold fail")]
    if group.new:
        line.append((f"  {group.new} new", "warn"))
    lines = [line]
    for fact in filter(None, facts):
        used = sum(cell_len(text) for text, _ in lines[-1])
        if used + 3 + cell_len(fact) > width:
            lines.append([])
        lines[-1].append((("   " if lines[-1] else "") + fact, "ink"))
    return [drawn(line) for line in lines]


def _clock(at: datetime, now: datetime) -> str:
    at = local(at)
    return f"{at:%H:%M}" if at.date() == local(now).date() else f"{at:%d %b %H:%M}"


def _when(group: Group, width: int) -> list[Content]:
    """Failures over time, in columns of a round number of minutes."""
    ends = sorted(task.ended for task in group.members if task.ended is not None)
    if len(ends) < 2 or ends[0] == ends[-1]:
        return []
    first, last = ends[0], ends[-1]
    minutes = (last - first).total_seconds() / 60
    most = max(8, width - 2)
    step = next((step for step in _STEPS if minutes / step < most), _STEPS[-1] * int(1 + minutes / _STEPS[-1] / most))
    counts = [0] * (int(minutes / step) + 1)
    for end in ends:
        counts[min(len(counts) - 1, int((end - first).total_seconds() / 60 / step))] += 1
    each = span_text(timedelta(minutes=step))
    begin, finish = _clock(first, last), _clock(last, last)
    gap = max(1, len(counts) - cell_len(begin) - cell_len(finish))
    return [
        Content(""),
        drawn([("when", "bold dim"), (f"  {each} each, tallest {max(counts):,}", "dim")]),
        drawn([(columns(counts)[0], "fail")]),
        drawn([(begin + " " * gap + finish, "faint")]),
    ]


def _shared(group: Group, width: int, succeeded: int | None) -> list[Content]:
    """What they have in common, as a share of the failed and of those that went well."""
    basis = [drawn([(part, "dim")]) for part in wrapped(group.basis(succeeded), width)]
    if not group.common:
        return [Content(""), drawn([("they share", "bold dim")]), *basis]
    bar = _BAR if width >= 46 else 5
    tail = 2 * (bar + 7)
    room = max(8, width - tail - 1)
    head: Parts = [
        (cut("they share", room), "bold dim"),
        (f" {'failed':<{bar + 7}}", "dim"),
        ("succeeded", "dim"),
    ]
    lines = [Content(""), drawn(head)]
    for factor in group.common[:_SHARED]:
        parts: Parts = [(cut(f"{factor.value}  {factor.field}", room), "warn"), (" ", "")]
        for value, of, role in (
            (factor.failed, factor.of_failed, "fail"),
            (factor.succeeded, factor.of_succeeded, "done"),
        ):
            parts += [*amount(value, max(1, of), bar, role), (f"{100 * value / max(1, of):>4.0f} % ", "ink")]
        lines.append(drawn(parts))
    return [*lines, *basis]


def _run_times(group: Group, children: Iterable[Task], now: datetime, width: int) -> list[Content]:
    """How long the done ones ran, and where the failed ones of the group stand."""
    spans = done_seconds(children, now)
    mine = sorted(span.total_seconds() for task in group.members if (span := task.ran(now)) is not None)
    if len(spans) < _FEWEST or not mine:
        return []
    return [
        Content(""),
        drawn([("run time", "bold dim"), (f"  of {len(spans):,} done", "dim")]),
        *run_chart(spans, mine[len(mine) // 2], width),
    ]


def run_chart(spans: Sequence[float], this: float, width: int, said: str = "these") -> list[Content]:
    """A histogram of seconds in two rows, an axis, and `▲` under where `this` stands."""
    *rows, axis = run_lines(spans, this, max(10, min(44, width)), said)
    return [*(drawn([(row, "accent")]) for row in rows), drawn([(axis, "dim")])]
