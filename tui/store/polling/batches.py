"""The children of the batches that somebody looks at, within what their refreshing may cost."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from typing import cast

from tui.clock import Clock
from tui.domain.errors import Forbidden, NotFound, PlatformError
from tui.domain.status import TaskStatus
from tui.domain.task import Tally, TaskRef
from tui.platforms.actions import CanRequeue
from tui.platforms.protocols import HasChildren, HasChildrenByStatus, HasPace, Page, Platform
from tui.store.store import Store

__all__ = ["Batches"]

_ASK = 200
"""Children refreshed in one cycle at most: what is on screen first, then the others in turn."""

_AT_HAND = 5_000
"""The same where the list that is asked for seldom holds all children, so that they cost nothing."""

_PART = 100
"""Of those that are not on screen, so many are asked for at a time: a page where the platform knows pages."""

_LARGE, _FEW = 500, 4
"""Of batches of so many children, failures are read first where they are at most one in so many."""

_GOOD = 500
"""Successes that are read with them."""


class Batches:
    """Open batches of one account. The list is loaded once; afterwards only children that can still change are asked
    for, on screen first, so that ten thousand children never mean ten thousand calls."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._open: set[TaskRef] = set()
        self._loaded: dict[TaskRef, Tally | None] = {}
        self._turn: dict[TaskRef, int] = {}
        self._closed: set[TaskRef] = set()
        """Open on the screen, and not for us on the platform."""

    def open(self, batches: frozenset[TaskRef]) -> bool:
        """Set which batches are open; True when one of them was not before."""
        fresh = bool(batches - self._open)
        for ref in self._open - batches:
            self._loaded.pop(ref, None)
            self._turn.pop(ref, None)
            self._closed.discard(ref)
            self._store.close(ref)
        self._open = set(batches)
        return fresh

    def reload(self) -> None:
        """Load every open batch anew at the next refresh."""
        self._loaded.clear()
        self._closed.clear()

    async def refresh(self, platform: Platform, visible: frozenset[TaskRef]) -> tuple[int, int]:
        """Load what was just opened, refresh what was loaded.

        Returns:
            How many children were asked for, and how many can still change.
        """
        asked = active = 0
        if not isinstance(platform, HasChildren):
            return asked, active
        for ref in sorted(self._open - self._closed):
            try:
                asked += await (
                    self._renew(platform, ref, visible) if ref in self._loaded else self._load(platform, ref)
                )
            except (NotFound, Forbidden) as error:
                self._closed.add(ref)
                if ref in self._open:
                    self._store.update(ref, error=error, loading=False)
            except PlatformError as error:
                if ref in self._open:  # else nobody would ever close what this begins anew
                    self._store.update(ref, error=error, loading=False)
                raise
            active += sum(not task.status.is_final for task in self._store.feed(ref).tasks.values())
        return asked, active

    def every(self, interval: timedelta) -> None:
        """Say of all open batches how often they are asked for (R25)."""
        for ref in self._open:
            if self._store.feed(ref).interval != interval:
                self._store.update(ref, interval=interval)

    async def _load(self, platform: HasChildren, ref: TaskRef) -> int:
        begun, asked = self._store.begin(), self._clock.now()
        self._store.update(ref, loading=True)
        unreadable, capped = 0, None
        async for page in self._ended_first(platform, ref):
            if ref in self._open:
                self._store.merge(ref, page.tasks, begun=begun, fetched=asked)
        # Closed at once, so that no page that was asked for ahead outlives this.
        async with aclosing(cast(AsyncGenerator[Page], platform.children(ref))) as pages:
            async for page in pages:
                if ref not in self._open:
                    return 0
                unreadable += page.unreadable
                capped = page.capped or capped
                self._store.merge(
                    ref, page.tasks, begun=begun, fetched=asked, total=page.total, unreadable=unreadable,
                    note=page.capped,
                )  # fmt: skip
        if ref in self._open:
            self._store.update(ref, complete=capped is None, loading=False, error=None)
            self._loaded[ref] = self._tally(ref)
        return len(self._store.feed(ref).tasks)

    async def _ended_first(self, platform: HasChildren, ref: TaskRef) -> AsyncIterator[Page]:
        """What is looked for first in a large batch, where it is little and can be had alone: what failed, and a sample
        of what did not, to tell what the failed share."""
        tally = self._tally(ref)
        if tally is None or not isinstance(platform, HasChildrenByStatus):
            return
        if tally.total >= _LARGE and 0 < tally.failed <= tally.total // _FEW:
            async for page in platform.failed_children(ref):
                yield page
            if tally.done:
                yield await platform.done_children(ref, tally.done, _GOOD)

    def _tally(self, ref: TaskRef) -> Tally | None:
        parent = self._store.snapshot.task(ref)
        return parent.counts if parent else None

    async def _renew(self, platform: HasChildren, ref: TaskRef, visible: frozenset[TaskRef]) -> int:
        """Ask for children that can still change, or were never read. While the parent's counts stand still, only for
        those on screen; but where the counts tell of failures that are not among the children, for unread ones too.
        Those on screen are shown before the others are asked for, and these as they come."""
        tasks = self._store.feed(ref).tasks.values()
        # Where a task can be queued again, none is over for good.
        revives, most = isinstance(platform, CanRequeue), _AT_HAND if isinstance(platform, HasPace) else _ASK
        seen = [t.ref for t in tasks if t.ref in visible and (revives or not (t.status.is_final and t.native_status))]
        tally = self._tally(ref)
        hunted = tally is not None and tally.failed > sum(t.status is TaskStatus.FAILED for t in tasks)
        others: list[TaskRef] = []
        if hunted or tally != self._loaded[ref] or tally is None:
            away = [t for t in tasks if t.ref not in visible]
            unread = [t.ref for t in away if not t.native_status] if hunted else []
            rest = unread or [t.ref for t in away if t.native_status and (revives or not t.status.is_final)]
            start = self._turn.get(ref, 0) % max(1, len(rest))
            others = (rest[start:] + rest[:start])[: max(0, most - len(seen))]
            self._turn[ref] = start + len(others)
            if len(others) == len(rest):
                self._loaded[ref] = tally
        await self._ask(platform, ref, seen)
        for start in range(0, len(others), _PART):
            await self._ask(platform, ref, others[start : start + _PART])
        return len(seen) + len(others)

    async def _ask(self, platform: HasChildren, ref: TaskRef, wanted: list[TaskRef]) -> None:
        begun, asked = self._store.begin(), self._clock.now()
        page = await platform.child_details(wanted) if wanted else Page(())
        if ref in self._open:
            self._store.merge(ref, page.tasks, begun=begun, gone=page.gone, fetched=asked, error=None)
