"""What was probably not meant: a filter that is read as it stands, and finds something else."""

from tui.domain.query.nodes import And, Node, Not, Or, Word
from tui.domain.status import TaskStatus

__all__ = ["status_hint"]

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
