"""`C`: which columns are shown, and in which order."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from tui.domain.errors import UsageError
from tui.ui.present.columns import help_of
from tui.ui.present.layout import Layout
from tui.ui.screens.pick import PickScreen, Row

__all__ = ["ColumnsScreen"]


class ColumnsScreen(PickScreen[Layout]):
    """Answers the new layout; the list behind it changes when it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "flip", show=False, priority=True),
        Binding("left,less_than_sign", "shift(-1)", show=False, priority=True),
        Binding("right,greater_than_sign", "shift(1)", show=False, priority=True),
        Binding("ctrl+r", "reset", show=False, priority=True),
    ]

    RESERVED = frozenset({"space", "less_than_sign", "greater_than_sign"})

    def __init__(self, layout: Layout) -> None:
        self.arranged = layout
        keys = (("enter", "take"), ("space", "show, hide"), ("< >", "move"), ("^r", "reset"))
        super().__init__("columns", self._all(), keys=keys)

    def _all(self) -> list[Row]:
        return [(name, name, help_of(name, self.arranged.extra)) for name in self.arranged.known]

    def line(self, row: Row) -> Content:
        """With a mark where it is shown."""
        shown = row[0] in self.arranged.names
        return Content.assemble(("[x] " if shown else "[ ] ", "bold" if shown else "dim"), super().line(row))

    def _show(self, layout: Layout) -> None:
        held = self.highlighted
        self.arranged = layout
        self.rows = self._all()
        self.fill(held)

    def action_flip(self) -> None:
        """Show or hide the column under the cursor."""
        name = self.highlighted
        if name is None:
            return
        try:
            self._show(self.arranged.hidden(name) if name in self.arranged.names else self.arranged.shown(name))
        except UsageError as error:
            self.notify(str(error), markup=False)

    def action_shift(self, way: int) -> None:
        """Move the column under the cursor to the left or right in the table."""
        name, names = self.highlighted, list(self.arranged.names)
        if name not in names:
            return
        at = names.index(name)
        names.insert(max(0, at + way), names.pop(at))
        self._show(self.arranged.only(names))

    def action_reset(self) -> None:
        """As it was in the beginning."""
        self._show(self.arranged.edited("reset"))

    def choose(self, *, other: bool) -> None:
        """Take them."""
        self.query_one(Input).value = ""
        self.dismiss(self.arranged)
