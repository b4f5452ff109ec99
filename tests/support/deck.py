"""A deck over small accounts behind a wire that can be struck, on a virtual clock."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tests.platforms.contract import Wire
from tests.support.clocks import START, VirtualClock
from tests.support.fake_platform import Small
from tui.domain.token import Token
from tui.platforms.http import asgi_transport
from tui.platforms.protocols import Connection, Platform
from tui.platforms.registry import connect
from tui.store.deck import AccountHandle, Deck
from tui.store.snapshot import Feed

__all__ = ["Stand", "Strike"]


def _wall() -> datetime:
    """The platform's clock: the loop's time, whatever our own clock shows."""
    return START + timedelta(seconds=asyncio.get_running_loop().time())


def _url(name: str) -> str:
    return f"http://127.0.0.1/{name}/v2"


class Strike:
    """What happens to the next calls whose path holds a word."""

    def __init__(self) -> None:
        self.rules: list[tuple[str, str, list[Any]]] = []

    def on(self, method: str, word: str, *faults: Any) -> None:
        """One fault a call, then none; a single `...` behind a fault repeats it for ever."""
        self.rules.append((method, word, list(faults)))

    def clear(self) -> None:
        self.rules.clear()

    def __call__(self, method: str, path: str) -> Any:
        for wanted, word, faults in self.rules:
            if wanted in {method, "*"} and word in path and faults:
                return faults[0] if faults[1:] == [...] else faults.pop(0)
        return None


class Stand:
    """Everything a test of the store layer touches."""

    def __init__(
        self,
        *,
        tasks: int = 60,
        active: int = 10,
        limit: int = 1000,
        accounts: tuple[str, ...] = ("cgc",),
        read_only: bool = False,
        app: Callable[[Any], Any] | None = None,
        **deck: Any,
    ) -> None:
        self.clock = VirtualClock()
        self.api = {name: Small(_wall, f"token-{name}", tasks, active, limit) for name in accounts}
        self.tokens = {name: api.token for name, api in self.api.items()}
        self.strike = Strike()
        self.wire = Wire(self._route, self.strike)
        self.latency = 0.0
        """Seconds before each answer."""
        self.connected: list[str] = []
        self._transport = asgi_transport(app(self.wire) if app else self.wire)
        self._read_only = read_only
        handles = [
            AccountHandle(name, "sevenbridges", _url(name), "the test", partial(self._connect, name), read_only)
            for name in accounts
        ]
        self.deck = Deck(handles, clock=self.clock, **{"rng": random.Random(1)} | deck)
        self.store = self.deck.store

    async def _route(self, scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(self.latency)
        await self.api[scope["path"].split("/")[1]](scope, receive, send)

    def _connect(self, name: str) -> Platform:
        self.connected.append(name)
        connection = Connection(name, _url(name), Token(self.tokens[name]), read_only=self._read_only)
        return connect("sevenbridges", connection, clock=self.clock, transport=self._transport)

    @contextlib.asynccontextmanager
    async def running(self, seconds: float = 1.0) -> AsyncIterator["Stand"]:
        """The deck polls meanwhile; first so many seconds pass."""
        live = asyncio.ensure_future(self.deck.run())
        try:
            await asyncio.sleep(seconds)
            yield self
        finally:
            live.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await live

    def feed(self, account: str = "cgc") -> Feed:
        return self.store.snapshot.feeds[account]

    def calls(self, word: str = "", method: str = "") -> list[tuple[str, str]]:
        """Calls so far whose path holds the word."""
        return [c for c in self.wire.calls if word in c[1] and method in c[0]]
