"""Accounts that are down for a while by the world's clock, and then come back."""

from datetime import datetime, timedelta
from typing import Any

from tui.sandbox.clock import WorldClock

__all__ = ["Outage", "Outages"]

_PAGE = b"<html><head><title>503</title></head><body><h1>Service Temporarily Unavailable</h1></body></html>"


class Outages:
    """When which account is down."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self._spans: dict[str, tuple[datetime, datetime]] = {}

    def plan(self, account: str, after: float, length: float) -> None:
        """Down in `after` seconds from now, for `length` seconds."""
        begin = self._clock.now() + timedelta(seconds=after)
        self._spans[account] = (begin, begin + timedelta(seconds=length))

    def down(self, account: str) -> bool:
        """Whether the account is down now."""
        begin, end = self._spans.get(account, (None, None))
        return begin is not None and end is not None and begin <= self._clock.now() < end


class Outage:
    """ASGI middleware round one account: a gateway's 503 page while it is down."""

    def __init__(self, app: Any, account: str, outages: Outages) -> None:
        self._app = app
        self._account = account
        self._outages = outages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer for the account, or pass the call on."""
        if scope["type"] != "http" or not self._outages.down(self._account):
            await self._app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 503, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": _PAGE})
