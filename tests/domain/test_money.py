"""Money keeps its currency and its decimals."""

from decimal import Decimal

import pytest

from tui.domain.money import Money, total


@pytest.mark.parametrize(
    ("amount", "text", "read"),
    [
        ("0.23", "0.23", "0.23 USD"), ("5", "5.00", "5.00 USD"), ("12.5", "12.50", "12.50 USD"),
        ("0.0042", "0.0042", "0.00 USD"), ("1E+3", "1000.00", "1,000.00 USD"), ("-0.5", "-0.50", "-0.50 USD"),
        ("1234567.891", "1234567.891", "1,234,567.89 USD"),
    ],
)  # fmt: skip
def test_texts(amount: str, text: str, read: str) -> None:
    """Machines get every decimal and at least two, people get two."""
    money = Money("USD", Decimal(amount))
    assert (money.text, str(money)) == (text, read)


def test_totals_never_mix_currencies() -> None:
    """One sum for each currency, the largest first; what is not known is left out."""
    amounts = [Money("USD", Decimal("0.1")), None, Money("EUR", Decimal("7")), Money("USD", Decimal("0.2"))]
    assert total(amounts) == (Money("EUR", Decimal("7")), Money("USD", Decimal("0.3")))
    assert total([None]) == ()
