"""The service layer's front: what screens and commands call.

A `Deck` holds the accounts, opens their platforms lazily (importing httpx and pydantic only then), runs their pollers,
and answers questions about single tasks. Nothing here knows Textual.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tui.clock import Clock, SystemClock
from tui.domain.account import AccountInfo
from tui.domain.errors import ConfigError, NotFound, PlatformError
from tui.domain.task import Job, Task, TaskRef
from tui.platforms.protocols import HasChildren, HasJobs, HasLogs, HasProjectNames, Page, Platform, PushDown
from tui.store.account import AccountHandle, expected_api, whole_id
from tui.store.acknowledged import Seen
from tui.store.cache.database import Cache
from tui.store.cache.sync import CacheSync
from tui.store.history.database import History
from tui.store.history.sync import HistorySync
from tui.store.polling.pace import Intervals
from tui.store.polling.poller import Poller
from tui.store.polling.server_filter import NOTHING
from tui.store.references import References
from tui.store.several import tasks_now
from tui.store.snapshot import Change, Problem
from tui.store.store import Store

if TYPE_CHECKING:
    from tui.domain.detail import TaskDetail
    from tui.domain.log import LogIndex, LogPart, LogSource
    from tui.store.actions.journal import Journal
    from tui.store.actions.service import Actions

__all__ = ["AccountHandle", "Deck"]

_UNREAD = 200
"""Children read at a time."""


class Deck:
    """All accounts together; `async with` closes what was opened."""

    def __init__(
        self,
        accounts: Sequence[AccountHandle],
        *,
        clock: Clock | None = None,
        cache: Cache | None = None,
        history: History | None = None,
        journal: "Journal | None" = None,
        seen: Seen | None = None,
        intervals: Intervals | None = None,
        rng: random.Random | None = None,
        kept: Callable[[str, Sequence[str]], Collection[TaskRef]] | None = None,
        count_above: int | None = None,
    ) -> None:
        """Over these accounts; `kept` finds references by the beginning of their id in what an earlier run left."""
        self.handles = {handle.name: handle for handle in accounts}
        self.clock = clock or SystemClock()
        self._open: dict[str, Platform] = {}
        self.store = Store([handle.name for handle in accounts])
        self.seen = seen or Seen()
        self._cache = cache
        kept = kept or (cache.beginning if cache is not None else lambda prefix, accounts: ())
        self._references = References(self.handles, self.store, self._open, kept)
        self._cache_sync = CacheSync(self.store, cache) if cache else None
        self._history_sync = HistorySync(self.store, history) if history else None
        self._shown = False
        self._locks: dict[str, asyncio.Lock] = {}
        self._me: dict[str, str] = {}
        self._projects: dict[str, str] = {}
        rng = rng or random.Random()
        self._pollers = {
            name: Poller(
                name, self._opener(name), self.store, self.clock, place=handle.place or handle.url,
                intervals=intervals, rng=random.Random(rng.random()), least_interval=handle.least_interval,
            )
            for name, handle in self.handles.items()
        }  # fmt: skip
        self._journal = journal
        self._count_above = count_above

    @cached_property
    def actions(self) -> "Actions":
        """What can be done, and is. Built when it is first asked for: the list is painted without it."""
        from tui.store.actions.journal import Journal
        from tui.store.actions.service import Actions

        actions = Actions(
            self.store,
            self.clock,
            self._journal or Journal(None),
            self.platform,
            self._open.get,
            lambda name: self.handles[name].read_only,
            self._me.get,
            lambda name: self._pollers[name].refresh(full=False),
        )
        if self._count_above is not None:
            actions.count_above = self._count_above
        return actions

    def count_above(self, number: int) -> None:
        """More targets than this need their number typed, from now on."""
        self._count_above = number
        if "actions" in self.__dict__:
            self.actions.count_above = number

    def _opener(self, name: str) -> Callable[[], "asyncio.Future[Platform]"]:
        return lambda: asyncio.ensure_future(self.platform(name))

    @property
    def me(self) -> Mapping[str, str]:
        """The user's name per account, as far as known."""
        return self._me

    @property
    def projects(self) -> Mapping[str, str]:
        """Names of projects that tasks know by id only (Qarnot), as far as the accounts have told them."""
        return self._projects

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every platform that was opened, the cache and the history."""
        if "actions" in self.__dict__:
            await self.actions.close()
        for platform in self._open.values():
            with contextlib.suppress(PlatformError):
                await platform.__aexit__(None, None, None)
        self._open.clear()
        if self._cache_sync is not None:
            await asyncio.to_thread(self._cache_sync.close)
        if self._history_sync is not None:
            await self._history_sync.close()

    async def platform(self, account: str) -> Platform:
        """The open adapter of an account; opened at the first call.

        Raises:
            ConfigError: No such account, or its token cannot be read.
        """
        if (known := self._open.get(account)) is not None:
            return known
        if account not in self.handles:
            raise ConfigError(f"there is no account {account}; there are {', '.join(self.handles) or 'none'}")
        async with self._locks.setdefault(account, asyncio.Lock()):
            if account not in self._open:
                self._open[account] = await self.handles[account].opened()
        return self._open[account]

    async def reconnect(self, account: str) -> None:
        """Read the account's token again and start polling anew (R10).

        Raises:
            ConfigError: No such account, or its token cannot be read.
        """
        if account not in self.handles:
            raise ConfigError(f"there is no account {account}; there are {', '.join(self.handles) or 'none'}")
        old = self._open.pop(account, None)
        try:
            await self.platform(account)
        finally:
            self._pollers[account].refresh()
            if old is not None:
                with contextlib.suppress(PlatformError):
                    await old.__aexit__(None, None, None)

    # -- live

    def show_cached(self) -> None:
        """Put the newest rows of the last list into the store: what the first screen shows. Once, in milliseconds."""
        if self._cache_sync is not None and not self._shown:
            self._shown = True
            if self._cache is not None:
                self._projects = self._cache.project_names() | self._projects
            self._cache_sync.paint_first()

    async def run(self, painted: Callable[[], Awaitable[object]] | None = None) -> None:
        """Paint from the cache, then poll every account until cancelled; closes everything at the end.

        Args:
            painted: Ends when the first rows are on the screen: what costs much (reading the whole cache, loading the
                adapters) begins only then.
        """
        # Name lookups run in the loop's threads, six on two cores: one account's hanging one must not hold the others.
        threads = ThreadPoolExecutor(8 + 4 * len(self.handles), thread_name_prefix="taskdeck")
        asyncio.get_running_loop().set_default_executor(threads)
        try:
            self.show_cached()
            if painted is not None:
                await painted()
            self._say_what_is_wrong()
            if self._cache_sync is not None:
                await self._cache_sync.paint()
            async with asyncio.TaskGroup() as group:
                if self._cache_sync is not None:
                    group.create_task(self._cache_sync.run(self.clock), name="keep")
                if self._history_sync is not None:
                    group.create_task(self._history_sync.run(self.clock), name="history")
                for name, poller in self._pollers.items():
                    group.create_task(poller.run(), name=f"poll {name}")
                    group.create_task(self._learn(name), name=f"who {name}")
        finally:
            await self.close()

    def _say_what_is_wrong(self) -> None:
        """What was found at the start, before any platform was asked."""
        self.actions.unknowns.name()
        if self._cache is not None and self._cache.notice:
            self.store.problem(Problem(None, self._cache.notice, "nothing else is affected", self.clock.now()))

    async def _learn(self, account: str) -> None:
        """Who we are there, needed to know other people's tasks; asked once the account answers (R10)."""
        answered = asyncio.Event()

        def listen(change: Change) -> None:
            if change.snapshot.feeds[account].fetched is not None:
                answered.set()

        end = self.store.subscribe(listen)
        try:
            await answered.wait()
        finally:
            end()
        await self.actions.unknowns.look_after(account)
        with contextlib.suppress(PlatformError, ConfigError):
            await self.info(account)

    def look(self, visible: Collection[TaskRef], batches: Collection[TaskRef] = ()) -> None:
        """What is on screen now, and which batches are open."""
        for name, poller in self._pollers.items():
            poller.look(
                frozenset(ref for ref in visible if ref.account == name),
                frozenset(ref for ref in batches if ref.account == name),
            )

    def seek(self, push: PushDown, account: str | None = None) -> None:
        """What the user filters by, of all accounts or of one: platforms are asked for it where a list is too long."""
        for name, poller in self._pollers.items():
            poller.seek(push if account in {None, name} else NOTHING)

    @property
    def focused(self) -> bool:
        """Whether the terminal has focus, as far as it tells."""
        return all(poller.focused for poller in self._pollers.values())

    def focus(self, focused: bool) -> None:
        """The terminal got or lost focus."""
        for poller in self._pollers.values():
            poller.focus(focused)

    def refresh(self, account: str | None = None) -> None:
        """Ask now, for everything."""
        for name, poller in self._pollers.items():
            if account in {None, name}:
                poller.refresh()

    def pause(self, paused: bool) -> None:
        """Stop asking, or go on."""
        for poller in self._pollers.values():
            poller.paused = paused
            if not paused:
                poller.refresh(full=False)

    def set_intervals(self, intervals: Intervals) -> None:
        """Ask at another pace."""
        for poller in self._pollers.values():
            poller.pace(intervals)

    # -- questions

    def resolve(self, text: str) -> TaskRef:
        """A reference or a pasted web address as typed by a user.

        Raises:
            UsageError: It is neither, or names an account that is not there.
        """
        return self._references.resolve(text)

    async def load(self, account: str, push: PushDown = PushDown()) -> AsyncIterator[Page]:
        """An account's whole list, for commands that read once: the whole request budget may be used."""
        platform = await self.platform(account)
        with expected_api(account, self.handles[account].place or self.handles[account].url):
            async for page in platform.pages(push, whole=True):
                yield page

    async def task(self, ref: TaskRef) -> Task:
        """One task or job as it is now.

        Raises:
            NotFound: It is not there.
        """
        platform = await self.platform(ref.account)
        if ref.job is None:
            page = await platform.many([ref])
            if page.tasks:
                return page.tasks[0]
            with whole_id(ref):
                return (await platform.detail(ref)).task
        for job in await self.jobs(ref):
            if job.ref == ref:
                return job
        raise NotFound(ref.account, f"reading {ref}", "the task has no such job")

    async def tasks(self, refs: Sequence[TaskRef]) -> dict[TaskRef, Task | PlatformError]:
        """Tasks and jobs as they are now, in this order, or why one cannot be read. Accounts are asked at the same
        time, and for tasks in bulk where the platform can."""
        return await tasks_now(refs, self.platform, self.task)

    async def detail(self, ref: TaskRef) -> "TaskDetail":
        """Everything about one task, or about one job of it."""
        platform = await self.platform(ref.account)
        if ref.job is None:
            with whole_id(ref):
                return await platform.detail(ref)
        from tui.domain.detail import TaskDetail

        job = await self.task(ref)
        return TaskDetail(task=job, inputs=dict(job.arguments) or None, settings=dict(job.settings) or None)

    async def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """A batch's children; nothing for a plain task.

        Where the list alone does not tell everything (ET Engine's states), a child comes again when it is read: what
        comes later of the same reference holds.
        """
        platform = await self.platform(ref.account)
        if isinstance(platform, HasChildren):
            with whole_id(ref):
                async for page in platform.children(ref):
                    yield page
                    unread = [child.ref for child in page.tasks if not child.native_status]
                    for start in range(0, len(unread), _UNREAD):
                        yield await platform.child_details(unread[start : start + _UNREAD])

    async def child_details(self, refs: Sequence[TaskRef]) -> Page:
        """These children with everything a row shows; all of one account."""
        platform = await self.platform(refs[0].account)
        return await platform.child_details(refs) if isinstance(platform, HasChildren) else Page(())

    async def jobs(self, ref: TaskRef) -> tuple[Job, ...]:
        """The jobs inside a task; of a reference to one, at least that one."""
        platform = await self.platform(ref.account)
        with whole_id(ref):
            return await platform.jobs(ref) if isinstance(platform, HasJobs) else ()

    async def logs(self, ref: TaskRef) -> "LogIndex":
        """The logs there are, or why there is none."""
        platform = await self.platform(ref.account)
        if not isinstance(platform, HasLogs):
            from tui.domain.log import LogIndex

            return LogIndex(why_none=f"{platform.platform} has no logs.")
        with whole_id(ref):
            return await platform.logs(ref)

    async def read_log(self, source: "LogSource", start: int, limit: int) -> "LogPart":
        """A part of a log."""
        platform = await self.platform(source.ref.account)
        if not isinstance(platform, HasLogs):
            raise NotFound(source.ref.account, f"reading {source.name}", "there are no logs here")
        return await platform.read_log(source, start, limit)

    async def info(self, account: str) -> AccountInfo:
        """Who we are on an account."""
        platform = await self.platform(account)
        with expected_api(account, self.handles[account].place or self.handles[account].url):
            info = await platform.info()
        if info.user:
            self._me[account] = info.user
        self._named(info.project_names)
        return info

    async def name_projects(self, account: str) -> None:
        """Learn the names of an account's projects, where its tasks know them by id only."""
        platform = await self.platform(account)
        if isinstance(platform, HasProjectNames):
            self._named(await platform.project_names())

    def _named(self, names: Mapping[str, str]) -> None:
        """Whoever lists, sorts or filters by projects does so anew where a name is new."""
        if not names.items() <= self._projects.items():
            self._projects |= names
            if self._cache is not None:
                self._cache.save_project_names(names)
            self.store.renew()
