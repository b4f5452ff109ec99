"""What every drawn line passes last: no colour where none is wanted, nothing but ASCII where that is wanted."""

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tui.ui.present.glyphs import ASCII, BASIC

__all__ = ["OnlyAscii", "OnlyBasic", "WithoutColor", "to_ascii"]

_SIGNS = {
    **dict.fromkeys("─━═┄┅┈┉╌╍╴╶╸╺╼╾▔▁‐‑‒–—―−", "-"),
    **dict.fromkeys("│┃║┆┇┊┋╎╏╵╷╹╻╽╿▏▎▍▌▐▕", "|"),
    **dict.fromkeys("▂▃▄▅▆▇█▀▊▉▋░▒▓■▪◼", "#"),
    **dict.fromkeys("•·●◉◆✦★", "*"),
    **dict.fromkeys("→▶▸›»", ">"),
    **dict.fromkeys("←◀◂‹«", "<"),
    **dict.fromkeys("↑▲▴", "^"),
    **dict.fromkeys("↓▼▾", "v"),
    **dict.fromkeys("‘’‚′", "'"),
    **dict.fromkeys("“”„″", '"'),
    "×": "x",
    "✔": "+",
    "✘": "x",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    **{chr(code): "+" for code in range(0x250C, 0x254C)},
    **{chr(code): "+" for code in range(0x2552, 0x2574)},
    **ASCII,
}
"""What stands for a character of the same width."""


def to_ascii(text: str) -> str:
    """The text in as many cells, without anything above `~`: lines become `- | +`, all else that is unknown `?`."""
    if text.isascii():
        return text
    return "".join(c if c <= "~" else _SIGNS.get(c) or "?" * cell_len(c) for c in text)


class OnlyAscii(LineFilter):
    """Every character above `~` is replaced."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Segments of the same widths."""
        return [s if s.text.isascii() else Segment(to_ascii(s.text), s.style, s.control) for s in segments]


_BASIC = str.maketrans(dict(BASIC))


class OnlyBasic(LineFilter):
    """Signs that some fonts lack are replaced by like ones that all have."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Segments of the same widths."""
        return [s if s.text.isascii() else Segment(s.text.translate(_BASIC), s.style, s.control) for s in segments]


@lru_cache(1024)
def _plain(style: Style) -> Style:
    return style.without_color


class WithoutColor(LineFilter):
    """Bold, reverse and underline stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Segments of the same texts."""
        return [Segment(text, _plain(style) if style else style, control) for text, style, control in segments]
