"""A table of any number of rows that draws only what is visible.

Rows are known by key. Their cells are asked for when a row is drawn, so 100,000 rows cost a list of keys. The cursor
stands on a key: when that is gone, `target` is None until the user moves (R37), so nothing can be done to a row that
only slid under the cursor. To look is harmless: Enter opens the row that the cursor is drawn on.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.bindings import bindings
from tui.ui.present.cells import Cell, Cells, Column, fit
from tui.ui.present.glyphs import CURSOR, MARK
from tui.ui.widgets.row_drawing import drawn_head, drawn_row

__all__ = ["VirtualTable"]


_CACHE = 600
"""Rows that are kept as they were drawn."""


class VirtualTable(Widget, can_focus=True):
    """Rows by key, a cursor, marks."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"table--{role}"
        for role in (
            "head", "sorted", "band", "mark", "bad", "fail", "run", "wait", "start", "done", "abort", "unknown",
            "warn", "dim", "faint", "ink", "accent", "name", "strong", "new",
        )
    }  # fmt: skip
    DEFAULT_CSS = """
    VirtualTable {
        height: 1fr;
        & > .table--head { color: $dim; text-style: bold; }
        & > .table--sorted { color: $accent; text-style: bold; }
        & > .table--mark { color: $warn; text-style: bold; }
        & > .table--bad { color: $fail; text-style: bold; }
        & > .table--fail { color: $fail; }
        & > .table--run { color: $run; }
        & > .table--wait { color: $dim; }
        & > .table--start { color: $run; }
        & > .table--done { color: $done; }
        & > .table--abort { color: $abort; }
        & > .table--unknown { color: $warn; }
        & > .table--warn { color: $warn; }
        & > .table--dim { color: $dim; }
        & > .table--faint { color: $faint; }
        & > .table--ink { color: $foreground; }
        & > .table--accent { color: $accent; }
        & > .table--strong { text-style: bold; }
        & > .table--new { background: $tint; }
    }
    VirtualTable:nocolor > .table--new { text-style: underline; }
    VirtualTable:nocolor > .table--fail { text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("g,home", "edge(0)", show=False),
        Binding("G,end", "edge(1)", show=False),
        Binding("pagedown", "page(1.0)", show=False),
        Binding("pageup", "page(-1.0)", show=False),
        Binding("ctrl+d", "page(0.5)", show=False),
        Binding("ctrl+u", "page(-0.5)", show=False),
        Binding("left", "sideways(-1)", show=False),
        Binding("right", "sideways(1)", show=False),
        *bindings("table"),
    ]

    @dataclass
    class Moved(Message):
        """The cursor stands elsewhere."""

        table: "VirtualTable"
        key: str | None

        @property
        def control(self) -> "VirtualTable":
            """Who says it."""
            return self.table

    @dataclass
    class Chosen(Message):
        """Enter on a row."""

        table: "VirtualTable"
        key: str

        @property
        def control(self) -> "VirtualTable":
            """Who says it."""
            return self.table

    def __init__(self, columns: Sequence[Column], cells: Callable[[str], Cells], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self._cells_of = cells
        self.view: Sequence[str] = ()
        self.cursor = 0
        """The row the cursor stands on."""
        self.target: str | None = None
        """The key under the cursor; None when its row went away and the user has not moved since."""
        self.marks: set[str] = set()
        """Keys the user marked; they stay through filters."""
        self.sorted_by: str | None = None
        """The column whose head is marked."""
        self.descending = True
        """Which way it is sorted."""
        self.top = 0
        """The first row on screen."""
        self.skip = 0
        """Columns left out, of those that are not frozen."""
        self._cache: dict[str, tuple[tuple[Cell, ...], Strip]] = {}
        self._layout: list[tuple[int, int]] = []
        self._styles: dict[str, Style] = {}

    # --- what is shown -------------------------------------------------------------------------------------------

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns."""
        self.columns = tuple(columns)
        self._arrange()

    def show(self, keys: Sequence[str]) -> None:
        """Show these rows in this order; cursor and marks stay on their keys."""
        fresh = not self.view and self.target is None
        self.view = keys
        if fresh:
            self._put(0)
        elif self.target is not None:
            at = self.index(self.target)
            if at is None:
                self.target = None
                self.cursor = max(0, min(self.cursor, len(keys) - 1))
            else:
                self.cursor = at
        else:
            self.cursor = max(0, min(self.cursor, len(keys) - 1))
        self._scroll()
        self.refresh()

    def redraw(self, keys: Iterable[str] | None = None) -> None:
        """These rows changed, or all may have: draw only the cells that differ."""
        if keys is None:
            self._cache.clear()
            self.refresh()
            return
        changed, regions, seen = set(keys), [], set()
        for y, key in enumerate(self.visible_keys, 1):
            if key not in changed:
                continue
            seen.add(key)
            if key not in self._cache:  # drawn in other styles, so nobody knows what stands there
                regions.append(Region(0, y, self.size.width, 1))
                continue
            # The new cells take the place of the old ones at once: what is compared next time is what was drawn last.
            old, new = self._cache[key][0], tuple(self._cells_of(key))
            if found := self._differences(y, old, new):
                self._cache[key] = new, self._row(new)
                regions += found
        for key in changed - seen:
            self._cache.pop(key, None)
        if regions:
            self.refresh(*regions)

    def _differences(self, y: int, old: Cells, new: Cells) -> list[Region]:
        x, found = 1, []
        for index, width in self._layout:
            if old[index] != new[index]:
                found.append(Region(x, y, width, 1))
            x += width + 1
        return found

    @property
    def room(self) -> int:
        """Rows that can be seen."""
        return max(1, self.size.height - 1)

    @property
    def visible_keys(self) -> Sequence[str]:
        """The rows on screen."""
        return self.view[self.top : self.top + self.room]

    def index(self, key: str) -> int | None:
        """The row of a key; None where it is not shown."""
        if self.cursor < len(self.view) and self.view[self.cursor] == key:
            return self.cursor
        try:
            return self.view.index(key)
        except ValueError:
            return None

    # --- drawing -------------------------------------------------------------------------------------------------

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The head and every row."""
        return len(self.view) + 1

    def on_resize(self) -> None:
        """Columns by width."""
        self._arrange()

    def on_focus(self) -> None:
        """Only the cursor of the pane that has the keys stands out."""
        self.refresh(self._marked(self.cursor))

    on_blur = on_focus

    def notify_style_update(self) -> None:
        """Another theme: all styles anew."""
        super().notify_style_update()
        self._styles.clear()
        self._cache.clear()

    def _arrange(self) -> None:
        self._layout = fit(self.columns, self.size.width - 1, self.skip)
        self._cache.clear()
        self._scroll()
        self.refresh()

    def _style(self, role: str) -> Style:
        if role not in self._styles:
            self._styles[role] = self.get_component_rich_style(f"table--{role}", partial=True) if role else Style()
        return self._styles[role]

    def render_line(self, y: int) -> Strip:
        """The head, or one row."""
        base, width = self.rich_style, self.size.width
        if y == 0:
            return self._head()
        at = self.top + y - 1
        if at >= len(self.view):
            return Strip.blank(width, base)
        key = self.view[at]
        if key not in self._cache:
            if len(self._cache) > _CACHE:
                self._cache.clear()
            cells = tuple(self._cells_of(key))
            self._cache[key] = cells, self._row(cells)
        cells, drawn = self._cache[key]
        return self._chosen(key, cells, drawn, base) if at == self.cursor else self._plain(key, drawn, base)

    def _plain(self, key: str, drawn: Strip, base: Style) -> Strip:
        """A row that the cursor is not on."""
        gutter = Segment(MARK, base + self._style("mark")) if key in self.marks else Segment(" ", base)
        return Strip.join([Strip([gutter], 1), drawn])

    def _chosen(self, key: str, cells: Cells, drawn: Strip, base: Style) -> Strip:
        """The cursor's row. In the pane that has the keys the first column is a chip: drawn in reverse of its own
        colour, so that it says what the row is and can be seen from afar; in another pane the gutter alone tells."""
        first, chip = self._layout[0] if self._layout else (0, 0)
        ink = base + self._style(cells[first].role if cells else "")
        if self.target is None:
            # A row that moved under the cursor is nobody's choice: it is opened by enter, and not acted on.
            return Strip.join([Strip([Segment("-", base + self._style("dim"))], 1), drawn])
        sign = MARK if key in self.marks else CURSOR
        if not self.has_focus:
            return Strip.join([Strip([Segment(sign, ink)], 1), drawn])
        ink += Style(reverse=True, bold=True)
        text = "".join(segment.text for segment in drawn.crop(0, chip))
        rest, band = drawn.crop(chip), self._style("band")
        if band.bgcolor is not None:
            size = max(0, self._frozen_cells - chip)
            banded = Segment.apply_style(rest.crop(0, size), post_style=Style(bgcolor=band.bgcolor, bold=True))
            rest = Strip.join([Strip(banded), rest.crop(size)])
        return Strip.join([Strip([Segment(sign + text, ink)], chip + 1), rest])

    @property
    def _frozen_cells(self) -> int:
        """Cells of the columns that stay when the table is scrolled sideways, from the first on."""
        frozen = [width + 1 for index, width in self._layout if self.columns[index].frozen]
        return sum(frozen) or (self._layout[0][1] if self._layout else 0)

    def _marked(self, row: int) -> Region:
        """Where a row looks different under the cursor."""
        return Region(0, row - self.top + 1, max(1, self._frozen_cells) + 1, 1)

    def _row(self, cells: Cells) -> Strip:
        return drawn_row(cells, self.columns, self._layout, self._style, self.rich_style, self.size.width - 1)

    def _head(self) -> Strip:
        sort = None if self.sorted_by is None else (self.sorted_by, self.descending)
        return drawn_head(self.columns, self._layout, sort, self._style, self.rich_style, self.size.width)

    # --- keys ----------------------------------------------------------------------------------------------------

    def _put(self, row: int) -> None:
        self.cursor = max(0, min(row, len(self.view) - 1))
        self.target = self.view[self.cursor] if self.view else None
        self.post_message(self.Moved(self, self.target))

    def go(self, row: int) -> None:
        """Put the cursor on a row; off the screen, it scrolls by half a page."""
        before, top = self.cursor, self.top
        chosen = self.target is not None
        self._put(row)
        self._scroll()
        if self.top != top:
            self.refresh()
        elif before != self.cursor or not chosen:
            self.refresh(*(self._marked(at) for at in (before, self.cursor)))

    def _scroll(self) -> None:
        room, last = self.room, max(0, len(self.view) - self.room)
        if self.cursor < self.top:
            self.top = self.cursor if self.cursor < self.top - room else max(0, self.cursor - room // 2)
        elif self.cursor >= self.top + room:
            self.top = self.cursor - room // 2
        self.top = max(0, min(self.top, last))

    def action_move(self, by: int) -> None:
        """A row down or up."""
        self.go(self.cursor + by)

    def action_page(self, pages: float) -> None:
        """Pages down or up; what is shown moves with the cursor."""
        by = int(pages * self.room)
        self.top = max(0, min(self.top + by, max(0, len(self.view) - self.room)))
        self._put(self.cursor + by)
        self._scroll()
        self.refresh()

    def action_edge(self, end: int) -> None:
        """First or last row."""
        self.go(len(self.view) - 1 if end else 0)

    def action_sideways(self, by: int) -> None:
        """Columns to the right or back; frozen ones stay."""
        free = sum(not c.frozen for c in self.columns)
        self.skip = max(0, min(self.skip + by, free - 1))
        self._arrange()

    def settle(self) -> None:
        """Let the cursor mean the row it stands on: what is shown was changed by the user, who sees it."""
        if self.target is None and self.view:
            self.go(self.cursor)

    def action_choose(self) -> None:
        """Open the row the cursor is drawn on; also one that came under it because its neighbour went away."""
        self.settle()
        if self.target is not None:
            self.post_message(self.Chosen(self, self.target))

    def mark(self, keys: Collection[str], on: bool) -> None:
        """Set or take marks."""
        if on:
            self.marks |= set(keys)
        else:
            self.marks -= set(keys)
        self.refresh(Region(0, 0, 1, self.size.height))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor."""
        if event.y >= 1 and self.top + event.y - 1 < len(self.view):
            self.go(self.top + event.y - 1)

    def on_mouse_scroll_down(self) -> None:
        """The wheel moves the cursor."""
        self.action_move(3)

    def on_mouse_scroll_up(self) -> None:
        """The wheel moves the cursor."""
        self.action_move(-3)
