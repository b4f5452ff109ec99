"""What only a terminal can show: the bytes, the title, suspending, and what is left behind."""

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE
from tui.ui.terminal.escapes import OURS

ROOT = Path(__file__).parents[2]
TEXTUALS = (
    rb"\x1b\[[0-9;]*m",
    rb"\x1b\[[0-9;]*[ABCDEFGHJKXd]",
    rb"\x1b\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]",
    rb"\x1b\[\?(?:2026|2048)\$p",
    rb"\x1b\[>[0-9]+u",
    rb"\x1b\[<u",
    rb"\x1b\]22;[a-z-]*\x07",
)
"""Styles, the cursor, modes, two questions about modes, the kitty keyboard, the shape of the pointer."""
ALLOWED = re.compile(b"|".join((*TEXTUALS, *OURS)))


def environment(**more: str) -> dict[str, str]:
    """A terminal of 256 colours in a UTF-8 locale."""
    foreign = ("LC_", "SSH_", "TMUX", "COLUMNS", "LINES", "TEXTUAL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "ESCDELAY": "20", "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **more}


def demo(columns: int = 80, rows: int = 24, **more: str) -> Terminal:
    command = [sys.executable, "-m", "tests.support.small_demo", "--demo", "status:failed"]
    return Terminal(command, columns=columns, rows=rows, environment=environment(**more), cwd=str(ROOT))


def leave(terminal: Terminal) -> bytes:
    """Leave by `q`; everything that was ever written."""
    terminal.settle()
    terminal.send("q")
    assert terminal.wait() == 0
    return terminal.output


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def until_state(terminal: Terminal, wanted: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while state(terminal.pid) not in wanted:
        assert time.monotonic() < deadline, f"never in state {wanted}"
        terminal.burst(quiet=0.02, timeout=0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_r44_a_signal_restores_the_terminal_and_is_the_exit_code(number: signal.Signals) -> None:
    with demo(110, 30) as at:
        at.wait_for(b"FAILED")
        at.signal(number)
        assert at.wait() == 128 + number
        assert at.output.rfind(b"\x1b[?1049l") > at.output.find(b"FAILED")


def test_r14_every_sequence_is_on_the_list_and_title_and_mouse_and_screen_are_given_back() -> None:
    with demo(110, 30, TASKDECK_CLIPBOARD="osc52") as at:
        at.wait_for(b"status:failed")
        at.wait_for(b"FAILED")
        at.wait_for(b"preview")
        for keys in ("c", "jjk", "y", "\x1b", "?", "q", "!", "\x1b", ",", "q", "M", "M", "p", "p"):
            at.press(keys)
        at.wait_for(b"\x1b]52;c;")
        output = leave(at)
    rest = ALLOWED.sub(b"", output)
    assert b"\x1b" not in rest, rest[max(0, rest.find(b"\x1b") - 20) :][:60]
    controls = set(re.findall(rb"[\x00-\x1f\x7f]", rest)) - {b"\r", b"\n"}
    assert not controls
    assert not re.search("[\x80-\x9f]", rest.decode("utf-8"))
    assert output.find(b"\x1b[22;2t") < output.find(b"\x1b]2;taskdeck ") < output.rfind(b"\x1b[23;2t")
    for opened, closed in ((b"\x1b[?1000h", b"\x1b[?1000l"), (b"\x1b[?1049h", b"\x1b[?1049l")):
        assert output.rfind(opened) < output.rfind(closed)


def test_in_ascii_and_without_colour_no_byte_is_above_7e_and_no_style_is_a_colour() -> None:
    with demo(110, 30, LANG="C", NO_COLOR="1", SSH_TTY="/dev/pts/9") as at:
        at.wait_for(b"status:failed")
        at.wait_for(b"FAILED")
        at.wait_for(b"preview")
        for keys in ("x", "\x1b", ",", "q", "?", "q", "y", "q"):
            at.press(keys)
        output = leave(at)
    assert max(output) <= 0x7E
    for style in re.findall(rb"\x1b\[([0-9;]*)m", output):
        numbers = {int(n) for n in style.split(b";") if n}
        assert not numbers & {*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)}, style
    assert b"\x1b[?1000h" not in output, "over SSH the mouse is the terminal's"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_r46_suspending_gives_the_shell_its_screen_and_coming_back_paints_everything() -> None:
    with demo() as at:
        at.wait_for(b"status:failed")
        at.settle()
        before = len(at.output)
        at.send("\x1a")
        until_state(at, "T")
        at.settle()
        gone = at.output[before:]
        assert b"\x1b[?1049l" in gone
        assert b"\x1b[23;2t" in gone
        before = len(at.output)
        at.signal(signal.SIGCONT)
        until_state(at, "SR")
        at.wait_for(b"\x1b[?1049h", since=before)
        at.wait_for(b"status:failed", since=before)
        at.settle()
        before = len(at.output)
        at.send("\x0c")
        at.wait_for(b"status:failed", since=before)  # ctrl+l paints everything
        leave(at)


def test_r46_a_dumb_terminal_gets_one_line_and_what_to_type() -> None:
    with demo(TERM="dumb") as at:
        assert at.wait() == 2
        assert at.output.count(b"\n") == 1
        assert b"taskdeck tasks" in at.output
        assert b"\x1b" not in at.output
