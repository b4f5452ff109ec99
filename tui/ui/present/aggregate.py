"""Rows grouped by fields: how many, what they cost, how long they usually run."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import itemgetter
from statistics import median

from tui.domain.errors import UsageError
from tui.domain.money import Sum
from tui.domain.query import Context, Type, lookup
from tui.domain.task import Task, spent_on
from tui.domain.text import natural
from tui.ui.present.cells import Cell, Column
from tui.ui.present.columns import WORDS
from tui.ui.present.format import coarse_text

__all__ = ["FIGURES", "RowGroup", "columns_of", "group_cells", "grouped", "in_order"]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Tasks that share some values."""

    values: tuple[str | None, ...]
    """One for each field; None where it is missing."""
    count: int
    statuses: Counter[str]
    cost: Sum
    """Spent."""
    run: timedelta | None
    """Median running time of those that ended."""

    def query(self, names: Sequence[str]) -> str:
        """The filter that shows exactly these."""
        parts = []
        for name, value in zip(names, self.values, strict=True):
            quoted = "none" if value is None else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            parts.append(f"{name}{':' if value is None else '='}{quoted}")
        return " ".join(parts)


def grouped(names: Sequence[str], tasks: Iterable[Task], context: Context) -> list[RowGroup]:
    """The largest first.

    Raises:
        UsageError: A field is not known, or has too many values to group by.
    """
    readers = []
    for name in names:
        known = lookup(name)
        if known is None:
            raise UsageError(f"there is no field {name!r} to group by")
        field, key = known
        if field.type not in {Type.TEXT, Type.WORD, Type.MAP}:
            raise UsageError(f"{field.name} has too many values to group by; take a text such as project, app, status")
        readers.append((field, key))
    found: dict[tuple[str | None, ...], list[Task]] = {}
    for task in tasks:
        values = []
        for field, key in readers:
            value = field.read(task, context)
            values.append(value.get(key or "") if field.type is Type.MAP else value)
        found.setdefault(tuple(values), []).append(task)
    groups = [_group(values, members, context) for values, members in found.items()]
    return sorted(groups, key=lambda g: (-g.count, tuple(natural(v or "") for v in g.values)))


def in_order(groups: Sequence[RowGroup], names: Sequence[str], column: str, *, descending: bool) -> list[RowGroup]:
    """By one column, what is missing last either way; equal ones stay as they were. Amounts of several currencies are
    not added: the largest of them counts."""

    def value(group: RowGroup) -> float | str | None:
        return FIGURES[column](group) if column in FIGURES else _sortable(group.values[names.index(column)])

    known = [(found, group) for group in groups if (found := value(group)) is not None]
    missing = [group for group in groups if value(group) is None]
    return [group for _, group in sorted(known, key=itemgetter(0), reverse=descending)] + missing


def _sortable(text: str | None) -> str | None:
    return None if text is None else natural(text)


def _group(values: tuple[str | None, ...], tasks: Sequence[Task], context: Context) -> RowGroup:
    runs = [t.ran(context.now) for t in tasks if t.status.is_final]
    known = [span.total_seconds() for span in runs if span is not None]
    return RowGroup(
        values,
        len(tasks),
        Counter(task.status.value for task in tasks),
        spent_on(tasks),
        timedelta(seconds=median(known)) if known else None,
    )


def columns_of(names: Sequence[str]) -> tuple[Column, ...]:
    """The fields, then the figures."""
    fields = [Column(name, name.upper(), 16, grows=place == 0, frozen=True) for place, name in enumerate(names)]
    return (
        *fields,
        Column("count", "COUNT", 7, right=True),
        Column("failed", "FAILED", 7, 1, right=True),
        Column("open", "OPEN", 6, 2, right=True),
        Column("cost", "COST", 22, 3, right=True),
        Column("run", "MEDIAN RUN", 10, 4, right=True),
    )


def group_cells(group: RowGroup) -> list[Cell]:
    """One line."""
    failed = group.statuses["failed"]
    live = _open(group)
    return [
        *(Cell(value or "-", "name" if value else "dim") for value in group.values),
        Cell(f"{group.count:,}"),
        Cell(f"{failed:,}", "bad" if failed else "dim"),
        Cell(f"{live:,}", "" if live else "dim"),
        Cell(str(group.cost) or "-", "" if group.cost else "dim"),
        Cell(coarse_text(group.run), "" if group.run else "dim"),
    ]


_OPEN = frozenset(status.value for status in WORDS if status.is_open)


def _open(group: RowGroup) -> int:
    return sum(n for status, n in group.statuses.items() if status in _OPEN)


FIGURES: Mapping[str, Callable[[RowGroup], float | None]] = {
    "count": lambda group: group.count,
    "failed": lambda group: group.statuses["failed"],
    "open": _open,
    "cost": lambda group: max((float(money.amount) for money in group.cost.amounts), default=None),
    "run": lambda group: group.run.total_seconds() if group.run else None,
}
"""The columns behind the fields, by their keys, and what they are ordered by."""
