"""The event loop of a command: signals become exit codes, and a hanging name lookup cannot hold us."""

import asyncio
import gc
import os
import resource
import signal
import sys
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from tui.cli.exit_codes import Exit
from tui.cli.fault_report import stray

__all__ = ["let_threads_take_turns", "no_core_dumps", "run_command", "run_loop", "spare_the_collector"]

_SIGNALS = {
    signal.SIGTERM: Exit.TERMINATED,
    signal.SIGHUP: Exit.HANGUP,
    signal.SIGINT: Exit.INTERRUPT,
}
_OBJECTS = 50_000
"""New objects after which garbage is looked for."""
_TURN = 0.001
"""Seconds that a thread runs while another wants to."""
_GRACE = 0.5
"""Seconds that threads get to end; a name lookup may hang for 20 and obeys nothing."""


def spare_the_collector() -> None:
    """Look for garbage rarely. A start and a long list make many objects and no garbage; looking for it every 700 of
    them costs a tenth of the time to the first paint, and a sixth of printing a list."""
    gc.set_threshold(_OBJECTS)


def let_threads_take_turns() -> None:
    """A key goes through ten queues before it is on the screen, and may wait in each for a thread that loads modules or
    reads the cache: for a millisecond, not for five."""
    sys.setswitchinterval(_TURN)


def no_core_dumps() -> None:
    """A core dump would hold the tokens (R8)."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_loop(main: Coroutine[Any, Any, int], *, ends_process: bool) -> int:
    """`asyncio.run`; with `ends_process` the process ends half a second after `main`, whatever its threads do."""

    async def guarded() -> int:
        code = int(Exit.FAULT)
        asyncio.get_running_loop().set_exception_handler(stray)
        try:
            code = await main
            return code
        finally:
            if ends_process:
                _end_soon(code)

    return asyncio.run(guarded())


def run_command(main: Coroutine[Any, Any, int], *, ends_process: bool) -> int:
    """`run_loop` for what has no screen: SIGTERM, SIGHUP and ctrl+c cancel it and give their exit codes (R44)."""

    async def listening() -> int:
        caught: list[Exit] = []
        task = asyncio.ensure_future(main)
        loop = asyncio.get_running_loop()

        def stop(code: Exit) -> None:
            caught.append(code)
            task.cancel()

        if threading.current_thread() is threading.main_thread():
            for number, code in _SIGNALS.items():
                if signal.getsignal(number) is not signal.SIG_IGN:
                    loop.add_signal_handler(number, stop, code)
        try:
            return await task
        except asyncio.CancelledError:
            if caught:
                return caught[0]
            raise

    return run_loop(listening(), ends_process=ends_process)


def _end_soon(code: int) -> None:
    def end() -> None:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(code)

    timer = threading.Timer(_GRACE, end)
    timer.daemon = True
    timer.start()
