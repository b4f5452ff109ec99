"""The end of a log as it stands beside something else: the line that tells why, warnings, what sounds like trouble."""

import re
from collections.abc import Sequence

from textual.content import Content

from tui.domain.signature import find_error
from tui.ui.present.text import cut
from tui.ui.present.tone import Tone, tone_of

__all__ = ["tail_lines"]

_DATE = re.compile(r"\A\d{4}-\d\d-\d\d[T ](?=\d\d:\d\d)")
"""All of a tail are of one day, and its words need the room."""
_STYLES = {Tone.ERROR: "$fail", Tone.WARNING: "$warn", Tone.CALM: "$dim"}


def tail_lines(lines: Sequence[str], width: int, lead: str = "") -> list[Content]:
    """A line each, cut to `width` cells, behind `lead`."""
    found = find_error("\n".join(lines))
    telling = -1 if found is None else found.number
    return [
        Content.styled(
            cut(f"{lead}{_DATE.sub('', text)}", width).rstrip(), "bold $fail" if n == telling else _style(text)
        )
        for n, text in enumerate(lines)
    ]


def _style(text: str) -> str:
    return _STYLES[tone_of(text)]
