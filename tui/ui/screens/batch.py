"""What the keys do on a batch: narrow, arrange, move, mark, lead on."""

from typing import ClassVar

from textual import on, work
from textual.binding import BindingType

from tui.domain.action import Verb
from tui.domain.diff import nearest_good
from tui.domain.query import SortKey
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group
from tui.ui.bindings import bindings
from tui.ui.messages import View
from tui.ui.present.batch import SORTS
from tui.ui.screens.choose import ChooseScreen
from tui.ui.widgets.batch_panes import WIDE, ChildrenScreen
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.strip import StatusStrip
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["BatchScreen"]

_FAILED = "status:failed"
_LAYOUTS = ("", "-no-strip", "-no-table")


class BatchScreen(ChildrenScreen):
    """Enter on a batch: drawn at once from its counts, its children come by need."""

    CSS_PATH = "batch.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (WIDE, "-two")]  # noqa: RUF012
    PLACE = "batch"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    @property
    def panes(self) -> tuple[str, ...]:
        """The bars, or what they stand in place of."""
        return ("bars",) if self.has_class("-timeline") else ("table", "strip")

    # --- narrowing -----------------------------------------------------------------------------------------------

    def typed(self, what: str, text: str) -> None:
        """Show only children that match; what cannot be read leaves the last good result."""
        self.listed.language = self.filter_scope.language
        if self.listed.ask(text):
            self._rearrange()
        self.draw()

    def entered(self, what: str, text: str) -> None:
        """Keep the filter."""

    def action_find(self) -> None:
        """Filter the children, beginning with the filter there is."""
        self.ask("filter", self.listed.query, "filter: status:failed exit:137 key:s31 run>20m reason:oom")

    def undo(self) -> bool:
        """Leave the timeline, the group, the cell, the filter, the marks: one a press."""
        if self.has_class("-timeline"):
            self.action_timeline()
        elif self.table.marks:
            self.action_unmark()
        elif self.listed.query or self.listed.wrong:
            self.typed("filter", "")
        elif self.listed.group is not None or self.listed.cell is not None:
            self.listed.group = self.listed.cell = None
            self._rearrange()
            self.draw()
        else:
            return False
        return True

    def action_failed(self) -> None:
        """Only what failed, on and off."""
        self.typed("filter", "" if self.listed.query == _FAILED else _FAILED)

    def _rearrange(self) -> None:
        """The user changed what is shown: the cursor means the row it stands on."""
        self._arrange()
        self.table.settle()

    @on(StatusStrip.Moved)
    def _show_cell(self, message: StatusStrip.Moved) -> None:
        self.listed.cell = message.children if len(message.children) < len(self.listed.order) else None
        self._rearrange()
        self.draw()
        if message.chosen:
            self.table.focus()

    # --- arranging -----------------------------------------------------------------------------------------------

    def action_sort_by(self, way: int) -> None:
        """By the column to the left or right of the one sorted by."""
        names = [SORTS[column.key] for column in self.table.columns]
        at = names.index(self.listed.sort.field) if self.listed.sort.field in names else 0
        self.listed.sort = SortKey(names[(at + way) % len(names)])
        self._sorted()

    def action_reverse(self) -> None:
        """The other way round."""
        sort = self.listed.sort
        self.listed.sort = SortKey(sort.field, not sort.descending, sort.key)
        self._sorted()

    def _sorted(self) -> None:
        self.table.sorted_by = self._sorted_column
        self._arrange()
        self.draw()

    @work(group="batch-menu", exclusive=True)
    async def action_order(self) -> None:
        """Choose the order of the strip and of the children: index, start, host or any metadata."""
        choices = self.listed.orders
        chosen = await self.app.push_screen_wait(ChooseScreen("order the children by", choices))
        if chosen is not None:
            self.listed.order_by(choices[chosen])
            self._arrange_all()
            self._sorted()

    def action_layout(self) -> None:
        """Strip and table; table only; strip only."""
        at = next((i for i, name in enumerate(_LAYOUTS) if name and self.has_class(name)), 0)
        self.remove_class(*filter(None, _LAYOUTS))
        if following := _LAYOUTS[(at + 1) % len(_LAYOUTS)]:
            self.add_class(following)

    def action_timeline(self) -> None:
        """The children's bars instead of their rows, and back."""
        self.toggle_class("-timeline")
        self._arrange()
        self.focus_body()

    def action_preview(self) -> None:
        """What stands beside the children, on and off."""
        self.toggle_class("-no-preview")
        self._preview()

    def action_times(self) -> None:
        """Ages or points in time."""
        self._ages = not self._ages
        self.table.redraw()

    # --- moving, marking -----------------------------------------------------------------------------------------

    def action_step(self, way: int) -> None:
        """To the next or previous failed child of those shown."""
        rows = [r for r, k in enumerate(self.table.view) if self.listed.tasks[k].status is TaskStatus.FAILED]
        if not rows:
            self.say("no failure here")
            return
        at = self.table.cursor if self.table.target is not None else -1
        ahead = [row for row in rows if (row > at if way > 0 else row < at)]
        self.table.go((ahead[0] if way > 0 else ahead[-1]) if ahead else rows[0 if way > 0 else -1])

    def action_mark(self) -> None:
        """Mark the child, or the whole group."""
        group, target = self.group, self.table.target
        keys = {str(ref) for ref in group.refs} if group else {target} if target else set()
        self.table.mark(keys, not keys <= self.table.marks)
        if group is None:
            self._mark_from = target
            self.table.action_move(1)
        self.draw()

    def action_range(self) -> None:
        """Mark from the last mark to here."""
        rows = {key: row for row, key in enumerate(self.table.view)}
        start = rows.get(self._mark_from or "")
        if start is None or self.table.target is None:
            self.say("mark one with space first, then V at the other end")
            return
        low, high = sorted((start, self.table.cursor))
        self.table.mark(self.table.view[low : high + 1], True)
        self.draw()

    def action_mark_all(self) -> None:
        """Mark all that are shown."""
        self.table.mark(set(self.table.view), True)
        self.draw()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.table.mark(set(self.table.marks), False)
        self.draw()

    @property
    def chosen(self) -> tuple[TaskRef, ...]:
        """What an action is about: the marked children, the group, else none."""
        marked = tuple(self.listed.tasks[key].ref for key in self.listed.order if key in self.table.marks)
        return marked or (self.group.refs if self.group else ())

    @property
    def pointed(self) -> Task | None:
        """The child under the cursor, else the batch."""
        return self.child or self.task_now

    # --- leading on ----------------------------------------------------------------------------------------------

    @on(VirtualTable.Chosen, "#children")
    @on(Gantt.Chosen)
    def _open(self) -> None:
        child = self.child
        if child is not None:
            self.open(View.DETAIL if child.ref.job is None else View.JOB, child.ref)

    @on(VirtualTable.Chosen, "#groups")
    def _filter_group(self) -> None:
        if self.group is not None:
            self.narrow(self.group)

    def narrow(self, group: Group) -> None:
        """Show only the children of one group."""
        self.listed.group, self.listed.cell = group, None
        self._rearrange()
        self.table.focus()
        self.draw()

    def action_log(self) -> None:
        """The log of the child under the cursor, or a sample of the group."""
        ref = self.group.samples[0] if self.group else self.child.ref if self.child else None
        if ref is not None:
            self.open(View.LOG, ref)

    def action_triage(self) -> None:
        """Its failures by signature, over the whole screen."""
        self.open(View.TRIAGE)

    def action_detail(self) -> None:
        """The batch itself in full."""
        self.open(View.DETAIL)

    def action_raw(self) -> None:
        """The platform's own answer about the child under the cursor, else about the batch."""
        self.open(View.RAW, self.child.ref if self.child else self.ref)

    def action_act(self) -> None:
        """What can be done with the marked children, the group under the cursor, or the batch."""
        self.act(Verb.RERUN_FAILED if self.group and not self.table.marks else None, self.chosen)

    def action_abort(self) -> None:
        """The plan of aborting the marked children, or the batch."""
        self.act(Verb.ABORT, self.chosen)

    def action_diff(self) -> None:
        """Two marked ones, or the child against the good one that is most like it."""
        marked = self.chosen[:2] if len(self.table.marks) == 2 else ()
        child = self.child
        if not marked and child is not None:
            good = nearest_good(child, self.listed.tasks.values())
            marked = (child.ref, good.ref) if good is not None else ()
        if marked:
            self.open(View.DIFF, *marked)
        else:
            self.say("there is no good child to compare with")

    def action_copy(self) -> None:
        """The reference of the child under the cursor."""
        ref = self.child.ref if self.child else self.ref
        self.copy(str(ref))

    def action_copy_rows(self) -> None:
        """The shown or marked rows as TSV."""
        keys = [k for k in self.table.view if k in self.table.marks] or self.table.view
        rows = ["\t".join(["REF", *(c.label for c in self.table.columns)])]
        rows += ["\t".join([key, *(cell.text for cell in self._cells(key))]) for key in keys]
        self.copy("\n".join(rows))
