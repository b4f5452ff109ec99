"""Spans of time as people write them: read in one place."""

import math
import re
from datetime import timedelta

__all__ = ["duration", "duration_text"]

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def duration(text: str) -> timedelta:
    """`90s`, `15m`, `2h30m`, `3d`.

    Raises:
        ValueError: It is not such a text, or too long a time.
    """
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a duration; write for example 5s, 15m or 2h30m")
    seconds = math.fsum(float(number) * _UNITS[unit] for number, unit in parts)
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"{text!r} is too long a time") from None


def duration_text(span: timedelta) -> str:
    """The span as `duration` and the filter language read it: `1d`, `2h30m`, `90s`."""
    seconds = int(span.total_seconds())
    parts = []
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "1s"
