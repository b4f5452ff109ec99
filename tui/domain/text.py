"""Remote text made harmless, in one place.

Names, tags, log lines and error messages are written by other people. Textual and terminals pass escape
sequences, bidirectional overrides and zero-width characters through, so everything is cleaned here once, by
Unicode category: that needs no grammar of escape sequences and is complete.
"""

import re
import unicodedata

__all__ = ["CELL_LIMIT", "TEXT_LIMIT", "plain"]

CELL_LIMIT = 512
"""Characters kept of a text that stands in a cell."""
TEXT_LIMIT = 4096
"""Characters kept of any other single text."""
_CUT = "…"

# Printable ASCII needs no look at each character: 97 % of all names leave by this door.
_HARMLESS = re.compile(r"[ -~]*\Z")
_REPLACED = frozenset({"Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


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
