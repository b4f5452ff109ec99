"""How a program in a terminal is measured: latency of keys, bytes, processor time."""

import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.terminal import Terminal

__all__ = ["FIRST_ROW", "Keys", "idle", "keys", "keys_until", "on_line"]

FIRST_ROW = 6
"""The line of the screen on which the list begins."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What pressing one key many times showed."""

    median: float
    """Seconds from the key to the paint."""
    p95: float
    bytes: float
    """Median bytes a press."""


def keys(
    terminal: Terminal, sequence: Sequence[str], *, paint: int = 1, quiet: float = 0.06, timeout: float = 30.0
) -> Keys:
    """Press each key, waiting until the screen is quiet in between; the first press is a warm-up.

    Args:
        terminal: Where the program runs.
        sequence: The keys.
        paint: Bytes that make a paint: some programs echo the key at once and draw its effect later.
        quiet: Seconds of silence that end an answer.
        timeout: Seconds to wait for one answer, for programs that are never silent.
    """
    latencies, sizes = [], []
    for number, key in enumerate(sequence):
        terminal.send(key)
        burst = terminal.burst(quiet=quiet, timeout=timeout)
        if number and burst.reached(paint) < timeout:
            latencies.append(burst.reached(paint))
            sizes.append(len(burst.data))
    if not latencies:
        raise AssertionError("no key had an answer")
    latencies.sort()
    return Keys(statistics.median(latencies), latencies[int(len(latencies) * 0.95)], statistics.median(sizes))


def on_line(line: int, output: bytes) -> int:
    """Bytes of an output that went to one line of the screen, counted from 1, with the way there."""
    pieces = re.split(rb"(?=\x1b\[\d+;\d+H)", output)
    return sum(len(piece) for piece in pieces if piece.startswith(b"\x1b[%d;" % line))


def keys_until(terminal: Terminal, key: str, done: bytes, *, pause: float = 0.03, timeout: float = 30.0) -> list[float]:
    """Press a key again and again until `done` stands in the output; seconds from each press to the first byte."""
    latencies, began = list[float](), time.perf_counter()
    while time.perf_counter() - began < timeout:
        terminal.send(key)
        burst = terminal.burst(quiet=pause, timeout=2.0)
        latencies.append(burst.first)
        if done in burst.data:
            return latencies
    raise AssertionError(f"{done!r} did not come within {timeout} s")


def idle(terminal: Terminal, seconds: float = 10.0) -> tuple[float, int]:
    """Share of a core used, and bytes written, while nobody does anything."""
    cpu, started, count = terminal.cpu_seconds(), time.perf_counter(), 0
    while (left := seconds - (time.perf_counter() - started)) > 0:
        count += len(terminal.burst(quiet=left, timeout=left).data)
    return (terminal.cpu_seconds() - cpu) / (time.perf_counter() - started), count
