"""When platforms are asked, and what a failure means for the next time."""

import asyncio
import contextlib
import random
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.support.clocks import virtual
from tests.support.deck import Stand
from tui.domain.errors import AuthRefused, PlatformDown, RateLimited
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef

DOWN: tuple[Any, ...] = (503, ...)


@virtual
async def test_the_list_comes_and_stays_alive() -> None:
    """All pages at first; then what is new, what is on screen within seconds, and what is active off screen later."""
    async with Stand(tasks=250).running() as stand:
        feed = stand.feed()
        assert len(feed.tasks) == feed.total == 250
        assert feed.complete
        assert not feed.loading
        assert feed.error is None
        api = stand.api["cgc"]
        api.add("new", "QUEUED", -1)
        for number in range(200):
            api.add(f"n{number}", "COMPLETED", -2)
        await asyncio.sleep(12)
        assert "cgc:n199" in stand.feed().tasks
        shown, hidden = TaskRef("cgc", "t00001"), TaskRef("cgc", "t00002")
        stand.deck.look([shown])
        api.rows["t00001"]["status"] = api.rows["t00002"]["status"] = "COMPLETED"
        await asyncio.sleep(7)
        assert stand.store.snapshot.task(shown).status is TaskStatus.DONE
        await asyncio.sleep(30)
        assert stand.store.snapshot.task(hidden).status is TaskStatus.DONE


@virtual
async def test_r25_an_outage_keeps_the_data_with_its_age() -> None:
    """The rows stay, the error and the number of tries are told, and after two intervals the data is stale."""
    async with Stand().running(20) as stand:
        rows = dict(stand.feed().tasks)
        assert not stand.feed().stale(stand.clock.now())
        stand.strike.on("*", "", *DOWN)
        await asyncio.sleep(120)
        feed = stand.feed()
        assert dict(feed.tasks) == rows
        assert isinstance(feed.error, PlatformDown)
        assert feed.attempts > 1
        assert feed.failing_since is not None
        assert feed.next_try is not None
        assert feed.next_try > stand.clock.now() - timedelta(seconds=1)
        assert feed.stale(stand.clock.now())
        stand.strike.clear()
        await asyncio.sleep(90)
        feed = stand.feed()
        assert (feed.error, feed.attempts, feed.failing_since) == (None, 0, None)
        assert not feed.stale(stand.clock.now())


@virtual
async def test_r25_an_outage_from_the_start_is_no_empty_list() -> None:
    """Nothing was fetched, it is not complete, and why is told."""
    stand = Stand()
    stand.strike.on("*", "", *DOWN)
    async with stand.running(30):
        assert stand.feed().fetched is None
        assert not stand.feed().complete
        assert stand.feed().error is not None


@virtual
async def test_r26_failures_back_off_to_a_minute() -> None:
    """The waits between cycles grow and stay under a minute; ten minutes of outage cost few calls."""
    async with Stand().running(20) as stand:
        stand.strike.on("*", "", *DOWN)
        await asyncio.sleep(60)
        before = len(stand.wire.calls)
        await asyncio.sleep(600)
        assert 10 <= len(stand.wire.calls) - before <= 60


@virtual
async def test_r27_a_rate_limit_is_kept_whatever_wakes_the_poller() -> None:
    """Nothing is asked before the reset, not for keys, actions, focus or a new pace; the time is told."""
    async with Stand().running(20) as stand:
        stand.api["cgc"].spend()
        await asyncio.sleep(8)
        feed = stand.feed()
        assert isinstance(feed.error, RateLimited)
        assert feed.next_try is not None
        before = len(stand.wire.calls)
        left = (feed.next_try - stand.clock.now()).total_seconds()
        for _ in range(20):
            stand.deck.refresh()
            stand.deck.focus(False)
            stand.deck.focus(True)
            await asyncio.sleep(left / 40)
        assert len(stand.wire.calls) == before
        await asyncio.sleep(left)
        assert len(stand.wire.calls) > before
        assert stand.feed().error is None


@virtual
async def test_r28_the_waits_are_spread() -> None:
    """Within a tenth of the interval, and the first within all of it; no two seeds knock at the same moment."""
    stand = Stand()
    times: list[float] = []

    def listen(change: object) -> None:
        times.append(asyncio.get_running_loop().time())

    async with stand.running(0.5):
        stand.store.subscribe(listen)
        await asyncio.sleep(600)
    beats = sorted(set(times))
    gaps = [b - a for a, b in pairwise(beats) if b - a > 0.5]
    assert min(gaps) >= 0.9 * 5.0
    assert max(gaps) <= 1.1 * 10.0
    assert len({round(g, 3) for g in gaps}) > len(gaps) / 2


