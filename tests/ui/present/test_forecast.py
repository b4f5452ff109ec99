"""What is still to come of a batch, in words."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.support.memory_deck import NOW, make_batch, make_children
from tui.domain.forecast import estimate
from tui.domain.money import Money
from tui.ui.present.forecast import again_text, eta_text, forecast_text

CHILDREN = make_children(400)
BATCH = replace(make_batch(CHILDREN), price=Money("CR", Decimal("1000")))


def test_the_forecast_is_what_is_spent_and_what_the_open_children_will_take() -> None:
    """Every done child cost 0.26 CR: a hundred more take 26."""
    assert forecast_text(BATCH, estimate(100, CHILDREN, NOW)) == "forecast 1,026 CR"
    half = [replace(c, price=Money("CR", Decimal(n % 2))) for n, c in enumerate(CHILDREN)]
    assert forecast_text(BATCH, estimate(100, half, NOW)) == "forecast 1,039..1,056 CR"
    dollars = replace(BATCH, price=Money("USD", Decimal(1)))
    assert forecast_text(dollars, estimate(100, CHILDREN, NOW)) is None, "currencies are not added"
    assert forecast_text(replace(BATCH, price=None), estimate(100, CHILDREN, NOW)) is None


def test_what_failed_costs_once_more_about_what_its_siblings_did() -> None:
    assert again_text(estimate(10, CHILDREN, NOW)) == "about 2.60 CR, 4h34m machine time"
    assert again_text(estimate(10, CHILDREN[:1], NOW)) is None


def test_eta_goes_by_what_ended_within_the_hour() -> None:
    ended = [replace(c, ended=NOW - timedelta(minutes=5)) for c in CHILDREN[:50]]
    assert eta_text(ended, 100, NOW) == "50/h  eta 2h"
    assert eta_text(ended, 0, NOW) is None
