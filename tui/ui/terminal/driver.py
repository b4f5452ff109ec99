"""The terminal as Textual's driver has it, but drawn on standard output and never waited for."""

import codecs
import os
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message

from tui.ui.terminal.writer import Writer

__all__ = ["INTERRUPT", "TerminalDriver"]

INTERRUPT = "ctrl+c"
"""The key that waits behind no other."""

_RESTORE = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    "\x1b[0m\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""What `stop_application_mode` sends."""
_FAREWELL = 0.2
"""Seconds that the terminal gets to take it when the deadline is over."""


def _lenient(encoding: str) -> "partial[codecs.IncrementalDecoder]":
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


# Private in Textual, so both are pinned by tests. Bytes that are no UTF-8 (a paste from elsewhere, noise on the line)
# are characters that fit nothing; Textual's own decoder raises on them, and its thread ends the program.
linux_driver.getincrementaldecoder = _lenient  # type: ignore[assignment, attr-defined]  # private, as said above
linux_driver.WriterThread = Writer  # type: ignore[assignment, attr-defined]  # the same


class TerminalDriver(LinuxDriver):
    """Draws on standard output, so that standard error can be a file, closed or full."""

    caught_up: Callable[[], object] | None = None
    """Called on another thread when a terminal that was behind has taken everything."""

    interrupted: Callable[[float], object] | None = None
    """Called on the thread that reads keys when ctrl+c was typed, with the time of it."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._file = sys.__stdout__

    @property
    def _writer(self) -> Writer | None:
        writer: object = self._writer_thread
        return writer if isinstance(writer, Writer) else None

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own size: COLUMNS and LINES tell of another, or of an earlier one."""
        try:
            width, height = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1)
        except OSError:
            width = height = 0
        return width or 80, height or 24

    def start_application_mode(self) -> None:
        """Take the terminal."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual says no type
        if (writer := self._writer) is not None:
            writer.caught_up = self.caught_up

    def process_message(self, message: Message) -> None:
        """Send on what was typed, from the thread that reads it; ctrl+c waits neither behind other keys nor for a loop
        that is held up."""
        if isinstance(message, Key) and message.key == INTERRUPT and self.interrupted is not None:
            self.interrupted(message.time)
        else:
            super().process_message(message)

    @property
    def behind(self) -> bool:
        """The terminal takes less than it is sent: a picture of now is worth more than each one before it."""
        return (writer := self._writer) is not None and writer.behind

    def give_back(self, title: str = "") -> None:
        """Restore the terminal at once, from any thread, unless that was done; `title` names it as before."""
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        if (writer := self._writer) is not None:
            writer.give_back(title + _RESTORE, _FAREWELL)
