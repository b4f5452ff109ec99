"""What is known of an account's jobs: the controller's list, what accounting adds, and what was seen before.

One list call answers everything that is asked for at about the same time. A job that left the queue is asked of
accounting, all of them in one call; without accounting it stays as it was last seen.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from operator import itemgetter

from tui.domain.errors import UnexpectedAnswer
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.slurm import commands
from tui.platforms.slurm.accounting import Accounting
from tui.platforms.slurm.convert import Array, array_task, gone, task_of, unexpanded
from tui.platforms.slurm.host import Host
from tui.platforms.slurm.states import status_of
from tui.platforms.slurm.wire import (
    RS,
    Key,
    Record,
    queue_records,
)

__all__ = ["Jobs", "Scope"]

log = logging.getLogger(__name__)

_SAME = 2.0
"""Seconds for which one list answers several questions."""
_HISTORY = 300.0
"""Seconds between two looks at accounting."""
_SLICE = 100
"""Records that are read or converted before keys get their turn: a few milliseconds."""
_COUNTED = 20
"""Elements of an array that are counted in the time in which one record is converted."""
_ALONE = 20
"""Elements of one array that are asked for one by one at most."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose jobs, and how far back."""

    user: str | None = None
    """None for oneself."""
    since: timedelta = timedelta(days=7)


