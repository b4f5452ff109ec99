"""P1-P7, P10 and P13: what a person at the keyboard feels, in a real terminal."""

import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench import programs
from tests.bench.measure import FIRST_ROW, Keys, idle, keys, on_line
from tests.bench.report import Figure
from tests.support.terminal import Terminal

__all__ = ["arranging", "changes", "cursor", "idleness", "leaving", "output", "pages", "start"]

MANY, FEW = 100_000, 100
_DOWN = ["\x1b[B"] * 41
_ROW = 150
"""Bytes of a repainted row: visidata echoes the key at once, and moves its cursor later."""
_TABLE = 600
"""Bytes of a repainted table: the typed letter and the marked head come before it."""
_NORMAL_SCREEN = b"\x1b[?1049l"
_PAGE_DOWN = "\x1b[6~"
_FULL = 5.0
"""Seconds in which a terminal that nobody reads fills up."""
_LONG = 60.0
"""Seconds after which a program counts as one that never ends."""


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _ratio(number: str, what: str, ours: float, reference: float, name: str, most: float) -> Figure:
    ratio = ours / reference
    return Figure(number, what, _ms(ours), f"{name} {_ms(reference)}", f"<= {most:g} x, is {ratio:.2f}", ratio <= most)


def start() -> Iterator[Figure]:
    """P1: from the start to the first painted row, the list on disk and no platform answering."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as place:
        cache = Path(place) / "tasks.sqlite"
        with programs.deck(MANY, cache=cache, settle=5.0) as (terminal, _):
            terminal.send("q")
            terminal.wait(60.0)  # what is not written yet is written now
        for _ in range(5):
            with programs.hello() as (_terminal, seconds):
                theirs.append(seconds)
            with programs.deck(MANY, "silent", cache=cache) as (_terminal, seconds):
                ours.append(seconds)
    what = f"start with {MANY:,} cached tasks"
    yield _ratio("P1", what, statistics.median(ours), statistics.median(theirs), "hello", 1.5)


def _cursor(rows: int) -> Keys:
    with programs.deck(rows) as (terminal, _):
        return keys(terminal, _DOWN)


def cursor() -> Iterator[Figure]:
    """P2 and P3: a cursor key, against fewer rows, against visidata, against a small DataTable."""
    many, few = _cursor(MANY), _cursor(FEW)
    yield _ratio("P2", f"cursor key, {MANY:,} rows", many.median, few.median, f"{FEW} rows", 1.2)
    with programs.visidata(MANY) as (terminal, _):
        reference = keys(terminal, ["j"] * 41, paint=_ROW, timeout=0.5).median
        yield _ratio("P3", f"cursor key, {MANY:,} rows", many.median, reference, "visidata", 0.25)
    with programs.datatable(FEW) as (terminal, _):
        reference = keys(terminal, _DOWN).median
        yield _ratio("P3", f"cursor key, {MANY:,} rows", many.median, reference, f"DataTable {FEW}", 0.6)


def pages() -> Iterator[Figure]:
    """P4: PageDown, painted to the end."""
    with programs.deck(MANY) as (terminal, _):
        ours = _whole(terminal, [_PAGE_DOWN] * 16)
    with programs.datatable(MANY) as (terminal, _):
        theirs = _whole(terminal, [_PAGE_DOWN] * 16)
    yield _ratio("P4", f"PageDown, {MANY:,} rows", ours, theirs, "DataTable", 0.3)


def _whole(terminal: Terminal, sequence: list[str], quiet: float = 0.12) -> float:
    """Median seconds from a key to the last byte of its answer; the first press is a warm-up."""
    seconds = []
    for number, key in enumerate(sequence):
        terminal.send(key)
        burst = terminal.burst(quiet=quiet, timeout=30.0)
        if number and burst.data:
            seconds.append(burst.last)
    return statistics.median(seconds)


def _bytes(number: str, what: str, size: float, most: int) -> Figure:
    return Figure(number, what, f"{size:.0f} B", "", f"<= {most:,} B", size <= most)


def output() -> Iterator[Figure]:
    """P5: bytes on the line. Of a change the most that its own row ever cost: the counts and the preview that tell of
    it stand elsewhere."""
    for change, what, most in (("cell", "a changed cell", 200), ("row", "a changed row", 500)):
        with programs.deck(FEW, change) as (terminal, _):
            sizes = [on_line(FIRST_ROW, terminal.burst(quiet=0.2, timeout=3.0).data) for _ in range(8)]
            yield _bytes("P5", what, max(sizes), most)
    with programs.deck(MANY) as (terminal, _):
        yield _bytes("P5", "a cursor move with the band", keys(terminal, "jkjkjkjkjkjkjk").bytes, 1000)
    with programs.deck(MANY, remote=True) as (terminal, _):
        yield _bytes("P5", "a cursor move over SSH", keys(terminal, "jkjkjkjkjkjkjk").bytes, 150)
        count, started = 200, len(terminal.output)
        for _ in range(count):
            terminal.send("j")
            terminal.burst(quiet=0.03, timeout=0.033)  # thirty a second, as a held key repeats
        terminal.burst(quiet=0.3, timeout=5.0)
        yield _bytes("P5", "held j, a key", (len(terminal.output) - started) / count, 1500)


def idleness() -> Iterator[Figure]:
    """P6: paused, so no poll is due and nothing changes."""
    with programs.deck(MANY) as (terminal, _):
        terminal.send("a")
        terminal.burst(quiet=9.0, timeout=12.0)  # the message about the pause comes and goes
        share, size = idle(terminal, 20.0)
    yield Figure("P6", "idle, processor", f"{share:.2%}", "", "<= 0.3 % of a core", share <= 0.003)
    yield Figure("P6", "idle, bytes a second", f"{size / 20:.1f} B", "", "0 B", size == 0)


def changes() -> Iterator[Figure]:
    """P7: 1,000 tasks change each second."""
    with programs.deck(MANY, "many", settle=0.5) as (terminal, _):
        time.sleep(3.0)
        share, _size = idle(terminal, 15.0)
        memory = terminal.memory_bytes() / 2**20
    yield Figure("P7", "1,000 changes a second", f"{share:.1%}", "", "<= 2 % of a core", share <= 0.02)
    yield Figure("P7", f"memory, {MANY:,} tasks", f"{memory:.0f} MB", "", "<= 220 MB", memory <= 220)


def arranging() -> Iterator[Figure]:
    """P10: filter as typed, sort by a column; from the key to the paint of the table (its sums come later)."""
    with programs.deck(MANY) as (terminal, _):
        terminal.send("/batch ")
        terminal.burst(quiet=0.5)
        typed = keys(terminal, ["7", "7", "\x7f", "\x7f"] * 3, paint=_TABLE, quiet=0.3, timeout=3.0).median
        yield Figure("P10", f"filter {MANY:,} rows", _ms(typed), "", "<= 50 ms", typed <= 0.05)
        terminal.send("\x1b")
        terminal.burst(quiet=0.5)
        terminal.send("\x1b")
        terminal.burst(quiet=0.5)
        sorted_by = keys(terminal, [">"] * 9, paint=_TABLE, quiet=0.3, timeout=3.0).median
        yield Figure("P10", f"sort {MANY:,} rows", _ms(sorted_by), "", "<= 100 ms", sorted_by <= 0.1)


def leaving() -> Iterator[Figure]:
    """P13: from the key or the signal to the restored terminal."""
    ways: list[tuple[str, Callable[[Terminal], None]]] = [
        ("q", lambda terminal: terminal.send("q")),
        ("ctrl+c twice", lambda terminal: terminal.send("\x03\x03")),
        ("SIGTERM", lambda terminal: terminal.signal(signal.SIGTERM)),
        ("SIGHUP", lambda terminal: terminal.signal(signal.SIGHUP)),
    ]
    for name, leave in ways:
        with programs.deck(MANY) as (terminal, _):
            started = time.perf_counter()
            leave(terminal)
            terminal.wait_for(_NORMAL_SCREEN, timeout=10.0)
            seconds = time.perf_counter() - started
            terminal.wait(10.0)
            yield Figure("P13", f"leave by {name}", _ms(seconds), "", "<= 1 s", seconds <= 1.0)
    yield from _leaving_without_a_reader(ways)


def _leaving_without_a_reader(ways: Sequence[tuple[str, Callable[[Terminal], None]]]) -> Iterator[Figure]:
    """To the end of the process, where the terminal takes no byte any more, and where it is gone (R45)."""
    for name, leave in ways:
        with programs.deck(MANY) as (terminal, _):
            terminal.send("Gg" * 20)
            time.sleep(_FULL)  # the keys are dealt with, and what they drew waits: else it is they that are measured
            leave(terminal)
            seconds = _ended(terminal)
            yield Figure("P13", f"leave by {name}, terminal stuck", _ms(seconds), "", "<= 5 s", seconds <= 5.0)
    with programs.deck(MANY) as (terminal, _):
        terminal.send("Gg" * 40)
        terminal.hang_up()
        seconds = _ended(terminal)
        yield Figure("P13", "leave, terminal gone", _ms(seconds), "", "<= 5 s", seconds <= 5.0)


def _ended(terminal: Terminal) -> float:
    """Seconds until the process is no more, with nobody who reads what it writes."""
    started = time.perf_counter()
    while terminal.status is None and time.perf_counter() - started < _LONG:
        pid, status = os.waitpid(terminal.pid, os.WNOHANG)
        if pid:
            terminal.status = os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return time.perf_counter() - started
