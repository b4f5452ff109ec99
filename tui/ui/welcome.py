"""What stands on the terminal while no account is set up: how to get one, and a way into the demo."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from tui.platforms.door import PLATFORMS
from tui.settings.model import Display
from tui.ui.present.text import Row, row
from tui.ui.terminal.app import TerminalApp
from tui.ui.widgets.words import StyledLines

__all__ = ["EXAMPLE", "Chosen", "WelcomeApp"]

EXAMPLE = next(iter(PLATFORMS.values())).example
"""What a configuration begins with."""
_KEYS = (("d", "demo: every platform, no network"), ("r", "look again"), ("y", "copy the example"), ("q", "leave"))


class Chosen(StrEnum):
    """What the user wants instead of an account."""

    DEMO = "demo"
    AGAIN = "again"


class WelcomeApp(TerminalApp, inherit_bindings=False):
    """Ends once something is chosen."""

    CSS = "StyledLines { height: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "choose('demo')", "the demo"),
        Binding("r", "choose('again')", "look again"),
        Binding("y", "copy_example", "copy the example"),
        Binding("q,escape,ctrl+q", "quit", "leave"),
    ]
    one_interrupt_leaves = True

    def __init__(self, config: Path, display: Display, environment: Mapping[str, str], *, again: bool = False) -> None:
        super().__init__(display, "auto", environment)
        self.chosen: Chosen | None = None
        """None where the user left."""
        self._config = config
        self._again = again
        """It was looked again, and there was still none."""

    def compose(self) -> ComposeResult:
        """One page; it scrolls where it does not fit."""
        with VerticalScroll():
            lines = self._lines()
            words = StyledLines(lines)
            words.styles.height = len(lines)
            yield words

    def _lines(self) -> Sequence[Row]:
        state = "still no account" if self._again else "no account is set up"
        return (
            row([("taskdeck", "strong"), (f"   {state}", "warn")]),
            row([]),
            row([("What the platforms' own tools use is found by itself:", "")]),
            *(row([(f"  {p.title:<15}", "strong"), (p.found_in, "dim")]) for p in PLATFORMS.values() if p.found_in),
            row([]),
            row([("Or name an account in ", ""), (str(self._config), "strong"), (":", "")]),
            *(row([(f"  {line}", "good")]) for line in EXAMPLE.splitlines()),
            row([]),
            *(row([(f"  {key}  ", "key"), (what, "")]) for key, what in _KEYS),
        )

    def action_choose(self, what: str) -> None:
        """End with it."""
        self.chosen = Chosen(what)
        self.hand_over()

    def action_copy_example(self) -> None:
        """Into the clipboard."""
        self.copy_to_clipboard(EXAMPLE)
