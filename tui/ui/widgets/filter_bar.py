"""The filter line: always visible, typed into after `/`, its wrong part underlined."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input
from textual.widgets.input import Selection

from tui.ui.present.text import Piece, row
from tui.ui.widgets.words import StyledLines

__all__ = ["FilterBar"]

Complete = Callable[[str, int], Sequence[tuple[int, str, str]]]
"""Text and cursor to ways to go on: where to put it, what, and what it means."""


class _Marks(Highlighter):
    """Underlines the part that cannot be read."""

    def __init__(self) -> None:
        self.wrong: tuple[int, int] | None = None

    def highlight(self, text: Text) -> None:
        """Style the wrong part."""
        if self.wrong is not None:
            start, end = self.wrong
            text.stylize("underline bold red", start, max(end, start + 1))


class _Field(Input):
    """The text; keys that other lists use are its own while it is typed into."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("up", "recall(-1)", show=False),
        Binding("down", "recall(1)", show=False),
        Binding("escape", "leave", show=False),
    ]

    class Left(Message):
        """Escape."""

    def __init__(self, marks: _Marks, complete: Complete) -> None:
        super().__init__(highlighter=marks, select_on_focus=False, id="filter-text", compact=True)
        self.can_focus = False
        self.history: list[str] = []
        self._complete = complete
        self._place = 0
        self._round: tuple[str, int] | None = None
        """While tab is pressed again and again: the text it began with, and how often."""

    def opened(self) -> None:
        """Typing begins."""
        self._place, self._round = len(self.history), None

    def action_leave(self) -> None:
        """Stop typing."""
        self.post_message(self.Left())

    def action_recall(self, way: int) -> None:
        """An older or newer filter."""
        self._place = max(0, min(len(self.history), self._place + way))
        self.value = self.history[self._place] if self._place < len(self.history) else ""
        self.cursor_position = len(self.value)

    def action_complete(self) -> None:
        """The first way to go on; pressed again, the next."""
        text, turn = self._round if self._round is not None else (self.value[: self.cursor_position], 0)
        ways = self._complete(text, len(text))
        if ways:
            start, word, _ = ways[turn % len(ways)]
            self.value = text[:start] + word
            self.cursor_position = len(self.value)
            self._round = text, turn + 1

    def on_key(self, event: events.Key) -> None:
        """Any other key ends a round of completions."""
        if event.key != "tab":
            self._round = None
        if event.key == "space" and self.value and self.selected_text == self.value:
            self.cursor_position = len(self.value)  # who begins with a space goes on


class FilterBar(Horizontal):
    """The slash and what was typed behind it."""

    DEFAULT_CSS = """
    FilterBar {
        height: 1;
        & > #filter-lead { width: 2; }
        & > #filter-text { width: 1fr; background: transparent; padding: 0; }
        & > #filter-shown { width: 1fr; display: none; }
        &.-marked > #filter-text { display: none; }
        &.-marked > #filter-shown { display: block; }
    }
    """

    @dataclass
    class Typed(Message):
        """The text changed while it was typed into."""

        text: str

    @dataclass
    class Accepted(Message):
        """Enter."""

        text: str

    @dataclass
    class Ended(Message):
        """Typing ended."""

        taken: bool
        """By enter; else by escape, and what was typed is not meant."""

    def __init__(self, complete: Complete, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = _Marks()
        self._field = _Field(self._marks, complete)

    def compose(self) -> ComposeResult:
        """Slash and text."""
        yield StyledLines([row([(" /", "dim")])], id="filter-lead")
        yield self._field
        yield StyledLines(id="filter-shown")

    @property
    def editing(self) -> bool:
        """It is typed into."""
        return self.screen.focused is self._field

    @property
    def text(self) -> str:
        """What stands there."""
        return self._field.value

    @property
    def history(self) -> list[str]:
        """Filters used before, oldest first."""
        return self._field.history

    def put(self, text: str) -> None:
        """Show another filter."""
        with self.prevent(Input.Changed):
            self._field.value = text
        self._field.cursor_position = len(text)

    def mark(self, starts: Collection[int]) -> None:
        """Put `^` before what the platforms themselves were asked for; while it is typed into, nothing is asked."""
        marked = bool(starts) and not self.editing
        if marked:
            text, pieces, at = self.text, list[Piece](), 0
            for start in sorted(starts):
                pieces += [(text[at:start], ""), ("^", "key")]
                at = start
            self.query_one("#filter-shown", StyledLines).show(row([*pieces, (text[at:], "")]))
        self.set_class(marked, "-marked")

    def open(self) -> None:
        """Begin to type."""
        self.remove_class("-marked")
        self._field.can_focus = True
        self._field.opened()
        # At once, and not by `focus()`, which waits a turn: keys typed ahead belong to the filter.
        self.screen.set_focus(self._field)
        self._field.selection = Selection(0, len(self.text))  # a letter begins anew; a space, an arrow or end goes on

    def close(self, *, taken: bool) -> None:
        """Stop typing."""
        self._field.can_focus = False
        self.post_message(self.Ended(taken))

    def wrong(self, start: int, end: int) -> None:
        """Underline a part."""
        self._marks.wrong = (start, end)
        self._field.refresh()

    def fine(self) -> None:
        """Nothing is wrong."""
        self._marks.wrong = None
        self._field.refresh()

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        if self.editing:
            self.post_message(self.Typed(message.value))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        text = message.value.strip()
        if text and (not self.history or self.history[-1] != text):
            self.history.append(text)
        self.post_message(self.Accepted(text))
        self.close(taken=True)

    @on(_Field.Left)
    def _left(self, message: _Field.Left) -> None:
        message.stop()
        self.close(taken=False)
