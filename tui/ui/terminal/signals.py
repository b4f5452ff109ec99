"""What keeps the interface safe: signals, a terminal that goes away, internal errors, keys typed ahead."""

import asyncio
import logging
import signal
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

from rich.console import RenderableType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Callback, Event, Key
from textual.worker import WorkerFailed

from tui.ui.terminal.driver import INTERRUPT, TerminalDriver
from tui.ui.terminal.painter import PaintedApp
from tui.ui.terminal.watchdog import Watchdog
from tui.ui.terminal.workers import ScreenWorkers

__all__ = ["GuardedApp"]

log = logging.getLogger(__name__)

_FAULT = 70
_INTERRUPT = 130
_TWICE = 1.0
"""Seconds within which a second ctrl+c leaves."""
_AFTERWARDS = 0.5
"""Seconds after another program had the terminal until SIGINT is ours again."""


class _Step(partial[None]):
    """One step on the way of a key. Textual looks at a callback's signature, which takes longer than the step itself;
    of one that says what it takes it does not ask."""

    _param_count = 0


class GuardedApp(PaintedApp, inherit_bindings=False):
    """Ends in order whatever happens, and lets no key overtake what the key before it led to, but for ctrl+c."""

    one_interrupt_leaves: ClassVar[bool] = False
    """There is nothing that ctrl+c could stop first."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: Exception | None = None
        """The unexpected exception that ended us, for the report (R9)."""
        self._signalled = False
        """A signal ends us."""
        self._keys: deque[Key] = deque()
        """Typed and not yet gone to the focus, but for the first, which is on its way."""
        self._interrupted = float("-inf")
        """When ctrl+c was typed the last time, as messages tell time."""
        self._watchdog: Watchdog | None = None
        self._workers = ScreenWorkers(self)

    def get_driver_class(self) -> type[Driver]:
        """Ours; `TEXTUAL_DRIVER` would load another."""
        return TerminalDriver

    def _build_driver(self, *args: Any, **named: Any) -> Driver:
        """With a way for ctrl+c past all that waits."""
        driver = super()._build_driver(*args, **named)
        if isinstance(driver, TerminalDriver):
            driver.interrupted = self.interrupt
        return driver

    def guard(self, watchdog: Watchdog) -> None:
        """Let it end the process when an end in order takes too long. Without one there is no deadline."""
        loop = asyncio.get_running_loop()
        self._watchdog = watchdog
        watchdog.lost = partial(loop.call_soon_threadsafe, self._ended_by, signal.SIGHUP)
        watchdog.restore = self._give_back

    def _give_back(self) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.give_back()

    def on_load(self) -> None:
        """Signals are heard before the terminal is taken."""
        self._listen_for_signals()

    def _listen_for_signals(self) -> None:
        """Signals restore the terminal and say by the exit code who ended us (R44); ctrl+c is a key, not SIGINT."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()

        def heard(number: int, frame: object) -> None:
            # Python runs this between two steps of whatever holds the loop up, so that the deadline runs.
            self._begin_end(128 + number)
            loop.call_soon_threadsafe(self._ended_by, number)

        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, heard)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """While another program has the terminal, ctrl+c is its own: `less` would otherwise take us with it."""
        loop = asyncio.get_running_loop()
        # A handler, because the other program would inherit that it is ignored.
        signal.signal(signal.SIGINT, lambda number, frame: None)
        try:
            with super().suspend():
                yield
        finally:
            # Later: what came meanwhile is still on its way through the loop.
            loop.call_later(_AFTERWARDS, self._listen_for_signals)

    def _begin_end(self, code: int) -> None:
        if self._watchdog is not None:
            self._watchdog.begin(code)

    def _ended_by(self, number: int) -> None:
        self._signalled = True
        self.exit(return_code=128 + number)

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End, at the latest when the watchdog's deadline is over. Of several reasons the first gives the status."""
        if not self._exit:
            self._begin_end(return_code)
            super().exit(result, return_code, message)

    def hand_over(self) -> None:
        """End, so that another application takes the terminal: the process goes on."""
        super().exit()

    def _handle_exception(self, error: Exception) -> None:
        """Keep the first unexpected exception; Textual's own ending follows."""
        if self._signalled:
            # A screen that was left half built; who ended us wants the terminal and the exit code.
            log.error("while ending on a signal", exc_info=error)
            return
        if self.fault is None:
            inner = error.error if isinstance(error, WorkerFailed) else error
            self.fault = inner if isinstance(inner, Exception) else error
        self._begin_end(_FAULT)
        super()._handle_exception(error)
        self._return_code = _FAULT

    def panic(self, *renderables: RenderableType) -> None:
        """The thread that reads keys has failed: a fault like any other, and not a quiet end with status 0 (R9)."""
        if self._signalled or (self._watchdog is not None and self._watchdog.gone()):
            self._ended_by(signal.SIGHUP)
            return
        if self.fault is None:
            self.fault = RuntimeError("reading keys has failed")
        self._begin_end(_FAULT)
        self._return_code = _FAULT
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """End without the traceback, whose local variables hold tokens and remote text (R9)."""
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Nothing either: our one line follows."""

    # --- keys ----------------------------------------------------------------------------------------------------

    def interrupt(self, typed: float) -> None:
        """ctrl+c was typed at that time. It overtakes every key before it, and those are dropped; the second within a
        second ends the program. May be called on any thread, so that a loop that is held up does not matter."""
        leaves = self.one_interrupt_leaves or typed - self._interrupted < _TWICE
        self._interrupted = typed
        if leaves:
            self._begin_end(_INTERRUPT)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.call_next, self._act_on_interrupt, leaves)

    def _act_on_interrupt(self, leaves: bool) -> None:
        while len(self._keys) > 1:  # the first is on its way
            self._keys.pop()
        if leaves:
            self.exit(return_code=_INTERRUPT)
        else:
            self.action_interrupt()

    def action_interrupt(self) -> None:
        """Stop what is under way: the first ctrl+c."""

    async def on_event(self, event: Event) -> None:
        """Keys go on one at a time: one typed ahead goes where the one before it led, not where the focus was when
        both arrived."""
        if not isinstance(event, Key) or event.is_forwarded:
            await super().on_event(event)
        elif event.key == INTERRUPT:
            self.interrupt(event.time)
        elif event.time >= self._interrupted:
            self._keys.append(event)
            if len(self._keys) == 1:
                await self._next_key()

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
