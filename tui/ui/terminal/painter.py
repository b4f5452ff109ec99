"""What stands on the terminal, so that an update sends only the cells that differ, in as few bytes as they need.

Textual sends a changed widget's line from its left edge, and every piece of it with its whole style. Over a slow link
that is what a person waits for: here a changed cell costs some fifty bytes, and an update that changes nothing none.
"""

import asyncio
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import AwaitMount

from tui.ui.terminal.compositor import SparingCompositor
from tui.ui.terminal.driver import TerminalDriver

__all__ = ["PaintedApp", "Painter"]

Look = tuple[str, str, str]
"""A style as the terminal is told it: attributes, foreground, background; each a list of SGR numbers, or empty."""
Cells = tuple[list[str], list[Look | Style]]
"""One line, cell by cell: a character, and how it looks. A style with a link stays a style."""

_PLAIN: Look = ("", "", "")
_RESET = "\x1b[0m"
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"}
"""What ends an attribute; where one is not here, everything is ended."""
_UNSEEN = frozenset({"", "1", "2", "3"})
"""Attributes that a blank does not show."""
_GAP = 7
"""Equal cells between two that differ which are sent again, because a move of the cursor costs as much."""


@lru_cache(maxsize=4096)
def _look(style: Style, system: ColorSystem) -> Look:
    fore = style.color.downgrade(system).get_ansi_codes() if style.color else ()
    back = style.bgcolor.downgrade(system).get_ansi_codes(False) if style.bgcolor else ()
    codes = Strip.render_ansi(style, system)
    colours = ";".join((*fore, *back))
    return codes.removesuffix(colours).rstrip(";"), ";".join(fore), ";".join(back)


def _change(old: Look, new: Look) -> str:
    """The shortest way from one look to another."""
    if old == new:
        return ""
    had, wanted = set(filter(None, old[0].split(";"))), set(filter(None, new[0].split(";")))
    ended = had - wanted
    if not ended <= _OFF.keys() or (old[1] and not new[1]) or (old[2] and not new[2]):
        whole = ";".join(filter(None, new))
        return f"\x1b[0;{whole}m" if whole else _RESET
    codes = [*sorted({_OFF[code] for code in ended}), *sorted(wanted if ended else wanted - had)]
    codes += [part for was, part in zip(old[1:], new[1:], strict=True) if part != was]
    return f"\x1b[{';'.join(codes)}m"


def _as_blank(look: Look | Style, other: Look | Style) -> bool:
    """Whether blanks in both looks are the same to the eye."""
    if isinstance(look, Style) or isinstance(other, Style):
        return False
    return look[2] == other[2] and look[0] in _UNSEEN and other[0] in _UNSEEN


