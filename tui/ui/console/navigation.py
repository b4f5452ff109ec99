"""Which screen shows what: two tables, so that a new screen is one line. Loaded once the list is painted."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from tui.domain.task import Kind, TaskRef
from tui.store.deck import Deck
from tui.ui.bindings import live_actions
from tui.ui.console.prompt import prompt_of
from tui.ui.console.settings import show_settings
from tui.ui.present.job import Tab
from tui.ui.screens.accounts import AccountsScreen
from tui.ui.screens.actions import ActionsScreen
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.command import CommandScreen
from tui.ui.screens.diff import DiffScreen
from tui.ui.screens.help import HelpScreen
from tui.ui.screens.job import JobScreen
from tui.ui.screens.problems import ProblemActions, ProblemsScreen
from tui.ui.screens.task import TaskScreen
from tui.ui.screens.triage import TriageScreen
from tui.ui.screens.work import EVERYWHERE, View, WorkScreen
from tui.ui.terminal.external import show_own_log

if TYPE_CHECKING:
    from tui.ui.app import TaskdeckApp

__all__ = ["OWN", "SCREENS", "screen_for", "show_own"]

SCREENS: dict[View, Callable[[TaskRef, Deck], Screen[Any]]] = {
    View.DETAIL: lambda ref, deck: TaskScreen(ref, deck, deck.clock),
    View.RAW: lambda ref, deck: (
        TaskScreen(ref, deck, deck.clock, raw=True)
        if ref.job is None
        else JobScreen(ref, deck, deck.clock, tab=Tab.RAW)
    ),
    View.BATCH: lambda ref, deck: BatchScreen(ref, deck, deck.clock),
    View.JOB: lambda ref, deck: JobScreen(ref, deck, deck.clock),
    View.LOG: lambda ref, deck: JobScreen(ref, deck, deck.clock),
    View.DIFF: lambda ref, deck: DiffScreen(ref, deck, deck.clock),
}
"""By what is wanted of a task; the other views are no screens."""


def screen_for(view: View, ref: TaskRef, deck: Deck, *, refs: Sequence[TaskRef] = ()) -> Screen[Any] | None:
    """A new screen, or None where there is none for this view.

    Args:
        view: How it is shown.
        ref: What is shown.
        deck: Where it comes from.
        refs: The two to compare, for a diff.
    """
    if view is View.DIFF and len(refs) == 2:
        return DiffScreen(refs[0], deck, deck.clock, refs[1])
    if view is View.TRIAGE:
        return _triage(ref, deck)
    make = SCREENS.get(view)
    return None if make is None else make(ref, deck)


def _triage(ref: TaskRef, deck: Deck) -> TriageScreen:
    """Of the batch that it is or is in; of everything for a task that stands alone, beginning with its group."""
    task = deck.store.snapshot.task(ref)
    batch = ref if task is not None and task.kind is Kind.BATCH else task.parent if task is not None else None
    if batch is None and ref in deck.store.snapshot.children:
        batch = ref
    if batch is not None:
        return TriageScreen(batch, deck, deck.clock, focus=ref)
    return TriageScreen(EVERYWHERE, deck, deck.clock, focus=ref)


# --- our own screens -------------------------------------------------------------------------------------------------


def show_own(app: "TaskdeckApp", name: str, topic: str = "") -> None:
    """Show one of our own screens; `topic` is for the help."""
    OWN[name](app, topic)


def _help(app: "TaskdeckApp", topic: str) -> None:
    screen = app.screen
    if isinstance(screen, WorkScreen) and not topic:
        app.show(HelpScreen(screen.PLACE, actions=live_actions(screen)))
    else:
        app.show(HelpScreen(topic))


def _problems(app: "TaskdeckApp", topic: str) -> None:
    def show_log() -> None:
        if (why := show_own_log(app)) is not None:
            app.say(why, "warn")

    origins = {name: handle.origin for name, handle in app.deck.handles.items()}
    renewals = {name: handle.renewal for name, handle in app.deck.handles.items()}
    app.show(ProblemsScreen(app.deck.clock, origins, ProblemActions(app.deck.refresh, app.login, show_log), renewals))


def _accounts(app: "TaskdeckApp", topic: str) -> None:
    app.show(AccountsScreen(app.deck))


def _settings(app: "TaskdeckApp", topic: str) -> None:
    app.run_worker(show_settings(app), group="settings")


def _actions(app: "TaskdeckApp", topic: str) -> None:
    app.push_screen(ActionsScreen(lambda: app.runs, app.deck.actions.journal, app.deck.clock))


def _prompt(fuzzy: bool) -> Callable[["TaskdeckApp", str], None]:
    def show(app: "TaskdeckApp", topic: str) -> None:
        prompt = prompt_of(app, app.aliases, app.history)
        app.push_screen(CommandScreen(prompt, fuzzy=fuzzy), app.command_typed)

    return show


OWN: Mapping[str, Callable[["TaskdeckApp", str], None]] = {
    "help": _help,
    "problems": _problems,
    "accounts": _accounts,
    "settings": _settings,
    "actions": _actions,
    "command": _prompt(fuzzy=False),
    "palette": _prompt(fuzzy=True),
}
"""By the name that keys and commands use."""
