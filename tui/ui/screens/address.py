"""`o`: a look at the whole address before it is opened or copied (R16)."""

from typing import ClassVar
from urllib.parse import urlsplit

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

__all__ = ["AddressScreen"]


class AddressScreen(ModalScreen[str | None]):
    """Answers `open`, `copy` or None."""

    DEFAULT_CSS = """
    AddressScreen {
        align: center middle;
        background: $background 60%;
        & > #address { width: 76; max-width: 98%; height: auto; border: solid $primary; padding: 0 1;
            background: $surface; }
        & Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "cancel", show=False),
        Binding("c,y", "dismiss('copy')", "copy", show=False),
        Binding("o,enter", "open", "open", show=False),
    ]

    def __init__(self, address: str, *, opens: bool) -> None:
        super().__init__()
        self._address = address
        self._opens = opens
        """There is a browser on this machine."""

    def compose(self) -> ComposeResult:
        """The host by itself, the whole address, the keys."""
        keys = "enter opens it   c copies it   esc" if self._opens else "no browser here: enter or c copies it   esc"
        host = urlsplit(self._address).hostname or "?"
        with Vertical(id="address") as box:
            box.border_title = Content(" web address ")
            yield Static(Content.assemble("host ", (host, "bold")), markup=False)
            yield Static(Content(self._address), markup=False)
            yield Static(Content.styled(f"\n{keys}", "dim"), markup=False)

    def action_open(self) -> None:
        """In the browser, else into the clipboard."""
        self.dismiss("open" if self._opens else "copy")
