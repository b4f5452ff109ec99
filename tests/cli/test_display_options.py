"""Options that change how the program looks hold before and after every command."""

import subprocess
import sys

import pytest

from tests.support.waiting import PATIENCE
from tui.cli.main import main
from tui.cli.wiring import Session
from tui.settings.looks import looks_of


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *words], capture_output=True, text=True, timeout=PATIENCE, encoding="utf-8"
    )


def test_ascii_writes_nothing_else() -> None:
    """Messages, tables and trees; JSON escapes what is not ASCII."""
    shown = run("--demo", "accounts", "list", "--ascii")
    assert shown.returncode == 0
    assert shown.stdout.isascii()
    assert run("help", "filter", "--ascii").stdout.isascii()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"ascii": True}, {"ascii": True}),
        ({"no_mouse": True}, {"mouse": False}),
        ({"slow_link": True}, {"preview": False}),
        ({}, {"ascii": False, "mouse": True, "preview": True}),
    ],
)
def test_an_option_goes_before_the_settings(options: dict[str, bool], said: dict[str, bool]) -> None:
    looks = looks_of(Session(demo=True, **options).settings().display, {})
    assert {name: getattr(looks, name) for name in said} == said


def test_a_word_that_color_does_not_know_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo", "tasks", "--color", "blue"]) == 2
    assert "truecolor" in capsys.readouterr().err
