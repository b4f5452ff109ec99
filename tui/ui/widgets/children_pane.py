"""The children of a batch: rows or bars, narrowed and ordered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.clock import Clock
from tui.domain.query import Context, FilterScope, SortKey
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group
from tui.store.failure_groups import Grouping
from tui.store.snapshot import Feed
from tui.ui.present.batch import COLUMNS, SORTS, RunScale, child_cells, columns_for
from tui.ui.present.cells import Cell
from tui.ui.present.children import Children, children_text
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.marking import MarkedTable
from tui.ui.widgets.pane_rule import PaneRule

__all__ = ["ChildrenPane"]


class ChildrenPane(Vertical):
    """Holds the children and what narrows them; a title, the table, and the bars that can stand in its place."""

    def __init__(self, clock: Clock, grouping: Grouping, scope: Callable[[], FilterScope]) -> None:
        super().__init__(id="left")
        self.listed = Children()
        self.table = MarkedTable(COLUMNS, self._cells, id="children")
        self.gantt = Gantt(id="gantt")
        self.feed: Feed | None = None
        """The children as last known; None before any was heard of."""
        self._clock = clock
        self._grouping = grouping
        self._scope = scope
        """How filters are read and what they know."""
        self._ages = False
        self._scale = RunScale()
        """What the bars of the children's run times are drawn against."""

    def compose(self) -> ComposeResult:
        """Title, rows, bars."""
        yield PaneRule(id="children-rule")
        yield self.table
        yield self.gantt

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self._clock.now()

    @property
    def timeline(self) -> bool:
        """Bars are shown instead of rows."""
        return self.has_class("-timeline")

    @property
    def has_keys(self) -> bool:
        """The rows or the bars have the keys."""
        return self.table.has_focus or self.gantt.has_focus

    @property
    def pane(self) -> MarkedTable | Gantt:
        """What is shown: the rows or the bars."""
        return self.gantt if self.timeline else self.table

    @property
    def child(self) -> Task | None:
        """The child under the cursor."""
        if self.timeline:
            return self.gantt.chosen
        target = self.table.target
        return None if target is None else self.listed.tasks.get(target)

    @property
    def marked(self) -> tuple[TaskRef, ...]:
        """The marked children, in the order of the strip."""
        marks, listed = self.table.marks, self.listed
        keys = (key for key in listed.order if key in marks) if marks else ()
        return tuple(task.ref for key in keys if (task := listed.tasks.get(key)) is not None)

    @property
    def seen(self) -> list[TaskRef]:
        """The children on screen."""
        return [task.ref for key in self.table.visible_keys if (task := self.listed.tasks.get(key)) is not None]

    # --- what is known -------------------------------------------------------------------------------------------

    def take(self, feed: Feed) -> list[str] | None:
        """Take the children as they are now; the keys of those that changed, None where nothing did."""
        before = self.listed.tasks
        self.feed = feed
        changed = self.listed.take(feed.tasks)
        if not changed and len(before) == len(feed.tasks):
            return None
        if before.keys() != feed.tasks.keys():
            self.shape()
        return changed

    def rescale(self, children: Sequence[Task]) -> None:
        """Draw the run times against what these children took, where that has changed much."""
        scale = RunScale.of(children, self.now)
        if scale.differs(self._scale):
            self._scale = scale
            self.shape()
            self.table.redraw()

    def shape(self) -> None:
        """The columns by what the children have and by the width."""
        width = self.table.size.width or self.screen.size.width
        columns = columns_for(self.listed.tasks.values(), width, self._scale)
        if columns != self.table.columns:
            self.table.set_columns(columns)
            self.table.sorted_by = self._sorted_column

    def shape_if_here(self) -> None:
        """The same at another width, where there is anything to show."""
        if self.is_attached and self.listed.tasks:
            self.shape()

    # --- which are shown -----------------------------------------------------------------------------------------

    @property
    def _filter_context(self) -> Context:
        """What a filter of children needs to know just now."""
        return replace(
            self._scope().context(),
            now=self.now,
            marked=set(self.marked),
            signature=self._grouping.signature,
            error_class=self._grouping.error_class,
        )

    def renew_all(self) -> list[TaskStatus]:
        """Order and filter anew; the statuses of all in the strip's order."""
        statuses = self.listed.arrange(self._filter_context)
        self.renew()
        return statuses

    def renew(self) -> None:
        """Show those of the cell, the group and the filter, sorted."""
        self._show_rows(self.listed.rows(self._filter_context))
        if self.timeline:
            self.gantt.show([self.listed.tasks[key] for key in self.table.view], self.now)

    def renew_settled(self) -> None:
        """The user changed what is shown: the cursor means the row it stands on."""
        self.renew()
        self.table.settle()

    def _show_rows(self, keys: Sequence[str]) -> None:
        """The cursor stays on its child; on the first row it stays on the first row while children still come."""
        table = self.table
        first = table.view[0] if table.view else None
        coming = self.feed is None or not self.feed.complete
        table.show(keys)
        if coming and first is not None and table.target == first and keys:
            table.go(0)

    def _cells(self, key: str) -> Sequence[Cell]:
        return child_cells(self.listed.tasks[key], self.now, self._ages, self.table.columns, self._scale)

    def narrow(self, group: Group) -> None:
        """Only the children of one group of failures."""
        self.listed.group, self.listed.cell = group, None
        self.renew_settled()

    def to_cell(self, children: range) -> None:
        """Only the children of a cell of the strip; all of them where it stands for all."""
        self.listed.cell = children if len(children) < len(self.listed.order) else None
        self.renew_settled()

    def renew_group(self, groups: Sequence[Group]) -> None:
        """The failures were grouped anew: the group that narrows is the one with the same key."""
        if (mine := self.listed.group) is not None:
            self.listed.group = next((group for group in groups if group.key == mine.key), mine)
            self.renew()

    def ask(self, text: str) -> None:
        """Only the children that match; what cannot be read leaves the last good result."""
        self.listed.language = self._scope().language
        if self.listed.ask(text):
            self.renew_settled()

    def undo(self) -> bool:
        """Leave the timeline, the marks, the filter, the group and the cell: one a press; False where there is none."""
        listed = self.listed
        if self.timeline:
            self.turn_timeline()
        elif self.table.marks:
            self.table.unmark()
        elif listed.query or listed.wrong:
            self.ask("")
        elif listed.group is not None or listed.cell is not None:
            listed.group = listed.cell = None
            self.renew_settled()
        else:
            return False
        return True

    def draw_rule(self) -> None:
        """What is shown, in the title."""
        said = children_text(self.listed, self.feed, len(self.table.view), self.table.marks)
        name = "TIMELINE" if self.timeline else "CHILDREN"
        wrong = bool(self.listed.wrong)
        self.query_one(PaneRule).say(name, said, "F failed only", active=self.has_keys, warn=wrong)

    # --- arranging and moving ------------------------------------------------------------------------------------

    def sort_by(self, way: int) -> None:
        """By the column to the left or right of the one sorted by."""
        names = [SORTS[column.key] for column in self.table.columns]
        at = names.index(self.listed.sort.field) if self.listed.sort.field in names else 0
        self._sort(SortKey(names[(at + way) % len(names)]))

    def reverse(self) -> None:
        """The other way round."""
        sort = self.listed.sort
        self._sort(SortKey(sort.field, not sort.descending, sort.key))

    def _sort(self, sort: SortKey) -> None:
        self.listed.sort = sort
        self.show_sort()
        self.renew()

    def show_sort(self) -> None:
        """Name the column it is sorted by in the head."""
        self.table.sorted_by = self._sorted_column

    @property
    def _sorted_column(self) -> str | None:
        return next((key for key, field in SORTS.items() if field == self.listed.sort.field), None)

    def turn_timeline(self) -> None:
        """Bars instead of rows, and back."""
        self.toggle_class("-timeline")
        self.renew()
        self.pane.focus()

    def turn_times(self) -> None:
        """Ages or points in time."""
        self._ages = not self._ages
        self.table.redraw()

    def step(self, way: int) -> bool:
        """To the next or previous failed child of those shown; False where there is none."""
        tasks = self.listed.tasks
        rows = [row for row, key in enumerate(self.table.view) if tasks[key].status is TaskStatus.FAILED]
        return self.table.step(rows, way)
