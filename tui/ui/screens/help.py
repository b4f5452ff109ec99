"""`?`: the keys and commands of a screen, made from the live key map."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from tui.help import read
from tui.ui.keymap import Action
from tui.ui.present.help import PAGES, TOPICS, help_lines, key_lines, live_lines
from tui.ui.widgets.dialog import Dialog

__all__ = ["HelpScreen"]


class HelpScreen(ModalScreen[None]):
    """A page over the list."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        background: $background 60%;
        & Dialog { width: 78; }
        & #page { height: 1fr; scrollbar-size-vertical: 1; }
        & Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("ctrl+d,pagedown,space", "scroll(10)", show=False),
        Binding("ctrl+u,pageup", "scroll(-10)", show=False),
    ]

    def __init__(
        self, topic: str = "", keys: Sequence[tuple[str, str]] = (), *, actions: Sequence[Action] = ()
    ) -> None:
        super().__init__()
        self._topic = topic
        self._keys = keys
        """The few keys of a small screen, instead of a topic."""
        self._actions = actions
        """What works on another screen now, instead of a topic."""

    def compose(self) -> ComposeResult:
        """One text."""
        keys = (("q", "close"), ("j k", "scroll"), ("space", "a page"))
        with Dialog(title=f"help: {self._topic or 'task list'}", keys=keys), VerticalScroll(id="page", can_focus=False):
            if self._topic in TOPICS and self._topic not in PAGES:
                yield Markdown(read(self._topic), open_links=False)
                return
            if self._actions:
                lines = key_lines(self._actions)
            else:
                lines = live_lines(self._keys) if self._keys else help_lines(self._topic)
            yield Static(Content("\n").join(lines), markup=False)

    def action_scroll(self, rows: int) -> None:
        """Down or up."""
        self.query_one("#page").scroll_relative(y=rows, animate=False)
