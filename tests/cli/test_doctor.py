"""`doctor`: what it says of machine, terminal, directories and accounts, and its bundle (issue 16, point 10)."""

import asyncio
from pathlib import Path

import pytest

from tests.support.commands import Answer, World
from tests.support.waiting import PATIENCE
from tui.cli.doctor import as_they_answer
from tui.cli.exit_codes import Exit
from tui.ui.terminal.clipboard import Clipboard


def _facts(out: str) -> dict[str, str]:
    """Those of the machine, by name."""
    return dict(line.split("\t", 1) for line in out.split("account ")[0].splitlines())


def test_w10_every_part_has_its_line(world: World) -> None:
    done = world("doctor")
    assert done.code == 0, done.err
    facts = _facts(done.out)
    parts = ("terminal", "colour", "clipboard", "locale", "config", "data", "cache", "journal", "proxy", "certificates")
    assert all(facts[name] for name in parts)
    of_cgc = done.out.split("account cgc")[1].split("account ")[0]
    assert "answers as rfranklin" in of_cgc
    assert "  latency\t" in of_cgc
    assert "  clock\tagrees with ours" in of_cgc
    assert "requests left" in of_cgc


async def test_w10_an_account_that_is_slow_holds_up_no_other() -> None:
    """In the order of the file, unless one is late: then the others go before it."""
    released = asyncio.Event()

    async def late() -> tuple[list[str], Exit]:
        await released.wait()
        return ["late"], Exit.FINE

    async def prompt() -> tuple[list[str], Exit]:
        return ["prompt"], Exit.FINE

    seen = []
    async for lines, _ in as_they_answer([asyncio.ensure_future(one) for one in (late(), prompt())], 0):
        seen += lines
        released.set()
    assert seen == ["prompt", "late"]
    seen = []
    async for lines, _ in as_they_answer([asyncio.ensure_future(one) for one in (late(), prompt())], PATIENCE):
        seen += lines
    assert seen == ["late", "prompt"]


def test_w10_a_clock_that_differs_is_told(world: World) -> None:
    """By the `Date` of the answers."""
    date = (b"date", b"Tue, 24 Nov 2026 15:50:00 GMT")
    json = (b"content-type", b"application/json")
    world.answers = [Answer("GET", "/", 200, b'{"username": "a", "items": []}', (json, date))]
    assert "600 s behind ours" in world("doctor").out


def test_w10_a_directory_that_cannot_be_written_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
    assert "cannot be written: /dev/null is not a directory" in _facts(world("doctor").out)["cache"]


def test_w10_the_bundle_holds_all_and_no_secret(world: World) -> None:
    """What was printed, the configuration and the log, with tokens and passwords taken out."""
    token = world.accounts[0]["token"]
    world.config.write_text(world.config.read_text() + f"# my token was {token}\n# password=hunter22\n")
    target = world.home / "bundle.md"
    done = world("doctor", "--bundle", str(target))
    text = target.read_text()
    assert (done.code, str(target) in done.err) == (0, True)
    assert all(line in text for line in done.lines)
    assert "[accounts.cgc]" in text
    assert token not in text
    assert "hunter22" not in text
    assert target.stat().st_mode & 0o077 == 0
    assert world("doctor", "--bundle", "/dev/null/x").code == 2


def test_w10_ways_to_the_clipboard_are_looked_at_and_not_used() -> None:
    sent: list[str] = []
    board = Clipboard("auto", {"TMUX": "x", "DISPLAY": ":0"}, sent.append, Path("/x"), which=lambda name: name)
    assert dict(board.probed())["native"] == "xclip"
    none = Clipboard("auto", {"TMUX": "x"}, sent.append, Path("/x"), which=lambda name: None)
    assert dict(none.probed())["tmux"] == "the program tmux is not there"
    assert sent == []
