"""The line of keys at the bottom of a small screen, which answers a key that does nothing there."""

from collections.abc import Sequence

from textual.events import Key

from tui.ui.bindings import unbound_text
from tui.ui.present.text import Row, row
from tui.ui.widgets.words import StyledLines

__all__ = ["KeyLine"]


class KeyLine(StyledLines):
    """Keys with what they do. The screen hands it every key that nothing took: `answer`."""

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        self._keys: Row = row([piece for key, does in keys for piece in ((key, "key"), (f" {does}  ", "dim"))])
        super().__init__([self._keys], id="keys")

    def answer(self, event: Key) -> None:
        """Name a key that does nothing in place of the keys, until the next one."""
        said = unbound_text(self.screen, event)
        self.show(row([(said, "warn")]) if said else self._keys)
