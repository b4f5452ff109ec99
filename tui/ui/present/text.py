"""Texts in cells: cut, wrapped, measured, and put together as styled pieces."""

from collections.abc import Sequence
from textwrap import wrap

from rich.cells import cell_len, set_cell_size

__all__ = ["Piece", "Row", "cells", "cut", "cut_middle", "flat", "row", "widest", "wrapped"]

Piece = tuple[str, str]
"""Cleaned text and the role it is drawn in; an empty role is plain ink."""
Row = tuple[tuple[Piece, ...], tuple[Piece, ...]]
"""What stands at the left, and what at the right edge."""
_BREAKS = {ord(char): " " for char in "\n\t"}


def cells(pieces: Sequence[Piece]) -> int:
    """The width of some pieces."""
    return sum(cell_len(text) for text, _ in pieces)


def row(left: Sequence[Piece], right: Sequence[Piece] = ()) -> Row:
    """One line."""
    return tuple(left), tuple(right)


def cut(text: str, width: int) -> str:
    """`text` in exactly `width` cells, a longer one ending in `~`."""
    text = flat(text)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(0, width - 1)) + "~" if width > 0 else ""


def cut_middle(text: str, width: int) -> str:
    """`text` in exactly `width` cells, a longer one with `~` in its middle: names that begin alike differ at their
    ends."""
    text = flat(text)
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


def flat(text: str) -> str:
    """In one line: what kept its newlines and tabs as a message of several has spaces here (R14)."""
    return text if text.isprintable() else text.translate(_BREAKS)


def widest(texts: Sequence[str], least: int, most: int) -> int:
    """The width of a column for these texts, between two bounds."""
    return max(least, min(most, max(map(cell_len, texts), default=least)))
