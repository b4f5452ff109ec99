"""What is still to come of a batch."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.ui.fakes import NOW, make_batch, make_children
from tui.domain.money import Money
from tui.ui.present.forecast import eta_text, expected, forecast_text

CHILDREN = make_children(400)


def test_currencies_are_not_added_and_few_children_say_nothing() -> None:
    mixed = [replace(c, price=Money("USD", Decimal(1))) if n % 2 else c for n, c in enumerate(CHILDREN)]
    assert expected(mixed, NOW).prices is None
    assert expected(CHILDREN[:4], NOW).words(10) == ""


def test_eta_goes_by_what_ended_within_the_hour() -> None:
    ended = [replace(c, ended=NOW - timedelta(minutes=5)) for c in CHILDREN[:50]]
    assert eta_text(ended, 100, NOW) == "50/h  eta 2h"
    assert eta_text(ended, 0, NOW) is None
    assert forecast_text(make_batch(CHILDREN), expected(CHILDREN, NOW), 0) is None
