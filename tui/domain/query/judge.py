"""A comparison to a test of one value, by the field's type. A missing value is None, and passes only `none`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tui.domain.money import Money
from tui.domain.query.fields import Context, Type
from tui.domain.query.moments import bounds
from tui.domain.query.nodes import Compare, Moment, Op, Value
from tui.domain.status import TaskStatus

__all__ = ["GROUPS", "TESTS", "Test", "loose_test", "text_test"]

Test = Callable[[Any], bool]

GROUPS = {
    "open": frozenset(s.value for s in TaskStatus if s.is_open),
    "final": frozenset(s.value for s in TaskStatus if s.is_final),
    "bad": frozenset(s.value for s in TaskStatus if s.is_bad),
}
"""Words that stand for several statuses."""


def _presence(node: Compare) -> Test | None:
    """`any` and `none` alone, which every field knows."""
    if node.ranged or node.values not in {(), (None,)}:
        return None
    present = (node.values == ()) is not (node.op is Op.IS_NOT)
    return (lambda value: value is not None) if present else (lambda value: value is None)


def _or_missing(node: Compare, test: Test) -> Test:
    """`none` among other values."""
    if node.ranged or None not in node.values:
        return test
    if node.op is Op.IS_NOT:
        return test  # a missing value fails already
    return lambda value: value is None or test(value)


def text_test(node: Compare, context: Context | None = None) -> Test:
    """Contains, equals, matches a pattern, or stands before in the alphabet. An empty text is a missing one."""
    if (presence := _presence(node)) is not None:
        return lambda value: presence(value or None)
    if node.op is Op.MATCHES:
        return _pattern_test(node)
    wanted = tuple(v for v in node.values if isinstance(v, str))
    match node.op:
        case Op.IS:
            return _or_missing(node, lambda value: value in wanted)
        case Op.IS_NOT:
            return lambda value: value is not None and value not in wanted
        case Op.HAS:
            return _or_missing(node, _contains(wanted))
    return _ordered(node, lambda value: value, lambda value: value)


def _pattern_test(node: Compare) -> Test:
    found = node.values[0]
    assert isinstance(found, re.Pattern), "the parser compiles what stands behind a ~"
    search = found.search
    return lambda value: value is not None and search(str(value)) is not None


def _contains(wanted: tuple[str, ...]) -> Test:
    """Smart case: a capital makes a word exact."""
    exact = tuple(w for w in wanted if w != w.lower())
    loose = tuple(w for w in wanted if w == w.lower())
    if len(loose) == 1 and not exact:
        word = loose[0]
        return lambda value: value is not None and word in value.lower()

    def has(value: Any) -> bool:
        if value is None:
            return False
        if any(w in value for w in exact):
            return True
        small = value.lower()
        return any(w in small for w in loose)

    return has


def _word_test(node: Compare, context: Context) -> Test:
    if (presence := _presence(node)) is not None:
        return presence
    if node.op is Op.MATCHES:
        return _pattern_test(node)
    words: set[str] = set()
    for value in node.values:
        if value is not None:
            words |= GROUPS.get(str(value), {str(value)}) if node.field == "status" else {str(value)}
    if node.op is Op.IS_NOT:
        return lambda value: value is not None and value.lower() not in words
    return _or_missing(node, lambda value: value is not None and value.lower() in words)


def loose_test(node: Compare) -> Test:
    """A map's values are texts, compared as numbers where that is asked for."""
    if (presence := _presence(node)) is not None:
        return presence
    if not node.ranged and node.op in {Op.HAS, Op.IS, Op.IS_NOT, Op.MATCHES}:
        return text_test(node)
    return _ordered(node, _as_number, _as_number)


