"""What is still to come of a batch, from the children that are done: hours and money, never more precise than known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.ui.present.fact import span_text

__all__ = ["Expected", "eta_text", "expected", "forecast_text"]

T = TypeVar("T")
_LEAST = 5
"""Finished children below which nothing is said."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What one child takes, by those that are done: at a tenth, the half and nine tenths of them."""

    spans: tuple[timedelta, timedelta, timedelta] | None
    prices: tuple[Money, Money, Money] | None
    """None where no price is reported, or prices are in several currencies."""
    known: int
    """Done children it is drawn from."""

    def words(self, number: int) -> str:
        """What so many more would take: `expected 3.9..4.4 USD, 7h machine time (from 812 done)`."""
        said = []
        if self.prices is not None:
            said.append(f"{_range(self.prices, number)}")
        if self.spans is not None:
            said.append(f"{span_text(self.spans[1] * number)} of machine time")
        return f"expected {', '.join(said)} (from {self.known:,} done)" if said else ""


def expected(children: Iterable[Task], now: datetime) -> Expected:
    """From the done ones."""
    done = [task for task in children if task.status is TaskStatus.DONE]
    spans = sorted(span for task in done if (span := task.ran(now)) is not None)
    prices = sorted(task.price.amount for task in done if task.price is not None)
    currencies = {task.price.currency for task in done if task.price is not None}
    enough = len(done) >= _LEAST
    return Expected(
        _three(spans) if enough and spans else None,
        tuple(Money(c, p) for c in currencies for p in _three(prices)) if enough and len(currencies) == 1 else None,  # type: ignore[arg-type]
        len(done),
    )


def _three(values: Sequence[T]) -> tuple[T, T, T]:
    last = len(values) - 1
    return values[last // 10], values[last // 2], values[last - last // 10]


def _range(prices: tuple[Money, Money, Money], number: int, spent: Decimal = Decimal(0)) -> str:
    low, _, high = (spent + price.amount * number for price in prices)
    unit = prices[0].currency
    return f"{low:.2f} {unit}" if low == high else f"{low:.2f}..{high:.2f} {unit}"


def forecast_text(batch: Task, one: Expected, open_: int) -> str | None:
    """`forecast 39.00..44.00 CR`: what is spent, and what the open children will take."""
    if not open_ or one.prices is None or batch.price is None or batch.price.currency != one.prices[0].currency:
        return None
    return f"forecast {_range(one.prices, open_, batch.price.amount)} (p10..p90)"


def eta_text(children: Iterable[Task], open_: int, now: datetime) -> str | None:
    """`175/h  eta 6h10m`: by what ended within the last hour; None where nothing did."""
    since = now - timedelta(hours=1)
    recent = sum(task.ended is not None and task.ended >= since for task in children)
    if not open_ or not recent:
        return None
    return f"{recent:,}/h  eta {span_text(timedelta(hours=open_ / recent))}"
