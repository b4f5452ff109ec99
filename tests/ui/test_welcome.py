"""The interface without any account."""

import sys
from pathlib import Path

import pytest

from tests.support.interface import afterwards, alternate, interface
from tests.support.screens import words
from tui.cli.exit_codes import Exit, NoAccount
from tui.settings.model import Display
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
