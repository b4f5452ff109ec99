"""What stands on the other side of `ApiClient` in tests: scripted answers, a clock that is held, raw sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from pydantic import BaseModel, TypeAdapter

from tests.support.clocks import HeldClock
from tui.domain.token import Token
from tui.platforms.http import ApiClient, Auth, Refusal

NOW = datetime(2026, 1, 5, 12, 0, 0, tzinfo=UTC)
BASE = "https://api.example.org/v2"
TOKEN = "an0rdinary7oken"


class Scripted(httpx.AsyncBaseTransport):
    """Answers in order, the last for ever; an exception is raised instead. Notes every request."""

    def __init__(self, *answers: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        made = answer(request) if callable(answer) else answer
        # A response that was made with its content counts as read; ours has to be streamed.
        return httpx.Response(made.status_code, headers=made.headers, stream=httpx.ByteStream(await made.aread()))


def answer(status: int = 200, json: object = None, *, headers: dict[str, str] | None = None) -> httpx.Response:
    """One JSON answer."""
    return httpx.Response(status, json={"ok": True} if json is None else json, headers=headers)


class Shape(BaseModel):
    """What the tests ask for."""

    ok: bool


SHAPE = TypeAdapter(Shape)


def explain(status: int, body: bytes) -> Refusal | None:
    """Reads nothing, so that the platform's words are shown as they came."""
    return None


def client(transport: Any = None, *, url: str = BASE, token: str = TOKEN, **options: Any) -> ApiClient:
    """A client that meets `transport`; time is held unless a clock is given."""
    options.setdefault("clock", HeldClock(NOW))
    auth = Auth("X-SBG-Auth-Token", Token(token))
    return ApiClient("acc", url, auth, explain=explain, transport=transport, **options)


Handler = Callable[[bytes, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """A socket on loopback that does whatever a test wants; `seen` holds the head of each request."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self.seen: list[bytes] = []
        self.url = ""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.seen.append(head)
            await self._handler(head, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def raw_server(handler: Handler) -> AsyncIterator[RawServer]:
    """Serve on a free port until the block ends."""
    server = RawServer(handler)
    listening = await asyncio.start_server(server._serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"http://127.0.0.1:{port}/v2"
    try:
        yield server
    finally:
        listening.close()


async def let_pass(seconds: float) -> None:
    """Move the running loop's time on: whatever waits in it has waited so long, though no real time passed."""
    loop: Any = asyncio.get_running_loop()
    if not hasattr(loop, "passed"):
        real, loop.passed = loop.time, 0.0
        loop.time = lambda: real() + loop.passed
    loop.passed += seconds
    for _ in range(9):  # what was sent arrives, and what was waited for is dealt with
        await asyncio.sleep(0)


def sends(*parts: bytes, every: float = 0.0, silent: bool = False) -> Handler:
    """A handler that writes these bytes, then closes.

    Args:
        parts: What it writes, in so many pieces.
        every: Seconds on the loop's clock between two pieces.
        silent: Say nothing more instead of closing, while time passes, a second at a time.
    """

    async def handle(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            if every:
                await let_pass(every)
        while silent and not reader.at_eof():
            await let_pass(1.0)

    return handle


def http(body: bytes, *, status: str = "200 OK", headers: Sequence[str] = ()) -> bytes:
    """A whole HTTP/1.1 answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
