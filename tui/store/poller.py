"""One account's poller: when to ask, what to ask, and what a failure means for the next time."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

from tui.domain.errors import AuthRefused, ConfigError, PlatformError, RateLimited
from tui.domain.task import Task, TaskRef
from tui.domain.text import plain
from tui.platforms.clock import Clock
from tui.platforms.protocols import Page, Platform
from tui.store.batches import Batches
from tui.store.pace import Intervals, Pace
from tui.store.snapshot import Problem
from tui.store.store import Store

__all__ = ["Poller"]

log = logging.getLogger(__name__)

_PAGE = 100


class Poller:
    """Keeps one feed, and the open batches of its account, as new as the request budget allows.

    One cycle is in flight at a time and ticks are skipped meanwhile (R29); a failed cycle keeps the old data (R25); a
    refused token stops this account alone (R10).
    """

    def __init__(
        self,
        account: str,
        connect: Callable[[], Awaitable[Platform]],
        store: Store,
        clock: Clock,
        *,
        intervals: Intervals | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.account = account
        self._connect = connect
        self._store = store
        self._clock = clock
        self._pace = Pace(intervals or Intervals(), rng or random.Random())
        self._wake = asyncio.Event()
        self._batches = Batches(store, clock)
        self.visible: frozenset[TaskRef] = frozenset()
        """What is on screen now."""
        self.focused = True
        self.paused = False
        self._full_wanted = True
        self._last_full: float | None = None
        self._held = 0
        self._cycles = 0
        self._failures = 0
        self._cost = 1

    def look(self, visible: frozenset[TaskRef], batches: frozenset[TaskRef]) -> None:
        """Tell what is on screen, and which batches are open; a newly opened batch is asked for at once."""
        self.visible = visible
        if self._batches.open(batches):
            self._wake.set()

    def refresh(self, *, full: bool = True) -> None:
        """Ask now."""
        self._full_wanted = self._full_wanted or full
        self._failures = 0
        self._wake.set()

    def pace(self, intervals: Intervals) -> None:
        """Use other intervals from now on."""
        self._pace.intervals = intervals
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. A bug in a cycle is logged, shown and survived (R31)."""
        deaths = 0
        while True:
            try:
                await self._loop()
            except Exception as error:
                deaths += 1
                wait = self._pace.backoff(deaths + 2)
                log.exception("%s: the poller failed", self.account)
                what = f"polling failed by a fault of ours ({type(error).__name__}); it starts again in {wait:.0f} s"
                self._store.problem(Problem(self.account, what, "see the log", self._clock.now(), deaths))
                await self._clock.sleep(wait)
                self._store.solved(what)

    async def _loop(self) -> None:
        while True:
            wall, steady = self._clock.now(), self._clock.monotonic()
            wait = await self._turn()
            await self._pause(wait)
            slept = (self._clock.now() - wall).total_seconds() - (self._clock.monotonic() - steady)
            if abs(slept) > 2 * self._pace.intervals.visible:  # the machine slept, or the clock was set (R30)
                self._full_wanted = True
                await self._clock.sleep(self._pace.first(2.0))

    async def _pause(self, wait: float | None) -> None:
        """Wait, or until woken; None waits for being woken alone."""
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            pass
        self._wake.clear()
        while self.paused and not self._full_wanted:
            await self._wake.wait()
            self._wake.clear()

    async def _turn(self) -> float | None:
        """One cycle; the seconds until the next, None when only the user can help."""
        try:
            platform = await self._connect()
            await self._cycle(platform)
        except ConfigError as error:
            self._failed(PlatformError(self.account, "reading the token", str(error)), None)
            return None
        except AuthRefused as error:
            self._failed(error, None)
            return None
        except RateLimited as error:
            now = self._clock.now()
            wait = (error.retry_at - now).total_seconds() if error.retry_at else self._pace.backoff(self._failures + 1)
            return self._failed(error, max(1.0, self._pace.jittered(wait)))
        except PlatformError as error:
            return self._failed(error, self._pace.backoff(self._failures + 1))
        self._failures = 0
        interval = self._pace.interval(
            focused=self.focused, budget=platform.budget, cost=self._cost, now=self._clock.now()
        )
        wait = self._pace.first(interval) if self._cycles == 1 else self._pace.jittered(interval)
        self._store.update(
            self.account,
            error=None,
            failing_since=None,
            attempts=0,
            budget=platform.budget,
            interval=timedelta(seconds=round(interval, 1)),
            next_try=None,
        )
        return wait

    def _failed(self, error: PlatformError, wait: float | None) -> float | None:
        self._failures += 1
        now = self._clock.now()
        feed = self._store.feed(self.account)
        self._store.update(
            self.account,
            error=error,
            failing_since=feed.failing_since or now,
            attempts=self._failures,
            next_try=None if wait is None else now + timedelta(seconds=wait),
            loading=False,
        )
        log.warning("%s; next try in %s s", error, "-" if wait is None else round(wait))
        return wait

    async def _cycle(self, platform: Platform) -> None:
        before = self._clock.monotonic()
        self._cycles += 1
        feed = self._store.feed(self.account)
        due = self._last_full is None or before - self._last_full >= self._pace.full_interval(len(feed.tasks))
        if self._full_wanted or due:
            await self._load(platform, 0)
        else:
            await self._light(platform)
            budget = platform.budget
            if not self._store.feed(self.account).complete and (budget is None or budget.remaining > budget.limit // 2):
                await self._load(platform, self._held)
        await self._batches.refresh(platform, self.visible)

    async def _load(self, platform: Platform, skip: int) -> None:
        """The whole list, shown as it comes; tasks are dropped only when it came whole (R21)."""
        begun, asked = self._store.begin(), self._clock.now()
        first = not self._store.feed(self.account).complete
        self._store.update(self.account, loading=True)
        seen, rows, unreadable, total, capped = set[str](), skip, 0, None, None
        async for page in platform.pages(skip=skip):
            seen.update(str(task.ref) for task in page.tasks)
            rows += len(page.tasks) + page.unreadable
            unreadable += page.unreadable
            total = page.total if page.total is not None else total
            capped = page.capped or capped
            self._store.merge(
                self.account, page.tasks, begun=begun, fetched=asked, total=total, from_cache=False, error=None
            )
        self._held = rows
        gone: list[TaskRef] = []
        if capped is None and skip == 0:
            known = self._store.feed(self.account).tasks
            gone = [t.ref for name, t in known.items() if name not in seen and t.fetched < asked]
        self._store.merge(
            self.account,
            (),
            begun=begun,
            gone=gone,
            complete=capped is None or not first,
            unreadable=unreadable,
            total=total,
            loading=False,
            note=capped,
        )
        self._full_wanted, self._last_full = False, self._clock.monotonic()

    async def _light(self, platform: Platform) -> None:
        """What is new, and what can still change: on screen each time, off screen each so-manyth."""
        begun, asked = self._store.begin(), self._clock.now()
        newest = await platform.newest()
        known = self._store.feed(self.account).tasks
        fresh = {task.ref for task in newest.tasks}
        self._merge(newest, begun, fetched=asked)
        everyone = self._cycles % self._pace.intervals.active_every == 0
        wanted = [t.ref for t in known.values() if t.ref not in fresh and self._can_change(t, everyone)]
        if wanted:
            self._merge(await platform.many(wanted), begun)
        self._cost = 1 + -(-len(wanted) // _PAGE)
        if len(fresh) >= _PAGE and not any(str(ref) in known for ref in fresh):
            self._full_wanted = True  # so much is new that the first page does not reach what we know

    def _can_change(self, task: Task, everyone: bool) -> bool:
        if task.status.is_final:
            return False
        return task.ref in self.visible or (everyone and task.status.is_active)

    def _merge(self, page: Page, begun: int, **state: object) -> None:
        self._store.merge(self.account, page.tasks, begun=begun, gone=page.gone, **state)
        if page.unreadable:
            log.warning("%s: %s unreadable rows", plain(self.account), page.unreadable)
