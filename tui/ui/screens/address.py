"""`o`: a look at the whole address before it is opened or copied (R16)."""

from typing import ClassVar
from urllib.parse import urlsplit

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.ui.widgets.dialog import Dialog

__all__ = ["AddressScreen"]


class AddressScreen(ModalScreen[str | None]):
    """Answers `open`, `copy` or None."""

    DEFAULT_CSS = """
    AddressScreen {
        align: center middle;
        background: $background 60%;
        & VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
        & Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "cancel", show=False),
        Binding("c,y", "dismiss('copy')", "copy", show=False),
        Binding("o,enter", "open", "open", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
    ]

    def __init__(self, address: str, *, opens: bool) -> None:
        super().__init__()
        self._address = address
        self._opens = opens
        """There is a browser on this machine."""

    def compose(self) -> ComposeResult:
        """The host alone, the whole address, the keys."""
        keys = [("enter", "open"), ("c", "copy")] if self._opens else [("enter c", "copy")]
        title = "Open this web address?" if self._opens else "Copy this web address?   (no browser here)"
        host = urlsplit(self._address).hostname or "?"
        with Dialog(title=title, keys=(*keys, ("esc", "cancel"), ("j k", "scroll"))):
            yield Static(Content.assemble("host ", (host, "bold")), markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(Content(self._address), markup=False)

    def action_scroll(self, rows: int) -> None:
        """Through an address that is longer than the screen."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_open(self) -> None:
        """In the browser, else into the clipboard."""
        self.dismiss("open" if self._opens else "copy")
