"""The structure of a log: its lines without what relays, loggers and terminals put around them."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tui.domain.signature.noise import LEVEL, PREFIX

__all__ = ["Line", "lines_of"]

_STYLE = re.compile("(?:\x1b|\u241b)\\[[0-9;:?]*[A-Za-z]")
_BREAK = re.compile("\r\n|[\n\r\u240d]")
_MOST = 4_000
"""Lines looked at, from the end."""
_STATES = 300
"""States of one progress bar looked at, from the end."""
_LONGEST = 1_000
"""Characters of a line looked at."""
_RELAYED = 0.6
"""Where so many of a relay's lines are not errors by its own level, that level says nothing of what it passes on."""
_WARNED = re.compile(
    r"\A\W{0,2}(?:WARN(?:ING)?|INFO|DEBUG|TRACE|NOTE|NOTICE|VERBOSE|FINE|HINT|PROGRESS)\b\]?(?:[\s:|(\]~-]|\Z)"
    r"|\A\[[WIDM]::|\A\[[IWD]\]\s"
    r"|\A[^\s:]+:\d+(?::\d+)?: (?:\w*warning|note|remark):"
    r"|\AWarning message|\A\w+ Warning (?:at|in)\b"
    r"|\A[\w./-]+: (?:warning|note|info|debug|hint)\b",
    re.IGNORECASE,
)
"""A line that says itself that it is not an error."""
_PAIR = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)')
_TEXTS = ("msg", "message", "error", "err", "exception", "log", "text")


@dataclass(slots=True)
class Line:
    """One line, or one state of a progress bar."""

    number: int
    """Its place in the text, from 0."""
    raw: str
    """As it stands there, without colours."""
    text: str
    """What it says, without time, level, host and thread in front."""
    called: bool = False
    """It calls itself an error."""
    warned: bool = False
    """It calls itself a warning, or less."""
    relayed: bool = False
    """Its level is that of something that passes on what others say."""
    record: bool = False
    """It was a record of a logger (JSON or `key=value`), of which this is the message."""

    @property
    def indent(self) -> int:
        """Blanks in front of the message."""
        return len(self.text) - len(self.text.lstrip())


def lines_of(text: str) -> list[Line]:
    """The lines that hold something, in order; blank lines show as gaps in `number`."""
    parts = list(_parts(text))
    tag = _tag(raw for _, raw in parts)
    found = [_line(number, raw.removeprefix(tag) if tag else raw) for number, raw in parts]
    relayed = [line for line in found if line.relayed]
    if len(relayed) > 2 and sum(line.warned for line in relayed) >= _RELAYED * len(relayed):
        for line in relayed:
            line.warned = _WARNED.match(line.text.lstrip()) is not None
            line.relayed = False
    return found


def _parts(text: str) -> Iterator[tuple[int, str]]:
    lines = text.replace("\r\n", "\n").split("\n")
    start = max(0, len(lines) - _MOST)
    for number in range(start, len(lines)):
        line = lines[number]
        if "\x1b" in line or "\u241b" in line:
            line = _STYLE.sub("", line)
        if "\r" not in line and "\u240d" not in line:
            if line and not line.isspace():
                yield number, line[:_LONGEST].rstrip()
            continue
        for part in _BREAK.split(line)[-_STATES:]:
            if part.strip():
                yield number, part[:_LONGEST].rstrip()


def _tag(lines: Iterable[str]) -> str:
    """What every line begins with up to a tab (`parallel --tag`), or empty."""
    heads = Counter(line.partition("\t")[0] for line in lines if 0 < line.find("\t") < 40)
    total = heads.total()
    if total < 3:
        return ""
    head, count = heads.most_common(1)[0]
    return f"{head}\t" if head.strip() and " " not in head and count >= 0.9 * total and count >= 3 else ""


def _line(number: int, raw: str) -> Line:
    text, called, warned, relayed = raw, False, False, False
    first = raw.lstrip()
    if first.startswith("{") and first.endswith("}") and (said := _from_json(first)):
        return Line(number, raw, said[0], called=said[1], warned=False, record=True)
    if "level=" in first and (said := _from_pairs(first)):
        return Line(number, raw, said[0], called=said[1], warned=False, record=True)
    for _ in range(8):
        if (found := PREFIX.match(text)) and 0 < found.end() < len(text):
            level = found["glog"] or found["letter"]
            relayed = relayed or level is not None
            text = text[found.end() :]
            called = called if level is None else level in "EFC"
            warned = warned if level is None else level in "WID"
        elif (found := LEVEL.match(text.lstrip())) and found.end() < len(text.lstrip()):
            text, called, warned = text.lstrip()[found.end() :], True, False
        elif (
            text is not raw
            and (found := _WARNED.match(text.lstrip()))
            and text.lstrip()[:1] != "["
            and (rest := text.lstrip()[found.end() :].lstrip(" -:|"))
        ):
            text, warned, called = rest, True, False
        else:
            break
    if not warned and not called:
        warned = _WARNED.match(text.lstrip()) is not None
    return Line(number, raw, text, called=called, warned=warned, relayed=relayed)


def _from_json(text: str) -> tuple[str, bool] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    said = next((value[key] for key in _TEXTS if isinstance(value.get(key), str) and value[key]), None)
    level = str(value.get("level") or value.get("severity") or value.get("levelname") or "").lower()
    return (said.split("\n", 1)[0], level in {"error", "fatal", "critical"}) if said else None


def _from_pairs(text: str) -> tuple[str, bool] | None:
    pairs = {key: value.strip('"') for key, value in _PAIR.findall(text)}
    said = next((pairs[key] for key in ("error", "err", "msg", "message") if pairs.get(key)), None)
    return (said, pairs.get("level", "").lower() in {"error", "fatal", "critical"}) if said else None
