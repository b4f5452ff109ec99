"""The terminal's name while the program has it."""

from collections.abc import Callable

from tui.ui.terminal import escapes

__all__ = ["TerminalTitle"]


class TerminalTitle:
    """Saves the name that the terminal had, says ours, and gives the old one back."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._saved = False
        self._said = ""

    def say(self, text: str) -> None:
        """Name the terminal; nothing is sent when it has that name."""
        if text == self._said:
            return
        if not self._saved:
            self._saved = True
            self._send(escapes.SAVE_TITLE)
        self._said = text
        self._send(escapes.title(text))

    def restore(self) -> None:
        """Give the old name back, where another was said."""
        if self._saved:
            self._saved, self._said = False, ""
            self._send(escapes.RESTORE_TITLE)

    @property
    def restoring(self) -> str:
        """What would give the old name back; empty where nothing has to."""
        return escapes.RESTORE_TITLE if self._saved else ""
