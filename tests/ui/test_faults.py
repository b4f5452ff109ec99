"""The interface while a platform is in trouble: it lives, says so, keeps what it has, and comes back by itself."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.app import Table
from tests.support.virtual_app import alive, living
from tui.sandbox.faults import parse
from tui.ui.screens.problems import ProblemsScreen

PLATFORMS = ("cgc", "lab", "et")
"""An account of each."""
SAID = {
    "429": ("✗", "Rate limit", "requests are sent again as soon as the platform accepts them"),
    "500": ("✗", "internal error", "retries automatically"),
    "503": ("✗", "aintenance", "retries automatically"),
    "503html": ("✗", "a web page: a login portal, a proxy or", "retries automatically"),
    "504": ("✗", "Gateway Timeout", "retries automatically"),
    "403": ("✗", "Forbidden", "ask for the right"),
    "cut": ("✗", "not JSON, or was cut short", "retries automatically"),
    "badjson": ("✗", "not JSON, or was cut short", "retries automatically"),
    "empty": ("✗", "answer", "retries automatically"),
    "reset": ("✗", "cannot reach", "look at the network, the proxy and the address"),
    "stall": ("✗", "no whole answer within 30 s", "look at the network, the proxy and the address"),
    "expired": ("✗", "nauthorized", "renew the token where it was found"),
}
"""The lamp, why, and what to do, by fault."""


def strike(at: Table, faults: str) -> None:
    at.sandbox.rules.rules = parse(faults)


async def until(at: Table, true: Callable[[], bool], seconds: int) -> None:
    """Let so many seconds pass at most."""
    for _ in range(seconds):
        if true():
            break
        await asyncio.sleep(1)
    await at.pilot.pause()
    assert true(), at.shown


def failing(at: Table) -> list[str]:
    return [name for name, feed in at.app.snapshot.feeds.items() if feed.error is not None]


def status_cells(at: Table) -> list[str]:
    """The first column of the first rows: `RUNNING~` where the row is old."""
    return [line[3:13].rstrip() for line in at.shown.splitlines()[5:15]]


@pytest.mark.parametrize("fault", SAID)
@living
async def test_r25_under_a_fault_it_says_what_is_wrong_and_when_it_goes_on_and_comes_back(fault: str) -> None:
    """All three platforms at once: lamp and problems name it, rows stay and are marked as old, keys answer; when it is
    over the next look brings everything back, and only a refused token waits for the user."""
    lamp, why, advice = SAID[fault]
    async with alive(tasks=20, size=(100, 45)) as at:
        await until(at, lambda: all(f.complete for f in at.app.snapshot.feeds.values()), 10)
        held = {name: len(feed.tasks) for name, feed in at.app.snapshot.feeds.items()}
        rows = len(at.list.listing.rows)
        strike(at, f"*:{fault}")
        await until(at, lambda: len(failing(at)) == len(held), 45)
        await asyncio.sleep(12)
        assert at.shown.splitlines()[0].count(lamp) == len(held)
        assert len(at.list.listing.rows) == rows
        assert {name: len(feed.tasks) for name, feed in at.app.snapshot.feeds.items()} == held
        await at.press("g")
        here = at.list.table.target
        await at.press("j", "exclamation_mark")
        assert at.list.table.target != here
        assert isinstance(at.app.screen, ProblemsScreen)
        for name in PLATFORMS:
            await problem_of(at, name, why, advice, stopped=fault == "expired")
        await at.press("escape")
        assert all(word.endswith("~") for word in status_cells(at)), "the rows are marked as old"
        strike(at, "")
        if fault == "expired":
            await asyncio.sleep(20)
            assert len(failing(at)) == len(held), "a refused token is tried once"
            for name in held:
                at.app.deck.handles[name] = replace(at.app.deck.handles[name], renewal="")  # it can be read again
                at.app.login(name)
                await at.until(lambda name=name: name not in failing(at), name)  # type: ignore[misc]
        await until(at, lambda: not failing(at), 60)
        assert lamp not in at.shown.splitlines()[0]
        await until(at, lambda: not any("~" in word for word in status_cells(at)), 10)


async def problem_of(at: Table, name: str, why: str, advice: str, *, stopped: bool) -> None:
    """What the screen of problems says of one account."""
    problem = next(p for p in at.app.screen.problems if p.account == name)  # type: ignore[attr-defined]
    assert why in problem.what
    assert problem.attempts >= 1
    assert (problem.next_try is None) is stopped
    shown = " ".join(at.shown.replace("│", " ").split())
    assert why in shown
    assert advice in shown
    assert ("polling stopped" if stopped else "tried") in shown


@pytest.mark.parametrize("fault", ["latency", "foreign"])
@living
async def test_r2_slow_answers_and_foreign_addresses_are_no_trouble(fault: str) -> None:
    """Two seconds more a call, or links that lead elsewhere: every list stays whole and new, and nobody is told."""
    async with alive(tasks=20, faults=f"*:{fault}") as at:
        await until(at, lambda: all(f.complete for f in at.app.snapshot.feeds.values()), 60)
        first = {name: feed.fetched for name, feed in at.app.snapshot.feeds.items()}
        await until(at, lambda: all(at.app.snapshot.feeds[n].fetched != t for n, t in first.items()), 60)
        assert not failing(at)
        assert not at.app.snapshot.problems


@living
async def test_r25_an_account_that_is_down_leaves_the_others_alone_and_comes_back() -> None:
    """The demo's own outage: the account says DOWN and how old its rows are, the others go on, then it is well."""
    async with alive(tasks=20, size=(80, 24)) as at:
        at.sandbox.outages.plan("et", 3.0, 25.0)
        await until(at, lambda: failing(at) == ["et"], 30)
        shown = at.shown.splitlines()[0]
        assert "5 et✗ DOWN" in shown
        assert all(well in shown for well in ("1 cgc●", "2 cav●", "3 lab●", "4 ren●"))
        age = at.app.snapshot.feeds["et"].fetched
        await at.press("exclamation_mark")
        await asyncio.sleep(5)
        await at.pilot.pause()
        assert "platform problem: taskdeck retries automatically" in at.shown
        assert "cgc, cavatica, lab, render fine" in at.shown
        assert at.app.snapshot.feeds["et"].fetched == age
        await until(at, lambda: "problems (0)" in at.shown, 90)
        await at.press("escape")
        assert "5 et●" in at.shown.splitlines()[0]
