"""Children whose status costs a call each: read when they are on screen, or while failures are missing."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.support.clocks import HeldClock
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Kind, Tally, Task, TaskRef
from tui.platforms.protocols import Page
from tui.store.polling.batches import Batches
from tui.store.store import Store

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
BATCH = TaskRef("et", "b")


def child(number: int, status: TaskStatus = TaskStatus.UNKNOWN, word: str = "") -> Job:
    ref = TaskRef("et", "b", str(number))
    return Job(ref=ref, platform="et-engine", name=str(number), status=status, native_status=word, fetched=NOW)


class Platform:
    """A thousand children, every hundredth of them failed; the list does not say so."""

    def __init__(self, listed: TaskStatus = TaskStatus.UNKNOWN) -> None:
        self.asked: list[TaskRef] = []
        self._listed = listed

    async def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        yield Page(tuple(child(n, self._listed) for n in range(1_000)))

    async def child_details(self, refs: Sequence[TaskRef]) -> Page:
        self.asked += refs
        failed, done = TaskStatus.FAILED, TaskStatus.DONE
        return Page(tuple(child(int(r.job or 0), done if int(r.job or 0) % 100 else failed, "ENDED") for r in refs))


def opened(tally: Tally) -> tuple[Store, Batches]:
    store = Store(["et"])
    parent = Task(
        ref=BATCH, platform="et-engine", name="b", kind=Kind.BATCH, status=TaskStatus.FAILED, native_status="failed",
        counts=tally, fetched=NOW,
    )  # fmt: skip
    store.merge("et", (parent,), begun=store.begin())
    batches = Batches(store, HeldClock())
    assert batches.open(frozenset({BATCH}))
    return store, batches


async def cycles(batches: Batches, platform: Any, number: int, visible: frozenset[TaskRef] = frozenset()) -> None:
    for _ in range(number):
        await batches.refresh(platform, visible)


async def test_only_what_is_on_screen_is_read_and_only_once() -> None:
    _, batches = opened(Tally(done=1_000))
    platform = Platform(TaskStatus.DONE)
    screen = frozenset(child(n).ref for n in range(30, 60))
    await cycles(batches, platform, 1)
    assert platform.asked == []
    await cycles(batches, platform, 3, screen)
    assert set(platform.asked) == screen
    assert len(platform.asked) == 30, "what has ended and was read is not read again"


async def test_failures_that_the_counts_tell_of_are_looked_for_until_they_are_found() -> None:
    """200 children a cycle; none is asked twice, and nothing more once the ten are found."""
    store, batches = opened(Tally(done=990, failed=10))
    platform = Platform()
    await cycles(batches, platform, 20)
    statuses = [t.status for t in store.feed(BATCH).tasks.values()]
    assert statuses.count(TaskStatus.FAILED) == 10
    assert len(platform.asked) == len(set(platform.asked)) <= 1_000


async def test_without_failures_nothing_off_screen_is_read_although_counts_change() -> None:
    store, batches = opened(Tally(done=500, running=500))
    platform = Platform()
    await cycles(batches, platform, 1)
    parent = store.snapshot.task(BATCH)
    assert parent is not None
    store.merge("et", (replace(parent, counts=Tally(done=501, running=499)),), begun=store.begin())
    await cycles(batches, platform, 3)
    assert platform.asked == []
