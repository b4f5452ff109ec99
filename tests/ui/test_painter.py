"""What stands on the terminal after updates that send only what differs."""

import asyncio
import os
import random
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tests.bench.deck_app import Instant
from tests.bench.measure import FIRST_ROW, on_line
from tests.support.app import table
from tests.support.clocks import VirtualClock
from tests.support.grid import Grid
from tests.support.terminal import Terminal
from tests.support.virtual_app import living
from tui.settings import Settings
from tui.store.account import AccountHandle
from tui.store.deck import Deck
from tui.store.polling.pace import Intervals
from tui.ui.app import TaskdeckApp
from tui.ui.terminal.compositor import SparingCompositor
from tui.ui.terminal.painter import Painter, _cells

WIDTH, HEIGHT = 40, 6
CONSOLE = Console(color_system="truecolor", force_terminal=True)
TEXTS = ("RUNNING", "  ", "a", "12/480", "漢字", "e\u0301", "─", "█▁", "STAR-align", "   5s")
STYLES = tuple(
    Style.parse(words)
    for words in (
        "#ffffff on #121212", "bold #ffffff on #121212", "#d17e92 on #121212", "reverse #ffffff on #121212", "none",
        "dim italic #ffffff on #0178d4", "bold underline #8ad4a1 on #121212", "red", "underline",
    )
)  # fmt: skip


def line(rng: random.Random, width: int = WIDTH) -> Strip:
    """A random line."""
    strip = Strip([Segment(rng.choice(TEXTS), rng.choice(STYLES)) for _ in range(rng.randint(1, 12))])
    return strip.adjust_cell_length(width, rng.choice(STYLES))


def chops(lines: list[Strip], spans: list[tuple[int, int, int]], cut: int) -> ChopsUpdate:
    """An update of some spans, with every line cut in two."""
    parts = [dict(zip((0, cut), strip.divide([cut, WIDTH]), strict=True)) for strip in lines]
    return ChopsUpdate(parts, spans, [[cut, WIDTH]] * HEIGHT)


def whole(lines: list[Strip]) -> LayoutUpdate:
    """An update of everything."""
    return LayoutUpdate([[strip] for strip in lines], Region(0, 0, WIDTH, HEIGHT))


def shown(lines: list[Strip]) -> Grid:
    """A terminal that Textual itself drew these lines on."""
    grid = Grid(WIDTH, HEIGHT)
    grid.feed("\r" + whole(lines).render_segments(CONSOLE))
    return grid


def test_after_any_updates_the_terminal_shows_what_textual_itself_would_have_drawn() -> None:
    """Whatever changes, in whatever spans: the cells are those of the last lines."""
    for seed in range(40):
        rng = random.Random(seed)
        painter, grid, lines = Painter(), Grid(WIDTH, HEIGHT), [line(rng) for _ in range(HEIGHT)]
        grid.feed(painter.sequences(whole(lines), CONSOLE))
        for _ in range(12):
            spans = []
            for y in sorted(rng.sample(range(HEIGHT), rng.randint(1, HEIGHT))):
                start = rng.choice([0, rng.randint(0, WIDTH - 1)])
                end = WIDTH if start == 0 else rng.randint(start + 1, WIDTH)
                if start == 0:
                    lines[y] = line(rng)
                else:
                    if "" in drawn(lines[y]):  # a span would cut a wide character in two
                        continue
                    new = line(rng, end - start)
                    lines[y] = Strip.join([lines[y].crop(0, start), new, lines[y].crop(end, WIDTH)])
                spans.append((y, start, end))
            if spans:
                grid.feed(painter.sequences(chops(lines, spans, rng.choice(cuts(lines))), CONSOLE))
        assert grid.seen() == shown(lines).seen(), f"seed {seed}"


def drawn(strip: Strip) -> list[str]:
    """The characters of a strip, cell by cell, as a terminal has them."""
    grid = Grid(WIDTH, 1)
    grid.feed(strip.render(CONSOLE))
    return grid.chars[0]


def cuts(lines: list[Strip]) -> list[int]:
    """Where no line has the second half of a wide character."""
    rows = [drawn(strip) for strip in lines]
    return [at for at in range(1, WIDTH) if all(row[at] for row in rows)]


def test_an_update_that_changes_nothing_sends_nothing() -> None:
    """Textual redraws what may have changed; what did not is not sent."""
    rng = random.Random(1)
    painter, lines = Painter(), [line(rng) for _ in range(HEIGHT)]
    painter.sequences(whole(lines), CONSOLE)
    assert painter.sequences(chops(lines, [(y, 0, WIDTH) for y in range(HEIGHT)], 9), CONSOLE) == ""


