"""When an interface under test has nothing left to do."""

import asyncio
import functools
import time
import weakref
from collections.abc import Callable
from typing import Any

from textual._context import active_app

__all__ = ["no_work_is_left", "note_threads"]

_ROUNDS = 20_000
"""Turns of the loop after which a test goes on all the same: what never rests is not waited for."""
_THREAD = 2.0
"""Seconds a thread is waited for; one that a test holds up on purpose works for ever."""

_working: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, int]" = weakref.WeakKeyDictionary()


def note_threads() -> None:
    """Count from now on what each loop has given to a thread and not got back."""
    original: Callable[..., Any] = asyncio.BaseEventLoop.run_in_executor

    @functools.wraps(original)
    def run_in_executor(loop: asyncio.AbstractEventLoop, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        done = original(loop, executor, func, *args)
        _working[loop] = _working.get(loop, 0) + 1
        done.add_done_callback(lambda _: _working.__setitem__(loop, _working[loop] - 1))
        return done

    asyncio.BaseEventLoop.run_in_executor = run_in_executor  # type: ignore[method-assign]


async def no_work_is_left(min_sleep: float = 0.0, max_sleep: float = 0.0) -> None:
    """Wait until the loop has nothing to do but timers, threads are done and the screen is painted.

    It stands for Textual's `wait_for_idle`, which compares the process's time with the clock's: that takes 20 ms after
    every key, and takes a program that waits for its turn on a busy machine for an idle one.
    """
    loop: Any = asyncio.get_running_loop()
    app = active_app.get(None)
    deadline = time.monotonic() + _THREAD
    for _ in range(_ROUNDS):
        await asyncio.sleep(0)
        if loop._ready:
            continue
        if _working.get(loop, 0) and time.monotonic() < deadline:
            await asyncio.sleep(0.0005)
            continue
        if app is None or not _paint(app):
            return


def _paint(app: Any) -> bool:
    """Do what waits for the next frame: a new size, then a paint. Whether there was any."""
    if app._resize_event is not None:
        app._check_resize()
        return True
    stack = app._screen_stack if app._running and app._screen_stacks else []
    if not stack or stack[-1]._update_timer is None or not stack[-1]._update_timer._active.is_set():
        return False
    stack[-1]._on_timer_update()
    return True