@virtual
async def test_r28_a_small_budget_stretches_the_interval() -> None:
    """With 30 requests in five minutes the poller keeps going, below half of them, without a refusal."""
    async with Stand(limit=30).running(1) as stand:
        for _ in range(12):
            before = len(stand.wire.calls)
            await asyncio.sleep(300)
            assert 3 <= len(stand.wire.calls) - before <= 17
            assert stand.feed().error is None
        assert stand.api["cgc"].refused == 0


@virtual
async def test_r29_one_poll_in_flight_and_accounts_do_not_wait_for_each_other() -> None:
    """A stalled account has one call on its way at most, however often it is asked; the other goes on."""
    stand = Stand(accounts=("cgc", "cavatica"))
    async with stand.running(20):
        stand.strike.on("*", "/cgc/", "stall", ...)
        await asyncio.sleep(8)
        before, other = len(stand.calls("/cgc/")), len(stand.calls("/cavatica/"))
        for _ in range(10):
            stand.deck.refresh("cgc")
            await asyncio.sleep(2)
        assert len(stand.calls("/cgc/")) - before <= 2
        assert len(stand.calls("/cavatica/")) - other >= 3


@virtual
async def test_r29_many_wishes_are_one_cycle() -> None:
    """Two hundred actions that wake the poller do not make two hundred cycles."""
    async with Stand().running(20) as stand:
        before = len(stand.wire.calls)
        for _ in range(200):
            stand.deck._pollers["cgc"].refresh(full=False)
            await asyncio.sleep(0.02)
        assert len(stand.wire.calls) - before <= 6


@pytest.mark.parametrize("jump", [8 * 3600, -3600])
def test_r30_sleep_and_clock_steps(jump: int) -> None:
    """One refresh of each account, spread, and said until it came; no burst of missed ticks, no negative age."""

    @virtual
    async def run() -> None:
        stand = Stand(accounts=("cgc", "cavatica"))
        said: list[str] = []
        stand.store.subscribe(lambda change: said.extend(p.what for p in change.snapshot.problems))
        async with stand.running(20):
            stand.clock.step(jump)
            before = len(stand.wire.calls)
            await asyncio.sleep(9)
            assert len(stand.wire.calls) - before <= 16
            for account in ("cgc", "cavatica"):
                feed = stand.feed(account)
                assert feed.fetched is not None
                assert abs((stand.clock.now() - feed.fetched).total_seconds()) < 10
                assert all(t.age(stand.clock.now()).total_seconds() >= 0 for t in feed.tasks.values())
            assert any(s.startswith("resumed: the clock went") for s in said)
            assert stand.store.snapshot.problems == ()

    run()


@virtual
async def test_r31_a_poller_that_dies_is_restarted_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """An internal error in a cycle is shown with the time of the next start, and the list comes back."""
    broken = 3

    def app(inner: Any) -> Any:
        async def call(scope: Any, receive: Any, send: Any) -> None:
            nonlocal broken
            if broken and scope["path"].endswith("/tasks") and stand.feed().fetched is not None:
                broken -= 1
                raise AssertionError
            await inner(scope, receive, send)

        return call

    stand = Stand(app=app)
    async with stand.running(8):
        (problem,) = stand.store.snapshot.problems
        assert problem.what.startswith("polling failed by an internal error (AssertionError); it starts again in")
        assert problem.account == "cgc"
        await asyncio.sleep(60)
        assert stand.store.snapshot.problems == ()
        assert not stand.feed().stale(stand.clock.now())


@virtual
async def test_r10_a_refused_token_is_tried_once() -> None:
    """401 stops that account alone, whatever wakes it; a new token is tried once more and works."""
    stand = Stand(accounts=("cgc", "cavatica"))
    good, stand.tokens["cgc"] = stand.tokens["cgc"], "wrong"
    async with stand.running(5):
        assert isinstance(stand.feed("cgc").error, AuthRefused)
        assert stand.feed("cgc").next_try is None
        for _ in range(10):
            stand.deck.refresh()
            stand.deck.look([], [TaskRef("cgc", "b")])
            stand.deck.look([], [])
            stand.deck.focus(False)
            stand.deck.focus(True)
            await asyncio.sleep(30)
        assert len(stand.calls("/cgc/")) == 1
        assert stand.feed("cavatica").error is None
        await stand.deck.reconnect("cgc")
        await asyncio.sleep(60)
        assert len(stand.calls("/cgc/")) == 2
        stand.tokens["cgc"] = good
        await stand.deck.reconnect("cgc")
        await asyncio.sleep(5)
        assert stand.feed("cgc").error is None
        assert stand.feed("cgc").tasks


