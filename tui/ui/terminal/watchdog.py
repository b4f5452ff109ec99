"""The deadline of every way to end, kept by a thread that nothing on the event loop can hold up (R44, R45)."""

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

__all__ = ["Watchdog"]

_DEADLINE = 0.6
"""Seconds from the wish to end to the end; an end in order usually takes a third of it."""


class Watchdog:
    """Hears that a terminal is gone, and ends the process when an end in order takes too long.

    It is one thread from the start to the end of the interface, so that a signal handler needs to do no more than to
    write a byte.
    """

    lost: Callable[[], object] | None = None
    """Called on the watchdog's thread once a terminal is gone: the interface is to end with status 129."""
    restore: Callable[[], object] | None = None
    """Called when the deadline is over: gives the terminal back, in a fraction of a second or not at all."""
    report: Callable[[], object] | None = None
    """Called after that: says what has to be said about the end."""

    def __init__(self, terminals: Iterable[int]) -> None:
        """`terminals` are the file descriptors to watch."""
        self.code: int | None = None
        """The exit status, once the end has begun."""
        self._terminals = tuple(terminals)
        self._wake, self._woken = os.pipe()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    def begin(self, code: int) -> None:
        """The process ends with this status, soon. The first call counts; any thread or signal handler may call."""
        if self.code is None:
            self.code = code
            with suppress(OSError):
                os.write(self._woken, b"!")

    def gone(self) -> bool:
        """Whether a terminal is gone."""
        poll = select.poll()
        for terminal in self._terminals:
            poll.register(terminal, 0)
        return bool(poll.poll(0))

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        for terminal in self._terminals:
            poll.register(terminal, 0)  # nothing but errors and hangups, which are always reported
        ready = {number for number, _ in poll.poll()}
        if self._wake not in ready:
            self.begin(128 + signal.SIGHUP)
            if self.lost is not None:
                self.lost()
        time.sleep(_DEADLINE)
        for last in (self.restore, self.report):
            if last is not None:
                with suppress(Exception):
                    last()
        os._exit(self.code or 0)
