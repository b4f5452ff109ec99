"""A short list to choose one thing from."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList

from tui.ui.widgets.dialog import Dialog

__all__ = ["ChooseScreen"]


class ChooseScreen(ModalScreen[int | None]):
    """Answers the place of the choice, from 0, or None."""

    DEFAULT_CSS = """
    ChooseScreen {
        align: center middle;
        background: $background 60%;
        & Dialog { width: 60; }
        & OptionList { height: 1fr; border: none; padding: 0; background: $surface; }
        & OptionList:focus { border: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "cancel", show=False),
        Binding("j", "step(1)", "down", show=False),
        Binding("k", "step(-1)", "up", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[str], chosen: int = 0, letters: str = "") -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._chosen = chosen
        self._letters = letters
        """A key for each choice; none where there are more of them than keys."""

    def compose(self) -> ComposeResult:
        """The list in a box."""
        with Dialog(title=self._title, keys=(("enter", "choose"), ("esc", "cancel"), ("j k", "move"))):
            keys = [f"{letter}  " for letter in self._letters] or [""] * len(self._choices)
            named = (f"{key}{choice}" for key, choice in zip(keys, self._choices, strict=True))
            yield OptionList(*(Content(choice) for choice in named), markup=False)

    def on_mount(self) -> None:
        """Stand on what is chosen now."""
        self.query_one(OptionList).highlighted = self._chosen

    def action_step(self, way: int) -> None:
        """Down or up."""
        options = self.query_one(OptionList)
        if way > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def on_key(self, event: Key) -> None:
        """A choice by its letter."""
        if event.character and event.character in self._letters:
            event.stop()
            self.dismiss(self._letters.index(event.character))

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(message.option_index)
