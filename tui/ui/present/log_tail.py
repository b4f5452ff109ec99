"""The end of a log as it stands beside something else: the line that tells why, warnings, what sounds like trouble."""

import re
from collections.abc import Sequence
from functools import lru_cache

from textual.content import Content

from tui.domain.signature import find_error
from tui.domain.status import TaskStatus
from tui.ui.present.text import cut
from tui.ui.present.tone import Tone, tone_of

__all__ = ["tail_lines"]

_DATE = re.compile(r"\A\d{4}-\d\d-\d\d[T ](?=\d\d:\d\d)")
"""All of a tail are of one day, and its words need the room."""
_STYLES = {Tone.ERROR: "$fail", Tone.WARNING: "$warn", Tone.CALM: "$dim"}
_LINES, _CHARACTERS = 40, 200
"""What is searched of a tail: so much takes a millisecond or two, which the event loop can spare."""


def tail_lines(lines: Sequence[str], width: int, lead: str = "", *, status: TaskStatus | None = None) -> list[Content]:
    """A line each, cut to `width` cells, behind `lead`; `status` is that of the job whose log it is, where known."""
    telling = -1 if status is TaskStatus.DONE else _telling(tuple(lines), failed=status is TaskStatus.FAILED)
    return [
        Content.styled(
            cut(f"{lead}{_DATE.sub('', text)}", width).rstrip(), "bold $fail" if n == telling else _style(text)
        )
        for n, text in enumerate(lines)
    ]


@lru_cache(maxsize=8)
def _telling(lines: tuple[str, ...], *, failed: bool) -> int:
    """The place of the line that says why it failed, or -1; kept, for panes are drawn again at each key."""
    first = max(0, len(lines) - _LINES)
    found = find_error("\n".join(line[:_CHARACTERS] for line in lines[first:]), failed=failed)
    return -1 if found is None else first + found.number


def _style(text: str) -> str:
    return _STYLES[tone_of(text)]
