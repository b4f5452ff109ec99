"""The application: holds the snapshot, runs the deck, pushes screens, ends on every way out."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.events import AppBlur, AppFocus
from textual.reactive import reactive
from textual.screen import Screen

from tui.domain.action import VERBS, Verb
from tui.domain.errors import TuiError
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.settings import Settings
from tui.settings.saved import SavedView, read_aliases, read_history, read_views, save_history
from tui.store.actions import rest
from tui.store.deck import Deck
from tui.store.pace import Intervals
from tui.store.plan import Plan
from tui.store.snapshot import EMPTY, Change, Snapshot
from tui.ui.acting import Run, carry_out, offers_for, outcome_role, run_text, tag_changes
from tui.ui.bindings import live_actions
from tui.ui.commands import expand
from tui.ui.messages import Acted, StoreChanged
from tui.ui.outside import show_own_log
from tui.ui.prompting import prompt_of
from tui.ui.runner import run_command
from tui.ui.screens.accounts import AccountsScreen
from tui.ui.screens.action_menu import ActionMenu
from tui.ui.screens.actions import ActionsScreen
from tui.ui.screens.ask import AskScreen
from tui.ui.screens.command import CommandScreen
from tui.ui.screens.confirm import ConfirmScreen
from tui.ui.screens.groups import GroupsScreen
from tui.ui.screens.help import HelpScreen
from tui.ui.screens.problems import Cures, ProblemsScreen
from tui.ui.screens.tasks import TasksScreen
from tui.ui.screens.work import Opened, View, WorkScreen
from tui.ui.setting import show_settings
from tui.ui.taking import take
from tui.ui.terminal_app import TerminalApp
from tui.ui.widgets.filter_bar import FilterBar

__all__ = ["TaskdeckApp"]

_INTERRUPT = 130
_TWICE = 1.0
"""Seconds within which a second ctrl+c leaves."""
_SPARING = 0.25
"""Seconds between two drawings while a long list loads."""
_LONG = 2_000
_LOADING = 1.0
"""Seconds until the screens that are not shown yet are loaded, so that the first key need not wait for it."""


class TaskdeckApp(TerminalApp, inherit_bindings=False):
    """The interface over one deck."""

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

    def __init__(
        self, deck: Deck, settings: Settings, query: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(settings.display, settings.clipboard.via, environment or {})
        self.deck = deck
        self.settings = settings
        self.runs: list[Run] = []
        """Plans that were sent in this session, oldest first."""
        self._query = query
        self._handles = dict(deck.handles)
        """The accounts as they were given."""
        self._aliases: dict[str, str] = {}
        self._history: list[str] = []
        """Lines typed after `:`, oldest first."""
        self._waiting: Change | None = None
        self._drawn_at = 0.0
        self._interrupted = float("-inf")
        self._leaving = False
        deck.set_intervals(
            Intervals(
                visible=settings.refresh.visible.total_seconds(),
                blurred=settings.refresh.hidden.total_seconds(),
                full=settings.refresh.full.total_seconds(),
            )
        )

    # --- life ----------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Show what is known, then run the deck beside it."""
        self.deck.show_cached()
        self.snapshot = self.deck.store.snapshot
        self._unsubscribe = self.deck.store.subscribe(self._heard)
        self.push_screen(TasksScreen(self.deck, self.deck.clock, self._query).data_bind(TaskdeckApp.snapshot))
        self._run_deck()
        self._read_saved()
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
        import_module("tui.ui.opening")

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

    # --- words ---------------------------------------------------------------------------------------------------

    def say(self, text: str, role: str = "") -> None:
        """Tell the user: in the list's message line, elsewhere as a toast."""
        if isinstance(self.screen, TasksScreen):
            self.screen.say(text, role)
        else:
            severity: Any = {"bad": "error", "warn": "warning"}.get(role, "information")
            self.notify(text, severity=severity, timeout=8, markup=False)

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""
        self.copy_to_clipboard(text)

    def action_take(self, what: str) -> None:
        """Copy, save or open something."""
        take(self, what)

    @property
    def wants_preview(self) -> bool:
        """The list shows the task under its cursor, where there is room."""
        return self.looks.preview

    def title_text(self) -> str:
        """Failures and what runs, of the rows that are shown."""
        totals = self.list_screen.listing.totals()
        return f"taskdeck {totals.of(TaskStatus.FAILED)} fail {totals.of(TaskStatus.RUNNING)} run"

    @property
    def list_screen(self) -> TasksScreen:
        """The root."""
        return next(screen for screen in self.screen_stack if isinstance(screen, TasksScreen))

    # --- screens -------------------------------------------------------------------------------------------------

    def on_opened(self, message: Opened) -> None:
        """Show a task, a batch, a job, a log; copy; act."""
        self.open(message.ref, message.view, message.text, message.refs)

    def open(self, ref: TaskRef, view: View, text: str = "", refs: tuple[TaskRef, ...] = ()) -> None:
        """Show something about a task; what `text` and `refs` mean is said at `Opened`."""
        # Here, and not above: the list paints before the other screens are loaded.
        from tui.ui.opening import screen_for

        if view is View.COPY:
            self.copy(text or str(ref))
        elif view is View.ADDRESS:
            take(self, "address", text)
        elif view is View.ACTIONS:
            self._act_on(ref, Verb(text) if text else None, refs)
        elif (screen := screen_for(view, ref, self.deck, text=text, refs=refs)) is None:
            self.say(f"{view.value} is not there yet", "warn")
        else:
            self.show(screen)

    def show(self, screen: Screen[Any]) -> None:
        """Push a screen, bound to the snapshot."""
        if isinstance(screen, WorkScreen):
            handle = self.deck.handles.get(screen.ref.account)
            screen.set_reactive(WorkScreen.read_only, handle is not None and handle.read_only)
        if hasattr(type(screen), "snapshot"):
            screen.data_bind(TaskdeckApp.snapshot)
        self.push_screen(screen)

    def action_show(self, name: str, topic: str = "") -> None:
        """One of our own screens: `help`, `problems`, `accounts`, `actions`, `command`, `palette`."""
        match name:
            case "help":
                screen = self.screen
                if isinstance(screen, WorkScreen) and not topic:
                    self.show(HelpScreen(screen.PLACE, actions=live_actions(screen)))
                else:
                    self.show(HelpScreen(topic))
            case "problems":
                origins = {name: handle.origin for name, handle in self.deck.handles.items()}
                self.show(ProblemsScreen(self.deck.clock, origins, self._cures()))
            case "accounts":
                self.show(AccountsScreen(self.deck))
            case "settings":
                self.run_worker(show_settings(self), group="settings")
            case "actions":
                self.push_screen(ActionsScreen(lambda: self.runs, self.deck.actions.journal, self.deck.clock))
            case "command" | "palette":
                prompt = prompt_of(self, self._aliases, self._history)
                self.push_screen(CommandScreen(prompt, fuzzy=name == "palette"), self._command_typed)

    def _cures(self) -> Cures:
        return Cures(self.deck.refresh, self.login, self._show_log)

    def _show_log(self) -> None:
        if (why := show_own_log(self)) is not None:
            self.say(why, "warn")

    def _command_typed(self, text: str | None) -> None:
        if not text:
            return
        meant = expand(text, self._aliases, self._history)
        if text.strip(": ") != "!!" and (not self._history or self._history[-1] != text):
            self._history.append(text)
            self._keep_history("commands", self._history)
        run_command(self, meant)

    def _keep_history(self, name: str, lines: list[str]) -> None:
        """On a thread: a home on a network may be slow."""
        self.run_worker(partial(save_history, name, list(lines)), thread=True, group="history")

    @work(thread=True, group="history")
    def _read_saved(self) -> None:
        """Histories, aliases and views, read beside the first paint."""
        found = read_history("commands"), read_history("filters"), read_aliases(), read_views()
        self.call_from_thread(self._take_saved, *found)

    def _take_saved(
        self, commands: list[str], filters: list[str], aliases: dict[str, str], views: dict[str, SavedView]
    ) -> None:
        self._history[:0] = commands
        self._aliases = aliases
        self.list_screen.bar.history[:0] = filters
        self.list_screen.views.update(views)

    def on_filter_bar_accepted(self, message: FilterBar.Accepted) -> None:
        """A filter was used: it can be had again, also in the next session."""
        self._keep_history("filters", self.list_screen.bar.history)

    @property
    def grouped(self) -> bool:
        """Groups are shown instead of rows."""
        return any(isinstance(screen, GroupsScreen) for screen in self.screen_stack)

    def back_to_list(self) -> None:
        """Close what lies over the list."""
        while self.screen is not self.list_screen:
            self.pop_screen()

    @property
    def at_hand(self) -> tuple[Task, ...]:
        """What a command is about: the task that is open, else the marked ones, else the one under the cursor."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, WorkScreen):
                task = screen.task_now
                return () if task is None else (task,)
        return self.list_screen.chosen

    @work(group="login", exclusive=True)
    async def login(self, account: str) -> None:
        """Read an account's token again, and ask who we are (R10)."""
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

    # --- acting --------------------------------------------------------------------------------------------------

    def on_acted(self, message: Acted) -> None:
        """Menu or plan for these."""
        self.act(message.refs, message.verb)

    def _known(self, ref: TaskRef) -> Task | None:
        task = self.snapshot.task(ref)
        if task is None and isinstance(self.screen, WorkScreen) and self.screen.ref == ref:
            return self.screen.task_now
        return task

    def act(self, refs: tuple[TaskRef, ...], verb: Verb | None = None) -> None:
        """Ask what, unless it is given; then plan it."""
        tasks = tuple(task for ref in refs if (task := self._known(ref)) is not None)
        if not tasks:
            self.say("the task under the cursor went away: move first, then act")
        elif verb is not None:
            self._need(verb, tasks)
        else:
            menu = ActionMenu(tasks, offers_for(self.deck.actions, tasks))
            self.push_screen(menu, lambda chosen: None if chosen is None else self._need(chosen, tasks))

    def _act_on(self, ref: TaskRef, verb: Verb | None, refs: tuple[TaskRef, ...]) -> None:
        """Menu or plan for these of what `ref` names, or for itself. Failed children are rerun through their batch."""
        batch = self._known(ref)
        if verb is Verb.RERUN_FAILED and refs and batch is not None and batch.kind is Kind.BATCH:
            self.plan(verb, (batch,), failed=refs)
        else:
            self.act(refs or (ref,), Verb.RERUN if verb is Verb.RERUN_FAILED and refs else verb)

    def _need(self, verb: Verb, tasks: tuple[Task, ...]) -> None:
        """Ask for what a verb needs besides its targets: a name, tags."""
        match VERBS[verb].needs:
            case "name":
                ask = AskScreen("new name", tasks[0].name)
                self.push_screen(ask, lambda name: self.plan(verb, tasks, name=name) if name else None)
            case "tags":
                ask = AskScreen("tags: +add -remove", "")
                self.push_screen(ask, lambda words: self.plan(verb, tasks, tags=tag_changes(words)) if words else None)
            case _:
                self.plan(verb, tasks)

    def plan(
        self,
        verb: Verb,
        tasks: tuple[Task, ...],
        *,
        name: str | None = None,
        tags: tuple[list[str], list[str]] = ([], []),
        settings: Mapping[str, str] | None = None,
        failed: tuple[TaskRef, ...] | None = None,
        dry: bool = False,
    ) -> None:
        """Show the plan; it is sent when it is confirmed, and never where it is `dry`."""
        add, remove = tags
        plan = self.deck.actions.plan(verb, tasks, add=add, remove=remove, settings=settings, failed=failed, name=name)
        dialog = ConfirmScreen(plan, self.deck.actions, self.deck.clock, self.copy, dry=dry)
        self.push_screen(dialog, self._confirmed)

    def plan_tags(self, words: str) -> None:
        """`+add -remove` on what is at hand."""
        self.plan(Verb.TAG, self.at_hand, tags=tag_changes(words))

    def on_actions_screen_continued(self, message: ActionsScreen.Continued) -> None:
        """Exactly the rest of a plan; the dialog asks again."""
        dialog = ConfirmScreen(
            rest(message.run.plan, message.run.results), self.deck.actions, self.deck.clock, self.copy
        )
        self.push_screen(dialog, self._confirmed)

    def _confirmed(self, plan: Plan | None) -> None:
        if plan is not None:
            self._send(Run(plan, self.deck.clock.now()))

    @work(group="send")
    async def _send(self, run: Run) -> None:
        """Carry a plan out; it goes on while the user looks elsewhere."""
        self.runs.append(run)

        def told() -> None:
            if not self._leaving:
                self.say(run_text(run), outcome_role(run) if run.over else "dim")

        try:
            await carry_out(self.deck.actions, run, told)
        except TuiError as error:
            self.say(f"{run.plan.verb.value}: {error}", "bad")

    @property
    def under_way(self) -> list[Run]:
        """Plans that are being sent."""
        return [run for run in self.runs if not run.over]

    # --- leaving -------------------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Leave at once, unless own actions are under way: then asked once."""
        if self.under_way and not self._leaving:
            self._leaving = True
            self.say(f"{len(self.under_way)} of your actions under way; q again leaves, esc stays", "warn")
        else:
            self.exit()

    def action_interrupt(self) -> None:
        """Cancel what is running; twice within a second leaves."""
        now = self.deck.clock.monotonic()
        if now - self._interrupted < _TWICE:
            self.exit(return_code=_INTERRUPT)
            return
        self._interrupted = now
        for run in self.under_way:
            run.stopped = True
        said = "stopping: nothing more is sent; " if self.under_way else ""
        self.say(f"{said}ctrl+c again leaves", "warn")
