"""One field's typed values to a node: what a value means depends on the field."""

from dataclasses import dataclass
from difflib import get_close_matches

from tui.domain.query.fields import Field, Type
from tui.domain.query.nodes import Compare, Node, Op, Or, QueryError, Value
from tui.domain.query.values import pattern, value
from tui.domain.status import TaskStatus

__all__ = ["Typed", "compared"]

_RANGES = frozenset({Type.NUMBER, Type.DURATION, Type.TIME, Type.MONEY})
_NO_PATTERN = frozenset({Type.DURATION, Type.TIME, Type.MONEY})
_PRESENCE = frozenset({"any", "none"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A value as it stands in the text."""

    text: str
    quoted: bool
    """In quotes or slashes: no word of the language."""
    start: int
    end: int


def compared(field: Field, key: str | None, op: Op, typed: list[Typed], place: tuple[int, int]) -> Node:
    """The comparison of a field with one value, or with any of several.

    Args:
        key: Behind the dot of a map.
        typed: At least one; several only with `:`, `=` and `!=`.
        place: Where the whole term stands.

    Raises:
        QueryError: A value is none of this field's, or cannot be compared so.
    """

    def node(values: tuple[Value, ...], upto: Value = None, *, ranged: bool = False) -> Compare:
        return Compare(field.name, key, op, values, upto, ranged, *place)

    if op is Op.MATCHES:
        if field.type in _NO_PATTERN:
            raise QueryError(*place, f"{field.name} is not a text; for example {field.example}")
        return node((pattern(typed[0].text, typed[0].start, typed[0].end),))
    if op in {Op.HAS, Op.IS, Op.IS_NOT}:
        nodes: list[Node] = [
            node(*limits, ranged=True) for one in typed if (limits := _range(field, op, one)) is not None
        ]
        single = [one for one in typed if not _is_range(field, one)]
        if any(one.text == "any" and not one.quoted for one in single):
            nodes.append(node(()))
        elif single:
            nodes.append(node(tuple(_value(field, one) for one in single)))
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))
    _check_order(field, op, typed[0])
    return node((_value(field, typed[0]),))


def _value(field: Field, typed: Typed) -> Value:
    if typed.text == "none" and not typed.quoted:
        return None
    kind = Type.TEXT if field.type is Type.MAP else field.type
    found = value(kind, typed.text, typed.start, typed.end)
    if field.name == "status":
        _check_word(str(found), typed)
    return found


def _is_range(field: Field, typed: Typed) -> bool:
    if ".." not in typed.text or (typed.quoted and field.type is not Type.TIME):  # "2026-11-01 10:00..2026-11-02 9:00"
        return False
    if field.type is Type.MAP:  # a map's texts may hold dots; numbers on both sides make a range
        ends = [end for end in typed.text.split("..", 1) if end]
        return bool(ends) and all(_is_number(end) for end in ends)
    return field.type in _RANGES


def _is_number(text: str) -> bool:
    try:
        value(Type.NUMBER, text, 0, 0)
    except QueryError:
        return False
    return True


def _range(field: Field, op: Op, typed: Typed) -> tuple[tuple[Value, ...], Value] | None:
    """The two ends of `a..b`, either of which may be open; None when it is not a range."""
    if not _is_range(field, typed):
        return None
    if op is Op.IS_NOT:
        raise QueryError(typed.start, typed.end, f"write !{field.name}:{typed.text}")
    low, _, high = (end.strip() for end in typed.text.partition(".."))
    if not low and not high:
        raise QueryError(typed.start, typed.end, "a range has at least one end; for example 1..9")
    kind = Type.NUMBER if field.type is Type.MAP else field.type
    ends = [value(kind, end, typed.start, typed.end) if end else None for end in (low, high)]
    return (ends[0],), ends[1]


def _check_order(field: Field, op: Op, typed: Typed) -> None:
    """`<` and `>` need an order, and a value."""
    if not typed.quoted and typed.text in _PRESENCE:
        raise QueryError(typed.start, typed.end, f"write {field.name}:{typed.text}")
    if field.type is Type.WORD:
        raise QueryError(typed.start, typed.end, f"{field.name} has no order; for example {field.example}")
    if field.type is Type.MAP and not _is_number(typed.text):
        raise QueryError(typed.start, typed.end, f"{op} needs a number here, and {typed.text!r} is none")


def _check_word(word: str, typed: Typed) -> None:
    known = [*(s.value for s in TaskStatus), "open", "final", "bad"]
    if word not in known:
        near = get_close_matches(word, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
        why = f"{word!r} is not a status; {hint} (the platform's own words: native:{word})"
        raise QueryError(typed.start, typed.end, why)
