"""Typed words of a filter to values: numbers, durations, times, money, patterns."""

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from tui.domain.query.fields import Type
from tui.domain.query.nodes import Moment, QueryError, Value

__all__ = ["duration", "pattern", "value"]

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+\Z")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\Z")
_MONEY = re.compile(r"([+-]?\d+(?:\.\d+)?)([A-Za-z]{2,4})?\Z")
_SYMBOLS = {"$": "usd", "€": "eur", "£": "gbp"}
_LONGEST_PATTERN = 400
_NESTED = re.compile(r"\([^()]*[+*][^()]*\)[+*{]")


def duration(text: str) -> timedelta | None:
    """`90s`, `15m`, `2h30m`, `3d`; None when it is no duration."""
    if not _DURATION.match(text.lower()):
        return None
    try:
        return timedelta(seconds=sum(float(n) * _UNITS[u] for n, u in _PART.findall(text.lower())))
    except OverflowError:
        return None


def pattern(text: str, start: int, end: int) -> re.Pattern[str]:
    """A regular expression in smart case.

    Raises:
        QueryError: It cannot be read, is too long, or repeats a repetition (which can take forever).
    """
    if len(text) > _LONGEST_PATTERN:
        raise QueryError(start, end, f"a pattern has at most {_LONGEST_PATTERN} characters")
    if _NESTED.search(text):
        raise QueryError(start, end, "a repetition within a repetition can take forever; write it without")
    try:
        return re.compile(text, 0 if any(c.isupper() for c in text) else re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise QueryError(start, end, f"not a pattern: {error}") from None


def value(kind: Type, text: str, start: int, end: int) -> Value:
    """One value of a field of this kind; the word `none` is None.

    Raises:
        QueryError: The text is no such value.
    """
    if text == "none":
        return None
    match kind:
        case Type.NUMBER:
            try:
                return float(text.rstrip("%"))
            except ValueError:
                raise QueryError(start, end, f"{text!r} is not a number") from None
        case Type.DURATION:
            span = duration(text)
            if span is None:
                raise QueryError(start, end, f"{text!r} is not a duration; write 90s, 15m, 2h30m or 3d")
            return span
        case Type.MONEY:
            return _money(text, start, end)
        case Type.TIME:
            return _moment(text, start, end)
        case Type.WORD:
            return text.lower()
    return text


def _money(text: str, start: int, end: int) -> tuple[Decimal, str | None]:
    currency = _SYMBOLS.get(text[:1])
    found = _MONEY.match(text[1:] if currency else text)
    if not found:
        raise QueryError(start, end, f"{text!r} is not an amount; write 5, 0.23 or 5usd")
    try:
        return Decimal(found.group(1)), (currency or found.group(2) or "").upper() or None
    except InvalidOperation:
        raise QueryError(start, end, f"{text!r} is not an amount") from None


def _moment(text: str, start: int, end: int) -> Moment:
    low = text.lower()
    span = duration(low.removeprefix("-"))
    if span is not None:
        return Moment("ago", ago=span)
    if low in {"today", "yesterday"}:
        return Moment("day", days=0 if low == "today" else 1)
    if low in _DAYS:
        return Moment("weekday", days=_DAYS.index(low))
    if found := _CLOCK.match(low):
        hour, minute, second = (int(part or 0) for part in found.groups())
        if hour < 24 and minute < 60 and second < 60:
            return Moment("clock", at=datetime(2000, 1, 1, hour, minute, second), minutes=found.group(3) is None)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        why = f"{text!r} is not a time; write 2026-11-20, 20:30, today, mon, -3h or 7d"
        raise QueryError(start, end, why) from None
    return Moment("date" if len(text) <= 10 else "at", at=at)
