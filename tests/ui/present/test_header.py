"""The lines above the list."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tui.domain.errors import PlatformError, RateLimited, Unreachable
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.header import account_line, counts_line
from tui.ui.present.listing import Totals
from tui.ui.present.text import cells

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


MANY = Totals(
    Counter(running=16_123, starting=1_210, finishing=1_877, queued=12_001, failed=28_822, done=141_487, aborted=7_055,
            draft=4_212, unknown=2_711),
    {"USD": Decimal("1213416.17"), "EUR": Decimal("11999.60"), "CR": Decimal("51.60")},
)  # fmt: skip


@pytest.mark.parametrize("width", range(40, 200, 7))
def test_no_count_is_ever_cut_and_what_matters_most_stays(width: int) -> None:
    left, right = counts_line(MANY, view="all", new=3, budgets=[("cgc", 871)], width=width)
    said = " ".join(text for text, _ in (*left, *right))
    assert cells((*left, *right)) < width
    assert "16,123" in said
    assert "28,822" in said
    whole = [*MANY.statuses.values(), 1_213_416, 12_000, 11_999, 52, 51, 871, 3]
    numbers = re.findall(r"[0-9][0-9,]*", re.sub(r"(?<=[0-9])\.[0-9]+", "", said))
    assert {int(number.replace(",", "")) for number in numbers} <= set(whole)
    assert (".." in said) == ("drft" not in said and "draft" not in said)


def test_before_anybody_answered_it_says_loading() -> None:
    left, _ = counts_line(Totals(), view="mine", new=0, budgets=[], width=80, known=False)
    assert "".join(text for text, _ in left) == "mine: loading"
    left, _ = counts_line(Totals(), view="mine", new=0, budgets=[], width=80)
    assert "nothing" in "".join(text for text, _ in left)


NOW = datetime(2026, 11, 24, 11, 2, 9, tzinfo=UTC)
FIVE = {"cgc": "cgc", "cavatica": "cav", "lab": "lab", "render": "ren", "et": "et"}


@pytest.mark.parametrize("width", [80, 100, 110, 130, 160])
@pytest.mark.parametrize("error", [Unreachable, RateLimited, None])
def test_no_accounts_lamp_is_cut_off(width: int, error: type[PlatformError] | None) -> None:
    """Five accounts, all down for the same reason or all well: the line says less of each before it leaves one out."""
    why = error("x", "listing tasks", "no") if error else None
    feed = Feed(fetched=NOW - timedelta(seconds=95), interval=timedelta(minutes=1), error=why)
    left, right = account_line(
        Snapshot(dict.fromkeys(FIVE, feed)), NOW, scope=None, names=FIVE, read_only=True, refresh="auto", zone="utc",
        width=width,
    )  # fmt: skip
    said = "".join(text for text, _ in (*left, *right))
    assert cells((*left, *right)) < width, said
    assert all(f"{number}" in said for number in range(1, 6))
    assert said.count("OFF" if error is Unreachable else "LIM" if error else "+" if width <= 100 else "1m") >= 5


def test_a_wide_line_gives_up_the_requests_before_its_own_words() -> None:
    """With 20,000 tasks the counts are longer: the line is still the one for a wide screen."""
    many = Totals(Counter({s: 1000 * n for s, n in EVERY.statuses.items()}), {"USD": Decimal("33784.92")})
    left, _ = counts_line(many, view="all", new=0, budgets=[("cgc", 846), ("cavatica", 987)], width=160)
    said = "".join(text for text, _ in left)
    assert said.startswith("view: all ")
    assert "spend in view 33,784.92 USD" in said
    assert "req left" not in said
