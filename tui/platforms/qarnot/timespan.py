"""Two text forms of the Qarnot API: .NET timespans and instance ranges."""

import re
from datetime import timedelta

__all__ = ["MOST_INSTANCES", "compact", "ranges", "timespan"]

MOST_INSTANCES = 100_000
"""Instances of one task that are told apart; a range beyond it is nonsense or an attack."""
_SPAN = re.compile(r"(?:(\d{1,8})\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?")
_PART = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


def timespan(text: object) -> timedelta | None:
    """`[d.]hh:mm:ss[.fffffff]`: any number of days, the fraction in ticks of 100 ns (quirk Q3). None for the rest."""
    found = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    days, hours, minutes, seconds, fraction = found.groups()
    ticks = int((fraction or "").ljust(7, "0"))
    return timedelta(int(days or 0), int(seconds), ticks // 10, 0, int(minutes), int(hours))


def ranges(text: str | None) -> tuple[int, ...]:
    """The numbers of `0-2,4-5,17`, ascending and each once; a part that cannot be read is left out."""
    numbers: set[int] = set()
    for part in (text or "").split(","):
        if found := _PART.fullmatch(part.strip()):
            first = int(found[1])
            last = int(found[2] or first)
            room = MOST_INSTANCES - len(numbers)
            numbers.update(range(first, min(last + 1, first + room)))
    return tuple(sorted(numbers))


def compact(numbers: tuple[int, ...] | list[int]) -> str:
    """Numbers as a range text, the inverse of `ranges`."""
    parts: list[str] = []
    ordered = sorted(set(numbers))
    start = 0
    for at, number in enumerate(ordered):
        if at + 1 == len(ordered) or ordered[at + 1] != number + 1:
            first = ordered[start]
            parts.append(str(first) if first == number else f"{first}-{number}")
            start = at + 1
    return ",".join(parts)