def _as_number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _ordered(node: Compare, read: Callable[[Any], Any], bound: Callable[[Value], Any]) -> Test:
    """Comparisons of what has an order."""
    if node.ranged:
        low, high = bound(node.values[0]), bound(node.upto)

        def between(value: Any) -> bool:
            now = None if value is None else read(value)
            return now is not None and (low is None or now >= low) and (high is None or now <= high)

        return between
    limits = [bound(v) for v in node.values if v is not None]
    limit = limits[0]
    tests: dict[Op, Test] = {
        Op.MORE: lambda now: now > limit,
        Op.AT_LEAST: lambda now: now >= limit,
        Op.LESS: lambda now: now < limit,
        Op.AT_MOST: lambda now: now <= limit,
        Op.IS_NOT: lambda now: now not in limits,
    }
    test = tests.get(node.op, lambda now: now in limits)

    def compared(value: Any) -> bool:
        now = None if value is None else read(value)
        return now is not None and test(now)

    return _or_missing(node, compared)


def _number_test(node: Compare, context: Context) -> Test:
    if node.op is Op.MATCHES:
        return _pattern_test(node)
    return _presence(node) or _ordered(node, lambda value: value, lambda value: value)


def _money_test(node: Compare, context: Context) -> Test:
    """An amount without a currency is compared with every currency's, one with it only with its own."""
    if (presence := _presence(node)) is not None:
        return presence
    if node.ranged:
        ends = [v for v in (node.values[0], node.upto) if isinstance(v, tuple)]
        currencies = {currency for _, currency in ends if currency is not None}
        between = _ordered(node, lambda money: money.amount, lambda v: v[0] if isinstance(v, tuple) else None)
        return lambda money: money is not None and (not currencies or currencies == {money.currency}) and between(money)
    typed = tuple(v for v in node.values if isinstance(v, tuple))
    if node.op in {Op.HAS, Op.IS, Op.IS_NOT}:

        def is_one(money: Money) -> bool:
            return any(money.amount == a and currency in {None, money.currency} for a, currency in typed)

        inverse = node.op is Op.IS_NOT
        return _or_missing(node, lambda money: money is not None and is_one(money) is not inverse)
    test = _ordered(node, lambda money: money.amount, lambda v: v[0] if isinstance(v, tuple) else None)
    wanted = typed[0][1]
    return lambda money: money is not None and wanted in {None, money.currency} and test(money)


def _time_test(node: Compare, context: Context) -> Test:
    if (presence := _presence(node)) is not None:
        return presence
    if node.ranged:
        low = bounds(node.values[0], context)[0] if isinstance(node.values[0], Moment) else None
        high = bounds(node.upto, context)[1] if isinstance(node.upto, Moment) else None
        return lambda at: at is not None and (low is None or at >= low) and (high is None or at < high)
    moments = [v for v in node.values if isinstance(v, Moment)]
    spans = [bounds(moment, context) for moment in moments]
    if node.op in {Op.HAS, Op.IS, Op.IS_NOT}:
        return _or_missing(node, _within(moments, spans, inverse=node.op is Op.IS_NOT))
    start, end = spans[0]
    tests: dict[Op, Test] = {
        Op.MORE: lambda at: at is not None and at >= end,
        Op.AT_LEAST: lambda at: at is not None and at >= start,
        Op.LESS: lambda at: at is not None and at < start,
        Op.AT_MOST: lambda at: at is not None and at < end,
    }
    return tests[node.op]


def _within(moments: list[Moment], spans: list[Any], *, inverse: bool) -> Test:
    """Inside a typed span; `7d` reaches to now, and on: a platform's clock may go before ours."""
    wanted = [(start, None if m.kind == "ago" else end) for m, (start, end) in zip(moments, spans, strict=True)]
    if len(wanted) == 1 and not inverse:
        low, high = wanted[0]
        if high is None:
            return lambda at: at is not None and at >= low
        return lambda at: at is not None and low <= at < high
    return lambda at: (
        at is not None and any(at >= low and (high is None or at < high) for low, high in wanted) is not inverse
    )


TESTS: Mapping[Type, Callable[[Compare, Context], Test]] = {
    Type.TEXT: text_test,
    Type.WORD: _word_test,
    Type.NUMBER: _number_test,
    Type.DURATION: _number_test,
    Type.TIME: _time_test,
    Type.MONEY: _money_test,
}
"""By the field's type."""
