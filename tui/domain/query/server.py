"""The part of a filter that a server may apply: terms that mean there exactly what they mean here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tui.domain.query.fields import Context
from tui.domain.query.moments import bounds
from tui.domain.query.nodes import And, Compare, Moment, Node, Op
from tui.domain.status import TaskStatus

__all__ = ["Served", "served", "served_terms"]


@dataclass(frozen=True, slots=True)
class Served:
    """What can be asked of a server; every task that matches the filter matches this too."""

    project: str | None = None
    status: TaskStatus | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    ended_from: datetime | None = None
    ended_to: datetime | None = None
    tag: str | None = None
    """A whole tag."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where the terms stand in the text, for the `^` before them."""


def served(node: Node, context: Context) -> Served:
    """Terms that all must hold: an exact project, one status, windows of creation and end."""
    found: dict[str, Any] = {}
    spans: list[tuple[int, int]] = []
    for term in _terms(node):
        if not isinstance(term, Compare):
            continue
        part = _part(term, context)
        if part and found.keys().isdisjoint(part):  # a second bound on the same side is filtered here
            found |= part
            spans.append((term.start, term.end))
    return Served(**found, spans=tuple(spans))


def served_terms(node: Node, context: Context) -> tuple[tuple[int, Served], ...]:
    """Each of the terms that must hold and that a server may apply: where it begins in the text, and what it asks."""
    parts = ((term.start, served(term, context)) for term in _terms(node) if isinstance(term, Compare))
    return tuple((start, part) for start, part in parts if part.spans)


def _terms(node: Node) -> Iterator[Node]:
    """What all must hold, within brackets too."""
    if isinstance(node, And):
        for inner in node.nodes:
            yield from _terms(inner)
    else:
        yield node


def _part(term: Compare, context: Context) -> dict[str, object]:
    if len(term.values) != 1 or term.values[0] is None or term.key is not None:
        return {}
    value = term.values[0]
    if term.field == "tag" and term.op is Op.IS and isinstance(value, str) and value:
        return {"tag": value}
    if term.field == "project" and term.op is Op.IS:
        return {"project": value}
    if term.field == "status" and term.op in {Op.HAS, Op.IS} and value in set(TaskStatus):
        return {"status": TaskStatus(str(value))}
    if term.field not in {"created", "ended"} or not isinstance(value, Moment):
        return {}
    low, high = _seconds(value, context)
    name = term.field
    if term.ranged:
        found: dict[str, object] = {f"{name}_from": low}
        if isinstance(term.upto, Moment):
            found[f"{name}_to"] = _seconds(term.upto, context)[1]
        return found
    match term.op:
        case Op.HAS | Op.IS:
            return {f"{name}_from": low} if value.kind == "ago" else {f"{name}_from": low, f"{name}_to": high}
        case Op.MORE | Op.AT_LEAST:
            return {f"{name}_from": low}
        case Op.LESS | Op.AT_MOST:
            return {f"{name}_to": high}
    return {}


def _seconds(moment: Moment, context: Context) -> tuple[datetime, datetime]:
    """The span in whole seconds, rather wider: servers are asked in no finer unit."""
    low, high = bounds(moment, context)
    try:
        return low.replace(microsecond=0), (high + timedelta(microseconds=999_999)).replace(microsecond=0)
    except OverflowError:
        return low.replace(microsecond=0), high
