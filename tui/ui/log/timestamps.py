"""Times at the beginning of log lines: to hide them, and to find where the last minutes begin."""

import re
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["line_since", "seconds_of", "stamp_length"]

_STAMP = re.compile(
    r"""\[?
    (?:(?P<day>\d{4}-\d{2}-\d{2})[T\ ]
      |(?P<other>\d{4}/\d{2}/\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{1,2}/[A-Z][a-z]{2}/\d{4}
        |(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\ )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\ {1,2}\d{1,2})
        (?:,\ |[T:\ ])
    )?
    (?P<time>\d{2}:\d{2}:\d{2}|\d:\d{2}:\d{2}(?=(?:[.,]\d+)?\ ?[AaPp]\.?[Mm]))(?:[.,]\d+)?
    (?P<half>\ ?[AaPp]\.?[Mm]\.?(?![A-Za-z]))?
    (?:Z|\ ?(?:UTC|GMT)(?![A-Za-z])|\ ?[+-]\d{2}:?\d{2})?
    (?(other)(?:\ \d{4}(?=[\]\s]))?)
    \]?\s+""",
    re.VERBOSE,
)
"""As loggers write it: ISO 8601, other dates, no date, twelve hours, a zone behind it."""
_DAY = 86_400.0
_NEAR = 64


class Lines(Protocol):
    """What can be asked for lines by number."""

    def __len__(self) -> int: ...

    def line(self, number: int) -> str:
        """A line as text."""
        ...


def stamp_length(text: str) -> int:
    """Characters of the time that a line begins with, and of the space behind it; 0 without one."""
    found = _STAMP.match(text)
    return found.end() if found else 0


def seconds_of(text: str) -> tuple[bool, float] | None:
    """Whether the stamp has a date, and its seconds: since 1970, else since midnight. None also for a date that is not
    ISO 8601, since day and month cannot be told apart."""
    found = _STAMP.match(text)
    if found is None or found["other"] is not None:
        return None
    hour, minute, second = (int(part) for part in found["time"].split(":"))
    if found["half"] is not None:
        hour = hour % 12 + (12 if "p" in found["half"].lower() else 0)
    clock = hour * 3600.0 + minute * 60 + second
    if found["day"] is None:
        return False, clock
    try:
        return True, datetime.fromisoformat(found["day"]).replace(tzinfo=UTC).timestamp() + clock
    except ValueError:
        return None


def line_since(text: Lines, span: timedelta) -> int | None:
    """The first line of the last `span`, counted back from the last line that has a time; None where none has.

    Lines are taken to be in the order of their times; a clock without a date goes round at midnight.
    """
    last = _stamped(text, range(len(text) - 1, max(-1, len(text) - 1 - 4 * _NEAR), -1))
    if last is None:
        return None
    dated, end = last[1]

    def young(number: int) -> bool:
        near = _stamped(text, range(number, min(len(text), number + _NEAR)))
        if near is None or near[1][0] is not dated:
            return False
        age = end - near[1][1]
        return (age if dated else age % _DAY) <= span.total_seconds()

    low, high = 0, last[0]
    while low < high:
        middle = (low + high) // 2
        if young(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _stamped(text: Lines, numbers: range) -> tuple[int, tuple[bool, float]] | None:
    for number in numbers:
        if (found := seconds_of(text.line(number)[:64])) is not None:
            return number, found
    return None
