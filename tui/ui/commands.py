"""What can be typed after `:`. The words live here; keys that do the same are in the key map."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.domain.errors import TuiError
from tui.ui.keymap import by_command
from tui.ui.screens.work import View

if TYPE_CHECKING:
    from tui.ui.app import TaskdeckApp

__all__ = ["COMMANDS", "Command", "run_command"]

Runs = Callable[["TaskdeckApp", str], None]


@dataclass(frozen=True, slots=True)
class Command:
    """One word after `:`."""

    word: str
    arguments: str
    """How they are written: `ID [FILTER]`; empty for none."""
    help: str
    run: Runs
    aliases: tuple[str, ...] = ()


def _asks(screen: str) -> Runs:
    return lambda app, text: app.action_show(screen)


def _tasks(app: "TaskdeckApp", text: str) -> None:
    words = text.split()
    scope = next((word[1:] for word in words if word.startswith("@")), None)
    app.list_screen.show_filter(" ".join(word for word in words if not word.startswith("@")), scope)


def _opens(view: View) -> Runs:
    def run(app: "TaskdeckApp", text: str) -> None:
        app.open(app.deck.resolve(text), view)

    return run


COMMANDS: tuple[Command, ...] = (
    Command("tasks", "[FILTER] [@account]", "list what matches", _tasks, ("t", "ta")),
    Command("task", "ID", "one task in full", _opens(View.DETAIL), ("show",)),
    Command("batch", "ID", "a batch's children", _opens(View.BATCH), ("children",)),
    Command("job", "ID", "one job", _opens(View.JOB)),
    Command("log", "ID", "a log", _opens(View.LOG), ("logs",)),
    Command("accounts", "", "every account, its token's origin, its state", _asks("accounts")),
    Command("problems", "", "what went wrong, and what to do", _asks("problems")),
    Command("help", "", "keys and commands", _asks("help")),
    Command("q", "", "leave", lambda app, text: app.action_leave(), ("quit",)),
)


def run_command(app: "TaskdeckApp", text: str) -> None:
    """Do what was typed; whatever is wrong with it is said."""
    word, _, rest = text.strip().removeprefix(":").partition(" ")
    command = next((c for c in COMMANDS if word in {c.word, *c.aliases}), None)
    try:
        if command is not None:
            command.run(app, rest.strip())
        elif (action := by_command(word)) is not None:
            app.call_next(app.list_screen.run_action, action.action)
        else:
            app.say(f"there is no command {word!r}; : and tab lists them", "warn")
    except TuiError as error:
        app.say(str(error), "warn")
