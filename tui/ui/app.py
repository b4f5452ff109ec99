"""The application: which keys hold everywhere, which screen a word or a message opens, what is kept for next time."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.domain.action import Verb
from tui.domain.errors import TuiError
from tui.domain.query import FilterScope
from tui.domain.task import TaskRef
from tui.settings import Settings
from tui.settings.saved import SavedView, read_aliases, read_history, read_views, save_history
from tui.store.deck import Deck
from tui.ui.acting_app import ActingApp
from tui.ui.messages import Grouped
from tui.ui.screens.work import EVERYWHERE, Opened, View, WorkScreen

if TYPE_CHECKING:
    from tui.ui.widgets.filter_bar import FilterBar

__all__ = ["TaskdeckApp"]

_LOADING = 1.0
"""Seconds until what is not shown yet is loaded, so that the first key need not wait for it."""


class TaskdeckApp(ActingApp, inherit_bindings=False):
    """The interface over one deck.

    The list paints before anything else is loaded: what only a key or a word leads to is in `opening.py` and
    `runner.py`, which are imported when they are used.
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

    def __init__(
        self, deck: Deck, settings: Settings, query: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(deck, settings, query, environment or {})
        self._handles = dict(deck.handles)
        """The accounts as they were given."""
        self.aliases: dict[str, str] = {}
        """The user's own words for commands."""
        self.history: list[str] = []
        """Lines typed after `:`, oldest first."""

    def on_mount(self) -> None:
        """What the first paint can do without comes after it."""
        self.call_after_refresh(self._read_saved)
        self.set_timer(_LOADING, self._load_screens)

    @work(group="load", thread=True)
    def _load_screens(self) -> None:
        """Load what the first key will want, once the list is painted."""
        import_module("tui.ui.console.navigation")
        import_module("tui.ui.console.handlers")

    # --- screens -------------------------------------------------------------------------------------------------

    def on_opened(self, message: Opened) -> None:
        """Show a task, a batch, a job, a log; copy; act."""
        self.open(message.ref, message.view, message.text, message.refs)

    def open(self, ref: TaskRef, view: View, text: str = "", refs: tuple[TaskRef, ...] = ()) -> None:
        """Show something about a task; what `text` and `refs` mean is said at `Opened`."""
        from tui.ui.console.navigation import screen_for

        if view is View.COPY:
            self.copy(text or str(ref))
        elif view is View.ADDRESS:
            self.take("address", text)
        elif view is View.ACTIONS:
            self.act_on(ref, Verb(text) if text else None, refs)
        elif (screen := screen_for(view, ref, self.deck, refs=refs)) is None:
            self.say(f"{view.value} is not there yet", "warn")
        else:
            self.show(screen)

    def on_grouped(self, message: Grouped) -> None:
        """Group the failures of the list."""
        self.group_failures(message.query, message.marked, message.focus)

    def group_failures(self, query: str, marked: tuple[TaskRef, ...] = (), focus: TaskRef | None = None) -> None:
        """The reasons of what failed among the tasks that match a filter, or among the marked ones."""
        from tui.ui.screens.triage import TriageScreen  # here, for the list paints before the other screens are loaded

        self.show(TriageScreen(EVERYWHERE, self.deck, self.deck.clock, query, focus, marked=marked))

    @property
    def filter_scope(self) -> FilterScope:
        """How filters are read and what they know, the same on every screen."""
        return FilterScope(self.list_screen.language, lambda: self.list_screen.context)

    def show(self, screen: Screen[Any]) -> None:
        """Push a screen, bound to the snapshot."""
        if isinstance(screen, WorkScreen):
            handle = self.deck.handles.get(screen.ref.account)
            screen.set_reactive(WorkScreen.read_only, handle is not None and handle.read_only)
        if hasattr(type(screen), "snapshot"):
            screen.data_bind(TaskdeckApp.snapshot)
        self.push_screen(screen)

    def action_show(self, name: str, topic: str = "") -> None:
        """One of our own screens: `help`, `problems`, `accounts`, `settings`, `actions`, `command`, `palette`."""
        from tui.ui.console.navigation import show_own

        show_own(self, name, topic)

    @property
    def grouped(self) -> bool:
        """Groups are shown instead of rows."""
        from tui.ui.screens.groups import GroupsScreen

        return any(isinstance(screen, GroupsScreen) for screen in self.screen_stack)

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
        self._keep_history("filters", self.list_screen.bar.history)

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
        self.list_screen.bar.history[:0] = filters
        self.list_screen.take_views(views)

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
        self.list_screen.draw()
