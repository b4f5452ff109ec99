"""One line of a tree of facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.domain.task import TaskRef

__all__ = ["MANY", "Node", "capped", "subtree"]

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
    copied: str | None = None
    """What `y` copies; None for the value."""
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


def subtree(node: Node) -> object:
    """A line with all below it as a JSON value, labels as keys; a leaf is its value."""
    if node.children is None:
        return node.copied or node.value
    below = node.children()
    keys = [child.label for child in below]
    if all(key == f"[{place}]" for place, key in enumerate(keys)):
        return [subtree(child) for child in below]
    named = {child.label if keys.count(child.label) == 1 else child.key: subtree(child) for child in below}
    return {"": node.value, **named} if node.target is not None else named
