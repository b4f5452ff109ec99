"""What the functions of this folder need of the application: they take a `Console`, so that no file is in a circle."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol, runtime_checkable

from textual.screen import Screen

from tui.domain.action import Verb
from tui.domain.task import Task, TaskRef
from tui.settings import Settings
from tui.settings.looks import Looks
from tui.settings.model import Display
from tui.store.actions.run import Run
from tui.store.deck import Deck
from tui.store.snapshot import Snapshot
from tui.ui.messages import View
from tui.ui.present.told import ToldLog
from tui.ui.screens.tasks import TasksScreen
from tui.ui.terminal.external import Terminal

__all__ = ["Acknowledging", "Console", "Planner", "Sorting"]


@runtime_checkable
class Sorting(Protocol):
    """A screen whose rows can be sorted."""

    def sort(self, text: str) -> None:
        """`cost desc, name`.

        Raises:
            UsageError: A field is not known.
        """


@runtime_checkable
class Acknowledging(Protocol):
    """A screen of failure groups."""

    def acknowledge(self, note: str) -> None:
        """Keep the group under the cursor quiet."""


class Planner(Protocol):
    """Plans and sends actions."""

    runs: list[Run]
    """Plans that were sent in this session, oldest first."""

    def plan(
        self,
        verb: Verb,
        tasks: tuple[Task, ...],
        *,
        name: str | None = None,
        tags: tuple[list[str], list[str]] = ([], []),
        settings: Mapping[str, str] | None = None,
        failed: tuple[TaskRef, ...] | None = None,
        as_batch: bool = True,
        dry: bool = False,
    ) -> None:
        """Show the plan; it is sent when it is confirmed, and never where it is `dry`."""


class Console(Terminal, Protocol):
    """The application, as commands and actions see it."""

    deck: Deck
    settings: Settings
    environment: Mapping[str, str]
    clipboard_via: str
    aliases: dict[str, str]
    """The user's own words for commands."""
    history: list[str]
    """Lines typed after `:`, oldest first."""
    told: ToldLog
    """What was said, wherever it stood."""

    @property
    def snapshot(self) -> Snapshot:
        """All lists as last known."""

    @property
    def looks(self) -> Looks:
        """How the program looks now."""

    @property
    def screen(self) -> Screen[Any]:
        """The screen on top."""

    @property
    def list_screen(self) -> TasksScreen:
        """The list, at the bottom of the stack."""

    @property
    def at_hand(self) -> tuple[Task, ...]:
        """What a command is about: the open task, else the marked ones, else the one under the cursor."""

    @property
    def actions(self) -> Planner:
        """Plans and sends actions."""

    @property
    def grouped(self) -> bool:
        """Groups are shown instead of rows."""

    def known(self, ref: TaskRef) -> Task | None:
        """A task as last known, by the list or by the screen that is open."""

    def say(self, text: str, role: str = "") -> None:
        """Tell the user; `role` is empty, `dim`, `good`, `warn` or `bad`."""

    def copy(self, text: str) -> None:
        """Put a text into the clipboard."""

    def open(self, ref: TaskRef, view: View, other: TaskRef | None = None) -> None:
        """Show something about a task."""

    def show(self, screen: Screen[Any]) -> None:
        """Push a screen, bound to the snapshot."""

    def show_own(self, name: str, topic: str = "") -> None:
        """Show one of the screens that are about no task: `help`, `settings` and so on."""

    def push_screen(self, screen: Screen[Any], callback: Callable[[Any], Any] | None = None) -> Any:
        """Show a dialog; `callback` gets its answer."""

    def back_to_list(self) -> None:
        """Close what lies over the list."""

    def group_failures(self, query: str) -> None:
        """Group the failures of what a filter leaves."""

    def use_display(self, display: Display) -> None:
        """Look otherwise from now on."""

    def login(self, account: str) -> Any:
        """Read an account's token again."""

    def set_read_only(self, on: bool) -> None:
        """Offer no action on any account, or as the settings say."""

    def command_typed(self, text: str | None) -> None:
        """Do what was typed after `:`."""

    def act_later(self, action: str, on: Any) -> None:
        """Run an action of a screen or pane, behind what is on its way."""

    def run_worker(self, work: Coroutine[Any, Any, Any], *, group: str) -> Any:
        """Let it go on beside the interface."""
