"""The jobs of a batch: one list without states, and a call for each job whose state is wanted."""

from collections.abc import AsyncIterator, Sequence

from tui.clock import Clock
from tui.domain.errors import NotFound, PlatformDown
from tui.domain.status import TaskStatus
from tui.domain.task import Job, TaskRef
from tui.platforms.etengine import wire
from tui.platforms.etengine.batch_cache import AT_ONCE, BatchCache, BatchInfo, batch_path
from tui.platforms.etengine.convert import PLATFORM, job_row, one_state, ordered, read_job, varied_names
from tui.platforms.etengine.wire import JSON, CountsWire, DetailWire
from tui.platforms.gather import gather
from tui.platforms.http import ApiClient

__all__ = ["FEW", "Jobs"]

FEW = 200
"""Jobs of a batch whose states are all asked for when it is opened; of a larger one, those that are looked at."""
_UNKNOWN_JOB = 500
"""What the platform answers for a job it does not know (section 3)."""


class Jobs:
    """Reads the jobs of batches of the account."""

    def __init__(self, client: ApiClient, cache: BatchCache, clock: Clock) -> None:
        self._client = client
        self._cache = cache
        self._clock = clock

    async def load(self, known: BatchInfo) -> bytes:
        """Read the list of jobs, one call; the answer as sent.

        Source: `GET /batches/{id}/jobs`.
        """
        ref = self._cache.task(known).ref
        answer = await self._client.get(f"{batch_path(ref.id)}/jobs", doing=f"reading the jobs of {ref}", into=JSON)
        found, known.unreadable = wire.jobs(answer.value)
        known.varied = varied_names(found)
        known.jobs = ordered(found, known.varied)
        known.places = {job.id: place for place, job in enumerate(known.jobs)}
        return answer.body

    async def open(self, ref: TaskRef) -> BatchInfo:
        """The batch with its counts and its list of jobs as they are now."""
        known = await self._cache.known(ref)
        await self._cache.count(known)
        if known.jobs is None or len(known.jobs) < known.n_jobs:
            await self.load(known)
        return known

    def rows(self, known: BatchInfo) -> tuple[Job, ...]:
        """Every job as the list and the counts tell it, without another call."""
        batch = self._cache.task(known)
        status = None if known.expired else one_state(known.counts or CountsWire(), known.n_jobs)
        jobs = known.jobs or ()
        return tuple(job_row(job, batch, place, known.varied, status) for place, job in enumerate(jobs))

    async def read(self, known: BatchInfo, rows: Sequence[Job]) -> tuple[Job, ...]:
        """These rows with state, reason and times; a call each, few at a time.

        Source: `GET /batches/{id}/jobs/{job_id}`.
        """
        counted = known.counts or CountsWire()
        contradicted = counted.total >= known.n_jobs or known.expired
        # A batch whose counts are lost has jobs that the platform answers with 500, each time: no use in asking twice.
        settled = (_UNKNOWN_JOB,) if known.expired else ()

        async def one(row: Job) -> Job:
            gone = known.expired and row.ref.job in known.lost
            detail = None if gone else await self._detail(row.ref, settled)
            job = read_job(row, detail, self._clock.now(), contradicted=contradicted, expired=known.expired)
            if detail is not None:
                known.looked[row.ref.job or ""] = (job.created, job.started, job.ended)
            elif known.expired:
                known.lost.add(row.ref.job or "")
            return job

        return tuple(await gather(one, rows, AT_ONCE))

    async def _detail(self, ref: TaskRef, settled: Sequence[int]) -> DetailWire | None:
        path = batch_path(ref.id, ref.job)
        try:
            answer = await self._client.get(path, doing=f"reading {ref}", into=JSON, settled=settled)
        except NotFound:
            return None
        except PlatformDown as error:
            if error.status != _UNKNOWN_JOB:
                raise
            return None
        return wire.detail(answer.value)

    async def some(self, refs: Sequence[TaskRef]) -> tuple[tuple[Job, ...], tuple[TaskRef, ...]]:
        """These jobs, of any batches, with everything a row shows; and those that are not there."""
        read: list[Job] = []
        gone: list[TaskRef] = []
        for batch in dict.fromkeys(ref.task for ref in refs):
            mine = [ref for ref in refs if ref.task == batch]
            known = await self._cache.known(batch)
            if known.jobs is None or any(ref.job not in known.places for ref in mine):
                known = await self.open(batch)
            rows = {row.ref: row for row in self.rows_of(known, mine)}
            gone += [ref for ref in mine if ref not in rows]
            read += await self.read(known, list(rows.values()))
        return tuple(read), tuple(gone)

    def rows_of(self, known: BatchInfo, refs: Sequence[TaskRef]) -> tuple[Job, ...]:
        """The rows of these jobs alone."""
        batch, jobs = self._cache.task(known), known.jobs or ()
        status = None if known.expired else one_state(known.counts or CountsWire(), known.n_jobs)
        places = [known.places[ref.job] for ref in refs if ref.job in known.places]
        return tuple(job_row(jobs[place], batch, place, known.varied, status) for place in places)

    async def failed(self, known: BatchInfo) -> AsyncIterator[tuple[Job, ...]]:
        """The failed jobs in parts, looking no further when as many were found as the counts tell."""
        rows = self.rows(known)
        if rows and rows[0].status is not TaskStatus.UNKNOWN:  # all in one state: nothing to look for
            yield rows if rows[0].status is TaskStatus.FAILED else ()
            return
        left = (known.counts or CountsWire()).by_state.get("FAILED", 0)
        for start in range(0, len(rows), FEW):
            if left <= 0 and not known.expired:
                return
            read = await self.read(known, rows[start : start + FEW])
            found = tuple(job for job in read if job.status is TaskStatus.FAILED)
            left -= len(found)
            yield found

    def missing(self, ref: TaskRef) -> NotFound:
        """A job that the batch does not have."""
        return NotFound(ref.account, f"reading {ref}", f"the batch has no such job on {PLATFORM}")
