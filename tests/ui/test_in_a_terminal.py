"""The interface on a pty: bytes, signals, faults, and what is left of it afterwards."""

import signal
import sys
from pathlib import Path

import pytest

from tests.support.interface import HOSTILE, afterwards, alternate, interface, strays
from tests.support.terminal import Terminal

TOUR = (
    "j \r } } } v ESC ESC n \r l ESC ESC E \r ESC",  # a task, its tabs, raw; a failed one, its log; triage
    "b \r ESC ESC D ESC x ESC X ESC ! ESC ? ESC y : accounts \r ESC / joint \r ESC p",  # the others, the dialogs
)
"""Keys over every screen; ESC stands for escape."""

FAULTY = """
import asyncio, sys, threading
from tests.support.small_demo import shrink
from tui.cli.main import run
from tui.ui.app import TaskdeckApp
shrink()
kind, *more = sys.argv[1:]
def fail(*_):
    token = "tripwire-value"
    raise ZeroDivisionError(token)
async def fail_later():
    fail()
async def lost(app):
    app.kept = asyncio.create_task(fail_later())
    await asyncio.sleep(0.1)
    app.kept = None
    threading.Thread(target=fail).start()
    asyncio.get_running_loop().call_soon(fail)
mount = TaskdeckApp.on_mount
def mounted(app):
    mount(app)
    match kind:
        case "timer": app.set_timer(0.3, fail)
        case "worker": app.set_timer(0.3, lambda: app.run_worker(fail_later()))
        case "thread": app.set_timer(0.3, lambda: app.run_worker(fail, thread=True))
        case "stray": app.set_timer(0.3, lambda: app.run_worker(lost(app)))
TaskdeckApp.on_mount = mounted
if kind == "handler":
    TaskdeckApp.action_show = fail
if kind == "keys":
    from textual.drivers.linux_driver import LinuxDriver
    LinuxDriver.run_input_thread = fail
if kind == "deck":
    from tui.store.deck import Deck
    Deck._learn = lambda deck, account: fail_later()
if "mute" in more:
    import tui.settings.paths as paths
    paths.report_dir = fail
sys.argv = ["taskdeck", "--demo"]
run()
"""


def press(terminal: Terminal, keys: str) -> None:
    """Type, one key at a time, and let each be answered."""
    for key in keys.split(" "):
        terminal.press({"ESC": "\x1b", "": " "}.get(key, key))


@pytest.mark.parametrize("tour", TOUR)
def test_r14_nothing_a_platform_sent_reaches_the_terminal_as_a_command(tour: str) -> None:
    """Over names, messages, inputs and logs of the worst kind, on every screen, the terminal gets only what is on the
    list of Textual's sequences and ours; the program lives and is left in order."""
    with interface(HOSTILE, size=(160, 48)) as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.settle(0.3)
        press(terminal, f"{tour} ESC ESC ESC q")
        assert terminal.wait() == 0
        assert strays(terminal.output) == []
        assert alternate(terminal.output) == (1, 1)


def test_r14_the_judge_sees_what_must_not_be_there() -> None:
    """The allow-list refuses foreign sequences, half ones, C1 controls, bidi and zero-width characters."""
    bad = (
        "\x1bc",
        "\x1b]52;c;?\x07",
        "\x1b]8;;x\x07",
        "\x1b[5n",
        "\x1b",
        "\x9b31m",
        "\u202e",
        "\u200b",
        "\t",
        "\x07",
        "\x1bP",
    )
    assert [text for text in bad if not strays(f"ok{text}ok".encode())] == []
    assert strays("\x1b[1;31mplain\x1b[0m\x1b[2;3H字 é".encode()) == []
    assert strays(b"\xff") != []


@pytest.mark.parametrize("words", ["timer", "worker", "thread", "handler", "deck", "timer mute"])
def test_r09_a_fault_is_one_line_and_the_terminal_is_given_back(words: str, home: Path) -> None:
    """An exception in a timer, worker, thread, handler, task of the deck, or in the reporter as well: one line, 70."""
    with interface((sys.executable, "-c", FAULTY, *words.split())) as terminal:
        terminal.wait_for(b"\x1b[?1049h")
        if words == "handler":
            terminal.wait_for(b"taskdeck")
            terminal.send("?")
        assert terminal.wait() == 70
        assert alternate(terminal.output) == (1, 1)
        said = afterwards(terminal.output)
        assert said.count("\r\n") == 1
        assert said.startswith("taskdeck: an internal error (")
        assert ("no report could be written" if "mute" in words else str(home)) in said
        kept = [file.read_text() for file in home.rglob("fault-*")]
        assert "tripwire" not in "".join([terminal.output.decode(), *kept])
        assert all("ZeroDivisionError" in text for text in kept)
        assert bool(kept) == ("mute" not in words)


