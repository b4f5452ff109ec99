"""`y`: what can be copied of a task, each with its letter and how it begins."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.ui.present.copying import Copy
from tui.ui.present.text import cut
from tui.ui.widgets.dialog import Dialog

__all__ = ["CopyMenu"]

_SHOWN = 38


class CopyMenu(ModalScreen[str | None]):
    """Answers the text, or None."""

    DEFAULT_CSS = """
    CopyMenu {
        align: center middle;
        background: $background 60%;
        & OptionList { height: 1fr; border: none; padding: 0; background: $surface; }
        & OptionList:focus { border: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,y", "dismiss(None)", "cancel", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
    ]

    def __init__(self, choices: Sequence[Copy], about: str) -> None:
        super().__init__()
        self._choices = choices
        self._about = about

    def compose(self) -> ComposeResult:
        """A line for each."""
        keys = (("enter", "copy"), ("esc", "cancel"), ("a-z", "its letter"), ("j k", "move"))
        with Dialog(title=f"copy   {self._about}"[:60], keys=keys):
            yield OptionList(*map(self._option, self._choices), markup=False)

    @staticmethod
    def _option(choice: Copy) -> Option:
        begins = cut(" ".join(choice.text[:400].split()) or "none reported", _SHOWN).rstrip()
        line = Content.assemble((choice.key, "bold"), f"  {choice.label:<29}", (begins, "dim"))
        return Option(line, disabled=not choice.text)

    def on_key(self, event: Key) -> None:
        """A letter chooses at once."""
        found = next((choice for choice in self._choices if choice.key == event.key), None)
        if found is not None:
            event.stop()
            if found.text:
                self.dismiss(found.text)

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[message.option_index].text)

    def action_move(self, way: int) -> None:
        """Down or up."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if way > 0 else options.action_cursor_up)()
