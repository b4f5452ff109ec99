"""Sorting tasks by typed values: missing values last whichever the direction, ties newest first."""

import re
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
_DIGITS = re.compile(r"(\d+)")


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


def _natural(text: str) -> tuple[Any, ...]:
    """`chr2` before `chr10`, whatever the case."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _DIGITS.split(text.lower()) if part)


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
    return None if money is None else (money.currency, money.amount)


def _text(text: str | None) -> Any:
    return None if text is None else _natural(text)


def sorted_tasks(tasks: Iterable[Task], keys: tuple[SortKey, ...], context: Context) -> list[Task]:
    """The tasks in order; the same input always gives the same output."""
    rows = list(tasks)
    rows.sort(key=lambda t: str(t.ref))
    for key in (*keys, *([] if any(k.field == "created" for k in keys) else DEFAULT))[::-1]:
        read = _reader(key, context)
        values = [(read(task), task) for task in rows]
        present = [pair for pair in values if pair[0] is not None]
        missing = [task for value, task in values if value is None]
        present.sort(key=lambda pair: pair[0], reverse=key.descending)
        rows = [task for _, task in present] + missing
    return rows
