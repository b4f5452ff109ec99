"""Other programs of the user's: the pager and the editor, on a file that is gone afterwards."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from textual.app import SuspendNotSupported

from tui.settings import paths

__all__ = ["run_outside", "show_own_log", "written"]


class Terminal(Protocol):
    """Whoever holds the terminal: the application."""

    def suspend(self) -> AbstractContextManager[None]:
        """Give the terminal away for a while."""

    def refresh(self) -> object:
        """Draw again."""


@contextmanager
def written(blocks: Iterable[str], name: str) -> Iterator[Path]:
    """A file of that name with this text, in a directory only the user can read; both are removed at the end."""
    with tempfile.TemporaryDirectory(prefix="taskdeck-") as place:
        path = Path(place, name)
        with path.open("w", encoding="utf-8", errors="replace") as file:
            file.writelines(blocks)
        yield path


def run_outside(terminal: Terminal, variable: str, default: str, path: Path) -> str | None:
    """Give the terminal to the program that `variable` names until it ends; why it did not run, or None."""
    try:
        words = shlex.split(os.environ.get(variable) or default)
    except ValueError as error:
        return f"{variable} cannot be read: {error}"
    if not words:
        return f"{variable} is empty"
    try:
        with terminal.suspend():
            subprocess.run([*words, str(path)], check=False)
    except SuspendNotSupported:
        return "this terminal cannot be given to another program"
    except OSError as error:
        return f"{words[0]} cannot be started: {error.strerror}; set {variable}"
    terminal.refresh()
    return None


def show_own_log(terminal: Terminal) -> str | None:
    """The program's own log in the pager; why it is not shown, or None."""
    path = paths.log_dir() / "taskdeck.log"
    return run_outside(terminal, "PAGER", "less", path) if path.exists() else f"nothing has been logged yet in {path}"
