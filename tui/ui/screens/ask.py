"""One line asked of the user."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.ui.widgets.dialog import Dialog

__all__ = ["AskScreen"]


class AskScreen(ModalScreen[str | None]):
    """Answers the line, or None."""

    DEFAULT_CSS = """
    AskScreen {
        align: center middle;
        background: $background 60%;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel", show=False)]

    def __init__(self, title: str, text: str, *, secret: bool = False) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._secret = secret
        """What is typed is not shown."""

    def compose(self) -> ComposeResult:
        """The line in a box."""
        with Dialog(title=self._title, keys=(("enter", "takes it"), ("esc", "cancel"))):
            # What is selected by the focus, the next letter would replace.
            yield Input(self._text, compact=True, select_on_focus=False, password=self._secret)

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self.query_one(Input))

    def on_key(self, event: Key) -> None:
        """Keys typed before the line had the focus belong into it."""
        line = self.query_one(Input)
        if line.has_focus:
            return
        event.stop()
        if event.key == "enter":
            line.post_message(Input.Submitted(line, line.value))
        elif event.character is not None and event.is_printable:
            line.insert_text_at_cursor(event.character)

    @on(Input.Submitted)
    def _answered(self, message: Input.Submitted) -> None:
        self.dismiss(message.value.strip() or None)
