"""One Seven Bridges account: HTTP in, domain values out."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from tui.clock import Clock
from tui.domain.account import AccountInfo
from tui.domain.action import Accepted, RerunPlan, Verb
from tui.domain.detail import Facts, TaskDetail
from tui.domain.errors import Forbidden, NotFound, PlatformDown, RateLimited, Rejected, UnexpectedAnswer
from tui.domain.files import OutputFile, OutputIndex
from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.task import Job, Task, TaskRef
from tui.domain.text import plain
from tui.platforms.base import BaseAdapter
from tui.platforms.coerce import count, fact, number, read
from tui.platforms.gather import gather
from tui.platforms.http import Answer, Params
from tui.platforms.parse import Reader
from tui.platforms.protocols import Connection, Page, PushDown
from tui.platforms.sevenbridges import outputs
from tui.platforms.sevenbridges.actions import Actions, refusal, rerun_plan, task_path
from tui.platforms.sevenbridges.convert import Names, to_task
from tui.platforms.sevenbridges.detail import to_detail
from tui.platforms.sevenbridges.environments import web_of, web_of_environment
from tui.platforms.sevenbridges.explain import explain
from tui.platforms.sevenbridges.jobs import log_index, to_jobs
from tui.platforms.sevenbridges.listing import LIMIT, ROW_FIELDS, Listing, chunks, filters, taken
from tui.platforms.sevenbridges.logs import LogReader
from tui.platforms.sevenbridges.submit import Submitter
from tui.platforms.sevenbridges.wire import (
    BULK,
    DETAILS,
    ITEMS,
    RATE,
    TASK,
    USER,
    ExecutionDetails,
    Gauge,
    TaskWire,
)

__all__ = ["SevenBridges"]

_TASK_URL = re.compile(r"/tasks/([0-9A-Za-z-]{8,64})(?:/|$)")
_MOST_NAMED = 1_000
"""Projects and billing groups that are looked at."""
_NO_LIMIT = 2**62
"""A quota from here up is none: the platform writes -1 or the largest number of 64 bits."""
_UNLIMITED = "unlimited"
_AT_ONCE = 8
"""Calls of one question under way together."""


_Question: TypeAlias = Callable[[], Awaitable[tuple[Facts, ...] | None]]


class SevenBridges(BaseAdapter):
    """An adapter for every environment of the family."""

    platform = "sevenbridges"

    def __init__(self, connection: Connection, *, clock: Clock | None = None, transport: Any = None) -> None:
        super().__init__(connection, "X-SBG-Auth-Token", explain, clock=clock, transport=transport)
        self._projects = connection.projects
        self._names = Names(connection.account, connection.web_url or web_of(connection.url))
        self._listing = Listing(self._client, self._names, self._clock.now)
        self._actions = Actions(self._client, self._names, self._listing)
        self._logs = LogReader(self._client)
        self.submitter = Submitter(self._client, self._names, self._projects, self._clock)

    async def pages(
        self,
        push: PushDown = PushDown(),
        *,
        skip: int = 0,
        whole: bool = False,
    ) -> AsyncIterator[Page]:
        """Every task, newest first; with chosen projects, one project after the other.

        Source: `GET /tasks`; section 4.
        """
        projects: Sequence[str | None] = self._projects or (None,)
        if push.project:
            projects = [push.project] if not self._projects or push.project in self._projects else []
        before, fields = 0, f"{ROW_FIELDS},outputs" if push.outputs else ROW_FIELDS
        for place, project in enumerate(projects):
            params = [*filters(replace(push, project=project))]
            total: int | None = None
            async with aclosing(self._listing.pages(params, skip=skip, fields=fields, bounded=not whole)) as pages:
                async for page in pages:
                    total = page.total if page.total is not None else total
                    whole_total = None if total is None or place + 1 < len(projects) else before + total
                    yield replace(page, total=whole_total)
                    if page.capped:
                        return
            skip, before = max(0, skip - (total or 0)), before + (total or 0)

    def takes(self, push: PushDown) -> PushDown:
        """Project, times, and a status that is one word there."""
        return taken(push)

    async def newest(self) -> Page:
        """The newest hundred, of each chosen project. Source: `GET /tasks`, one call a project."""
        pages = await gather(self._newest_of, self._projects or (None,), _AT_ONCE)
        totals = [page.total for page in pages]
        return Page(
            tuple(task for page in pages for task in page.tasks),
            None if None in totals else sum(total or 0 for total in totals),
            sum(page.unreadable for page in pages),
        )

    async def _newest_of(self, project: str | None) -> Page:
        rows = await self._listing.page(filters(PushDown(project=project)), 0)
        fetched = self._clock.now()
        tasks = tuple(to_task(w, self._names, fetched) for w in rows.items if not w.parent)
        return Page(tasks, rows.total, rows.unreadable)

    async def many(self, refs: Sequence[TaskRef]) -> Page:
        """These tasks, in hundreds. Source: `POST /bulk/tasks/get`; section 3.7."""
        ids = list(dict.fromkeys(ref.id for ref in refs))
        pages = await gather(self._hundred, chunks(ids), _AT_ONCE)
        return Page(
            tuple(t for page in pages for t in page.tasks),
            None,
            sum(page.unreadable for page in pages),
            tuple(ref for page in pages for ref in page.gone),
        )

    async def _hundred(self, ids: Sequence[str]) -> Page:
        answer = await self._client.ask("/bulk/tasks/get", {"task_ids": list(ids)}, doing="refreshing tasks", into=BULK)
        fetched, items = self._clock.now(), answer.value.items
        found = {item.resource.id: item.resource for item in items if item is not None and item.resource is not None}
        rows = {id_: found[id_] for id_ in ids if id_ in found}
        silent = [id_ for id_ in ids if id_ not in rows]
        lost = sum(1 for item in items if item is not None and item.error is not None and item.error.gone)
        if lost < len(silent):  # an error names no id: its place tells, where each id has one
            in_order = zip(ids, items, strict=True) if len(items) == len(ids) else ()
            gone = [id_ for id_, item in in_order if id_ in silent and item and item.error and item.error.gone]
        else:
            gone = silent
        tasks = tuple(to_task(wire, self._names, fetched) for wire in rows.values())
        return Page(tasks, None, len(silent) - len(gone), tuple(TaskRef(self.account, id_) for id_ in gone))

    async def _wire(self, ref: TaskRef) -> tuple[TaskWire, Answer]:
        answer = await self._client.get(task_path(ref.id), doing=f"reading {ref.task}", into=TASK)
        return answer.value, answer

    async def detail(self, ref: TaskRef) -> TaskDetail:
        """Every documented field, and the jobs. Source: `GET /tasks/{id}` and `.../execution_details`."""
        wire, answer = await self._wire(ref)
        fetched = self._clock.now()
        task = to_task(wire, self._names, fetched)
        if wire.batch or wire.status.upper() == "DRAFT":
            return to_detail(wire, self._names, fetched, None, answer.body)
        try:
            told = await self._execution(task)
        except (NotFound, Forbidden, Rejected, PlatformDown, UnexpectedAnswer):
            # An early-release call: the task itself is worth showing without it.
            return to_detail(wire, self._names, fetched, None, answer.body)
        jobs, _ = to_jobs(told, task, fetched)
        return to_detail(wire, self._names, fetched, jobs, answer.body, told=told)

    async def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """Every child of a batch, newest first. Source: `GET /tasks?parent=`."""
        async with aclosing(self._listing.pages([("parent", ref.id)], children=True, bounded=False)) as pages:
            async for page in pages:
                yield page

    async def failed_children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """Those that failed. Source: `GET /tasks?parent=&status=FAILED`."""
        params = [("parent", ref.id), ("status", "FAILED")]
        async with aclosing(self._listing.pages(params, children=True, bounded=False)) as pages:
            async for page in pages:
                yield page

    async def done_children(self, ref: TaskRef, total: int, number: int) -> Page:
        """Pages spread over those that succeeded. Source: `GET /tasks?parent=&status=COMPLETED`."""
        params = [("parent", ref.id), ("status", "COMPLETED")]
        return await self._listing.sample(params, total, number)

    async def child_details(self, refs: Sequence[TaskRef]) -> Page:
        """Children are tasks of their own here."""
        return await self.many(refs)

    async def _execution(self, task: Task) -> ExecutionDetails:
        path = f"{task_path(task.ref.id)}/execution_details"
        answer = await self._client.get(path, doing=f"reading the jobs of {task.ref}", into=DETAILS)
        told: ExecutionDetails = answer.value
        return told

    async def _task(self, ref: TaskRef) -> Task:
        wire, _ = await self._wire(ref)
        return to_task(wire, self._names, self._clock.now())

    async def jobs(self, ref: TaskRef) -> tuple[Job, ...]:
        """The steps of the run; empty for a parent and a draft. Source: `GET /tasks/{id}/execution_details`."""
        task = await self._task(ref)
        jobs, _ = to_jobs(await self._execution(task), task, self._clock.now())
        return jobs

    async def logs(self, ref: TaskRef) -> LogIndex:
        """The logs of a task's jobs, the failed job's first, or of one job."""
        task = await self._task(ref)
        if task.counts is not None:
            return LogIndex(why_none="A batch has no log of its own, only its children have.")
        if task.native_status.upper() == "DRAFT":
            return LogIndex(why_none="A draft has not run, so there is no log.")
        jobs, wires = to_jobs(await self._execution(task), task, self._clock.now())
        if ref.job is not None and all(job.ref != ref for job in jobs):
            raise NotFound(self.account, f"reading {ref}", "the task has no such job")
        return log_index(jobs, wires, ref, self._client.below_base)

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        """Source: `GET /files/{id}/download_info`, then the address with a Range and without the token (section 10)."""
        return await self._logs.read(source, start, limit)

    async def outputs(self, ref: TaskRef) -> OutputIndex:
        """The files in the task's outputs. Source: `GET /tasks/{id}`, then `GET /files/{id}` for each."""
        wire, _ = await self._wire(ref)
        return await outputs.find(self._client, ref, wire)

    async def read_output(self, file: OutputFile, start: int, limit: int) -> LogPart:
        """Source: `GET /files/{id}/download_info`, as with logs."""
        return await self._logs.read(LogSource(file.ref, file.name, Stream.RECORD, file.key, file.size), start, limit)

    async def info(self) -> AccountInfo:
        """User, request and instance gauges, projects, billing groups. Source: section 3, calls 2-4 and 21."""
        user = (await self._client.get("/user", doing="asking who we are", into=USER)).value
        questions: Sequence[_Question] = (
            self._gauges,
            partial(self._named, "/projects"),
            partial(self._named, "/billing/groups"),
        )
        rate, projects, groups = await gather(_asked, questions, len(questions))
        titled = {"limits": rate, "projects": projects, "billing groups": groups}
        sections = {title: facts for title, facts in titled.items() if facts is not None}
        return AccountInfo(plain(user.username) if user.username else None, sections)

    async def _gauges(self) -> tuple[Facts, ...] | None:
        answer = await self._part_of_info("/rate_limit", RATE)
        if answer is None:
            return None
        gauges = {"requests": answer.value.rate, "instances": answer.value.instance_limit}
        return tuple({"name": name, **_gauge(told)} for name, told in gauges.items() if told)

    async def _named(self, path: str) -> tuple[Facts, ...] | None:
        """Ids and names of a whole collection, up to `_MOST_NAMED`."""
        rows: list[Facts] = []
        for offset in range(0, _MOST_NAMED, LIMIT):
            answer = await self._part_of_info(path, ITEMS, (("offset", str(offset)), ("limit", str(LIMIT))))
            if answer is None:
                return tuple(rows) if offset else None
            rows += [{k: fact(row.get(k)) for k in ("id", "name")} for row in answer.value.items]
            if len(rows) >= (count(answer.headers.get("x-total-matching-query")) or 0) or not answer.value.items:
                break
        return tuple(rows)

    async def _part_of_info(self, path: str, into: Reader, params: Params = ()) -> Answer | None:
        try:
            return await self._client.get(path, params, doing=f"reading {path[1:]}", into=into)
        except (Forbidden, NotFound, RateLimited, PlatformDown):
            return None

    def refusal(self, verb: Verb, task: Task) -> str | None:
        """By the state table of section 12."""
        return refusal(verb, task)

    def rerun_plan(self, task: Task, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]) -> RerunPlan:
        """What a rerun of what failed would create."""
        return rerun_plan(task, failed, settings)

    def ref_of_url(self, address: str) -> TaskRef | None:
        """`<web>/u/<owner>/<project>/tasks/<id>/`, or the API's own address of a task.

        An account at an address of its own (a proxy, the sandbox) takes the pages of the environment it is named after.
        """
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        web = self._names.web or web_of_environment(self.account)
        bases = [urlsplit(base) for base in (web, self._client.url) if base]
        # With the path: accounts of one machine can differ in nothing else.
        ours = any(
            parts.netloc.lower() == base.netloc.lower() and parts.path.startswith(f"{base.path}/") for base in bases
        )
        found = _TASK_URL.search(parts.path)
        return TaskRef(self.account, found.group(1)) if found and ours else None

    def _done(self, wire: TaskWire) -> Accepted:
        return Accepted(task=to_task(wire, self._names, self._clock.now()))

    def _made(self, wire: TaskWire, source: TaskRef) -> Accepted:
        """A new task; a documented sample shows the old id in the answer, which would name the wrong one (quirk 6)."""
        if wire.id == source.id:
            return Accepted(message="a new task was made; the platform did not say its id")
        task = to_task(wire, self._names, self._clock.now())
        return Accepted(task=task, new=task.ref)

    async def run(self, ref: TaskRef, *, as_batch: bool = True) -> Accepted:
        """Source: `POST /tasks/{id}/actions/run`."""
        params = () if as_batch else (("batch", "False"),)
        return self._done(await self._actions.run(ref, params, f"running {ref}"))

    async def abort(self, ref: TaskRef) -> Accepted:
        """Source: `POST /tasks/{id}/actions/abort`."""
        return self._done(await self._actions.send("abort", ref, (), f"aborting {ref}"))

    async def clone(self, ref: TaskRef) -> Accepted:
        """Source: `POST /tasks/{id}/actions/clone`."""
        return self._made(await self._actions.send("clone", ref, (), f"copying {ref}"), ref)

    async def rerun(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """A clone that runs at once, or a changed draft that is then started."""
        return self._made(await self._actions.rerun(ref, settings), ref)

    async def rerun_failed(
        self, ref: TaskRef, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]
    ) -> Accepted:
        """One new batch of the failed children."""
        wire, _ = await self._wire(ref)
        return await self._actions.rerun_failed(wire, failed, settings)

    async def rename(self, ref: TaskRef, name: str) -> Accepted:
        """Source: `PATCH /tasks/{id}`."""
        return self._done(await self._actions.patch(ref, {"name": name}, f"renaming {ref}"))

    async def delete(self, ref: TaskRef) -> Accepted:
        """Source: `DELETE /tasks/{id}`; drafts only."""
        await self._client.act("DELETE", task_path(ref.id), doing=f"deleting {ref}")
        return Accepted(message="the draft is deleted")


async def _asked(question: _Question) -> tuple[Facts, ...] | None:
    return await question()


def _gauge(told: Gauge) -> Facts:
    """Limit and what is left of it; `unlimited` for both where there is no limit."""
    limit = number(told.limit)
    if limit is not None and (limit < 0 or limit >= _NO_LIMIT):
        return {"limit": _UNLIMITED, "remaining": _UNLIMITED}
    remaining = number(told.remaining)
    return {
        "limit": read(count, told.limit),
        "remaining": _UNLIMITED if remaining is not None and remaining >= _NO_LIMIT else read(count, told.remaining),
    }
