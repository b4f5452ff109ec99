"""Values in words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tui.domain.detail import FileRef
from tui.domain.money import Money
from tui.ui.present.format import age_text, fact_text, size_text, span_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (9, "9s"), (69, "1m09s"), (2460, "41m"), (11520, "3h12m"), (69111.383, "19h11m"), (187200, "2d4h")],
)
def test_a_duration_has_at_most_two_units(seconds: float, text: str) -> None:
    assert span_text(timedelta(seconds=seconds)) == text


def test_an_age_is_never_negative() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert age_text(now + timedelta(hours=1), now) == "0s ago"


def test_sizes_have_one_decimal_from_a_thousand_on() -> None:
    assert [size_text(n) for n in (12, 1_200_000, None)] == ["12 B", "1.2 MB", "-"]


def test_long_lists_are_counted() -> None:
    assert fact_text(["a", "b", "c", "d"]) == "a, b, c, ... 4 in all"
    assert fact_text([]) == "none"


def test_files_show_their_name_and_what_goes_with_them() -> None:
    file = FileRef("id", "a.bam", size=3_100, secondary=(FileRef("i"),))
    assert fact_text(file) == "a.bam   3.1 KB   +1 index"


def test_money_and_switches_read_as_words() -> None:
    assert fact_text(Money("USD", Decimal("0.23"))) == "0.23 USD"
    assert fact_text(True) == "yes"
