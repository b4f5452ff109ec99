"""A message to a webhook that the user configured: by a client of its own, without any account's token (R1)."""

import asyncio
from collections.abc import Mapping

import httpx

from tui.domain.errors import ConfigError
from tui.domain.token import Token
from tui.platforms.address import is_loopback
from tui.platforms.http.transports import Routed, read_address, tls
from tui.platforms.network import bundle, distrust

__all__ = ["PostFailed", "post"]

DEADLINE = 30.0
"""Seconds for one message in all."""


class PostFailed(Exception):
    """A message was not taken, and why; without the address, which is a secret."""


async def post(
    address: Token, body: bytes, headers: Mapping[str, str], *, transport: httpx.AsyncBaseTransport | None = None,
    deadline: float = DEADLINE,
) -> None:  # fmt: skip
    """Send a message to a webhook: once, by a client of its own that has no token, follows nothing and keeps nothing.

    The proxy and the certificate authorities are those that the platforms are asked through; an address of this
    machine is never reached through a proxy.

    Raises:
        PostFailed: The address is none over https (or of this machine), nobody answered, or the answer was no success.
    """
    url = read_address(address.reveal()) or httpx.URL("")
    local = is_loopback(url.host)
    if not url.host or url.userinfo or (url.scheme != "https" and not (local and url.scheme == "http")):
        raise PostFailed("the address is not https://...")
    try:
        async with (
            asyncio.timeout(deadline),
            httpx.AsyncClient(
                transport=transport or _network(), follow_redirects=False, trust_env=False,
                headers={"User-Agent": "taskdeck"},
            ) as client,
            client.stream("POST", url, content=body, headers=dict(headers)) as response,
        ):  # fmt: skip
            status = response.status_code
    except ConfigError as error:  # of the proxy, named by its variable
        raise PostFailed(str(error)) from None
    except httpx.ProxyError as error:
        raise PostFailed(f"the proxy does not lead there ({type(error).__name__})") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TimeoutError) as error:
        if distrust(error) is not None:
            raise PostFailed("the certificate is not trusted; name its authority in REQUESTS_CA_BUNDLE") from None
        raise PostFailed(f"nobody took it ({type(error).__name__})") from None
    if not 200 <= status < 300:
        raise PostFailed(f"the answer was {status}")


def _network() -> Routed:
    """One connection, by the proxies and authorities of this machine as they are set now."""
    found = bundle()
    return Routed(tls(found.path if found else None, False), httpx.Limits(max_connections=1), None)
