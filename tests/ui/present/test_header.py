"""The lines above the list."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tui.domain.account import Budget
from tui.domain.errors import PlatformError, RateLimited, Unreachable
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.header import account_line, counts_line
from tui.ui.present.listing import Totals
from tui.ui.present.text import Row, cells

EVERY = Totals(
    Counter(running=16, starting=1, finishing=1, queued=12, failed=288, done=1487, aborted=70, draft=42, unknown=27),
    {"USD": Decimal("3416.17"), "EUR": Decimal("11.60")},
)


def said_of(row: Row) -> str:
    return "".join(text for text, _ in (*row[0], *row[1]))


@pytest.mark.parametrize("width", [80, 100, 160, 220])
def test_look_3_every_status_is_counted_and_what_failed_stands_first(width: int) -> None:
    few = Totals(Counter(running=16, failed=288, done=1487), {"USD": Decimal("3416.17")})
    for totals in (few, EVERY if width >= 100 else few):
        line = counts_line(totals, width=width)
        assert cells((*line[0], *line[1])) < width
        assert said_of(line).startswith("✗ 288")
        assert "1,487" in said_of(line)
        assert "USD" in said_of(line)
    assert "draft" not in said_of(counts_line(few, width=width)), "what is nothing is left out"


def test_look_3_a_narrow_line_gives_up_the_words_and_the_cents_before_a_count() -> None:
    few = Totals(Counter(running=4, failed=2, done=3), {"USD": Decimal("173.79")})
    assert counts_line(few, width=80) == (
        (("✗ 2", "bad"), ("  ", ""), ("● 4", "run"), ("  ", ""), ("✓ 3", "done")),
        (("", "dim"), ("173.79 USD", "")),
    )
    assert "✗ 2 failed" in said_of(counts_line(few, width=160))
    assert "16" in said_of(counts_line(EVERY, width=80))


def test_look_3_failures_by_the_hour_are_columns_and_hours_without_one_are_dots() -> None:
    totals = Totals(Counter(failed=9, running=4))
    last = int(NOW.timestamp()) // 3600
    totals.failures.update({last: 1, last - 3: 8, last - 30: 7})
    wide = said_of(counts_line(totals, now=NOW, width=160))
    assert "fails/h 24h " + "·" * 20 + "█··▂" in wide
    assert "·" * 8 + "█··▂" in said_of(counts_line(totals, now=NOW, width=80))


MANY = Totals(
    Counter(running=16_123, starting=1_210, finishing=1_877, queued=12_001, failed=28_822, done=141_487, aborted=7_055,
            draft=4_212, unknown=2_711),
    {"USD": Decimal("1213416.17"), "EUR": Decimal("11999.60"), "CR": Decimal("51.60")},
)  # fmt: skip


@pytest.mark.parametrize("width", range(40, 200, 7))
def test_no_count_is_ever_cut_and_what_matters_most_stays(width: int) -> None:
    left, right = counts_line(MANY, now=NOW, width=width)
    said = " ".join(text for text, _ in (*left, *right))
    assert cells((*left, *right)) < width
    assert "16,123" in said
    assert "28,822" in said
    whole = [*MANY.statuses.values(), 1_213_416, 12_000, 11_999, 52, 51, 24, 12]
    numbers = re.findall(r"[0-9][0-9,]*", re.sub(r"(?<=[0-9])\.[0-9]+", "", said))
    assert {int(number.replace(",", "")) for number in numbers} <= set(whole)
    assert (".." in said) == ("◌" not in said)


def test_before_anybody_answered_it_says_loading() -> None:
    left, _ = counts_line(Totals(), width=80, known=False)
    assert "".join(text for text, _ in left) == "loading"
    left, _ = counts_line(Totals(), width=80)
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
    assert said.count("✗" if error else "●") == 5
    if width >= 130:
        assert said.count("OFFLINE" if error is Unreachable else "LIMIT") == (5 if error else 0)


def test_look_3_a_wide_line_says_since_when_and_when_it_is_tried_again() -> None:
    down = Feed(
        fetched=NOW - timedelta(minutes=2), error=Unreachable("x", "listing tasks", "no"),
        next_try=NOW + timedelta(seconds=12),
    )  # fmt: skip
    loading = Feed({str(n): None for n in range(240)}, fetched=NOW, loading=True, total=400)  # type: ignore[misc]
    line = account_line(
        Snapshot({"lab": Feed(fetched=NOW), "render": loading, "et": down}), NOW, scope="lab", names=FIVE,
        read_only=False, refresh="auto", zone="utc", width=160, problems=1,
    )  # fmt: skip
    said = said_of(line)
    assert "1 lab ●   2 render ◔ 240 of 400   3 et ✗ OFFLINE 2m, next try 10s" in said
    assert "! 1 problem" in said
    assert ("lab", "here") in line[0]


def test_look_3_requests_are_named_only_when_few_are_left() -> None:
    def said(remaining: int) -> str:
        feed = Feed(fetched=NOW, budget=Budget(1000, remaining, None))
        return said_of(
            account_line(
                Snapshot({"cgc": feed}), NOW, scope=None, names=FIVE, read_only=False, refresh="auto", zone="utc",
                width=160,
            )
        )  # fmt: skip

    assert "requests left: cgc 140" in said(140)
    assert "requests left" not in said(871)
