"""A list to choose from, found by typing."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.ui.widgets.dialog import Dialog, Keys

__all__ = ["PickScreen", "Row", "SortScreen"]

Row = tuple[str, str, str]
"""What is answered, what is said, and what it means."""
Answer = TypeVar("Answer")


class _Find(Input):
    """The line that is typed into; some keys mean something else here."""

    reserved: frozenset[str] = frozenset()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave the reserved keys to the screen."""
        return key not in self.reserved and super().check_consume_key(key, character)


class PickScreen(ModalScreen[Answer | None], Generic[Answer]):
    """Rows found by typing; what is answered is for the kinds of it. None when the user gave up."""

    DEFAULT_CSS = """
    PickScreen {
        align: center middle;
        background: $background 60%;
        & Input { background: $boost; }
        & OptionList { height: 1fr; border: none; padding: 0; background: $surface; }
        & OptionList:focus { border: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", show=False),
        Binding("down,ctrl+n", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    RESERVED: ClassVar[frozenset[str]] = frozenset()
    """Printable keys that are not text to find."""

    def __init__(self, title: str, rows: Sequence[Row], *, keys: Keys = (), other: str | None = None) -> None:
        super().__init__()
        self._title = title
        self.rows = list(rows)
        self._keys = (*keys[:1], ("esc", "cancel"), *keys[1:], ("up down", "move"))
        self._other = other
        """A key that chooses in another way."""

    def compose(self) -> ComposeResult:
        """What is typed, and what fits it."""
        with Dialog(title=self._title, keys=self._keys):
            find = _Find(placeholder="type to find", compact=True)
            find.reserved = self.RESERVED
            yield find
            options = OptionList(markup=False)
            options.can_focus = False
            yield options

    def on_mount(self) -> None:
        """Everything fits at first."""
        self.set_focus(self.query_one(Input))
        self.fill()

    @property
    def options(self) -> OptionList:
        """The rows."""
        return self.query_one(OptionList)

    @property
    def highlighted(self) -> str | None:
        """The first part of the row under the cursor."""
        at = self.options.highlighted
        return None if at is None else self.options.get_option_at_index(at).id

    def fitting(self) -> list[Row]:
        """The rows that hold every typed word."""
        words = self.query_one(Input).value.lower().split()
        return [r for r in self.rows if all(word in f"{r[1]} {r[2]}".lower() for word in words)]

    def fill(self, keep: str | None = None) -> None:
        """Show what fits; the cursor goes to `keep`, else to the first."""
        rows = self.fitting()
        self.options.set_options([Option(self.line(r), id=r[0]) for r in rows])
        places = [r[0] for r in rows]
        self.options.highlighted = (places.index(keep) if keep in places else 0) if rows else None

    def line(self, row: Row) -> Content:
        """How a row looks."""
        return Content.assemble(f"{row[1]:<16}", (row[2], "dim"))

    @on(Input.Changed)
    def _typed(self) -> None:
        self.fill(self.highlighted)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.choose(other=False)

    @abstractmethod
    def choose(self, *, other: bool) -> None:
        """Answer, from the row under the cursor; `other` when the other key was pressed."""

    def on_key(self, event: Key) -> None:
        """The other key."""
        if self._other is not None and event.key == self._other:
            event.stop()
            self.choose(other=True)

    def action_move(self, way: int) -> None:
        """Down or up."""
        if way > 0:
            self.options.action_cursor_down()
        else:
            self.options.action_cursor_up()


class SortScreen(PickScreen[tuple[str, bool]]):
    """Answers a row's first part, and whether the other key chose it."""

    def choose(self, *, other: bool) -> None:
        """The row under the cursor."""
        if self.highlighted is not None:
            self.dismiss((self.highlighted, other))
