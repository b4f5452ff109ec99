"""`--demo`: the embedded sandbox's accounts, reached in this process without any network."""

import threading
from functools import cache
from typing import Any

from tui.domain.token import Token
from tui.sandbox.places import CLUSTER, CLUSTER_PLATFORM, accounts
from tui.settings import Account
from tui.settings.secrets import HeldToken

__all__ = ["demo_accounts", "demo_transport", "enliven"]

_BASE = "http://127.0.0.1"
"""Nothing listens there: the transport calls the application itself."""
_DOWN, _AFTER, _LENGTH = "et", 120.0, 60.0
_AHEAD = 0.5
"""Seconds at most that the first account is ahead of the others."""
_lively = threading.Event()
_answered = threading.Event()
_making = threading.Lock()


def enliven() -> None:
    """Let one account go down in two minutes and come back a minute later: for who watches, not for commands."""
    _lively.set()


@cache
def demo_accounts() -> tuple[Account, ...]:
    """The accounts; nothing of the world is made yet."""
    web = [
        Account(a["name"], a["platform"], a["url"], HeldToken(Token(a["token"]), "the demo")) for a in accounts(_BASE)
    ]
    return *web, Account(CLUSTER, CLUSTER_PLATFORM, source="the demo", address="the demo")


def demo_transport(account: str) -> Any:
    """Leads to the world, which the first caller makes: there is one in a process.

    Each account has its own thread, so that one that is drawn slowly holds no other; where somebody watches, the first
    account goes ahead, because its rows fill the screen. Starlette and httpx are loaded only here.
    """
    if account == CLUSTER:
        with _making:
            return _world().slurm
    ahead = account == demo_accounts()[0].name
    if _lively.is_set() and not ahead:
        _answered.wait(_AHEAD)
    from tui.platforms.http import threaded_transport

    with _making:
        return threaded_transport(_world().app, _answered.set if ahead else None)


@cache
def _world() -> Any:
    from tui.sandbox.app import demo_app

    world = demo_app()
    if _lively.is_set():
        world.outages.plan(_DOWN, _AFTER, _LENGTH)
    return world
