"""What our line widgets share: pieces of styled text made into one strip of exact width."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.ui.present.text import flat

__all__ = ["Styled", "line"]

Styled = tuple[str, Style]
"""Cleaned text and how it looks."""


def line(pieces: Iterable[Styled], width: int, base: Style) -> Strip:
    """The pieces side by side on `base`, cut or filled to `width` cells."""
    return Strip([Segment(flat(text), base + style) for text, style in pieces if text]).adjust_cell_length(width, base)
