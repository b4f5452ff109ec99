"""Every way to end, with the terminal there, stuck and gone (issue 9, points 1 and 4)."""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TextIO

import pytest

from tests.support.interface import ME, alternate, interface
from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE
from tui.ui.terminal.writer import Writer

DRAWING = "Gg" * 40
"""Keys that make it draw for a while."""
CRASHING = """
import sys
from tests.support.small_demo import shrink
from tui.cli.main import run
from tui.ui.app import TaskdeckApp
shrink()
def fail(*_):
    raise ZeroDivisionError
TaskdeckApp.action_show = fail
sys.argv = ["taskdeck", "--demo"]
run()
"""
WAYS = {"q": 0, "ctrl+c": 130, "SIGTERM": 143, "SIGHUP": 129, "crash": 70}


def started(how: str) -> Terminal:
    """The interface, which shows its list."""
    terminal = interface((sys.executable, "-c", CRASHING) if how == "crash" else ME)
    terminal.wait_for(b"taskdeck")
    terminal.settle()
    return terminal


def end(terminal: Terminal, how: str) -> None:
    """Ask it to end."""
    keys = {"q": "q", "ctrl+c": "\x03\x03", "crash": "?"}
    if how in keys:
        terminal.send(keys[how])
    else:
        terminal.signal(signal.Signals[how])


def ended(terminal: Terminal) -> int:
    """Wait for the end without reading a byte, as a terminal that is stuck."""
    done = threading.Event()
    codes = list[int]()

    def wait() -> None:
        codes.append(os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]))
        done.set()

    threading.Thread(target=wait, daemon=True).start()
    assert done.wait(PATIENCE), "it never ended"
    terminal.status = codes[0]
    return codes[0]


@pytest.mark.parametrize("how", WAYS)
def test_t01_a_reader_that_stopped_reading_holds_no_end(how: str) -> None:
    """With pictures waiting that nobody takes, each way to end has its own exit code."""
    with started(how) as terminal:
        for _ in range(20):
            terminal.send(DRAWING)
        end(terminal, how)
        assert ended(terminal) == WAYS[how]


@pytest.mark.parametrize("ignored", [False, True])
@pytest.mark.parametrize("how", WAYS)
def test_t01_a_terminal_that_goes_away_ends_it_in_the_middle_of_drawing(how: str, ignored: bool) -> None:
    """The first reason gives the exit code: that asked for, or the hangup where it came before."""
    ignore = "import os, signal, sys; signal.signal(1, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    command = (sys.executable, "-c", CRASHING) if how == "crash" else ME
    with interface((sys.executable, "-c", ignore, *command) if ignored else command) as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.send(DRAWING)
        end(terminal, how)
        terminal.hang_up()
        assert ended(terminal) in {WAYS[how], 129}


def test_t01_a_terminal_that_is_there_is_given_back_once_though_the_end_is_held_up(home: Path) -> None:
    """The event loop stands still: the deadline restores the terminal, and the exit code is the one asked for."""
    held = CRASHING.replace("raise ZeroDivisionError", "import time; time.sleep(10_000)")
    with interface((sys.executable, "-c", held)) as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.settle()
        terminal.send("?")
        terminal.settle()
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 143
        assert alternate(terminal.output) == (1, 1)


def test_t01_what_waits_is_dropped_for_the_sequence_that_restores() -> None:
    """Nobody who writes waits; at the end only the restoring sequence follows what was under way, and only once."""
    out, into = os.pipe()
    stream: TextIO
    with os.fdopen(into, "w", encoding="utf-8") as stream, os.fdopen(out, "rb") as source:
        writer = Writer(stream)
        writer.start()
        for _ in range(100):
            writer.write("x" * 10_000)
        assert writer.behind
        writer.give_back("\x1b[?1049l", 0)
        writer.give_back("\x1b[?1049l", 0)
        writer.write("y")
        got = b""
        while not got.endswith(b"\x1b[?1049l"):
            got += os.read(source.fileno(), 65_536)
        assert got.strip(b"x") == b"\x1b[?1049l"
        assert len(got) < 500_000


def test_t01_a_slow_reader_gets_the_picture_of_now() -> None:
    """What was skipped while it was behind is asked for once everything was taken."""
    out, into = os.pipe()
    with os.fdopen(into, "w", encoding="utf-8") as stream, os.fdopen(out, "rb") as source:
        caught_up = threading.Event()
        writer = Writer(stream)
        writer.caught_up = caught_up.set
        writer.start()
        writer.write("x" * 200_000)
        assert writer.behind
        assert not caught_up.is_set()
        left = 200_000
        while left:
            left -= len(os.read(source.fileno(), 65_536))
        assert caught_up.wait(PATIENCE)
        assert not writer.behind
        writer.stop()
