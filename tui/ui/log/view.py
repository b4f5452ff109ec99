"""A log on the line API: how its lines look, how keys move in it, marks and selection."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui.ui.log.lines import LogLines
from tui.ui.present.glyphs import BAR, CURSOR
from tui.ui.present.tone import WORD
from tui.ui.strips import Styled, line

__all__ = ["LogView"]


class LogView(LogLines, can_focus=True):
    """The held part of one log. Moving up stops following; at its ends it asks for more."""

    DEFAULT_CSS = """
    LogView {
        height: 1fr;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        & > .log-view--number { color: $faint; }
        & > .log-view--stamp { color: $dim; }
        & > .log-view--trouble { color: $fail; text-style: bold; }
        & > .log-view--consequence { color: $dim; }
        & > .log-view--warning { color: $warn; }
        & > .log-view--telling { background: $fail 18%; }
        & > .log-view--found { background: $warn 25%; }
        & > .log-view--selected { background: $band; }
        & > .log-view--cursor { background: $band; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"log-view--{name}"
        for name in ("number", "stamp", "trouble", "consequence", "warning", "telling", "found", "selected", "cursor")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("left,h", "sideways(-8)", "left", show=False),
        Binding("right", "sideways(8)", "right", show=False),
        Binding("g,home", "top", "top", show=False),
        Binding("G,end", "bottom", "end", show=False),
        Binding("ctrl+d", "page(0.5)", "half a page", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a page back", show=False),
        Binding("pagedown,space", "page(1.0)", "page", show=False),
        Binding("pageup,b", "page(-1.0)", "page back", show=False),
    ]

    telling: reactive[int] = reactive(-1)
    """The line that says why the job failed, or -1."""
    consequences: reactive[frozenset[int]] = reactive(frozenset[int]())
    """Lines that only say that something failed before them."""

    @dataclass
    class MoreWanted(Message):
        """The user stands at an end of what is held, and the log goes on there."""

        earlier: bool
        """Before the first byte held; else behind the last."""

    # --- drawing -------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Number and text of one line, or of one part of a wrapped line."""
        width, base = self._width, self.rich_style
        places = self._layout()
        if y >= len(places):
            return Strip.blank(width, base)
        row, part = places[y]
        number, gutter = self._rows[row], self._gutter
        if self._selected(number):
            base += self._style("selected")
        elif number == self._mark:
            base += self._style("cursor")
        elif self._in(self.hits, number):
            base += self._style("found")
        elif number == self.telling:
            base += self._style("telling")
        numbered = f"{self.log_text.number(number):>{gutter - 2}} " if part == 0 else " " * (gutter - 1)
        sign = self._sign(number) if part == 0 else " "
        body = line(self._tinted(number), 1 << 14, base)
        skip = part * self._room if self.wrap else self._indent
        signed = self._style("trouble" if sign == CURSOR else "number")
        strip = line([(sign, signed), (numbered, self._style("number"))], gutter, base)
        shown = body.crop(skip, skip + width - gutter)
        if not self.wrap and skip + width - gutter < sum(cell_len(text) for text, _ in self._pieces(number)):
            shown = Strip.join([shown.crop(0, width - gutter - 1), line([("~", self._style("number"))], 1, base)])
        drawn = Strip.join([strip, shown])
        mark = self._mapped(y)
        return drawn if mark is None else Strip.join([drawn.crop(0, width - 1), line([mark], 1, base)])

    def _mapped(self, y: int) -> Styled | None:
        """A sign at the right edge where the part of the log that this row of the screen stands for holds the cause,
        a find or an error; None where it holds none, or where all of the log is on screen."""
        height, total = self.size.height, len(self._rows)
        if total <= height:
            return None
        first, last = self._rows[y * total // height], self._rows[min(total - 1, (y + 1) * total // height - 1)]
        if first <= self.telling <= last:
            return BAR, self._style("trouble")
        for numbers, name in ((self.hits, "warning"), (self.errors, "trouble")):
            if bisect_left(numbers, first) < bisect_right(numbers, last):
                return BAR, Style(color=self._style(name).color)
        return None

    def _sign(self, number: int) -> str:
        """What stands before the number: a mark, the cursor, the cause, or what followed from it."""
        if number in self.marks:
            return "*"
        if number == self._mark:
            return ">"
        return CURSOR if number == self.telling else "-" if number in self.consequences else " "

    def _tinted(self, number: int) -> list[Styled]:
        """The text with its colours: the cause whole, what followed from it quiet, else the one word that warns."""
        pieces = self._pieces(number)
        if number == self.telling:
            return [(text, self._style("trouble") + style) for text, style in pieces]
        if number in self.consequences:
            return [(text, self._style("consequence") + style) for text, style in pieces]
        error = self._in(self.errors, number)
        if not error and not self._in(self.warnings, number):
            return pieces
        return _coloured(pieces, self._style("trouble" if error else "warning"))

    @staticmethod
    def _in(numbers: "array[int]", number: int) -> bool:
        place = bisect_left(numbers, number)
        return place < len(numbers) and numbers[place] == number

    # --- moving --------------------------------------------------------------------------------------------------

    @property
    def shown(self) -> tuple[int, int]:
        """The first and last line on screen, from 1; (0, 0) where there is none."""
        places = self._layout()
        return (self._rows[places[0][0]] + 1, self._rows[places[-1][0]] + 1) if places else (0, 0)

    @property
    def marked(self) -> int:
        """The line jumped to last, or -1."""
        return self._mark

    def action_move(self, rows: int) -> None:
        """A row up or down; while selecting, the selection's end."""
        if self._anchor is not None:
            self._mark = max(0, min(len(self.log_text) - 1, self._mark + rows))
            self._into_view()
            self.refresh()
        else:
            self._scroll(rows)

    def action_page(self, pages: float) -> None:
        """Pages or halves of one."""
        rows = int(pages * max(2, self.size.height))
        if self._anchor is not None:
            self.action_move(rows)
        else:
            self._scroll(rows)

    def action_top(self) -> None:
        """To the first line held; there again, more is asked for."""
        if self._top == 0 and self._part == 0:
            self._ask(earlier=True)
        self.show_start()

    def show_start(self) -> None:
        """To the first line held."""
        self.follow = False
        self._stand(0, 0)

    def action_bottom(self) -> None:
        """To the end; where the job runs, following begins."""
        if self._at_end:
            self._ask(earlier=False)
        self._to_end()
        if self.growing:
            self.follow = True

    def action_sideways(self, cells: int) -> None:
        """Scroll long lines sideways."""
        if not self.wrap:
            self._indent = max(0, self._indent + cells)
            self.refresh()

    def _scroll(self, rows: int) -> None:
        if rows < 0:
            self.follow = False
            if self._top == 0 and self._part == 0:
                self._ask(earlier=True)
        elif self._at_end:
            self._ask(earlier=False)
        if self._rows:
            self._stand(*self._walk(self._top, self._part, rows))

    def _ask(self, *, earlier: bool) -> None:
        text = self.log_text
        if (text.start > 0) if earlier else (text.total is not None and text.end < text.total):
            self.post_message(self.MoreWanted(earlier))

    def jump(self, number: int) -> None:
        """Show a line in the middle and mark it."""
        self.follow = False
        self._mark = number
        if number < self.since:
            self.since = 0
        self._stand(*self._walk(min(self._row_of(number), max(0, len(self._rows) - 1)), 0, -(self.size.height // 2)))
        self.refresh()
        self.post_message(self.Changed())

    def _into_view(self) -> None:
        first, last = self.shown
        if not first - 1 <= self._mark <= last - 1:
            self._scroll(self._mark - (last - 1) if self._mark > last - 1 else self._mark - (first - 1))

    def step(self, numbers: Sequence[int], way: int) -> bool:
        """Jump to the next or previous of these lines, seen from the mark, or from the end of what is on screen."""
        if not numbers:
            return False
        at = self._mark if self._mark >= 0 else (self.shown[1] if way < 0 else self.shown[0] - 2)
        index = bisect_right(numbers, at) if way > 0 else bisect_left(numbers, at) - 1
        self.jump(numbers[index % len(numbers)])
        return True

    # --- marks and selection -------------------------------------------------------------------------------------

    def toggle_mark(self) -> None:
        """Mark the line jumped to where it is on screen, else the last on screen."""
        first, last = self.shown
        number = self._mark if first - 1 <= self._mark < last else last - 1
        if number >= 0:
            self.marks ^= {number}
            self.refresh()

    def select(self, on: bool) -> None:
        """Begin to select lines at the line jumped to, or at the last on screen; or stop."""
        first, last = self.shown
        if on and last:
            self._mark = self._mark if first - 1 <= self._mark < last else last - 1
        self.follow = False
        self._anchor = self._mark if on and last else None
        self.refresh()
        self.post_message(self.Changed())

    @property
    def selection(self) -> range | None:
        """The lines selected, or None."""
        if self._anchor is None:
            return None
        first, last = sorted((self._anchor, self._mark))
        return range(first, last + 1)

    def _selected(self, number: int) -> bool:
        chosen = self.selection
        return chosen is not None and number in chosen


def _coloured(pieces: list[Styled], ink: Style) -> list[Styled]:
    """The first word that sounds like trouble in this colour, the rest as it was."""
    for at, (text, style) in enumerate(pieces):
        if (found := WORD.search(text)) is not None:
            start, end = found.span()
            parts = [(text[:start], style), (text[start:end], style + ink), (text[end:], style)]
            return [*pieces[:at], *(part for part in parts if part[0]), *pieces[at + 1 :]]
    return pieces
