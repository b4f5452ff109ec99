"""One Qarnot account: HTTP in, domain values out."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import TypeAdapter

from tui.clock import Clock
from tui.domain.account import AccountInfo
from tui.domain.action import Accepted, RerunPlan, Verb
from tui.domain.detail import TaskDetail
from tui.domain.errors import (
    Forbidden,
    NotFound,
    PlatformDown,
    RateLimited,
    Rejected,
    UnexpectedAnswer,
    Unreachable,
)
from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.money import Money
from tui.domain.task import Job, Tally, Task, TaskRef
from tui.platforms.address import is_loopback
from tui.platforms.base import BaseAdapter
from tui.platforms.coerce import amount, cost, garbled
from tui.platforms.http import Answer
from tui.platforms.protocols import Connection, Page, PushDown
from tui.platforms.qarnot.account import to_info
from tui.platforms.qarnot.actions import Actions, path_of, refusal, rerun_plan
from tui.platforms.qarnot.convert import JOB, POOL, Names, to_group, to_task
from tui.platforms.qarnot.detail import carbon_facts, to_detail, to_group_detail
from tui.platforms.qarnot.explain import explain
from tui.platforms.qarnot.instances import to_jobs
from tui.platforms.qarnot.listing import UUID, Listing, chunks, taken
from tui.platforms.qarnot.logs import Rings
from tui.platforms.qarnot.submit import Submitter
from tui.platforms.qarnot.wire import CARBON, CREDITS, GROUP, INFO, TASK, TASKS, GroupWire, TaskWire

__all__ = ["Qarnot"]

_TASK_URL = re.compile(rf"/(tasks|jobs|pools)/({UUID.pattern})(?:/|$)")
_CONSOLES = frozenset({"tasq.qarnot.com", "console.qarnot.com"})
_AT_ONCE = 8
_PATIENCE = 5.0
"""Seconds a side service may take."""
_OPTIONAL = (Forbidden, NotFound, RateLimited, PlatformDown, Rejected, UnexpectedAnswer, Unreachable)
"""What a side service may answer without harm to the task itself."""
_NO_OUTPUT = "A Qarnot job has no output of its own, only its tasks have."


class Qarnot(BaseAdapter):
    """An adapter for Qarnot's public cluster and for private ones."""

    platform = "qarnot"

    def __init__(self, connection: Connection, *, clock: Clock | None = None, transport: Any = None) -> None:
        # Side services lie beside `/v1`, not below it; tasks are served with and without.
        base = connection.url.rstrip("/").removesuffix("/v1")
        super().__init__(connection, "Authorization", explain, url=base, clock=clock, transport=transport)
        self._names = Names(connection.account, connection.web_url.rstrip("/") if connection.web_url else None)
        self._projects = frozenset(connection.projects)
        self._listing = Listing(self._client, self._names, self._clock.now)
        self._actions = Actions(self._client, connection.account)
        self.submitter = Submitter(self._client, connection.account)
        self._rings = Rings()
        self._gate = asyncio.Semaphore(_AT_ONCE)

    # -- lists

    async def pages(self, push: PushDown = PushDown(), *, skip: int = 0, whole: bool = False) -> AsyncIterator[Page]:
        """Every task, newest first; with chosen projects, only theirs.

        Tokens lead from page to page, so `skip` only passes over rows; there is no budget to stop for.
        Source: `POST /tasks/summaries/paginate` and `/tasks/search`; with a filter `POST /tasks/paginate`, with tags
        `GET /tasks/summaries?tag=`.
        """
        passed = 0
        async for page in self._listing.pages(push):
            left = max(0, skip - passed)
            passed += len(page.tasks)
            yield self._chosen(replace(page, tasks=page.tasks[left:]) if left else page)

    def takes(self, push: PushDown) -> PushDown:
        """A project's uuid, a status, times."""
        return taken(push)

    def _chosen(self, page: Page) -> Page:
        if not self._projects:
            return page
        return replace(page, tasks=tuple(t for t in page.tasks if t.project in self._projects), total=None)

    async def newest(self) -> Page:
        """The newest fifty. Source: `POST /tasks/summaries/paginate`, and `/tasks/search` for what is live or new."""
        return self._chosen(await self._listing.newest())

    async def many(self, refs: Sequence[TaskRef]) -> Page:
        """These tasks, in fifties; jobs, pools and short names one by one. Source: `POST /tasks/search`."""
        bulk = [ref for ref in refs if UUID.fullmatch(ref.id)]
        single = [ref for ref in refs if not UUID.fullmatch(ref.id)]
        wires, others = await asyncio.gather(
            self._found([ref.id for ref in bulk]), asyncio.gather(*(self._single(ref) for ref in single))
        )
        fetched = self._clock.now()
        tasks = [to_task(wire, self._names, fetched) for wire in wires if wire is not None]
        there = {task.ref.id.lower() for task in tasks}
        unreadable = sum(wire is None for wire in wires)
        gone = [ref for ref in bulk if ref.id.lower() not in there] if not unreadable else []
        gone += [ref for ref, task in zip(single, others, strict=True) if task is None]
        tasks += [task for task in others if task is not None]
        return Page(tuple(tasks), None, unreadable, tuple(gone))

    async def _found(self, ids: Sequence[str]) -> tuple[TaskWire | None, ...]:
        async def fifty(part: Sequence[str]) -> tuple[TaskWire | None, ...]:
            async with self._gate:
                return await self._listing.rows(part)

        parts = await asyncio.gather(*(fifty(part) for part in chunks(ids)))
        return tuple(wire for part in parts for wire in part)

    async def _single(self, ref: TaskRef) -> Task | None:
        """A job, a pool, or a task by its short name; None where it is not there (quirk Q16)."""
        try:
            async with self._gate:
                if ref.id.startswith((JOB, POOL)):
                    return (await self._group(ref))[0]
                wire, _ = await self._wire(ref)
        except NotFound:
            return None
        return to_task(wire, self._names, self._clock.now())

    # -- one task

    async def _wire(self, ref: TaskRef) -> tuple[TaskWire, Answer]:
        answer = await self._client.get(path_of(ref.id), doing=f"reading {ref.task}", into=TASK)
        return answer.value, answer

    async def detail(self, ref: TaskRef) -> TaskDetail:
        """Everything about a task, with its instances, price and carbon; or about a job or pool.

        Source: `GET /tasks/{id}`, `/credits/v1/tasks/{id}/credits`, `/carbon/v1/tasks/{id}/carbon-facts`.
        """
        if ref.id.startswith((JOB, POOL)):
            task, group, answer = await self._group(ref)
            return to_group_detail(group, task, answer.body)
        beside = asyncio.gather(
            self._aside(f"/credits/v1{path_of(ref.id)}/credits", CREDITS),
            self._aside(f"/carbon/v1{path_of(ref.id)}/carbon-facts", CARBON),
        )
        try:
            wire, answer = await self._wire(ref)
            price, carbon = await beside
        finally:
            if beside.cancel():  # the task itself could not be read: nobody wants these any more
                await asyncio.gather(beside, return_exceptions=True)
        task = to_task(wire, self._names, self._clock.now())
        if price is not None:
            spent = cost(price.credits, "EUR")
            lacking = garbled(("price", price.credits, spent))
            task = replace(task, price=spent, garbled=task.garbled | lacking)
        return to_detail(wire, task, to_jobs(wire, task), answer.body, carbon=carbon_facts(carbon or {}))

    async def _aside(self, path: str, into: TypeAdapter[Any]) -> Any:
        """What a side service says; None where it says nothing in time."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return (await self._client.get(path, doing=f"reading {path[1:].split('/')[0]}", into=into)).value
        except (*_OPTIONAL, TimeoutError):
            return None

    async def jobs(self, ref: TaskRef) -> tuple[Job, ...]:
        """The task's instances, by number; a job's or pool's tasks are its children. Source: `GET /tasks/{id}`."""
        if ref.id.startswith((JOB, POOL)):
            return ()
        wire, _ = await self._wire(ref)
        return to_jobs(wire, to_task(wire, self._names, self._clock.now()))

    # -- groups and children

    async def groups(self) -> Page:
        """Jobs and pools, newest first. Source: `POST /jobs/paginate`, `POST /pools/paginate`."""
        found = await asyncio.gather(self._listing.groups("/jobs"), self._listing.groups("/pools"))
        fetched = self._clock.now()
        tasks = [
            to_group(wire, prefix, self._names, fetched)
            for prefix, (wires, _) in zip((JOB, POOL), found, strict=True)
            for wire in wires
        ]
        tasks.sort(key=lambda t: (t.created is not None, t.created), reverse=True)
        return Page(tuple(tasks), len(tasks), sum(unreadable for _, unreadable in found))

    async def _group(self, ref: TaskRef) -> tuple[Task, GroupWire, Answer]:
        """A job or pool with the counts of its tasks, which only the tasks themselves tell (section 6)."""
        answer, rows = await asyncio.gather(
            self._client.get(path_of(ref.id), doing=f"reading {ref}", into=GROUP), self._tasks_of(ref)
        )
        tally = Tally.of(task.status for task in rows.tasks)
        prefix = JOB if ref.id.startswith(JOB) else POOL
        task = to_group(answer.value, prefix, self._names, self._clock.now(), tally)
        return task, answer.value, answer

    async def _tasks_of(self, ref: TaskRef) -> Page:
        answer = await self._client.get(f"{path_of(ref.id)}/tasks", doing=f"listing the tasks of {ref}", into=TASKS)
        fetched = self._clock.now()
        tasks = tuple(to_task(wire, self._names, fetched) for wire in answer.value if wire is not None)
        return Page(tasks, len(tasks), len(answer.value) - len(tasks))

    async def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """The instances of a task by number; the tasks of a job or pool. Source: `GET /tasks/{id}`, `/jobs/{id}/tasks`,
        `/pools/{id}/tasks`."""
        if ref.id.startswith((JOB, POOL)):
            yield await self._tasks_of(ref)
            return
        jobs = await self.jobs(ref)
        yield Page(jobs, len(jobs))

    async def child_details(self, refs: Sequence[TaskRef]) -> Page:
        """Instances come with their task: one call a task, whatever their number. Tasks of a group as in `many`."""
        inside = [ref for ref in refs if ref.job is not None]
        page = await self.many([ref for ref in refs if ref.job is None]) if len(inside) < len(refs) else Page(())
        rows: list[Task] = list(page.tasks)
        gone = list(page.gone)
        for task in dict.fromkeys(ref.task for ref in inside):
            wanted = {ref for ref in inside if ref.task == task}
            try:
                found = {job.ref: job for job in await self.jobs(task)}
            except NotFound:
                found = {}
            rows += [found[ref] for ref in wanted if ref in found]
            gone += [ref for ref in wanted if ref not in found]
        return Page(tuple(rows), None, page.unreadable, tuple(gone))

    # -- output

    async def logs(self, ref: TaskRef) -> LogIndex:
        """Both streams of a task, an instance or a pool. Source: section 5."""
        if ref.id.startswith(JOB):
            return LogIndex(why_none=_NO_OUTPUT)
        if ref.id.startswith(POOL):
            live = not (await self._group(ref))[0].status.is_final
            return _streams(ref, live)
        wire, _ = await self._wire(ref)
        task = to_task(wire, self._names, self._clock.now())
        jobs = to_jobs(wire, task)
        if ref.job is not None:
            job = next((j for j in jobs if j.ref.job == ref.job), None)
            if job is None:
                raise NotFound(self.account, f"reading {ref}", "the task has no such instance")
            if not job.logs:
                return LogIndex(why_none=f"Instance {ref.job} has not started, so there is no output yet.")
            return _streams(ref, not job.status.is_final)
        if not any(job.logs for job in jobs) and not task.status.is_final:
            return LogIndex(why_none="No instance has started, so there is no output yet.")
        return _streams(ref, not task.status.is_final)

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        """A part of a stream. Offsets count from the first byte we saw; what the ring lost meanwhile is left out.

        Source: `GET`, never `POST` (section 5).
        """
        answer = await self._client.get(
            source.key, doing=f"reading {source.name} of {source.ref}", headers={"Accept": "text/plain, */*"}
        )
        ring = self._rings[source.key]
        ring.see(answer.body)
        return ring.part(start, limit)

    # -- account

    async def info(self) -> AccountInfo:
        """User, quotas, credits, jobs and pools. Source: `GET /info`, `GET /credits/v1/accounts/credits`."""
        answer, credit, groups = await asyncio.gather(
            self._client.get("/info", doing="asking who we are", into=INFO),
            self._aside("/credits/v1/accounts/credits", CREDITS),
            self._groups_or_none(),
        )
        money: Money | None = amount(credit.credits, "EUR") if credit is not None else None
        return to_info(answer.value, money, groups)

    async def project_names(self) -> Mapping[str, str]:
        """Names by uuid. Source: `GET /info`."""
        answer = await self._client.get("/info", doing="asking for the projects", into=INFO)
        return to_info(answer.value, None, ()).project_names

    async def _groups_or_none(self) -> tuple[Task, ...]:
        try:
            return (await self.groups()).tasks
        except _OPTIONAL:
            return ()

    def refusal(self, verb: Verb, task: Task) -> str | None:
        """By the state table of section 4."""
        return refusal(verb, task)

    def rerun_plan(self, task: Task, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]) -> RerunPlan:
        """What a rerun of what failed would create."""
        return rerun_plan(task, failed, settings)

    def ref_of_url(self, address: str) -> TaskRef | None:
        """The API's own address of a task, job or pool, or a page of the web console that holds one."""
        parts = urlsplit(address)
        hosts = {urlsplit(base).netloc for base in (self._names.web, self._client.url) if base}
        # An account on this machine is the sandbox or a tunnel: nothing else tells whose pages are meant.
        if (host := urlsplit(self._client.url).hostname) == "api.qarnot.com" or is_loopback(host):
            hosts |= _CONSOLES
        found = _TASK_URL.search(parts.path) or _TASK_URL.search(parts.fragment)
        if found is None or parts.netloc not in hosts:
            return None
        prefix = {"jobs": JOB, "pools": POOL}.get(found[1], "")
        return TaskRef(self.account, prefix + found[2].lower())

    # -- actions

    async def _after(self, ref: TaskRef) -> Task | None:
        """The target as it stands after an action; None where that cannot be read, for the action was accepted."""
        try:
            return await self._single(ref)
        except _OPTIONAL:
            return None

    async def abort(self, ref: TaskRef) -> Accepted:
        """Abort a task, terminate a job with its tasks, close a pool. One that has ended is refused by the platform,
        but the aim is reached (quirk Q10).

        Source: `POST /tasks/{id}/abort`, `/jobs/{id}/terminate`, `/pools/{id}/close`.
        """
        try:
            await self._actions.stop(ref)
        except Forbidden:
            now = await self._after(ref)
            if now is None or not now.status.is_final:
                raise
            return Accepted(task=now, already=True, message=f"it is {now.native_status} already")
        return Accepted(task=await self._after(ref))

    async def delete(self, ref: TaskRef) -> Accepted:
        """A live task is aborted first, by the platform; its output is gone with it (quirk Q14)."""
        await self._actions.delete(ref)
        return Accepted(message="deleted, with its output")

    async def retry(self, ref: TaskRef) -> Accepted:
        """Source: `POST /tasks/{id}/retry`."""
        return await self._again("retry", ref, "the failed instances")

    async def resume(self, ref: TaskRef) -> Accepted:
        """Source: `POST /tasks/{id}/resume`."""
        return await self._again("resume", ref, "the cancelled instances")

    async def recover(self, ref: TaskRef) -> Accepted:
        """Source: `POST /tasks/{id}/recover`."""
        return await self._again("recover", ref, "the failed and the cancelled instances")

    async def clone(self, ref: TaskRef) -> Accepted:
        """Source: `POST /tasks/{id}/clone`. There are no drafts: the copy starts."""
        return await self._again("clone", ref, "all instances; Qarnot has no drafts, so the copy")

    async def _again(self, word: str, ref: TaskRef, what: str) -> Accepted:
        new = await self._actions.again(word, ref, None, f"{word} of {ref}")
        return Accepted(new=new, message=f"a new task of {what} was started; the old one stays")

    async def rerun(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """Source: `POST /tasks/{id}/clone`."""
        return await self._actions.rerun(ref, settings)

    async def rerun_failed(
        self, ref: TaskRef, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]
    ) -> Accepted:
        """Source: `POST /tasks/{id}/retry`."""
        return await self._actions.rerun_failed(ref, failed, settings)

    async def tag(self, ref: TaskRef, add: Sequence[str], remove: Sequence[str]) -> Accepted:
        """Source: `PUT /tasks/{id}`."""
        await self._actions.tag(ref, add, remove)
        return Accepted(task=await self._after(ref))


def _streams(ref: TaskRef, live: bool) -> LogIndex:
    inside = "" if ref.job is None else f"/{quote(ref.job, safe='')}"
    return LogIndex(
        tuple(
            LogSource(ref, stream.value, stream, f"{path_of(ref.id)}/{stream.value}{inside}", growing=live)
            for stream in (Stream.STDOUT, Stream.STDERR)
        )
    )
