"""A log as held here: one stretch of its bytes with the offset of every line; searched block by block."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from tui.domain.log import LogPart
from tui.ui.log.sgr import uncoloured
from tui.ui.log.spool import Spool
from tui.ui.present.format import size_text
from tui.ui.present.tone import Tone, tone_of

__all__ = ["Finder", "Grown", "LogText", "pattern_of"]

_LONGEST = 65_536
_BLOCK = 262_144
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Grown:
    """How a part changed the lines."""

    before: int = 0
    """Lines put before what was held; negative when the oldest were dropped."""
    replaced: bool = False
    """Nothing of what was held is left."""


class LogText:
    """Bytes from `start` to `end` of a log, by lines counted from 0 within what is held."""

    def __init__(self, spool: Spool | None = None) -> None:
        self._spool = spool or Spool()
        self.start = 0
        """Offset of the first byte held."""
        self.end = 0
        """Offset behind the last byte held."""
        self.total: int | None = None
        """Size of the whole log when last asked."""
        self._breaks = array("q", [0])
        self._ahead: int | None = 0
        """Lines of the log before the first one held; None where nobody counted them."""

    @property
    def held(self) -> int:
        """Bytes held."""
        return self.end - self.start

    @property
    def whole(self) -> bool:
        """The log is held from its first to its last byte."""
        return self.start == 0 and (self.total is None or self.end >= self.total)

    def __len__(self) -> int:
        """Lines held; a last line without its newline counts."""
        return len(self._breaks) - (1 if self._breaks[-1] == self.end else 0) if self.held else 0

    def number(self, line: int) -> str:
        """What a line is called: its number from 1 where the beginning was seen, else from the end, -1 the last; `~`
        where neither end of the log is held, so that no number would be true."""
        if self._ahead is not None:
            return str(self._ahead + line + 1)
        return str(line - len(self)) if self.total is not None and self.end >= self.total else "~"

    def lines_text(self, first: int, last: int) -> str:
        """Which lines these are, both included, and of how many: `lines 3,172-3,204 of 3,204`."""
        if self._ahead is None:
            return f"lines {self.number(first)} to {self.number(last)}, {len(self):,} held"
        count = f"{self._ahead + len(self):,}{'' if self.total is None or self.end >= self.total else '+'}"
        return f"lines {self._ahead + first + 1:,}-{self._ahead + last + 1:,} of {count}"

    # --- taking parts --------------------------------------------------------------------------------------------

    def add(self, part: LogPart) -> Grown:
        """Take a part that follows or precedes what is held; any other part replaces it.

        Raises:
            OSError: The disk is full; what was held stays.
        """
        if part.total is not None:
            self.total = part.total
        data = part.data[-self._spool.size :]
        start = part.end - len(data)
        if self.held and self.start <= start <= self.end <= part.end:
            return self._append(data[self.end - start :])
        if self.held and start < self.start <= part.end:
            return self._prepend(data[: self.start - start], start)
        if not part.data and self.held:
            return Grown()
        self._spool.write(data, start)
        self.start = self.end = start
        self._breaks = array("q", [start])
        self._ahead = None if start else 0
        self._grow(data)
        return Grown(replaced=True)

    def _grow(self, data: bytes) -> None:
        self._breaks.extend(_line_ends(data, self.end))
        self.end += len(data)

    def _append(self, data: bytes) -> Grown:
        over = self.held + len(data) - self._spool.size
        dropped = 0
        if over > 0:
            dropped = min(bisect_left(self._breaks, self.start + over), len(self._breaks) - 1)
            self.start = self._breaks[dropped]
            self._breaks = self._breaks[dropped:]
            self._ahead = None if self._ahead is None else self._ahead + dropped
        self._spool.write(data, self.end)
        self._grow(data)
        return Grown(-dropped)

    def _prepend(self, data: bytes, start: int) -> Grown:
        room = self._spool.size - self.held
        data, start = data[max(0, len(data) - room) :], start + max(0, len(data) - room)
        self._spool.write(data, start)
        breaks = array("q", [start])
        breaks.extend(_line_ends(data, start))
        lines = len(self)
        # The first line held began in the middle unless the part before it ends in a newline.
        breaks.extend(self._breaks[1:])
        self.start, self._breaks = start, breaks
        self._ahead = None if start else 0
        return Grown(len(self) - lines)

    # --- reading -------------------------------------------------------------------------------------------------

    def raw(self, number: int) -> bytes:
        """A line as sent, without its newline."""
        begin = self._breaks[number]
        end = self._breaks[number + 1] if number + 1 < len(self._breaks) else self.end
        return self._spool.read(begin, min(end, begin + _LONGEST)).rstrip(b"\n")

    def line(self, number: int) -> str:
        """A line decoded, its colours still in it."""
        return self.raw(number).decode("utf-8", "replace")

    def text(self, first: int, last: int) -> str:
        """Lines as cleaned plain text."""
        return "\n".join(uncoloured(self.line(n)) for n in range(first, min(last, len(self))))

    def cleaned(self) -> Iterator[str]:
        """All that is held as text without escapes, in blocks."""
        first = 0
        while first < len(self):
            last = self.block(first)
            end = self._breaks[last] if last < len(self._breaks) else self.end
            text = self._spool.read(self._breaks[first], end).decode("utf-8", "replace")
            yield _CONTROLS.sub("", _ESCAPES.sub("", text))
            first = last

    def block(self, first: int) -> int:
        """The line behind a block of lines that begins with `first` and is read at once."""
        return max(first + 1, min(len(self), bisect_right(self._breaks, self._breaks[first] + _BLOCK) - 1))

    def block_before(self, last: int) -> int:
        """The first line of a block that ends before line `last`."""
        return min(last - 1, bisect_left(self._breaks, self._breaks[last - 1] - _BLOCK))

    def find(self, pattern: re.Pattern[bytes], first: int, last: int) -> "array[int]":
        """Numbers of the lines in `[first, last)` that match."""
        numbers: array[int] = array("q")
        base = self._breaks[first]
        data = self._spool.read(base, self._breaks[last] if last < len(self._breaks) else self.end)
        at, number, search, breaks = 0, first, pattern.search, self._breaks
        while (found := search(data, at)) is not None and found.start() < len(data):
            # Where most lines match, the next one is at hand: only a gap is looked for.
            if (place := base + found.start()) >= breaks[min(number + 1, len(breaks) - 1)]:
                number = bisect_right(breaks, place, number, last) - 1
            numbers.append(number)
            if number + 1 >= last:
                break
            number += 1
            at = breaks[number] - base
        return numbers

    def matching(self, needle: str) -> "array[int]":
        """Numbers of all lines that hold the needle, in order; for what is small enough to be searched at once."""
        finder = Finder(pattern_of(needle), self)
        while finder.step(self):
            pass
        return finder.numbers

    def held_text(self) -> str:
        """Which part is here: `last 65.5 KB of 1.2 MB`, `all 1.2 MB`."""
        if self.whole:
            return f"all {size_text(self.held)}"
        place = "last" if self.total is not None and self.end >= self.total else "first" if self.start == 0 else "a"
        return f"{place} {size_text(self.held)} of {size_text(self.total)}"

    def close(self) -> None:
        """Give the file back."""
        self._spool.close()


def _line_ends(data: bytes, offset: int) -> Iterator[int]:
    at = data.find(b"\n")
    while at >= 0:
        yield offset + at + 1
        at = data.find(b"\n", at + 1)


class Finder:
    """The lines that match one pattern, found block by block from the end backwards, and kept while the text grows."""

    def __init__(
        self, pattern: re.Pattern[bytes] | None, text: LogText, within: int | None = None, tone: Tone | None = None
    ) -> None:
        self.pattern = pattern
        self.within = within
        """Lines looked at, at the end of the text; None for all."""
        self.tone = tone
        """Of the lines that match only those that sound so; None for all."""
        self.numbers: array[int] = array("q")
        """Found so far, in order."""
        self._first = self._last = len(text)

    def grown(self, change: Grown, text: LogText) -> None:
        """The text took a part: move along; the last line may have been half a line."""
        if change.replaced:
            self.numbers, self._first, self._last = array("q"), len(text), len(text)
            return
        self._first, self._last = max(0, self._first + change.before), max(0, self._last + change.before)
        if change.before:
            moved = (number + change.before for number in self.numbers)
            self.numbers = array("q", (number for number in moved if number >= 0))
        self._last = max(self._first, self._last - 1)
        del self.numbers[bisect_left(self.numbers, self._last) :]

    def step(self, text: LogText) -> bool:
        """Search one more block, what came last first; whether there is more to do."""
        if self.pattern is None:
            return False
        least = max(0, len(text) - self.within) if self.within is not None else 0
        if self._last < len(text):
            last = text.block(self._last)
            self.numbers.extend(self._found(text, self._last, last))
            self._last = last
        elif self._first > least:
            first = max(least, text.block_before(self._first))
            self.numbers = self._found(text, first, self._first) + self.numbers
            self._first = first
        return self._last < len(text) or self._first > least

    def _found(self, text: LogText, first: int, last: int) -> "array[int]":
        numbers = text.find(self.pattern, first, last) if self.pattern is not None else array("q")
        if self.tone is None:
            return numbers
        return array("q", (n for n in numbers if tone_of(uncoloured(text.line(n))) is self.tone))

    @property
    def searched(self) -> int:
        """Lines looked at so far."""
        return self._last - self._first


def pattern_of(needle: str) -> re.Pattern[bytes] | None:
    """What to search for. Capitals make it exact case; a pattern that cannot be read is text; None for nothing."""
    if not needle:
        return None
    flags = re.MULTILINE | (re.IGNORECASE if needle == needle.lower() else 0)
    raw = needle.encode("utf-8", "replace")
    try:
        return re.compile(raw, flags)
    except re.error:
        return re.compile(re.escape(raw), flags)
