"""Lists of tasks: every page of them, concurrently, newest first, each task once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.platforms.http import Answer, ApiClient, Params
from tui.platforms.protocols import Page, PushDown
from tui.platforms.reading import count
from tui.platforms.sevenbridges.convert import Names, to_task
from tui.platforms.sevenbridges.wire import LIST, TaskWire

__all__ = ["LIMIT", "ROW_FIELDS", "Listing", "chunks", "filters"]

LIMIT = 100
"""Rows a page; the server's own maximum."""
_AHEAD = 12
"""Pages asked for at the same time."""
_MOST_PAGES = 5_000
"""Where paging ends although the server says there is more: half a million rows."""
ROW_FIELDS = (
    "id,name,status,project,app,created_by,executed_by,created_time,start_time,end_time,batch,parent,"
    "batch_by,batch_input,batch_group,execution_status,execution_settings,use_interruptible_instances,price,errors"
)
"""What a row needs. Without `fields` a list answers four keys; `inputs` and `outputs` would be bulky."""

_NATIVE = {
    TaskStatus.DRAFT: "DRAFT",
    TaskStatus.QUEUED: "QUEUED",
    TaskStatus.DONE: "COMPLETED",
    TaskStatus.FAILED: "FAILED",
    TaskStatus.ABORTED: "ABORTED",
}
"""Words that mean exactly one status of ours, so that the server may filter by them: RUNNING may be starting."""


def filters(push: PushDown) -> list[tuple[str, str]]:
    """The part of a filter that this server applies."""
    params = []
    if push.project:
        params.append(("project", push.project))
    if push.status in _NATIVE:
        params.append(("status", _NATIVE[push.status]))
    for name in ("created_from", "created_to", "ended_from", "ended_to"):
        if (time := getattr(push, name)) is not None:
            params.append((name, time.strftime("%Y-%m-%dT%H:%M:%SZ")))
    return params


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of wire rows."""

    items: tuple[TaskWire, ...]
    unreadable: int
    total: int | None
    more: bool
    """The page names a next one."""


class Listing:
    """Pages of `GET /tasks`."""

    def __init__(self, client: ApiClient, names: Names, now: Callable[[], datetime]) -> None:
        self._client = client
        self._names = names
        self._now = now

    async def page(self, params: Params, offset: int, fields: str = ROW_FIELDS) -> Rows:
        """One page; order is by creation, newest first, for without an order pages overlap (section 4)."""
        query = [*params, ("order_by", "created_time"), ("order", "desc")]
        query += [("offset", str(offset)), ("limit", str(LIMIT)), ("fields", fields)]
        answer: Answer = await self._client.get("/tasks", query, doing="listing tasks", into=LIST)
        rows = tuple(item for item in answer.value.items if item is not None)
        links = answer.value.links or ()
        return Rows(
            items=rows,
            unreadable=len(answer.value.items) - len(rows),
            total=count(answer.headers.get("x-total-matching-query")),
            more=any(str(link.get("rel", "")).lower() == "next" for link in links),
        )

    async def pages(
        self, params: Params, *, skip: int = 0, children: bool = False, fields: str = ROW_FIELDS, bounded: bool = True
    ) -> AsyncIterator[Page]:
        """Every page from `skip` on.

        Args:
            params: Filters.
            skip: Rows passed over.
            children: Keep rows that have a parent; a list of top-level tasks drops them (section 4).
            fields: What each row should hold.
            bounded: Stop when half of the request budget is spent, and say so.
        """
        seen: set[str] = set()
        async for rows in self._rows(params, skip, fields, bounded):
            if isinstance(rows, str):
                yield Page((), capped=rows)
                return
            fetched = self._now()
            tasks: list[Task] = []
            for wire in rows.items:
                if wire.id not in seen and (children or not wire.parent):
                    seen.add(wire.id)
                    tasks.append(to_task(wire, self._names, fetched))
            yield Page(tuple(tasks), rows.total, rows.unreadable)

    async def wires(self, params: Params, fields: str) -> AsyncIterator[TaskWire]:
        """Every row as the wire has it, each once, for actions that need what a `Task` does not hold."""
        seen: set[str] = set()
        async for rows in self._rows(params, 0, fields, False):
            for wire in rows.items if isinstance(rows, Rows) else ():
                if wire.id not in seen:
                    seen.add(wire.id)
                    yield wire

    async def _rows(self, params: Params, skip: int, fields: str, bounded: bool) -> AsyncIterator[Rows | str]:
        """Pages in order, `_AHEAD` of them asked for at a time; a sentence when the budget ends the list early."""
        first = await self.page(params, skip, fields)
        yield first
        offset, total, last = skip + LIMIT, first.total, first
        ahead: deque[asyncio.Task[Rows]] = deque()
        try:
            for _ in range(_MOST_PAGES):
                while len(ahead) < _AHEAD and total is not None and offset < total and not self._spent(bounded):
                    ahead.append(asyncio.create_task(self.page(params, offset, fields)))
                    offset += LIMIT
                if ahead:
                    last = await ahead.popleft()
                elif self._spent(bounded) and last.more:
                    yield "half of the request budget is spent; the rest follows when it is back"
                    return
                elif last.more and last.items:  # the list grew, or the total is not told
                    last = await self.page(params, offset, fields)
                    offset += LIMIT
                else:
                    return
                total = last.total if last.total is not None else total
                yield last
            yield f"the list was cut at {_MOST_PAGES * LIMIT:,} rows"
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    def _spent(self, bounded: bool) -> bool:
        budget = self._client.budget
        return bounded and budget is not None and budget.remaining < budget.limit // 2


def chunks(ids: Sequence[str], size: int = LIMIT) -> list[Sequence[str]]:
    """The ids in hundreds."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
