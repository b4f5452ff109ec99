"""The whole of a message: its point may stand on the next line, on the one before, or be broken over several."""

import re
from collections.abc import Sequence

from tui.domain.signature.lines import Line
from tui.domain.signature.noise import NOISE
from tui.domain.signature.tiers import is_wrapper

__all__ = ["announces", "message_at"]

_ANNOUNCES = re.compile(
    r"\A\W{0,6}(?:(?:[A-Za-z][\w.+/-]*:?\s){0,4}(?:fatal|internal|critical|user|runtime|io|syntax|parse|input|the|an?)?\s*"
    r"(?:error|failure|exception|fatal)\b(?:\s+(?:in|was|is|message|at|from|on)\b[^:]*)?)"
    r"\s*(?:\([^)]*\)\s*)?[:!|>-]*\W*\Z"
    r"|(?:error|fail(?:ed|ure)|exception|fatal|invalid|cannot|could not|unable|problem|reason|unsatisf\w+|"
    r"not available|following|panicked)\b[^\n]*:\s*\Z"
    r"|\bpanicked at [^\s]+:\Z"
    r"|\ACMake Error at .*:\s*\Z"
    r"|\AError in\b.*:\s*\Z"
    r"|\AError occurred during initialization of VM\Z"
    r"|\A-{2,3} ?!ERROR\b"
    r"|\b(?:error|fatal)\b[^\n]*\bwith (?:message|reason)\W*\Z",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\A\s*(?:From (?:function|\S*::)|at |in |file:)")
"""Where in the program it happened."""
_PLAIN_END = re.compile(r"[.!?)\]'\"`>]\s*\Z")
_RULE = re.compile(r"\A\s*([-=*%#_+~])\1{5,}\s*\Z|\A\s*[|+][-=+]{6,}")
_SHELL = re.compile(
    r"\A(?:[^\s:]+: )?(?:line|Zeile|ligne|línea|行) \d+:\s+\d+ (?P<signal>[^\W\d]\w*(?: [^\W\d]\w*){0,3}?)"
    r"(?:\s{2,}|(?=\s*\(|\s*[./]))(?:\([^)]*\)\s*)?(?:\( ?)?(?:\w+=\S* )*(?P<program>[^\s;|&]+)"
)
"""A shell's word on a process that a signal ended: which signal, which program; the rest is its command line."""
_SIGNAL = re.compile(
    r"\ASignal: (?P<word>[A-Z][\w ]+) \((?P<m>\d+)\)|\bexited on signal (?P<n>\d+) \((?P<name>[A-Z][\w ]+)\)"
)
"""An MPI's word on it, in its own two ways."""
_WHAT = re.compile(r"terminate called .*instance of '([^']+)'")
_CONNECTION = re.compile(r"\AError in .*cannot open the connection\Z", re.DOTALL)
_KEYED = re.compile(r"\A\s*message:\s*[|>]?-?\s*")
_LIMIT = 400
_REACH = 6
"""Lines after an announcement that may carry its point."""


def announces(text: str) -> bool:
    """Whether the line only says that the reason comes next."""
    return _ANNOUNCES.search(text) is not None


def message_at(lines: Sequence[Line], at: int) -> tuple[str, tuple[int, ...]]:
    """What the message that begins at this place says, and the places of the lines it was made of."""
    line = lines[at]
    text = line.text.strip()
    if found := _SIGNAL.search(text):
        number, name = (found["n"], found["name"]) if found["n"] else (found["m"], found["word"])
        return f"signal {number} ({name})", (at,)
    if found := _SHELL.match(text):
        return f"{found['program'].rsplit('/', 1)[-1]}: {found['signal'].strip()}", (at,)
    if text.startswith("what():"):
        what = text.removeprefix("what():").strip()
        for earlier in range(at - 1, max(-1, at - 4), -1):
            if thrown := _WHAT.search(lines[earlier].text):
                return (what if what == thrown[1] else f"{thrown[1]}: {what}"), (earlier, at)
        return what, (at,)
    if thrown := _WHAT.search(text):
        after = lines[at + 1].text.strip() if at + 1 < len(lines) else ""
        if after.startswith("what():"):
            return message_at(lines, at + 1)
        return thrown[1], (at,)
    if announces(text):
        return _announced(lines, at)
    if _CONNECTION.match(text):
        return _with_warning(lines, at, text)
    return text, (at,)


def _announced(lines: Sequence[Line], at: int) -> tuple[str, tuple[int, ...]]:
    """The announcement with what it announces."""
    head = lines[at].text.strip()
    for place in range(at + 1, min(len(lines), at + 1 + _REACH)):
        if found := _KEYED.match(text := lines[place].text):  # a YAML document
            rest = text[found.end() :].strip()
            below = lines[place + 1].text.strip() if place + 1 < len(lines) else ""
            return (f"{head} {rest or below}", (at, place) if rest else (at, place, place + 1))
    after = at + 1
    while after < len(lines) and after <= at + 3 and (_RULE.match(lines[after].text) or not _worded(lines[after].text)):
        after += 1
    if after >= len(lines) or lines[after].number - lines[at].number > 3 + (after - at) or lines[after].record:
        return head, (at,)
    if announces(lines[after].text.strip()) and after + 1 < len(lines) and len(head) < 80:
        text, used = _announced(lines, after)
        return f"{head} {text}"[:_LIMIT], (at, *used)
    if is_wrapper(lines[after].text.strip()) or NOISE.search(lines[after].text):
        return head, (at,)
    text, used = _unwrapped(lines, after)
    if len(used) == 1 and not _PLAIN_END.search(text):
        # What is set further in belongs to it: `Invalid command-line options` and then which one.
        for place in range(after + 1, min(len(lines), after + 3)):
            own = lines[place]
            if own.number - lines[place - 1].number > 1 or own.indent <= lines[after].indent or _PLACE.match(own.text):
                break
            text, used = f"{text} {own.text.strip()}", (*used, place)
    return f"{head} {text}"[:_LIMIT], (at, *used)


def _worded(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _unwrapped(lines: Sequence[Line], at: int) -> tuple[str, tuple[int, ...]]:
    """A sentence that was broken at the margin, put together again."""
    text, used = lines[at].text.strip(), [at]
    for place in range(at + 1, min(len(lines), at + 4)):
        line, before = lines[place], lines[place - 1]
        if line.number - before.number > 1 or line.called or line.record or _RULE.match(line.text):
            break
        own = line.text.strip()
        if is_wrapper(own) or NOISE.search(line.text) or (line.text == line.raw) is not (before.text == before.raw):
            break
        full = len(before.text.rstrip()) >= 40
        if not full or _PLAIN_END.search(text) or line.indent > before.indent + 2 or not own[:1].isalnum():
            break
        if own[:1].isupper() or (":" in own[:30] and " " not in own[: own.index(":")]):
            break
        text, used = f"{text} {own}", [*used, place]
        if len(text) > _LIMIT:
            break
    return text[: max(_LIMIT, len(lines[at].text))], tuple(used)


def _with_warning(lines: Sequence[Line], at: int, text: str) -> tuple[str, tuple[int, ...]]:
    """R says on a warning's line which file it was."""
    for place in range(at + 1, min(len(lines), at + 6)):
        own = lines[place].text.strip()
        if own.startswith(("cannot open ", "cannot ")):
            return f"{text}: {own}", (at, place)
    return text, (at,)
