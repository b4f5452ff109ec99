"""`--demo`: the embedded sandbox's accounts, reached in this process without any network."""

from functools import cache
from typing import Any

from tui.domain.token import Token
from tui.settings import Account
from tui.settings.secrets import HeldToken

__all__ = ["demo", "enliven"]

_BASE = "http://127.0.0.1"
"""Nothing listens there: the transport calls the application itself."""


_DOWN, _AFTER, _LENGTH = "et", 120.0, 60.0


@cache
def _world() -> Any:
    from tui.sandbox.app import demo_app

    return demo_app()


def enliven() -> None:
    """Let one account go down in two minutes and come back a minute later: for who watches, not for commands."""
    _world().outages.plan(_DOWN, _AFTER, _LENGTH)


@cache
def demo() -> tuple[tuple[Account, ...], Any]:
    """The accounts and the transport that leads to them. Starlette and httpx are loaded only here.

    There is one world in a process: whoever asks again gets the same.
    """
    from tui.platforms.http import asgi_transport

    world = _world()
    accounts = tuple(
        Account(a["name"], a["platform"], a["url"], HeldToken(Token(a["token"]), "the demo"))
        for a in world.accounts(_BASE)
    )
    return accounts, asgi_transport(world.app)
