"""What running tasks (again) will cost and take, told from siblings that went well."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Task

__all__ = ["ENOUGH", "Estimate", "Siblings", "Spread", "at_once", "estimate"]

ENOUGH = 3
"""Siblings without which nothing is told."""
_DRAWN = 30
"""Sums of up to so many tasks are drawn from the siblings; larger ones are as good as normally distributed."""
_DRAWS = 1000
_Z10 = 1.2815515655446004
"""Standard deviations from the middle to the tenth part of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A value that is not known yet: in one of ten cases it is below `p10`, in one of ten above `p90`."""

    p10: float
    p50: float
    p90: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """The quantiles of what was seen, between neighbours in proportion. At least one value."""
        ordered = sorted(values)
        return cls(*(_quantile(ordered, share) for share in (0.1, 0.5, 0.9)))


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _sum(values: Sequence[float], count: int) -> Spread:
    """The sum over `count` tasks, each like one of the values."""
    if count == 1:
        return Spread.of(values)
    if count <= _DRAWN:
        # The same seed each time: a plan that is shown twice says the same.
        rng = random.Random(count)
        drawn = Spread.of(math.fsum(rng.choices(values, k=count)) for _ in range(_DRAWS))
        low, middle, high = drawn.p50 - drawn.p10, drawn.p50, drawn.p90 - drawn.p50
    else:
        mean = math.fsum(values) / len(values)
        deviation = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values) * count)
        low, middle, high = _Z10 * deviation, mean * count, _Z10 * deviation
    # A few siblings that stand for all are off themselves, all in the same direction.
    wider = math.sqrt(1 + count / len(values))
    return Spread(max(0.0, middle - low * wider), middle, middle + high * wider)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What so many tasks are expected to cost and take, all together."""

    count: int
    basis: int
    """Siblings that it is told from."""
    cost: tuple[Money, Money, Money] | None
    """10 %, median, 90 %, in one currency; None where the siblings have no price, or several currencies."""
    hours: Spread | None
    """Machine hours."""
    wall: timedelta | None
    """How long until all are done, if as many run at once as did before."""

    def __str__(self) -> str:
        """`41.20 USD (39.10..44.80), 12 machine-hours (11..14), done in about 3h10m; from 812 siblings`."""
        words = []
        if self.cost is not None:
            low, middle, high = self.cost
            words.append(f"{middle} ({low.amount:,.2f}..{high.amount:,.2f})")
        if self.hours is not None:
            words.append(f"{_hours(self.hours.p50)} machine-hours ({_hours(self.hours.p10)}..{_hours(self.hours.p90)})")
        if self.wall is not None:
            hours, minutes = divmod(max(60, round(self.wall.total_seconds())) // 60, 60)
            words.append(f"done in about {hours}h{minutes:02}m" if hours else f"done in about {minutes}m")
        if not words:
            return f"cost and time are not known: too few of its siblings succeeded ({self.basis})"
        return f"{', '.join(words)}; from {self.basis:,} siblings"


def _hours(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


@dataclass(frozen=True, slots=True)
class Siblings:
    """What the tasks that are done cost and took, and how many ran at once: read once, asked for many counts."""

    basis: int
    """How many are done."""
    prices: tuple[float, ...]
    """Empty where they are in several currencies."""
    currency: str
    hours: tuple[float, ...]
    together: int
    """The most of all, done or not, that ever ran at the same time."""

    @classmethod
    def of(cls, tasks: Iterable[Task], now: datetime) -> "Siblings":
        """Read them; what is not done tells only how many run at once."""
        everyone = list(tasks)
        good = [task for task in everyone if task.status is TaskStatus.DONE]
        prices = [task.price for task in good if task.price is not None]
        currencies = {price.currency for price in prices}
        one = len(currencies) == 1
        return cls(
            len(good),
            tuple(float(price.amount) for price in prices) if one else (),
            currencies.pop() if one else "",
            tuple(span.total_seconds() / 3600 for task in good if (span := task.ran(now)) is not None),
            at_once(everyone),
        )

    def estimate(self, count: int) -> Estimate:
        """What `count` more of them cost and take; money of several currencies is not added."""
        cost = hours = wall = None
        if len(self.prices) >= ENOUGH:
            spread = _sum(self.prices, count)
            low, middle, high = (Money(self.currency, _cents(v)) for v in (spread.p10, spread.p50, spread.p90))
            cost = (low, middle, high)
        if len(self.hours) >= ENOUGH:
            hours = _sum(self.hours, count)
            together = max(1, min(count, self.together))
            wall = timedelta(hours=max(hours.p50 / together, Spread.of(self.hours).p50))
        return Estimate(count, self.basis, cost, hours, wall)


def estimate(count: int, siblings: Iterable[Task], now: datetime) -> Estimate:
    """What `count` more of these cost and take, from those that are done."""
    return Siblings.of(siblings, now).estimate(count)


def _cents(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01") if value >= 1 else Decimal("0.0001"))


def at_once(tasks: Iterable[Task]) -> int:
    """The most that ever ran at the same time."""
    events = []
    for task in tasks:
        if task.started is not None and task.ended is not None and task.ended > task.started:
            events += [(task.started, 1), (task.ended, -1)]
    # One that ends makes room for one that starts at the same moment.
    events.sort()
    running = most = 0
    for _, change in events:
        running += change
        most = max(most, running)
    return most
