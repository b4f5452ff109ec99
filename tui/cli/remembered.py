"""What commands that look back read: the platforms' lists, and what the history holds beyond them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tui.cli.exit_codes import Exit
from tui.cli.filters import Filter, name_projects
from tui.cli.output import say
from tui.cli.tasks import collect
from tui.cli.wiring import Session
from tui.domain.task import Task, TaskRef
from tui.settings import Settings
from tui.store.deck import Deck

__all__ = ["Past", "look_back"]


@dataclass(frozen=True, slots=True)
class Past:
    """Tasks of the accounts, each once."""

    tasks: tuple[Task, ...]
    """Those that match the filter; batches and single tasks, no children."""
    remembered: frozenset[TaskRef]
    """Those that the platform no longer tells of, or whose end it has forgotten."""
    code: Exit
    """The worst that happened while reading."""


async def look_back(session: Session, deck: Deck, settings: Settings, wanted: Filter, since: datetime) -> Past:
    """Read the lists, note them in the history, and add what only the history knows since then.

    An account that cannot be read is told from the history alone; its exit code stays.
    """
    names = [account.name for account in wanted.accounts(settings.accounts)]
    moment = session.moment(settings)
    matches = await wanted.of(deck, names, moment)
    live, code = await collect(deck, names, partial=session.partial)
    await asyncio.gather(*(name_projects(deck, name) for name in {task.ref.account for task in live}))
    history = session.history(settings)
    try:
        history.note(task for task in live if task.native_status)
        known = await asyncio.to_thread(history.tasks, names, since)
    finally:
        await asyncio.to_thread(history.close)
    if history.notice:
        say(history.notice)
    tasks, remembered = _joined(live, known)
    return Past(tuple(filter(matches, tasks)), remembered, code)


def _joined(live: Sequence[Task], known: Sequence[Task]) -> tuple[list[Task], frozenset[TaskRef]]:
    """Both, each task once: the platform's word goes first, unless it has forgotten how the task ended."""
    by_ref = {task.ref: task for task in live}
    remembered = set()
    for old in known:
        new = by_ref.get(old.ref)
        if old.parent is not None or old.ref.job is not None:
            continue
        if new is None or (new.is_expired and old.status.is_final):
            by_ref[old.ref] = old if new is None else replace(new, status=old.status, ended=old.ended)
            remembered.add(old.ref)
    return list(by_ref.values()), frozenset(remembered)
