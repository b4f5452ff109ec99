import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from tui.domain.forecast import Spread, at_once, estimate
from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
_WORLDS = 60


def sibling(number: int, hours: float = 1.0, price: str | None = "0.10", **fields: Any) -> Task:
    known: dict[str, Any] = {
        "ref": TaskRef("et", f"b{number}"), "platform": "et-engine", "name": "x", "status": TaskStatus.DONE,
        "native_status": "", "fetched": NOW, "started": NOW, "ended": NOW + timedelta(hours=hours),
        "price": None if price is None else Money("USD", Decimal(price)),
    }  # fmt: skip
    return Task(**known | fields)


def test_one_task_is_as_one_of_its_siblings() -> None:
    """The median of what they cost and took, with the tenths on both sides."""
    siblings = [sibling(n, hours=n, price=f"{n}") for n in range(1, 12)]
    told = estimate(1, siblings, NOW)
    assert told.hours == Spread(2.0, 6.0, 10.0)
    assert told.cost == tuple(Money("USD", Decimal(f"{n}.00")) for n in (2, 6, 10))
    assert (told.count, told.basis, told.wall) == (1, 11, timedelta(hours=6))


@pytest.mark.parametrize(("count", "known"), [(5, 200), (30, 40), (31, 40), (400, 60)])
def test_the_sum_of_many_lies_within_its_tenths_in_eight_of_ten_cases(count: int, known: int) -> None:
    """In a skewed world, however few the siblings are that it is told from: their mean is itself uncertain."""
    rng, inside = Random(7), 0
    for _ in range(_WORLDS):
        told = estimate(count, [sibling(n, hours=rng.expovariate(1.0)) for n in range(known)], NOW).hours
        assert told is not None
        inside += told.p10 <= math.fsum(rng.expovariate(1.0) for _ in range(count)) <= told.p90
    assert 0.68 <= inside / _WORLDS <= 0.92


def test_what_failed_or_runs_is_no_basis() -> None:
    """Only successes tell; fewer than three tell nothing, and the sentence says so."""
    bad = [sibling(n, status=status) for n, status in enumerate(TaskStatus) if status is not TaskStatus.DONE]
    told = estimate(6, [*bad, sibling(90), sibling(91)], NOW)
    assert (told.cost, told.hours, told.wall, told.basis) == (None, None, None, 2)
    assert str(told) == "cost and time are not known: too few of its siblings succeeded (2)"


def test_currencies_are_never_added() -> None:
    """Siblings billed in two currencies give hours, but no cost."""
    mixed = [sibling(n, price=None) for n in range(4)]
    mixed += [sibling(9 + n, price="1") for n in range(4)]
    mixed += [sibling(20 + n, price=None) for n in range(2)]
    assert estimate(2, mixed, NOW).cost is not None
    other = sibling(99)
    euros = Task(**{f: getattr(other, f) for f in other.__slots__} | {"price": Money("EUR", Decimal(1))})
    told = estimate(2, [*mixed, euros], NOW)
    assert told.cost is None
    assert told.hours is not None


def test_the_wall_time_follows_how_many_ran_at_once() -> None:
    """Twelve one-hour tasks, four at a time: three hours. One that ends makes room for one that starts then."""
    siblings = [
        sibling(n, started=NOW + timedelta(hours=n // 4), ended=NOW + timedelta(hours=n // 4 + 1)) for n in range(12)
    ]
    assert at_once(siblings) == 4
    told = estimate(12, siblings, NOW)
    assert told.wall is not None
    assert abs(told.wall - timedelta(hours=3)) < timedelta(seconds=1)
    assert str(told) == "1.20 USD (1.20..1.20), 12 machine-hours (12..12), done in about 3h00m; from 12 siblings"
