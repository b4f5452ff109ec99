"""A Seven Bridges adapter over the sandbox, with every request noted and a hand in between."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from tests.platforms.samples import adapter
from tests.support.clocks import HeldClock
from tests.support.sandbox import START, still
from tui.domain.task import Task
from tui.platforms.http import asgi_transport
from tui.platforms.protocols import PushDown
from tui.platforms.sevenbridges.adapter import SevenBridges

URL = "http://127.0.0.1/sevenbridges/cgc/v2"
TOKEN = "sandbox-cgc"


class StoppedTime(HeldClock):
    """Our clock and the sandbox's in step, so that ages and resets agree."""

    def now(self) -> datetime:
        return START


class Desk(httpx.AsyncBaseTransport):
    """The transport between the adapter and a sandbox that stands still."""

    def __init__(self, *, tasks: int = 180, **options: Any) -> None:
        self.world = still(tasks={"cgc": tasks}, **options)
        self.api: Any = self.world.mounted[0].app
        self.requests: list[httpx.Request] = []
        self.before: Callable[[httpx.Request], httpx.Response | None] | None = None
        """Called with each request; what it returns is the answer."""
        self._inner = asgi_transport(self.world.app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.before is not None and (made := self.before(request)) is not None:
            return httpx.Response(made.status_code, headers=made.headers, stream=httpx.ByteStream(await made.aread()))
        return await self._inner.handle_async_request(request)

    def adapter(self, **options: Any) -> SevenBridges:
        """The account `cgc` of this world."""
        return adapter(self, url=URL, token=TOKEN, clock=StoppedTime(), **options)

    def paths(self) -> list[str]:
        """Method and path of each request so far, below the base."""
        return [f"{r.method} {r.url.path.removeprefix('/sevenbridges/cgc/v2')}" for r in self.requests]

    def sent(self, path: str) -> list[httpx.Request]:
        """The requests to that path."""
        return [r for r, said in zip(self.requests, self.paths(), strict=True) if said == path]


async def everything(platform: SevenBridges, push: PushDown = PushDown(), **options: Any) -> list[Task]:
    """All rows of a list."""
    return [task async for page in platform.pages(push, **options) for task in page.tasks]
