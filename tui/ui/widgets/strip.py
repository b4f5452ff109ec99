"""The strip: all children of a batch in a few lines, with a cursor and zoom."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip as Row
from textual.widget import Widget

from tui.domain.status import TaskStatus
from tui.ui.bindings import bindings
from tui.ui.present.strip import LETTERS, Cells
from tui.ui.strips import line

__all__ = ["StatusStrip"]

_WIDE = 120
_MANY = 500
_MANY_LINES = 4


class StatusStrip(Widget, can_focus=True):
    """One letter a cell; the cursor is a child, so zoom and refresh leave it where it is."""

    DEFAULT_CSS = """
    StatusStrip {
        height: auto;
        & > .status-strip--draft { text-style: dim; }
        & > .status-strip--queued { color: $text-primary; }
        & > .status-strip--starting, & > .status-strip--finishing { color: $text-secondary; }
        & > .status-strip--running { color: $text-success; text-style: bold; }
        & > .status-strip--done { color: $success-darken-1; }
        & > .status-strip--failed { color: $text-error; text-style: bold reverse; }
        & > .status-strip--aborted { color: $text-secondary; }
        & > .status-strip--unknown { text-style: reverse dim; }
        & > .status-strip--number { text-style: dim; }
        & > .status-strip--cursor { background: $foreground; color: $background; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status-strip--number",
        "status-strip--cursor",
        *(f"status-strip--{status.value}" for status in TaskStatus),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "line(1)", "next line", show=False),
        Binding("k,up", "line(-1)", "previous line", show=False),
        Binding("g,home", "edge(0)", "first", show=False),
        Binding("G,end", "edge(1)", "last", show=False),
        *bindings("strip"),
    ]

    statuses: reactive[Sequence[TaskStatus]] = reactive((), layout=True)
    """Every child's status, in order."""
    zoom: reactive[int] = reactive(0)
    """How often the number of children a cell was halved."""
    child: reactive[int] = reactive(0)
    """The first child of the cell under the cursor."""

    @dataclass
    class Moved(Message):
        """The cursor is on another cell, or enter was pressed on it."""

        children: range
        """The children of the cell, from 0."""
        chosen: bool
        """It was enter."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawn: tuple[object, Cells] | None = None

    @property
    def _lines(self) -> int:
        return _MANY_LINES if self.size.width >= _WIDE and len(self.statuses) > _MANY else 1

    @property
    def _cells_a_line(self) -> int:
        """Lines of equal length, so that each begins at a round number."""
        lines, total = self._lines, len(self.statuses)
        room = max(1, self.size.width - (14 if lines > 1 else 2))
        if lines == 1 or self.zoom:
            return room
        per = max(1, ceil(total / (room * lines)))
        return max(1, ceil(ceil(total / lines) / per))

    @property
    def cells(self) -> Cells:
        """What is drawn now; counted once for all lines."""
        key = (id(self.statuses), len(self.statuses), self.size, self.zoom, self.child if self.zoom else 0)
        if self._drawn is None or self._drawn[0] != key:
            room = self._cells_a_line * self._lines
            self._drawn = key, Cells.of(self.statuses, room, zoom=self.zoom, at=self.child)
        return self._drawn[1]

    def watch_statuses(self) -> None:
        """Count anew."""
        self._drawn = None
        self.child = max(0, min(self.child, len(self.statuses) - 1))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One line and its axis, or four lines with their numbers where there is room."""
        return _MANY_LINES if width >= _WIDE and len(self.statuses) > _MANY else 2

    def render_line(self, y: int) -> Row:
        """A line of cells with the numbers of its first and last child; below a single line the axis."""
        width, base, cells = self.size.width, self.rich_style, self.cells
        number = self.get_component_rich_style("status-strip--number", partial=True)
        room = self._cells_a_line
        if not cells.worst:
            return line([("  no children yet" if y == 0 else "", number)], width, base)
        if self._lines == 1 and y == 1:
            return line([(self._axis(cells, width), number)], width, base)
        first = y * room
        row = cells.worst[first : first + room]
        if not row:
            return Row.blank(width, base)
        pieces = self._runs(row, cells.cell(self.child) - first if self.has_focus else -1)
        if self._lines == 1:
            return line([(" ", Style()), *pieces], width, base)
        begin, end = cells.children(first).start, cells.children(first + len(row) - 1).stop - 1
        return line([(f"{begin:>6} ", number), *pieces, (f" {end}", number)], width, base)

    def _runs(self, row: Sequence[TaskStatus], cursor: int) -> list[tuple[str, Style]]:
        pieces: list[tuple[str, Style]] = []
        start = 0
        for place in range(1, len(row) + 1):
            edge = place == len(row) or row[place] is not row[start] or place == cursor or start == cursor
            if edge:
                name = "cursor" if start == cursor else row[start].value
                style = self.get_component_rich_style(f"status-strip--{name}", partial=True)
                pieces.append((LETTERS[row[start]] * (place - start), style))
                start = place
        return pieces

    @staticmethod
    def _axis(cells: Cells, width: int) -> str:
        marks = [" "] * width
        said = f"{cells.per:,} a cell" if cells.per > 1 else "1 job a cell"
        end = width - len(said) - 2
        step = max(12, width // 6)
        for cell in range(0, len(cells.worst), step):
            text = str(cells.children(cell).start)
            if cell + 1 + len(text) < end:
                marks[cell + 1 : cell + 1 + len(text)] = text
        return "".join(marks[:end]) + f" {said} " if end > 12 else "".join(marks)

    def _tell(self, *, chosen: bool = False) -> None:
        cells = self.cells
        if cells.worst:
            self.post_message(self.Moved(cells.children(cells.cell(self.child)), chosen))

    def action_move(self, way: int) -> None:
        """To the next or previous cell."""
        cells = self.cells
        if cells.worst:
            target = cells.children(cells.cell(self.child)).start + way * cells.per
            self.child = max(0, min(cells.total - 1, target))
            self._tell()

    def action_line(self, way: int) -> None:
        """To the line below or above; where there is one line, to the next or previous cell."""
        self.action_move(way * (self._cells_a_line if self._lines > 1 else 1))

    def action_edge(self, end: int) -> None:
        """To the first or last child."""
        self.child = max(0, len(self.statuses) - 1) if end else 0
        self._tell()

    def action_zoom(self, way: int) -> None:
        """Half or twice as many children a cell."""
        if way > 0 and self.cells.per == 1:
            return
        self.zoom = max(0, self.zoom + way)
        self._tell()

    def action_choose(self) -> None:
        """List the children of this cell."""
        self._tell(chosen=True)
