"""What may be typed next in a filter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tui.domain.query.context import Context
from tui.domain.query.fields import FIELDS, FLAGS, Type, lookup
from tui.domain.status import TaskStatus
from tui.domain.task import Task

__all__ = ["Completion", "complete"]

_TOKEN = re.compile(r"[^\s|()]*\Z")
_SPLIT = re.compile(r"([!-]*)([A-Za-z_]+(?:\.[^:=!<>~]+)?)(!=|>=|<=|[:=<>~])(.*)\Z", re.DOTALL)
_MOST = 50


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on: put `text` in place of the characters from `start` to the cursor."""

    start: int
    text: str
    hint: str
    """What it means."""


def complete(text: str, cursor: int, tasks: Iterable[Task], context: Context) -> tuple[Completion, ...]:
    """Fields and flags that begin so, or the values of a field that were seen, most frequent first."""
    found = _TOKEN.search(text[:cursor])
    token = found.group(0) if found else ""
    start = cursor - len(token)
    split = _SPLIT.match(token)
    if split is None:
        sign = token[: len(token) - len(token.lstrip("!-"))]
        typed = token[len(sign) :].lower()
        names = [(f"{f.name}{'.' if f.type is Type.MAP else ':'}", f.help) for f in FIELDS]
        names += [(name, what) for name, (_, what) in FLAGS.items()]
        return tuple(Completion(start, sign + n, what) for n, what in names if n.startswith(typed) and typed)[:_MOST]
    _, name, _op, value = split.groups()
    known = lookup(name)
    if known is None:
        return ()
    field, key = known
    last = value.rsplit(",", 1)[-1]
    head = token[: len(token) - len(last)]
    counts: dict[str, int] = dict.fromkeys(TaskStatus, 0) if field.name == "status" else {}
    for task in tasks:
        seen = field.read(task, context)
        if field.type is Type.MAP:
            seen = seen.get(key) if key else None
        if isinstance(seen, str):
            counts[seen] = counts.get(seen, 0) + 1
    fitting = sorted((-n, v) for v, n in counts.items() if v.lower().startswith(last.lower()))
    return tuple(Completion(start, head + _quoted(v), f"{-n:,} tasks") for n, v in fitting)[:_MOST]


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s|()]", value) else value
