"""What the program told the user in this session, so that a message that was cut or has gone can be read again."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Told", "ToldLog"]

_MOST = 500
"""Messages that are kept."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message."""

    at: datetime
    text: str
    role: str = ""
    """`bad`, `warn`, `good`, `dim` or empty."""


class ToldLog:
    """The newest messages; one that is repeated at once is kept with its last time."""

    def __init__(self) -> None:
        self._kept: deque[Told] = deque(maxlen=_MOST)

    def add(self, at: datetime, text: str, role: str = "") -> None:
        """Keep a message."""
        if self._kept and self._kept[-1].text == text:
            self._kept.pop()
        self._kept.append(Told(at, text, role))

    def __iter__(self) -> Iterator[Told]:
        """The newest first."""
        return reversed(self._kept)
