"""Feeds the history from the store: what changed is noted every few seconds."""

import asyncio
from datetime import datetime

from tui.clock import Clock
from tui.domain.task import Task, TaskRef
from tui.store.history.database import History
from tui.store.snapshot import Change, Problem
from tui.store.store import Store

__all__ = ["HistorySync"]

_EVERY = 5.0
"""Seconds between two writings; what is lost when the program is killed is seen again by the next one."""
_MANY = 5_000
"""Touched tasks that are written at once, without waiting."""
_PRUNE = 3600.0
"""Seconds between two looks at the file's size."""


class HistorySync:
    """Listens to the store; jobs inside a task are not noted, children are."""

    def __init__(self, store: Store, history: History) -> None:
        self._store = store
        self._history = history
        self._touched: dict[TaskRef, Task] = {}
        self._whole: set[str] = set()
        """Accounts whose list came whole in this run: what the cache painted is noted with it."""
        self._said = False
        self._pruned: float | None = None
        self._end = store.subscribe(self._changed)

    def _changed(self, change: Change) -> None:
        for key in change.feeds:
            feed = change.snapshot.feeds.get(key) if isinstance(key, str) else None
            if isinstance(key, str) and feed is not None and feed.complete and key not in self._whole:
                self._whole.add(key)
                self._touched.update((task.ref, task) for task in feed.tasks.values())
        for ref in change.touched or ():
            feed = change.snapshot.feeds.get(ref.account)
            if feed is None or (feed.from_cache and ref.job is None and feed.fetched is None):
                continue
            if (task := change.snapshot.task(ref)) is not None and task.native_status:
                self._touched[ref] = task
        if len(self._touched) >= _MANY:
            self.write()

    def write(self) -> None:
        """Hand what changed to the history's writer."""
        if self._touched:
            tasks, self._touched = tuple(self._touched.values()), {}
            if self._history.kept:  # memory would grow with every task
                self._history.note(tasks)

    async def run(self, clock: Clock) -> None:
        """Write now and then, until cancelled; trouble is shown once."""
        while True:
            await clock.sleep(_EVERY)
            self.write()
            self._prune(clock.monotonic(), clock.now())
            if self._history.notice and not self._said:
                self._said = True
                self._store.problem(Problem(None, self._history.notice, "nothing else is affected", clock.now()))

    def _prune(self, steady: float, now: datetime) -> None:
        if self._pruned is None or steady - self._pruned >= _PRUNE:
            self._pruned = steady
            self._history.prune(now)

    async def close(self) -> None:
        """Write what is left and close the history."""
        self._end()
        self.write()
        await asyncio.to_thread(self._history.close)