@virtual
async def test_pause_focus_and_pace() -> None:
    """Paused nothing is asked but by `r`; without the focus slowly, and at once when it comes back."""
    async with Stand().running(20) as stand:
        stand.deck.pause(True)
        await asyncio.sleep(10)
        before = len(stand.wire.calls)
        await asyncio.sleep(600)
        assert len(stand.wire.calls) == before
        stand.deck.refresh()
        await asyncio.sleep(1)
        assert len(stand.wire.calls) > before
        stand.deck.pause(False)
        stand.deck.focus(False)
        await asyncio.sleep(40)
        before = len(stand.wire.calls)
        await asyncio.sleep(300)
        assert len(stand.wire.calls) - before <= 12
        before = len(stand.wire.calls)
        stand.deck.focus(True)
        await asyncio.sleep(1.5)
        assert len(stand.wire.calls) > before


@virtual
async def test_r21_a_list_cut_short_takes_nothing_away() -> None:
    """A load that fails at its third page keeps every row; what is deleted is gone after a whole one."""
    async with Stand(tasks=480).running(20) as stand:
        rows = set(stand.feed().tasks)
        stand.strike.on("GET", "/tasks", None, None, 500, ...)
        stand.deck.refresh()
        await asyncio.sleep(3)
        assert set(stand.feed().tasks) >= rows
        stand.strike.clear()
        del stand.api["cgc"].rows["t00400"]
        await asyncio.sleep(90)
        assert set(stand.feed().tasks) == rows - {"cgc:t00400"}


@pytest.mark.parametrize(("tasks", "active", "shown"), [(80, 0, 0), (1_200, 0, 0), (1_200, 40, 40), (1_500, 300, 60)])
def test_p9_calls_a_minute_do_not_depend_on_how_many_tasks_there_are(tasks: int, active: int, shown: int) -> None:
    """At most 12 x (1 + ceil(A/100)) a minute over an hour, whole loads included, and never much less."""

    @virtual
    async def run() -> None:
        async with Stand(tasks=tasks, active=active, limit=1_000_000).running(60) as stand:
            stand.deck.look([TaskRef("cgc", f"t{n:05}") for n in range(shown)])
            before = len(stand.wire.calls)
            await asyncio.sleep(900)
            a_minute = (len(stand.wire.calls) - before) / 15
            assert 6 < a_minute <= 12 * (1 + -(-active // 100))

    run()


@virtual
async def test_p9_never_above_half_of_the_limit() -> None:
    """A list far larger than the budget allows is loaded bit by bit, and leaves half of each window to others."""
    async with Stand(tasks=2_000, limit=40).running(1) as stand:
        assert not stand.feed().complete
        assert stand.feed().note
        assert len(stand.feed().tasks) < 2_000
        await asyncio.sleep(299)
        for _ in range(6):
            before = len(stand.wire.calls)
            await asyncio.sleep(300)
            assert len(stand.wire.calls) - before <= 26
        assert stand.api["cgc"].refused == 0
        assert stand.feed().complete
        assert len(stand.feed().tasks) == 2_000


@virtual
async def test_r28_twenty_programs_on_one_account() -> None:
    """Under 1 % of the answers are 429 over a window, and all go on refreshing; tests/soak/r28.py has a whole day."""
    first = Stand(tasks=5, limit=1000)
    others = [Stand(tasks=5, limit=1000, rng=random.Random(seed)) for seed in range(2, 21)]
    for other in others:
        other.api = first.api
    async with contextlib.AsyncExitStack() as stack:
        stands = [await stack.enter_async_context(s.running(0.1)) for s in (first, *others)]
        await asyncio.sleep(330)
        assert sum(len(s.wire.calls) for s in stands) > 100 * first.api["cgc"].refused
        for stand in stands:
            fetched = stand.feed().fetched
            assert fetched is not None
            assert stand.clock.now() - fetched < timedelta(minutes=2)


@virtual
async def test_what_is_asked_for_while_the_list_loads_is_loaded_once_more() -> None:
    """`r` in the middle of a long load wants what is there now, not what the pages before had."""
    stand = Stand(tasks=1050, active=0)
    stand.latency = 3.0
    async with stand.running(4) as at:
        assert at.feed().loading
        at.deck.refresh()
        await asyncio.sleep(20)
        assert at.feed().complete
        assert len(at.calls("/tasks", "GET")) >= 2 * 11
