"""A log as held here: one stretch of its bytes with the offset of every line; searched without decoding it."""

import re
from array import array
from bisect import bisect_right

from tui.domain.log import LogPart
from tui.ui.present.fact import size_text
from tui.ui.present.sgr import uncoloured

__all__ = ["HELD_BYTES", "LogText"]

HELD_BYTES = 128 * 1024 * 1024
"""What is kept of one log; the oldest part goes first when it grows beyond."""
_FOUND_MOST = 500
_TROUBLE_BYTES = 1_048_576
_TROUBLE = re.compile(
    rb"(?i)(?:\b|\x1b\[[0-9;]*m)(error|exception|fatal|killed|traceback|segmentation fault|out of memory|"
    rb"oom|abort(ed)?|panic|no such file|cannot|denied|failed|failure|warn(ing)?)\b"
)


class LogText:
    """Bytes from `start` to `end` of a log, by lines."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.start = 0
        """Offset of the first byte held."""
        self.total: int | None = None
        """Size of the whole log when last asked."""
        self._breaks = array("q", [0])

    @property
    def end(self) -> int:
        """Offset behind the last byte held."""
        return self.start + len(self.data)

    @property
    def whole(self) -> bool:
        """The log is held from its first to its last byte."""
        return self.start == 0 and (self.total is None or self.end >= self.total)

    def __len__(self) -> int:
        """Lines held; a last line without its newline counts."""
        return len(self._breaks) - (1 if self._breaks[-1] == self.end else 0) if self.data else 0

    def add(self, part: LogPart) -> None:
        """Take a part that follows or precedes what is held; any other part replaces it."""
        if part.total is not None:
            self.total = part.total
        if self.data and part.start <= self.end <= part.end and part.start >= self.start:
            self._append(part.data[self.end - part.start :])
        elif self.data and part.start < self.start <= part.end:
            self._prepend(part.data[: self.start - part.start], part.start)
        elif part.data or not self.data:
            self.data, self.start = bytearray(part.data), part.start
            self._breaks = array("q", [part.start])
            self._index(part.data, part.start)
        self._shrink()

    def _index(self, data: bytes | bytearray, offset: int) -> None:
        self._breaks.extend(found.end() + offset for found in re.finditer(rb"\n", data))

    def _append(self, data: bytes) -> None:
        offset = self.end
        self.data += data
        self._index(data, offset)

    def _prepend(self, data: bytes, start: int) -> None:
        breaks = array("q", [start])
        breaks.extend(found.end() + start for found in re.finditer(rb"\n", data))
        # The first line held began in the middle unless the part before it ends in a newline.
        breaks.extend(self._breaks[1:])
        self.data[:0] = data
        self.start, self._breaks = start, breaks

    def _shrink(self) -> None:
        over = len(self.data) - HELD_BYTES
        if over > 0:
            first = min(bisect_right(self._breaks, self.start + over), len(self._breaks) - 1)
            keep = self._breaks[first]
            del self.data[: keep - self.start]
            self.start, self._breaks = keep, self._breaks[first:]

    def raw(self, number: int) -> bytes:
        """A line as sent, without its newline; numbers count from 0 within what is held."""
        begin = self._breaks[number] - self.start
        end = self._breaks[number + 1] - self.start if number + 1 < len(self._breaks) else len(self.data)
        return bytes(self.data[begin : min(end, begin + 65_536)]).rstrip(b"\n")

    def line(self, number: int) -> str:
        """A line decoded, its colours still in it."""
        return self.raw(number).decode("utf-8", "replace")

    def number_at(self, position: int) -> int:
        """The line that the byte at `position` of the held data is in."""
        return bisect_right(self._breaks, self.start + position) - 1

    def size(self, number: int) -> int:
        """Bytes of a line with its newline."""
        end = self._breaks[number + 1] if number + 1 < len(self._breaks) else self.end
        return end - self._breaks[number]

    def matching(self, needle: str) -> "array[int]":
        """Numbers of the lines that hold the needle, in order. Capitals make it exact case; a bad pattern is text."""
        return self._lines(_pattern(needle)) if needle else array("q")

    def trouble(self) -> "array[int]":
        """Numbers of the last lines that sound like a failure or a warning."""
        lines = self._lines(_TROUBLE, max(0, len(self.data) - _TROUBLE_BYTES))
        return lines[-_FOUND_MOST:]

    def _lines(self, pattern: re.Pattern[bytes], since: int = 0) -> "array[int]":
        numbers: array[int] = array("q")
        last = -1
        for found in pattern.finditer(self.data, since):
            number = self.number_at(found.start())
            if number != last:
                numbers.append(number)
                last = number
        return numbers

    def text(self, first: int, last: int) -> str:
        """Lines as cleaned plain text."""
        return "\n".join(uncoloured(self.line(n)) for n in range(first, min(last, len(self))))

    def held_text(self) -> str:
        """Which part is here: `last 65.5 KB of 1.2 MB`, `all 1.2 MB`."""
        if self.whole:
            return f"all {size_text(len(self.data))}"
        whole = size_text(self.total)
        place = "last" if self.total is not None and self.end >= self.total else "first" if self.start == 0 else "a"
        return f"{place} {size_text(len(self.data))} of {whole}"


def _pattern(needle: str) -> re.Pattern[bytes]:
    flags = re.IGNORECASE if needle == needle.lower() else 0
    raw = needle.encode("utf-8", "replace")
    try:
        return re.compile(raw, flags)
    except re.error:
        return re.compile(re.escape(raw), flags)
