"""What a line of a log sounds like: an error, a warning, or neither."""

import re
from enum import StrEnum

__all__ = ["TROUBLE", "WORD", "Tone", "tone_of"]

TROUBLE = re.compile(
    rb"(?i)(?:\b|\x1b\[[0-9;]*m)(?:error|exception|fatal|killed|traceback|segmentation fault|out of memory|"
    rb"oom|abort(?:ed)?|panic|no such file|cannot|denied|failed|failure|warn(?:ing)?)\b"
)
"""What a line that sounds like a failure or a warning holds."""
_WARNING = re.compile(r"(?i)\bwarn(?:ing)?\b")
_ERROR = re.compile(TROUBLE.pattern.replace(b"|warn(?:ing)?", b"").decode())
WORD = re.compile(TROUBLE.pattern.decode().replace(r"(?:\b|\x1b\[[0-9;]*m)", r"\b"))
"""The word of such a line, without the escapes before it."""
_LEVEL = re.compile(
    r"^.{0,60}?(?:\b(TRACE|DEBUG|INFO|NOTICE|NOTE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE)\b"
    r"|[\[<(](?i:(warn|warning|error|fatal|critical))[\])>]|\b(?i:(warning|error|fatal)):)"
    r"|^[^a-z]{0,60}[\[<(]?(trace|debug|info|notice|note)[\])>:]"
)
"""A level word where loggers and compilers write it; one in small letters needs brackets or a colon."""
_CALM = frozenset({"TRACE", "DEBUG", "INFO", "NOTICE", "NOTE"})


class Tone(StrEnum):
    """What a line sounds like."""

    CALM = "calm"
    WARNING = "warning"
    ERROR = "error"


def tone_of(line: str) -> Tone:
    """What a line sounds like: its level word decides where it has one, else its words.

    `WARN  failed to read the index` is a warning, `INFO  0 errors` is neither.
    """
    level = _LEVEL.match(line)
    if level is not None:
        word = next(filter(None, level.groups())).upper()
        return Tone.CALM if word in _CALM else Tone.WARNING if word.startswith("WARN") else Tone.ERROR
    return Tone.ERROR if _ERROR.search(line) else Tone.WARNING if _WARNING.search(line) else Tone.CALM
