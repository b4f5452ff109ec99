"""Faults on demand: `sevenbridges:429@0.05,qarnot:stall@0.01` (platform:fault@share of calls)."""

import asyncio
import json
import time
from dataclasses import dataclass
from random import Random
from typing import Any

__all__ = ["DROP", "FAULTS", "FaultRule", "Faults", "Rules", "parse"]

FAULTS = (
    "latency",
    "403",
    "429",
    "500",
    "503",
    "503html",
    "504",
    "cut",
    "stall",
    "badjson",
    "foreign",
    "expired",
    "reset",
    "empty",
)
"""What can be injected; `503` is the platform's own maintenance answer, `foreign` puts another host into answers."""
PLATFORMS = ("sevenbridges", "qarnot", "et-engine", "*")
DROP = "taskdeck.drop"
"""Where a server leaves in the scope what breaks its connection; in process there is none."""
_STALL = 600.0
_HTML = b"<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>"


@dataclass(frozen=True, slots=True)
class FaultRule:
    """One fault on one platform."""

    platform: str
    fault: str
    share: float


def parse(spec: str) -> tuple[FaultRule, ...]:
    """Read a specification.

    Raises:
        ValueError: With a sentence that says which part is wrong and what is known.
    """
    rules = []
    for part in filter(None, (p.strip() for p in spec.split(","))):
        platform, colon, rest = part.partition(":")
        fault, at, share = rest.partition("@")
        if not colon or platform not in PLATFORMS:
            raise ValueError(f"{part!r}: write PLATFORM:FAULT@SHARE with a platform of {', '.join(PLATFORMS)}")
        if fault not in FAULTS:
            raise ValueError(f"{part!r}: {fault!r} is not a fault; known: {', '.join(FAULTS)}")
        try:
            value = float(share) if at else 1.0
        except ValueError:
            raise ValueError(f"{part!r}: the share {share!r} is not a number") from None
        if not 0 <= value <= 1:
            raise ValueError(f"{part!r}: the share must lie between 0 and 1")
        rules.append(FaultRule(platform, fault, value))
    return tuple(rules)


class Faults:
    """ASGI middleware round one platform; which call is struck follows from the seed."""

    def __init__(self, app: Any, platform: str, rules: "Rules") -> None:
        self._app = app
        self._platform = platform
        self._rules = rules

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Strike, or pass the call on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._rules.latency:
            await asyncio.sleep(self._rules.latency)
        fault = self._rules.strike(self._platform)
        match fault:
            case None:
                await self._app(scope, receive, send)
            case "latency":
                await asyncio.sleep(2.0)
                await self._app(scope, receive, send)
            case "stall":
                await asyncio.sleep(_STALL)
            case "reset":
                await _reset(scope)
            case "cut" | "badjson" | "foreign":
                await self._spoiled(fault, scope, receive, send)
            case _:
                await _answer(send, fault)

    async def _spoiled(self, fault: str, scope: Any, receive: Any, send: Any) -> None:
        start: dict[str, Any] = {}
        body = b""

        async def collect(message: Any) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, collect)
        if fault == "cut":
            body = body[: len(body) // 2]
        elif fault == "badjson":
            body = body.replace(b'":', b'"=', 1)
        else:
            body = body.replace(b'"http://127.0.0.1', b'"https://elsewhere.example')
        start["headers"] = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        await send(start)
        await send({"type": "http.response.body", "body": body})


class Rules:
    """What is injected just now; changed by `POST /_sandbox/faults`."""

    def __init__(self, rules: tuple[FaultRule, ...] = (), latency: float = 0.0, seed: int = 1) -> None:
        self.rules = rules
        self.latency = latency
        """Seconds added to every call."""
        self._rng = Random(seed)

    def strike(self, platform: str) -> str | None:
        """The fault that strikes this call, if any."""
        for rule in self.rules:
            if rule.platform in {platform, "*"} and self._rng.random() < rule.share:
                return rule.fault
        return None


async def _reset(scope: Any) -> None:
    """Break the connection where there is one, without a word on stderr: nobody may be reading that."""
    drop = scope.get(DROP)
    if drop is None:
        raise ConnectionResetError("a fault was asked for")
    drop()
    await asyncio.sleep(0)  # the server learns of it in the next round, and then misses no answer


async def _answer(send: Any, fault: str) -> None:
    status, body, headers = 500, b'{"message": "internal error"}', [(b"content-type", b"application/json")]
    if fault == "429":
        status, body = 429, json.dumps({"status": 429, "code": 1000, "message": "Rate limit exceeded"}).encode()
        reset = str(int(time.time()) + 2).encode()
        headers += [(b"retry-after", b"2"), (b"x-ratelimit-limit", b"1000"), (b"x-ratelimit-remaining", b"0")]
        headers.append((b"x-ratelimit-reset", reset))
    elif fault in {"403", "504"}:
        status, body = int(fault), b"Forbidden" if fault == "403" else b"Gateway Timeout"
        headers = [(b"content-type", b"text/plain")]
    elif fault == "503":
        status, body = 503, json.dumps({"status": 503, "code": 0, "message": "Maintenance"}).encode()
    elif fault == "503html":
        status, body, headers = 503, _HTML, [(b"content-type", b"text/html")]
    elif fault == "expired":
        status, body = 401, json.dumps({"status": 401, "code": 90001, "message": "Unauthorized"}).encode()
    elif fault == "empty":
        status, body = 200, b""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
