"""What keeps the interface safe: signals, a terminal that goes away, faults of ours, keys typed ahead."""

import asyncio
import codecs
import logging
import os
import select
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import RenderableType
from textual.dom import DOMNode
from textual.drivers import linux_driver
from textual.events import Callback, Event, Key
from textual.worker import WorkerFailed

from tui.ui.terminal.painter import PaintedApp

__all__ = ["GuardedApp"]

log = logging.getLogger(__name__)

_FAULT = 70
_HANGUP_CHECK = 2.0
"""Seconds between two looks at whether the terminal is still there."""
_AFTERWARDS = 0.5
"""Seconds after another program had the terminal until SIGINT is ours again."""


def _lenient(encoding: str) -> "partial[codecs.IncrementalDecoder]":
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


# Bytes that are no UTF-8 (a paste from elsewhere, noise on the line) are characters that fit nothing; Textual's own
# decoder raises on them, and its thread ends the program. Private in Textual, so pinned by a test.
linux_driver.getincrementaldecoder = _lenient  # type: ignore[assignment, attr-defined]


class _Step(partial[None]):
    """One step on the way of a key. Textual looks at a callback's signature, which takes longer than the step itself;
    of one that says what it takes it does not ask."""

    _param_count = 0


class GuardedApp(PaintedApp, inherit_bindings=False):
    """Ends in order whatever happens, and lets no key overtake what the key before it led to."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: Exception | None = None
        """The unexpected exception that ended us, for the report (R9)."""
        self._signalled = False
        """A signal ends us."""
        self._keys: deque[Key] = deque()
        """Typed and not yet gone to the focus, but for the first, which is on its way."""

    def on_load(self) -> None:
        """Signals are heard before the terminal is taken."""
        self._listen_for_signals()

    def on_mount(self) -> None:
        """Look after the terminal, where there is one."""
        if not self.is_headless:
            self.set_interval(_HANGUP_CHECK, self._check_terminal)

    def _listen_for_signals(self) -> None:
        """Signals restore the terminal and say by the exit code who ended us (R44); ctrl+c is a key, not SIGINT."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, self._ended_by, number)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """While another program has the terminal, ctrl+c is its own: `less` would otherwise take us with it."""
        loop = asyncio.get_running_loop()
        loop.remove_signal_handler(signal.SIGINT)
        # A handler, because the other program would inherit that it is ignored.
        signal.signal(signal.SIGINT, lambda number, frame: None)
        try:
            with super().suspend():
                yield
        finally:
            # Later: what came meanwhile is still on its way through the loop.
            loop.call_later(_AFTERWARDS, self._listen_for_signals)

    def _ended_by(self, number: int) -> None:
        self._signalled = True
        self.exit(return_code=128 + number)

    def _check_terminal(self) -> None:
        """The terminal can go away while SIGHUP is ignored; nobody would tell us (R45)."""
        poll = select.poll()
        poll.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, select.POLLHUP)
        if any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0)):
            # Leaving in order may write to the terminal that is gone, and hang.
            ending = threading.Timer(1.0, os._exit, (128 + signal.SIGHUP,))
            ending.daemon = True
            ending.start()
            self.exit(return_code=128 + signal.SIGHUP)

    def _handle_exception(self, error: Exception) -> None:
        """Keep the first unexpected exception; Textual's own ending follows."""
        if self._signalled:
            # A screen that was left half built; who ended us wants the terminal and the exit code.
            log.error("while ending on a signal", exc_info=error)
            return
        if self.fault is None:
            inner = error.error if isinstance(error, WorkerFailed) else error
            self.fault = inner if isinstance(inner, Exception) else error
        super()._handle_exception(error)
        self._return_code = _FAULT

    def panic(self, *renderables: RenderableType) -> None:
        """The thread that reads keys has failed: a fault like any other, and not a quiet end with status 0 (R9)."""
        if self.fault is None:
            self.fault = RuntimeError("reading keys has failed")
        self._return_code = _FAULT
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """End without the traceback, whose local variables hold tokens and remote text (R9)."""
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Nothing either: our one line follows."""

    async def on_event(self, event: Event) -> None:
        """Keys go on one at a time: one typed ahead goes where the one before it led, not where the focus was when
        both arrived."""
        if isinstance(event, Key) and not event.is_forwarded:
            self._keys.append(event)
            if len(self._keys) == 1:
                await self._next_key()
        else:
            await super().on_event(event)

    async def _next_key(self) -> None:
        if self._exit or not self.screen_stack:
            # Typed behind the key that left: there is no screen any more that it could be meant for.
            self._keys.clear()
            return
        start = self.focused or self.screen
        await super().on_event(self._keys[0])
        self._follow(start, start, True)

    def _follow(self, node: DOMNode, start: DOMNode, again: bool = False) -> None:
        """Go the way of a key from the focus up to us, behind it in every queue; and once more, behind the messages
        it caused. Then the next key may go."""
        if node is not self and node.post_message(Callback(_Step(self._follow, node.parent or self, start, again))):
            return
        if node is self and again and start.post_message(Callback(_Step(self._follow, start.parent or self, start))):
            return
        self._keys.popleft()
        if self._keys:
            self.call_next(self._next_key)