def test_a_whole_redraw_sends_everything_again() -> None:
    """ctrl+l mends a terminal that another program wrote to, whatever we believe to stand there."""
    rng = random.Random(2)
    painter, lines = Painter(), [line(rng) for _ in range(HEIGHT)]
    painter.sequences(whole(lines), CONSOLE)
    grid = Grid(WIDTH, HEIGHT)
    grid.feed(painter.sequences(whole(lines), CONSOLE))
    assert grid.seen() == shown(lines).seen()


def test_a_link_is_opened_and_closed_with_its_text() -> None:
    """A link never reaches over the cells it belongs to."""
    strip = Strip([Segment("see "), Segment("here", Style(link="https://example.org"))])
    painter = Painter()
    sent = painter.sequences(LayoutUpdate([[strip]], Region(0, 0, 8, 1)), CONSOLE)
    assert re.search(r"see \x1b\]8;id=\d+;https://example\.org\x1b\\here\x1b\]8;;\x1b\\$", sent)


# --- on a real terminal ----------------------------------------------------------------------------------------------

ROOT = Path(__file__).parent.parent.parent


def deck(rows: int, change: str) -> Terminal:
    """Our program over a platform that answers at once."""
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    words = [sys.executable, "-m", "tests.bench.deck_app", str(rows), change]
    return Terminal(words, environment=environment, cwd=str(ROOT))


def test_what_was_drawn_piece_by_piece_is_what_a_whole_redraw_shows() -> None:
    """Keys, a filter, another order, help and back: ctrl+l then changes no cell."""
    with deck(300, "none") as terminal:
        terminal.wait_for(b"STAR-align_LUAD")
        terminal.settle(0.1)
        terminal.send("a")
        for key in (
            "j",
            "j",
            "\x1b[6~",
            "k",
            "G",
            "k",
            "g",
            " ",
            "j",
            ">",
            "/",
            "s",
            "t",
            "a",
            "\x1b",
            "\x1b",
            "?",
            "\x1b",
        ):
            terminal.press(key)
        grid = Grid(160, 48)
        grid.feed(terminal.output.decode())
        before = grid.text
        assert "STAR-align_LUAD" in before
        grid.feed(terminal.press("\x0c").decode())
        assert grid.text == before


@living
async def test_p5_bytes_of_a_changed_row_and_of_a_cursor_key_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed row costs at most 350 bytes besides the counts and the preview that tell of it, a cursor key 150."""
    sent: list[str] = []
    sequences = Painter.sequences

    def noted(painter: Painter, update: Any, console: Console) -> str:
        sent.append(sequences(painter, update, CONSOLE))
        return sent[-1]

    monkeypatch.setattr(Painter, "sequences", noted)

    def since() -> bytes:
        data = "".join(sent).encode()
        sent.clear()
        return data

    platform = Instant(100, "row")
    account = AccountHandle("bench", "sevenbridges", "http://127.0.0.1", "the bench", lambda: platform)
    async with Deck([account], clock=VirtualClock(), intervals=Intervals(visible=1.0)) as running:
        app = TaskdeckApp(running, Settings(path=Path("none.toml")), environment={"SSH_TTY": "/dev/pts/1"})
        async with app.run_test(size=(160, 48)) as pilot:
            await asyncio.sleep(10)
            assert b"STAR-align_LUAD" in since()
            sizes = []
            for _ in range(6):
                turn = platform.turn
                while platform.turn == turn:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                await asyncio.sleep(0.5)
                sizes.append(on_line(FIRST_ROW, since()))
            assert 40 < max(sizes) <= 500
            await pilot.press("a")
            await asyncio.sleep(10)
            await pilot.pause()
            since()
            await pilot.press("j")
            assert 0 < len(since()) <= 150


async def test_what_is_sent_for_many_small_updates_adds_up_to_the_whole_screen() -> None:
    """Only the widgets and lines that an update touches are drawn for it; nothing on the screen is old for that."""
    async with table(tasks=60, size=(160, 40)) as at:
        for key in ("j", "j", "space", "pagedown", "k", "p", "p", "greater_than_sign", "x", "escape", "F", "G", "v"):
            await at.press(key)
            await at.pilot.pause()
            system = at.app.console._color_system or ColorSystem.TRUECOLOR
            whole = [_cells(strip, system) for strip in at.app.screen._compositor.render_strips()]
            assert isinstance(at.app.screen._compositor, SparingCompositor)
            assert [at.app._painter._lines[y] for y in range(len(whole))] == whole, f"after {key}"
