"""The batches of an account: the list has no states and no times, so what was learnt of each is kept beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from tui.clock import Clock
from tui.domain.errors import AuthRefused, Forbidden, NotFound, PlatformDown, UnexpectedAnswer
from tui.domain.task import Task, TaskRef
from tui.platforms.etengine import wire
from tui.platforms.etengine.convert import Times, active, batch_task, moment
from tui.platforms.etengine.refused import told_apart
from tui.platforms.etengine.wire import JSON, BatchWire, CountsWire, JobWire
from tui.platforms.gather import gather
from tui.platforms.http import Answer, ApiClient
from tui.platforms.ratelimit import server_time

__all__ = ["AT_ONCE", "BatchCache", "BatchInfo", "batch_path"]

AT_ONCE = 8
"""Calls at the same time, at most (rule 11)."""
_YOUNG = timedelta(minutes=5)
"""So long after its submission a batch may have fewer counted jobs than it was given."""
_INQUIRIES = 8
"""Batches of a list whose age is asked for in one load, at most; the others with lost counts are old."""
_SMALL = 500
"""Jobs of a batch whose list is worth reading only to learn its age."""


def batch_path(id_: str, job: str | None = None) -> str:
    """The path of a batch or of one of its jobs, quoted so that an id can neither climb nor add a query."""
    path = f"/batches/{quote(id_, safe='')}"
    return path if job is None else f"{path}/jobs/{quote(job, safe='')}"


@dataclass(slots=True)
class BatchInfo:
    """One batch, and what was learnt of it so far."""

    wire: BatchWire
    seen: datetime | None
    """When it appeared; None where it was there before us, so that its age is not known."""
    counts: CountsWire | None = None
    settled: bool = False
    """Every job had ended when it was last counted: nothing can change but that the platform forgets."""
    expired: bool = False
    jobs: tuple[JobWire, ...] | None = None
    """By what varies; None until the batch was opened."""
    varied: tuple[str, ...] = ()
    places: dict[str, int] = field(default_factory=dict)
    """Job id -> its place among `jobs`."""
    unreadable: int = 0
    looked: dict[str, tuple[datetime | None, datetime | None, datetime | None]] = field(default_factory=dict)
    """Job id -> created, started, ended, of those that were looked at."""

    lost: set[str] = field(default_factory=set)
    """Jobs of which the platform said that it does not know them, after their counts were lost too."""

    @property
    def n_jobs(self) -> int:
        """Jobs it was given."""
        counted = self.counts or CountsWire()
        return max(self.wire.n_jobs or counted.n_jobs or 0, counted.total, 1)

    @property
    def times(self) -> Times:
        """The earliest creation we know of; start and end only when every job was looked at."""
        created = min((t[0] for t in self.looked.values() if t[0]), default=None)
        if len(self.looked) < self.n_jobs:
            return Times(created)
        started = min((t[1] for t in self.looked.values() if t[1]), default=None)
        return Times(created, started, max((t[2] for t in self.looked.values() if t[2]), default=None))


class BatchCache:
    """Reads the list of batches and the counts of each, no more often than needed."""

    def __init__(self, client: ApiClient, account: str, clock: Clock) -> None:
        self._client = client
        self._account = account
        self._clock = clock
        self._known: dict[str, BatchInfo] = {}
        self._listed = False
        self._names: dict[str, str | None] = {}
        """What tools and filesystems are called, where batches do not say."""

    async def read(self) -> tuple[list[BatchInfo], list[BatchInfo], int]:
        """Every batch, those that are new to us, and how many rows could not be read. One call.

        Those whose coming we saw stand first, the newest before; the others by id, for nothing tells their age.

        Source: `GET /batches`.
        """
        rows, unreadable = await self._listed_rows()
        found = await self._named(rows)
        seen = self._clock.now() if self._listed else None
        fresh = []
        kept: dict[str, BatchInfo] = {}
        for row in found:
            if (known := self._known.get(row.id)) is None:
                known = BatchInfo(row, seen)
                fresh.append(known)
            known.wire = row
            kept[row.id] = known
        self._known, self._listed = kept, True
        early = datetime.min.replace(tzinfo=UTC)
        by_id = sorted(kept.values(), key=lambda known: known.wire.id)
        return sorted(by_id, key=lambda known: known.seen or early, reverse=True), fresh, unreadable

    async def _listed_rows(self) -> tuple[tuple[BatchWire, ...], int]:
        """The list as sent. A refusal of the whole list speaks of the account, not of a batch that is gone."""
        account, doing = self._client.account, "listing batches"
        try:
            answer = await self._client.get("/batches", doing=doing, into=JSON)
            return wire.batches(answer.value)
        except AuthRefused as error:
            raise await told_apart(self._client, error) from error
        except NotFound as error:
            if error.status != 403:
                raise
            raise Forbidden(account, doing, error.why, status=error.status) from error
        except ValueError as error:
            raise UnexpectedAnswer(account, doing, "the answer is not a list of batches") from error

    async def _named(self, found: Sequence[BatchWire]) -> list[BatchWire]:
        """The old edition gives tools and filesystems by their ids alone (rule 4): their names are looked up."""
        disks = [disk for row in found if row.hardware for disk in row.hardware.filesystems]
        tools = [row.tool for row in found if row.tool]
        for path, things, read in (("/tools", tools, wire.tools), ("/filesystems", disks, wire.filesystems)):
            if any(thing.name is None and thing.id not in self._names for thing in things):
                answer = await self._client.get(path, doing=f"listing {path[1:]}", into=JSON)
                self._names |= {thing.id: thing.name for thing in read(answer.value)}
        return [wire.named(row, self._names) for row in found]

    def add(self, row: BatchWire) -> BatchInfo:
        """A batch that we have just submitted."""
        known = self._known[row.id] = BatchInfo(row, self._clock.now(), CountsWire({}, row.n_jobs))
        return known

    def drop(self, id_: str) -> None:
        """It is forgotten."""
        self._known.pop(id_, None)

    async def known(self, ref: TaskRef) -> BatchInfo:
        """The batch behind a reference.

        Raises:
            NotFound: The list has no such batch.
        """
        if ref.id not in self._known:
            await self.read()
        if ref.id not in self._known:
            raise NotFound(self._account, f"reading {ref.task}", "there is no such batch, or it is not yours")
        return self._known[ref.id]

    async def count(self, known: BatchInfo, *, calls: int = 2) -> Answer:
        """Ask for the counts; where some are missing, find out whether the batch is young or its states are lost.

        `calls` limits what that may cost beyond the counts.

        Source: `GET /batches/{id}`; sections 4.3 and 5.2.
        """
        id_ = known.wire.id
        doing = f"reading {self._account}:{id_}"
        answer = await self._client.get(batch_path(id_), doing=doing, into=JSON)
        counts = wire.counts(answer.value)
        if counts is None:
            raise NotFound(self._account, doing, "there is no such batch")
        if known.settled and counts.total < known.n_jobs:
            return answer  # the platform forgets what it told before; we do not
        known.counts = counts
        complete = counts.total >= known.n_jobs
        known.settled = complete and not active(counts)
        if complete or active(counts):
            known.expired = False
        elif not known.expired:
            known.expired = not await self._is_young(known, 0 if counts.total else calls)
        return answer

    async def _is_young(self, known: BatchInfo, calls: int) -> bool:
        now = self._clock.now()
        if known.seen is not None:
            return now - known.seen < _YOUNG
        young = calls > 0 and await self._inquire(known, calls)
        if young:
            known.seen = now
        return young

    async def _inquire(self, known: BatchInfo, calls: int) -> bool:
        """A batch that nobody counts: its jobs are recorded as they are submitted, and know when that was."""
        id_ = known.wire.id
        doing = f"reading the jobs of {self._account}:{id_}"
        answer = await self._client.get(f"{batch_path(id_)}/jobs", doing=doing, into=JSON)
        jobs, _ = wire.jobs(answer.value)
        if len(jobs) < known.n_jobs or calls < 2:
            return len(jobs) < known.n_jobs
        try:
            answer = await self._client.get(batch_path(id_, jobs[0].id), doing=doing, into=JSON, settled=(500,))
        except (NotFound, PlatformDown):
            return False
        detail = wire.detail(answer.value)
        created = None if detail is None else moment(detail.created)
        if created is None:
            return detail is not None and detail.status.strip().upper() in {"SUBMITTING", "SUBMITTED"}
        return server_time(answer.headers, self._clock.now()) - created < _YOUNG

    async def tasks(self, wanted: Sequence[BatchInfo], *, again: bool = False) -> tuple[list[Task], list[TaskRef]]:
        """These batches as rows with their counts, and those that are gone meanwhile.

        Batches in which nothing can change are not counted anew, unless `again`.
        """
        unclear = 0

        async def one(known: BatchInfo) -> Task | TaskRef:
            nonlocal unclear
            try:
                if again or not known.settled:
                    cheap = unclear < _INQUIRIES and known.n_jobs <= _SMALL
                    await self.count(known, calls=2 if len(wanted) == 1 else int(cheap))
                    unclear += known.counts is not None and not known.counts.total
            except NotFound:
                self.drop(known.wire.id)
                return TaskRef(self._account, known.wire.id)
            return self.task(known)

        found = await gather(one, wanted, AT_ONCE)
        return [t for t in found if isinstance(t, Task)], [r for r in found if isinstance(r, TaskRef)]

    def task(self, known: BatchInfo, fetched: datetime | None = None) -> Task:
        """The row as far as known."""
        counts = known.counts or CountsWire()
        at = fetched or self._clock.now()
        return batch_task(known.wire, counts, self._account, at, known.times, expired=known.expired)
