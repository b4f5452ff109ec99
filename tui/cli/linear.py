"""The list as numbered lines, for screen readers and terminals that cannot be drawn on (`--plain`)."""

import sys

from tui.cli.exit_codes import Exit, worst
from tui.cli.filters import Filter
from tui.cli.output import say
from tui.cli.tasks import matching
from tui.cli.wiring import Session
from tui.domain.text import plain

__all__ = ["print_linear"]


async def print_linear(session: Session, query: str) -> int:
    """Print every task that matches as one line: its number, name, status, what it says of a failure, reference."""
    settings = session.settings()
    wanted = Filter.read((), query or None, settings.accounts)
    async with session.deck(settings) as deck:
        rows, code = await matching(session, deck, settings, wanted)
    for number, task in enumerate(rows, 1):
        why = f", {plain(task.reason, 200)}" if task.reason else ""
        sys.stdout.write(f"{number}. {plain(task.name, 200)}, {task.status.value}{why}, {task.ref}\n")
    if not rows:
        say("no task matches")
    return worst([code, Exit.USAGE if settings.errors else Exit.FINE])
