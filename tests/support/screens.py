"""An app that shows one screen over a deck in memory, with time standing still."""

from collections.abc import Callable
from typing import Any, cast

from textual.app import App
from textual.screen import Screen

from tests.support.clocks import HeldClock
from tests.support.memory_deck import NOW, MemoryDeck
from tui.store.deck import Deck
from tui.store.snapshot import EMPTY, Snapshot
from tui.ui.messages import Acted, Copied, Opened
from tui.ui.themes import themes


class Themed(App[None]):
    """An app in our dark theme, whose roles our widgets name."""

    def __init__(self) -> None:
        super().__init__()
        for theme in themes().values():
            self.register_theme(theme)
        self.theme = "dark"


class Desk(Themed):
    """One screen; what it asks to open is written down."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, make: Callable[[Deck, HeldClock], Screen[Any]], deck: MemoryDeck) -> None:
        super().__init__()
        self.held = HeldClock(NOW, moves=False)
        self.opened: list[Opened] = []
        self.copied: list[str] = []
        self.acted: list[Acted] = []
        self.result: object = "nothing yet"
        self._make = make
        self.memory = deck
        self.animation_level = "none"

    def on_mount(self) -> None:
        self.push_screen(self._make(cast(Deck, self.memory), self.held), self._ended)

    def _ended(self, result: object) -> None:
        self.result = result

    def on_opened(self, message: Opened) -> None:
        self.opened.append(message)

    def on_copied(self, message: Copied) -> None:
        self.copied.append(message.text)

    def on_acted(self, message: Acted) -> None:
        self.acted.append(message)

    def give(self, snapshot: Snapshot = EMPTY) -> None:
        cast(Any, self.screen).snapshot = snapshot


def words(app: App[Any]) -> str:
    """Everything on screen as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)
