"""The strip: all children of a batch in a few lines, with a cursor and zoom."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
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
from tui.ui.present.charts import Band
from tui.ui.present.glyphs import COLUMNS, MISSING
from tui.ui.strips import line

__all__ = ["StatusStrip"]

_WIDE = 120
_MANY = 500
_MANY_LINES = 4
_NUMBERS = 15
"""Cells beside a line of many: the number of its first child and of its last."""
_LEGEND = 14
"""Cells of the legend beside the lines."""
_LETTERS = {"done": "#", "run": "r", "wait": MISSING, "abort": "x", "unknown": "?", "fail": "X"}
"""What most of a cell are, where no ground can show it."""
_DRAWN = {"abort", "unknown", "wait"}
"""What is told by its sign also where there are grounds."""


class StatusStrip(Widget, can_focus=True):
    """What most of a cell's children are as its ground, what failed of them as the height of a red column.

    The cursor is a child, so zoom and refresh leave it where it is.
    """

    DEFAULT_CSS = """
    StatusStrip {
        height: auto;
        & > .status-strip--done { background: $bdone; color: $done; }
        & > .status-strip--run { background: $brun; color: $run; }
        & > .status-strip--abort { color: $abort; }
        & > .status-strip--unknown { color: $warn; }
        & > .status-strip--wait { color: $faint; }
        & > .status-strip--fail { color: $fail; text-style: bold; }
        & > .status-strip--number { color: $faint; }
        & > .status-strip--said { color: $dim; }
        & > .status-strip--cursor { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status-strip--number", "status-strip--said", "status-strip--cursor",
        *(f"status-strip--{ground}" for ground in _LETTERS),
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "line(1)", "next line", show=False),
        Binding("k,up", "line(-1)", "previous line", show=False),
        Binding("g,home", "edge(0)", "first", show=False),
        Binding("G,end", "edge(1)", "last", show=False),
        *bindings("strip"),
    ]

    statuses: reactive[Sequence[TaskStatus]] = reactive((), layout=True)
    """The status of every child that is known, in order."""
    total: reactive[int] = reactive(0, layout=True)
    """All children, as the batch counts them; those not loaded yet wait, so that nothing is scaled anew."""
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
        self._drawn: tuple[object, Band] | None = None
        self._styles: dict[str, Style] = {}

    @property
    def _all(self) -> int:
        return max(self.total, len(self.statuses))

    @property
    def _lines(self) -> int:
        return _MANY_LINES if self.size.width >= _WIDE and self._all > _MANY else 1

    @property
    def _cells_a_line(self) -> int:
        """Lines of equal length, so that each begins at a round number."""
        lines, total = self._lines, self._all
        room = max(1, self.size.width - (_NUMBERS + _LEGEND if lines > 1 else 2))
        if lines == 1 or self.zoom:
            return room
        per = max(1, ceil(total / (room * lines)))
        return max(1, ceil(ceil(total / lines) / per))

    @property
    def band(self) -> Band:
        """What is drawn now; counted once for all lines."""
        key = (id(self.statuses), self._all, self.size, self.zoom, self.child if self.zoom else 0)
        if self._drawn is None or self._drawn[0] != key:
            room = self._cells_a_line * self._lines
            self._drawn = key, Band.of(self.statuses, room, total=self._all, zoom=self.zoom, at=self.child)
        return self._drawn[1]

    @property
    def title(self) -> str:
        """What one cell and the tallest column stand for."""
        band = self.band
        if not band.ground:
            return ""
        said = "1 child a cell" if band.per == 1 else f"{band.per:,} a cell"
        if not band.tallest:
            return said
        return said + ("   red: failed" if band.per == 1 else f"   red: failed, tallest {band.tallest} of {band.per:,}")

    def watch_statuses(self) -> None:
        """Count anew."""
        self._drawn = None
        self.child = max(0, min(self.child, self._all - 1))

    def notify_style_update(self) -> None:
        """Another theme: all styles anew."""
        super().notify_style_update()
        self._styles.clear()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One line and its axis, or four lines with their numbers where there is room."""
        return _MANY_LINES if width >= _WIDE and self._all > _MANY else 2

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            self._styles[name] = self.get_component_rich_style(f"status-strip--{name}", partial=True)
        return self._styles[name]

    @property
    def _has_grounds(self) -> bool:
        """The grounds can be told apart: by colour, and not in ASCII, where letters say it as well."""
        looks = getattr(self.app, "looks", None)
        if self.app.no_color or getattr(looks, "ascii", False):
            return False
        return self._style("done").bgcolor != self._style("run").bgcolor

    def render_line(self, y: int) -> Row:
        """A line of cells with the numbers of its first and last child; below a single line the axis."""
        width, base, band = self.size.width, self.rich_style, self.band
        number = self._style("number")
        room = self._cells_a_line
        if not band.ground:
            return line([("  no children yet" if y == 0 else "", number)], width, base)
        if self._lines == 1 and y == 1:
            return line([(self._axis(band, width), number)], width, base)
        first = y * room
        row = range(first, min(first + room, len(band.ground)))
        if not row:
            return Row.blank(width, base)
        pieces = self._runs(band, row, band.cell(self.child) if self.has_focus else -1)
        if self._lines == 1:
            return line([(" ", Style()), *pieces], width, base)
        begin, end = band.children(first).start, band.children(row[-1]).stop - 1
        short = " " * (room - len(row))
        numbers = [(f"{begin:>7,} ", number), *pieces, (f"{short} {end:<7,}", number)]
        return line([*numbers, *self._legend(y)], width, base)

    def _cell(self, band: Band, cell: int, grounds: bool) -> tuple[str, str]:
        """The character of a cell, and its ground."""
        ground, height = band.ground[cell], band.height(cell)
        if height:
            return COLUMNS[height - 1], ground
        return (" " if grounds and ground not in _DRAWN else _LETTERS[ground]), ground

    def _runs(self, band: Band, row: Sequence[int], cursor: int) -> list[tuple[str, Style]]:
        """The cells of a line, those that look alike in one piece."""
        grounds = self._has_grounds
        pieces: list[tuple[str, Style]] = []
        for (ground, failed, here), run in groupby(
            row, key=lambda cell: (band.ground[cell], bool(band.failed[cell]), cell == cursor)
        ):
            style = self._style(ground) if grounds or not failed else Style()
            if failed:
                style += self._style("fail")
            if here:
                style += self._style("cursor")
            pieces.append(("".join(self._cell(band, cell, grounds)[0] for cell in run), style))
        return pieces

    def _legend(self, y: int) -> list[tuple[str, Style]]:
        """What the grounds and columns mean, beside the lines."""
        name = ("done", "run", "wait", "fail")[y]
        sign = COLUMNS[1] + COLUMNS[-1] if name == "fail" else _LETTERS[name] * 2
        if self._has_grounds and name in {"done", "run"}:
            sign = "  "
        said = {"run": "running", "wait": "queued", "fail": "failed"}.get(name, name)
        return [("  ", Style()), (sign, self._style(name)), (f" {said}", self._style("said"))]

    @staticmethod
    def _axis(band: Band, width: int) -> str:
        """Numbers of children below a single line."""
        marks = [" "] * width
        step = max(12, width // 5)
        for cell in range(0, len(band.ground), step):
            text = f"{band.children(cell).start:,}"
            if cell + 1 + len(text) < width:
                marks[cell + 1 : cell + 1 + len(text)] = text
        return "".join(marks)

    def _tell(self, *, chosen: bool = False) -> None:
        band = self.band
        if band.ground:
            self.post_message(self.Moved(band.children(band.cell(self.child)), chosen))

    def action_move(self, way: int) -> None:
        """To the next or previous cell."""
        band = self.band
        if band.ground:
            target = band.children(band.cell(self.child)).start + way * band.per
            self.child = max(0, min(band.total - 1, target))
            self._tell()

    def action_line(self, way: int) -> None:
        """To the line below or above; where there is one line, to the next or previous cell."""
        self.action_move(way * (self._cells_a_line if self._lines > 1 else 1))

    def action_edge(self, end: int) -> None:
        """To the first or last child."""
        self.child = max(0, self._all - 1) if end else 0
        self._tell()

    def action_zoom(self, way: int) -> None:
        """Half or twice as many children a cell."""
        if way > 0 and self.band.per == 1:
            return
        self.zoom = max(0, self.zoom + way)
        self._tell()

    def action_choose(self) -> None:
        """List the children of this cell."""
        self._tell(chosen=True)
