"""The lines above the list."""

from collections import Counter
from decimal import Decimal

import pytest

from tui.ui.present.header import counts_line
from tui.ui.present.listing import Totals
from tui.ui.widgets.words import cells

EVERY = Totals(
    Counter(running=16, starting=1, finishing=1, queued=12, failed=288, done=1487, aborted=70, draft=42, unknown=27),
    {"USD": Decimal("3416.17"), "EUR": Decimal("11.60")},
)


@pytest.mark.parametrize("width", [100, 160, 220])
def test_every_status_is_counted_where_the_screen_is_wide(width: int) -> None:
    left, right = counts_line(EVERY, view="all", new=3, budgets=[("cgc", 871)], width=width)
    said = "".join(text for text, _ in (*left, *right))
    assert cells((*left, *right)) < width
    assert "27" in said
    assert "1,487" in said
    assert "USD" in said


def test_a_narrow_line_gives_up_the_view_and_the_cents_before_a_count() -> None:
    few = Totals(Counter(running=4, failed=2, done=3), {"USD": Decimal("173.79")})
    left, right = counts_line(few, view="all", new=0, budgets=[], width=80)
    assert left[0] == ("all: ", "dim")
    assert right == (("173.79 USD", ""),)
    many = Totals(EVERY.statuses, {"USD": Decimal("173.79")})
    left, right = counts_line(many, view="all", new=0, budgets=[], width=80)
    assert left[1][0] == "run 16 "
    assert right == (("174 USD", ""),)
