"""The children of the batches that somebody looks at, within what their refreshing may cost."""

from tui.domain.errors import Forbidden, NotFound
from tui.domain.task import Tally, TaskRef
from tui.platforms.clock import Clock
from tui.platforms.protocols import HasChildren, Page, Platform
from tui.store.store import Store

__all__ = ["Batches"]

_ASK = 200
"""Children refreshed in one cycle at most: what is on screen first, then the others in turn."""


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
            active += sum(not task.status.is_final for task in self._store.feed(ref).tasks.values())
        return asked, active

    async def _load(self, platform: HasChildren, ref: TaskRef) -> int:
        begun, asked = self._store.begin(), self._clock.now()
        self._store.update(ref, loading=True)
        unreadable, capped = 0, None
        async for page in platform.children(ref):
            if ref not in self._open:
                return 0
            unreadable += page.unreadable
            capped = page.capped or capped
            self._store.merge(
                ref, page.tasks, begun=begun, fetched=asked, total=page.total, unreadable=unreadable, note=page.capped
            )
        if ref in self._open:
            self._store.update(ref, complete=capped is None, loading=False, error=None)
            self._loaded[ref] = self._tally(ref)
        return len(self._store.feed(ref).tasks)

    def _tally(self, ref: TaskRef) -> Tally | None:
        parent = self._store.snapshot.task(ref)
        return parent.counts if parent else None

    async def _renew(self, platform: HasChildren, ref: TaskRef, visible: frozenset[TaskRef]) -> int:
        """Ask for children that can still change. While the parent's counts stand still, only for those on screen."""
        begun, asked = self._store.begin(), self._clock.now()
        feed = self._store.feed(ref)
        live = [task.ref for task in feed.tasks.values() if not task.status.is_final]
        seen = [child for child in live if child in visible]
        tally = self._tally(ref)
        others: list[TaskRef] = []
        if tally != self._loaded[ref] or tally is None:
            rest = [child for child in live if child not in visible]
            start = self._turn.get(ref, 0) % max(1, len(rest))
            others = (rest[start:] + rest[:start])[: max(0, _ASK - len(seen))]
            self._turn[ref] = start + len(others)
            if len(others) == len(rest):
                self._loaded[ref] = tally
        wanted = [*seen, *others]
        page = await platform.child_details(wanted) if wanted else Page(())
        if ref in self._open:
            self._store.merge(ref, page.tasks, begun=begun, gone=page.gone, fetched=asked, error=None)
        return len(wanted)
