"""Ways to a clipboard, tried one after the other, and a sentence on how it went."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tui.settings.files import write_whole
from tui.settings.looks import is_remote
from tui.ui.terminal import escapes

__all__ = ["VIAS", "Clipboard"]

VIAS = ("auto", "osc52", "native", "tmux", "file", "off")
"""Words for `clipboard.via` and `TASKDECK_CLIPBOARD`."""
_TIMEOUT = 3.0
_TOOLS: tuple[tuple[str, str | None, tuple[str, ...]], ...] = (
    ("wl-copy", "WAYLAND_DISPLAY", ("wl-copy",)),
    ("xclip", "DISPLAY", ("xclip", "-selection", "clipboard")),
    ("xsel", "DISPLAY", ("xsel", "--input", "--clipboard")),
    ("pbcopy", None, ("pbcopy",)),
    ("clip.exe", "WSL_DISTRO_NAME", ("clip.exe",)),
)
"""Program, the variable without which it cannot connect, and its arguments."""


def _run(words: Sequence[str], data: bytes) -> bool:
    """Hand the text to a program on its standard input; whether it took it.

    Its output goes nowhere: xclip stays behind as the owner of the selection and would hold a pipe open.
    """
    try:
        done = subprocess.run(
            list(words), input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


class Clipboard:
    """Copies texts by the first way that works here."""

    def __init__(
        self,
        via: str,
        environment: Mapping[str, str],
        write: Callable[[str], None],
        file: Path,
        *,
        which: Callable[[str], str | None] = shutil.which,
        run: Callable[[Sequence[str], bytes], bool] = _run,
    ) -> None:
        own = environment.get("TASKDECK_CLIPBOARD", "")
        self.via = own if own in VIAS else via
        """How the user wants it."""
        self._environment = environment
        self._write = write
        """Sends a sequence to the terminal."""
        self._path = file
        self._which = which
        self._run = run

    @property
    def ways(self) -> tuple[str, ...]:
        """What is tried, in this order; a file is the last resort of all."""
        match self.via:
            case "off":
                return ()
            case "auto":
                first = ("osc52",) if is_remote(self._environment) else ("native", "osc52")
                return (*(("tmux",) if self._environment.get("TMUX") else ()), *first, "file")
            case via:
                return (via, "file") if via != "file" else ("file",)

    def probed(self) -> list[tuple[str, str]]:
        """Each way with what is known of it without using it."""
        found = []
        for way in self.ways:
            match way:
                case "tmux":
                    said = "there" if self._which("tmux") else "the program tmux is not there"
                case "native":
                    said = next((program for program, _ in self._tools()), "no program of the desktop is there")
                case "osc52":
                    said = "whether the terminal takes it shows only in use"
                case _:
                    said = str(self._path)
            found.append((way, said))
        return found

    def _tools(self) -> list[tuple[str, tuple[str, ...]]]:
        """Programs of the desktop that are installed and can connect."""
        there = []
        for program, variable, words in _TOOLS:
            usable = sys.platform == "darwin" if variable is None else bool(self._environment.get(variable))
            if usable and self._which(program):
                there.append((program, words))
        return there

    def copy(self, text: str) -> tuple[bool, str]:
        """Put `text` into the clipboard: whether it went somewhere, and how. Takes seconds: call it in a thread."""
        if not self.ways:
            return False, "the clipboard is off (clipboard.via)"
        tries = {"tmux": self._tmux, "native": self._native, "osc52": self._osc52, "file": self._to_file}
        for way in self.ways:
            said = tries[way](text)
            if said is not None:
                return True, said
        return False, "no way to a clipboard works here, and no file can be written"

    def _tmux(self, text: str) -> str | None:
        if not self._environment.get("TMUX") or self._which("tmux") is None:
            return None
        return "by tmux" if self._run(("tmux", "load-buffer", "-w", "-"), text.encode("utf-8", "replace")) else None

    def _native(self, text: str) -> str | None:
        for program, words in self._tools():
            if self._run(words, text.encode("utf-8", "replace")):
                return f"by {program}"
        return None

    def _osc52(self, text: str) -> str | None:
        sequence = escapes.clipboard(text)
        if sequence is None:
            return None
        if self._environment.get("TMUX"):
            sequence = escapes.in_tmux(sequence)
        elif self._environment.get("STY"):
            sequence = escapes.in_screen(sequence)
        self._write(sequence)
        return "sent by OSC 52"

    def _to_file(self, text: str) -> str | None:
        try:
            write_whole(self._path, text.encode("utf-8", "replace"))
        except OSError:
            return None
        return f"into {self._path}"
