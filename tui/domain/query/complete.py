"""What may be typed next in a filter."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tui.domain.query.fields import FIELDS, FLAGS, Context, Field, Type, lookup
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.domain.text import natural

__all__ = ["Completion", "complete"]

_TOKEN = re.compile(r"[^\s|()]*")
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
    found = _TOKEN.match(text[:cursor][::-1])  # from the cursor backwards: a search would begin at each character
    token = found.group(0)[::-1] if found else ""
    start = cursor - len(token)
    split = _SPLIT.match(token)
    if split is None:
        sign = token[: len(token) - len(token.lstrip("!-"))]
        typed = token[len(sign) :].lower()
        names = [*_names(context), *_keys(typed, tasks, context)] if typed else []
        return tuple(
            Completion(start, sign + n, what) for n, what in names if n != typed and n.lower().startswith(typed)
        )[:_MOST]
    _, name, _op, value = split.groups()
    known = lookup(name, context.extra)
    if known is None:
        return ()
    last = value.rsplit(",", 1)[-1]
    head = token[: len(token) - len(last)]
    fitting = [(v, what) for v, what in _values(*known, tasks, context) if v.lower().startswith(last.lower())]
    return tuple(Completion(start, head + _quoted(v), what) for v, what in fitting)[:_MOST]


def _names(context: Context) -> list[tuple[str, str]]:
    """Computed columns, fields, flags and views."""
    names = [(f"{field.name}>", field.help) for field in context.extra.values()]
    names += [(f"{f.name}{'.' if f.type is Type.MAP else ':'}", f.help) for f in FIELDS]
    names += [(name, what) for name, (_, what) in FLAGS.items()]
    return names + [(name, "a saved view") for name in context.views]


def _keys(typed: str, tasks: Iterable[Task], context: Context) -> list[tuple[str, str]]:
    """What stands behind the dot of a map, most frequent first."""
    head, dot, _ = typed.partition(".")
    known = lookup(head) if dot else None
    if known is None or known[0].type is not Type.MAP:
        return []
    counts = Counter(key for task in tasks for key in known[0].read(task, context))
    return [(f"{known[0].name}.{key}:", _tasks(n)) for key, n in counts.most_common() if " " not in key]


def _values(field: Field, key: str | None, tasks: Iterable[Task], context: Context) -> list[tuple[str, str]]:
    """Values that were seen, most frequent first; every status, and examples of times."""
    if field.type is Type.TIME:
        return [("today", "since midnight"), ("yesterday", "the day before"), ("1h", "the last hour"), ("7d", "a week")]
    counts: Counter[str] = Counter(dict.fromkeys((s.value for s in TaskStatus), 0) if field.name == "status" else {})
    for task in tasks:
        seen = field.read(task, context)
        if field.type is Type.MAP:
            seen = seen.get(key) if key else None
        if isinstance(seen, str):
            counts[seen] += 1
    return [(value, _tasks(n)) for value, n in sorted(counts.items(), key=lambda pair: (-pair[1], natural(pair[0])))]


def _tasks(number: int) -> str:
    return "1 task" if number == 1 else f"{number:,} tasks"


def _quoted(value: str) -> str:
    """As it has to be typed: some characters, and two words of the language, mean themselves only in quotes."""
    if value in {"any", "none", ""} or re.search(r'[\s|(),"]|\.\.|^/', value):
        return '"' + value.replace('"', '\\"') + '"'
    return value
