"""A tree of facts on the line API: children are made when a line is unfolded, the cursor stands on a path."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.ui.bindings import bindings
from tui.ui.present.text import cut, widest
from tui.ui.present.tree_node import Node
from tui.ui.strips import line

__all__ = ["DetailTree"]

Path = tuple[str, ...]
"""Where a line is: the keys from the top."""


@dataclass(frozen=True, slots=True)
class Line:
    """One visible line."""

    path: Path
    node: Node
    column: int
    """Width of the labels of its siblings."""


class DetailTree(ScrollView, can_focus=True):
    """Groups of facts that fold; a refresh keeps the cursor, the folds and the scroll where they are."""

    DEFAULT_CSS = """
    DetailTree {
        height: 1fr;
        scrollbar-size-vertical: 1;
        & > .detail-tree--cursor { background: $block-cursor-blurred-background; }
        &:focus > .detail-tree--cursor { background: $band; text-style: bold; }
        & > .detail-tree--label { text-style: dim; }
        & > .detail-tree--group { text-style: bold; }
        & > .detail-tree--dim { text-style: dim; }
        & > .detail-tree--failed { color: $fail; }
        & > .detail-tree--aborted { color: $text-secondary; }
        & > .detail-tree--warning { color: $warn; }
        & > .detail-tree--done { color: $done; }
        & > .detail-tree--running { color: $run; }
        & > .detail-tree--found { background: $warning-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"detail-tree--{name}"
        for name in ("cursor", "label", "group", "dim", "failed", "aborted", "warning", "done", "running", "found")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("g,home", "edge(-1)", "top", show=False),
        Binding("G,end", "edge(1)", "end", show=False),
        Binding("ctrl+d,pagedown", "page(1)", "page", show=False),
        Binding("ctrl+u,pageup", "page(-1)", "page back", show=False),
        *bindings("tree"),
    ]

    roots: reactive[tuple[Node, ...]] = reactive((), layout=False)
    """The groups."""
    empty: reactive[str] = reactive("loading")
    """What is said while there are no groups."""
    needle: reactive[str] = reactive("")
    """What is looked for; empty for nothing."""

    @dataclass
    class Moved(Message):
        """The cursor came to another line, or its line changed."""

        node: Node
        """The line's node."""

    @dataclass
    class Chosen(Message):
        """Enter on a line that leads somewhere."""

        node: Node
        """A node with a target."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._folds: dict[Path, bool] = {}
        self._cursor: Path = ()
        self._row = 0
        self._lines: list[Line] = []

    # --- what is shown -------------------------------------------------------------------------------------------

    def watch_roots(self) -> None:
        """Make the lines anew; the cursor goes along with its path."""
        self._rebuild()

    def watch_needle(self) -> None:
        """Mark what was found."""
        self.refresh()

    def _unfolded(self, path: Path, node: Node) -> bool:
        return node.children is not None and self._folds.get(path, node.unfolded)

    def _walk(self, nodes: Sequence[Node], above: Path) -> Iterator[Line]:
        column = widest([n.label for n in nodes], 8, 18 if above else 16)
        for node in nodes:
            path = (*above, node.key)
            yield Line(path, node, column)
            if node.children is not None and self._unfolded(path, node):
                yield from self._walk(node.children(), path)

    def _rebuild(self) -> None:
        self._lines = list(self._walk(self.roots, ()))
        rows = {found.path: row for row, found in enumerate(self._lines)}
        path = self._cursor
        while path and path not in rows:
            path = path[:-1]
        self._row = rows.get(path, min(self._row, max(0, len(self._lines) - 1)))
        self._cursor = self._lines[self._row].path if self._lines else ()
        self.virtual_size = Size(self.size.width, len(self._lines))
        self.refresh()
        self._tell()

    def render_line(self, y: int) -> Strip:
        """One line: fold mark, label, value."""
        width = self.size.width
        row = y + self.scroll_offset.y
        base = self.rich_style
        if row >= len(self._lines):
            said = self.empty.split("\n")[y : y + 1] if not self._lines else []
            return line([(f"  {text}", self._tone("dim")) for text in said], width, base)
        shown = self._lines[row]
        node, depth = shown.node, len(shown.path) - 1
        if row == self._row:
            base += self.get_component_rich_style("detail-tree--cursor", partial=True)
        elif self.needle and self._matches(node):
            base += self.get_component_rich_style("detail-tree--found", partial=True)
        mark = " " if node.children is None else "v" if self._unfolded(shown.path, node) else ">"
        gutter = ">" if row == self._row else "!" if node.changed else " "
        label = self.get_component_rich_style(
            "detail-tree--group" if depth == 0 else "detail-tree--label", partial=True
        )
        head = f"{gutter}{'  ' * depth}{mark} "
        value = node.value.replace("\n", " ")
        room = width - len(head) - shown.column - 2
        return line(
            [
                (head, Style()),
                (cut(node.label, shown.column) + "  ", label),
                (value if len(value) <= room else cut(value, max(1, room)), self._tone(node.tone)),
            ],
            width,
            base,
        )

    def _tone(self, tone: str) -> Style:
        name = f"detail-tree--{tone}"
        return self.get_component_rich_style(name, partial=True) if name in self.COMPONENT_CLASSES else Style()

    # --- where the cursor is -------------------------------------------------------------------------------------

    @property
    def node(self) -> Node | None:
        """The node under the cursor."""
        return self._lines[self._row].node if self._lines else None

    @property
    def group(self) -> str | None:
        """The key of the group that the cursor is in."""
        return self._lines[self._row].path[0] if self._lines else None

    @property
    def job(self) -> Node | None:
        """The nearest node from the cursor upwards that leads somewhere."""
        if not self._lines:
            return None
        path = self._lines[self._row].path
        return next(
            (
                li.node
                for li in reversed(self._lines[: self._row + 1])
                if li.node.target and path[: len(li.path)] == li.path
            ),
            None,
        )

    def put_cursor(self, path: Path) -> None:
        """Stand on a line, unfolding what is above it."""
        for length in range(1, len(path)):
            self._folds[path[:length]] = True
        self._cursor = path
        self._rebuild()
        self._show_cursor()

    def show_whole(self, group: str) -> None:
        """Stand on a group, unfolded, as far up as the lines below it allow."""
        self._folds[(group,)] = True
        self.put_cursor((group,))
        # The scroll bar, without which nothing scrolls, comes with the next layout.
        self.call_after_refresh(lambda: self.scroll_to(y=self._row, animate=False))

    def _go(self, row: int) -> None:
        if not self._lines:
            return
        before, self._row = self._row, max(0, min(len(self._lines) - 1, row))
        self._cursor = self._lines[self._row].path
        for changed in {before, self._row}:
            self.refresh(Region(0, changed - self.scroll_offset.y, self.size.width, 1))
        self._show_cursor()
        self._tell()

    def _show_cursor(self) -> None:
        top, height = self.scroll_offset.y, max(1, self.scrollable_content_region.height)
        if self._row < top:
            self.scroll_to(
                y=max(0, self._row - (height // 2 if top - self._row == 1 and height > 8 else 0)), animate=False
            )
        elif self._row >= top + height:
            self.scroll_to(y=self._row - height + 1 + (height // 2 if height > 8 else 0), animate=False)

    def _tell(self) -> None:
        if self.node is not None:
            self.post_message(self.Moved(self.node))

    # --- keys ----------------------------------------------------------------------------------------------------

    def action_move(self, rows: int) -> None:
        """Up or down."""
        self._go(self._row + rows)

    def action_page(self, pages: int) -> None:
        """Half a screen."""
        self._go(self._row + pages * max(1, self.size.height // 2))

    def action_edge(self, end: int) -> None:
        """To the first or the last line."""
        self._go(0 if end < 0 else len(self._lines) - 1)

    def action_unfold(self) -> None:
        """Show the children; once shown, step to the first."""
        if not self._lines:
            return
        at = self._lines[self._row]
        if at.node.children is not None and not self._unfolded(at.path, at.node):
            self._folds[at.path] = True
            self._rebuild()
        elif at.node.children is not None:
            self._go(self._row + 1)

    def action_fold(self) -> None:
        """Hide the children; on a folded line or a leaf, step to the parent."""
        if not self._lines:
            return
        at = self._lines[self._row]
        if self._unfolded(at.path, at.node):
            self._folds[at.path] = False
            self._rebuild()
        elif len(at.path) > 1:
            self._go(next(row for row, li in enumerate(self._lines) if li.path == at.path[:-1]))

    def action_choose(self) -> None:
        """Open where the line leads, or fold and unfold."""
        node = self.node
        if node is None:
            return
        if node.target is not None:
            self.post_message(self.Chosen(node))
        elif node.children is not None:
            at = self._lines[self._row]
            self._folds[at.path] = not self._unfolded(at.path, node)
            self._rebuild()

    # --- search --------------------------------------------------------------------------------------------------

    def _matches(self, node: Node) -> bool:
        # A group's value only previews its children, which are found themselves.
        said = node.label if node.children is not None and node.target is None else f"{node.label} {node.value}"
        return self.needle.casefold() in said.casefold()

    def find(self, step: int) -> bool:
        """Go to the next (1) or previous (-1) line that holds the needle, looking into unfolded lines only."""
        hits = [row for row, li in enumerate(self._lines) if self._matches(li.node)] if self.needle else []
        return self._jump(hits, step)

    def next_failure(self, step: int) -> bool:
        """Go to the next or previous line that is about a failure."""
        return self._jump([row for row, li in enumerate(self._lines) if li.node.tone == "failed"], step)

    def _jump(self, rows: list[int], step: int) -> bool:
        if not rows:
            return False
        ahead = [r for r in rows if (r > self._row if step > 0 else r < self._row)]
        self._go((ahead[0] if step > 0 else ahead[-1]) if ahead else (rows[0] if step > 0 else rows[-1]))
        return True
