"""Log colours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.log.sgr import LINE_LIMIT, coloured, uncoloured


def test_sgr_becomes_our_own_style() -> None:
    (first, style), (second, after) = coloured("\x1b[1;31mERROR\x1b[0m disk full")
    assert (first, second) == ("ERROR", " disk full")
    assert style.bold
    assert style.color is not None
    assert style.color.name == "red"
    assert after.color is None


@pytest.mark.parametrize(
    "code", ["38;5;208", "38;2;1;2;3", "38:5:208", "48;5;1", "38;5", "38", "38;2;999;0;0", "777", ";;"]
)
def test_every_colour_form_is_taken_off_the_text(code: str) -> None:
    assert uncoloured(f"\x1b[{code}mx") == "x"


def test_other_sequences_do_not_reach_the_screen() -> None:
    assert uncoloured("\x1b[2Kdone\x1b]0;title\x07") == "done␛]0;title␇"


def test_only_the_last_overprint_of_a_progress_bar_counts() -> None:
    assert uncoloured("10%\r50%\r100%\r\n") == "100%"


@given(st.text())
def test_r13_no_control_byte_is_left_of_any_line(text: str) -> None:
    out = uncoloured(text)
    assert all(c.isprintable() or c == " " or ord(c) > 0x9F for c in out)
    assert "\x1b" not in out
    assert len(out) <= LINE_LIMIT + 1
