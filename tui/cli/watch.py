"""`watch`: one line a change, for as long as it runs; what the rules ask for is told."""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

from tui.cli.exit_codes import Exit, words_of
from tui.cli.filters import Filter
from tui.cli.output import dumps, say
from tui.cli.telling import ALL_WAYS, Telling
from tui.cli.wiring import Session
from tui.domain.errors import PlatformError
from tui.domain.record import task_record, time_text
from tui.domain.status import TaskStatus
from tui.domain.text import plain
from tui.settings import Settings
from tui.settings.notify import DEFAULT_ON
from tui.settings.zones import zone_of
from tui.store.deck import Deck
from tui.store.polling.pace import Intervals
from tui.store.watch import Rule, Transition

__all__ = ["watch"]

_LOOK = 1.0
"""Seconds between a change and its line at most."""


async def watch(
    session: Session,
    words: Sequence[str],
    query: str | None,
    style: str,
    on: Sequence[str],
    span: timedelta | None,
    *,
    notify: bool,
) -> int:
    """Print each change of a task that matches; ends after `span`, or when it is ended.

    It goes on through lost networks and renewed tokens, which it says once each.
    """
    settings = session.settings()
    wanted = Filter.read(words, query, settings.accounts)
    history = session.history(settings)
    if history.notice:
        say(history.notice)
    statuses = frozenset(map(TaskStatus, on)) or frozenset(TaskStatus)
    extra = []
    if notify:
        told = frozenset(map(TaskStatus, on)) or frozenset(DEFAULT_ON)
        extra.append((Rule("watch", lambda task: False, told, ALL_WAYS), wanted))
    # Closed by the deck, and by this where there is no deck to be had.
    async with AsyncExitStack() as stack:
        stack.callback(history.close)
        deck = await stack.enter_async_context(session.deck(settings, history=history))
        deck.set_intervals(_intervals(settings))
        deck.focus(True)
        names = {account.name for account in wanted.accounts(settings.accounts)}
        terminal = sys.stderr if sys.stderr.isatty() else None
        telling = Telling(
            session, settings, deck, history,
            write=None if terminal is None else lambda text: _write(terminal, text), environment=os.environ,
            extra=extra,
        )  # fmt: skip
        printer = _Printer(session, settings, deck, wanted, names, statuses, style)
        telling.watcher.each = printer.take
        await _until(deck, telling, printer, span)
    return Exit.FINE


def _intervals(settings: Settings) -> Intervals:
    refresh = settings.refresh
    return Intervals(
        visible=refresh.visible.total_seconds(),
        blurred=refresh.hidden.total_seconds(),
        full=refresh.full.total_seconds(),
    )


def _write(stream: Any, text: str) -> None:
    with suppress(OSError, ValueError):
        stream.write(text)
        stream.flush()


async def _until(deck: Deck, telling: Telling, printer: "_Printer", span: timedelta | None) -> None:
    """Run everything until the time is over; what breaks one part ends all."""
    work = [asyncio.ensure_future(deck.run()), asyncio.ensure_future(telling.run())]
    start = deck.clock.monotonic()
    try:
        while span is None or deck.clock.monotonic() - start < span.total_seconds():
            for task in work:
                if task.done():
                    task.result()
            printer.print()
            await deck.clock.sleep(_LOOK)
        await telling.watcher.flush()
        await telling.notifier.finish()
        printer.print()
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)


class _Printer:
    """Prints changes. They come from inside the store, where nothing may go wrong: lines are written outside of it."""

    def __init__(
        self, session: Session, settings: Settings, deck: Deck, wanted: Filter, names: set[str],
        statuses: frozenset[TaskStatus], style: str,
    ) -> None:  # fmt: skip
        self._session, self._settings, self._deck, self._wanted = session, settings, deck, wanted
        self._names, self._statuses, self._style = names, statuses, style
        self._zone = zone_of(settings.display.zone)
        self._waiting: list[Transition] = []
        self._trouble: dict[str, str] = {}

    def take(self, transition: Transition) -> None:
        """Print it soon."""
        self._waiting.append(transition)

    def print(self) -> None:
        """Write what waits, and what went wrong or right again with an account."""
        changes, self._waiting = self._waiting, []
        if changes:
            matches = self._wanted.test(self._session.moment(self._settings), self._deck.me, self._deck.projects)
            for change in changes:
                task = change.task
                if task.ref.account in self._names and task.status in self._statuses and matches(task):
                    sys.stdout.write(self._line(change) + "\n")
            sys.stdout.flush()
        for name, feed in self._deck.store.snapshot.feeds.items():
            error = feed.error
            if error is not None and self._trouble.get(name) != str(error):
                self._trouble[name] = str(error)
                say(f"{_said(error)}; it goes on")
            elif error is None and feed.fetched is not None and name in self._trouble:
                del self._trouble[name]
                say(f"{name} answers again")

    def _line(self, change: Transition) -> str:
        task, before = change.task, change.before
        now = self._deck.clock.now()
        if self._style == "ndjson":
            record = {
                "at": time_text(now),
                "ref": str(task.ref),
                "before": None if before is None else before.value,
                "status": task.status.value,
                "task": task_record(task, now),
            }
            return dumps(record, sys.stdout)
        was = "new" if before is None else before.value
        why = f"  {plain(task.reason, 200)}" if task.reason and task.status is TaskStatus.FAILED else ""
        at = now.astimezone(self._zone)
        return f"{at:%Y-%m-%dT%H:%M:%S%z} {task.ref} {was} -> {task.status.value}  {plain(task.name, 200)}{why}"


def _said(error: PlatformError) -> str:
    return words_of(error)
