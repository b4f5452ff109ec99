"""What our line widgets share: pieces of styled text made into one strip of exact width."""

from collections.abc import Iterable, Sequence
from textwrap import wrap

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

__all__ = ["Piece", "cut", "cut_middle", "line", "widest", "wrapped"]

Piece = tuple[str, Style]
"""Cleaned text and how it looks."""
_BREAKS = {ord(char): " " for char in "\n\t"}


def line(pieces: Iterable[Piece], width: int, base: Style) -> Strip:
    """The pieces side by side on `base`, cut or filled to `width` cells."""
    return Strip([Segment(_flat(text), base + style) for text, style in pieces if text]).adjust_cell_length(width, base)


def cut(text: str, width: int) -> str:
    """`text` in exactly `width` cells, a longer one ending in `~`."""
    text = _flat(text)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(0, width - 1)) + "~" if width > 0 else ""


def cut_middle(text: str, width: int) -> str:
    """`text` in exactly `width` cells, a longer one with `~` in its middle: names that begin alike differ at their
    ends."""
    text = _flat(text)
    if cell_len(text) <= width or width < 5:
        return cut(text, width)
    tail, room = "", (width - 1) // 2
    for char in reversed(text):
        if cell_len(char + tail) > room:
            break
        tail = char + tail
    return set_cell_size(text, width - 1 - cell_len(tail)) + "~" + tail


def wrapped(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken between words where it can be; all but the first indented."""
    return [cut(part, width).rstrip() for part in wrap(text, width, subsequent_indent="  ")] or [""]


def _flat(text: str) -> str:
    """In one line: what kept its newlines and tabs as a message of several has spaces here (R14)."""
    return text if text.isprintable() else text.translate(_BREAKS)


def widest(texts: Sequence[str], least: int, most: int) -> int:
    """The width of a column for these texts, between two bounds."""
    return max(least, min(most, max(map(cell_len, texts), default=least)))
