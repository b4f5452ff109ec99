"""What goes to the terminal, written by a thread of its own: nobody who writes ever waits for the terminal."""

import os
import select
import threading
from collections import deque
from collections.abc import Callable
from typing import TextIO

__all__ = ["Writer"]

_GIVE_BACK = "\x1b[?1049l"
"""What leaves the alternate screen; behind it the terminal is the shell's again."""
_BEHIND = 65_536
"""Bytes the terminal has not taken, above which no further picture is worth sending."""
_STUCK = 0.3
"""Seconds without a byte taken after which a terminal counts as stuck."""


class Writer:
    """Takes the place of Textual's thread, whose queue of 30 blocks the whole program when the terminal takes nothing,
    and for ever once the terminal is gone.

    Every method may be called on any thread and in a signal handler.
    """

    caught_up: Callable[[], object] | None = None
    """Called on the writing thread when the terminal has taken everything after `behind` was read as true."""

    def __init__(self, file: TextIO) -> None:
        self._fd = file.fileno()
        self._encoding = file.encoding or "utf-8"
        self._waiting: deque[bytes] = deque()
        self._pending = 0
        self._changed = threading.Condition()
        self._ended = False
        self._given_back = False
        self._asked = False
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def write(self, text: str) -> None:
        """Send this after what was written before; nothing once the writer was stopped or the terminal is gone."""
        data = text.encode(self._encoding, "replace")
        with self._changed:
            if data and not self._ended:
                self._given_back = self._given_back or _GIVE_BACK in text
                self._add(data)

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def behind(self) -> bool:
        """The terminal does not take what is sent as fast as it is sent; `caught_up` tells when it has."""
        with self._changed:
            behind = self._pending > _BEHIND and not self._ended
            self._asked = self._asked or behind
            return behind

    def stop(self) -> None:
        """Let what was written reach the terminal, and end; a terminal that takes nothing is not waited for."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
            left = self._pending + 1
            while 0 < self._pending < left:
                left = self._pending
                self._changed.wait(_STUCK)

    def give_back(self, sequence: str, timeout: float) -> None:
        """Send this in place of all that waits, unless the terminal was given back already; wait so many seconds."""
        with self._changed:
            if not self._given_back:
                self._given_back = True
                self._pending -= sum(map(len, self._waiting))
                self._waiting.clear()
                self._add(sequence.encode(self._encoding, "replace"))
            self._ended = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._pending, timeout)

    def _add(self, data: bytes) -> None:
        self._waiting.append(data)
        self._pending += len(data)
        self._changed.notify_all()

    def _run(self) -> None:
        while (data := self._next()) is not None:
            try:
                while data:
                    taken = self._some(data)
                    data = data[taken:]
                    self._took(taken)
            except OSError:  # the terminal is gone; the watchdog sees that too and ends the program
                with self._changed:
                    self._ended, self._pending = True, 0
                    self._waiting.clear()
                    self._changed.notify_all()
                return

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting) or self._ended)
            return self._waiting.popleft() if self._waiting else None

    def _some(self, data: bytes) -> int:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:  # somebody who shares the terminal has switched it to non-blocking
            select.select([], [self._fd], [])
            return 0

    def _took(self, size: int) -> None:
        with self._changed:
            self._pending -= size
            self._changed.notify_all()
            told = self.caught_up if self._asked and not self._pending else None
            self._asked = self._asked and told is None
        if told is not None:
            told()
