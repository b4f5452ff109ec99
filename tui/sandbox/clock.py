"""The sandbox's time: the real one, faster, moved by hand, or standing still."""

import time
from datetime import UTC, datetime, timedelta

__all__ = ["WorldClock"]


class WorldClock:
    """`now()` is `start` plus the real time since then times `speed`, plus what was advanced by hand."""

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self.start = (start or datetime.now(UTC)).replace(microsecond=0)
        self._speed = speed
        self._begun = time.monotonic()
        self._extra = timedelta(0)

    def now(self) -> datetime:
        """The world's time, aware UTC; with speed 0 it moves only by `advance`."""
        passed = (time.monotonic() - self._begun) * self._speed
        return self.start + timedelta(seconds=passed) + self._extra

    def advance(self, seconds: float) -> None:
        """Jump ahead."""
        self._extra += timedelta(seconds=seconds)
