"""The line above the keys: where one is, or the newest message; at the right what waits to be looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.message import Message

from tui.ui.present.text import Piece, cells, row
from tui.ui.widgets.words import StyledLines

__all__ = ["MessageLine"]

_SECONDS = 8.0
"""How long a message stays."""


class MessageLine(StyledLines):
    """A message takes the place of the crumb for 8 seconds, and of what stands at the right where it needs the room."""

    @dataclass
    class Said(Message):
        """A message was shown; the app keeps it."""

        text: str
        role: str

    def __init__(self, monotonic: Callable[[], float], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._monotonic = monotonic
        self._crumb: Sequence[Piece] = ()
        self._right: Sequence[Piece] = ()
        self._message: tuple[Piece, float] | None = None
        """With the moment it goes."""

    def stand(self, crumb: Sequence[Piece], right: Sequence[Piece]) -> None:
        """Where one is, or what stands in its place until it is over; and what is said at the right."""
        self._crumb, self._right = crumb, right
        self._draw()

    def say(self, text: str, role: str = "") -> None:
        """The newest message."""
        self._message = (text, role), self._monotonic() + _SECONDS
        self._draw()
        self.set_timer(_SECONDS + 0.1, self._draw)
        self.post_message(self.Said(text, role))

    def forget(self) -> None:
        """The message is over."""
        self._message = None
        self._draw()

    def _draw(self) -> None:
        if self._message is not None and self._message[1] <= self._monotonic():
            self._message = None
        if self._message is None:
            self.show(row(self._crumb, self._right))
            return
        said = self._message[0]
        room = cells([said, *self._right]) < self.size.width
        self.show(row([said], self._right if room else ()))
