"""What stands on a terminal too small for anything else."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Static

__all__ = ["SMALLEST", "SmallScreen"]

SMALLEST = (60, 15)
"""Columns and rows that are needed."""


class SmallScreen(ModalScreen[None]):
    """Over everything, until there is room again; no key reaches what cannot be seen."""

    DEFAULT_CSS = """
    SmallScreen { background: $background; & Static { height: 1; color: $text-warning; text-style: bold; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "app.leave", "leave", show=False)]

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Static(markup=False)

    def on_resize(self, event: Resize) -> None:
        """Say the size."""
        width, height = event.size
        said = f"{SMALLEST[0]}x{SMALLEST[1]} needed, now {width}x{height}"
        self.query_one(Static).update(said)
