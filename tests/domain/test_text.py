"""Remote text is harmless after `plain`."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.text import CELL_LIMIT, TEXT_LIMIT, plain

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ALL = range(sys.maxunicode + 1)


def test_r13_no_code_point_survives_that_a_terminal_could_obey() -> None:
    """Of all 1,114,112 code points, none of a forbidden category comes out, and exactly one comes out for each."""
    assert len(ALL) == 1_114_112
    for code in ALL:
        out = plain(chr(code))
        assert len(out) == 1, hex(code)
        if unicodedata.category(out) in FORBIDDEN:
            pytest.fail(f"U+{code:04X} comes out as {out!r}")


def test_r13_every_code_point_that_is_harmless_stays_as_it_is() -> None:
    """Letters, marks, digits, signs and spaces of all scripts are not touched."""
    for code in ALL:
        char = chr(code)
        if unicodedata.category(char) not in FORBIDDEN:
            assert plain(char) == char


def test_r13_every_code_point_has_an_ascii_form() -> None:
    """ASCII mode gives one byte from space to `~`, `?` for all that is above."""
    for code in ALL:
        out = plain(chr(code), ascii=True)
        assert len(out) == 1
        assert " " <= out <= "~", hex(code)
        assert out == "?" or code in range(0x20, 0x7F) or chr(code) in "\n\t"


def test_controls_become_their_pictures() -> None:
    """Each C0 control is seen, DEL too; C1 controls have no picture."""
    assert plain("\x00\x07\x1b[31m\r\x7f\x9b31m") == "␀␇␛[31m␍␡\ufffd31m"


def test_newline_and_tab() -> None:
    """They are spaces, and stay where lines are asked for."""
    assert plain("a\n\tb") == "a  b"
    assert plain("a\n\tb\r", lines=True) == "a\n\tb␍"
    assert plain("ä\n\tb", lines=True, ascii=True) == "?\n\tb"


HOSTILE = {
    "[/] and [@click=app.quit]x[/]": "[/] and [@click=app.quit]x[/]",
    "\u202egnp.exe": "\ufffdgnp.exe",
    "zero\u200bwidth\ufeff\u2060": "zero\ufffdwidth\ufffd\ufffd",
    "\ud800 lone": "\ufffd lone",
    "\ue000\U0010ffff": "\ufffd\ufffd",
    "a\u2028b\u2029c": "a\ufffdb\ufffdc",
    "z" + "\u0301" * 40: "z" + "\u0301" * 3,
    "\x1b]52;c;aGk=\x07": "␛]52;c;aGk=␇",
    "\x90q\x9c": "\ufffdq\ufffd",
    "日本 🧬 naïve": "日本 🧬 naïve",
    "": "",
}


@pytest.mark.parametrize(("sent", "shown"), HOSTILE.items())
def test_r13_hostile_names(sent: str, shown: str) -> None:
    """Escape sequences, overrides, invisible characters, lone surrogates and stacked marks are defused."""
    assert plain(sent) == shown
    assert plain(shown) == shown
    shown.encode()


def test_t13_text_after_four_combining_marks_is_kept() -> None:
    """Only the fourth mark of a row goes. Mutations: `_clean` ends there (`break`), or does not count anew."""
    marks = "\u0301" * 4
    assert plain(f"e{marks}tude o{marks}uvre\n") == f"e{marks[:3]}tude o{marks[:3]}uvre "
    assert plain("\u0301a" * 9) == "\u0301a" * 9


@pytest.mark.parametrize(("ascii_", "mark"), [(False, "…"), (True, "~")])
def test_a_long_text_is_cut_with_a_mark(ascii_: bool, mark: str) -> None:
    """Exactly `limit` characters are left, the last of them the mark; one that just fits is whole."""
    assert plain("x" * 513, CELL_LIMIT, ascii=ascii_) == "x" * 511 + mark
    assert plain("x" * 512, CELL_LIMIT, ascii=ascii_) == "x" * 512
    assert plain("x" * (TEXT_LIMIT + 1), ascii=ascii_) == "x" * (TEXT_LIMIT - 1) + mark
    assert plain("xyz", 1, ascii=ascii_) == mark


def test_a_megabyte_of_newlines_costs_no_more_than_what_is_kept() -> None:
    """The cut comes before the cleaning."""
    assert plain("\n" * 1_000_000, CELL_LIMIT) == " " * 511 + "…"


@given(st.text(alphabet=st.characters(), max_size=60), st.integers(1, 30), st.booleans(), st.booleans())
def test_r13_whatever_comes_in(text: str, limit: int, ascii_: bool, lines: bool) -> None:
    """Never longer than the limit, clean, encodable, and a second cleaning changes nothing."""
    out = plain(text, limit, ascii=ascii_, lines=lines)
    assert len(out) <= limit
    kept = "\n\t" if lines else ""
    assert all(unicodedata.category(c) not in FORBIDDEN or c in kept for c in out)
    assert plain(out, limit, ascii=ascii_, lines=lines) == out
    out.encode()
