"""The interface without any account."""

import asyncio
import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.interface import ROOT, Seen, afterwards, alternate, interface
from tests.support.screens import words
from tests.support.waiting import PATIENCE
from tui.cli.exit_codes import Exit, NoAccount
from tui.domain.errors import ConfigError
from tui.settings.model import Display
from tui.settings.new_account import NewAccount
from tui.ui.welcome import EXAMPLE, Chosen, WelcomeApp

CONFIG = Path("/home/r/.config/taskdeck/config.toml")


@pytest.mark.parametrize(("key", "chosen"), [("d", Chosen.DEMO), ("r", Chosen.AGAIN), ("q", None), ("escape", None)])
async def test_it_says_how_to_add_an_account_and_offers_the_demo(key: str, chosen: Chosen | None) -> None:
    """Everything that is needed stands on the smallest usual terminal, uncut."""
    app = WelcomeApp(CONFIG, Display(), {})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shown = words(app)
        for text in (*EXAMPLE.splitlines(), str(CONFIG), "SB_AUTH_TOKEN", "QARNOT_CLIENT_TOKEN", "ET_ENGINE_API_KEY"):
            assert text in shown
        assert "demo" in shown
        assert "~\n" not in shown
        await pilot.press(key)
    assert app.chosen is chosen


def test_who_leaves_it_gets_the_sentence_and_the_exit_code_of_a_command(tmp_path: Path) -> None:
    """In a terminal: the page, and once more after `r`."""
    nowhere = dict.fromkeys(("SB_API_ENDPOINT", "SB_AUTH_TOKEN", "QARNOT_CLIENT_TOKEN", "ET_ENGINE_API_KEY"), "")
    with interface((sys.executable, "-m", "tui"), HOME=str(tmp_path), **nowhere) as terminal:
        terminal.wait_for(b"no account is set up")
        terminal.send("r")
        terminal.wait_for(b"still no account")
        terminal.settle()
        terminal.send("q")
        assert terminal.wait() == Exit.LOGIN
        assert alternate(terminal.output) == (2, 2)
        assert str(NoAccount()) in " ".join(afterwards(terminal.output).split())


SIZE = (80, 24)
AT_SANDBOX = """
import os, sys
from dataclasses import replace
import tui.platforms.sevenbridges.entry as entry
entry.environment = lambda name, real=entry.environment: replace(real(name), api=os.environ["SANDBOX_URL"])
from tui.cli.main import run
sys.argv = ["taskdeck"]
run()
"""
"""The program, with the Cancer Genomics Cloud played by the sandbox."""


@pytest.fixture
def cloud() -> Iterator[dict[str, str]]:
    """The sandbox over HTTP: one account, as it tells it."""
    words = [sys.executable, "-m", "tui", "sandbox", "--tasks", "60"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT, text=True) as served:
        assert served.stdout is not None
        try:
            yield json.loads(served.stdout.readline())["accounts"][0]
        finally:
            served.terminate()


