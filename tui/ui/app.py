"""The application: which keys hold everywhere, which screen a word or a message opens, what is kept for next time."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.events import AppBlur, AppFocus
from textual.notifications import SeverityLevel
from textual.reactive import reactive
from textual.screen import Screen

from tui.domain.errors import TuiError
from tui.domain.query import FilterScope
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.settings import Settings
from tui.settings.saved import SavedView, read_aliases, read_history, read_views, save_history
from tui.store.deck import Deck
from tui.store.polling.pace import Intervals
from tui.store.snapshot import EMPTY, Change, Snapshot
from tui.ui.follower import StoreFollower
from tui.ui.messages import Acted, AddressShown, Copied, Grouped, OfTask, Opened, View
from tui.ui.present.told import ToldLog
from tui.ui.screens.tasks import TasksScreen
from tui.ui.terminal.app import TerminalApp
from tui.ui.widgets.message_line import MessageLine

if TYPE_CHECKING:
    from tui.ui.console.actions import ActionRunner
    from tui.ui.screens.actions import ActionsScreen
    from tui.ui.widgets.filter_bar import FilterBar

__all__ = ["TaskdeckApp"]

_LOADING = 1.0
"""Seconds until what is not shown yet is loaded, so that the first key need not wait for it."""
_ROLES: Mapping[SeverityLevel, str] = {"error": "bad", "warning": "warn"}


class TaskdeckApp(TerminalApp, inherit_bindings=False):
    """The interface over one deck.

    The list paints before anything else is loaded: what only a key or a word leads to is in `console`, whose modules
    are imported when they are used.
    """

    TITLE = "taskdeck"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", "stop", show=False, priority=True),
        Binding("ctrl+l", "redraw", "redraw", show=False),
        Binding("ctrl+z", "suspend_process", "suspend", show=False),
        Binding("M", "mouse", "mouse", show=False),
        Binding("comma", "show('settings')", "settings", show=False),
    ]

    snapshot: reactive[Snapshot] = reactive(EMPTY, repaint=False)
    """All lists as last known; the screens bind to it."""
    list_screen: TasksScreen
    """The list, at the bottom of the stack from the start to the end."""

    def __init__(
        self, deck: Deck, settings: Settings, query: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(settings.display, settings.clipboard.via, environment or {})
        self.deck = deck
        self.settings = settings
        self._query = query
        self._follower = StoreFollower(self._draw, self.call_next, self.set_timer)
        self._actions: ActionRunner | None = None
        deck.set_intervals(
            Intervals(
                visible=settings.refresh.visible.total_seconds(),
                blurred=settings.refresh.hidden.total_seconds(),
                full=settings.refresh.full.total_seconds(),
            )
        )
        self._handles = dict(deck.handles)
        """The accounts as they were given."""
        self.aliases: dict[str, str] = {}
        """The user's own words for commands."""
        self.history: list[str] = []
        """Lines typed after `:`, oldest first."""
        self.told = ToldLog()
        """What was said, wherever it stood."""

    def on_mount(self) -> None:
        """Show what is known, then run the deck beside it; what the first paint can do without comes later."""
        self.deck.show_cached()
        self.snapshot = self.deck.store.snapshot
        self._unsubscribe = self.deck.store.subscribe(self._follower.heard)
        self.list_screen = TasksScreen(self.deck, self.deck.clock, self._query)
        self.push_screen(self.list_screen)
        self._run_deck()
        self.call_after_refresh(self._read_saved)
        self.set_timer(_LOADING, self._load_screens)

    def on_unmount(self) -> None:
        """The store may live longer."""
        self._unsubscribe()

    @work(group="deck", exit_on_error=True)
    async def _run_deck(self) -> None:
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        await self.deck.run(painted.wait)

    @work(group="load", thread=True)
    def _load_screens(self) -> None:
        """Load what the first key will want, once the list is painted."""
        import_module("tui.ui.console.navigation")
        import_module("tui.ui.console.handlers")

    # --- screens -------------------------------------------------------------------------------------------------

    def on_opened(self, message: Opened) -> None:
        """Show a task, a batch, a job, a log, a comparison."""
        self.open(message.ref, message.view, message.other)

    def open(self, ref: TaskRef, view: View, other: TaskRef | None = None) -> None:
        """Show something about a task."""
        from tui.ui.console.navigation import screen_for

        self.show(screen_for(view, ref, self.deck, other))

    def on_copied(self, message: Copied) -> None:
        """Copy what a screen asks for."""
        self.copy(message.text)

    def on_address_shown(self, message: AddressShown) -> None:
        """Show a whole address, to open or copy it."""
        self.take("address", message.url)

    def on_grouped(self, message: Grouped) -> None:
        """Group the failures of the list."""
        self.group_failures(message.query, message.marked, message.focus)

    def group_failures(self, query: str, marked: tuple[TaskRef, ...] = (), focus: TaskRef | None = None) -> None:
        """The reasons of what failed among the tasks that match a filter, or among the marked ones."""
        from tui.ui.failure_scope import EVERYWHERE
        from tui.ui.screens.triage import TriageScreen  # here, for the list paints before the other screens are loaded

        self.show(TriageScreen(EVERYWHERE, self.deck, self.deck.clock, query, focus, marked=marked))

    @property
    def filter_scope(self) -> FilterScope:
        """How filters are read and what they know, the same on every screen."""
        return FilterScope(self.list_screen.query_of.language, lambda: self.list_screen.context)

    def show(self, screen: Screen[Any]) -> None:
        """Push a screen, bound to the snapshot."""
        if hasattr(type(screen), "snapshot"):
            screen.data_bind(TaskdeckApp.snapshot)
        self.push_screen(screen)

    def action_show(self, name: str, topic: str = "") -> None:
        """The same by a key."""
        self.show_own(name, topic)

    def show_own(self, name: str, topic: str = "") -> None:
        """One of our own screens: `help`, `problems`, `accounts`, `settings`, `actions`, `command`, `palette`."""
        from tui.ui.console.navigation import show_own

        show_own(self, name, topic)

    @property
    def grouped(self) -> bool:
        """Groups are shown instead of rows."""
        from tui.ui.console.protocol import Sorting

        return any(isinstance(screen, Sorting) for screen in self.screen_stack if screen is not self.list_screen)

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""
        self.copy_to_clipboard(text)

    def action_take(self, what: str) -> None:
        """Copy, save or open something."""
        self.take(what)

    def take(self, what: str, url: str | None = None) -> None:
        """The same; an address may be given."""
        from tui.ui.console.copy_save import take

        take(self, what, url)

    def act_later(self, action: str, on: Any) -> None:
        """Run an action of a screen or pane, behind what is on its way."""
        self.call_next(self.run_action, action, on)

    # --- acting --------------------------------------------------------------------------------------------------

    @property
    def actions(self) -> "ActionRunner":
        """Plans and sends actions; nothing of it is needed for the first paint."""
        if self._actions is None:
            from tui.ui.console.actions import ActionRunner

            self._actions = ActionRunner(self)
        return self._actions

    @property
    def at_hand(self) -> tuple[Task, ...]:
        """What a command is about: the task that is open, else the marked ones, else the one under the cursor."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, OfTask):
                task = screen.task_now
                return () if task is None else (task,)
        return self.list_screen.chosen

    def known(self, ref: TaskRef) -> Task | None:
        """A task as last known, by the list or by the screen that is open."""
        task = self.snapshot.task(ref)
        if task is None and isinstance(self.screen, OfTask) and self.screen.ref == ref:
            return self.screen.task_now
        return task

    def on_acted(self, message: Acted) -> None:
        """Menu or plan for these."""
        if message.inside is None:
            self.actions.ask(message.refs, message.verb)
        else:
            self.actions.ask_inside(message.inside, message.verb, message.refs)

    def on_actions_screen_continued(self, message: "ActionsScreen.Continued") -> None:
        """Exactly the rest of a plan; the dialog asks again."""
        self.actions.go_on(message.run)

    @property
    def _sending(self) -> int:
        """Plans that are being sent."""
        return 0 if self._actions is None else len(self._actions.under_way)

    def action_leave(self) -> None:
        """Leave at once, unless own actions are under way: then asked once."""
        if self._sending and not self.actions.silent:
            self.actions.silent = True
            self.say(f"{self._sending} of your actions under way; q again leaves, esc stays", "warn")
        else:
            self.exit()

    def action_interrupt(self) -> None:
        """Send no more of what is being sent."""
        said = "stopping: nothing more is sent; " if self._sending else ""
        if self._actions is not None:
            self._actions.stop()
        self.say(f"{said}ctrl+c again leaves", "warn")

    # --- what was typed, and what is kept of it ------------------------------------------------------------------

    def command_typed(self, text: str | None) -> None:
        """Do what was typed after `:`, and keep it."""
        from tui.ui.commands import expand
        from tui.ui.console.handlers import run_command

        if not text:
            return
        meant = expand(text, self.aliases, self.history)
        if text.strip(": ") != "!!" and (not self.history or self.history[-1] != text):
            self.history.append(text)
            self._keep_history("commands", self.history)
        run_command(self, meant)

    def on_filter_bar_accepted(self, message: "FilterBar.Accepted") -> None:
        """A filter was used: it can be had again, also in the next session."""
        self._keep_history("filters", self.list_screen.panes.bar.history)

    def _keep_history(self, name: str, lines: list[str]) -> None:
        """On a thread: a home on a network may be slow."""
        self.run_worker(partial(save_history, name, list(lines)), thread=True, group="history")

    @work(thread=True, group="history")
    def _read_saved(self) -> None:
        """Histories, aliases and views."""
        found = read_history("commands"), read_history("filters"), read_aliases(), read_views()
        self.call_from_thread(self._take_saved, *found)

    def _take_saved(
        self, commands: list[str], filters: list[str], aliases: dict[str, str], views: dict[str, SavedView]
    ) -> None:
        self.history[:0] = commands
        self.aliases = aliases
        self.list_screen.panes.bar.history[:0] = filters
        self.list_screen.panes.take_views(views)

    # --- accounts ------------------------------------------------------------------------------------------------

    @work(group="login", exclusive=True)
    async def login(self, account: str) -> None:
        """Read an account's token again, and ask who we are (R10); where that finds the same, say what helps."""
        if (handle := self.deck.handles.get(account)) is not None and handle.renewal:
            self.say(f"{account}: {handle.renewal}", "warn")
            return
        try:
            await self.deck.reconnect(account)
            info = await self.deck.info(account)
        except TuiError as error:
            self.say(str(error), "bad")
        else:
            self.say(f"{account}: the token was read again, user {info.user or 'not said'}", "good")

    def set_read_only(self, on: bool) -> None:
        """Offer no action on any account; `off` goes back to what was set at the start, and never beyond."""
        for name, handle in self._handles.items():
            self.deck.handles[name] = replace(handle, read_only=on or handle.read_only)
        self.say("read-only: no action is offered" if on else "actions are offered where the settings allow them")
        self.list_screen.panes.draw()

    # --- following the store ---------------------------------------------------------------------------------------

    def _draw(self, change: Change) -> None:
        """Give the screens what is new."""
        self.snapshot = change.snapshot
        self.list_screen.changed(change)

    def on_app_focus(self, event: AppFocus) -> None:
        """Somebody looks again."""
        self.deck.focus(True)

    def on_app_blur(self, event: AppBlur) -> None:
        """Nobody looks: ask rarely."""
        self.deck.focus(False)

    # --- the list ------------------------------------------------------------------------------------------------

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
        if not self.list_screen.query_of.known:
            return "taskdeck loading"
        totals = self.list_screen.listing.totals()
        return f"taskdeck {totals.of(TaskStatus.FAILED)} fail {totals.of(TaskStatus.RUNNING)} run"

    def say(self, text: str, role: str = "") -> None:
        """Tell the user: in the list's message line, elsewhere as a toast."""
        if self.screen is self.list_screen:
            self.list_screen.say(text, role)
        else:
            severity: Any = {said: level for level, said in _ROLES.items()}.get(role, "information")
            self.notify(text, severity=severity, timeout=8, markup=False)

    def on_message_line_said(self, message: MessageLine.Said) -> None:
        """What the list said stays readable under `!`."""
        self.told.add(self.deck.clock.now(), message.text, message.role)

    def notify(
        self, message: str, *, title: str = "", severity: SeverityLevel = "information",
        timeout: float | None = None, markup: bool = True,
    ) -> None:  # fmt: skip
        """A toast; what it says stays readable under `!`."""
        self.told.add(self.deck.clock.now(), message, _ROLES.get(severity, ""))
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)
