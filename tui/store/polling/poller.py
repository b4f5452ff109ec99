"""One account's poller: when to ask, what to ask, and what a failure means for the next time."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

from tui.clock import Clock
from tui.domain.account import Budget
from tui.domain.errors import AuthRefused, ConfigError, NoSuchApi, PlatformError, RateLimited
from tui.domain.task import Task, TaskRef
from tui.domain.text import plain
from tui.platforms.protocols import HasPace, Page, Platform, PushDown
from tui.store.account import expected_api
from tui.store.polling.batches import Batches
from tui.store.polling.pace import PAGE, Intervals, Load, Pace, pages
from tui.store.polling.server_filter import NOTHING, Search, lets
from tui.store.snapshot import Problem
from tui.store.store import Store

__all__ = ["Poller"]

log = logging.getLogger(__name__)

_GAP = 1.0
"""Seconds at least between two cycles that nobody waits for, so that 200 actions do not make 200 cycles."""
_FEW_GONE = 500
"""Tasks missing from a whole list that are asked for one by one before they are dropped."""


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
        place: str = "",
        intervals: Intervals | None = None,
        rng: random.Random | None = None,
        least_interval: float = 0.0,
    ) -> None:
        """`least_interval`: seconds at least between two looks, as the account's own settings have it."""
        self.account = account
        self._place = place or account
        """Where the platform is, for a person."""
        self._connect = connect
        self._store = store
        self._clock = clock
        self._pace = Pace(intervals or Intervals(), rng or random.Random())
        self._wake = asyncio.Event()
        self._hurried = False
        """The user waits: no pause between two cycles."""
        self._least = least_interval
        self._paced: Platform | None = None
        """The platform that answered, which may ask for longer pauses than ours."""
        self._batches = Batches(store, clock)
        self._only_batches = False
        """Of a platform that is asked seldom, a batch was opened: its list is at hand, and is not asked for anew."""
        self._listed = 0.0
        """Monotonic; when the list was here the last time."""
        self.visible: frozenset[TaskRef] = frozenset()
        """What is on screen now."""
        self.focused = True
        self.paused = False
        self._full_wanted = True
        self._last_full: float | None = None
        self._held = 0
        self._cycles = 0
        self._failures = 0
        self._load_of_cycle = Load()
        self._refused: Platform | None = None
        """Its token was refused: nothing is asked of it again (R10)."""
        self._not_before = 0.0
        """Monotonic; until then the platform takes no requests (R27)."""
        self._turned = 0.0
        """Monotonic; when the last cycle ended."""
        self._turn_of_rest = 0
        self._resumed: str | None = None
        self._search = Search()

    def look(self, visible: frozenset[TaskRef], batches: frozenset[TaskRef]) -> None:
        """Tell what is on screen, and which batches are open; a newly opened batch is asked for at once."""
        self.visible = visible
        if self._batches.open(batches):
            self._only_batches = not self._wake.is_set()
            self._hurry()

    def focus(self, focused: bool) -> None:
        """The terminal got or lost focus; who comes back sees the present."""
        if focused and not self.focused:
            self._wake.set()
        self.focused = focused

    def refresh(self, *, full: bool = True) -> None:
        """Ask now; with `full` for the whole list, which the user waits for. Not before the platform allows it."""
        self._failures = 0
        self._only_batches = False
        if full:
            self._full_wanted = True
            self._search.again()
            self._batches.reload()
            self._hurry()
        self._wake.set()

    def seek(self, push: PushDown) -> None:
        """What the user filters by: asked of the server where the list is not complete."""
        if self._search.want(push):
            self._hurry()

    def _hurry(self) -> None:
        self._hurried = True
        self._wake.set()

    def pace(self, intervals: Intervals) -> None:
        """Use other intervals from now on; who has not looked yet is about to, and once is enough."""
        self._pace.intervals = intervals
        if self._turned:
            self._wake.set()

    async def run(self) -> None:
        """Until cancelled. A bug in a cycle is logged, shown and survived (R31)."""
        deaths = 0
        while True:
            lived = self._cycles
            try:
                await self._loop()
            except Exception as error:
                deaths = deaths + 1 if self._cycles - lived <= 1 else 1
                wait = self._pace.backoff(deaths + 2)
                log.exception("%s: the poller failed", self.account)
                what = f"polling failed by an internal error ({type(error).__name__}); it starts again in {wait:.0f} s"
                self._store.problem(Problem(self.account, what, "see the log", self._clock.now(), deaths))
                self._store.update(self.account, loading=False)
                await self._clock.sleep(wait)
                self._store.solved(what, self.account)

    async def _loop(self) -> None:
        while True:
            wall, steady = self._clock.now(), self._clock.monotonic()
            wait = await self._turn()
            self._turned = self._clock.monotonic()
            late = await self._pause(wait)
            jump = (self._clock.now() - wall).total_seconds() - (self._clock.monotonic() - steady)
            if abs(jump) > 2 * self._pace.intervals.visible:  # the machine slept, or the clock was set (R30)
                self._full_wanted = True
                self._say_resumed(jump)
                await self._clock.sleep(self._pace.first(2.0))
            elif late > 2 * self._pace.intervals.visible:  # the process was stopped, and all accounts with it
                await self._clock.sleep(self._pace.first(2.0))

    def _say_resumed(self, jump: float) -> None:
        self._solve_resumed()
        self._resumed = f"resumed: the clock went {abs(jump):.0f} s {'on' if jump > 0 else 'back'}; asking anew"
        self._store.problem(Problem(self.account, self._resumed, None, self._clock.now()))

    def _solve_resumed(self) -> None:
        if self._resumed is not None:
            self._store.solved(self._resumed, self.account)
            self._resumed = None

    async def _pause(self, wait: float | None) -> float:
        """Wait, or until woken; None waits for being woken alone. Nobody wakes it while the platform takes nothing.

        Returns:
            Seconds that it waited too long, as a process that was stopped does.
        """
        begun, late = self._clock.monotonic(), 0.0
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            late = self._clock.monotonic() - begun - (wait or 0.0)
        self._wake.clear()
        while self.paused and not self._full_wanted:
            await self._wake.wait()
            self._wake.clear()
        earliest = max(self._not_before, 0.0 if self._hurried else self._turned + max(_GAP, self._floor))
        if (gap := earliest - self._clock.monotonic()) > 0:
            await self._clock.sleep(gap)
        self._hurried = False
        return late

    async def _turn(self) -> float | None:
        """One cycle; the seconds until the next, None when only the user can help."""
        try:
            platform = await self._connect()
            if platform is self._refused:
                return None
            with expected_api(self.account, self._place):
                await self._cycle(platform)
        except ConfigError as error:
            self._failed(PlatformError(self.account, "reading the token", str(error)), None)
            return None
        except (AuthRefused, NoSuchApi) as error:
            self._refused = platform
            self._failed(error, None)
            return None
        except RateLimited as error:
            now = self._clock.now()
            wait = (error.retry_at - now).total_seconds() if error.retry_at else self._pace.backoff(self._failures + 1)
            wait = self._pace.after(wait)
            self._not_before = self._clock.monotonic() + wait
            return self._failed(error, wait)
        except PlatformError as error:
            return self._failed(error, self._pace.backoff(self._failures + 1))
        return self._succeeded(platform)

    def _succeeded(self, platform: Platform) -> float:
        self._failures = 0
        self._solve_resumed()
        budget = platform.budget
        load, now = self._load_of_cycle, self._clock.now()
        interval = self._pace.interval(focused=self.focused, budget=budget, load=load, now=now)
        self._paced = platform
        interval = max(interval, self._floor)
        every = timedelta(seconds=round(interval, 1))
        self._batches.every(every)
        self._store.update(
            self.account,
            error=None,
            failing_since=None,
            attempts=0,
            budget=budget,
            interval=every,
            next_try=None,
            seldom=platform.why_seldom if isinstance(platform, HasPace) else None,
        )
        if isinstance(platform, HasPace):  # from the list's own time: what was looked at since did not ask for it
            return max(_GAP, self._pace.after(interval) - (self._clock.monotonic() - self._listed))
        return self._pace.first(interval) if self._cycles == 1 else self._pace.wait(interval, focused=self.focused)

    @property
    def _floor(self) -> float:
        """Seconds at least between two looks, as it is now: an action of our own makes them shorter for a while."""
        asked = self._paced.least_interval(focused=self.focused) if isinstance(self._paced, HasPace) else 0.0
        return max(self._least, asked)

    def _failed(self, error: PlatformError, wait: float | None) -> float | None:
        self._failures += 1
        wait = None if wait is None else max(wait, self._floor)
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
        calls = 1
        skips = self._only_batches and isinstance(platform, HasPace) and not self._full_wanted
        self._only_batches = False
        if skips:
            calls = 0
        elif self._full_wanted or due:
            await self._load(platform, 0)
            self._listed = self._clock.monotonic()
        else:
            calls += await self._light(platform)
            self._listed = self._clock.monotonic()
            calls += await self._seek(platform)
            budget = platform.budget
            if not self._store.feed(self.account).complete and (budget is None or budget.remaining > budget.limit // 2):
                await self._load(platform, self._held)
        asked, alive = await self._batches.refresh(platform, self.visible)
        tasks = self._store.feed(self.account).tasks
        active = sum(task.status.is_active for task in tasks.values()) + alive
        self._load_of_cycle = Load(calls + pages(asked), active, len(tasks))

    async def _load(self, platform: Platform, skip: int) -> None:
        """The whole list, shown as it comes; tasks are dropped only when it came whole (R21)."""
        self._full_wanted = False  # who asks for it from now on wants a load that has not begun yet
        try:
            await self._load_whole(platform, skip)
        except BaseException:
            self._full_wanted = True
            raise

    async def _load_whole(self, platform: Platform, skip: int) -> None:
        begun, asked = self._store.begin(), self._clock.now()
        before = self._store.feed(self.account)
        self._store.update(self.account, loading=True)
        seen, rows, unreadable, total, capped = set[str](), skip, 0, None, None
        async for page in platform.pages(skip=skip):
            seen.update(str(task.ref) for task in page.tasks)
            rows += len(page.tasks) + page.unreadable
            unreadable += page.unreadable
            total = page.total if page.total is not None else total
            capped = page.capped or capped
            self._store.merge(self.account, page.tasks, begun=begun, fetched=asked, total=total, from_cache=False)
            await asyncio.sleep(0)  # pages that are there already would hold the keys until the last of them
        self._held = rows
        if capped is None and skip == 0:
            known = self._store.feed(self.account).tasks
            missing = [task.ref for name, task in known.items() if name not in seen and task.fetched < asked]
            trusted = unreadable == 0 and (before.fetched is None or len(missing) > _FEW_GONE)
            await self._drop(platform, missing, begun, trusted=trusted)
        self._store.update(
            self.account,
            complete=capped is None or before.complete,
            unreadable=unreadable,
            total=total,
            loading=False,
            note=capped,
        )
        self._last_full = self._clock.monotonic()

    async def _seek(self, platform: Platform) -> int:
        """What the filter wants of a list that is too long to be here whole.

        Returns:
            Calls.
        """
        search, feed = self._search, self._store.feed(self.account)
        push = NOTHING if feed.complete else search.sent(platform)
        if push != feed.sought:
            self._store.update(self.account, sought=push, sought_whole=False)
        if push == NOTHING or not search.due(platform.budget):
            return 0
        begun, rows, total, capped, wanted = self._store.begin(), 0, None, None, search.wanted
        search.begin(self._here(push))
        async for page in platform.pages(push, skip=search.held):
            rows += len(page.tasks) + page.unreadable
            total = page.total if page.total is not None else total
            capped = page.capped or capped
            self._store.merge(self.account, page.tasks, begun=begun)
        if search.wanted == wanted:  # else the user asked for something else meanwhile
            search.read(rows, ended=capped is None, here=self._here(push), total=total)
            self._store.update(self.account, sought_whole=search.done)
        return 1 + pages(rows)

    def _here(self, push: PushDown) -> int:
        return sum(lets(push, task) for task in self._store.feed(self.account).tasks.values())

    async def _drop(self, platform: Platform, missing: list[TaskRef], begun: int, *, trusted: bool) -> None:
        """Take away what a whole list did not hold: a list that shifts while it is paged can miss a row, so what was
        there in this run is asked for by name first. What only the cache knew is not; neither are very many."""
        if missing and trusted:
            self._store.merge(self.account, (), begun=begun, gone=missing)
        elif missing and len(missing) <= _FEW_GONE:
            self._merge(await platform.many(missing), begun)

    async def _light(self, platform: Platform) -> int:
        """What is new, and what can still change: on screen each time, off screen each so-manyth.

        Returns:
            Calls besides the first.
        """
        begun, asked = self._store.begin(), self._clock.now()
        newest = await platform.newest()
        known = self._store.feed(self.account).tasks
        fresh = {task.ref for task in newest.tasks}
        self._merge(newest, begun, fetched=asked)
        wanted = self._wanted(known.values(), fresh, platform.budget)
        if wanted:
            self._merge(await platform.many(wanted), begun)
        if len(fresh) >= PAGE and not any(str(ref) in known for ref in fresh):
            self._full_wanted = True  # so much is new that the first page does not reach what we know
        return pages(len(wanted))

    def _wanted(self, tasks: Iterable[Task], fresh: set[TaskRef], budget: Budget | None) -> list[TaskRef]:
        """What can change: on screen first, the rest in turn, for half of the calls that are left at most."""
        everyone = self._cycles % self._pace.intervals.active_every == 0
        seen, rest = [], []
        for task in tasks:
            if task.status.is_final or task.ref in fresh:
                continue
            if task.ref in self.visible:
                seen.append(task.ref)
            elif everyone and task.status.is_active:
                rest.append(task.ref)
        room = len(rest) if budget is None else max(PAGE, budget.remaining // 2 * PAGE - len(seen))
        if room < len(rest):
            start = self._turn_of_rest % len(rest)
            rest = (rest[start:] + rest[:start])[:room]
            self._turn_of_rest = start + room
        return seen + rest

    def _merge(self, page: Page, begun: int, **state: object) -> None:
        self._store.merge(self.account, page.tasks, begun=begun, gone=page.gone, **state)
        if page.unreadable:
            log.warning("%s: %s unreadable rows", plain(self.account), page.unreadable)
