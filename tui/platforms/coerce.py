"""Lenient readings that every adapter needs: what cannot be read is None, never an exception (R23).

What was not sent and what cannot be read are both None; `garbled` and `read` tell them apart.
"""

import math
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, TypeVar

from tui.domain.detail import GARBLED, Fact, Garbled
from tui.domain.money import Money
from tui.domain.task import NOTHING, Task
from tui.domain.text import CELL_LIMIT, kept, plain

__all__ = [
    "amount",
    "cell",
    "cost",
    "count",
    "fact",
    "fact_of",
    "flat",
    "garbled",
    "interned",
    "is_sent",
    "number",
    "read",
    "span",
    "when",
]  # fmt: skip

_Read = TypeVar("_Read")

_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_UNSET = ("0000-", "0001-01-01", "1970-01-01")
"""How a time that was never set begins."""
_DEPTH = 12
_DECIMALS = 12
_LARGEST = 10**30
"""A whole number beyond is shown as text, cut: Python refuses to write one of more than 4,300 digits."""


def cell(text: str | None) -> str | None:
    """A short text, cleaned; empty is absent."""
    if text is None:
        return None
    if len(text) <= CELL_LIMIT and text.isascii() and text.isprintable():  # nearly all are, and need no cleaning
        return text or None
    return kept(text, CELL_LIMIT) or None


def interned(text: str) -> str:
    """A text that many rows share, held once; one that keeps its platform's own characters beside it stays as it is."""
    return sys.intern(text) if type(text) is str else text


def number(value: object) -> float | None:
    """A finite number from a number or numeric text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def count(value: object) -> int | None:
    """A whole number from zero up."""
    if type(value) is int:
        return value if 0 <= value < 2**53 else None
    result = number(value)
    return int(result) if result is not None and 0 <= result < 2**53 else None


def span(value: object, unit: timedelta) -> timedelta | None:
    """So many units; negative and absurd ones are absent."""
    result = value if type(value) is int else number(value)  # a whole number of units needs no rounding
    if result is None or result < 0:
        return None
    try:
        return result * unit
    except OverflowError:
        return None


def when(text: object) -> datetime | None:
    """An ISO 8601 time as aware UTC; no zone means UTC; what lies before 1970 (an unset time) is absent."""
    if not text or not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if time >= _EARLIEST else None


def amount(value: object, currency: str | None) -> Money | None:
    """Money from a number or numeric text; without a currency there is none."""
    if not currency or isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return _amount(str(value).strip(), currency)


def cost(value: object, currency: str | None) -> Money | None:
    """Money that was spent, so that it is never below zero."""
    money = amount(value, currency)
    return None if money is None or money.amount < 0 else money


def is_sent(value: object) -> bool:
    """Whether a platform sent anything: not null, an empty text, 0 for a time, or a time that was never set."""
    if value is None or value == 0 or number(value) == 0:
        return False
    return not isinstance(value, str) or bool(value.strip() and not value.startswith(_UNSET))


def garbled(*facts: tuple[str, object, object]) -> frozenset[str]:
    """Which of these cannot be read: for each its name, what was sent, and what it was read as."""
    names = [name for name, sent, read in facts if read is None and is_sent(sent)]
    return _shared_names(tuple(names)) if names else NOTHING


@lru_cache(1024)
def _shared_names(names: tuple[str, ...]) -> frozenset[str]:
    """The same set for every row with the same faults."""
    return frozenset(names)


def read(reader: Callable[..., _Read | None], sent: object, *how: Any) -> _Read | Garbled | None:
    """What `reader` makes of what was sent; `GARBLED` where it cannot read it."""
    value = reader(sent, *how)
    return GARBLED if value is None and is_sent(sent) else value


def fact_of(task: Task, attribute: str) -> Fact:
    """An attribute of a task as a fact; `GARBLED` where what was sent for it cannot be read."""
    return GARBLED if attribute in task.garbled else getattr(task, attribute)


@lru_cache(4096)
def _amount(text: str, currency: str) -> Money | None:
    try:
        decimal = Decimal(text)
    except InvalidOperation:
        return None
    if not decimal.is_finite() or abs(decimal) > Decimal(10) ** 15:
        return None
    exponent = decimal.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_DECIMALS:  # `1e-999999` would be written with a million zeros
        decimal = decimal.quantize(Decimal(1).scaleb(-_DECIMALS))
    return Money(plain(currency.upper(), 12), decimal)


def fact(value: Any, depth: int = 0) -> Fact:
    """Any JSON value as a fact: texts cleaned, names too, too deep a nesting cut."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else "a number of more than 30 digits"
    if isinstance(value, float):
        return value if math.isfinite(value) else GARBLED
    if isinstance(value, str):
        return kept(value, lines=True)
    if depth >= _DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {plain(str(key), CELL_LIMIT): fact(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [fact(inner, depth + 1) for inner in value]
    return plain(str(value))


def flat(values: Mapping[str, Any] | None) -> dict[str, str]:
    """The simple values of an object as short texts, for columns and filters; lists are joined by commas."""
    result: dict[str, str] = {}
    for key, value in (values or {}).items():
        simple = value if isinstance(value, list) else [value]
        if any(isinstance(v, dict | list) or v is None for v in simple) or not simple:
            continue
        text = ",".join(str(v).lower() if isinstance(v, bool) else str(fact(v)) for v in simple)
        result[plain(str(key), CELL_LIMIT)] = plain(text, CELL_LIMIT)
    return result
