"""A rate limit: so many requests in a window, per account."""

from datetime import datetime, timedelta

__all__ = ["RateLimit"]


class RateLimit:
    """A fixed window that starts with the first request in it."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._window = timedelta(seconds=seconds)
        self._resets: datetime | None = None
        self._used = 0

    def take(self, now: datetime) -> bool:
        """Count a request; False when the window is spent."""
        if self._resets is None or now >= self._resets:
            self._resets, self._used = now + self._window, 0
        if self._used >= self.limit:
            return False
        self._used += 1
        return True

    @property
    def remaining(self) -> int:
        """Requests left in this window."""
        return self.limit - self._used

    def reset(self, now: datetime) -> int:
        """When the window ends, in Unix seconds."""
        return int((self._resets or now + self._window).timestamp())

    def spend(self, now: datetime) -> int:
        """Use the window up, as the fault `429` does; the Unix second when it ends."""
        self.take(now)
        self._used = self.limit
        return self.reset(now)
