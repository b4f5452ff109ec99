"""The left pane of the reasons: the groups, or the tasks of one of them in their place."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.clock import Clock
from tui.domain.signature.reason import CHILDREN
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.store.failure_groups import Grouping
from tui.ui.present.batch import child_cells, columns_for
from tui.ui.present.cells import Cell
from tui.ui.present.failure_groups import group_columns
from tui.ui.widgets.failure_groups import FailureGroups
from tui.ui.widgets.pane_rule import PaneRule
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["GroupsPane"]


class GroupsPane(Vertical):
    """A title and two tables, one of which is shown."""

    def __init__(self, deck: Deck, grouping: Grouping, clock: Clock, focus: TaskRef | None) -> None:
        super().__init__(id="left")
        self.failures = FailureGroups(grouping, clock, self.quiet)
        self.members = VirtualTable(columns_for(()), self._member, id="members")
        self.needle = ""
        """Only groups that say it are shown."""
        self.chosen = False
        """The cursor's group was chosen, or has its last name: the logs are read."""
        self._deck = deck
        self._clock = clock
        self._grouping = grouping
        self._focus = focus
        """A failed task whose group the cursor begins on."""

    def compose(self) -> ComposeResult:
        """Title, groups, tasks."""
        yield PaneRule(id="groups-rule")
        yield self.failures.table
        yield self.members

    @property
    def shows_members(self) -> bool:
        """The tasks of a group stand in place of the groups."""
        return self.has_class("-members")

    @property
    def table(self) -> VirtualTable:
        """The table shown."""
        return self.members if self.shows_members else self.failures.table

    def quiet(self, group: Group) -> bool:
        """Whether the group was acknowledged."""
        return self._deck.seen.note_of(group) is not None

    def show(self) -> None:
        """Show the groups that say what was searched; what was acknowledged stays below what was not."""
        needle, table = self.needle.casefold(), self.failures.table
        groups = [g for g in self._grouping.groups if needle in f"{g.signature} {g.klass.value}".casefold()]
        # Batches whose children failed, below those that say a reason.
        groups.sort(key=lambda group: (self.quiet(group), group.key == CHILDREN))
        first = table.cursor == 0
        self.failures.show(groups)
        if first and not self.chosen and table.view:
            # Nobody chose what was the largest group before the logs were read.
            table.go(0)
        if self._focus is not None and (mine := self._grouping.of_task.get(self._focus)) is not None:
            self._focus, self.chosen = None, True
            table.go([group.key for group in groups].index(mine.key))

    def share_rows(self, height: int) -> None:
        """Take of so many rows what the groups need, at most half; all of them where the rest stands beside."""
        table = self.failures.table
        one = self.screen.has_class("-one")
        self.styles.height = min(len(table.view) + 2, max(6, height // 2)) if one else "100%"
        table.set_columns(group_columns(table.size.width or self.screen.size.width))

    def show_members(self, group: Group) -> None:
        """Its tasks in place of the groups."""
        self.add_class("-members")
        self.members.set_columns(columns_for(group.members, self.members.size.width or self.screen.size.width))
        self.members.show([str(task.ref) for task in group.members])
        self.members.focus()

    def close_members(self) -> bool:
        """The groups again; False where they are shown."""
        if not self.shows_members:
            return False
        self.remove_class("-members")
        self.failures.table.focus()
        return True

    def _member(self, key: str) -> Sequence[Cell]:
        group, columns = self.failures.group, self.members.columns
        members: Sequence[Task] = group.members if group else ()
        task = next((t for t in members if str(t.ref) == key), None)
        # Another group may have been taken since its rows were put up.
        return child_cells(task, self._clock.now(), columns=columns) if task else [Cell("")] * len(columns)

    def acknowledge(self, note: str) -> str | None:
        """Keep the group quiet; the cursor goes on to the one that stood below it. Why it is not kept on disk, or
        None."""
        group, table = self.failures.group, self.failures.table
        row = table.cursor
        if group is None:
            return None
        why = self._deck.seen.acknowledge(group.key, note, group.refs)
        self.show()
        table.go(min(row, len(table.view) - 1))
        return why

    def step(self, way: int) -> None:
        """To the next or previous group that has something new, else that is not acknowledged."""
        groups = [self.failures.of(key) for key in self.failures.table.view]
        fresh = [row for row, group in enumerate(groups) if group is not None and group.new]
        loud = [row for row, group in enumerate(groups) if group is not None and not self.quiet(group)]
        self.failures.table.step(fresh or loud, way)

    def draw_rule(self, *, active: bool) -> None:
        """What is shown, in the title."""
        rule, group = self.query_one(PaneRule), self.failures.group
        if self.shows_members and group is not None:
            rule.say("TASKS", f"{group.count:,} of  {group.signature}", "esc all reasons", active=active)
        else:
            rule.say("REASONS", f"{len(self.failures.table.view):,}", "", active=active)