class Jobs:
    """The records of one account by key, kept over looks."""

    def __init__(self, host: Host, accounting: Accounting, scope: Scope) -> None:
        self.account = host.account
        self.pace = host.pace
        self._host = host
        self._accounting = accounting
        self._scope = scope
        self._clock = host.clock
        self._lock = asyncio.Lock()
        self._singles: dict[str, Record] = {}
        self._arrays: dict[str, Array] = {}
        self._queued: set[Key] = set()
        """What the last list held, ranges left out."""
        self._raw: dict[bytes, Record] = {}
        """The last list's records by their bytes: what did not change is not read again."""
        self._read_history: float | None = None
        self.fetched = self._clock.now()
        self.unreadable = 0

    # -- asking

    async def look(self, max_age: float = _SAME, *, since: float | None = None) -> None:
        """Ask for the list, unless the one at hand is young enough.

        Args:
            max_age: Seconds; an own action makes every list too old.
            since: Monotonic; a list that was asked for after this moment will do, whoever asked.

        Raises:
            PlatformError: It cannot be had.
        """
        async with self._lock:
            if self.pace.age < max_age if since is None else self.pace.is_after(since):
                return
            asked, begun = self._clock.now(), self._clock.monotonic()
            answer = await self._host.run(commands.queue(self._scope.user), "listing jobs")
            records, unreadable = await self._parse(answer.out)
            self.pace.asked(begun)
            self.unreadable, self.fetched = unreadable, asked
            await self._take(records)

    async def _parse(self, data: bytes) -> tuple[list[Record], int]:
        """The list's records; those whose bytes did not change are taken from the last one."""
        if data.startswith(b"CLUSTER: "):
            data = data.partition(b"\n")[2]
        if data.strip() and not data.rstrip(b"\n").endswith(RS.encode()):
            raise UnexpectedAnswer(self.account, "listing jobs", "squeue's answer was cut short or is none of its own")
        known, fresh, order = self._raw, {}, []
        unreadable = read_now = 0
        for part in data.split(RS.encode()):
            part = part.removeprefix(b"\n")
            if not part:
                continue
            record = known.get(part)
            if record is None:
                if (read_now := read_now + 1) % _SLICE == 0:
                    await asyncio.sleep(0)
                read, bad = queue_records(part)
                unreadable += bad
                if not read:
                    continue
                record = read[0]
            fresh[part] = record
            order.append(record)
        if unreadable and not order:
            raise UnexpectedAnswer(self.account, "listing jobs", "squeue's answer cannot be read")
        self._raw = fresh
        return order, unreadable

    async def _take(self, records: Sequence[Record]) -> None:
        """Put the list in place of the one before; ask accounting what became of those that are not in it any more."""
        waited = {array.id for array in self._arrays.values() if array.waiting}
        for array in self._arrays.values():
            array.waiting = [r for r in array.waiting if not r.queued or status_of(r.state).is_final]
        keys = set[Key]()
        for record in records:
            self._put(record)
            if not record.waiting.parts:
                keys.add(record.key)
        left = [key for key in self._queued - keys if (r := self._record(key)) is None or not _is_over(r)]
        # An element that began and ended between two looks is in no list, where the controller forgets soon.
        short = [id_ for id_ in waited if not self._arrays[id_].waiting and self._arrays[id_].count().aborted]
        self._queued = keys
        await self._settle(left, short)

    async def _settle(self, left: Sequence[Key], short: Sequence[str]) -> None:
        """Ask accounting what became of these; without it nobody will ever know."""
        ids = _asked_ids(left, short)
        if not ids:
            return
        kept = await self._accounting.is_kept()
        for record in await self._accounting.of(ids):
            self._join(record)
        if kept and self._accounting.error is not None:
            return  # it will tell when it is there again
        for key in left:
            lost = self._record(key)
            if lost is not None and lost.queued and not _is_over(lost):
                self._put(gone(lost))

    async def history(self) -> None:
        """What accounting has of the jobs since the scope's begin: once at the start, then every five minutes.

        Accounting that cannot be had is noted, never raised: the list is whole without it.
        """
        now = self._clock.monotonic()
        if self._read_history is not None and now - self._read_history < _HISTORY:
            return
        if await self._accounting.is_kept():
            minutes = int(self._scope.since.total_seconds() // 60) + 1
            if self._read_history is not None and self._accounting.error is None:
                minutes = min(minutes, int((now - self._read_history) // 60) + 5)
            user = self._scope.user or await self._host.me()
            for record in await self._accounting.since(user, minutes):
                self._join(record)
        self._read_history = now

    async def fetch_older(self, id_: str) -> None:
        """A job that no list holds, from accounting, if that knows it."""
        for record in await self._accounting.of([id_.partition("_")[0]]):
            self._join(record)

    def _join(self, record: Record) -> None:
        """Put what accounting tells beside what the controller told, which goes before it."""
        known = self._record(record.key) if not record.waiting.parts else None
        if known is not None and known.queued and (record.key in self._queued or _is_over(known)):
            self._put(_joined(known, record))
        elif record.waiting.parts and not status_of(record.state).is_final:
            array = self._arrays.setdefault(record.parent, Array(record.parent))
            array.total = max(array.total, len(record.waiting))
        else:
            self._put(record)

    # -- holding

    def _record(self, key: Key) -> Record | None:
        id_, index = key
        if index is None:
            return self._singles.get(id_)
        array = self._arrays.get(id_)
        return None if array is None else array.elements.get(index)

    def _put(self, record: Record) -> None:
        if record.array_id is None:
            self._singles[record.id] = record
            return
        array = self._arrays.setdefault(record.array_id, Array(record.array_id))
        if record.index is not None:
            array.elements[record.index] = record
        elif record.waiting.parts and (record.queued or all(r.waiting != record.waiting for r in array.waiting)):
            array.waiting.append(record)

    def find(self, id_: str) -> Record | None:
        """The record of a job or element, also of one that waits among others."""
        head, underscore, index = id_.partition("_")
        if not underscore:
            return self._singles.get(id_)
        array = self._arrays.get(head)
        if array is None or not index.isdigit():
            return None
        if (record := array.elements.get(int(index))) is not None:
            return record
        waiting = next((r for r in array.waiting if int(index) in r.waiting), None)
        return None if waiting is None else unexpanded(waiting, int(index))

    def array(self, id_: str) -> Array | None:
        """An array, if it is one that is known."""
        return self._arrays.get(id_)

    def task(self, ref: TaskRef) -> Task | None:
        """The row of a reference."""
        array = self._arrays.get(ref.id)
        if array is not None and (array.elements or array.waiting):
            return array_task(self.account, array, self.fetched)
        record = self.find(ref.id)
        return None if record is None else task_of(self.account, record, self.fetched)

    async def rows(self) -> list[Task]:
        """The list: jobs and arrays, newest first."""
        placed: list[tuple[float, int, str, Task]] = []
        arrays = [array for array in self._arrays.values() if array.elements or array.waiting]
        work = 0
        items: list[Record | Array] = [*self._singles.values(), *arrays]
        for item in items:
            if isinstance(item, Record):
                task: Task = task_of(self.account, item, self.fetched)
                work += 1
            else:
                task = array_task(self.account, item, self.fetched)
                work += 1 + len(item.elements) // _COUNTED
            placed.append((*_newest(task), task))
            if work >= _SLICE:
                work = 0
                await asyncio.sleep(0)
        placed.sort(key=itemgetter(0, 1, 2))
        return [place[-1] for place in placed]

    def in_queue(self) -> set[str]:
        """The ids of rows that the controller told of in the last list."""
        return {id_ for id_, _ in self._queued} | {a.id for a in self._arrays.values() if a.waiting}

    def is_forgotten(self, id_: str) -> bool:
        """Whether the last list did not hold a job, nor any element of an array; False where there was no list yet."""
        if not self.pace.is_after(0.0):
            return False
        head, underscore, index = id_.partition("_")
        if underscore:
            return (head, int(index)) not in self._queued
        if (array := self._arrays.get(id_)) is None:
            return (id_, None) not in self._queued
        return not array.waiting and not any((id_, number) in self._queued for number in array.elements)

    def ended(self, array: Array, status: TaskStatus) -> list[Record]:
        """The elements that ended so, by index; they are not converted yet, for a few of very many may be wanted."""
        return [record for _, record in sorted(array.elements.items()) if status_of(record.state) is status]

    def tasks_of(self, records: Iterable[Record]) -> list[Task]:
        """Records as tasks."""
        return [task_of(self.account, record, self.fetched) for record in records]

    def children(self, array: Array) -> Iterable[Task]:
        """The elements by index, each made when it is asked for."""
        vanished = dict.fromkeys(array.vanished())
        indexes = {*array.elements, *(i for r in array.waiting for i in r.waiting), *vanished}
        for index in sorted(indexes):
            record = self.find(f"{array.id}_{index}") or _never_was(array.any, index)
            yield task_of(self.account, record, self.fetched)


def _never_was(record: Record, index: int) -> Record:
    """An element that was cancelled alone before it began: no list and no accounting tells of it."""
    lone = unexpanded(record, index)
    return replace(lone, state="CANCELLED", reason=None, by=None, started=None, ended=None, exit=None, node_list=None)


def _asked_ids(left: Sequence[Key], short: Sequence[str]) -> list[str]:
    """What accounting is asked for: elements by their own ids, many of one array by the array's."""
    elements = Counter(id_ for id_, index in left if index is not None)
    whole = {*short, *(id_ for id_, number in elements.items() if number > _ALONE)}
    return list(dict.fromkeys([*whole, *(_id_of(key) for key in left if key[0] not in whole)]))


def _is_over(record: Record) -> bool:
    return status_of(record.state).is_final


def _id_of(key: Key) -> str:
    return key[0] if key[1] is None else f"{key[0]}_{key[1]}"


def _joined(queued: Record, accounted: Record) -> Record:
    """The controller's record with what only accounting tells."""
    return replace(queued, derived=accounted.derived, submit_line=accounted.submit_line, by=accounted.by)


def _newest(task: Task) -> tuple[float, int, str]:
    created = task.created.timestamp() if task.created else 0.0
    digits = task.ref.id.partition("+")[0]
    return -created, -int(digits) if digits.isdigit() else 0, task.ref.id
