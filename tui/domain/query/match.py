"""A tree of nodes to a predicate over tasks: closures that read as little of a task as they can."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tui.domain.money import Money
from tui.domain.query.context import Context
from tui.domain.query.fields import FLAGS, Field, Type, lookup
from tui.domain.query.nodes import And, Compare, Flag, Fuzzy, Labels, Moment, Node, Not, Op, Or, Regex, Value, Word
from tui.domain.status import TaskStatus
from tui.domain.task import Task

__all__ = ["Predicate", "bounds", "matcher"]

Predicate = Callable[[Task], bool]

_GROUPS = {
    "open": frozenset(s.value for s in TaskStatus if s.is_open),
    "final": frozenset(s.value for s in TaskStatus if s.is_final),
    "bad": frozenset(s.value for s in TaskStatus if s.is_bad),
}


def matcher(node: Node, context: Context) -> Predicate:
    """Whether a task matches. A comparison with a missing value is false, its negation true."""
    match node:
        case And(nodes):
            return _all([matcher(n, context) for n in nodes])
        case Or(nodes):
            either = [matcher(n, context) for n in nodes]
            return lambda task: any(m(task) for m in either)
        case Not(inner):
            positive = matcher(inner, context)
            return lambda task: not positive(task)
        case Word(text):
            return _word(text)
        case Fuzzy(text):
            return _fuzzy(text)
        case Regex(pattern):
            search = pattern.search
            return lambda task: any(search(text) for text in _texts(task))
        case Flag(name):
            return _flag(name, context)
        case Labels(pairs):
            return _labels(pairs)
        case Compare():
            return _compare(node, context)


def _all(parts: list[Predicate]) -> Predicate:
    if len(parts) == 2:
        one, two = parts
        return lambda task: one(task) and two(task)
    return lambda task: all(m(task) for m in parts)


def _texts(task: Task) -> Iterable[str]:
    yield task.name
    yield task.ref.id
    for text in (task.app, task.project, task.key, task.reason):
        if text is not None:
            yield text


def _word(text: str) -> Predicate:
    if text != text.lower():
        return lambda task: any(text in t for t in _texts(task))
    # One lower() of one joined text is cheaper than six: a filter over 100,000 tasks runs within a key press.
    return lambda task: (
        text in f"{task.name}\n{task.ref.id}\n{task.app}\n{task.project}\n{task.key or ''}\n{task.reason or ''}".lower()
    )


def _fuzzy(text: str) -> Predicate:
    letters = re.compile(".*?".join(map(re.escape, text)), 0 if text != text.lower() else re.IGNORECASE)
    return lambda task: letters.search(task.name) is not None


def _flag(name: str, context: Context) -> Predicate:
    if name in FLAGS:
        says, _ = FLAGS[name]
        return lambda task: says(task, context)
    return matcher(context.views[name], context)


def _labels(pairs: tuple[tuple[str, Op, str], ...]) -> Predicate:
    def has(task: Task) -> bool:
        for key, op, wanted in pairs:
            found = task.metadata.get(key) == wanted or f"{key}={wanted}" in task.tags or f"{key}:{wanted}" in task.tags
            if found is (op is Op.IS_NOT):
                return False
        return True

    return has


def _compare(node: Compare, context: Context) -> Predicate:
    known = lookup(node.field)
    assert known is not None, "the parser lets no unknown field through"
    field = known[0]
    if field.type is Type.MAP and node.key is None:  # `tag:x` looks among all tags
        return _tested(lambda task: " ".join(task.tags) or None, _text_test(node))
    if field.type is Type.MAP:
        return _tested(_keyed(field, node.key or "", context), _loose_test(node))
    read = field.read
    test = _TESTS[field.type](node, context)
    if field.name == "status":
        statuses = frozenset(s for s in TaskStatus if test(s.value))
        missing_any = node.values == () or node.values == (None,)
        return (lambda task: test(task.status.value)) if missing_any else lambda task: task.status in statuses
    return _tested(lambda task: read(task, context), test)


def _keyed(field: Field, key: str, context: Context) -> Callable[[Task], Any]:
    def read(task: Task) -> Any:
        values: Mapping[str, str] = field.read(task, context)
        return values.get(key)

    return read


def _tested(read: Callable[[Task], Any], test: Callable[[Any], bool]) -> Predicate:
    return lambda task: test(read(task))


def _presence(node: Compare) -> Callable[[Any], bool] | None:
    """`any` and `none`, which every field knows."""
    if node.values == ():
        return lambda value: value is not None and value != ""
    if node.values == (None,) and not node.ranged:
        return (lambda value: value is not None) if node.op is Op.IS_NOT else lambda value: value is None
    return None


def _text_test(node: Compare, context: Context | None = None) -> Callable[[Any], bool]:
    if (presence := _presence(node)) is not None:
        return presence
    wanted = [v for v in node.values if isinstance(v, str)]
    first = node.values[0]
    match node.op:
        case Op.MATCHES if isinstance(first, re.Pattern):
            search = first.search
            return lambda value: value is not None and search(str(value)) is not None
        case Op.IS:
            return lambda value: value in wanted
        case Op.IS_NOT:
            return lambda value: value is not None and value not in wanted
        case Op.HAS:
            exact = [w for w in wanted if w != w.lower()]
            loose = [w for w in wanted if w == w.lower()]

            def has(value: Any) -> bool:
                if value is None:
                    return False
                return any(w in value for w in exact) or (bool(loose) and any(w in value.lower() for w in loose))

            return has
    return _ordered(node, lambda value: value, lambda value: value)


def _word_test(node: Compare, context: Context) -> Callable[[Any], bool]:
    if (presence := _presence(node)) is not None:
        return presence
    if node.op is Op.MATCHES:
        return _text_test(node)
    words: set[str] = set()
    for value in node.values:
        words |= _GROUPS.get(str(value), {str(value)}) if node.field == "status" else {str(value)}
    if node.op is Op.IS_NOT:
        return lambda value: value is not None and value not in words
    return lambda value: value in words


def _loose_test(node: Compare) -> Callable[[Any], bool]:
    """A map's values are texts, compared as numbers where both sides are numbers."""
    if (presence := _presence(node)) is not None:
        return presence
    if node.op in {Op.HAS, Op.IS, Op.IS_NOT, Op.MATCHES}:
        return _text_test(node)

    def plain(value: Any) -> Any:
        try:
            return float(value)
        except (TypeError, ValueError):
            return None

    return _ordered(node, plain, plain)


