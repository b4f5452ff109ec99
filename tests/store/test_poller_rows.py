"""Which rows a poller asks for, keeps and drops, and what it says where it cannot ask (issue 9, point 13)."""

import asyncio

import pytest

from tests.support.clocks import virtual
from tests.support.deck import Stand
from tui.domain.account import Budget
from tui.domain.errors import ConfigError
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.platforms.protocols import Platform


@virtual
async def test_t13_more_than_500_rows_that_a_whole_list_lacks_are_dropped_without_asking_for_each() -> None:
    """Mutation: `_drop` trusts a list only when little is missing; then 600 deleted tasks stay for ever."""
    async with Stand(tasks=1_200, active=0).running(20) as stand:
        api = stand.api["cgc"]
        for number in range(300, 900):
            del api.rows[f"t{number:05}"]
        asked = len(stand.calls("/bulk/tasks/get"))
        stand.deck.refresh()
        await asyncio.sleep(3)
        assert set(stand.feed().tasks) == {f"cgc:{id_}" for id_ in api.rows}
        assert len(stand.calls("/bulk/tasks/get")) == asked


@virtual
async def test_t13_exactly_500_missing_rows_are_asked_for_and_dropped() -> None:
    """Mutation: `_drop` asks for fewer than 500 only; then they stay for ever."""
    async with Stand(tasks=1_000, active=0).running(20) as stand:
        for number in range(300, 800):
            del stand.api["cgc"].rows[f"t{number:05}"]
        stand.deck.refresh()
        await asyncio.sleep(3)
        assert len(stand.feed().tasks) == 500


@virtual
async def test_t13_active_tasks_share_half_of_the_calls_that_are_left_and_take_turns() -> None:
    """With 20 calls left ten of a hundred tasks each, and in the next turn those that were left out come first.
    Mutations: a third of the calls, `_turn_of_rest` that is not kept."""
    async with Stand(tasks=1_500, active=1_500).running(20) as stand:
        poller = stand.deck._pollers["cgc"]
        poller._cycles = 5
        left = Budget(1_000, 20, stand.clock.now())
        first = poller._wanted(stand.feed().tasks.values(), set(), left)
        second = poller._wanted(stand.feed().tasks.values(), set(), left)
        assert (len(first), len(second)) == (1_000, 1_000)
        assert len({*first, *second}) == 1_500


@virtual
async def test_t13_up_to_500_missing_rows_are_asked_for_by_name_before_they_are_dropped() -> None:
    """A list that shifts while it is paged misses rows that are there. Mutation: `_drop` trusts every whole list."""
    async with Stand(tasks=300, active=0).running(20) as stand:
        api, hidden = stand.api["cgc"], TaskRef("cgc", "t00150")
        api.rows["t00150"]["parent"] = "elsewhere"  # the list does not show it, the call by id does
        del api.rows["t00151"]
        asked = len(stand.calls("/bulk/tasks/get"))
        stand.deck.refresh()
        await asyncio.sleep(3)
        assert str(hidden) in stand.feed().tasks
        assert "cgc:t00151" not in stand.feed().tasks
        assert len(stand.calls("/bulk/tasks/get")) == asked + 1


@pytest.mark.parametrize("unreadable", [1, 600])
def test_t13_unreadable_rows_are_counted_and_take_no_row_away(unreadable: int) -> None:
    """They may be the very rows that are missing. Mutation: `trusted` does not look at `unreadable`."""

    @virtual
    async def run() -> None:
        async with Stand(tasks=1_200, active=0).running(20) as stand:
            before = set(stand.feed().tasks)
            for number in range(unreadable):
                stand.api["cgc"].rows[f"t{number + 200:05}"]["id"] = None
            stand.deck.refresh()
            await asyncio.sleep(3)
            assert set(stand.feed().tasks) == before
            assert stand.feed().unreadable == unreadable
            assert stand.feed().complete

    run()


@pytest.mark.parametrize(("shown", "each"), [((), 5), ((120,), 1)])
def test_t13_active_tasks_off_screen_are_asked_for_at_their_own_pace(shown: tuple[int, ...], each: int) -> None:
    """In each fifth cycle; on screen in every one. Mutation: `_wanted` takes `everyone` for true."""

    @virtual
    async def run() -> None:
        async with Stand(tasks=150, active=0).running(20) as stand:
            stand.api["cgc"].rows["t00120"] |= {"status": "RUNNING", "end_time": None}
            stand.deck.refresh()
            await asyncio.sleep(3)
            assert stand.store.snapshot.task(TaskRef("cgc", "t00120")).status is TaskStatus.RUNNING
            stand.deck.look([TaskRef("cgc", f"t{n:05}") for n in shown])
            lists, named = len(stand.calls(method="GET")), len(stand.calls("/bulk/tasks/get"))
            await asyncio.sleep(150)
            cycles = len(stand.calls(method="GET")) - lists
            assert cycles > 20
            assert abs(len(stand.calls("/bulk/tasks/get")) - named - cycles / each) <= 1

    run()


class _Tokenless(Stand):
    def _connect(self, name: str) -> Platform:
        if name == "cgc":
            raise ConfigError("variable CGC_TOKEN is not set; set it to the account's token")
        return super()._connect(name)


@virtual
async def test_t13_a_token_that_cannot_be_read_is_said_in_the_feed() -> None:
    """And asks for no more until the user helps; other accounts go on. Mutation: `_turn` passes over ConfigError."""
    stand = _Tokenless(accounts=("cgc", "cavatica"))
    async with stand.running(60):
        error = stand.feed("cgc").error
        assert error is not None
        assert "reading the token: variable CGC_TOKEN is not set" in str(error)
        assert (stand.feed("cgc").next_try, stand.feed("cgc").attempts) == (None, 1)
        assert not stand.feed("cgc").loading
        assert stand.feed("cgc").failing_since is not None
        assert stand.calls("/cgc/") == []
        assert stand.feed("cavatica").error is None


@virtual
async def test_t13_a_first_page_full_of_strangers_loads_the_whole_list() -> None:
    """With more than a page of new tasks since the last look. Mutation: `_light` compares with `any` turned round."""
    async with Stand(tasks=120, active=0).running(20) as stand:
        for number in range(260):
            stand.api["cgc"].add(f"new{number:03}", "COMPLETED", -1)
        await asyncio.sleep(12)
        assert len(stand.feed().tasks) == 380
