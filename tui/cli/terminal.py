"""The terminal interface: refused where there is no terminal, started where there is one."""

import sys
from importlib import import_module
from typing import Any

from tui.cli.running import run_loop
from tui.cli.wiring import Session
from tui.domain.errors import UsageError

__all__ = ["interface"]


def interface(session: Session, query: str) -> int:
    """Run the interface until the user leaves it.

    Raises:
        UsageError: Standard input or output is no terminal (R45).
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the interface needs a terminal; to print the list: taskdeck tasks")
    return run_loop(_interface(session, query), ends_process=session.ends_process)


async def _interface(session: Session, query: str) -> int:
    settings = session.settings()
    if session.demo:
        from tui.cli.demo import enliven

        enliven()
    async with session.deck(settings, screen=True) as deck:
        # By name: Textual is loaded here, and only for who wants the interface.
        app: Any = import_module("tui.ui.app").TaskdeckApp(deck, settings, query=query)
        await app.run_async()
        if app.fault is not None:
            raise app.fault
        return int(app.return_code or 0)
