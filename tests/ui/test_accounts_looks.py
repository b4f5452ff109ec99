"""How the accounts look in each state, at both sizes."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.support.clocks import HeldClock
from tests.support.memory_deck import NOW
from tests.support.screens import Desk, words
from tests.ui.list_gallery import STATES, ListDeck, shown
from tui.domain.account import AccountInfo
from tui.domain.errors import Unreachable
from tui.store.snapshot import EMPTY, Snapshot
from tui.ui.screens.accounts import AccountsScreen
from tui.ui.widgets.detail_tree import DetailTree

INFO = AccountInfo(
    "rfranklin",
    {
        "projects": ({"id": "rfranklin/wes", "name": "WES"}, {"id": "rfranklin/luad", "name": "LUAD"}),
        "quotas": ({"name": "tasks", "limit": 100, "used": 31, "remaining": 69},),
    },
)


class AccountsDeck(ListDeck):
    """Answers who we are, in each state as the state has it."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state
        self.clock = HeldClock(NOW, moves=False)
        if state == "stale":
            self.clock.passed = 41.0
        kept = {} if state == "empty" else self.handles
        self.handles = {
            name: SimpleNamespace(**vars(handle), place=f"https://{name}.example.org/v2", renewal="")
            for name, handle in kept.items()
        }

    async def info(self, account: str) -> AccountInfo:
        if self.state == "loading":
            await asyncio.Event().wait()
        if self.state == "failing" and account == "cavatica":
            raise Unreachable(account, "asking who we are", "connect timeout after 10s")
        return INFO


def gallery(state: str) -> Desk:
    return Desk(lambda deck, clock: AccountsScreen(cast(Any, deck)), AccountsDeck(state))


async def put(pilot: Any, state: str) -> None:
    snapshot: Snapshot = EMPTY if state == "empty" else shown(state)
    pilot.app.screen.snapshot = snapshot
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=["80x24", "160x48"])
@pytest.mark.parametrize("state", STATES)
def test_looks(state: str, size: tuple[int, int], snap_compare: Any) -> None:
    """The accounts look as they were accepted."""

    async def prepare(pilot: Any) -> None:
        await put(pilot, state)

    assert snap_compare(gallery(state), terminal_size=size, run_before=prepare)


async def test_a_change_is_shown_at_once_and_no_account_says_how_to_add_one() -> None:
    async with gallery("full").run_test(size=(80, 24)) as pilot:
        await put(pilot, "full")
        assert "ok 0s" in words(pilot.app)
        await put(pilot, "failing")
        assert "OFFLINE" in words(pilot.app)
    async with gallery("empty").run_test(size=(80, 24)) as pilot:
        await put(pilot, "empty")
        assert "no account" in words(pilot.app)


async def test_an_answer_that_finds_the_screen_being_left_ends_nothing() -> None:
    """The widgets go before the screen does."""
    app = gallery("full")
    async with app.run_test(size=(80, 24)) as pilot:
        await put(pilot, "full")
        screen = app.screen
        assert isinstance(screen, AccountsScreen)
        await screen.query_one(DetailTree).remove()
        screen.action_reload()
        await app.workers.wait_for_complete()
        assert app.is_running
