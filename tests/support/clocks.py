"""Every clock of the tests.

`VirtualClock` is the time of an event loop on which waiting costs nothing: when nobody can go on, time jumps to the
next timer. Work for threads is done on the spot there, so that one seed makes one run. `HeldClock` stands still on any
loop, and `WorldTime` is the sandbox's.
"""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.waiting import PATIENCE
from tui.sandbox.clock import WorldClock

__all__ = ["START", "HeldClock", "VirtualClock", "VirtualLoop", "WorldTime", "run_virtual", "virtual"]

START = datetime(2026, 11, 24, 16, tzinfo=UTC)
"""What the clock shows at loop time 0."""


class _Jump(selectors.DefaultSelector):
    """Never waits: it moves the loop's time on instead."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return super().select(PATIENCE)
        self.passed += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop; `time()` is its selector's."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.passed

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Without the limit of newer Pythons: time would jump to its end while a thread still works."""
        await super().shutdown_default_executor()

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except BaseException as error:
            done.set_exception(error)
        return done


class VirtualClock:
    """The loop's time as a clock; `step` sets the wall clock without letting time pass, as a sleeping machine does."""

    def __init__(self) -> None:
        self.stepped = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic() + self.stepped)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def step(self, seconds: float) -> None:
        self.stepped += seconds


class HeldClock:
    """Time passes only where a test sets `passed` and, unless `moves` is off, where somebody waits."""

    def __init__(self, start: datetime = START, *, moves: bool = True) -> None:
        self._start, self._moves = start, moves
        self.passed = 0.0
        """Seconds since `start`."""
        self.waits: list[float] = []
        """The seconds of every wait."""

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed += seconds if self._moves else 0.0
        await asyncio.sleep(0)


class WorldTime:
    """The sandbox's time as the program's, so that both agree; whoever waits moves it, unless `moves` is off."""

    def __init__(self, world: WorldClock, *, moves: bool = True) -> None:
        self._world, self._moves = world, moves
        self._begun = world.now()

    def now(self) -> datetime:
        return self._world.now()

    def monotonic(self) -> float:
        return (self._world.now() - self._begun).total_seconds()

    async def sleep(self, seconds: float) -> None:
        if self._moves:
            self._world.advance(seconds)
        await asyncio.sleep(0)


def run_virtual(main: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end on a loop of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def virtual(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a test of a coroutine that runs on a virtual loop."""

    @functools.wraps(test)
    def run(*args: Any, **named: Any) -> None:
        run_virtual(test(*args, **named))

    return run
