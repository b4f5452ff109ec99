"""What holds an action on many targets back: rate limits, failures in a row, the user (R40)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.domain.action import Outcome
from tui.domain.errors import RateLimited

__all__ = ["Throttle"]

_IN_A_ROW = 3
"""Failures after which nothing more is sent."""
_AWHILE = timedelta(seconds=60)
"""How long a rate limit lasts that does not say it."""


@dataclass(slots=True)
class Throttle:
    """Kept while one plan is carried out."""

    row: int = 0
    """Failures in a row."""
    until: datetime | None = None
    """No sending before: a rate limit."""
    stop: str = ""
    """Why nothing more is sent."""

    def weigh(self, outcome: Outcome, error: Exception | None, now: datetime) -> None:
        """What an outcome means for the rest. A rate limit is a pause, not a failure."""
        if isinstance(error, RateLimited):
            until = error.retry_at or now + _AWHILE
            self.until = max(until, self.until or until)
        elif outcome in {Outcome.DONE, Outcome.ALREADY}:
            self.row = 0
        elif outcome is not Outcome.SKIPPED:
            self.row += 1
            if self.row >= _IN_A_ROW:
                self.stop = self.stop or f"stopped after {self.row} failures in a row"
