"""What a filter asks of the platforms, where a list is too long to be here whole."""

import asyncio
from datetime import timedelta

import pytest

from tests.support.clocks import START, virtual
from tests.support.deck import Stand
from tests.support.memory_deck import NOW, make_task
from tui.domain.query import Context, parse, served
from tui.domain.status import TaskStatus
from tui.platforms.protocols import CanFilter, PushDown
from tui.store.polling.server_filter import NOTHING, Search, covers, lets, pushed

H = timedelta(hours=1)
FAILED = PushDown(status=TaskStatus.FAILED)


def failures(stand: Stand) -> int:
    return sum(task.status is TaskStatus.FAILED for task in stand.feed().tasks.values())


@virtual
async def test_a_filter_finds_at_once_what_the_load_has_not_reached() -> None:
    """The next hundred at once, the rest when half of the budget is back, before the whole list; then all is here."""
    async with Stand(tasks=4_000, limit=40).running(1) as stand:
        assert not stand.feed().complete
        before = failures(stand)
        stand.deck.seek(FAILED)
        await asyncio.sleep(2)
        assert (stand.feed().sought, stand.feed().sought_whole) == (FAILED, False)
        assert before < failures(stand) == before + 100 < 399
        await asyncio.sleep(310)
        assert (stand.feed().sought_whole, failures(stand)) == (True, 399)
        assert not stand.feed().complete
        assert stand.api["cgc"].refused == 0
        stand.deck.seek(NOTHING)
        await asyncio.sleep(900)
        assert stand.feed().complete
        assert stand.feed().sought == NOTHING


@virtual
async def test_a_whole_list_and_another_account_are_not_searched() -> None:
    """What is here is filtered here: no request is made for a filter."""
    async with Stand(tasks=30).running(1) as stand:
        calls = len(stand.wire.calls)
        stand.deck.seek(FAILED)
        await asyncio.sleep(0.5)
        assert len(stand.wire.calls) - calls <= 2, "the cycle that anything wakes"
        assert stand.feed().sought == NOTHING
    async with Stand(tasks=3_000, limit=40).running(1) as stand:
        stand.deck.seek(FAILED, "another")
        await asyncio.sleep(2)
        assert stand.feed().sought == NOTHING


@virtual
async def test_only_what_the_server_takes_is_sent() -> None:
    """Running may be starting there, so that it is filtered here."""
    async with Stand(tasks=3_000, limit=40).running(1) as stand:
        stand.deck.seek(PushDown(status=TaskStatus.RUNNING))
        await asyncio.sleep(2)
        assert stand.feed().sought == NOTHING
        platform = await stand.deck.platform("cgc")
        assert isinstance(platform, CanFilter)
        asked = PushDown(status=TaskStatus.RUNNING, project="u/p", created_from=START)
        assert platform.takes(asked) == PushDown(project="u/p", created_from=START)


def test_a_search_begins_anew_with_another_filter_and_with_a_reload() -> None:
    """The same filter again is no news; nothing to look for is never due."""
    search = Search()
    assert not search.due(None)
    assert search.want(FAILED)
    assert not search.want(FAILED)
    search.held, search.begun, search.done = 9, True, True
    assert not search.due(None)
    search.again()
    assert search.due(None)
    assert search.held == 0
    assert not search.want(NOTHING)


def test_what_is_here_of_a_wider_search_is_here_of_a_narrower_one() -> None:
    """A search covers every filter that asks the same and more."""
    narrow = pushed(served(parse("status:failed project=u/p"), Context(now=START)))
    assert covers(FAILED, narrow)
    assert not covers(narrow, FAILED)
    assert covers(NOTHING, FAILED)


def test_a_gap_is_found_by_the_total() -> None:
    """A search begins behind what is here; what was here may not have been the newest, and then it begins anew."""
    search = Search(wanted=FAILED)
    search.begin(50)
    search.read(100, ended=False, here=150, total=200)
    assert (search.held, search.done) == (150, False)
    search.begin(150)
    search.read(50, ended=True, here=190, total=200)
    assert (search.held, search.done) == (0, False), "ten are missing"
    search.read(200, ended=True, here=200, total=200)
    assert search.done


@pytest.mark.parametrize(
    ("push", "through"),
    [
        (NOTHING, True), (FAILED, True), (PushDown(status=TaskStatus.DONE), False),
        (PushDown(project="rfranklin/kf-brain"), True), (PushDown(project="x"), False),
        (PushDown(created_from=NOW - 3 * H, created_to=NOW), True), (PushDown(created_from=NOW - H), False),
        (PushDown(ended_to=NOW - H), False), (PushDown(ended_from=NOW - H), True),
    ],
)  # fmt: skip
def test_what_a_server_lets_through(push: PushDown, through: bool) -> None:
    """Every part has to fit; a missing time fits none."""
    assert lets(push, make_task()) is through
    assert not lets(PushDown(ended_from=NOW - H), make_task(ended=None))
