"""How often a read may be repeated, and after what wait (R26)."""

import random
from collections import deque

__all__ = ["ATTEMPTS", "RetryBudget"]

ATTEMPTS = 3
"""Attempts of one read at most; polls themselves are the outer retry."""
_BASE, _CAP = 0.5, 30.0
_WINDOW = 120.0
_SHARE, _ALWAYS = 0.1, 5


class RetryBudget:
    """Retries of one account: at most a tenth of the calls of two minutes, but never fewer than five.

    That is for a platform that is down. While it answers in between, a fault is a passing one, and it is always
    bridged: the budget binds from five failures in a row.
    """

    def __init__(self, rng: random.Random | None = None) -> None:
        self._rng = rng or random.Random()
        self._calls: deque[float] = deque()
        self._retries: deque[float] = deque()
        self._in_a_row = 0
        """Failures since the last answer."""

    def called(self, now: float) -> None:
        """Count a call begun at `now` (monotonic seconds)."""
        self._forget(now)
        self._calls.append(now)

    def answered(self) -> None:
        """Note that the platform is there."""
        self._in_a_row = 0

    def _forget(self, now: float) -> None:
        """Drop what lies outside the window: a program that runs for days must not remember every call."""
        for times in (self._calls, self._retries):
            while times and times[0] <= now - _WINDOW:
                times.popleft()

    def take(self, now: float) -> bool:
        """Whether a failure at `now` may be followed by one more attempt; it is counted when it may."""
        self._forget(now)
        self._in_a_row += 1
        if self._in_a_row > _ALWAYS and len(self._retries) >= max(_ALWAYS, _SHARE * len(self._calls)):
            return False
        self._retries.append(now)
        return True

    def wait(self, attempt: int) -> float:
        """Seconds before the next attempt, with full jitter; `attempt` counts from 1."""
        return self._rng.uniform(0, min(_CAP, _BASE * 2.0**attempt))