def test_v01_from_an_empty_home_to_the_first_own_task(cloud: dict[str, str], tmp_path: Path) -> None:
    """At most 25 keys: `a`, three answers, the pasted token, enter, and enter on the first task."""
    nowhere = dict.fromkeys(("SB_API_ENDPOINT", "SB_AUTH_TOKEN", "QARNOT_CLIENT_TOKEN", "ET_ENGINE_API_KEY"), "")
    gone = {name: "" for name in os.environ if name.startswith("XDG_") or name.endswith(("TOKEN", "KEY"))}
    program = (sys.executable, "-c", AT_SANDBOX)
    with interface(
        program, size=SIZE, HOME=str(tmp_path), SANDBOX_URL=cloud["url"], **gone, **nowhere
    ) as terminal:  # fmt: skip
        seen, typed, questions = Seen(terminal, SIZE), 0, 0
        seen.until("add an account")
        for keys, answered in (
            ("a", "1 of 3: which platform?"), ("1", "2 of 3: which environment?"), ("4", "3 of 3: where is the token?"),
            ("1", "it is not shown"), (f"\x1b[200~{cloud['token']}\x1b[201~", "•" * 3), ("\r", "tasks ▸"),
            ("\r", "left/right fold"),
        ):  # fmt: skip
            typed += 1  # a paste is one stroke
            questions += " of 3:" in answered
            seen.do(keys, answered)
        assert (typed <= 25, questions) == (True, 3)
        terminal.send("q")
        terminal.settle()
        terminal.send("q")
        terminal.wait()
    folder = tmp_path / ".config" / "taskdeck"
    account = tomllib.loads((folder / "config.toml").read_text())["accounts"]["cgc"]
    assert account == {
        "platform": "sevenbridges", "environment": "cgc", "token": {"file": str(folder / "cgc.token")},
    }  # fmt: skip
    assert (folder / "cgc.token").stat().st_mode & 0o077 == 0


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Let the app work until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, words(pilot.app)
        await pilot.pause()
        await asyncio.sleep(0.005)


class TestAdding:
    """The three questions, by hand."""

    async def test_v01_a_failure_says_what_to_do_and_keeps_the_answers(self) -> None:
        """The sentence stands on the page, and the next attempt begins with what was chosen."""
        tried: list[NewAccount] = []

        async def add(new: NewAccount) -> None:
            tried.append(new)
            if len(tried) == 1:
                raise ConfigError("the token is refused. Copy it anew")

        app = WelcomeApp(CONFIG, Display(), {"LAB_TOKEN": "t" * 20, "CGC_TOKEN": "t" * 20, "SHORT_TOKEN": ""}, add)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("a")
            await until(pilot, lambda: "1 of 3" in words(app))
            await pilot.press("1")
            await until(pilot, lambda: "2 of 3" in words(app))
            await pilot.press("4")
            await until(pilot, lambda: "3 of 3" in words(app))
            assert words(app).index("CGC_TOKEN") < words(app).index("LAB_TOKEN")
            assert "SHORT_TOKEN" not in words(app)
            await pilot.press("1")
            await until(pilot, lambda: "Copy it anew" in words(app))
            assert "Press a to correct it" in words(app)
            await pilot.press("a")
            await until(pilot, lambda: "1 of 3" in words(app))
            await pilot.press("enter")
            await until(pilot, lambda: "2 of 3" in words(app))
            await pilot.press("enter")
            await until(pilot, lambda: "3 of 3" in words(app))
            await pilot.press("2")
            await until(pilot, lambda: app.chosen is not None)
        assert app.chosen is Chosen.AGAIN
        assert [(new.called, new.token) for new in tried] == [
            ("cgc", {"env": "CGC_TOKEN"}), ("cgc", {"env": "LAB_TOKEN"}),
        ]  # fmt: skip

    async def test_v01_slurm_needs_a_host_and_no_token(self) -> None:
        tried: list[NewAccount] = []

        async def add(new: NewAccount) -> None:
            tried.append(new)

        app = WelcomeApp(CONFIG, Display(), {}, add)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("a")
            await until(pilot, lambda: "1 of 3" in words(app))
            await pilot.press("4")
            await until(pilot, lambda: "2 of 3" in words(app))
            await pilot.press("enter")
            await until(pilot, lambda: app.chosen is not None)
        assert tried == [NewAccount("slurm")]

    async def test_v01_esc_leaves_a_question_and_writes_nothing(self) -> None:
        async def add(new: NewAccount) -> None:
            raise AssertionError

        app = WelcomeApp(CONFIG, Display(), {}, add)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("a")
            await until(pilot, lambda: "1 of 3" in words(app))
            await pilot.press("escape")
            await until(pilot, lambda: "1 of 3" not in words(app))
            assert app.chosen is None
            await pilot.press("d")
        assert app.chosen is Chosen.DEMO
