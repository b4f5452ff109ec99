"""What the headers of an answer say about when to come back."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tui.domain.account import Budget

__all__ = ["budget", "retry_at", "server_time"]

_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(hours=1)
_MILLISECONDS_FROM = 10**11
"""A reset above this is milliseconds, as old documentation pages show it."""


def _date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        parsed = parsedate_to_datetime(text)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < 10**15 else None


def server_time(headers: Mapping[str, str], now: datetime) -> datetime:
    """The platform's clock by the answer's `Date`, else ours: resets are absolute and clocks are skewed."""
    return _date(headers.get("date")) or now


def _reset(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    number = _number(headers.get("x-ratelimit-reset"))
    if number is None:
        return None
    seconds = number / 1000 if number > _MILLISECONDS_FROM else number
    try:
        return datetime.fromtimestamp(seconds, UTC) - server_time(headers, now)
    except (OverflowError, OSError, ValueError):
        return None


def _clamped(wait: timedelta) -> timedelta:
    return min(max(wait, _SHORTEST), _LONGEST)


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the platform takes requests again, by our clock, between a second and an hour from `now` (R27).

    `Retry-After` (seconds or a date) goes before `X-RateLimit-Reset` (Unix seconds, or milliseconds).
    """
    after = headers.get("retry-after")
    if (seconds := _number(after)) is not None:
        return now + _clamped(timedelta(seconds=min(seconds, 10**6)))
    if (date := _date(after)) is not None:
        return now + _clamped(date - server_time(headers, now))
    reset = _reset(headers, now)
    return None if reset is None else now + _clamped(reset)


def budget(headers: Mapping[str, str], now: datetime) -> Budget | None:
    """The request budget, when the answer tells limit and remaining."""
    limit = _number(headers.get("x-ratelimit-limit"))
    remaining = _number(headers.get("x-ratelimit-remaining"))
    if limit is None or remaining is None:
        return None
    reset = _reset(headers, now)
    resets = None if reset is None else now + min(max(reset, timedelta(0)), _LONGEST)
    return Budget(int(limit), int(remaining), resets)
