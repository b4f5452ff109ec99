"""The part of the application that lives by the deck: runs it, holds the snapshot, draws what is new at a pace."""

import asyncio
from collections.abc import Mapping
from typing import Any

from textual import work
from textual.events import AppBlur, AppFocus
from textual.reactive import reactive

from tui.domain.status import TaskStatus
from tui.settings import Settings
from tui.store.deck import Deck
from tui.store.polling.pace import Intervals
from tui.store.snapshot import EMPTY, Change, Snapshot
from tui.ui.messages import StoreChanged
from tui.ui.screens.tasks import TasksScreen
from tui.ui.terminal.app import TerminalApp

__all__ = ["DeckApp"]

_SPARING = 0.25
"""Seconds between two drawings while a long list loads."""
_LONG = 2_000


class DeckApp(TerminalApp, inherit_bindings=False):
    """Shows the list, which follows the store."""

    snapshot: reactive[Snapshot] = reactive(EMPTY, repaint=False)
    """All lists as last known; the screens bind to it."""

    def __init__(self, deck: Deck, settings: Settings, query: str, environment: Mapping[str, str]) -> None:
        super().__init__(settings.display, settings.clipboard.via, environment)
        self.deck = deck
        self.settings = settings
        self._query = query
        self._waiting: Change | None = None
        self._drawn_at = 0.0
        deck.set_intervals(
            Intervals(
                visible=settings.refresh.visible.total_seconds(),
                blurred=settings.refresh.hidden.total_seconds(),
                full=settings.refresh.full.total_seconds(),
            )
        )

    def on_mount(self) -> None:
        """Show what is known, then run the deck beside it."""
        self.deck.show_cached()
        self.snapshot = self.deck.store.snapshot
        self._unsubscribe = self.deck.store.subscribe(self._heard)
        self.push_screen(TasksScreen(self.deck, self.deck.clock, self._query).data_bind(DeckApp.snapshot))
        self._run_deck()

    def on_unmount(self) -> None:
        """The store may live longer."""
        self._unsubscribe()

    @work(group="deck", exit_on_error=True)
    async def _run_deck(self) -> None:
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        await self.deck.run(painted.wait)

    # --- data ----------------------------------------------------------------------------------------------------

    def _heard(self, change: Change) -> None:
        """The store has something new. While a long list loads it is drawn four times a second, else at once."""
        message = StoreChanged(change)
        if self._waiting is not None:
            message.can_replace(StoreChanged(self._waiting))
            self._waiting = message.change
            return
        self._waiting = change
        feeds = (*change.snapshot.feeds.values(), *change.snapshot.children.values())
        long = sum(len(feed.tasks) for feed in feeds) > _LONG and any(feed.loading for feed in feeds)
        wait = self._drawn_at + _SPARING - asyncio.get_running_loop().time()
        if long and wait > 0:
            self.set_timer(wait, self._pass_on)
        else:
            self.call_next(self._pass_on)

    def _pass_on(self) -> None:
        """Give the screens what waits."""
        change, self._waiting = self._waiting, None
        if change is None:
            return
        self._drawn_at = asyncio.get_running_loop().time()
        self.snapshot = change.snapshot
        for screen in self.screen_stack:
            if isinstance(screen, TasksScreen):
                screen.changed(change)

    def on_app_focus(self, event: AppFocus) -> None:
        """Somebody looks again."""
        self.deck.focus(True)

    def on_app_blur(self, event: AppBlur) -> None:
        """Nobody looks: ask rarely."""
        self.deck.focus(False)

    # --- the list ------------------------------------------------------------------------------------------------

    @property
    def list_screen(self) -> TasksScreen:
        """The root."""
        return next(screen for screen in self.screen_stack if isinstance(screen, TasksScreen))

    def back_to_list(self) -> None:
        """Close what lies over the list."""
        while self.screen is not self.list_screen:
            self.pop_screen()

    @property
    def wants_preview(self) -> bool:
        """The list shows the task under its cursor, where there is room."""
        return self.looks.preview

    def title_text(self) -> str:
        """Failures and what runs, of the rows that are shown."""
        if not self.list_screen.known:
            return "taskdeck loading"
        totals = self.list_screen.listing.totals()
        return f"taskdeck {totals.of(TaskStatus.FAILED)} fail {totals.of(TaskStatus.RUNNING)} run"

    def say(self, text: str, role: str = "") -> None:
        """Tell the user: in the list's message line, elsewhere as a toast."""
        if isinstance(self.screen, TasksScreen):
            self.screen.say(text, role)
        else:
            severity: Any = {"bad": "error", "warn": "warning"}.get(role, "information")
            self.notify(text, severity=severity, timeout=8, markup=False)
