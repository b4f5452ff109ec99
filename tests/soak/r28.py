"""R28: twenty programs on one account share its request budget for a day."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.support.clocks import VirtualClock, run_virtual
from tui.domain.account import AccountInfo, Budget
from tui.domain.action import Verb
from tui.domain.detail import TaskDetail
from tui.domain.errors import RateLimited
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.protocols import Page, PushDown
from tui.store.polling.poller import Poller
from tui.store.store import Store

TITLE = "20 instances on one account for 24 h: under 1 % of answers are 429, all keep refreshing"

INSTANCES, HOURS = 20, 24
LIMIT, WINDOW = 1000, 300
TASKS, ACTIVE = 300, 90


class Account:
    """The account that all share: so many requests in a window, every one counted."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._resets = clock.now()
        self._used = 0
        self.answers = 0
        self.refusals = 0

    def budget(self) -> Budget:
        """What an answer's headers say."""
        return Budget(LIMIT, LIMIT - self._used, self._resets)

    async def request(self) -> None:
        """One request and its round trip."""
        await self._clock.sleep(0.1)
        now = self._clock.now()
        if now >= self._resets:
            self._resets, self._used = now + timedelta(seconds=WINDOW), 0
        self.answers += 1
        if self._used >= LIMIT:
            self.refusals += 1
            raise RateLimited("lab", "listing tasks", "too many requests", retry_at=self._resets, status=429)
        self._used += 1


class Instance:
    """One program's connection to it."""

    account = "lab"
    platform = "sevenbridges"

    def __init__(self, shared: Account, clock: VirtualClock) -> None:
        self._shared = shared
        self._clock = clock
        self.budget: Budget | None = None

    async def __aenter__(self) -> "Instance":
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    async def _ask(self) -> datetime:
        try:
            await self._shared.request()
        finally:
            self.budget = self._shared.budget()
        return self._clock.now()

    def _tasks(self, numbers: range, now: datetime) -> tuple[Task, ...]:
        return tuple(
            Task(
                ref=TaskRef("lab", f"t{n}"), platform="sevenbridges", name=f"t{n}", native_status="x", fetched=now,
                status=TaskStatus.RUNNING if n < ACTIVE else TaskStatus.DONE,
            )
            for n in numbers
        )  # fmt: skip

    async def pages(self, push: PushDown = PushDown(), *, skip: int = 0, whole: bool = False) -> AsyncIterator[Page]:
        """The whole list, a hundred a page."""
        for start in range(skip, TASKS, 100):
            now = await self._ask()
            yield Page(self._tasks(range(start, min(TASKS, start + 100)), now), TASKS)

    async def newest(self) -> Page:
        """The first page."""
        now = await self._ask()
        return Page(self._tasks(range(100), now), TASKS)

    async def many(self, refs: Sequence[TaskRef]) -> Page:
        """In hundreds."""
        now = self._clock.now()
        for _ in range(0, len(refs), 100):
            now = await self._ask()
        return Page(tuple(t for r in refs for t in self._tasks(range(int(r.id[1:]), int(r.id[1:]) + 1), now)))

    async def detail(self, ref: TaskRef) -> TaskDetail:
        """Not asked for here."""
        raise NotImplementedError

    async def info(self) -> AccountInfo:
        """Not asked for here."""
        raise NotImplementedError

    def refusal(self, verb: Verb, task: Task) -> str | None:
        """Nothing is done here."""
        return "nothing is done here"

    def ref_of_url(self, address: str) -> TaskRef | None:
        """There are no addresses here."""
        return None


async def _day(seconds: float, seed: int) -> str:
    clock, rng = VirtualClock(), random.Random(seed)
    shared = Account(clock)
    stores: list[Store] = []
    quiet = 0.0
    async with asyncio.TaskGroup() as group:
        running = []
        for _ in range(INSTANCES):
            store, instance = Store(["lab"]), Instance(shared, clock)

            async def connect(made: Any = instance) -> Any:
                return made

            poller = Poller("lab", connect, store, clock, rng=random.Random(rng.random()))
            poller.look(frozenset(TaskRef("lab", f"t{n}") for n in range(40)), frozenset())
            stores.append(store)
            running.append(group.create_task(poller.run()))
        end, step = clock.monotonic() + seconds, 60.0
        while clock.monotonic() < end:
            await clock.sleep(step)
            for store in stores:
                fetched = store.feed("lab").fetched
                age = seconds if fetched is None else (clock.now() - fetched).total_seconds()
                quiet = max(quiet, age if clock.monotonic() > 2 * WINDOW else 0.0)
        for task in running:
            task.cancel()
    share = shared.refusals / shared.answers
    assert share < 0.01, f"{share:.2%} of {shared.answers:,} answers were 429"
    assert quiet < 2 * WINDOW, f"one instance heard nothing for {quiet:.0f} s"
    return f"{shared.answers:,} answers, {share:.3%} of them 429, longest silence of an instance {quiet:.0f} s"


def soak(scale: float, seed: int) -> str:
    """A day at scale 1; never under twenty minutes, which is four windows."""
    said: str = run_virtual(_day(max(1200.0, HOURS * 3600 * scale), seed))
    return said
