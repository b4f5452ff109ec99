"""The interface in a terminal of its own, and a judge of every byte it sends there (R14)."""

import os
import re
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from tests.support.grid import Grid
from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE

__all__ = ["Seen", "afterwards", "alternate", "interface", "strays"]

ROOT = str(Path(__file__).parents[2])
ME = (sys.executable, "-m", "tests.support.small_demo", "--demo")
HOSTILE = (sys.executable, "-m", "tests.support.hostile_demo")

_SENT = re.compile(
    r"""\x1b(?:
      \[[\d;]*m                                         # looks
    | \[\d*(?:;\d*)?H | \[\d*[ABCDEFGJKXP]              # cursor, erase
    | \[\?(?:7|25|47|1000|1002|1003|1004|1006|1007|1015|1016|1049|2004|2026|2031|2048)[hl]
    | \[\?20(?:26|31|48)\$p | \[[<>=]\d*u | \[c | \[>?0?q    # questions to the terminal, keyboard
    | \]52;c;[A-Za-z0-9+/]*={0,2}(?:\x07|\x1b\\)        # clipboard
    | \](?:0|2|22|9|777|11|111);[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\)    # title, pointer, notification, background
    | \[2[23];[012](?:;0)?t                             # title kept and given back
    )""",
    re.VERBOSE,
)
_NO_PICTURE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def strays(output: bytes, allowed: str = "\r\n") -> list[str]:
    """What neither Textual nor we send: sequences that are not on the list, and characters without a picture.

    `allowed` are characters that the terminal's own line discipline adds outside of the alternate screen.
    """
    text = _SENT.sub("", output.decode("utf-8", "surrogateescape"))
    return [
        ascii(text[max(0, at - 20) : at + 20])
        for at, char in enumerate(text)
        if unicodedata.category(char) in _NO_PICTURE and char not in allowed
    ]


def alternate(output: bytes) -> tuple[int, int]:
    """How often the alternate screen was taken and given back."""
    return output.count(b"\x1b[?1049h"), output.count(b"\x1b[?1049l")


def afterwards(output: bytes) -> str:
    """What is written once the alternate screen was given back, without sequences."""
    return _SENT.sub("", output.rpartition(b"\x1b[?1049l")[2].decode())


def interface(
    command: Sequence[str] = ME, *, size: tuple[int, int] = (120, 30), cwd: str = ROOT, **environment: str
) -> Terminal:
    """A program on a pty, in the home of this test; `environment` is added to it."""
    # Whoever runs the tests may say how wide his own terminal is.
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    return Terminal(
        command,
        columns=size[0],
        rows=size[1],
        environment=kept | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "ESCDELAY": "20"} | environment,
        cwd=cwd,
    )


class Seen:
    """What stands on a terminal of that size, while it is typed on."""

    def __init__(self, terminal: Terminal, size: tuple[int, int]) -> None:
        self._terminal = terminal
        self._grid = Grid(*size)
        self._read = 0

    @property
    def text(self) -> str:
        """The screen now. What came is taken when it ends, so that no sequence is cut."""
        self._terminal.burst(quiet=0.01, timeout=0.05)
        self._grid.feed(self._terminal.output[self._read :].decode("utf-8", "replace"))
        self._read = len(self._terminal.output)
        return self._grid.text

    def until(self, wanted: str) -> None:
        """Wait until it stands there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if wanted in self.text:
                return
        raise AssertionError(f"{wanted!r} never came:\n{self._grid.text}")

    def do(self, keys: str, wanted: str) -> None:
        """Type, and wait until that stands there."""
        self._terminal.send(keys)
        self.until(wanted)
