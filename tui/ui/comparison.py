"""The tree of a task with what differs from a good one marked."""

from collections.abc import Sequence
from dataclasses import replace

from tui.domain.diff import Difference
from tui.ui.present.format import count_text, fact_text
from tui.ui.present.tree_node import Node, copied_text

__all__ = ["only_changed", "with_changes"]


def with_changes(groups: Sequence[Node], found: Sequence[Difference]) -> tuple[Node, ...]:
    """The groups of a task in which inputs, settings and what it ran on are marked where the good one has another."""
    changes = {difference.path: difference for difference in found}
    return tuple(_group(node, changes) for node in groups)


def _group(node: Node, changes: dict[str, Difference]) -> Node:
    prefix = {"about": "", "inputs": "inputs.", "settings": "settings."}.get(node.key)
    if prefix is None or node.children is None:
        return node
    lines = [_line(line, f"{prefix}{line.key.removeprefix('meta ')}", changes) for line in node.children()]
    number = sum(line.changed for line in lines)
    if not number:
        return node
    said = f"{number} {'differs' if number == 1 else 'differ'} from the last good run   {node.value}".rstrip()
    return replace(node, value=said, changed=True, children=lambda: lines)


def _line(line: Node, path: str, changes: dict[str, Difference]) -> Node:
    at = [path, f"metadata.{path}"] if line.key.startswith("meta ") else [path]
    if exact := next((changes[p] for p in at if p in changes), None):
        was = "none" if exact.b is None else fact_text(exact.b)
        return replace(line, value=f"{line.value}   was {was}", copied=copied_text(line), changed=True)
    inner = sum(p.startswith(f"{path}.") for p in changes)
    return replace(line, value=f"{line.value}   {count_text(inner, 'difference')}", changed=True) if inner else line


def only_changed(groups: Sequence[Node]) -> tuple[Node, ...]:
    """Only the lines that are marked, unfolded."""

    def kept(node: Node) -> Node:
        lines = [line for line in (node.children() if node.children else ()) if line.changed]
        return replace(node, unfolded=True, children=(lambda: lines) if lines else node.children)

    return tuple(kept(node) for node in groups if node.changed)
