"""Qarnot's output streams: whole ring buffers, read by GET alone and laid end to end.

A POST would move a cursor that all clients of the account share, and so steal lines from the user's own scripts
(section 5). A GET answers everything the buffer still holds; what is new follows from comparing it with what we hold.
"""

from collections import OrderedDict
from dataclasses import dataclass

from tui.domain.log import LogPart

__all__ = ["Ring", "Rings"]

_PROBE = 64
"""Bytes of a new buffer's start that are looked for in the old one."""
_KEPT = 8
"""Streams whose last buffer is held; each is a megabyte or so at most."""


@dataclass(slots=True)
class Ring:
    """One stream as last seen: the buffer and the offset of its first byte in all that was ever written."""

    data: bytes = b""
    start: int = 0

    def see(self, new: bytes) -> None:
        """Take the buffer as it is now."""
        self.start += self._rotated(new)
        self.data = new

    def _rotated(self, new: bytes) -> int:
        """How many bytes have left the buffer: the least shift at which the old text runs on in the new one."""
        old = self.data
        if new.startswith(old):
            return 0
        at = old.find(new[:_PROBE]) if new else -1
        while at >= 0:
            if new.startswith(old[at:]):
                return at
            at = old.find(new[:_PROBE], at + 1)
        for at in range(max(0, len(old) - _PROBE), len(old)):  # an overlap shorter than the probe
            if new.startswith(old[at:]):
                return at
        return len(old) + 1  # nothing of the old is left: bytes are missing between the two

    def part(self, start: int, limit: int) -> LogPart:
        """The bytes from `start`; a negative start counts from the end, one that has left the buffer moves up."""
        end = self.start + len(self.data)
        first = end + start if start < 0 else start
        first = min(max(first, self.start), end)
        begin = first - self.start
        return LogPart(self.data[begin : begin + limit], first, end)


class Rings:
    """The streams somebody reads, the least recent forgotten."""

    def __init__(self) -> None:
        self._rings: OrderedDict[str, Ring] = OrderedDict()

    def __getitem__(self, key: str) -> Ring:
        ring = self._rings.pop(key, None) or Ring()
        self._rings[key] = ring
        while len(self._rings) > _KEPT:
            self._rings.popitem(last=False)
        return ring
