"""Pieces of text made into one line."""

from rich.style import Style

from tui.ui.present.text import cut
from tui.ui.strips import line


def test_r14_a_message_of_several_lines_has_spaces_in_one() -> None:
    """A tab or newline that a message was allowed to keep does not reach the terminal from a cell."""
    assert cut("a\tb\nc", 6) == "a b c "
    assert line([("a\tb", Style()), ("\n", Style())], 5, Style()).text == "a b  "
