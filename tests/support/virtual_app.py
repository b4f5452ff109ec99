"""The whole interface over a sandbox on the virtual clock: pollers, timers, latency and stalls pass in no time.

Threads do their work in real time, in which the clock stands still.
"""

import asyncio
import functools
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.support.app import Table
from tests.support.clocks import START, VirtualClock, VirtualLoop
from tests.support.waiting import PATIENCE
from tui.cli.wiring import handle
from tui.domain.token import Token
from tui.platforms.http import asgi_transport
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock
from tui.settings import Account, Settings
from tui.settings.secrets import HeldToken
from tui.store.actions.journal import Journal
from tui.store.cache.database import Cache
from tui.store.deck import Deck
from tui.ui.app import TaskdeckApp

__all__ = ["alive", "living"]


class _Loop(VirtualLoop):
    """Time does not jump while a thread works."""

    def __init__(self) -> None:
        super().__init__()
        self._working = 0
        jump: Any = self._jump
        self._select = jump.select
        jump.select = self._wait

    def _wait(self, timeout: float | None = None) -> list[Any]:
        if self._working and timeout != 0:
            return super(type(self._jump), self._jump).select(PATIENCE)  # the thread's end wakes it
        ready: list[Any] = self._select(timeout)
        return ready

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        self._working += 1
        done = asyncio.BaseEventLoop.run_in_executor(self, executor, func, *args)
        done.add_done_callback(self._worked)
        return done

    def _worked(self, done: object) -> None:
        self._working -= 1


def living(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a test of a coroutine over `alive()`."""

    @functools.wraps(test)
    def run(*args: Any, **named: Any) -> None:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            loop = runner.get_loop()
            with patch("textual._time.get_time", loop.time):
                runner.run(test(*args, **named))

    return run


class _WorldClock(WorldClock):
    """The sandbox's time is the loop's."""

    def now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time()) + self._extra


@asynccontextmanager
async def alive(
    *, tasks: int = 90, size: tuple[int, int] = (110, 30), faults: str = "", place: Path | None = None,
    around: Callable[[Any], Any] = lambda app: app, **sandbox: Any,
) -> AsyncIterator[Table]:  # fmt: skip
    """The app over all accounts of the demo; `place` holds its journal and its cache, None for neither; `around` stands
    between the program and the sandbox."""
    world = Sandbox(seed=1, tasks=tasks, clock=_WorldClock(START), faults=faults, **sandbox)
    clock = VirtualClock()
    transport = asgi_transport(around(world.app))
    accounts = tuple(
        Account(a["name"], a["platform"], a["url"], HeldToken(Token(a["token"]), "the sandbox"))
        for a in world.accounts("http://127.0.0.1")
    )
    settings = Settings(path=Path("config.toml"), accounts=accounts)
    handles = [handle(account, clock, lambda: transport) for account in accounts]
    more = {"cache": Cache(place / "tasks.db")} if place else {}
    journal = Journal(place / "journal" if place else None)
    async with Deck(handles, clock=clock, journal=journal, rng=random.Random(1), **more) as deck:
        app = TaskdeckApp(deck, settings)
        async with app.run_test(size=size) as pilot:
            yield Table(app, pilot, world)
