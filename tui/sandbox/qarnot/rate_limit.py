"""A rate limit as a bucket of tokens: the real figures are not published, only the status 429 is (section 9)."""

from collections.abc import Callable

__all__ = ["RateLimit"]


class RateLimit:
    """So many requests a second, twice as many at once."""

    def __init__(self, rate: float, timer: Callable[[], float]) -> None:
        self._rate, self._most = rate, 2 * rate
        self._timer = timer
        self._held, self._at = self._most, timer()

    def take(self) -> bool:
        """Count a request; False when the bucket is empty."""
        now = self._timer()
        self._held = min(self._most, self._held + (now - self._at) * self._rate)
        self._at = now
        if self._held < 1:
            return False
        self._held -= 1
        return True
