"""Sorting tasks by typed values: missing values last whichever the direction, ties newest first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tui.domain.money import Money
from tui.domain.query.context import Context
from tui.domain.query.fields import Type, lookup
from tui.domain.query.nodes import QueryError
from tui.domain.status import TaskStatus
from tui.domain.task import Task

__all__ = ["DEFAULT", "SortKey", "parse_sort", "sorted_tasks"]

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
        if len(words) > 2 or (len(words) == 2 and words[1].lower() not in {"asc", "desc"}):
            raise QueryError(start, start + len(part.strip()), "write FIELD asc or FIELD desc")
        keys.append(SortKey(known[0].name, len(words) == 2 and words[1].lower() == "desc", known[1]))
    return tuple(keys) or DEFAULT


def _reader(key: SortKey, context: Context) -> Callable[[Task], Any]:
    known = lookup(key.field)
    if known is None:
        raise ValueError(f"no field {key.field!r}")
    field = known[0]
    if field.name == "status":
        return lambda task: _ORDER[task.status.value]
    if field.type is Type.MAP:
        return lambda task: _text(field.read(task, context).get(key.key or ""))
    if field.type is Type.MONEY:
        return lambda task: _money(field.read(task, context))
    if field.type in {Type.TEXT, Type.WORD}:
        return lambda task: _text(field.read(task, context))
    return lambda task: field.read(task, context)


def _money(money: Money | None) -> Any:
    return None if money is None else (money.currency, float(money.amount))


def _text(text: str | None) -> Any:
    return None if text is None else text.lower()


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
    places: Iterable[int] = range(len(rows))
    missing: list[int] = []
    if any(value is None for value in values):
        missing = [place for place in places if values[place] is None]
        places = [place for place in places if values[place] is not None]
    order = sorted(places, key=values.__getitem__, reverse=key.descending)
    return [rows[place] for place in order] + [rows[place] for place in missing]
