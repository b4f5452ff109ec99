"""ctrl+c waits neither behind keys typed ahead nor for a loop that is held up (issue 9, point 1; R44)."""

import asyncio
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from textual import _time, events

from tests.support.app import Table, table
from tests.support.interface import interface
from tests.ui.test_endings import CRASHING
from tui.settings.model import Display
from tui.ui.terminal.driver import TerminalDriver
from tui.ui.welcome import WelcomeApp

TYPED_AHEAD = 500


def type_ahead(at: Table) -> None:
    """Many times `down`, none of which has been handled when the next is there."""
    for _ in range(TYPED_AHEAD):
        at.app.post_message(events.Key("down", None))


async def test_t01_ctrl_c_twice_overtakes_the_keys_before_it_and_drops_them() -> None:
    async with table() as at:
        type_ahead(at)
        for _ in range(2):
            at.app.interrupt(_time.get_time())  # as the thread that reads keys calls it
        await at.until(lambda: at.app._exit, "the end")
        assert at.app.return_code == 130
        assert at.list.table.cursor < 5


async def test_t01_ctrl_c_once_stops_the_keys_before_it_and_takes_the_next() -> None:
    async with table(size=(160, 48)) as at:
        type_ahead(at)
        at.app.interrupt(_time.get_time())
        await at.until(lambda: "ctrl+c again leaves" in at.shown, "the word")
        before = at.list.table.cursor
        assert before < 5
        await at.press("down")
        assert at.list.table.cursor == before + 1
        assert at.app.is_running


async def test_where_no_account_is_one_ctrl_c_leaves() -> None:
    app = WelcomeApp(Path("config.toml"), Display(), {})
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("ctrl+c")
        await pilot.pause()
    assert app.return_code == 130


def test_t01_ctrl_c_twice_ends_it_though_the_event_loop_is_held_up(home: Path) -> None:
    """A key that never ends, 300 behind it, and then ctrl+c: the deadline is that of every other end."""
    held = CRASHING.replace("raise ZeroDivisionError", "import time; time.sleep(10_000)")
    with interface((sys.executable, "-c", held)) as terminal:
        terminal.wait_for(b"taskdeck")
        terminal.settle()
        terminal.send("?" + "j" * 300 + "\x03\x03")
        assert terminal.wait() == 130


@pytest.mark.parametrize(("key", "overtakes"), [("ctrl+c", True), ("j", False)])
async def test_the_driver_sends_only_ctrl_c_past_the_queue(key: str, overtakes: bool) -> None:
    """Private in Textual, so pinned: the thread that reads keys hands each one to `process_message`."""
    heard, sent = list[float](), list[Any]()
    async with table() as at:
        driver = TerminalDriver(cast("Any", at.app), debug=False, size=(80, 24))
        driver.interrupted = heard.append
        driver.send_message = sent.append  # type: ignore[method-assign]
        event = events.Key(key, None)
        await asyncio.to_thread(driver.process_message, event)
    assert (heard, sent) == (([event.time], []) if overtakes else ([], [event]))
