"""A batch, and what its keys do: narrow, arrange, mark, lead on."""

from typing import ClassVar

from textual import on, work
from textual.binding import BindingType

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.diff import nearest_good
from tui.domain.task import TaskRef
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.ui.bindings import bindings
from tui.ui.messages import View
from tui.ui.screens.work import WorkScreen
from tui.ui.widgets.batch_panes import WIDE, BatchPanes
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["BatchScreen"]

_FAILED = "status:failed"
_LAYOUTS = ("", "-no-strip", "-no-table")


class BatchScreen(WorkScreen):
    """Enter on a batch."""

    CSS_PATH = "batch.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (WIDE, "-two")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = bindings("batch")
    panes: BatchPanes

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__(BatchPanes(ref, deck, clock))

    def narrow(self, group: Group) -> None:
        """Show only the children of one group of failures."""
        self.panes.narrow(group)

    # --- arranging -----------------------------------------------------------------------------------------------

    def action_pane(self, way: int) -> None:
        """From the children to the failures, to the strip, and round again."""
        self.panes.focus_pane(way)

    def action_failed(self) -> None:
        """Only what failed, on and off."""
        self.panes.typed("filter", "" if self.panes.listed.query == _FAILED else _FAILED)

    def action_sort_by(self, way: int) -> None:
        """By the column to the left or right of the one sorted by."""
        self.panes.rows.sort_by(way)
        self.panes.draw()

    def action_reverse(self) -> None:
        """The other way round."""
        self.panes.rows.reverse()
        self.panes.draw()

    @work(group="batch-menu", exclusive=True)
    async def action_order(self) -> None:
        """Choose the order of the strip and of the children: index, start, host or any metadata."""
        panes = self.panes
        choices = panes.listed.orders
        chosen = await self.choose("order the children by", choices)
        if chosen is not None:
            panes.listed.order_by(choices[chosen])
            panes.rows.show_sort()
            panes.arrange_all()
            panes.draw()

    def action_layout(self) -> None:
        """Strip and table; table only; strip only."""
        panes = self.panes
        at = next((i for i, name in enumerate(_LAYOUTS) if name and panes.has_class(name)), 0)
        panes.remove_class(*filter(None, _LAYOUTS))
        if following := _LAYOUTS[(at + 1) % len(_LAYOUTS)]:
            panes.add_class(following)

    def action_timeline(self) -> None:
        """The children's bars instead of their rows, and back."""
        self.panes.rows.turn_timeline()

    def action_preview(self) -> None:
        """What stands beside the children, on and off."""
        self.panes.toggle_class("-no-preview")
        self.panes.preview()

    def action_times(self) -> None:
        """Ages or points in time."""
        self.panes.rows.turn_times()

    # --- marking -------------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the child, or the whole group."""
        group, table = self.panes.group, self.panes.rows.table
        if group is not None:
            table.turn_marks({str(ref) for ref in group.refs})
        elif not table.mark_here():
            table.action_move(1)
        self.panes.draw()

    def action_range(self) -> None:
        """Mark from the last mark to here."""
        if self.panes.rows.table.mark_to_here():
            self.panes.draw()
        else:
            self.panes.say("mark one with space first, then V at the other end")

    def action_mark_all(self) -> None:
        """Mark all that are shown."""
        self.panes.rows.table.mark_all()
        self.panes.draw()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.panes.rows.table.unmark()
        self.panes.draw()

    # --- leading on ----------------------------------------------------------------------------------------------

    @on(VirtualTable.Chosen, "#children")
    @on(Gantt.Chosen)
    def _open(self) -> None:
        child = self.panes.rows.child
        if child is not None:
            self.panes.requests.open(View.DETAIL if child.ref.job is None else View.JOB, child.ref)

    def action_log(self) -> None:
        """The log of the child under the cursor, or a sample of the group."""
        group, child = self.panes.group, self.panes.rows.child
        ref = group.samples[0] if group else child.ref if child else None
        if ref is not None:
            self.panes.requests.open(View.LOG, ref)

    def action_triage(self) -> None:
        """Its failures by signature, over the whole screen."""
        self.panes.requests.open(View.TRIAGE)

    def action_detail(self) -> None:
        """The batch itself in full."""
        self.panes.requests.open(View.DETAIL)

    def action_raw(self) -> None:
        """The platform's own answer about the child under the cursor, else about the batch."""
        child = self.panes.rows.child
        self.panes.requests.open(View.RAW, child.ref if child else self.ref)

    def action_act(self) -> None:
        """What can be done with the marked children, the group under the cursor, or the batch."""
        panes = self.panes
        self.panes.requests.act(Verb.RERUN_FAILED if panes.group and not panes.rows.table.marks else None, panes.chosen)

    def action_abort(self) -> None:
        """The plan of aborting the marked children, or the batch."""
        self.panes.requests.act(Verb.ABORT, self.panes.chosen)

    def action_diff(self) -> None:
        """Two marked ones, or the child against the good one that is most like it."""
        panes, child = self.panes, self.panes.rows.child
        marked = panes.chosen[:2] if len(panes.rows.table.marks) == 2 else ()
        if not marked and child is not None:
            good = nearest_good(child, panes.listed.tasks.values())
            marked = (child.ref, good.ref) if good is not None else ()
        if marked:
            panes.requests.open(View.DIFF, *marked)
        else:
            panes.say("there is no good child to compare with")

    # --- copying -------------------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """The reference of the child under the cursor."""
        child = self.panes.rows.child
        self.panes.requests.copy(str(child.ref if child else self.ref))

    def action_copy_rows(self) -> None:
        """The shown or marked rows as TSV."""
        self.panes.requests.copy(self.panes.rows.table.as_tsv("REF"))
