"""How long a test waits for what has to happen, and how it measures work without a clock."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["PATIENCE", "calls", "ends"]

PATIENCE = 300.0
"""Seconds after which something that a test waits for counts as missing, however busy the machine is.

Every wait of every test has this one deadline. A test that passes never comes near it.
"""


def calls(work: Callable[[], object]) -> int:
    """How many functions of Python and of C `work` calls; each step of a generator is one.

    This is the same on every machine, and it grows as the time does unless the time is spent inside one call of C.
    """
    count = 0

    def count_one(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count_one)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


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
