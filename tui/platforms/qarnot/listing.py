"""Lists of tasks, jobs and pools: pages by token, summaries completed by whole tasks in bulk."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from tui.domain.errors import NotFound, PlatformError, Rejected
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.platforms.coerce import count
from tui.platforms.http import ApiClient
from tui.platforms.protocols import Page, PushDown
from tui.platforms.qarnot.convert import Names, to_task
from tui.platforms.qarnot.states import TASK_STATES, known
from tui.platforms.qarnot.wire import GROUP_PAGE, TASK_PAGE, TASKS, GroupWire, TaskWire

__all__ = ["LIMIT", "UUID", "Listing", "chunks", "condition", "taken"]

LIMIT = 50
"""Rows a page; what the official command line caps it at."""
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NO_SUCH_CALL = frozenset({404, 405})
_BAD_REQUEST = 400
_MOST_PAGES = 2_000
"""Where paging ends although the server says there is more."""
_FIELDS = (
    "Uuid", "Name", "Shortname", "Profile", "State", "PreviousState", "StateTransitionTime",
    "PreviousStateTransitionTime", "LastModified", "CreationDate", "EndDate", "PoolUuid", "JobUuid", "ProjectUuid",
    "InstanceCount", "RunningInstanceCount", "RunningCoreCount", "ExecutionTime", "WallTime", "Tags", "Labels",
    "Errors", "Status", "CompletedInstances", "Constants", "HardwareConstraints", "SchedulingType", "RetrySettings",
    "Dependencies.DependsOn",
)  # fmt: skip
"""What a row needs of a whole task, and no name that the official clients cannot select (8.4)."""

_NATIVE: dict[TaskStatus, tuple[str, ...]] = {
    TaskStatus.QUEUED: ("Submitted",),
    TaskStatus.STARTING: ("PartiallyDispatched", "FullyDispatched"),
    TaskStatus.RUNNING: ("PartiallyExecuting", "FullyExecuting"),
    TaskStatus.FINISHING: ("UploadingResults", "DownloadingResults", "PendingCancel", "PendingDelete"),
    TaskStatus.DONE: ("Success",),
    TaskStatus.FAILED: ("Failure",),
    TaskStatus.ABORTED: ("Cancelled",),
}


def taken(push: PushDown) -> PushDown:
    """What of a filter `paginate` applies: a project by its uuid, and a status that is a set of its states."""
    project = push.project if push.project and UUID.fullmatch(push.project) else None
    return replace(push, project=project, status=push.status if push.status in _NATIVE else None, tags=())


def condition(push: PushDown) -> dict[str, Any] | None:
    """The part of a filter that `paginate` applies (8.3); tags have a call of their own."""
    leaves: list[dict[str, Any]] = []
    push = taken(push)  # a project's name is none of the server's: it would answer nothing
    if push.status is not None:
        leaves.append({"operator": "In", "field": "State", "values": list(_NATIVE[push.status])})
    bounds = (
        ("CreationDate", "GreaterThanOrEqual", push.created_from), ("CreationDate", "LessThanOrEqual", push.created_to),
        ("EndDate", "GreaterThanOrEqual", push.ended_from), ("EndDate", "LessThanOrEqual", push.ended_to),
    )  # fmt: skip
    for field, operator, time in bounds:
        if time is not None:
            leaves.append({"operator": operator, "field": field, "value": time.strftime("%Y-%m-%dT%H:%M:%SZ")})
    if push.project:
        leaves.append({"operator": "Equal", "field": "ProjectUuid", "value": push.project})
    if len(leaves) < 2:
        return leaves[0] if leaves else None
    return {"operator": "And", "filters": leaves}


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of wire rows."""

    items: tuple[TaskWire, ...]
    unreadable: int
    total: int | None
    whole: bool = False
    """Its rows are whole tasks already, not summaries."""


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What of a task no longer changes: its instances, and when it has ended its progress."""

    total: Any
    ranges: str | None
    progress: Any


class Listing:
    """Pages of summaries, each completed by one search for its whole tasks: two calls for fifty rows, where the
    official client makes a call for each (quirks Q4 and Q5)."""

    def __init__(self, client: ApiClient, names: Names, now: Callable[[], datetime]) -> None:
        self._client = client
        self._names = names
        self._now = now
        self._final: dict[str, tuple[str | None, Task]] = {}
        """Ended tasks by uuid, with the `lastModified` they were read at: they need not be read again."""
        self._plain = False
        """The cluster knows only the unpaged lists."""
        self._selects = True
        """The cluster understands `select`; False from the first 400 on."""
        self._fixed: dict[str, _Fixed] = {}
        """By uuid, what no longer changes and what `select` cannot name."""

    async def pages(self, push: PushDown) -> AsyncIterator[Page]:
        """Every task, newest first; while a page's whole tasks are fetched, the next page is asked for."""
        seen: set[str] = set()
        waiting: asyncio.Task[Page] | None = None
        try:
            async for rows in self._summaries(push):
                fresh = tuple(w for w in rows.items if w.uuid not in seen)
                seen.update(w.uuid for w in fresh)
                if waiting is not None:
                    yield await waiting
                waiting = asyncio.create_task(self._completed(replace(rows, items=fresh), held=False))
            if waiting is not None:
                yield await waiting
            if len(seen) >= _MOST_PAGES * LIMIT:
                yield Page((), capped=f"the list was cut at {_MOST_PAGES * LIMIT:,} rows")
        finally:
            if waiting is not None and not waiting.done():
                waiting.cancel()
                await asyncio.gather(waiting, return_exceptions=True)

    async def newest(self) -> Page:
        """The first page; of ended tasks that have not changed, what is held is used."""
        summaries = self._summaries(PushDown())
        try:
            return await self._completed(await anext(summaries), held=True)
        finally:
            await summaries.aclose()

    async def rows(self, uuids: Sequence[str]) -> tuple[TaskWire | None, ...]:
        """What a row needs of these tasks, in fifties; an unreadable row is None, a missing one is missing.

        A task whose instances were chosen by ranges has an `instanceCount` of 0, and its ranges cannot be selected:
        unless a summary told them before, such tasks are read once more, whole. Source: `POST /tasks/search`.
        """
        found: dict[str, TaskWire] = {}
        unreadable = 0
        for ids in chunks(uuids):
            for wire in await self._search(ids, selected=self._selects):
                if wire is None:
                    unreadable += 1
                else:
                    found[wire.uuid] = wire
        ranged = [id_ for id_, wire in found.items() if id_ not in self._fixed and not count(wire.instance_count)]
        for ids in chunks(ranged) if self._selects else ():
            found |= {wire.uuid: wire for wire in await self._search(ids, selected=False) if wire is not None}
            self._learn(found[id_] for id_ in ids)
        return (*(self._completed_row(wire) for wire in found.values()), *(None for _ in range(unreadable)))

    async def _search(self, ids: Sequence[str], *, selected: bool) -> list[TaskWire | None]:
        """Tasks by uuid; the answer is matched with what was asked, in any order and whatever else it holds."""
        if self._plain:
            return await self._all(ids)
        body: dict[str, Any] = {
            "filter": {"operator": "In", "field": "Uuid", "values": list(ids)},
            "maximumResults": len(ids),
        }
        if selected:
            body["select"] = {"fields": list(_FIELDS)}
        try:
            answer = await self._client.ask("/tasks/search", body, doing="reading tasks", into=TASKS)
        except (NotFound, Rejected) as error:
            if selected and error.status == _BAD_REQUEST:
                rows = await self._search(ids, selected=False)
                self._selects = False  # remembered only when the call without it succeeded
                return rows
            if not _no_such_call(error):
                raise
            self._plain = True
            return await self._all(ids)
        wanted = {id_.lower() for id_ in ids}
        return [wire for wire in answer.value if wire is None or wire.uuid.lower() in wanted]

    async def _all(self, ids: Sequence[str]) -> list[TaskWire | None]:
        """What a cluster without search has of these: its one unpaged list. Source: `GET /tasks`."""
        answer = await self._client.get("/tasks", doing="reading tasks", into=TASKS)
        wanted = {id_.lower() for id_ in ids}
        return [wire for wire in answer.value if wire is not None and wire.uuid.lower() in wanted]

    def _learn(self, wires: Iterable[TaskWire]) -> None:
        """Keep what summaries and whole tasks tell and `select` does not."""
        for wire in wires:
            progress = wire.progress if known(TASK_STATES, wire.state).is_final else None
            self._fixed[wire.uuid] = _Fixed(wire.total_instance_count, wire.advanced_ranges, progress)

    def _completed_row(self, wire: TaskWire) -> TaskWire:
        """With what an earlier answer told, where this one is silent."""
        if (fixed := self._fixed.get(wire.uuid)) is None:
            return wire
        final = known(TASK_STATES, wire.state).is_final
        told = {
            "total_instance_count": fixed.total if wire.total_instance_count is None else None,
            "advanced_ranges": fixed.ranges if wire.advanced_ranges is None else None,
            "progress": fixed.progress if wire.progress is None and final else None,
        }
        return wire.model_copy(update={name: value for name, value in told.items() if value is not None})

    async def groups(self, path: str) -> tuple[tuple[GroupWire, ...], int]:
        """All jobs or pools, and how many could not be read. Source: `POST /jobs/paginate`, `/pools/paginate`."""
        found: dict[str, GroupWire] = {}
        unreadable = 0
        async for value in self._tokens(f"{path}/paginate", None, GROUP_PAGE, f"listing {path[1:]}"):
            found.update((row.uuid, row) for row in value.data if row is not None)
            unreadable += sum(row is None for row in value.data)
        return tuple(found.values()), unreadable

    async def _summaries(self, push: PushDown) -> AsyncGenerator[Rows, None]:
        """Pages of summaries; of whole tasks where something is filtered, for the official clients filter only those.
        Tags are asked for as documented, one parameter a tag, which knows no pages (8.1)."""
        if not push.tags and not self._plain:
            where = condition(push)
            path = "/tasks/summaries/paginate" if where is None else "/tasks/paginate"
            try:
                async for value in self._tokens(path, where, TASK_PAGE, "listing tasks"):
                    yield _rows(value, whole=where is not None)
                return
            except (NotFound, Rejected) as error:
                if not _no_such_call(error):
                    raise
        params = [("tag", tag) for tag in push.tags]
        answer = await self._client.get("/tasks/summaries", params, doing="listing tasks", into=TASKS)
        self._plain = self._plain or not push.tags
        rows = sorted(answer.value, key=lambda w: (w.creation_date or "") if w else "", reverse=True)
        for part in chunks(rows) or [()]:
            kept = tuple(w for w in part if w is not None)
            yield Rows(kept, len(part) - len(kept), len(rows))

    async def _tokens(
        self, path: str, where: dict[str, Any] | None, into: TypeAdapter[Any], doing: str
    ) -> AsyncIterator[Any]:
        """Pages until one is not truncated or names no next token; a token that comes again ends the list (R21)."""
        token: str | None = None
        used: set[str | None] = set()
        for _ in range(_MOST_PAGES):
            used.add(token)
            answer = await self._client.ask(path, _request(where, token), doing=doing, into=into)
            yield answer.value
            token = answer.value.next_token
            if not token or not answer.value.is_truncated or token in used:
                return

    async def _completed(self, rows: Rows, *, held: bool) -> Page:
        """The summaries as rows, with the tags, errors and status that only whole tasks have."""
        self._learn(rows.items)
        unchanged: dict[str, Task] = {}
        if held:
            for wire in rows.items:
                modified, task = self._final.get(wire.uuid, (None, None))
                if task is not None and modified == wire.last_modified and wire.state == task.native_status:
                    unchanged[wire.uuid] = task
        asked = [] if rows.whole else [wire.uuid for wire in rows.items if wire.uuid not in unchanged]
        whole = {w.uuid: w for w in await self.rows(asked) if w is not None}
        fetched, tasks = self._now(), []
        for wire in rows.items:
            if (task := unchanged.get(wire.uuid)) is not None:
                tasks.append(replace(task, fetched=fetched))
                continue
            task = to_task(_merged(wire, whole.get(wire.uuid)), self._names, fetched)
            tasks.append(task)
            if task.status.is_final and wire.uuid in whole:
                self._final[wire.uuid] = (wire.last_modified, task)
            else:
                self._final.pop(wire.uuid, None)
        return Page(tuple(tasks), rows.total, rows.unreadable)


def _rows(value: Any, *, whole: bool) -> Rows:
    kept = tuple(row for row in value.data if row is not None)
    return Rows(kept, len(value.data) - len(kept), count(value.total), whole)


def _no_such_call(error: PlatformError) -> bool:
    return error.status in _NO_SUCH_CALL


def _merged(summary: TaskWire, whole: TaskWire | None) -> TaskWire:
    """The whole task, with the summary's word where the whole one is silent; it is the newer of the two."""
    if whole is None:
        return summary
    return summary.model_copy(update={k: v for k, v in whole if v is not None})


def _request(where: dict[str, Any] | None, token: str | None) -> dict[str, Any]:
    return {
        "filter": where, "token": token, "maximumResults": LIMIT, "orderBy": "creationDate", "orderType": "DESC",
    }  # fmt: skip


def chunks(ids: Sequence[Any], size: int = LIMIT) -> list[Sequence[Any]]:
    """The ids in fifties."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
