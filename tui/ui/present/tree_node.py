"""One line of a tree of facts."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.domain.task import TaskRef

__all__ = ["MANY", "Node", "capped", "copied_text", "subtree"]

MANY = 500
"""Children made of one long list or mapping; the rest is counted in a last line."""


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree."""

    key: str
    """Unique among its siblings, the same at every refresh."""
    label: str
    value: str = ""
    tone: str = ""
    """A status word, `dim`, `warning`, or empty."""
    children: Callable[[], Sequence["Node"]] | None = None
    """Made when the line is unfolded; None for a leaf."""
    unfolded: bool = False
    """Shown with its children at first."""
    copied: str | Callable[[], str] | None = None
    """What `y` copies, where that is not what is drawn: the value itself, exact and without its age; or what makes it.
    None for what is drawn, and of a line that folds for all below it."""
    target: TaskRef | None = None
    """The job that enter opens and `l` reads."""
    changed: bool = False
    """It differs from what it is compared with."""


def capped(nodes: list[Node], total: int | None = None) -> list[Node]:
    """The first `MANY`, and a line that counts the rest."""
    total = len(nodes) if total is None else total
    if total > MANY or total > len(nodes):
        kept = nodes[:MANY]
        return [*kept, Node("...", "...", f"{total - len(kept):,} more", "dim")]
    return nodes


def copied_text(node: Node) -> str:
    """What `y` copies of a line: its value; of a group all below it as JSON, not the summary that is drawn."""
    if (exact := _exact(node)) is not None:
        return exact
    if node.children is not None:
        return json.dumps(subtree(node), indent=2, ensure_ascii=False)
    return node.value or node.label


def _exact(node: Node) -> str | None:
    return node.copied() if callable(node.copied) else node.copied


def subtree(node: Node) -> object:
    """A line with all below it as a JSON value, labels as keys; a leaf is its value."""
    if node.children is None:
        exact = _exact(node)
        return node.value if exact is None else exact
    below = node.children()
    keys = [child.label for child in below]
    if all(key == f"[{place}]" for place, key in enumerate(keys)):
        return [subtree(child) for child in below]
    named = {child.label if keys.count(child.label) == 1 else child.key: subtree(child) for child in below}
    return {"": node.value, **named} if node.target is not None else named
