"""Accounts are first asked once each, and not all at once after a stop (issue 9, point 5)."""

import asyncio

import pytest

from tests.support.clocks import virtual
from tests.support.deck import Stand
from tui.store.polling.pace import Intervals


@pytest.mark.parametrize("account", ["cgc", "cavatica"])
def test_t05_a_start_asks_each_account_once(account: str) -> None:
    """The interface sets its intervals before the pollers run; that wakes nobody who is about to look anyway."""

    async def calls(*, paced: bool) -> int:
        stand = Stand(accounts=(account,))
        if paced:
            stand.deck.set_intervals(Intervals(visible=60.0, blurred=60.0))
        async with stand.running(1.5):
            return len(stand.wire.calls)

    @virtual
    async def run() -> None:
        assert await calls(paced=True) == await calls(paced=False)

    run()


def test_t05_after_a_stop_the_accounts_look_one_after_the_other() -> None:
    """A stopped process finds all its waits over at once; each account waits a random while before it looks."""

    async def waits(stopped: float) -> int:
        stand = Stand(accounts=("cgc", "cavatica"))
        seen = 0
        sleep, monotonic = stand.clock.sleep, stand.clock.monotonic

        async def noted(seconds: float) -> None:
            nonlocal seen
            seen += 1
            await sleep(seconds)

        stand.clock.sleep = noted  # type: ignore[method-assign]
        async with stand.running(20):
            seen = 0
            stand.clock.monotonic = lambda: monotonic() + stopped  # type: ignore[method-assign]
            await asyncio.sleep(9)
            return seen

    @virtual
    async def run() -> None:
        assert await waits(600.0) >= await waits(0.0) + 2

    run()
