"""Starting our program, and those it is compared with, in a terminal of its own."""

import csv
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.bench.references import COLUMNS, row
from tests.support.terminal import Terminal

__all__ = ["datatable", "deck", "hello", "loading", "visidata"]

Program = AbstractContextManager[tuple[Terminal, float]]
"""The terminal, and the seconds from the start to the first row painted."""
ROOT = Path(__file__).parent.parent.parent


def _environment() -> dict[str, str]:
    """A terminal's. All programs are compiled, as they are once they are installed."""
    others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**others, "TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}


@contextmanager
def _program(
    *words: str, ready: bytes, settle: float = 1.0, given: Mapping[str, str] | None = None
) -> Iterator[tuple[Terminal, float]]:
    """The terminal, and the seconds from the start until `ready` stood in its output."""
    environment = {**_environment(), **(given or {})}
    with Terminal([sys.executable, *words], environment=environment, cwd=str(ROOT)) as terminal:
        seconds = terminal.wait_for(ready, timeout=120.0)
        if settle:
            terminal.burst(quiet=settle, timeout=15.0)
        yield terminal, seconds


def deck(
    rows: int, change: str = "none", *, cache: Path | None = None, settle: float = 2.0, remote: bool = False
) -> Program:
    """Our program over a platform that answers at once.

    Args:
        rows: Tasks.
        change: What changes all the time.
        cache: Where its list is kept and painted from.
        settle: Seconds of silence before it is used.
        remote: The terminal is at the other end of an SSH connection.
    """
    words = ("-m", "tests.bench.deck_app", str(rows), change, *([str(cache)] if cache else []))
    given = {"SSH_TTY": "/dev/pts/9" if remote else ""}
    return _program(*words, ready=b"STAR-align_LUAD", settle=settle, given=given)


@contextmanager
def loading(base: str) -> Iterator[tuple[Terminal, float]]:
    """`taskdeck` itself with nothing on disk, as soon as the first page of the list at this address is painted."""
    with tempfile.TemporaryDirectory() as place:
        config = Path(place) / "config.toml"
        config.write_text(f'[accounts.bench]\nplatform = "sevenbridges"\nurl = "{base}"\ntoken = {{ env = "T" }}\n')
        homes = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), place)
        given = {**homes, "T": "t0ken", "TASKDECK_CONFIG": str(config)}
        with _program("-m", "tui", ready=b"QUEUED", settle=0.0, given=given) as program:
            yield program


def hello() -> Program:
    """The smallest Textual program."""
    return _program("-m", "tests.bench.references", "hello", ready=b"hello, world")


def datatable(rows: int) -> Program:
    """Textual's own table."""
    return _program("-m", "tests.bench.references", "datatable", str(rows), ready=b"STAR-align_LUAD")


@contextmanager
def visidata(rows: int) -> Iterator[tuple[Terminal, float]]:
    """visidata on a CSV of as many rows."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "tasks.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(row(n) for n in range(rows))
        with _program("-m", "visidata", "--config", os.devnull, str(path), ready=b"STAR-align_LUAD") as program:
            yield program
