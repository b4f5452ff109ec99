"""How the API writes moments, durations and ranges (section 3.8)."""

from collections.abc import Iterable
from datetime import datetime

__all__ = ["UNSET", "date", "numbers", "range_text", "timespan"]

UNSET = "0001-01-01T00:00:00Z"
"""A moment that has not come."""


def date(moment: datetime | None) -> str:
    """Whole seconds with `Z`; never seven digits, never an offset."""
    return UNSET if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def timespan(seconds: float, *, ticks: bool = False) -> str:
    """`[d.]hh:mm:ss`, with seven digits of fraction where `ticks` asks for them."""
    whole = int(max(0.0, seconds))
    days, rest = divmod(whole, 86_400)
    text = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    if ticks:
        text += f".{int((seconds - whole) * 10_000_000) or 1_000_003:07d}"
    return f"{days}.{text}" if days else text


def range_text(chosen: Iterable[int]) -> str:
    """`0-2,4-5,17`; empty for none."""
    parts: list[list[int]] = []
    for number in sorted(chosen):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def numbers(text: str) -> list[int]:
    """The numbers of a range text.

    Raises:
        ValueError: It is none, or has more than 100,000.
    """
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        low, high = int(first), int(last if dash else first)
        if high < low or high - low > 100_000:
            raise ValueError(text)
        found += range(low, high + 1)
    return sorted(set(found))
