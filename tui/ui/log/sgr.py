"""Colours in logs: SGR sequences become our own styles, every other control is made visible or dropped."""

import re
from dataclasses import dataclass, replace
from typing import Any

from rich.style import Style

from tui.domain.text import last_state, plain

__all__ = ["LINE_LIMIT", "coloured", "uncoloured"]

LINE_LIMIT = 4096
"""Characters kept of one log line."""

_CSI = re.compile(r"\x1b\[([0-?]*)[ -/]*([@-~])")
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


@dataclass(frozen=True, slots=True)
class _Pen:
    colour: str | None = None
    back: str | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False

    def style(self) -> Style:
        return Style(
            color=self.colour,
            bgcolor=self.back,
            bold=self.bold or None,
            dim=self.dim or None,
            italic=self.italic or None,
            underline=self.underline or None,
            reverse=self.reverse or None,
        )


_SWITCHES: dict[int, dict[str, Any]] = {
    1: {"bold": True}, 2: {"dim": True}, 3: {"italic": True}, 4: {"underline": True}, 7: {"reverse": True},
    22: {"bold": False, "dim": False}, 23: {"italic": False}, 24: {"underline": False}, 27: {"reverse": False},
}  # fmt: skip


def coloured(text: str) -> list[tuple[str, Style]]:
    """One log line as cleaned pieces with their styles; only the text behind the last carriage return counts."""
    text = last_state(text)[: 4 * LINE_LIMIT]
    pieces: list[tuple[str, Style]] = []
    pen, at, left = _Pen(), 0, LINE_LIMIT
    for found in _CSI.finditer(text):
        left = _add(pieces, text[at : found.start()], pen, left)
        if found[2] == "m":
            pen = _turn(pen, found[1])
        at = found.end()
    _add(pieces, text[at:], pen, left)
    return pieces


def uncoloured(text: str) -> str:
    """The same line as plain text, for search, copies and lists."""
    return "".join(piece for piece, _ in coloured(text))


def _add(pieces: list[tuple[str, Style]], text: str, pen: _Pen, left: int) -> int:
    if not text or left <= 0:
        return left
    clean = plain(text.replace("\t", "    "), left)
    pieces.append((clean, pen.style()))
    return left - len(clean)


def _turn(pen: _Pen, parameters: str) -> _Pen:
    """The pen after one SGR sequence; parameters we do not know change nothing."""
    codes = [int(c) if c.isascii() and c.isdigit() and len(c) < 4 else 0 for c in re.split("[;:]", parameters)]
    while codes:
        code = codes.pop(0)
        if code == 0:
            pen = _Pen()
        elif code in _SWITCHES:
            pen = replace(pen, **_SWITCHES[code])
        elif code in (38, 48):
            colour = _extended(codes)
            pen = replace(pen, colour=colour) if code == 38 else replace(pen, back=colour)
        elif code in (39, 49):
            pen = replace(pen, colour=None) if code == 39 else replace(pen, back=None)
        else:
            pen = _named(pen, code)
    return pen


def _named(pen: _Pen, code: int) -> _Pen:
    for base, bright in ((30, ""), (90, "bright_")):
        if base <= code < base + 8:
            return replace(pen, colour=bright + _NAMES[code - base])
        if base + 10 <= code < base + 18:
            return replace(pen, back=bright + _NAMES[code - base - 10])
    return pen


def _extended(codes: list[int]) -> str | None:
    """The colour behind 38 or 48, taken off the front of `codes`."""
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        number = codes.pop(0)
        return f"color({number})" if number < 256 else None
    if kind == 2 and len(codes) >= 3:
        red, green, blue = codes[:3]
        del codes[:3]
        return f"rgb({red},{green},{blue})" if max(red, green, blue) < 256 else None
    return None
