"""A batch together with the batches that were made of its failures, so that one piece of work is counted as one."""

import asyncio
from collections.abc import Iterable

from tui.domain.action import Verb
from tui.domain.lineage import Tries, lineage, over_tries
from tui.domain.task import Kind, Task, TaskRef
from tui.store.actions.journal import Journal
from tui.store.snapshot import Snapshot

__all__ = ["Lineage"]

_AGAIN = {Verb.RERUN, Verb.RERUN_FAILED, Verb.RETRY, Verb.RECOVER}


class Lineage:
    """Knows the other tries of one batch from the journal, and counts over all of them."""

    def __init__(self, ref: TaskRef, journal: Journal) -> None:
        self._ref = ref
        self._journal = journal
        self._read = -1
        self.batches: tuple[TaskRef, ...] = (ref,)
        """All tries, the first one first."""
        self._counted: tuple[tuple[object, ...], Tries | None] = ((), None)

    async def renew(self) -> bool:
        """Read the journal where something was written since; whether there are other tries than before."""
        written = self._journal.written
        if self._read == written:
            return False
        entries = await asyncio.to_thread(self._journal.entries)
        # Now only: who is cancelled while it is read must read it again.
        self._read = written
        made = {e.new: e.ref for e in entries if e.new is not None and e.verb in _AGAIN}
        before, self.batches = self.batches, lineage(self._ref, made)
        return self.batches != before

    def tries(self, snapshot: Snapshot) -> Tries | None:
        """The count over all tries; None for a single one, or until the children of all of them are here."""
        if len(self.batches) < 2:
            return None
        feeds = [snapshot.children.get(ref) for ref in self.batches]
        singles = [snapshot.task(ref) for ref in self.batches]
        children: list[Iterable[Task]] = []
        for feed, single in zip(feeds, singles, strict=True):
            if feed is not None and feed.complete and feed.tasks:
                children.append(feed.tasks.values())
            elif single is not None and single.kind is not Kind.BATCH:
                children.append((single,))
            else:
                return None
        key = (*feeds, *singles)
        if len(key) != len(self._counted[0]) or any(a is not b for a, b in zip(key, self._counted[0], strict=True)):
            self._counted = key, over_tries(children)
        return self._counted[1]
