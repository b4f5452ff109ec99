"""Remote text made harmless, in one place.

Names, tags, log lines and error messages are written by other people. Textual and terminals pass escape
sequences, bidirectional overrides and zero-width characters through, so everything is cleaned here once, by
Unicode category: that needs no grammar of escape sequences and is complete.
"""

import re
import unicodedata
from collections.abc import Sequence

__all__ = [
    "CELL_LIMIT",
    "TEXT_LIMIT",
    "Cleaned",
    "exact",
    "kept",
    "last_state",
    "middle",
    "natural",
    "naturals",
    "plain",
]

CELL_LIMIT = 512
"""Characters kept of a text that stands in a cell."""
TEXT_LIMIT = 4096
"""Characters kept of any other single text."""
_CUT = "…"

# Printable ASCII needs no look at each character: 97 % of all names leave by this door.
_HARMLESS = re.compile(r"[ -~]*\Z")
_REPLACED = frozenset({"Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


_DIGITS = re.compile(r"(\d+)")
_FILLED = 20
"""Digits that a number is filled to for sorting; longer ones are compared as they begin."""
_BETWEEN = "\0"
"""Stands in no cleaned text."""


class Cleaned(str):
    """A remote text made harmless, which remembers what the platform sent: JSON gives that back."""

    __slots__ = ("exact",)

    exact: str


def kept(text: str, limit: int = TEXT_LIMIT, *, lines: bool = False) -> str:
    """As `plain`, and where that changes anything the platform's own text is kept beside it."""
    clean = plain(text, limit, lines=lines)
    if clean == text:
        return clean
    cleaned = Cleaned(clean)
    cleaned.exact = text
    return cleaned


def exact(text: str) -> str:
    """What the platform sent for a cleaned text."""
    return text.exact if isinstance(text, Cleaned) else text


def natural(text: str) -> str:
    """What a text is sorted by: numbers by their size (`chr2` before `chr10` before `chrX`), letters in any case."""
    return naturals([text])[0]


def naturals(texts: Sequence[str]) -> list[str]:
    """`natural` of each, made of all at once: a call for each of 100,000 names would take longer than sorting them."""
    if not texts:
        return []
    parts = _DIGITS.split(_BETWEEN.join(texts).lower())
    parts[1::2] = [digits.zfill(_FILLED) for digits in parts[1::2]]
    return "".join(parts).split(_BETWEEN)


def middle(text: str, limit: int) -> str:
    """`text` in at most so many characters: the middle gives way, since names that begin alike differ at their ends."""
    clean = plain(text)
    if len(clean) <= limit or limit < 3:
        return plain(clean, limit)
    tail = (limit - 1) // 2
    return clean[: limit - 1 - tail] + _CUT + clean[len(clean) - tail :]


def plain(text: str, limit: int = TEXT_LIMIT, *, ascii: bool = False, lines: bool = False) -> str:
    r"""`text` without anything that a terminal or a layout could obey.

    Controls become their Unicode pictures (`\x1b` is `␛`), C1 controls, format, surrogate, private and
    unassigned characters become U+FFFD, line and paragraph separators too; at most three combining marks
    stand in a row. Newline and tab become a space.

    Args:
        text: Anything a platform sent.
        limit: Characters kept; a longer text ends in `…` (`~` in ASCII mode).
        ascii: Every character above 0x7e becomes `?`.
        lines: Keep newline and tab, for logs and messages of several lines.
    """
    cut = len(text) > limit
    if cut:
        text = text[: max(0, limit - 1)]
    if not _HARMLESS.match(text):
        text = _clean(text, lines)
    if ascii:
        text = "".join(c if c <= "~" else "?" for c in text)
    if cut:
        text += "~" if ascii else _CUT
    return text


def last_state(line: str) -> str:
    """The last state of a line that carriage returns rewrite, as a progress bar does, however long the line is."""
    line = line.rstrip("\r\n")
    return line[line.rfind("\r") + 1 :]


def _clean(text: str, lines: bool) -> str:
    out: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in {"Mn", "Me", "Mc"}:
            marks += 1
            if marks > 3:
                continue
        else:
            marks = 0
        if category == "Cc":
            if char in "\n\t":
                out.append(char if lines else " ")
            elif char < "\x20":
                out.append(chr(0x2400 + ord(char)))
            else:
                out.append("\u2421" if char == "\x7f" else "\ufffd")
        elif category in _REPLACED:
            out.append("\ufffd")
        else:
            out.append(char)
    return "".join(out)
