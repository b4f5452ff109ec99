"""What the poller waits for, and what it does not make anybody wait for (issue 9, point 13)."""

import asyncio
from typing import Any

import pytest

from tests.support.clocks import virtual
from tests.support.deck import Stand
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.platforms.protocols import PushDown
from tui.store.polling.pace import Intervals
from tui.store.polling.poller import Poller

SOON, GAP = 0.2, 1.0
"""Seconds: for a call that nothing holds back; between two cycles that nobody waits for."""


def poller(stand: Stand) -> Poller:
    return stand.deck._pollers["cgc"]


async def cycle(stand: Stand) -> None:
    """Until a cycle has just ended, of which the next is seconds away."""
    told = asyncio.Event()
    end = stand.store.subscribe(lambda change: told.set())
    await told.wait()
    end()
    await asyncio.sleep(0.05)


@virtual
async def test_t13_who_asks_for_a_list_waits_for_no_pause() -> None:
    """`r` right behind a cycle is answered at once; what wakes the poller by the way keeps the pause."""
    async with Stand().running(20) as stand:
        await cycle(stand)
        before = len(stand.wire.calls)
        stand.deck.refresh()
        await asyncio.sleep(SOON)
        assert len(stand.wire.calls) > before
        await cycle(stand)
        before = len(stand.wire.calls)
        poller(stand).refresh(full=False)
        await asyncio.sleep(GAP - 0.2)
        assert len(stand.wire.calls) == before
        await asyncio.sleep(SOON)
        assert len(stand.wire.calls) > before


@virtual
async def test_t13_the_first_cycle_of_all_makes_no_exception() -> None:
    """Nobody waits for the second one."""
    async with Stand().running(SOON) as stand:
        before = len(stand.wire.calls)
        assert before
        poller(stand).refresh(full=False)
        await asyncio.sleep(GAP - 2 * SOON)
        assert len(stand.wire.calls) == before


@virtual
async def test_t13_focus_that_was_there_before_asks_for_nothing() -> None:
    """Terminals tell it again and again."""
    async with Stand().running(20) as stand:
        await cycle(stand)
        before = len(stand.wire.calls)
        for _ in range(20):
            stand.deck.focus(True)
            await asyncio.sleep(0.1)
        assert len(stand.wire.calls) == before
        stand.deck.focus(False)
        await asyncio.sleep(1)
        assert len(stand.wire.calls) == before


@virtual
async def test_t13_a_filter_looks_at_the_server_at_once() -> None:
    """Where the list is too long to be here whole; and `r` begins the search anew."""
    async with Stand(tasks=4_000, limit=40).running(3) as stand:
        assert not stand.feed().complete
        before = len(stand.wire.calls)
        stand.deck.seek(PushDown(status=TaskStatus.FAILED))
        await asyncio.sleep(SOON)
        assert len(stand.wire.calls) > before
        search = poller(stand)._search
        assert search.begun
        stand.deck.refresh()
        assert not search.begun


@virtual
async def test_t13_r_in_an_outage_counts_the_tries_anew() -> None:
    """Who asks himself is not made to wait as long as the tries before him."""
    async with Stand().running(20) as stand:
        stand.strike.on("*", "", 503, ...)
        await asyncio.sleep(120)
        assert stand.feed().attempts > 3
        tries: list[int] = []
        stand.store.subscribe(lambda change: tries.append(stand.feed().attempts))
        stand.deck.refresh()
        await asyncio.sleep(60)
        assert list(dict.fromkeys(t for t in tries if t < 4)) == [1, 2, 3]


class Broken:
    """An adapter's bug: the list cannot be read while `left` is above 0, a call each."""

    def __init__(self) -> None:
        self.left = 0

    def __call__(self, inner: Any) -> Any:
        async def call(scope: Any, receive: Any, send: Any) -> None:
            if self.left and scope["path"].endswith("/tasks"):
                self.left -= 1
                raise AssertionError
            await inner(scope, receive, send)

        return call


@virtual
async def test_r31_deaths_in_a_row_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    """1 for the first, and again 1 for one that comes after a good while; none leaves the list loading."""
    bug = Broken()
    stand = Stand(app=bug)
    tries: list[int] = []
    stand.store.subscribe(lambda change: tries.extend(p.attempts for p in change.snapshot.problems))
    async with stand.running(20):
        bug.left = 3
        stand.deck.refresh()
        await asyncio.sleep(SOON)
        assert not stand.feed().loading
        assert stand.store.snapshot.problems[0].attempts == 1
        await asyncio.sleep(120)
        assert set(tries) == {1, 2, 3}
        assert stand.store.snapshot.problems == ()
        bug.left = 1
        stand.deck.refresh()
        await asyncio.sleep(SOON)
        assert stand.store.snapshot.problems[0].attempts == 1


@pytest.mark.parametrize(("jump", "whole"), [(9, False), (12, True), (-12, True)])
def test_r30_only_more_than_two_intervals_are_a_jump(jump: float, whole: bool) -> None:
    """Then the whole list is read: what was deleted meanwhile is gone within seconds."""

    @virtual
    async def run() -> None:
        async with Stand(tasks=300, active=0).running(20) as stand:
            del stand.api["cgc"].rows["t00250"]
            stand.clock.step(jump)
            await asyncio.sleep(15)
            assert ("cgc:t00250" not in stand.feed().tasks) is whole

    run()


@virtual
async def test_r28_the_second_look_comes_anywhere_within_an_interval() -> None:
    """Eight accounts that start together do not look together again; from then on the interval holds."""
    names = tuple(f"a{n}" for n in range(8))
    async with Stand(accounts=names).running(0.5) as stand:
        first = {name: len(stand.calls(f"/{name}/")) for name in names}
        seen: dict[str, float] = {}
        for _ in range(600):
            await asyncio.sleep(0.01)
            for name in names:
                if name not in seen and len(stand.calls(f"/{name}/")) > first[name]:
                    seen[name] = stand.clock.monotonic()
        assert len(seen) == 8
        assert max(seen.values()) - min(seen.values()) > 1.0
        assert min(seen.values()) < 4.4, "earlier than any jitter allows"


@virtual
async def test_t13_another_pace_holds_from_the_next_look() -> None:
    """Whoever chooses 60 s is asked for no more than that, and not asked to start again."""
    async with Stand().running(20) as stand:
        stand.deck.set_intervals(Intervals(visible=60.0, blurred=60.0))
        await asyncio.sleep(70)
        before = len(stand.wire.calls)
        await asyncio.sleep(600)
        assert len(stand.wire.calls) - before <= 2 * 12


@virtual
async def test_t13_r_reads_an_open_batch_anew() -> None:
    """Its children are listed again, though nothing that is known of it says that it changed."""
    async with Stand(tasks=60, active=0).running(20) as stand:
        api, parent = stand.api["cgc"], TaskRef("cgc", "t00010")
        for number in range(5):
            api.add(f"child{number}", "COMPLETED", 5, parent="t00010")
        stand.deck.look([], [parent])
        await asyncio.sleep(5)
        assert len(stand.store.feed(parent).tasks) == 5
        api.add("late", "COMPLETED", 5, parent="t00010")
        await asyncio.sleep(30)
        assert len(stand.store.feed(parent).tasks) == 5
        stand.deck.refresh()
        await asyncio.sleep(SOON)
        assert len(stand.store.feed(parent).tasks) == 6
