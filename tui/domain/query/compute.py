"""Computed columns: arithmetic over typed fields, read by a small parser of our own and never executed as code.

expr   = term { ("+" | "-") term }
term   = factor { ("*" | "/") factor }
factor = "-" factor | "(" expr ")" | number | duration | "now" | field
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from tui.domain.money import Money
from tui.domain.query.fields import Context, Field, Type, lookup
from tui.domain.query.nodes import QueryError
from tui.domain.query.values import duration
from tui.domain.task import Task

__all__ = ["computed"]

_TOKEN = re.compile(
    r"\s*(?:(?P<word>\d+(?:\.\d+)?(?:[smhdw](?:\d+[smhdw])*)?|[A-Za-z_]+(?:\.[\w-]+)?)|(?P<sign>[-+*/()]))"
)
_DEEPEST = 40
_HOUR = timedelta(hours=1)

Read = Callable[[Task, Context], Any]


@dataclass(frozen=True, slots=True)
class _Typed:
    """A part of the expression: what it gives and how it is read."""

    type: Type
    read: Read
    start: int


_N, _D, _Z, _M = Type.NUMBER, Type.DURATION, Type.TIME, Type.MONEY

_RESULT: Mapping[tuple[str, Type, Type], Type] = {
    ("+", _N, _N): _N, ("-", _N, _N): _N, ("*", _N, _N): _N, ("/", _N, _N): _N,
    ("+", _D, _D): _D, ("-", _D, _D): _D, ("/", _D, _D): _N, ("*", _D, _N): _D, ("*", _N, _D): _D, ("/", _D, _N): _D,
    ("-", _Z, _Z): _D, ("+", _Z, _D): _Z, ("-", _Z, _D): _Z, ("+", _D, _Z): _Z,
    ("+", _M, _M): _M, ("-", _M, _M): _M, ("*", _M, _N): _M, ("*", _N, _M): _M, ("/", _M, _N): _M, ("/", _M, _M): _N,
    ("/", _M, _D): _M,
}  # fmt: skip
"""What comes of two types; money by a duration is money an hour."""


def computed(name: str, text: str) -> Field:
    """The field that `text` computes; None for a task where a part is missing or a division is by nothing.

    Raises:
        QueryError: It cannot be read, or two types do not go together.
    """
    if not re.fullmatch(r"[A-Za-z_]{1,20}", name) or lookup(name) is not None:
        raise QueryError(0, len(name), f"{name!r} cannot be a column's name; take letters, and no field's name")
    parser = _Parser(text)
    whole = parser.sum(0)
    if parser.tokens[parser.at][0]:
        raise QueryError(parser.start, len(text), "an operator is missing here")
    if whole.type not in {_N, _D, _Z, _M}:
        raise QueryError(whole.start, len(text), "only numbers, times, durations and money can be computed")
    expression = text.strip()
    return Field(name, whole.type, whole.read, f"computed: {expression}", f"{name}>0", computed=expression)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tokens: list[tuple[str, int]] = []
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise QueryError(place, place + 1, "write fields, numbers, durations and + - * / ( )")
            self.tokens.append((found.group("word") or found.group("sign"), found.start(found.lastgroup or 0)))
            place = found.end()
        self.tokens.append(("", len(text)))

    @property
    def start(self) -> int:
        return self.tokens[self.at][1]

    def next(self) -> str:
        token, _ = self.tokens[self.at]
        self.at += 1 if token else 0
        return token

    def sum(self, depth: int) -> _Typed:
        left = self.product(depth)
        while self.tokens[self.at][0] in {"+", "-"}:
            left = self.joined(self.next(), left, self.product(depth))
        return left

    def product(self, depth: int) -> _Typed:
        left = self.factor(depth)
        while self.tokens[self.at][0] in {"*", "/"}:
            left = self.joined(self.next(), left, self.factor(depth))
        return left

    def factor(self, depth: int) -> _Typed:
        start = self.start
        if depth > _DEEPEST:
            raise QueryError(start, len(self.text), "too many brackets within each other")
        token = self.next()
        if token == "-":
            return self.joined("*", _Typed(_N, lambda task, context: -1.0, start), self.factor(depth + 1))
        if token == "(":
            inner = self.sum(depth + 1)
            if self.next() != ")":
                raise QueryError(start, self.start, "the closing ) is missing")
            return inner
        if not token or token in "+*/)":
            raise QueryError(start, start + 1, "a field, a number or a duration is missing here")
        return self.leaf(token, start)

    def leaf(self, token: str, start: int) -> _Typed:
        if token == "now":
            return _Typed(_Z, lambda task, context: context.now, start)
        if token[0].isdigit():
            span = duration(token)
            if span is not None:
                return _Typed(_D, lambda task, context: span, start)
            try:
                number = float(token)
            except ValueError:
                raise QueryError(start, start + len(token), f"{token!r} is neither a number nor a duration") from None
            return _Typed(_N, lambda task, context: number, start)
        known = lookup(token)
        if known is None:
            raise QueryError(start, start + len(token), f"there is no field {token!r}")
        field, key = known
        if field.type is Type.MAP:
            return _Typed(_N, lambda task, context: _number(field.read(task, context).get(key or "")), start)
        if field.type not in {_N, _D, _Z, _M}:
            raise QueryError(start, start + len(token), f"{field.name} is a text; only what has a size can be computed")
        return _Typed(field.type, field.read, start)

    def joined(self, sign: str, left: _Typed, right: _Typed) -> _Typed:
        result = _RESULT.get((sign, left.type, right.type))
        if result is None:
            what = f"{left.type.value} {sign} {right.type.value} means nothing"
            raise QueryError(left.start, self.start, what)
        one, two = left.read, right.read

        def read(task: Task, context: Context) -> Any:
            a, b = one(task, context), two(task, context)
            return None if a is None or b is None else _apply(sign, a, b)

        return _Typed(result, read, left.start)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _apply(sign: str, a: Any, b: Any) -> Any:
    try:
        if isinstance(a, Money) or isinstance(b, Money):
            return _money(sign, a, b)
        match sign:
            case "+":
                return b + a if isinstance(a, timedelta) and isinstance(b, datetime) else a + b
            case "-":
                return a - b
            case "*":
                return a * b
        return a / b
    except (ArithmeticError, DecimalException, ValueError):
        return None


def _money(sign: str, a: Any, b: Any) -> Any:
    if isinstance(a, Money) and isinstance(b, Money):
        if a.currency != b.currency:
            return None
        if sign == "/":
            return float(a.amount / b.amount)
        return Money(a.currency, a.amount + b.amount if sign == "+" else a.amount - b.amount)
    money, other = (a, b) if isinstance(a, Money) else (b, a)
    by = Decimal(str(other / _HOUR if isinstance(other, timedelta) else other))
    amount = money.amount * by if sign == "*" else money.amount / by
    return Money(money.currency, amount.quantize(Decimal("0.0001")))
