"""How a request leaves: over the network and its proxies, or into an application in this process."""

import asyncio
import logging
import ssl
import sys
import threading
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx

from tui.platforms.network import Proxy, proxy_for

__all__ = ["Routed", "asgi_transport", "read_address", "threaded_transport", "tls"]

for _talkative in ("httpx", "httpcore"):  # their lines hold whole addresses, and with them the keys of signed ones (R1)
    logging.getLogger(_talkative).setLevel(logging.WARNING)
if "sniffio" not in sys.modules and find_spec("sniffio") is None:
    # httpcore tries to import it several times a request, and each time all of sys.path is searched without a result.
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # how Python is told that there is none


def read_address(address: str) -> httpx.URL | None:
    """An address as it would be sent to; None for what is none."""
    try:
        url = httpx.URL(address)
        _ = url.host  # decoded only here: `xn--a` and its like raise what is no InvalidURL
    except (httpx.InvalidURL, ValueError):
        return None
    # httpx takes any number as a port; the socket raises OverflowError.
    return url if url.port is None or 0 < url.port < 65_536 else None


def asgi_transport(app: Any) -> httpx.AsyncBaseTransport:
    """A transport that calls an ASGI application in this process: the demo, and tests."""
    return httpx.ASGITransport(app)


def threaded_transport(app: Any, answered: Callable[[], None] | None = None) -> httpx.AsyncBaseTransport:
    """The same with the application in its own thread: while it draws a world, the caller's screen answers keys.

    `answered` is called when an answer is there.
    """
    return _Threaded(app, answered)


class _Threaded(httpx.AsyncBaseTransport):
    """Calls an application on an event loop that runs in its own thread, which ends with the process."""

    def __init__(self, app: Any, answered: Callable[[], None] | None) -> None:
        self._inner = httpx.ASGITransport(app)
        self._answered = answered
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="sandbox", daemon=True).start()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask over there, wait here."""
        asked = asyncio.run_coroutine_threadsafe(self._inner.handle_async_request(request), self._loop)
        response = await asyncio.wrap_future(asked)
        if self._answered is not None:
            self._answered()
        return response


@cache
def tls(ca_file: Path | None, trust_env: bool) -> ssl.SSLContext:
    """What certificates are checked against, made once: reading them takes 20 ms. Checking cannot be switched off."""
    if ca_file is None:
        return httpx.create_ssl_context(trust_env=trust_env)
    name = str(ca_file)
    return ssl.create_default_context(capath=name) if ca_file.is_dir() else ssl.create_default_context(cafile=name)


class Routed(httpx.AsyncBaseTransport):
    """The network: straight, or through the proxy that leads to a host; one pool of connections for each."""

    def __init__(self, context: ssl.SSLContext, limits: httpx.Limits, own: Proxy | None) -> None:
        self._settings: dict[str, Any] = {"verify": context, "limits": limits, "trust_env": False}
        self._own = own
        self._ways: dict[Proxy | None, httpx.AsyncHTTPTransport] = {}

    def proxy(self, url: httpx.URL) -> Proxy | None:
        """What leads to an address."""
        return proxy_for(url.scheme, url.host, url.port, self._own)

    def way(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        """The connections that lead to an address.

        Raises:
            ConfigError: The proxy's address cannot be used.
        """
        found = self.proxy(url)
        if found not in self._ways:
            self._ways[found] = httpx.AsyncHTTPTransport(**self._settings, proxy=found.address if found else None)
        return self._ways[found]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask over the way that leads there."""
        return await self.way(request.url).handle_async_request(request)

    async def aclose(self) -> None:
        """Close every way."""
        for way in self._ways.values():
            await way.aclose()