class Painter:
    """The terminal's lines as last sent."""

    def __init__(self) -> None:
        self._lines: dict[int, Cells] = {}

    def forget(self) -> None:
        """Nobody knows any more what stands there: the next update is sent whole."""
        self._lines.clear()

    def sequences(self, update: CompositorUpdate, console: Console) -> str:
        """What must be sent to show an update; empty when it is all there."""
        system = console._color_system or ColorSystem.TRUECOLOR
        if isinstance(update, LayoutUpdate):
            # Rare, and the way to mend a terminal that something else wrote to.
            self.forget()
        look, sent = _PLAIN, list[str]()
        for y, x, strip in _pieces(update):
            cells = _cells(strip, system)
            for start, end in self._differences(y, x, cells):
                sent.append(f"\x1b[{y + 1};{x + start + 1}H")
                look = _write(sent, cells, start, end, look, system)
            self._remember(y, x, cells)
        if sent and look != _PLAIN:
            sent.append(_RESET)
        return "".join(sent)

    def _differences(self, y: int, x: int, cells: Cells) -> Iterator[tuple[int, int]]:
        """The runs of a piece that do not stand there yet: first cell, and the one behind the last."""
        size = len(cells[0])
        known = self._lines.get(y)
        if known is None or len(known[0]) < x + size:
            if size:
                yield 0, size
            return
        chars, looks = known[0][x : x + size], known[1][x : x + size]
        if chars == cells[0] and looks == cells[1]:
            return
        if any(len(char) != 1 for char in (*chars, *cells[0])):  # terminals disagree on widths: sent as one
            yield 0, size
            return
        differ = [
            at
            for at, (old, new, was, now) in enumerate(zip(chars, cells[0], looks, cells[1], strict=True))
            if old != new or (was != now and not (new == " " and _as_blank(was, now)))
        ]
        if not differ:
            return
        start = last = differ[0]
        for at in differ:
            if at - last > _GAP:
                yield start, last + 1
                start = at
            last = at
        yield start, last + 1

    def _remember(self, y: int, x: int, cells: Cells) -> None:
        known = self._lines.get(y)
        if x == 0 and (known is None or len(known[0]) <= len(cells[0])):
            self._lines[y] = cells
        elif known is not None and len(known[0]) >= x:
            end = x + len(cells[0])
            known[0][x:end], known[1][x:end] = cells


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, int, Strip]]:
    """What an update draws: line, first cell, and the strip that begins there."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, update.region.x, Strip.join(strips)
    elif isinstance(update, ChopsUpdate):
        for y, first, last in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                start, stop = max(x, first), min(end, last)
                if strip is not None and start < stop:
                    yield y, start, strip.crop(start - x, stop - x)


def _cells(strip: Iterable[Segment], system: ColorSystem) -> Cells:
    chars, looks = list[str](), list[Look | Style]()
    for text, style, control in strip:
        if control:
            continue
        look = _PLAIN if style is None else style if style.link else _look(style, system)
        size = len(text)
        if text.isascii():
            chars += text
        else:
            start, size = len(chars), Segment(text).cell_length
            for char in text:
                _add(chars, char)
            if len(chars) - start != size:  # some characters are one thing together
                chars[start:] = [text, *[""] * (size - 1)] if size else []
        looks += [look] * size
    return chars, looks


def _add(chars: list[str], char: str) -> None:
    """A character of any width: a wide one is followed by an empty cell, one of no width belongs to that before it."""
    width = cell_len(char)
    if width == 0 and chars:
        chars[-2 if chars[-1] == "" and len(chars) > 1 else -1] += char
    elif width:
        chars += [char, *[""] * (width - 1)]


def _write(sent: list[str], cells: Cells, start: int, end: int, look: Look, system: ColorSystem) -> Look:
    """Add a run of cells; the look that the terminal is left in."""
    chars, looks = cells
    at = start
    while at < end:
        new, begin = looks[at], at
        while at < end and looks[at] == new:
            at += 1
        text = "".join(chars[begin:at])
        if text.isspace() and _as_blank(look, new):
            sent.append(text)
        elif isinstance(new, Style):
            sent += [_RESET if look != _PLAIN else "", Strip.render_style(new, text, system)]
            look = _PLAIN
        else:
            sent += [_change(look, new), text]
            look = new
    return look


class _Ready(CompositorUpdate):
    """What is sent for an update, made before, because it may turn out to be nothing."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Never drawn by Rich."""
        return iter(())

    def render_segments(self, console: Console) -> str:
        """The bytes."""
        return self.text


class PaintedApp(App[None], inherit_bindings=False):
    """An application that sends only what differs."""

    def __init__(self) -> None:
        super().__init__()
        self._painter = Painter()

    def _get_screen(self, screen: Screen[Any] | str) -> tuple[Screen[Any], AwaitMount]:
        """A screen that is about to be shown, the first time with a compositor of ours."""
        shown, mounted = super()._get_screen(screen)
        if not isinstance(shown._compositor, SparingCompositor):
            shown._compositor = SparingCompositor()
        return shown, mounted

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send what differs, and nothing where nothing does (private in Textual, so pinned by a test)."""
        if isinstance(renderable, LayoutUpdate | ChopsUpdate) and self._driver is not None and not self._batch_count:
            if isinstance(self._driver, TerminalDriver) and self._driver.behind:
                self._painter.forget()
                self.post_display_hook()
                return
            text = self._painter.sequences(renderable, self.console)
            cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
            if not text and cursor == self._previous_cursor_position:
                self.post_display_hook()
                return
            super()._display(screen, _Ready(text))
        else:
            super()._display(screen, renderable)

    def _build_driver(self, *args: Any, **named: Any) -> Driver:
        """With word of when a slow terminal has taken everything: it gets the picture of then."""
        driver = super()._build_driver(*args, **named)
        if isinstance(driver, TerminalDriver):
            loop = asyncio.get_running_loop()
            driver.caught_up = lambda: None if loop.is_closed() else loop.call_soon_threadsafe(self._catch_up)
        return driver

    def _catch_up(self) -> None:
        if self._running and self.screen_stack:
            self._display(self.screen, self.screen._compositor.render_update(full=True))