def test_r09_a_failed_reader_of_keys_is_a_fault_too(home: Path) -> None:
    """Textual would end with status 0 and its traceback."""
    with interface((sys.executable, "-c", FAULTY, "keys")) as terminal:
        assert terminal.wait() == 70
        assert afterwards(terminal.output).startswith("taskdeck: an internal error (RuntimeError)")
        assert "tripwire" not in terminal.output.decode()


def test_r46_bytes_that_are_no_text_end_nothing() -> None:
    """A paste from a terminal of another encoding, or noise on the line: characters that fit nothing."""
    with interface() as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.send(b"/z\xff\xfe\xed\xa0\x80")
        terminal.wait_for("\ufffd".encode())
        terminal.signal(signal.SIGTERM)
        assert terminal.wait() == 143


def test_r09_what_nobody_waits_for_is_noted_without_its_values(home: Path) -> None:
    """A lost task, a thread of its own and a callback that fail: in the log by type and place, never on the screen."""
    with interface((sys.executable, "-c", FAULTY, "stray")) as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.settle()
        terminal.send("q")
        assert terminal.wait() == 0
        log = (home / "state/taskdeck/log/taskdeck.log").read_text()
        assert log.count("builtins.ZeroDivisionError") == 3
        assert "tripwire" not in log + terminal.output.decode()
        assert strays(terminal.output) == []


@pytest.mark.parametrize("keys", ["qqqqqq", "q\x1b[A\r?jjq:q\r", "\x1bq\x1bq\x1b"])
def test_r09_keys_behind_the_one_that_leaves_are_no_fault(keys: str) -> None:
    """A `q` that is held down, or anything typed behind it, leaves with 0 and no word."""
    with interface() as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.settle()
        terminal.send(keys)
        assert terminal.wait() == 0
        assert b"an internal error" not in terminal.output


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
@pytest.mark.parametrize("begun", [b"\x1b[?1049h", b"taskdeck"])
def test_r44_a_signal_gives_the_terminal_back(number: signal.Signals, code: int, begun: bytes) -> None:
    """Also a signal that comes while the first screen is being built."""
    with interface() as terminal:
        terminal.wait_for(begun)
        terminal.signal(number)
        assert terminal.wait() == code
        assert alternate(terminal.output) == (1, 1)
        assert afterwards(terminal.output) == ""
        assert b"\x1b[?25h" in terminal.output.rpartition(b"\x1b[?1049l")[2]


def test_r45_a_terminal_that_went_away_ends_it_though_hangups_are_ignored() -> None:
    """With SIGHUP ignored and the terminal closed the program ends of its own accord, with 129."""
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    with interface((sys.executable, "-c", ignoring, sys.executable, "-m", "tui", "--demo")) as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.hang_up()
        assert terminal.wait() == 129


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "no-such-terminal", "NO_COLOR": "1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "en_US.ISO-8859-1", "PYTHONIOENCODING": "latin-1"},
    ],
)
def test_r46_any_terminal_and_locale_will_do(environment: dict[str, str]) -> None:
    """An unknown terminal and locales without UTF-8: it runs, moves, opens, and leaves in order."""
    with interface(**environment) as terminal:
        terminal.wait_for(b"taskdeck")
        press(terminal, "\r ESC q")
        assert terminal.wait() == 0
        assert alternate(terminal.output) == (1, 1)


def test_r46_no_size_ends_it() -> None:
    """From no cell at all to very many, while lists, details and dialogs are open."""
    with interface() as terminal:
        terminal.wait_for(b"taskdeck")
        for number, keys in enumerate(("\r", "l", "ESC", "ESC", "E", "ESC", "X", "ESC")):
            for columns, rows in ((0, 0), (1, 1), (300, 90), (number * 9, 3), (80, 24)):
                terminal.resize(columns, rows)
                terminal.burst(quiet=0.02, timeout=0.1)
            press(terminal, keys)
        press(terminal, "ESC ESC q")
        assert terminal.wait() == 0
        assert strays(terminal.output) == []
