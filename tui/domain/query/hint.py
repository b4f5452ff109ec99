"""What was probably not meant: a filter that is read as it stands, and finds something else."""

from collections.abc import Iterable, Iterator, Sequence

from tui.domain.query.fields import Context, Field, Type, lookup, reader
from tui.domain.query.nodes import And, Compare, Flag, Node, Not, Or, Word
from tui.domain.status import TaskStatus
from tui.domain.task import Task

__all__ = ["compares", "missing_hints", "status_hint"]

_STATUSES = frozenset(status.value for status in TaskStatus)


def status_hint(text: str, node: Node) -> str:
    """What finds the status that `text` names as a plain word; empty where it names none, or in quotes.

    `failed` and `running` are views, so that `draft` or `done` look as if they were.
    """
    match node:
        case And(nodes) | Or(nodes):
            return next((hint for inner in nodes if (hint := status_hint(text, inner))), "")
        case Not(inner):
            return status_hint(text, inner)
        case Word(word, start, _) if word.lower() in _STATUSES and text[start : start + 1] != '"':
            return f"{word} is read as a text; status:{word.lower()} finds the status"
    return ""


def missing_hints(node: Node, tasks: Iterable[Task], context: Context) -> tuple[str, ...]:
    """What the filter compares that none of these tasks has, a sentence each: such a comparison finds nothing."""
    rows = tuple(tasks)
    if not rows:
        return ()
    said = (_missing(term, rows, context) for term in _comparisons(node, context))
    return tuple(dict.fromkeys(hint for hint in said if hint))


def compares(node: Node, field: str, context: Context) -> bool:
    """Whether the filter, or a view that it names, looks at this field."""
    return any(term.field == field for term in _comparisons(node, context))


def _comparisons(node: Node, context: Context) -> Iterator[Compare]:
    match node:
        case And(nodes) | Or(nodes):
            for inner in nodes:
                yield from _comparisons(inner, context)
        case Not(inner):
            yield from _comparisons(inner, context)
        case Flag(name) if (view := context.views.get(name)) is not None and not isinstance(view, Flag):
            yield from _comparisons(view, context)
        case Compare():
            yield node


def _missing(term: Compare, rows: Sequence[Task], context: Context) -> str:
    known = lookup(term.field, context.extra)
    if known is None or (not term.ranged and term.values in {(), (None,)}):  # `any` and `none` ask for just that
        return ""
    field, key = known[0], term.key
    read = reader(field, context)
    if field.type is Type.MAP:
        held = any(read(task).get(key) is not None for task in rows) if key else any(task.tags for task in rows)
        return "" if held else f"no task here has {field.name}{f'.{key}' if key else ''}{_where(field)}"
    if field.type is Type.MONEY and (currencies := _currencies(term)):
        held = any((money := read(task)) is not None and money.currency in currencies for task in rows)
        return "" if held else f"no task here has a {field.name} in {' or '.join(sorted(currencies))}"
    if any(read(task) is not None for task in rows):
        return ""
    return f"no task here has a value for {field.name}{_where(field)}"


def _currencies(term: Compare) -> frozenset[str]:
    """The currencies that are asked for; none where any is meant."""
    typed = [value for value in (*term.values, term.upto) if isinstance(value, tuple)]
    return frozenset(c for _, c in typed if c) if all(c for _, c in typed) else frozenset()


def _where(field: Field) -> str:
    return "; the jobs inside a task have it (taskdeck jobs REF)" if field.name in {"host", "attempt"} else ""
