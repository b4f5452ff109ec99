"""The adapter over the pretended platform, in this process, with time that stands still."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.clocks import WorldTime
from tui.domain.token import Token
from tui.platforms.etengine.adapter import EtEngine
from tui.platforms.http import asgi_transport
from tui.platforms.protocols import Connection
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock

START = datetime(2026, 11, 24, 16, tzinfo=UTC)
URL = "http://127.0.0.1/et-engine/et/v1"
Spoil = Callable[[str, str], int | None]


class Desk:
    """A world, a wire that counts its calls and can answer for it, and the adapter."""

    def __init__(self, *, tasks: int = 60, edition: str = "current", read_only: bool = False) -> None:
        self.time = WorldClock(START, 0.0)
        self.world = Sandbox(seed=1, tasks={"et": tasks}, clock=self.time, odd=(f"et-{edition}",))
        self.calls: list[str] = []
        self.spoil: Spoil = lambda method, path: None
        self.most = self._now = 0
        self._read_only = read_only

    def open(self) -> EtEngine:
        """A new program, as it were: nothing is known yet."""
        connection = Connection("et", URL, Token("sandbox-et"), read_only=self._read_only)
        return EtEngine(connection, clock=WorldTime(self.time), transport=asgi_transport(self._wire))

    async def _wire(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"].removeprefix("/et-engine/et/v1")
        self.calls.append(f"{scope['method']} {path}")
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await asyncio.sleep(0)
            status = self.spoil(scope["method"], path)
            if status is None:
                await self.world.app(scope, receive, send)
                return
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b"a fault"})
        finally:
            self._now -= 1

    def counted(self, part: str) -> int:
        """Calls since the last `forget_calls` whose method and path hold this."""
        return sum(part in call for call in self.calls)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.time.advance(timedelta(**span).total_seconds())

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What the world was told to do."""
        rows: list[dict[str, Any]] = json.loads(json.dumps(self.world.ledger.rows))
        return rows
