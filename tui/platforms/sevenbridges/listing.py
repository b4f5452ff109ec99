"""Lists of tasks: every page of them, concurrently, newest first, each task once."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tui.domain.status import TaskStatus
from tui.platforms.coerce import count
from tui.platforms.gather import gather
from tui.platforms.http import Answer, ApiClient, Params
from tui.platforms.protocols import Page, PushDown
from tui.platforms.sevenbridges.convert import Names, to_task
from tui.platforms.sevenbridges.wire import LIST, TaskWire

__all__ = ["LIMIT", "ROW_FIELDS", "Listing", "chunks", "filters", "taken"]

LIMIT = 100
"""Rows a page; the server's own maximum."""
_AHEAD = 16
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


def taken(push: PushDown) -> PushDown:
    """What of a filter this server applies: no tags, and no status that several of its words mean."""
    return replace(push, status=push.status if push.status in _NATIVE else None, tags=())


def filters(push: PushDown) -> list[tuple[str, str]]:
    """The part of a filter that this server applies. Times are UTC without `Z`, which no official client sends."""
    params = []
    if push.project:
        params.append(("project", push.project))
    if push.status in _NATIVE:
        params.append(("status", _NATIVE[push.status]))
    for name in ("created_from", "created_to", "ended_from", "ended_to"):
        if (time := getattr(push, name)) is not None:
            params.append((name, time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")))
    return params


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of wire rows."""

    items: tuple[TaskWire, ...]
    unreadable: int
    total: int | None
    more: bool
    """The page names a next one."""

    @property
    def ids(self) -> set[str]:
        """Which tasks are on it."""
        return {wire.id for wire in self.items}


@dataclass(slots=True)
class _Totals:
    """What the pages of one load say of the length of the list. Pages are asked for together, and their answers come in
    any order: a total counts as smaller only than one that was known before its page was asked for."""

    most: int = 0
    """The largest total so far."""
    shrunk: bool = False
    """A later answer had fewer: something was deleted meanwhile."""

    def told(self, total: int | None, floor: int) -> None:
        """Take the total of a page; `floor` was the largest known when it was asked for."""
        if total is not None:
            self.shrunk = self.shrunk or total < floor
            self.most = max(self.most, total)


class Listing:
    """Pages of `GET /tasks`."""

    def __init__(self, client: ApiClient, names: Names, now: Callable[[], datetime]) -> None:
        self._client = client
        self._names = names
        self._now = now

    async def page(
        self, params: Params, offset: int, fields: str = ROW_FIELDS, totals: "_Totals | None" = None
    ) -> Rows:
        """One page; order is by creation, newest first, for without an order pages overlap (section 4)."""
        query = [*params, ("order_by", "created_time"), ("order", "desc")]
        query += [("offset", str(offset)), ("limit", str(LIMIT)), ("fields", fields)]
        floor = None if totals is None else totals.most
        answer: Answer = await self._client.get("/tasks", query, doing="listing tasks", into=LIST)
        rows = tuple(item for item in answer.value.items if item is not None)
        links = answer.value.links or ()
        total = count(answer.headers.get("x-total-matching-query"))
        if totals is not None and floor is not None:
            totals.told(total, floor)
        return Rows(
            items=rows,
            unreadable=len(answer.value.items) - len(rows),
            total=total,
            more=any(str(link.get("rel", "")).lower() == "next" for link in links),
        )

    async def pages(
        self, params: Params, *, skip: int = 0, children: bool = False, fields: str = ROW_FIELDS, bounded: bool = True
    ) -> AsyncGenerator[Page]:
        """Every page from `skip` on.

        Args:
            params: Filters.
            skip: Rows passed over.
            children: Keep rows that have a parent; a list of top-level tasks drops them (section 4).
            fields: What each row should hold.
            bounded: Stop when half of the request budget is spent, and say so.
        """
        async with aclosing(self._unique(params, skip, fields, bounded)) as pages:
            async for rows in pages:
                if isinstance(rows, str):
                    yield Page((), capped=rows)
                    return
                fetched = self._now()
                kept = (wire for wire in rows.items if children or not wire.parent)
                yield Page(tuple(to_task(w, self._names, fetched) for w in kept), rows.total, rows.unreadable)

    async def sample(self, params: Params, total: int, number: int) -> Page:
        """About `number` of `total` children, by pages spread evenly over the list."""
        most = max(1, -(-total // LIMIT))
        pages = min(most, max(1, -(-number // LIMIT)))
        offsets = [place * most // pages * LIMIT for place in range(pages)]
        found = await gather(lambda offset: self.page(params, offset), offsets, _AHEAD)
        fetched = self._now()
        wires = {wire.id: wire for rows in found for wire in rows.items}
        return Page(tuple(to_task(w, self._names, fetched) for w in wires.values()))

    async def wires(self, params: Params, fields: str) -> AsyncIterator[TaskWire]:
        """Every row as the wire has it, each once, for actions that need what a `Task` does not hold."""
        async with aclosing(self._unique(params, 0, fields, False)) as pages:
            async for rows in pages:
                for wire in rows.items if isinstance(rows, Rows) else ():
                    yield wire

    async def _unique(self, params: Params, skip: int, fields: str, bounded: bool) -> AsyncGenerator[Rows | str]:
        """Pages with each row once. Where a draft was deleted meanwhile, everything older moved up, and a row may have
        slipped from a page not yet read onto one already read: then the pages are read once more (R21)."""
        seen: set[str] = set()
        for again in (False, True):
            totals = _Totals()
            async with aclosing(self._rows(params, skip, fields, bounded, totals)) as pages:
                async for rows in pages:
                    if isinstance(rows, str):
                        yield rows
                        return
                    fresh = {w.id: w for w in rows.items if w.id not in seen}
                    seen |= fresh.keys()
                    yield replace(rows, items=tuple(fresh.values()), unreadable=0 if again else rows.unreadable)
            if not totals.shrunk:
                return

    async def _rows(
        self, params: Params, skip: int, fields: str, bounded: bool, totals: "_Totals"
    ) -> AsyncGenerator[Rows | str]:
        """Pages in order, `_AHEAD` of them asked for at a time; a sentence when the list ends early on purpose."""
        last = await self.page(params, skip, fields, totals)
        yield last
        offset, total, ids = skip + LIMIT, last.total, last.ids
        ahead: deque[asyncio.Task[Rows]] = deque()
        try:
            for _ in range(_MOST_PAGES):
                while (
                    len(ahead) < _AHEAD
                    and total is not None
                    and offset < total
                    and not self._spent(bounded, len(ahead))
                ):
                    ahead.append(asyncio.create_task(self.page(params, offset, fields, totals)))
                    offset += LIMIT
                due = total is not None and offset < total
                if ahead:
                    last = await ahead.popleft()
                elif not due and not last.more:
                    return
                elif self._spent(bounded, 0):
                    yield "half of the request budget is spent; the rest follows when it is back"
                    return
                else:  # the list grew, or its total is not told
                    last = await self.page(params, offset, fields, totals)
                    offset += LIMIT
                    if last.ids <= ids and not (last.total is not None and offset < last.total):
                        return  # nothing new: the same page again, or none
                ids |= last.ids
                total = last.total if last.total is not None else total
                yield last
            yield f"the list was cut at {_MOST_PAGES * LIMIT:,} rows"
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    def _spent(self, bounded: bool, flying: int) -> bool:
        """Whether half of the budget is used, counting what is under way and has told nothing yet."""
        budget = self._client.budget
        return bounded and budget is not None and budget.remaining - flying < budget.limit // 2


def chunks(ids: Sequence[str], size: int = LIMIT) -> list[Sequence[str]]:
    """The ids in hundreds."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
