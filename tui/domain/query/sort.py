"""Sorting tasks by typed values: missing values last whichever the direction, ties newest first."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tui.domain.query.context import Context
from tui.domain.query.fields import FIELDS, Type, lookup, reader
from tui.domain.query.nodes import QueryError
from tui.domain.status import TaskStatus
from tui.domain.task import Task

__all__ = ["DEFAULT", "SortKey", "parse_sort", "sorted_tasks"]

_SAMPLE = 2_000
_FEW = 200
"""Distinct values in a sample that make sorting by groups worth it."""
_MONEY = frozenset(field.name for field in FIELDS if field.type is Type.MONEY)
_ORDER = {status.value: place for place, status in enumerate(TaskStatus)}


@dataclass(frozen=True, slots=True)
class SortKey:
    """One field and its direction."""

    field: str
    descending: bool = False
    key: str | None = None
    """Behind the dot of `meta.X`."""

    def __str__(self) -> str:
        name = f"{self.field}.{self.key}" if self.key else self.field
        return f"{name} desc" if self.descending else name


DEFAULT = (SortKey("created", True),)
"""Newest first."""


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """`cost desc, name`.

    Raises:
        QueryError: A field is not known, or a direction is neither asc nor desc.
    """
    keys, at = [], 0
    for part in text.split(","):
        words = part.split()
        start = at + len(part) - len(part.lstrip())
        at += len(part) + 1
        if not words:
            continue
        known = lookup(words[0])
        if known is None:
            raise QueryError(start, start + len(words[0]), f"there is no field {words[0]!r} to sort by")
        if (known[0].type is Type.MAP) != (known[1] is not None):
            why = f"write {known[0].name}.KEY" if known[1] is None else f"{known[0].name} has no parts"
            raise QueryError(start, start + len(words[0]), why)
        if len(words) > 2 or (len(words) == 2 and words[1].lower() not in {"asc", "desc"}):
            raise QueryError(start, start + len(part.strip()), "write FIELD asc or FIELD desc")
        keys.append(SortKey(known[0].name, len(words) == 2 and words[1].lower() == "desc", known[1]))
    return tuple(keys) or DEFAULT


def _reader(key: SortKey, context: Context) -> Callable[[Task], Any]:
    known = lookup(key.field)
    if known is None:
        raise ValueError(f"no field {key.field!r}")
    field = known[0]
    read = reader(field, context)
    if field.name == "status":
        return lambda task: _ORDER[task.status._value_]
    match field.type:
        case Type.MAP:
            return lambda task: _mapped(read(task).get(key.key or ""))
        case Type.TEXT | Type.WORD:
            return lambda task: _text(read(task))
    return read


def _text(text: str | None) -> Any:
    return None if text is None else text.lower()


def _mapped(text: str | None) -> Any:
    """Numbers by their size and before texts."""
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        return 1, 0.0, text.lower()
    return (0, number, "") if math.isfinite(number) else (1, 0.0, text.lower())


def _ref(task: Task) -> tuple[str, str, str]:
    return task.ref.account, task.ref.id, task.ref.job or ""


def sorted_tasks(
    tasks: Iterable[Task], keys: tuple[SortKey, ...], context: Context, *, newest_first: bool = False
) -> list[Task]:
    """The tasks in order; the same input always gives the same output.

    Args:
        tasks: In any order.
        keys: The first counts most.
        context: For ages and running times.
        newest_first: The tasks come as `DEFAULT` orders them, which spares a sort of 100,000 rows.
    """
    rows = list(tasks)
    if not newest_first:
        rows.sort(key=_ref)
        rows = _by(rows, DEFAULT[0], context)
    if keys == DEFAULT:
        return rows
    for key in reversed(keys):
        rows = _by(rows, key, context)
    return rows


def _by(rows: list[Task], key: SortKey, context: Context) -> list[Task]:
    """A stable sort by one key; missing values last whichever the direction."""
    values = list(map(_reader(key, context), rows))
    if key.field in _MONEY:  # currencies are not compared: by amount, then by currency
        amounts = [None if money is None else float(money.amount) for money in values]
        order = _order(amounts, key.descending)
        return _by_groups([rows[p] for p in order], [values[p] and values[p].currency for p in order], key.descending)
    if len(set(values[:_SAMPLE])) <= _FEW:
        return _by_groups(rows, values, key.descending)
    return [rows[place] for place in _order(values, key.descending)]


def _order(values: list[Any], descending: bool) -> list[int]:
    """The places of the values in their order, missing ones last."""
    places: Iterable[int] = range(len(values))
    missing: list[int] = []
    if None in values:
        missing = [place for place in places if values[place] is None]
        places = [place for place in places if values[place] is not None]
    return sorted(places, key=values.__getitem__, reverse=descending) + missing


def _by_groups(rows: list[Task], values: list[Any], descending: bool) -> list[Task]:
    """The same for few distinct values (status, project, app): comparing equal texts is what a sort spends most on."""
    groups: dict[Any, list[Task]] = {}
    for value, row in zip(values, rows, strict=True):
        if (group := groups.get(value)) is None:
            group = groups[value] = []
        group.append(row)
    missing = groups.pop(None, [])
    order = sorted(groups, reverse=descending)
    return [row for value in order for row in groups[value]] + missing
