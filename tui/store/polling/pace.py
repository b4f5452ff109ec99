"""When to ask again: intervals, jitter, back-off, and the share of the request budget that polling may use."""

import random
from dataclasses import dataclass
from datetime import datetime

from tui.domain.account import Budget

__all__ = ["PAGE", "Intervals", "Load", "Pace", "pages"]

_BACKOFF = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
PAGE = 100
"""Tasks that one call brings."""
_JITTER = 0.1
_MARGIN = 0.95
"""Of the calls that a cycle may take on average, so that jitter does not lead beyond."""
_TRICKLE = 0.05
"""Of the requests that are left, polling uses so much when half of the window's are gone, so that twenty programs on
one account all go on refreshing to its end."""


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


@dataclass(frozen=True, slots=True)
class Load:
    """What one cycle asks for."""

    calls: int = 1
    """Requests it takes."""
    active: int = 0
    """Tasks that can still change."""
    tasks: int = 0
    """All tasks of the list."""


class Pace:
    """One account's pulse."""

    def __init__(self, intervals: Intervals, rng: random.Random) -> None:
        self.intervals = intervals
        self._rng = rng

    def interval(self, *, focused: bool, budget: Budget | None, load: Load, now: datetime) -> float:
        """Seconds until the next cycle, without jitter.

        As often as configured, but all calls together (whole loads too) stay within one a cycle and one more for each
        hundred tasks that can still change; and half of what the platform takes in a window stays for others.

        Args:
            focused: Whether the terminal has focus.
            budget: What the platform says it still takes.
            load: What one cycle costs, and for how much.
            now: To see how long the budget must last.
        """
        base = self._base(focused)
        whole = base * pages(load.tasks) / self.full_interval(load.tasks)  # calls a cycle for whole loads
        allowed = max(0.5, _MARGIN * (1 + pages(load.active)) - whole)
        base = max(base, base * load.calls / allowed)
        if budget is None or budget.resets is None:
            return base
        left = (budget.resets - now).total_seconds()
        if left <= 0:
            return base
        usable = max(budget.remaining - budget.limit / 2, budget.remaining * _TRICKLE)
        rate = usable / left
        return max(base, min(load.calls / rate, left + 1) if rate > 0 else left + 1)

    def _base(self, focused: bool) -> float:
        return self.intervals.visible if focused else self.intervals.blurred

    def wait(self, interval: float, *, focused: bool) -> float:
        """The interval within a tenth, so that many programs do not knock at the same moment. One that was stretched
        is never cut: at its end a budget comes back."""
        stretched = interval > 2 * self._base(focused)
        return interval * self._rng.uniform(1.0 if stretched else 1 - _JITTER, 1 + _JITTER)

    def first(self, seconds: float) -> float:
        """The wait after the very first load, anywhere within an interval."""
        return seconds * self._rng.uniform(0.2, 1.0)

    def after(self, seconds: float) -> float:
        """Not before the moment the platform named, and not all at that moment."""
        return max(1.0, seconds) * self._rng.uniform(1.0, 1 + _JITTER)

    def backoff(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        return self._rng.uniform(0.5, 1.0) * _BACKOFF[min(failures, len(_BACKOFF)) - 1]

    def full_interval(self, tasks: int) -> float:
        """Seconds between whole loads: never under ten minutes, and slower the longer the list, so that they add at
        most two requests a minute."""
        return max(self.intervals.full, 30.0 * pages(tasks))


def pages(tasks: int) -> int:
    """Calls that so many tasks take, a hundred each."""
    return -(-tasks // PAGE)
