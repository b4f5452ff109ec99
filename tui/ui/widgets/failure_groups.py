"""A table of failure groups: a row a reason."""

from collections.abc import Callable, Sequence

from tui.clock import Clock
from tui.domain.signature.reason import CHILDREN
from tui.domain.task import TaskRef
from tui.domain.triage import Group
from tui.store.failure_groups import Grouping
from tui.ui.present.cells import Cell
from tui.ui.present.failure_groups import GROUP_COLUMNS, group_cells
from tui.ui.widgets.marking import MarkedTable

__all__ = ["FailureGroups"]


class FailureGroups:
    """Holds the table, and knows which group a row is; the panes put the table where it belongs."""

    def __init__(self, grouping: Grouping, clock: Clock, quiet: Callable[[Group], bool] = lambda group: False) -> None:
        self.grouping = grouping
        self.table = MarkedTable(GROUP_COLUMNS, self._cells, id="groups")
        self._clock = clock
        self._quiet = quiet
        """Whether a group was acknowledged."""
        self._shown: dict[str, TaskRef] = {}
        """One task of each group that is shown, by the group's key."""

    def show(self, groups: Sequence[Group]) -> None:
        """Show groups, by key. One is named anew when its logs are read: cursor and marks go along with its tasks."""
        table, of_task = self.table, self.grouping.of_task
        before = self._shown.get(table.target or "")
        marked = {key for key in table.marks if key not in {group.key for group in groups}}
        table.mark(marked, False)
        table.mark({of_task[ref].key for key in marked if (ref := self._shown.get(key)) in of_task}, True)
        self._shown = {group.key: group.members[0].ref for group in groups}
        keys = list(self._shown)
        table.show(keys)
        table.redraw()
        if keys and table.target is None:
            mine = of_task.get(before) if before is not None else None
            table.go(keys.index(mine.key) if mine is not None and mine.key in self._shown else 0)

    def of(self, key: str | None) -> Group | None:
        """The group of a row."""
        return next((group for group in self.grouping.groups if group.key == key), None)

    @property
    def group(self) -> Group | None:
        """The group under the cursor."""
        return self.of(self.table.target) if self.table.target is not None else None

    @property
    def chosen(self) -> tuple[TaskRef, ...]:
        """The tasks of the marked groups, else of the one under the cursor."""
        group = self.group
        keys = self.table.marks or ({group.key} if group else set())
        return tuple(ref for group in self.grouping.groups if group.key in keys for ref in group.refs)

    def _cells(self, key: str) -> Sequence[Cell]:
        group = self.of(key)
        if group is None:
            return [Cell("")] * len(GROUP_COLUMNS)
        most = max((g.count for g in self.grouping.groups if g.key != CHILDREN), default=0)
        columns = self.table.columns
        return group_cells(group, self._clock.now(), quiet=self._quiet(group), most=most, columns=columns)
