"""What running again only what failed of a batch means: how many children, what they cost, what their siblings took."""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from tui.domain.action import RerunPlan
from tui.domain.errors import PlatformError
from tui.domain.forecast import ENOUGH, Estimate, estimate
from tui.domain.money import Sum, total
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef, spent_on
from tui.platforms.protocols import HasChildren, HasChildrenByStatus, Page, Platform

__all__ = ["Again", "again", "again_sentences", "read_siblings"]

_SAMPLE = 300
"""Children that are read of a batch to learn what they take."""
_CALLS = 40
"""The same, where each costs a call."""
_DONE = 100
"""Children that are read of those that went well, where the sample has too few of them."""
_MOST = 1000
"""Failed children that are read to learn what they cost; of more it is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What of one batch runs again, as far as its children are known."""

    count: int
    """Children that run again."""
    rerun: RerunPlan
    spent: Sum | None = None
    """What they cost so far; empty where the platform tells no prices, None as long as not each of them
    was read."""
    expected: Estimate | None = None
    """What they will cost and take; None as long as too few siblings were read that went well."""


def again(
    batch: Task, failed: Sequence[TaskRef] | None, rerun: RerunPlan, children: Iterable[Task], now: datetime
) -> Again:
    """From the children that are known; `failed` names those to rerun, None all that failed."""
    known = list(children)
    lost = [child for child in known if child.status is TaskStatus.FAILED]
    if failed is not None:
        chosen = frozenset(failed)
        lost = [child for child in known if child.ref in chosen]
    count = len(failed) if failed is not None else max(len(lost), batch.counts.failed if batch.counts else 0)
    priced = batch.price is not None or any(child.price is not None for child in known)
    told = estimate(count, known, now)
    return Again(
        count=count,
        rerun=rerun,
        spent=spent_on(lost) if len(lost) == count else None if priced else Sum(),
        expected=told if told.basis >= ENOUGH else None,
    )


def again_sentences(parts: Sequence[Again]) -> list[str]:
    """How many children run again and how, what they cost, and what that will cost and take."""
    count = sum(part.count for part in parts)
    children = "1 failed child" if count == 1 else f"{count:,} failed children"
    of = "" if len(parts) == 1 else f" of {len(parts):,} batches"
    runs = "runs" if count == 1 else "run"
    ways = "; or ".join(dict.fromkeys(part.rerun.what for part in parts))
    said = [f"{children}{of} {runs} again: {ways}. Existing tasks are kept."]
    if all(part.spent is not None for part in parts):
        money = sum((part.spent for part in parts if part.spent is not None), Sum()).words
        cost = f"; {'it' if count == 1 else 'these'} cost {money} so far" if money else ""
    else:
        cost = "; what they cost so far is not known, as not all of them were read"
    said.append(f"This costs money{cost}.")
    estimates = [part.expected for part in parts if part.expected is not None]
    if len(estimates) < len(parts):
        said.append("What it will cost and take is not known: too few siblings that went well were read.")
    else:
        said.append(f"Expected: {estimates[0] if len(estimates) == 1 else _together(estimates)}.")
    return said


def _together(estimates: Sequence[Estimate]) -> str:
    """The middles of several batches: their spreads cannot be added."""
    words = [f"about {money}" for money in total(e.cost[1] for e in estimates if e.cost is not None)]
    hours = sum(e.hours.p50 for e in estimates if e.hours is not None)
    return ", ".join([*words, f"{hours:,.1f} machine-hours"] if hours else words) or "not known"


async def read_siblings(platform: Platform, batch: Task, failed: Sequence[TaskRef] | None) -> tuple[Task, ...]:
    """Children enough to tell what a rerun costs: a sample of all, and the failed ones where they have a price.

    What cannot be read is left out: a plan is shown all the same.
    """
    found: dict[TaskRef, Task] = {}
    if not isinstance(platform, HasChildren):
        return ()
    with contextlib.suppress(PlatformError):
        found = await _some(platform.children(batch.ref), _SAMPLE)
        unread = [child.ref for child in found.values() if not child.native_status]
        if unread:
            page = await platform.child_details(unread[:: -(-len(unread) // _CALLS)])
            found |= {child.ref: child for child in page.tasks}
    # The newest of a batch that runs still wait; those that went well are then asked for alone.
    good = sum(child.status is TaskStatus.DONE for child in found.values())
    there = batch.counts.done if batch.counts else 0
    if good < ENOUGH <= there and isinstance(platform, HasChildrenByStatus):
        with contextlib.suppress(PlatformError):
            page = await platform.done_children(batch.ref, there, _DONE)
            found |= {child.ref: child for child in page.tasks}
    wanted = batch.counts.failed if failed is None and batch.counts else 0
    missing = wanted - sum(child.status is TaskStatus.FAILED for child in found.values())
    if batch.price is not None and missing > 0 and wanted <= _MOST and isinstance(platform, HasChildrenByStatus):
        with contextlib.suppress(PlatformError):
            found |= await _some(platform.failed_children(batch.ref), _MOST)
    return tuple(found.values())


async def _some(pages: AsyncIterator[Page], most: int) -> dict[TaskRef, Task]:
    """The first pages, until they hold so many."""
    found: dict[TaskRef, Task] = {}
    # Closed at once, so that no page that was asked for ahead outlives this.
    async with aclosing(cast(AsyncGenerator[Page], pages)) as coming:
        async for page in coming:
            found |= {child.ref: child for child in page.tasks}
            if len(found) >= most:
                break
    return found
