"""How long a test waits for what has to happen, and how it measures work without a clock."""

import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["PATIENCE", "calls", "calls_until", "ends"]

PATIENCE = 300.0
"""Seconds after which something that a test waits for counts as missing, however busy the machine is.

Every wait of every test has this one deadline. A test that passes never comes near it.
"""


class _Count:
    """Calls of Python and of C functions while the block runs; each step of a generator is one."""

    def __init__(self) -> None:
        self.calls = 0

    def _note(self, frame: FrameType, event: str, argument: Any) -> None:
        self.calls += event in {"call", "c_call"}

    def __enter__(self) -> "_Count":
        self._before = sys.getprofile()
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._before)


def calls(work: Callable[[], object]) -> int:
    """How many functions `work` calls in this thread.

    This is the same on every machine, and it grows as the time does unless the time is spent inside one call of C.
    """
    with _Count() as count:
        work()
    return count.calls


async def calls_until(done: Awaitable[object]) -> int:
    """How many functions everything on the loop calls until this is done."""
    with _Count() as count:
        await done
    return count.calls


@contextmanager
def ends() -> Iterator[None]:
    """Fail when the block uses more than `PATIENCE` seconds of processor time, for work inside C that nobody can count.

    A regular expression is interrupted too. Only for the main thread.

    Raises:
        AssertionError: It did not end.
    """

    def give_up(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"it did not end within {PATIENCE:.0f} s of processor time")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
