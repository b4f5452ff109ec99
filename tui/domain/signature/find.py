"""The one line of a log that says why it failed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tui.domain.exitcode import exit_text
from tui.domain.signature.ordinary import BENIGN, LEVEL, LOWER, NOISE, PREFIX, SUCCESS, any_of
from tui.domain.signature.shapes import Tier, is_wrapper, tier_of

__all__ = ["ErrorLine", "find_error"]

_STYLE = re.compile("(?:\x1b|\u241b)\\[[0-9;:?]*[A-Za-z]")
_BREAK = re.compile("\r\n|[\n\r\u240d]")
_WELL = any_of(
    r"(?<!not )(?:complet\w+|finish\w*|ended|done|ran|exit\w*|terminated)\s(?:\w+\s)?success",
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
_LONGEST = 1_000
"""Characters of a line looked at."""
_FADES = 60
"""After so many lines of ordinary work an error was probably got over, and counts one grade less."""
_OPEN = any_of(
    r"\AError in\b.*:\s*\Z",
    r"panicked at [^\s]+:\Z",
    r"\AA USER ERROR has occurred:?\s*\Z",
    r"\AFortran runtime error:\s*\Z",
    r"\ACMake Error at .*:\s*\Z",
    r"\AError occurred during initialization of VM\Z",
)
"""A message that says its point on the next line."""
_SHELL = re.compile(
    r"\A(?:[^\s:]+: )?line \d+:\s+\d+ (?P<signal>(?:[A-Z]\w+)(?: [a-z]+)*(?: [A-Z]\w+)?)(?:\s{2,}|(?=[./]))"
    r"(?:\(core dumped\)\s*)?(?:\( ?)?(?:\w+=\S* )*(?P<program>[^\s;|&]+)"
)
"""A shell's word on a process that a signal ended: which signal, which program; the rest is its command line."""
_EXIT = re.compile(r"(?i)\b(?:exit\w*|code|status|returned|Error)\b[^\d\n]{0,30}?(?<![\w.])(-?\d{1,3})\b(?!\.\d)")
"""The code in a line that only says that something else failed."""
_FRAME = re.compile(r"(?P<indent>[\s|]*\s)File \"[^\"]*\", line \d+")
"""Behind it, further in, stands a line of somebody's program, whatever words are in it; where the program's text is not
at hand (`python -c`, compiled modules) the next frame or the error follows at once."""
_SPOKEN = re.compile(r"\A[\w.\[\]-]+(?:\s\d+)?:\s")
"""What a rank says before it aborts all: who, and what."""
_WHAT = re.compile(r"\Aterminate called .*instance of '([^']+)'")


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
                yield number, part[:_LONGEST].rstrip()


def _bare(line: str) -> tuple[str, bool]:
    """The line without what stands in front of the message, and whether it called itself an error."""
    line, called = line.strip(), False
    while True:
        if (found := PREFIX.match(line)) and 0 < found.end() < len(line):
            line = line[found.end() :]
        elif (found := LEVEL.match(line)) and found.end() < len(line):
            line, called = line[found.end() :], True
        else:
            return line, called


def _joined(line: str, before: str, after: str) -> str:
    """The point of the message: what begins on one line and is said on the next as one, without command lines."""
    if found := _SHELL.match(line):
        return f"{found['program'].rsplit('/', 1)[-1]}: {found['signal']}"
    if line.lstrip().startswith("what():") and (thrown := _WHAT.search(before)):
        what = line.lstrip().removeprefix("what():").strip()
        return what if what == thrown[1] else f"{thrown[1]}: {what}"
    if thrown := _WHAT.search(line):
        return thrown[1]
    return f"{line.rstrip()} {after.strip()}" if _OPEN.search(line) else line


def _is_program(line: str, before: str) -> bool:
    """Whether it is a line of a program that a trace quotes."""
    frame = _FRAME.match(before)
    return frame is not None and len(line) - len(line.lstrip(" \t|")) > len(frame["indent"])


def _grade(raw: str) -> tuple[str, Tier | None]:
    """The bare line and its tier; None for a line that is neither error nor work (frames, progress, tidying up)."""
    line, called = _bare(raw)
    if low := LOWER.match(line):
        # Workflow engines only warn of a step that failed.
        warned = low[0].lstrip(" [(").upper().startswith("WARN") and is_wrapper(line) and not BENIGN.search(line)
        return line, Tier.WRAPPER if warned else Tier.NONE
    tier = tier_of(line)
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
        if at and _is_program(parts[at][1], parts[at - 1][1]):
            continue
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
    at = compiled[-1] if best[1] in compiled else best[1]
    line, tier = lines[at]
    if tier is Tier.WRAPPER:
        return _innermost(parts, lines) or ErrorLine(parts[at][0], line.strip(), tier)
    before, after = (parts[i][1] if 0 <= i < len(parts) else "" for i in (at - 1, at + 1))
    return ErrorLine(parts[at][0], _joined(line, before, after).strip(), tier)


def _innermost(parts: list[tuple[int, str]], lines: dict[int, tuple[str, Tier]]) -> ErrorLine | None:
    """Where nothing but wrappers speak: the exit code that the first of them, the nearest to the program, tells."""
    for at in sorted(lines):
        line, tier = lines[at]
        if line.startswith("MPI_ABORT"):
            spoken = [i for i in range(max(0, at - 2), at) if _SPOKEN.match(parts[i][1])]
            said = parts[spoken[-1]][1].strip() if spoken else "invoked"
            return ErrorLine(parts[spoken[-1] if spoken else at][0], f"MPI_ABORT: {said}", tier)
        if tier is Tier.WRAPPER and (found := _EXIT.search(line)) and found[1] != "0":
            return ErrorLine(parts[at][0], exit_text(int(found[1])), tier)
    return None
