"""`:group`: the shown rows by some of their values."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import Screen

from tui.domain.errors import UsageError
from tui.domain.query import Context, SortKey
from tui.domain.task import Task
from tui.ui.present.aggregate import FIGURES, columns_of, group_cells, grouped, in_order
from tui.ui.present.format import count_text
from tui.ui.present.text import row
from tui.ui.screens.help import HelpScreen
from tui.ui.widgets.key_line import KeyLine
from tui.ui.widgets.virtual_table import VirtualTable
from tui.ui.widgets.words import Rule, StyledLines

__all__ = ["GroupsScreen"]

_KEYS = (
    ("enter", "its rows in the list"),
    ("j k g G", "move"),
    ("<", "sort by the column left"),
    (">", "sort by the column right"),
    ("R", "turn the order round"),
    (":", "type a command: sort cost desc, group app"),
    ("esc q", "back to all rows"),
)
_LINE = (("enter", "its rows"), ("</>", "sort"), ("R", "turn"), (":", "cmd"), ("?", "help"), ("q", "back"))


class GroupsScreen(Screen[str | None]):
    """Answers the filter of the group that was entered, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "back", show=False),
        Binding("question_mark", "help", "help", show=False),
        Binding("less_than_sign", "sort_by(-1)", "sort", show=False),
        Binding("greater_than_sign", "sort_by(1)", "sort", show=False),
        Binding("R", "reverse", "turn", show=False),
        Binding("colon", "app.show('command')", "cmd", show=False),
    ]

    def __init__(self, names: Sequence[str], tasks: Sequence[Task], context: Context, sort: SortKey) -> None:
        """`sort` is the list's: where the groups have such a figure, they begin in the same order."""
        super().__init__()
        self._names = tuple(names)
        self.groups = {str(n): group for n, group in enumerate(grouped(names, tasks, context))}
        self._count = len(tasks)
        self._sort = sort if sort.field in FIGURES else SortKey("count", True)

    def compose(self) -> ComposeResult:
        """Title, table, keys."""
        title = (
            f"{count_text(self._count, 'task')} by {', '.join(self._names)}: {count_text(len(self.groups), 'group')}"
        )
        yield StyledLines([row([(title, "strong")])])
        yield Rule()
        yield VirtualTable(columns_of(self._names), lambda key: group_cells(self.groups[key]), id="groups")
        yield Rule()
        yield KeyLine(_LINE)

    def on_mount(self) -> None:
        """Keys go to the table."""
        table = self.query_one(VirtualTable)
        self._show()
        self.set_focus(table)

    def on_key(self, event: Key) -> None:
        """A key that does nothing here says so in the line of keys."""
        self.query_one(KeyLine).answer(event)

    def _show(self) -> None:
        """The groups in their order; whoever sorts wants to see the first."""
        table, sort = self.query_one(VirtualTable), self._sort
        numbers = {id(group): number for number, group in self.groups.items()}
        ordered = in_order(list(self.groups.values()), self._names, sort.field, descending=sort.descending)
        table.sorted_by = sort.field
        table.show([numbers[id(group)] for group in ordered])
        table.go(0)
        table.redraw()

    def sort(self, text: str) -> None:
        """`cost desc`, as the list takes it; one column, in its usual direction where none is named.

        Raises:
            UsageError: There is no such column.
        """
        word, _, way = text.partition(",")[0].strip().partition(" ")
        known = (*self._names, *FIGURES)
        if word not in known or way.strip() not in {"", "asc", "desc"}:
            raise UsageError(f"groups are sorted by {', '.join(known)}, then asc or desc")
        self._sort = SortKey(word, way.strip() == "desc" if way else word in FIGURES)
        self._show()

    def action_sort_by(self, way: int) -> None:
        """Sort by the column beside."""
        known = (*self._names, *FIGURES)
        self.sort(known[(known.index(self._sort.field) + way) % len(known)])

    def action_reverse(self) -> None:
        """The other way round."""
        self._sort = SortKey(self._sort.field, not self._sort.descending)
        self._show()

    def action_help(self) -> None:
        """What can be done here."""
        self.app.push_screen(HelpScreen("groups", _KEYS))

    @on(VirtualTable.Chosen)
    def _enter(self, message: VirtualTable.Chosen) -> None:
        self.dismiss(self.groups[message.key].query(self._names))
