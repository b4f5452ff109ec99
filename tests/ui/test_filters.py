"""ASCII mode keeps every width and lets nothing through; a drawing without colour keeps its weights."""

import sys
import unicodedata

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tui.ui.terminal.line_filters import OnlyAscii, WithoutColor, to_ascii

BLACK = Color(0, 0, 0)


def test_no_character_gets_through_and_none_changes_its_width() -> None:
    for code in (*range(0x3000), *range(0x3000, sys.maxunicode + 1, 97)):
        char = chr(code)
        if unicodedata.category(char) in {"Cc", "Cs"}:
            continue
        said = to_ascii(char)
        assert all(" " <= c <= "~" for c in said), hex(code)
        assert len(said) == cell_len(char), hex(code)


def test_lines_and_corners_are_drawn_by_three_signs() -> None:
    assert to_ascii("┌─┐│├┼╯…") == "+-+|+++~"
    assert to_ascii("✗ ━━╌ ▌◆") == "X ==- >*"
    assert OnlyAscii().apply([Segment("─x", Style(bold=True))], BLACK) == [Segment("-x", Style(bold=True))]


def test_without_colour_bold_and_reverse_and_underline_stay() -> None:
    style = Style(color="red", bgcolor="blue", bold=True, reverse=True, underline=True)
    kept = WithoutColor().apply([Segment("x", style), Segment("y")], BLACK)
    assert kept == [Segment("x", Style(bold=True, reverse=True, underline=True)), Segment("y")]
