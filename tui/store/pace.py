"""When to ask again: intervals, jitter, back-off, and the share of the request budget that polling may use."""

import random
from dataclasses import dataclass
from datetime import datetime

from tui.domain.account import Budget

__all__ = ["Intervals", "Pace"]

_BACKOFF = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_JITTER = 0.1
_SHARE = 0.5
"""Of the requests that are left, polling spreads so much over the rest of the window."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Seconds between two looks."""

    visible: float = 5.0
    """While somebody watches."""
    blurred: float = 30.0
    """While the terminal has no focus."""
    active_every: int = 5
    """What is active but off screen is asked for in each so-manyth cycle."""
    full: float = 600.0
    """Between two loads of the whole list, at least."""


class Pace:
    """One account's pulse."""

    def __init__(self, intervals: Intervals, rng: random.Random) -> None:
        self.intervals = intervals
        self._rng = rng

    def interval(self, *, focused: bool, budget: Budget | None, cost: int, now: datetime) -> float:
        """Seconds until the next cycle, without jitter.

        Args:
            focused: Whether the terminal has focus.
            budget: What the platform says it still takes.
            cost: Requests that one cycle needs.
            now: To see how long the budget must last.
        """
        base = self.intervals.visible if focused else self.intervals.blurred
        if budget is None or budget.resets is None:
            return base
        left = (budget.resets - now).total_seconds()
        if left <= 0:
            return base
        allowed = _SHARE * budget.remaining / left
        return min(max(base, cost / allowed), left + 1) if allowed > 0 else left + 1

    def jittered(self, seconds: float) -> float:
        """Within a tenth, so that many programs do not knock at the same moment."""
        return seconds * self._rng.uniform(1 - _JITTER, 1 + _JITTER)

    def first(self, seconds: float) -> float:
        """The wait after the very first load, anywhere within an interval."""
        return seconds * self._rng.uniform(0.2, 1.0)

    def backoff(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        return self._rng.uniform(0.5, 1.0) * _BACKOFF[min(failures, len(_BACKOFF)) - 1]

    def full_interval(self, tasks: int) -> float:
        """Seconds between whole loads: never under ten minutes, and slower the longer the list, so that the load adds
        at most five requests a minute."""
        return max(self.intervals.full, tasks / 100 * 12)
