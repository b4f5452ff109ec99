"""A log on the line API: any number of lines, search, filter, wrap and follow; the text lives in a `LogText`."""

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.domain.log import LogPart
from tui.domain.text import plain
from tui.ui.present.log import LogText
from tui.ui.present.sgr import coloured
from tui.ui.widgets.lines import line

__all__ = ["LogView"]


class LogView(ScrollView, can_focus=True):
    """The held part of one log. Moving up stops following; at the top it asks for more."""

    DEFAULT_CSS = """
    LogView {
        height: 1fr;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        & > .log-view--number { color: $text-disabled; }
        & > .log-view--trouble { color: $text-error; }
        & > .log-view--found { background: $warning-muted; }
        & > .log-view--cursor { background: $primary-muted; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log-view--number",
        "log-view--trouble",
        "log-view--found",
        "log-view--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("left,h", "sideways(-8)", "left", show=False),
        Binding("right", "sideways(8)", "right", show=False),
        Binding("g,home", "top", "top", show=False),
        Binding("G,end", "bottom", "end", show=False),
        Binding("ctrl+d,pagedown,space", "page(1)", "page", show=False),
        Binding("ctrl+u,pageup,b", "page(-1)", "page back", show=False),
    ]

    follow: reactive[bool] = reactive(False, repaint=False)
    """New lines scroll the view."""
    wrap: reactive[bool] = reactive(False)
    """Long lines go on below instead of being cut."""
    needle: reactive[str] = reactive("")
    """What is searched for."""
    only: reactive[str] = reactive("")
    """Only lines that hold this are shown."""

    @dataclass
    class MoreWanted(Message):
        """The user stands at the top and the log goes on before it."""

        before: int
        """Offset of the first byte held."""

    @dataclass
    class Changed(Message):
        """What is shown, or where, changed: for the line above the log."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.log_text = LogText()
        self.hits: array[int] = array("q")
        """Lines that hold the needle."""
        self.troubles: array[int] = array("q")
        """Lines that sound like a failure."""
        self._rows: array[int] | range = range(0)
        self._wrapped: array[int] | None = None
        self._mark = -1
        self._indent = 0

    # --- content -------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Hold nothing, for another source."""
        self.log_text = LogText()
        self._mark = -1
        self._update()

    def add(self, part: LogPart) -> None:
        """Take a part; what the user reads stays where it is, unless the view follows."""
        before, top = len(self._rows), self.scroll_offset.y
        earlier = bool(self.log_text.data) and part.start < self.log_text.start
        first = not self.log_text.data
        self.log_text.add(part)
        if earlier and self._mark >= 0:
            self._mark += max(0, len(self.log_text) - before)
        self._update()
        if first or self.follow:
            self.call_after_refresh(self.scroll_end, animate=False, force=True)
        elif earlier:
            self.scroll_to(y=top + len(self._rows) - before, animate=False, force=True)

    def _update(self) -> None:
        text = self.log_text
        self._rows = text.matching(self.only) if self.only else range(len(text))
        self.hits = text.matching(self.needle)
        self.troubles = text.trouble()
        self._measure()
        self.refresh()
        self.post_message(self.Changed())

    def _measure(self) -> None:
        room = self._room
        height = len(self._rows)
        self._wrapped = None
        if self.wrap and height:
            text = self.log_text
            # A character takes no more cells than bytes, save a tab, so this is never too few rows.
            tabs = b"\t" in text.data
            sizes = (text.size(n) - 1 + (3 * text.raw(n).count(b"\t") if tabs else 0) for n in self._rows)
            self._wrapped = array("q", accumulate(max(1, -(-size // room)) for size in sizes))
            height = self._wrapped[-1]
        self.virtual_size = Size(self.size.width, height)

    @property
    def _gutter(self) -> int:
        return max(4, len(str(len(self.log_text)))) + 2

    @property
    def _room(self) -> int:
        return max(8, self.size.width - self._gutter)

    def on_resize(self) -> None:
        """Wrapping depends on the width."""
        self._measure()

    def watch_wrap(self) -> None:
        """Lay the lines out anew."""
        self._indent = 0
        self._measure()
        self.refresh()
        self.post_message(self.Changed())

    def watch_needle(self) -> None:
        """Find the needle anew."""
        self.hits = self.log_text.matching(self.needle)
        self.refresh()
        self.post_message(self.Changed())

    def watch_only(self) -> None:
        """Show other lines."""
        self._update()
        self.call_after_refresh(self.scroll_end, animate=False)

    def watch_follow(self, follow: bool) -> None:
        """Jump to the end when following starts."""
        if follow:
            self.scroll_end(animate=False, force=True)
        self.post_message(self.Changed())

    # --- drawing -------------------------------------------------------------------------------------------------

    def _place(self, y: int) -> tuple[int, int] | None:
        """The line and the part of it that stands in a row of the whole drawing."""
        if self._wrapped is None:
            return (self._rows[y], 0) if 0 <= y < len(self._rows) else None
        index = bisect_right(self._wrapped, y)
        if index >= len(self._wrapped):
            return None
        return self._rows[index], y - (self._wrapped[index - 1] if index else 0)

    def render_line(self, y: int) -> Strip:
        """Number and text of one line, or of one part of a wrapped line."""
        width, base = self.size.width, self.rich_style
        place = self._place(y + self.scroll_offset.y)
        if place is None:
            return Strip.blank(width, base)
        number, part = place
        gutter = self._gutter
        if number == self._mark:
            base += self.get_component_rich_style("log-view--cursor", partial=True)
        elif self._in(self.hits, number):
            base += self.get_component_rich_style("log-view--found", partial=True)
        tint = (
            self.get_component_rich_style("log-view--trouble", partial=True)
            if self._in(self.troubles, number)
            else Style()
        )
        pieces = coloured(self.log_text.line(number))
        head = f"{number + 1:>{gutter - 1}} " if part == 0 else " " * gutter
        body = line([(text, tint + style) for text, style in pieces], 1 << 14, base)
        skip = part * self._room if self.wrap else self._indent
        strip = line([(head, self.get_component_rich_style("log-view--number", partial=True))], gutter, base)
        return Strip.join([strip, body.crop(skip, skip + width - gutter)])

    @staticmethod
    def _in(numbers: "array[int]", number: int) -> bool:
        place = bisect_left(numbers, number)
        return place < len(numbers) and numbers[place] == number

    # --- moving --------------------------------------------------------------------------------------------------

    @property
    def shown(self) -> tuple[int, int]:
        """The first and last line on screen, from 1; (0, 0) where there is none."""
        top = self.scroll_offset.y
        first, last = self._place(top), self._place(min(top + self.size.height, self.virtual_size.height) - 1)
        return (first[0] + 1, last[0] + 1) if first and last and self._rows else (0, 0)

    @property
    def marked(self) -> int:
        """The line jumped to last, or -1."""
        return self._mark

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Tell what is shown now."""
        super().watch_scroll_y(old, new)
        self.post_message(self.Changed())

    def action_move(self, rows: int) -> None:
        """A row up or down; up stops following."""
        self._scroll(self.scroll_offset.y + rows)

    def action_page(self, pages: int) -> None:
        """Half a screen."""
        self._scroll(self.scroll_offset.y + pages * max(1, self.size.height // 2))

    def action_top(self) -> None:
        """To the first line held; there again, more is asked for."""
        self._scroll(0 if self.scroll_offset.y else -1)

    def action_bottom(self) -> None:
        """To the end."""
        self.scroll_end(animate=False)

    def action_sideways(self, cells: int) -> None:
        """Scroll long lines sideways."""
        if not self.wrap:
            self._indent = max(0, self._indent + cells)
            self.refresh()

    def _scroll(self, y: int) -> None:
        if y < self.scroll_offset.y:
            self.follow = False
        if y < 0 and self.log_text.start > 0:
            self.post_message(self.MoreWanted(self.log_text.start))
        self.scroll_to(y=max(0, y), animate=False)

    def jump(self, number: int) -> None:
        """Show a line in the middle and mark it."""
        self.follow = False
        self._mark = number
        index = number if isinstance(self._rows, range) else bisect_left(self._rows, number)
        if self._wrapped is not None:
            index = self._wrapped[index - 1] if index else 0
        self.scroll_to(y=max(0, index - self.size.height // 2), animate=False)
        self.refresh()
        self.post_message(self.Changed())

    def step(self, numbers: "array[int]", way: int) -> bool:
        """Jump to the next or previous of these lines, seen from the mark, or from the end of what is on screen."""
        if not numbers:
            return False
        at = self._mark if self._mark >= 0 else (self.shown[1] if way < 0 else self.shown[0] - 2)
        index = bisect_right(numbers, at) if way > 0 else bisect_left(numbers, at) - 1
        self.jump(numbers[index % len(numbers)])
        return True

    def raw_line(self, number: int) -> str:
        """A line with its escapes visible, for `v`."""
        return plain(self.log_text.line(number))
