"""Issue 14, point 4: how seldom a controller is asked, counted on a virtual clock."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import pairwise

from tests.platforms.contract import ShellDesk
from tests.platforms.test_contract import SLURM
from tests.support.clocks import VirtualClock, virtual
from tui.domain.action import Outcome, Verb
from tui.domain.task import Task, TaskRef
from tui.platforms.protocols import Connection
from tui.platforms.registry import connect
from tui.platforms.shell import Command, Finished
from tui.store.account import AccountHandle
from tui.store.actions.plan import OVERWRITTEN
from tui.store.deck import Deck


class Login:
    """The cluster's commands on the deck's own clock, each with its moment."""

    def __init__(self, clock: VirtualClock, *, takes: float = 0.1) -> None:
        self.desk = ShellDesk(SLURM)
        self.clock = clock
        self.takes = takes
        self.asked: list[tuple[float, str]] = []

    async def run(self, command: Command, deadline: float, cap: int) -> Finished:
        name = "version" if "-V" in command.words else command.name
        self.asked.append((self.clock.monotonic(), name))
        await self.clock.sleep(self.takes)
        return await self.desk.run(command, deadline, cap)

    def lists(self, since: float = 0.0) -> list[float]:
        """When the list was asked for."""
        return [moment for moment, name in self.asked if name == "squeue" and moment >= since]

    def histories(self) -> list[float]:
        """When accounting was asked."""
        return [moment for moment, name in self.asked if name == "sacct"]


@contextlib.asynccontextmanager
async def watching(*, takes: float = 0.1, least: float = 0.0) -> AsyncIterator[tuple[Deck, Login]]:
    """A deck that watches the cluster."""
    clock = VirtualClock()
    login = Login(clock, takes=takes)
    handle = AccountHandle(
        "hpc", "slurm", "", "the test",
        lambda: connect("slurm", Connection("hpc"), clock=clock, transport=login), least_interval=least,
    )  # fmt: skip
    async with Deck([handle], clock=clock) as deck:
        run = asyncio.create_task(deck.run())
        try:
            yield deck, login
        finally:
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)


def gaps(moments: list[float]) -> list[float]:
    return [round(b - a, 3) for a, b in pairwise(moments)]


@virtual
async def test_v04_one_list_each_thirty_seconds_and_sixty_without_focus() -> None:
    async with watching() as (deck, login):
        await asyncio.sleep(900)
        assert 24 <= len(login.lists()) <= 31
        assert min(gaps(login.lists())) >= 30
        assert len(login.histories()) <= 6, "its fields once, then every five minutes"
        deck.focus(False)
        await asyncio.sleep(60)
        start = login.clock.monotonic()
        await asyncio.sleep(900)
        assert min(gaps(login.lists(start))) >= 60
        feed = deck.store.snapshot.feeds["hpc"]
        assert feed.seldom
        assert feed.interval.total_seconds() == 60


@virtual
async def test_v04_a_slow_controller_is_asked_twenty_times_more_seldom_than_it_takes() -> None:
    async with watching(takes=5.0) as (_, login):
        await asyncio.sleep(1200)
        assert min(gaps(login.lists())) >= 100


@virtual
async def test_v04_the_accounts_own_setting_makes_it_slower_still() -> None:
    async with watching(least=120.0) as (_, login):
        await asyncio.sleep(1200)
        assert min(gaps(login.lists())) >= 120


@virtual
async def test_v04_asking_by_hand_goes_at_most_each_five_seconds() -> None:
    async with watching() as (deck, login):
        await asyncio.sleep(100)
        start = login.clock.monotonic()
        for _ in range(60):
            deck.refresh()
            await asyncio.sleep(0.5)
        assert 4 <= len(login.lists(start)) <= 8
        assert min(gaps(login.lists(start))) >= 5


@virtual
async def test_v04_opening_an_array_of_ten_thousand_asks_nothing() -> None:
    async with watching() as (deck, login):
        await asyncio.sleep(40)
        big = max(deck.store.snapshot.feeds["hpc"].tasks.values(), key=lambda t: t.counts.total if t.counts else 0)
        before = len(login.lists())
        deck.look([], [big.ref])
        await asyncio.sleep(4)
        assert len(deck.store.snapshot.children[big.ref].tasks) == 10_000
        assert len(login.lists()) == before


@virtual
async def test_v04_after_an_own_act_the_next_looks_come_soon_and_then_no_more() -> None:
    async with watching() as (deck, login):
        await asyncio.sleep(70)
        tasks = deck.store.snapshot.feeds["hpc"].tasks.values()
        held = next(
            t for t in tasks if t.status.value == "queued" and t.counts is None and "Held" not in (t.reason or "")
        )
        start = login.clock.monotonic()
        results = [r async for r in deck.actions.execute(deck.actions.plan(Verb.HOLD, [held]))]
        assert [r.outcome for r in results] == [Outcome.DONE]
        await asyncio.sleep(60)
        assert 8 <= len(login.lists(start)) <= 16
        assert max(gaps(login.lists(start))) <= 10, "also the first, although half a minute had been planned"
        later = login.clock.monotonic() + 60
        await asyncio.sleep(400)
        assert min(gaps(login.lists(later))) >= 30


@virtual
async def test_v04_waiting_for_a_job_asks_no_more_often_than_watching() -> None:
    async with watching() as (deck, login):
        await asyncio.sleep(31)
        start = login.clock.monotonic()
        for _ in range(120):
            await deck.tasks(
                [TaskRef("hpc", t.ref.id) for t in list(deck.store.snapshot.feeds["hpc"].tasks.values())[:3]]
            )
            await asyncio.sleep(5)
        assert len(login.lists(start)) <= 22


@virtual
async def test_v04_elements_that_were_requeued_are_shown_as_waiting_soon() -> None:
    """An open array's children follow the action within the next two looks, not after half a minute."""
    async with watching() as (deck, login):
        array: Task | None = None
        while array is None:  # until the controller still knows of an element that failed
            login.desk.world.clock.advance(200)
            await asyncio.sleep(40)
            tasks = deck.store.snapshot.feeds["hpc"].tasks.values()
            arrays = [t for t in tasks if t.counts is not None and t.counts.failed]
            array = next((t for t in arrays if deck.actions.plan(Verb.REQUEUE, [t]).targets), None)
        deck.look([], [array.ref])
        await asyncio.sleep(4)

        def failed() -> int:
            return sum(t.status.value == "failed" for t in deck.store.snapshot.children[array.ref].tasks.values())

        before = failed()
        plan = deck.actions.plan(Verb.REQUEUE, [array])
        assert OVERWRITTEN in plan.sentences, "what is lost is said before"
        results = [r async for r in deck.actions.execute(plan)]
        assert [r.outcome for r in results] == [Outcome.DONE], results
        await asyncio.sleep(14)  # two looks, five thousand of its elements in each
        assert failed() < before
