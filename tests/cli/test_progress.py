"""How far a long read is, on a terminal's stderr."""

import asyncio
import re
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest

from tests.support.commands import Screen, World
from tui.cli.output import say
from tui.cli.progress import progress


def standing(text: str, columns: int = 80) -> list[str]:
    """What a terminal shows in the end: a carriage return goes back to the line's start."""
    shown = []
    for line in text.split("\n"):
        cells = [" "] * columns
        for part in line.split("\r"):
            cells[: len(part)] = part
        shown.append("".join(cells).rstrip())
    return shown


async def reading(err: StringIO, texts: list[str], talk: str | None = None) -> None:
    """A read that goes through these texts."""
    with redirect_stderr(err):
        left = iter(texts)
        done = asyncio.Event()

        def text() -> str:
            now = next(left)
            if now == texts[-1]:
                done.set()
            return now

        async with progress(text, every=0):
            await done.wait()
            if talk:
                say(talk)


async def test_one_line_is_rewritten_and_vanishes() -> None:
    """Each text stands over the one before, shorter ones too; at the end the line is empty."""
    err = Screen()
    await reading(err, ["10 of 100", "9 of 9", "last"])
    assert re.findall(r"\r(taskdeck: [^\r]*)", err.getvalue())[:2] == ["taskdeck: 10 of 100", "taskdeck: 9 of 9   "]
    assert standing(err.getvalue()) == [""]


async def test_talk_has_a_line_of_its_own() -> None:
    """What is said meanwhile does not stand behind the progress."""
    err = Screen()
    await reading(err, ["1 of 2", "a long one, read by and by"], talk="slow")
    assert standing(err.getvalue()) == ["taskdeck: slow", ""]


async def test_a_pipe_gets_none_of_it() -> None:
    """Where stderr is no terminal, the text is not even asked for."""
    err = StringIO()
    with redirect_stderr(err):
        async with progress(lambda: pytest.fail("asked"), every=0):
            await asyncio.sleep(0)
    assert err.getvalue() == ""


async def test_r13_a_hostile_name_moves_no_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control characters of a reference are made harmless, and nothing is wider than the terminal."""
    monkeypatch.setenv("COLUMNS", "30")
    err = Screen()
    await reading(err, ["\x1b[2J" + "x" * 500, "last"])
    assert "\x1b" not in err.getvalue()
    assert max(len(part) for part in err.getvalue().split("\r")) < 30


def test_a_quick_command_says_nothing_of_it(home: Path) -> None:
    """On a terminal as well."""
    assert World(home, tasks=20)("tasks", terminal=True).err == ""
