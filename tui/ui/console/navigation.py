"""Which screen shows what: two tables, so that a new screen is one line. Loaded once the list is painted."""

from collections.abc import Callable, Mapping
from typing import Any

from textual.screen import Screen

from tui.domain.task import Kind, TaskRef
from tui.store.deck import Deck
from tui.ui.bindings import live_actions
from tui.ui.console.prompt import prompt_of
from tui.ui.console.protocol import Console
from tui.ui.console.settings import show_settings
from tui.ui.failure_scope import EVERYWHERE
from tui.ui.messages import OfTask, View
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
from tui.ui.terminal.external import show_own_log

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
"""By what is wanted of a task, but for the triage, which depends on what the task is in."""


def screen_for(view: View, ref: TaskRef, deck: Deck, other: TaskRef | None = None) -> Screen[Any]:
    """A new screen.

    Args:
        view: How it is shown.
        ref: What is shown.
        deck: Where it comes from.
        other: What it is compared with, for a diff; None for the best match.
    """
    if view is View.DIFF and other is not None:
        return DiffScreen(ref, deck, deck.clock, other)
    return _triage(ref, deck) if view is View.TRIAGE else SCREENS[view](ref, deck)


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


def show_own(console: Console, name: str, topic: str = "") -> None:
    """Show one of our own screens; `topic` is for the help."""
    OWN[name](console, topic)


def _help(console: Console, topic: str) -> None:
    screen = console.screen
    if isinstance(screen, OfTask) and not topic:
        console.show(HelpScreen(screen.topic, actions=live_actions(screen)))
    else:
        console.show(HelpScreen(topic))


def _problems(console: Console, topic: str) -> None:
    def show_log() -> None:
        if (why := show_own_log(console)) is not None:
            console.say(why, "warn")

    origins = {name: handle.origin for name, handle in console.deck.handles.items()}
    renewals = {name: handle.renewal for name, handle in console.deck.handles.items()}
    console.show(
        ProblemsScreen(
            console.deck.clock,
            origins,
            ProblemActions(console.deck.refresh, console.login, show_log),
            renewals,
            console.told,
        )
    )


def _accounts(console: Console, topic: str) -> None:
    console.show(AccountsScreen(console.deck))


def _settings(console: Console, topic: str) -> None:
    console.run_worker(show_settings(console), group="settings")


def _actions(console: Console, topic: str) -> None:
    console.push_screen(ActionsScreen(lambda: console.actions.runs, console.deck.actions.journal, console.deck.clock))


def _prompt(fuzzy: bool) -> Callable[[Console, str], None]:
    def show(console: Console, topic: str) -> None:
        prompt = prompt_of(console, console.aliases, console.history)
        console.push_screen(CommandScreen(prompt, fuzzy=fuzzy), console.command_typed)

    return show


OWN: Mapping[str, Callable[[Console, str], None]] = {
    "help": _help,
    "problems": _problems,
    "accounts": _accounts,
    "settings": _settings,
    "actions": _actions,
    "command": _prompt(fuzzy=False),
    "palette": _prompt(fuzzy=True),
}
"""By the name that keys and commands use."""
