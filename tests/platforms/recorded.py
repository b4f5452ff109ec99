"""Every request that an adapter sends, with its body, on the way to the sandbox or to fixed answers."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from tests.support.clocks import HeldClock
from tui.domain.token import Token
from tui.platforms.protocols import Connection
from tui.platforms.qarnot.adapter import Qarnot
from tui.sandbox.app import Sandbox

Reply = Callable[[httpx.Request], httpx.Response | None]


class Recorded(httpx.AsyncBaseTransport):
    """Notes requests; `reply` answers those it wants to, the sandbox the others."""

    def __init__(self, sandbox: Sandbox | None = None, reply: Reply | None = None) -> None:
        self.requests: list[httpx.Request] = []
        self.reply = reply
        self._inner = httpx.ASGITransport(sandbox.app) if sandbox is not None else None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        if self.reply is not None and (made := self.reply(request)) is not None:
            return httpx.Response(made.status_code, headers=made.headers, stream=httpx.ByteStream(await made.aread()))
        if self._inner is None:
            return httpx.Response(404, stream=httpx.ByteStream(b"{}"))
        return await self._inner.handle_async_request(request)

    def sent(self, ending: str) -> list[httpx.Request]:
        """The requests whose path ends so."""
        return [request for request in self.requests if request.url.path.endswith(ending)]

    def bodies(self, ending: str) -> list[Any]:
        """Their bodies."""
        return [json.loads(request.content) for request in self.sent(ending)]


def qarnot(transport: httpx.AsyncBaseTransport, *, url: str = "http://127.0.0.1", token: str = "token") -> Qarnot:
    """An account over that transport."""
    return Qarnot(Connection("lab", url, Token(token)), clock=HeldClock(), transport=transport)


def sandbox_qarnot(transport: httpx.AsyncBaseTransport) -> Qarnot:
    """The sandbox's own Qarnot account."""
    return qarnot(transport, url="http://127.0.0.1/qarnot/lab", token="sandbox-lab")
