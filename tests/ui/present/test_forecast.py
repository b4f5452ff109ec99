"""What is still to come of a batch."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.ui.fakes import NOW, make_batch, make_children
from tests.ui.gallery import batch_of
from tui.domain.action import Verb
from tui.domain.money import Money
from tui.store.plan import Plan
from tui.ui.present.forecast import eta_text, expected, expected_text, forecast_text

CHILDREN = make_children(400)


def test_a_rerun_of_failed_children_says_what_their_siblings_took() -> None:
    """162 are done at 0.26 CR each: ten more take 2.60 CR, and ten times the median run."""
    plan = Plan(verb=Verb.RERUN_FAILED, targets=(make_batch(CHILDREN),), failed=tuple(c.ref for c in CHILDREN[:10]))
    said = expected_text(plan, batch_of(400), NOW)
    assert said is not None
    assert said.startswith("expected 2.60 CR, 4h")
    assert said[0].upper() + said[1:] + "." in replace(plan, expected=said).sentences


def test_currencies_are_not_added_and_few_children_say_nothing() -> None:
    mixed = [replace(c, price=Money("USD", Decimal(1))) if n % 2 else c for n, c in enumerate(CHILDREN)]
    assert expected(mixed, NOW).prices is None
    assert expected(CHILDREN[:4], NOW).words(10) == ""


def test_eta_goes_by_what_ended_within_the_hour() -> None:
    ended = [replace(c, ended=NOW - timedelta(minutes=5)) for c in CHILDREN[:50]]
    assert eta_text(ended, 100, NOW) == "50/h  eta 2h"
    assert eta_text(ended, 0, NOW) is None
    assert forecast_text(make_batch(CHILDREN), expected(CHILDREN, NOW), 0) is None
