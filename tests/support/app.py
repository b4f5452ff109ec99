"""The whole interface over a sandbox in this process: no socket, and a clock that stands still until it is moved."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tests.support.clocks import WorldTime
from tests.support.screens import words
from tests.support.waiting import PATIENCE
from tui.cli.wiring import handle
from tui.domain.token import Token
from tui.platforms.http import asgi_transport
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock
from tui.settings import Account, Settings
from tui.settings.model import Refresh
from tui.settings.secrets import HeldToken
from tui.store.actions.journal import Journal
from tui.store.deck import Deck
from tui.ui.app import TaskdeckApp
from tui.ui.screens.confirm import ConfirmScreen

START = datetime(2026, 11, 24, 11, 2, 9, tzinfo=UTC)


class Table:
    """An app, its pilot and its world."""

    def __init__(self, app: TaskdeckApp, pilot: Pilot[None], sandbox: Sandbox) -> None:
        self.app, self.pilot, self.sandbox = app, pilot, sandbox

    @property
    def list(self) -> Any:
        return self.app.list_screen

    @property
    def shown(self) -> str:
        """The screen as text."""
        return words(self.app)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Letter by letter."""
        names = {
            " ": "space",
            ":": "colon",
            "/": "slash",
            "@": "at",
            "-": "minus",
            "=": "equals_sign",
            ">": "greater_than_sign",
        }
        await self.press(*(names.get(char, char) for char in text))

    async def until(self, true: Callable[[], bool], what: str = "") -> None:
        """Let the app work until it is so."""
        deadline = time.perf_counter() + PATIENCE
        while time.perf_counter() < deadline:
            if true():
                return
            await self.pilot.pause()
            await asyncio.sleep(0.005)
        raise AssertionError(f"{what or 'it'} never came:\n{self.shown}")

    async def dialog(self) -> ConfirmScreen:
        """The dialog that asks, when it has stood so long that a yes counts."""
        await self.until(lambda: isinstance(self.app.screen, ConfirmScreen), "the dialog")
        asking = self.app.screen
        assert isinstance(asking, ConfirmScreen)
        await self.until(lambda: asking._painted is not None, "its first paint")
        self.sandbox.clock.advance(1.0)
        return asking

    async def advance(self, seconds: float) -> None:
        """Let the world age, and ask anew."""
        self.sandbox.clock.advance(seconds)
        self.app.deck.refresh()
        await self.pilot.pause()


@asynccontextmanager
async def table(
    *,
    tasks: int | None = 100,
    size: tuple[int, int] = (80, 24),
    query: str = "",
    read_only: bool = False,
    loaded: bool = True,
    config: Path = Path("config.toml"),
    web_url: str | None = None,
    rare: bool = False,
    faults: str = "",
    journal: Path | None = None,
    around: Callable[[Any], Any] = lambda app: app,
) -> AsyncIterator[Table]:
    """The app over a sandbox.

    Args:
        tasks: So many in two accounts, three of five in the first; None for all accounts of the demo.
        size: The terminal's.
        query: A filter to start with.
        read_only: Nothing can be changed.
        loaded: Wait until every list is whole.
        config: The configuration file.
        web_url: The platform's web interface.
        rare: After the first load ask once an hour, so that what is seen does not depend on how long it took.
        faults: What the sandbox does wrong.
        around: What stands between the program and the sandbox.
        journal: Where actions are noted; None for nowhere, which the dialogs say.
    """
    first = (tasks or 0) * 3 // 5
    wanted = {"cgc": first, "cavatica": tasks - first} if tasks is not None else 2_000
    sandbox = Sandbox(seed=1, tasks=wanted, clock=WorldClock(START, 0.0), faults=faults)
    clock = WorldTime(sandbox.clock, moves=False)
    transport = asgi_transport(around(sandbox.app))
    accounts = tuple(
        Account(
            a["name"],
            a["platform"],
            a["url"],
            HeldToken(Token(a["token"]), "the sandbox"),
            read_only=read_only,
            web_url=web_url,
        )
        for a in sandbox.accounts("http://127.0.0.1")
        if tasks is None or a["platform"] == "sevenbridges"
    )
    refresh = Refresh(visible=timedelta(hours=1), hidden=timedelta(hours=1)) if rare else Refresh()
    settings = Settings(path=config, accounts=accounts, refresh=refresh)
    handles = [handle(account, clock, lambda: transport) for account in accounts]
    async with Deck(handles, clock=clock, journal=Journal(journal)) as deck:
        app = TaskdeckApp(deck, settings, query=query)
        async with app.run_test(size=size) as pilot:
            at = Table(app, pilot, sandbox)
            if loaded:
                feeds = app.deck.store.snapshot.feeds
                await at.until(lambda: all(f.complete for f in app.snapshot.feeds.values()) and bool(feeds), "the list")
            yield at
