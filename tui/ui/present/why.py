"""Where a held log says why its job failed."""

from tui.domain.signature import find_error
from tui.ui.log.text import LogText

__all__ = ["telling_line"]

_LINES = 1_000
"""Looked at, from the end: enough for what is written after an error, and done within a key press."""


def telling_line(text: LogText) -> int | None:
    """The number of the line that tells, from 0; None where nothing says that it failed."""
    first = max(0, len(text) - _LINES)
    found = find_error(text.text(first, len(text)))
    return None if found is None else first + found.number
