"""`--demo`: the embedded sandbox's accounts, reached in this process without any network."""

from functools import cache
from typing import Any

from tui.domain.token import Token
from tui.settings import Account
from tui.settings.secrets import HeldToken

__all__ = ["demo"]

_BASE = "http://127.0.0.1"
"""Nothing listens there: the transport calls the application itself."""


@cache
def demo() -> tuple[tuple[Account, ...], Any]:
    """The accounts and the transport that leads to them. Starlette and httpx are loaded only here.

    There is one world in a process: whoever asks again gets the same.
    """
    from tui.platforms.http import asgi_transport
    from tui.sandbox.app import demo_app

    world = demo_app()
    accounts = tuple(
        Account(a["name"], a["platform"], a["url"], HeldToken(Token(a["token"]), "the demo"))
        for a in world.accounts(_BASE)
    )
    return accounts, asgi_transport(world.app)
