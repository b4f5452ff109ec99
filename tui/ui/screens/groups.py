"""`:group`: the shown rows by some of their values."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.domain.query import Context
from tui.domain.task import Task
from tui.ui.present.fact import count_text
from tui.ui.present.grouping import columns_of, group_cells, grouped
from tui.ui.screens.help import HelpScreen
from tui.ui.widgets.virtual_table import VirtualTable
from tui.ui.widgets.words import Rule, Words, row

__all__ = ["GroupsScreen"]

_KEYS = (("enter", "its rows in the list"), ("j k g G", "move"), ("esc q", "back to all rows"))


class GroupsScreen(Screen[str | None]):
    """Answers the filter of the group that was entered, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "back", show=False),
        Binding("question_mark", "help", "help", show=False),
    ]

    def __init__(self, names: Sequence[str], tasks: Sequence[Task], context: Context) -> None:
        super().__init__()
        self._names = tuple(names)
        self.groups = {str(n): group for n, group in enumerate(grouped(names, tasks, context))}
        self._count = len(tasks)

    def compose(self) -> ComposeResult:
        """Title, table, keys."""
        title = (
            f"{count_text(self._count, 'task')} by {', '.join(self._names)}: {count_text(len(self.groups), 'group')}"
        )
        yield Words([row([(title, "strong")])])
        yield Rule()
        yield VirtualTable(columns_of(self._names), lambda key: group_cells(self.groups[key]), id="groups")
        yield Rule()
        yield Words(
            [
                row(
                    [
                        ("enter", "key"),
                        (" its rows  ", "dim"),
                        ("q", "key"),
                        (" back  ", "dim"),
                        ("?", "key"),
                        (" help", "dim"),
                    ]
                )
            ]
        )

    def on_mount(self) -> None:
        """Keys go to the table."""
        table = self.query_one(VirtualTable)
        table.show(list(self.groups))
        self.set_focus(table)

    def action_help(self) -> None:
        """What can be done here."""
        self.app.push_screen(HelpScreen("groups", _KEYS))

    @on(VirtualTable.Chosen)
    def _enter(self, message: VirtualTable.Chosen) -> None:
        self.dismiss(self.groups[message.key].query(self._names))
