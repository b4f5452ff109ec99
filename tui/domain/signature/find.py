"""The one line of a log that says why it failed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tui.domain.signature.ordinary import BENIGN, LEVEL, LOWER, NOISE, PREFIX, SUCCESS, any_of
from tui.domain.signature.shapes import Tier, tier_of

__all__ = ["ErrorLine", "find_error"]

_STYLE = re.compile("(?:\x1b|\u241b)\\[[0-9;:?]*[A-Za-z]")
_BREAK = re.compile("\r\n|[\n\r\u240d]")
_WELL = any_of(
    r"(?:complet\w+|finish\w*|ended|done|ran|exit\w*|terminated)\s(?:\w+\s)?success",
    r"\bsuccess\w*\s(?:complet|finish|ended|done)",
    r"\A\W*success(?:ful)?\W*\Z",
    r"\bsuccess rate",
    r"exit(?:ed)?(?: with)?(?: code| status)?[ :=]+0\b",
    r"\ball (?:tests|checks|steps|jobs) passed",
    flags=re.IGNORECASE,
)
"""A whole run's own word that it went well."""
_COMPILER = re.compile(r"\A[^\s:]+(?::\d+)+:\s+(?:fatal )?error:|\berror\[E\d+\]|undefined reference to")
_MEMORY = 4_000
"""Lines looked at, from the end."""
_FADES = 25
"""After so many lines of ordinary work an error was probably got over, and counts one grade less."""
_OPEN = any_of(
    r"\AError in\b.*:\s*\Z",
    r"panicked at [^\s]+:\Z",
    r"\ATraceback \(most",
    r"\Aterminate called after",
    r"\AA USER ERROR has occurred:?\s*\Z",
    r"\AFortran runtime error:\s*\Z",
)
"""A message that says its point on the next line."""
_SHELL = re.compile(
    r"\A(?:[^\s:]+: )?line \d+:\s+\d+ (?P<signal>[A-Z][\w ]*?)\s{2,}(?:\(core dumped\) )?(?:\( ?)?(?:\w+=\S* )*"
    r"(?P<program>[^\s;|&]+)"
)
"""A shell's word on a process that a signal ended: which signal, which program; the rest is its command line."""
_JAVA = 'Exception in thread "main" '
_WHAT = re.compile(r"instance of '([^']+)'")


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """Where a log says why it failed."""

    number: int
    """The line's place in the text it was found in, from 0."""
    text: str
    """What it says, without time, level and host in front."""
    tier: Tier


def _segments(text: str) -> Iterator[tuple[int, str]]:
    """What stood on each line, one after the other: a progress bar's states count as lines of their own."""
    lines = text.replace("\r\n", "\n").split("\n")
    start = max(0, len(lines) - _MEMORY)
    for number in range(start, len(lines)):
        line = lines[number]
        if "\x1b" in line or "\u241b" in line:
            line = _STYLE.sub("", line)
        for part in _BREAK.split(line):
            if part.strip():
                yield number, part.rstrip()


def _bare(line: str) -> tuple[str, bool]:
    """The line without what stands in front of the message, and whether it called itself an error."""
    while (found := PREFIX.match(line)) and found.end() < len(line) and found.end() > 0:
        line = line[found.end() :]
    found = LEVEL.match(line)
    return (line[found.end() :] or line, True) if found else (line, False)


def _joined(line: str, following: list[tuple[int, str]]) -> str:
    """The point of the message: what begins on one line and is said on the next as one, without command lines."""
    if found := _SHELL.match(line):
        return f"{found['program'].rsplit('/', 1)[-1]}: {found['signal']}"
    line = line.removeprefix(_JAVA)
    if not following or not _OPEN.search(line):
        return line
    after = following[0][1].strip()
    if line.startswith("terminate called") and (thrown := _WHAT.search(line)):
        what = after.removeprefix("what():").strip() if after.startswith("what()") else ""
        return f"{thrown[1]}: {what}" if what else thrown[1]
    return f"{line.rstrip()} {after}"


def _grade(raw: str) -> tuple[str, Tier | None]:
    """The bare line and its tier; None for a line that is neither error nor work (frames, progress, tidying up)."""
    line, called = _bare(raw)
    if LOWER.match(line):
        return line, Tier.NONE
    tier = tier_of(line if not line[:1].isspace() else line.rstrip())
    if tier is Tier.CAUSE:
        return line, tier
    if NOISE.search(raw) or NOISE.search(line):
        return line, None
    if SUCCESS.search(line) or (tier and BENIGN.search(line)):
        return line, Tier.NONE
    if called and tier in {Tier.NONE, Tier.WORDS}:
        tier = Tier.ERROR
    return line, tier


def find_error(text: str) -> ErrorLine | None:
    """The last meaningful error line of a log's text, or None where nothing says that it failed.

    A line that tells more wins over one that tells less, and of two that tell as much the later; but of a compiler's
    errors the first, which caused the others. What was followed by much ordinary work fades.
    """
    parts = list(_segments(text))
    best: tuple[float, int] | None = None
    ordinary = 0
    compiled: list[int] = []
    lines: dict[int, tuple[str, Tier]] = {}
    well = False
    for at in range(len(parts) - 1, -1, -1):
        line, tier = _grade(parts[at][1])
        if tier is None:
            continue
        if tier is Tier.NONE:
            well = well or (not lines and _WELL.search(line) is not None)
            ordinary += 1
            continue
        value = tier - ordinary // _FADES
        lines[at] = (line, tier)
        if _COMPILER.search(line):
            compiled.append(at)
        if value > 0 and (best is None or value > best[0]):
            best = (value, at)
    if best is None or well:
        return None
    at = best[1]
    if at in compiled:
        at = compiled[-1]
    line, tier = lines[at]
    return ErrorLine(parts[at][0], _joined(line, parts[at + 1 : at + 2]).strip(), tier)
