"""`,`: every setting, what holds now and why; changed in place, with the change to be seen before it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.domain.errors import UsageError
from tui.ui.present.settings import Row, parsed
from tui.ui.present.text import cut
from tui.ui.screens.ask import AskScreen
from tui.ui.widgets.dialog import Dialog, Keys

__all__ = ["SettingsActions", "SettingsScreen"]

_KEYS: Keys = (
    ("enter", "edit"), ("q", "back"), ("space", "toggle"), ("/", "find"), ("r", "default"), ("e", "edit file"),
)  # fmt: skip
_EDITING: Keys = (("enter", "keep"), ("esc", "undo"), ("space", "next"))


@dataclass(frozen=True, slots=True)
class SettingsActions:
    """What the screen needs of the application."""

    rows: Callable[[], list[Row]]
    try_out: Callable[[str, str | int | bool], None]
    """Let a value hold for now."""
    keep: Callable[[str, str | int | bool], None]
    """Let it hold and write it."""
    reset: Callable[[str], None]
    """Back to the default, in the file too."""
    edit_file: Callable[[], None]


class SettingsScreen(ModalScreen[None]):
    """A line a setting; the list stays in sight behind it."""

    DEFAULT_CSS = """
    SettingsScreen {
        align: center middle;
        & Dialog { width: 80; }
        & #heads { height: 1; color: $text-muted; text-style: bold; }
        & OptionList { height: 1fr; border: none; padding: 0; background: $surface;
            scrollbar-size-vertical: 1; }
        & OptionList:focus { border: none; }
        & Input { display: none; background: $boost; }
        & Input.-open { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,comma", "leave", "back", show=False),
        Binding("escape", "undo", "undo", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        Binding("space", "turn(1)", "toggle", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("slash", "find", "find", show=False),
        Binding("r", "reset", "reset", show=False),
        Binding("e", "edit_file", "edit file", show=False),
    ]

    def __init__(self, bench: SettingsActions) -> None:
        super().__init__()
        self._bench = bench
        self._rows: list[Row] = []
        self._editing: tuple[str, str] | None = None
        """The key that is tried out, and the value before."""

    def compose(self) -> ComposeResult:
        """Heads, rows, what is typed to find, keys."""
        with Dialog(title="settings", keys=_KEYS):
            yield Static(self._line("GROUP", "NAME", "VALUE", "FROM"), id="heads", markup=False)
            yield OptionList(markup=False)
            yield Input(placeholder="type to find", compact=True)

    def on_mount(self) -> None:
        """The first row."""
        self.fill()
        self.set_focus(self.options)

    @property
    def options(self) -> OptionList:
        """The rows."""
        return self.query_one(OptionList)

    @property
    def here(self) -> Row | None:
        """The row under the cursor."""
        at = self.options.highlighted
        return None if at is None or at >= len(self._rows) else self._rows[at]

    @staticmethod
    def _line(group: str, name: str, value: str, origin: str) -> str:
        return f"{cut(group, 10)} {cut(name, 15)} {cut(value, 30)} {cut(origin, 17)}".rstrip()

    def fill(self) -> None:
        """Draw all rows anew; the cursor stays on its setting."""
        at, words = self.options.highlighted or 0, self.query_one(Input).value.lower().split()
        rows = [r for r in self._bench.rows() if all(w in f"{r.group} {r.name} {r.value}".lower() for w in words)]
        self._rows = rows
        options, group = [], ""
        for row in rows:
            value = f"{row.value} ({row.holds})" if row.holds else row.value
            if self._editing is not None and self._editing[0] == row.key:
                value = f"< {value} >"
            line = self._line("" if row.group == group else row.group, row.name, value, row.origin)
            options.append(Option(Content.styled(line, "dim") if row.fixed else Content(line)))
            group = row.group
        self.options.set_options(options)
        self.options.highlighted = min(at, len(rows) - 1) if rows else None
        dialog = self.query_one(Dialog)
        dialog.ask("the change is shown at once" if self._editing else "settings")
        dialog.use_keys(_EDITING if self._editing else _KEYS)

    # --- changing ------------------------------------------------------------------------------------------------

    def _begin(self, row: Row) -> None:
        if self._editing is None:
            self._editing = row.key, row.value

    @on(OptionList.OptionSelected)
    def _entered(self) -> None:
        row = self.here
        if row is None or row.fixed:
            self.notify("accounts are changed in the file: e", markup=False)
        elif self._editing is not None:
            self._editing = None
            self._bench.keep(row.key, parsed(row.key, row.value))
            self.fill()
        elif row.choices:
            self._begin(row)
            self.fill()
        else:
            ask = AskScreen(row.key, row.value)
            self.app.push_screen(ask, lambda text: self._typed(row.key, text) if text else None)

    def _typed(self, key: str, text: str) -> None:
        try:
            self._bench.keep(key, parsed(key, text))
        except UsageError as error:
            self.notify(str(error), severity="warning", markup=False)
        self.fill()

    def action_turn(self, way: int) -> None:
        """The next value, tried out."""
        row = self.here
        if row is None or not row.choices:
            return
        self._begin(row)
        at = row.choices.index(row.value) if row.value in row.choices else 0
        self._bench.try_out(row.key, parsed(row.key, row.choices[(at + way) % len(row.choices)]))
        self.fill()

    def action_undo(self) -> None:
        """What was tried out is as before; else the search ends, else the screen."""
        find = self.query_one(Input)
        if self._editing is not None:
            key, value = self._editing
            self._editing = None
            self._bench.try_out(key, parsed(key, value))
            self.fill()
        elif find.has_class("-open"):
            find.value = ""
            self._found()
        else:
            self.dismiss()

    def action_leave(self) -> None:
        """Back to the list; what was only tried out is undone."""
        if self._editing is not None:
            self.action_undo()
        self.dismiss()

    def action_reset(self) -> None:
        """As it is without the file."""
        if (row := self.here) is not None and not row.fixed:
            self._editing = None
            self._bench.reset(row.key)
            self.fill()

    def action_edit_file(self) -> None:
        """The file in the user's editor."""
        self._editing = None
        self._bench.edit_file()
        self.fill()

    # --- moving --------------------------------------------------------------------------------------------------

    def action_move(self, way: int) -> None:
        """Down or up."""
        (self.options.action_cursor_down if way > 0 else self.options.action_cursor_up)()

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        """What is tried out belongs to its row: leaving it undoes it."""
        row = self.here
        if self._editing is not None and (row is None or row.key != self._editing[0]):
            self.action_undo()

    def action_find(self) -> None:
        """Type to find."""
        find = self.query_one(Input)
        find.add_class("-open")
        self.set_focus(find)

    @on(Input.Changed)
    def _changed(self) -> None:
        self.fill()

    @on(Input.Submitted)
    def _found(self) -> None:
        find = self.query_one(Input)
        find.set_class(bool(find.value), "-open")
        self.set_focus(self.options)