def _ordered(node: Compare, read: Callable[[Any], Any], bound: Callable[[Value], Any]) -> Callable[[Any], bool]:
    """Comparisons of what has an order."""
    if node.ranged:
        low, high = bound(node.values[0]), bound(node.upto)

        def between(value: Any) -> bool:
            now = None if value is None else read(value)
            return now is not None and (low is None or now >= low) and (high is None or now <= high)

        return between
    limit = bound(node.values[0])
    if limit is None:
        return lambda value: False
    tests: dict[Op, Callable[[Any], bool]] = {
        Op.MORE: lambda now: now > limit,
        Op.AT_LEAST: lambda now: now >= limit,
        Op.LESS: lambda now: now < limit,
        Op.AT_MOST: lambda now: now <= limit,
        Op.IS_NOT: lambda now: now != limit,
    }
    limits = [bound(v) for v in node.values]
    test = tests.get(node.op, lambda now: now in limits)

    def compared(value: Any) -> bool:
        now = None if value is None else read(value)
        return now is not None and test(now)

    return compared


def _number_test(node: Compare, context: Context) -> Callable[[Any], bool]:
    if node.op is Op.MATCHES:
        return _text_test(node)
    return _presence(node) or _ordered(node, lambda value: value, lambda value: value)


def _money_test(node: Compare, context: Context) -> Callable[[Any], bool]:
    if (presence := _presence(node)) is not None:
        return presence
    typed = [v for v in (*node.values, node.upto) if isinstance(v, tuple)]
    currencies = {currency for _, currency in typed if currency is not None}
    test = _ordered(node, lambda money: money.amount, lambda v: v[0] if isinstance(v, tuple) else None)

    def matches(money: Money | None) -> bool:
        return money is not None and (not currencies or money.currency in currencies) and test(money)

    return matches


def bounds(moment: Moment, context: Context) -> tuple[datetime, datetime]:
    """The span of time a typed moment means: its beginning, and the first moment behind it."""
    local = context.now.astimezone(context.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    match moment.kind:
        case "ago":
            at = context.now - moment.ago
            return at, at
        case "day":
            return midnight - moment.days * day, midnight - moment.days * day + day
        case "weekday":
            start = midnight - ((local.weekday() - moment.days) % 7) * day
            return start, start + day
    at = moment.at or local
    if moment.kind == "clock":
        start = midnight.replace(hour=at.hour, minute=at.minute, second=at.second)
        return start, start + (timedelta(minutes=1) if moment.minutes else timedelta(seconds=1))
    start = at.replace(tzinfo=context.zone) if at.tzinfo is None else at
    return start, start + (day if moment.kind == "date" else timedelta(seconds=1))


def _time_test(node: Compare, context: Context) -> Callable[[Any], bool]:
    if (presence := _presence(node)) is not None:
        return presence
    if node.op is Op.MATCHES:
        return lambda value: False
    spans = [bounds(v, context) if isinstance(v, Moment) else None for v in node.values]
    first = spans[0]
    if node.ranged:
        low = first[0] if first else None
        high = bounds(node.upto, context)[1] if isinstance(node.upto, Moment) else None
        return lambda at: at is not None and (low is None or at >= low) and (high is None or at <= high)
    if node.op in {Op.HAS, Op.IS, Op.IS_NOT}:
        wanted = [
            (start, context.now) if isinstance(v, Moment) and v.kind == "ago" else (start, end)
            for v, span in zip(node.values, spans, strict=True)
            if span is not None
            for start, end in (span,)
        ]
        inverse = node.op is Op.IS_NOT
        return lambda at: at is not None and any(low <= at <= high for low, high in wanted) is not inverse
    if first is None:
        return lambda at: False
    low, high = first
    tests: dict[Op, Callable[[datetime], bool]] = {
        Op.MORE: lambda at: at >= high if high > low else at > low,
        Op.AT_LEAST: lambda at: at >= low,
        Op.LESS: lambda at: at < low,
        Op.AT_MOST: lambda at: at < high if high > low else at <= low,
    }
    test = tests[node.op]
    return lambda at: at is not None and test(at)


_TESTS: Mapping[Type, Callable[[Compare, Context], Callable[[Any], bool]]] = {
    Type.TEXT: _text_test,
    Type.WORD: _word_test,
    Type.NUMBER: _number_test,
    Type.DURATION: _number_test,
    Type.TIME: _time_test,
    Type.MONEY: _money_test,
}
