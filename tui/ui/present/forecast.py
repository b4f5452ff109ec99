"""What is still to come of a batch, in words: money by what its done children cost, time by what ended lately."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.domain.forecast import Estimate, Siblings
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.ui.present.format import span_text

__all__ = ["Forecast", "again_text", "eta_text", "forecast_text"]

_LARGE = 1000
"""Money from which nobody asks for the hundredths."""


def forecast_text(batch: Task, rest: Estimate | None) -> str | None:
    """`forecast 39.00..44.00 CR`: what is spent, and what the open children will take, in eight of ten cases; None if
    not known."""
    if rest is None or rest.cost is None or batch.price is None or batch.price.currency != rest.cost[0].currency:
        return None
    ends = [batch.price.amount + money.amount for money in (rest.cost[0], rest.cost[2])]
    low, high = (f"{end:,.0f}" if end >= _LARGE else f"{end:,.2f}" for end in ends)
    return f"forecast {low if low == high else f'{low}..{high}'} {batch.price.currency}"


def again_text(failed: Estimate | None) -> str | None:
    """`about 41.20 USD, 12h machine time`: what the failed ones once more will take; None where too little is known."""
    if failed is None:
        return None
    words = [str(failed.cost[1])] if failed.cost is not None else []
    if failed.hours is not None:
        words.append(f"{span_text(timedelta(hours=failed.hours.p50))} machine time")
    return f"about {', '.join(words)}" if words else None


def eta_text(children: Iterable[Task], open_: int, now: datetime) -> str | None:
    """`175/h  eta 6h10m`: by what ended within the last hour; None where nothing did."""
    since = now - timedelta(hours=1)
    recent = sum(task.ended is not None and task.ended >= since for task in children)
    if not open_ or not recent:
        return None
    return f"{recent:,}/h  eta {span_text(timedelta(hours=open_ / recent))}"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to come of a batch, by its children that are done."""

    rest: Estimate | None = None
    """What the open children will cost and take."""
    again: Estimate | None = None
    """The same of the failed ones, once more."""
    eta: str | None = None
    """How many end in an hour, and when the last will have ended."""

    @classmethod
    def of(cls, children: Sequence[Task], open_: int, now: datetime, *, whole: bool) -> "Forecast":
        """Estimate.

        Args:
            children: Those that are here.
            open_: Children that are not final, as the batch counts them.
            now: The clock's time.
            whole: All children are here: a sample says what one child takes, but not how many ended within the hour.
        """
        siblings = Siblings.of(children, now)
        failed = sum(task.status is TaskStatus.FAILED for task in children)
        return cls(
            siblings.estimate(open_) if open_ else None,
            siblings.estimate(failed) if failed else None,
            eta_text(children, open_, now) if whole else None,
        )
