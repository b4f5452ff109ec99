"""One ET Engine account: HTTP in, domain values out."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic_core import from_json

from tui.clock import Clock
from tui.domain.account import AccountInfo
from tui.domain.action import Accepted, RerunPlan, Verb
from tui.domain.detail import Facts, TaskDetail
from tui.domain.errors import AuthRefused, Forbidden, NotFound, PlatformDown, Rejected, UnexpectedAnswer
from tui.domain.files import OutputFile, OutputIndex
from tui.domain.log import LogIndex, LogPart, LogSource
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskRef
from tui.domain.text import plain
from tui.platforms.base import BaseAdapter
from tui.platforms.coerce import cell
from tui.platforms.etengine import outputs, wire
from tui.platforms.etengine.actions import Actions, refusal, rerun_plan
from tui.platforms.etengine.batch_cache import BatchCache, BatchInfo
from tui.platforms.etengine.convert import moment
from tui.platforms.etengine.detail import to_detail
from tui.platforms.etengine.jobs import FEW, Jobs
from tui.platforms.etengine.logs import Logs
from tui.platforms.etengine.refused import told_apart
from tui.platforms.etengine.submit import Submitter
from tui.platforms.etengine.wire import JSON
from tui.platforms.http import Refusal
from tui.platforms.protocols import Connection, Page, PushDown

__all__ = ["EtEngine", "explain"]

_PAGE = 50
"""Batches whose counts are asked for before the rows are shown."""
_LOAD = 200
"""Batches counted in one load while somebody watches; the others follow in the next cycle."""
_NEW = 100
"""New batches counted at a look."""
_ADDRESS = re.compile(r"/batches/([0-9A-Za-z-]{8,64})(?:/jobs/([0-9A-Za-z-]{8,64}))?/?$")


def explain(status: int, body: bytes) -> Refusal | None:
    """One line of plain text, never branched on; 403 also stands for an id that does not exist (section 3).

    A gateway in front may answer with a JSON object: then its message is the line.
    """
    text = body[:2000].decode("utf-8", "replace").strip()
    if text.startswith("<"):
        return Refusal("there is no such address", kind=NotFound) if status == 404 else None
    if text.startswith("{"):
        with suppress(ValueError, AttributeError):
            text = str(from_json(text).get("message") or text)
    line = plain(text.strip('"'), 400) or f"HTTP {status}"
    return Refusal(line, kind=NotFound if status == 403 else None)


class EtEngine(BaseAdapter):
    """The platform has no names, times or states of batches; they come from counts and from jobs looked at."""

    platform = "et-engine"

    def __init__(self, connection: Connection, *, clock: Clock | None = None, transport: Any = None) -> None:
        super().__init__(connection, "Authorization", explain, clock=clock, transport=transport)
        self._cache = BatchCache(self._client, self.account, self._clock)
        self._jobs = Jobs(self._client, self._cache, self._clock)
        self._logs = Logs(self._client, self._jobs)
        self._actions = Actions(self._client, self.account, self._cache, self._jobs)
        self.submitter = Submitter(self._client, self.account, self._cache, self._clock)

    async def pages(
        self,
        push: PushDown = PushDown(),
        *,
        skip: int = 0,
        whole: bool = False,
    ) -> AsyncIterator[Page]:
        """Every batch, those we saw come first, for there is no time to order by; the counts in a call each.

        The platform filters nothing. Source: `GET /batches`, `GET /batches/{id}`.
        """
        known, _, unreadable = await self._cache.read()
        wanted = known[skip:]
        if not wanted:
            yield Page((), len(known), unreadable)
        for start in range(0, len(wanted), _PAGE):
            if start >= _LOAD and not whole:
                yield Page((), capped=f"the counts of {skip + start:,} of {len(known):,} batches are read so far")
                return
            tasks, gone = await self._cache.tasks(wanted[start : start + _PAGE])
            yield Page(tuple(tasks), len(known), 0 if start else unreadable, tuple(gone))

    async def newest(self) -> Page:
        """The batches that appeared since the last look, one at least: two calls at most while there are none."""
        known, fresh, unreadable = await self._cache.read()
        tasks, gone = await self._cache.tasks(known[: max(1, min(len(fresh), _NEW))])
        return Page(tuple(tasks), len(known), unreadable, tuple(gone))

    async def many(self, refs: Sequence[TaskRef]) -> Page:
        """These batches, a call each for the counts; a job is told by its batch."""
        known: list[BatchInfo] = []
        gone: list[TaskRef] = []
        for ref in dict.fromkeys(ref.task for ref in refs):
            try:
                known.append(await self._cache.known(ref))
            except NotFound:
                gone.append(ref)
        tasks, lost = await self._cache.tasks(known, again=True)
        return Page(tuple(tasks), None, 0, (*gone, *lost))

    async def detail(self, ref: TaskRef) -> TaskDetail:
        """Counts, tool, hardware and arguments; the jobs themselves of a batch of few."""
        known = await self._cache.known(ref)
        counted = await self._cache.count(known)
        listed = await self._jobs.load(known)
        rows = self._jobs.rows(known)
        jobs: tuple[Job, ...] | None = None
        if len(rows) <= FEW:
            jobs = await self._jobs.read(known, rows)
        elif not known.expired:
            await self._jobs.read(known, rows[:1])  # for the time of creation
        return to_detail(known, self._cache.task(known), jobs, counted.body, listed)

    async def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """Every job: of a batch of few with its state, of a large one as list and counts tell it, in one call.

        Source: `GET /batches/{id}/jobs`, and for each of at most `FEW` jobs `GET /batches/{id}/jobs/{job_id}`.
        """
        known = await self._jobs.open(ref)
        rows = self._jobs.rows(known)
        if len(rows) > FEW or all(row.status is not TaskStatus.UNKNOWN for row in rows):
            yield Page(rows, len(rows), known.unreadable)
            return
        for start in range(0, len(rows), _PAGE):
            read = await self._jobs.read(known, rows[start : start + _PAGE])
            yield Page(read, len(rows), 0 if start else known.unreadable)

    async def child_details(self, refs: Sequence[TaskRef]) -> Page:
        """State, reason and times of these jobs, a call each, few at a time."""
        read, gone = await self._jobs.some(refs)
        return Page(read, gone=gone)

    async def jobs(self, ref: TaskRef) -> tuple[Job, ...]:
        """Every job with state, reason and times, by what varies; of a reference to a job that one alone."""
        known = await self._jobs.open(ref)
        rows = self._jobs.rows(known) if ref.job is None else self._jobs.rows_of(known, [ref])
        return await self._jobs.read(known, rows)

    async def logs(self, ref: TaskRef) -> LogIndex:
        """The files that jobs write their logs to, by their argument `log_file`."""
        return await self._logs.index(ref)

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        """A part of such a file. Source: `GET /filesystems/{id}/files/{path}`."""
        return await self._logs.read(source, start, limit)

    async def outputs(self, ref: TaskRef) -> OutputIndex:
        """The files on the batch's filesystems. Source: `GET /filesystems/{id}/list/{path}`."""
        known = await self._cache.known(ref)
        return await outputs.find(self._client, self._logs, ref, known.wire.hardware)

    async def read_output(self, file: OutputFile, start: int, limit: int) -> LogPart:
        """A part of such a file. Source: `GET /filesystems/{id}/files/{path}`."""
        return await self._logs.read(outputs.source_of(file), start, limit)

    async def info(self) -> AccountInfo:
        """Tools, filesystems, keys; the platform does not tell who we are. Source: endpoints 7, 15 and 20."""
        try:
            answer = await self._client.get("/tools", doing="listing tools", into=JSON)
        except AuthRefused as error:
            raise await told_apart(self._client, error) from error
        sections: dict[str, tuple[Facts, ...]] = {
            "tools": tuple(
                {"name": cell(t.name), "id": cell(t.id), "description": cell(t.description)}
                for t in wire.tools(answer.value)
            )
        }
        found = await self._part_of_info("/filesystems")
        if found is not None:
            sections["filesystems"] = tuple({"name": cell(f.name), "id": cell(f.id)} for f in wire.filesystems(found))
        found = await self._part_of_info("/keys")
        if found is not None:
            sections["keys"] = tuple(_key(row) for row in wire.rows(found) if isinstance(row, dict))
        return AccountInfo(None, sections)

    async def _part_of_info(self, path: str) -> Any:
        try:
            return (await self._client.get(path, doing=f"reading {path[1:]}", into=JSON)).value
        except (AuthRefused, Forbidden, NotFound, PlatformDown, Rejected, UnexpectedAnswer):
            return None  # not every edition has it, and keys may want a web login

    def refusal(self, verb: Verb, task: Task) -> str | None:
        """Nothing stops a job here."""
        return refusal(verb, task)

    def rerun_plan(self, task: Task, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]) -> RerunPlan:
        """What a rerun of what failed would create."""
        return rerun_plan(task, failed)

    def ref_of_url(self, address: str) -> TaskRef | None:
        """The API's own address of a batch or job; the platform has no page of one."""
        path = self._client.below_base(address)
        found = _ADDRESS.fullmatch(path) if path else None
        return TaskRef(self.account, found[1], found[2]) if found else None

    async def rerun(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """All jobs as a new batch; `settings` are `cpu`, `memory` and arguments that the jobs have."""
        return await self._actions.rerun(ref, settings)

    async def rerun_failed(
        self, ref: TaskRef, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]
    ) -> Accepted:
        """The failed jobs as one new batch."""
        return await self._actions.rerun_failed(ref, failed, settings)

    async def forget(self, ref: TaskRef) -> Accepted:
        """Remove the batch's records; what runs goes on and is billed."""
        return await self._actions.forget(ref)


def _key(row: dict[str, Any]) -> Facts:
    def text(name: str) -> str | None:
        return cell(row[name]) if isinstance(row.get(name), str) else None

    return {
        "name": text("name"),
        "description": text("description"),
        "created": moment(row.get("dateCreated")),
        "expires": moment(row.get("dateExpired")),
        "id": text("key_id"),
    }
