"""`:actions`: what is being done and can be stopped or gone on with, and what was done."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.message import Message
from textual.screen import Screen

from tui.clock import Clock
from tui.domain.action import Outcome
from tui.store.actions.journal import Entry, Journal
from tui.store.actions.run import Run
from tui.store.actions.service import rest
from tui.ui.present.action_log import COLUMNS, entry_cells, run_cells
from tui.ui.present.cells import Cell
from tui.ui.present.format import count_text
from tui.ui.present.text import row
from tui.ui.screens.help import HelpScreen
from tui.ui.widgets.key_line import KeyLine
from tui.ui.widgets.virtual_table import VirtualTable
from tui.ui.widgets.words import Rule, StyledLines

__all__ = ["ActionsScreen"]

_MOST = 500
_LINE = (
    ("s", "stop"), ("c", "go on with the rest"), ("K", "looked at"), ("r", "read again"), ("?", "help"), ("q", "back"),
)  # fmt: skip
_KEYS = (
    ("j k g G", "move"),
    ("s", "send nothing more of this plan"),
    ("c", "go on with exactly the rest of this plan"),
    ("K", "an unknown outcome was looked at: no start names it again"),
    ("r", "read the journal again"),
    ("esc q", "back"),
)


class ActionsScreen(Screen[None]):
    """Plans of this session first, then the journal, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back", show=False),
        Binding("s", "stop", "stop", show=False),
        Binding("c", "go_on", "go on with the rest", show=False),
        Binding("r", "reload", "read again", show=False),
        Binding("K", "settle", "looked at", show=False),
        Binding("question_mark", "help", "help", show=False),
    ]

    @dataclass
    class Continued(Message):
        """The user wants the rest of a plan to be sent."""

        run: Run
        """Its rest is what was not tried."""

    def __init__(self, runs: Callable[[], Sequence[Run]], journal: Journal, clock: Clock) -> None:
        super().__init__()
        self._runs = runs
        self._journal = journal
        self._clock = clock
        self._entries: dict[str, Entry] = {}

    def compose(self) -> ComposeResult:
        """Title, table, keys."""
        yield StyledLines([row([("actions", "strong")])], id="title")
        yield Rule()
        yield VirtualTable(COLUMNS, self._cells, id="deeds")
        yield Rule()
        yield KeyLine(_LINE)

    def on_mount(self) -> None:
        """Show what is known, read the journal, and follow what is under way."""
        self.set_focus(self.query_one(VirtualTable))
        self._show()
        self.action_reload()
        self.set_interval(1.0, self._show)

    def on_key(self, event: Key) -> None:
        """A key that does nothing here says so in the line of keys."""
        self.query_one(KeyLine).answer(event)

    def action_help(self) -> None:
        """What can be done here."""
        self.app.push_screen(HelpScreen("action log", _KEYS))

    @work(group="journal", exclusive=True)
    async def action_reload(self) -> None:
        """Read the journal again."""
        await self._read()

    async def _read(self) -> None:
        entries = await asyncio.to_thread(self._journal.entries)
        self._entries = {entry.intent: entry for entry in reversed(entries[-_MOST:])}
        self._show()

    def _show(self) -> None:
        runs = [f"run {number}" for number in range(len(self._runs()) - 1, -1, -1)]
        table = self.query_one(VirtualTable)
        keys = [*runs, *self._entries]
        if list(table.view) != keys:
            table.show(keys)
        table.redraw(keys)
        going = sum(not run.over for run in self._runs())
        said = f"actions: {count_text(going, 'plan')} under way" if going else "actions: nothing under way"
        failure = self._journal.failure
        self.query_one("#title", StyledLines).show(row([(said, "strong")], [(failure, "warn")] if failure else []))

    def _cells(self, key: str) -> Sequence[Cell]:
        now = self._clock.now()
        if key.startswith("run "):
            return run_cells(self._runs()[int(key[4:])], now)
        return entry_cells(self._entries[key], now)

    @property
    def _here(self) -> Run | None:
        key = self.query_one(VirtualTable).target or ""
        return self._runs()[int(key[4:])] if key.startswith("run ") else None

    def action_stop(self) -> None:
        """Send nothing more of the plan under the cursor."""
        if self._here is not None:
            self._here.stopped = True
            self._show()

    @work(group="journal", exclusive=True)
    async def action_settle(self) -> None:
        """The user has looked at what became of the action under the cursor: no start names it any more."""
        entry = self._entries.get(self.query_one(VirtualTable).target or "")
        if entry is None or entry.outcome not in {None, Outcome.UNKNOWN} or entry.settled:
            self.notify("only an action whose outcome is unknown has to be looked at", markup=False)
            return
        await asyncio.to_thread(self._journal.settle, entry.intent, self._clock.now())
        await self._read()

    def action_go_on(self) -> None:
        """Exactly the rest of it."""
        run = self._here
        if run is not None and run.over and rest(run.plan, run.results).targets:
            self.post_message(self.Continued(run))
        else:
            self.notify("nothing is left of this one", markup=False)
