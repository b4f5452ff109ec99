"""Which lines of a log there are to see, and where they stand: search, filter, wrap. What is drawn is in `log_view.py`.

The view stands on a line, and on a part of it when it is wrapped: so nothing has to be measured but what is on screen.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual import work
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from tui.clock import Clock, SystemClock
from tui.domain.log import LogPart
from tui.domain.text import plain
from tui.ui.log.sgr import coloured
from tui.ui.log.text import Finder, LogText, pattern_of
from tui.ui.log.timestamps import stamp_length
from tui.ui.present.tone import TROUBLE, Tone
from tui.ui.strips import Styled

__all__ = ["LogLines"]

_TROUBLE_LINES = 20_000


class LogLines(ScrollView):
    """The held part of one log as rows on the line API; the text lives in a `LogText`."""

    follow: reactive[bool] = reactive(False, repaint=False)
    """New lines scroll the view."""
    wrap: reactive[bool] = reactive(False)
    """Long lines go on below instead of being cut."""
    stamps: reactive[bool] = reactive(True)
    """The time at the beginning of a line is shown."""
    raw: reactive[bool] = reactive(False)
    """Bytes as they are, escapes visible, instead of colours."""
    needle: reactive[str] = reactive("")
    """What is searched for."""
    only: reactive[str] = reactive("")
    """Only lines that hold this are shown."""
    context: reactive[int] = reactive(0)
    """Lines shown around each of those."""
    since: reactive[int] = reactive(0)
    """The first line shown."""

    @dataclass
    class Changed(Message):
        """What is shown, or where, changed: for the line above the log."""

        def can_replace(self, message: Message) -> bool:
            """One is enough."""
            return isinstance(message, LogLines.Changed)

    def __init__(self, fresh: Callable[[], LogText] = LogText, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._fresh = fresh
        self.clock: Clock = SystemClock()
        self.log_text = fresh()
        self.growing = False
        """The job still runs, so that the end is not the end."""
        self.marks: set[int] = set()
        """Lines that the user marked."""
        self._hits = Finder(None, self.log_text)
        self._only = Finder(None, self.log_text)
        self._errors, self._warnings = _troubles(self.log_text)
        self._rows: Sequence[int] = range(0)
        self._part = 0
        self._mark = -1
        self._anchor: int | None = None
        self._indent = 0
        self._laid: tuple[object, list[tuple[int, int]]] = (None, [])
        self._version = 0

    # --- content -------------------------------------------------------------------------------------------------

    @property
    def hits(self) -> "array[int]":
        """Lines that hold the needle, as far as searched."""
        return self._hits.numbers

    @property
    def errors(self) -> "array[int]":
        """Lines that sound like a failure, among the last ones."""
        return self._errors.numbers

    @property
    def warnings(self) -> "array[int]":
        """Lines that sound like a warning, among the last ones."""
        return self._warnings.numbers

    @property
    def rows(self) -> Sequence[int]:
        """The lines shown, from the first to the last."""
        return self._rows

    @property
    def busy(self) -> bool:
        """Searching still goes on."""
        return any(f.pattern and f.searched < len(self.log_text) for f in (self._hits, self._only))

    def clear(self) -> None:
        """Hold nothing, for another source."""
        self.log_text.close()
        self.log_text = self._fresh()
        self.marks.clear()
        self._mark, self._anchor, self._part = -1, None, 0
        self.set_reactive(LogLines.since, 0)
        self._renew()

    def on_unmount(self) -> None:
        """Give the file back."""
        self.log_text.close()

    def _renew(self) -> None:
        text = self.log_text
        self._hits = Finder(pattern_of(self.needle), text)
        self._only = Finder(pattern_of(self.only), text)
        self._errors, self._warnings = _troubles(text)
        self._search()

    def add(self, part: LogPart) -> None:
        """Take a part; what the user reads stays where it is, unless the view follows.

        Raises:
            OSError: The disk is full.
        """
        first, top = not self.log_text.held, self._line_at_top()
        change = self.log_text.add(part)
        for finder in (self._hits, self._only, self._errors, self._warnings):
            finder.grown(change, self.log_text)
        if change.replaced:
            self.marks.clear()
            self._mark, self._anchor = -1, None
            self.set_reactive(LogLines.since, 0)
        else:
            self.marks = {n + change.before for n in self.marks if n + change.before >= 0}
            self._mark = max(-1, self._mark + change.before) if self._mark >= 0 else -1
            self.set_reactive(LogLines.since, max(0, self.since + change.before) if self.since else 0)
        self._search()
        if first or self.follow:
            self.call_after_refresh(self._to_end)
        elif change.replaced:
            self._stand(0, 0)
        elif change.before:
            self._stand(self._row_of(top + change.before), self._part)

    def _search(self) -> None:
        """Find what can be found within a key press, a block for each pattern, and go on in between."""
        finders = (self._hits, self._only, self._errors, self._warnings)
        more = False
        for finder in finders:
            more |= finder.step(self.log_text)
        self._update()
        if more:
            self._go_on()

    @work(group="log-search", exclusive=True)
    async def _go_on(self) -> None:
        finders = (self._hits, self._only, self._errors, self._warnings)
        while sum(finder.step(self.log_text) for finder in finders):
            await self.clock.sleep(0)
        top = self._line_at_top()
        self._update()
        if self.only:
            self._stand(self._row_of(top), 0)

    def _update(self) -> None:
        text = self.log_text
        self._rows = self._with_context(self._only.numbers) if self.only else range(self.since, len(text))
        if self.only and self.since:
            self._rows = self._rows[bisect_left(self._rows, self.since) :]
        self._measure()
        self.post_message(self.Changed())

    def _with_context(self, numbers: "array[int]") -> "array[int]":
        if not self.context:
            return numbers
        last, out = -1, array("q")
        for number in numbers:
            end = min(len(self.log_text), number + self.context + 1)
            out.extend(range(max(last + 1, number - self.context), end))
            last = end - 1
        return out

    # --- where rows stand ----------------------------------------------------------------------------------------

    def _measure(self) -> None:
        """The scrollbar counts lines; wrapped, the last of them must still reach the bottom."""
        self._version += 1
        height = len(self._rows)
        if self.wrap and height:
            height = self._last_place()[0] + self.size.height
        self.virtual_size = Size(self.size.width, height)
        self.refresh()

    @property
    def _gutter(self) -> int:
        return max(4, len(self.log_text.number(0)), len(self.log_text.number(len(self.log_text) - 1))) + 2

    @property
    def _width(self) -> int:
        """Cells beside the scrollbar, which would hide the last of each line."""
        return self.scrollable_content_region.width

    @property
    def _room(self) -> int:
        return max(8, self._width - self._gutter)

    def _height_of(self, row: int) -> int:
        if not self.wrap:
            return 1
        cells = sum(cell_len(text) for text, _ in self._pieces(self._rows[row]))
        return max(1, -(-cells // self._room))

    def _walk(self, row: int, part: int, by: int) -> tuple[int, int]:
        """So many rows of the screen further down or up."""
        if not self.wrap:
            return max(0, min(len(self._rows) - 1, row + by)), 0
        while by > 0:
            left = self._height_of(row) - part - 1
            if by <= left:
                return row, part + by
            if row + 1 >= len(self._rows):
                return row, part + left
            row, part, by = row + 1, 0, by - left - 1
        while by < 0:
            if -by <= part:
                return row, part + by
            if row == 0:
                return 0, 0
            by += part + 1
            row -= 1
            part = self._height_of(row) - 1
        return row, part

    def _last_place(self) -> tuple[int, int]:
        """Where the view stands when its last row is the last of the log."""
        if not self._rows:
            return 0, 0
        last = len(self._rows) - 1
        return self._walk(last, self._height_of(last) - 1, 1 - max(1, self.size.height))

    @property
    def _top(self) -> int:
        return min(self.scroll_offset.y, max(0, len(self._rows) - 1))

    def _line_at_top(self) -> int:
        return self._rows[self._top] if self._rows else 0

    def _row_of(self, number: int) -> int:
        if isinstance(self._rows, range):
            return max(0, number - self._rows.start)
        return bisect_left(self._rows, number)

    def _stand(self, row: int, part: int) -> None:
        row, part = min((max(0, row), part), self._last_place())
        self.scroll_to(y=row, animate=False, force=True)
        if part != self._part:
            self._part = part
            self.refresh()
            self.post_message(self.Changed())

    def _to_end(self) -> None:
        self._stand(*self._last_place())

    @property
    def _at_end(self) -> bool:
        return not self._rows or (self._top, self._part) >= self._last_place()

    def _layout(self) -> list[tuple[int, int]]:
        """The row and its part for each line of the screen."""
        key = (self._top, self._part, self._version, self.size, self._width, self.wrap)
        if self._laid[0] != key:
            places: list[tuple[int, int]] = []
            row, part = self._top, self._part
            while len(places) < self.size.height and row < len(self._rows):
                rows = self._height_of(row)
                places += [(row, p) for p in range(min(part, rows - 1), rows)]
                row, part = row + 1, 0
            self._laid = key, places[: self.size.height]
        return self._laid[1]

    def on_resize(self) -> None:
        """Wrapping depends on the width; who reads the end goes on reading the end."""
        self._measure()
        if self.follow:
            self.call_after_refresh(self._to_end)

    def watch_wrap(self) -> None:
        """Lay the lines out anew."""
        # Wrapped the end stands further down already: who saw the last line goes on seeing it.
        end = self._top >= len(self._rows) - self.size.height or self._at_end
        self._indent = self._part = 0
        self._measure()
        if end:
            self.call_after_refresh(self._to_end)
        self.post_message(self.Changed())

    def watch_stamps(self) -> None:
        """Shorter or longer lines."""
        self._measure()
        self.post_message(self.Changed())

    def watch_raw(self) -> None:
        """Other texts."""
        self._measure()
        self.post_message(self.Changed())

    def watch_needle(self) -> None:
        """Find the needle anew."""
        self._hits = Finder(pattern_of(self.needle), self.log_text)
        self._search()

    def watch_only(self) -> None:
        """Show other lines: those at the end."""
        self._part = 0
        self._only = Finder(pattern_of(self.only), self.log_text)
        self._search()
        self.call_after_refresh(self._to_end)

    def watch_context(self) -> None:
        """More or fewer lines."""
        self._update()

    def watch_since(self) -> None:
        """Begin at another line."""
        self._part = 0
        self._update()
        self.call_after_refresh(self._to_end)

    def watch_follow(self, follow: bool) -> None:
        """Jump to the end when following starts."""
        if follow:
            self._to_end()
        self.post_message(self.Changed())

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Tell what is shown now."""
        super().watch_scroll_y(old, new)
        self._part = 0
        self.post_message(self.Changed())

    def _pieces(self, number: int) -> list[Styled]:
        """The line as shown, before it is cut: cleaned texts and their own colours."""
        if self.raw:
            return [(plain(self.log_text.raw(number).decode("utf-8", "backslashreplace")), Style())]
        pieces = coloured(self.log_text.line(number))
        length = stamp_length(pieces[0][0]) if pieces else 0
        if length:
            stamp, rest = pieces[0][0][:length], pieces[0][0][length:]
            shown = [(stamp, self._style("stamp") + pieces[0][1])] if self.stamps else []
            pieces = [*shown, (rest, pieces[0][1]), *pieces[1:]]
        return pieces

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"log-view--{name}", partial=True)


def _troubles(text: LogText) -> tuple[Finder, Finder]:
    """What looks for errors, and what looks for warnings."""
    return Finder(TROUBLE, text, _TROUBLE_LINES, Tone.ERROR), Finder(TROUBLE, text, _TROUBLE_LINES, Tone.WARNING)
