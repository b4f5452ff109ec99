"""Typed words of a filter to values: numbers, durations, times, money, patterns."""

import math
import re
import warnings
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from tui.domain.query.fields import Type
from tui.domain.query.nodes import Moment, QueryError, Value

__all__ = ["duration", "pattern", "value"]

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?[smhdw])+\Z")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhdw])")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\Z")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?\Z")
_TO_THE_MINUTE = re.compile(r"[T ][0-9]{2}:[0-9]{2}(?:Z|[+-][0-9:]+)?\Z")
_MONEY = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))\s*([A-Za-z]{2,4})?\Z")
_SYMBOLS = {"$": "usd", "€": "eur", "£": "gbp"}
_LONGEST_PATTERN = 400


def duration(text: str) -> timedelta | None:
    """`90s`, `15m`, `2h30m`, `3d`; None when it is not a duration."""
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
    if _repeats_repetition(text):
        raise QueryError(start, end, "a repetition within a repetition can take forever; write it without")
    exact = any(c.isupper() for c in re.sub(r"\\.", "", text))  # `\S` is not a capital
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sets that may mean another thing in a later Python
            return re.compile(text, 0 if exact else re.IGNORECASE)
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        raise QueryError(start, end, f"not a pattern: {error}") from None


def _repeats_repetition(text: str) -> bool:
    """Whether a bracket that holds a repetition or a choice is itself repeated, so that there are ways without end."""
    loose = [False]
    """For each open bracket, whether it holds what can match in more than one way."""
    at, closed = 0, False
    while at < len(text):
        char = text[at]
        many = re.match(r"[*+]|\{[0-9]*,[0-9]*\}", text[at:]) is not None
        if closed and (many or re.match(r"\{[0-9]+\}", text[at:])):
            return True
        closed = False
        if char == "\\":
            at += 1
        elif char == "[":
            end = re.match(r"\[\^?\]?(?:\\.|[^\]\\])*\]?", text[at:], re.DOTALL)
            at += len(end.group()) - 1 if end else 0
        elif char == "(":
            loose.append(False)
            if text.startswith("(?", at):
                at += 1
        elif char == ")" and len(loose) > 1:
            closed = loose.pop()
            loose[-1] = loose[-1] or closed
        elif many or char in "|?":
            loose[-1] = True
        at += 1
    return False


def value(kind: Type, text: str, start: int, end: int) -> Value:
    """One value of a field of this kind.

    Raises:
        QueryError: The text is not such a value.
    """
    match kind:
        case Type.NUMBER:
            return _number(text, start, end)
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


def _number(text: str, start: int, end: int) -> float:
    digits = text.removesuffix("%")
    number = float(digits) if _NUMBER.match(digits) else math.inf
    if math.isinf(number):
        raise QueryError(start, end, f"{text!r} is not a number")
    return number


def _money(text: str, start: int, end: int) -> tuple[Decimal, str | None]:
    currency = _SYMBOLS.get(text[:1])
    found = _MONEY.match(text[1:] if currency else text)
    if not found:
        raise QueryError(start, end, f"{text!r} is not an amount; write 5, 0.23 or 5usd")
    return Decimal(found.group(1)), (currency or found.group(2) or "").upper() or None


def _day(word: str) -> Moment | None:
    if word in {"today", "yesterday"}:
        return Moment("day", days=0 if word == "today" else 1)
    return Moment("weekday", days=_DAYS.index(word)) if word in _DAYS else None


def _moment(text: str, start: int, end: int) -> Moment:
    low = text.lower()
    span = duration(low.removeprefix("-"))
    if span is not None:
        return Moment("ago", ago=span)
    day, _, clock = low.partition(" ")
    if (known := _day(day)) is not None and not clock:
        return known
    if found := _CLOCK.match(clock if known is not None else low):
        hour, minute, second = (int(part or 0) for part in found.groups())
        if hour < 24 and minute < 60 and second < 60:
            at = datetime(2000, 1, 1, hour, minute, second)
            return replace(known or Moment("clock"), at=at, minutes=found.group(3) is None)
    try:
        at = datetime.fromisoformat(text.upper())
    except ValueError:
        why = f"{text!r} is not a time; write 2026-11-20, 20:30, today, mon, -3h or 7d"
        raise QueryError(start, end, why) from None
    kind = "at" if re.search(r"[T ]", text.upper()) else "date"
    return Moment(kind, at=at, minutes=_TO_THE_MINUTE.search(text.upper()) is not None)
