"""What cannot be read is absent, never an exception and never part of a sum (R23)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tui.domain.money import Money, total
from tui.platforms.coerce import amount, count, number, span, when

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [None, "garbage", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
     "", "9999-12-31T23:59:59-23:59", "2026-01-05T12:00:00+99:00", "12:00", "\x00", "1e999"],
)  # fmt: skip
def test_r23_an_impossible_time_is_absent(text: str | None) -> None:
    assert when(text) is None


@pytest.mark.parametrize(
    "text", ["2026-01-05T12:00:00Z", "2026-01-05T12:00:00", "2026-01-05T14:30:00+02:30", "2026-01-05T12:00:00.000Z"]
)
def test_r23_every_time_is_aware_utc(text: str) -> None:
    assert when(text) == NOON
    assert when(text).tzinfo is UTC  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [None, True, "abc", "", float("nan"), float("inf"), "1e999", [], {}])
def test_r23_an_impossible_number_is_absent(value: object) -> None:
    assert number(value) is None
    assert count(value) is None
    assert span(value, timedelta(seconds=1)) is None


@pytest.mark.parametrize("value", [-1, "-0.5", 10**400, "1e300"])
def test_r23_a_negative_or_absurd_duration_is_absent(value: object) -> None:
    assert span(value, timedelta(days=1)) is None
    assert count(value) is None


@pytest.mark.parametrize("value", [None, True, "abc", "NaN", "sNaN", "Infinity", float("nan"), 10**16, "1e999", [], {}])
def test_r23_an_impossible_cost_is_absent_and_in_no_sum(value: object) -> None:
    assert amount(value, "USD") is None
    assert total([amount(value, "USD"), amount("0.25", "usd"), amount(1, "USD")]) == (Money("USD", Decimal("1.25")),)


def test_r23_a_cost_without_a_currency_is_in_no_sum() -> None:
    assert amount("1.00", None) is None
    assert amount("1.00", "") is None
    assert total([amount("1.00", ""), amount("2", "EUR"), amount("3", "USD")]) == (
        Money("USD", Decimal(3)),
        Money("EUR", Decimal(2)),
    )
