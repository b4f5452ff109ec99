"""The terminal interface: refused where there is no terminal, started where there is one."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from tui.cli.environment import check_textual
from tui.cli.event_loop import run_loop
from tui.cli.exit_codes import NoAccount
from tui.cli.fault_report import report
from tui.cli.wiring import Session
from tui.domain.errors import UsageError
from tui.settings import Settings
from tui.settings.looks import Looks, check_terminal, looks_of
from tui.store.deck import Deck
from tui.store.history.database import History

__all__ = ["interface"]


def interface(session: Session, query: str) -> int:
    """Run the interface until the user leaves it.

    Raises:
        NoAccount: There is none, and the user wanted no demo either.
        UsageError: Standard input or output is not a terminal (R45), or one that cannot be drawn on.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the interface needs a terminal; to print the list: taskdeck tasks")
    check_terminal(os.environ)
    check_textual()
    for name in ("COLUMNS", "LINES"):  # they tell of another terminal, or of an earlier size
        os.environ.pop(name, None)
    return run_loop(_interface(session, query), ends_process=session.ends_process)


async def _interface(session: Session, query: str) -> int:
    settings = session.settings()
    watchdog = import_module("tui.ui.terminal.watchdog").Watchdog((sys.stdin.fileno(), sys.stdout.fileno()))
    chosen = None
    while not settings.accounts:
        chosen, code = await _welcome(session, settings, watchdog, again=chosen is not None)
        if chosen is None:
            if code:
                return code
            raise NoAccount
        session = replace(session, demo=chosen == "demo")
        settings = session.settings()
    if session.demo:
        from tui.cli.demo import enliven

        enliven()
    history = session.history(settings)
    async with session.deck(settings, screen=True, history=history) as deck:
        looks = _before_textual(settings)
        # By name: Textual is loaded here, and only for who wants the interface.
        app: Any = import_module("tui.ui.app").TaskdeckApp(deck, settings, query=query, environment=os.environ)
        _guard(app, watchdog)
        async with _telling(session, settings, deck, history, app):
            await app.run_async(mouse=looks.mouse)
        if app.fault is not None:
            raise app.fault
        return int(app.return_code or 0)


@asynccontextmanager
async def _telling(session: Session, settings: Settings, deck: Deck, history: History, app: Any) -> AsyncIterator[None]:
    """While the interface runs, tell what the rules of the configuration ask for; without rules nothing runs."""
    if not settings.watches:
        yield
        return
    from tui.cli.telling import Telling

    telling = Telling(
        session, settings, deck, history,
        write=app.send, focused=lambda: deck.focused, environment=os.environ,
        show=lambda message: app.notify(message.text, title=message.title, timeout=8, markup=False),
        complain=lambda text: app.notify(text, severity="warning", timeout=8, markup=False),
    )  # fmt: skip
    work = asyncio.create_task(telling.run(), name="tell")
    try:
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def _guard(app: Any, watchdog: Any) -> None:
    """Let the watchdog end the process when the application does not; a crash is reported all the same (R9)."""
    app.guard(watchdog)
    watchdog.report = lambda: None if app.fault is None else report(app.fault)


async def _welcome(session: Session, settings: Settings, watchdog: Any, *, again: bool) -> tuple[str | None, int]:
    """What the user chose where there is no account, `demo` or `again`; None and the exit code where they left."""
    from tui.cli.account_setup import add_tested

    looks = _before_textual(settings)
    app: Any = import_module("tui.ui.welcome").WelcomeApp(
        settings.path, settings.display, os.environ, partial(add_tested, session), again=again
    )
    _guard(app, watchdog)
    await app.run_async(mouse=looks.mouse)
    if app.fault is not None:
        raise app.fault
    return app.chosen, int(app.return_code or 0)


def _before_textual(settings: Settings) -> Looks:
    """Textual reads its variables once, when it is loaded: nothing moves, and over SSH it draws rarely."""
    looks = looks_of(settings.display, os.environ)
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if looks.frames is not None:
        os.environ.setdefault("TEXTUAL_FPS", str(looks.frames))
        os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    return looks
