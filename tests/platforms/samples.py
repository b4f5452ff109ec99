"""The documented answers, and an adapter that gets them."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.support.clocks import HeldClock
from tests.support.servers import NOW, Scripted
from tui.domain.token import Token
from tui.platforms.protocols import Connection
from tui.platforms.sevenbridges.adapter import SevenBridges

SAMPLES = Path(__file__).parent.parent / "samples" / "sevenbridges"
CGC = "https://cgc-api.sbgenomics.com/v2"


def sample(name: str) -> Any:
    """The body of one documented answer."""
    return json.loads((SAMPLES / f"{name}.json").read_bytes())


Answers = Mapping[str, Any]
"""By `METHOD PATH` below the base: a JSON value, a response, or a function of the request."""


def routed(answers: Answers) -> Scripted:
    """A transport that answers by method and path, and 404 with the platform's number for what it does not know."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0].removeprefix("/v2")
        found = answers.get(f"{request.method} {path}", httpx.Response(404, json={"code": 7002, "message": "unknown"}))
        if isinstance(found, Callable):  # type: ignore[arg-type]
            found = found(request)
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    return Scripted(answer)


def adapter(transport: Any, *, url: str = CGC, token: str = "an0rdinary7oken", **options: Any) -> SevenBridges:
    """An account named `cgc` behind `transport`; time is held unless a clock is given."""
    clock = options.pop("clock", None) or HeldClock(NOW)
    return SevenBridges(Connection("cgc", url, Token(token), **options), clock=clock, transport=transport)
