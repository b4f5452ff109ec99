"""Keeps the cache in step with the store: paints from it at the start, writes what changed now and then."""

import asyncio
import gc
from collections.abc import Iterator
from itertools import islice

from tui.clock import Clock
from tui.domain.task import Task, TaskRef
from tui.store.cache.database import Cache
from tui.store.snapshot import Change, Problem
from tui.store.store import Store

__all__ = ["CacheSync"]

_EVERY = 30.0
"""Seconds between two writings: what changes each second is written once."""
_MANY = 5_000
"""Touched tasks that are written at once, without waiting."""
_CHUNK = 2_000
_SCREEN = 100
"""Rows that any terminal can show."""


def _next(rows: Iterator[Task]) -> list[Task]:
    """The next rows to put up."""
    return list(islice(rows, _CHUNK))


class CacheSync:
    """Listens to the store."""

    def __init__(self, store: Store, cache: Cache) -> None:
        self._store = store
        self._cache = cache
        self._touched: set[TaskRef] = set()
        self._painting = False
        self._said = cache.notice is not None
        """Whether the cache's trouble has been told; that of its opening is told at the start."""
        store.subscribe(self._changed)

    def paint_first(self) -> None:
        """Put the newest rows of the last list into the store, marked as cached: the first screen, in milliseconds."""
        first: dict[str, list[Task]] = {}
        for task in self._cache.first(_SCREEN, list(self._store.snapshot.feeds)):
            first.setdefault(task.ref.account, []).append(task)
        begun = self._store.begin()
        for account, tasks in first.items():
            self._put(account, tasks, begun)

    def _put(self, account: str, tasks: list[Task], begun: int) -> None:
        """Show what the cache holds; it is not written back."""
        self._painting = True
        try:
            self._store.merge(account, tasks, begun=begun, from_cache=True)
        finally:
            self._painting = False

    async def paint(self) -> None:
        """Put the rest of it there, in chunks."""
        accounts = list(self._store.snapshot.feeds)
        begun = self._store.begin()
        for account in accounts:
            rows = self._cache.all(account)
            while chunk := await asyncio.to_thread(_next, rows):
                known = self._store.feed(account).tasks
                self._put(account, [task for task in chunk if str(task.ref) not in known], begun)
        gc.freeze()

    async def run(self, clock: Clock) -> None:
        """Write what changed now and then, until cancelled."""
        while True:
            await clock.sleep(_EVERY)
            self._write()
            if self._cache.notice and not self._said:
                self._said = True
                self._store.problem(Problem(None, self._cache.notice, "nothing else is affected", clock.now()))

    def _changed(self, change: Change) -> None:
        if self._painting or not change.touched:
            return
        accounts = change.snapshot.feeds
        self._touched.update(ref for ref in change.touched if ref.job is None and ref.account in accounts)
        if len(self._touched) >= _MANY:
            self._write()

    def _write(self) -> None:
        feeds = self._store.snapshot.feeds
        saved: dict[str, list[Task]] = {}
        gone: dict[str, list[TaskRef]] = {}
        for ref in self._touched:
            task = feeds[ref.account].tasks.get(str(ref))
            if task is not None:
                saved.setdefault(ref.account, []).append(task)
            else:
                gone.setdefault(ref.account, []).append(ref)
        self._touched.clear()
        for account in saved.keys() | gone.keys():
            self._cache.save(account, saved.get(account, ()), gone.get(account, ()))

    def close(self) -> None:
        """Write what is left and close the cache."""
        self._write()
        self._cache.close()
