"""A batch: counts, all children as a strip, failures by reason, the children."""

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.errors import TuiError
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.store.snapshot import Feed, Snapshot
from tui.ui.batch_facts import BatchFacts
from tui.ui.present.bars import stacked
from tui.ui.present.children import Children
from tui.ui.present.head import Head
from tui.ui.present.roles import drawn
from tui.ui.widgets.batch_failures import BatchFailures
from tui.ui.widgets.child_preview import ChildPreview
from tui.ui.widgets.children_pane import ChildrenPane
from tui.ui.widgets.pane_rule import PaneRule
from tui.ui.widgets.panes import Panes
from tui.ui.widgets.strip import StatusStrip
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["WIDE", "BatchPanes"]

_ROOMY = 100
"""Columns from which the lines above the panes name their keys whole."""
WIDE = 140
"""Columns from which something stands beside the children."""


class BatchPanes(Panes):
    """Drawn at once from the batch's counts; its children come by need."""

    PLACE = "batch"

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__(ref, deck, clock)
        self.facts = BatchFacts(ref, deck, clock)
        self.grouping = self.facts.grouping
        self.rows = ChildrenPane(clock, self.grouping, lambda: self.frame.filter_scope)
        self.failures = BatchFailures(self.facts, self.rows, clock, self._grouped)
        self.strip = StatusStrip(id="strip")

    def compose(self) -> ComposeResult:
        """Counts, strip, failures, children."""
        yield Static(id="stack", markup=False)
        yield PaneRule(id="strip-rule")
        yield self.strip
        yield self.failures
        with Horizontal(id="panes"):
            yield self.rows
            yield ChildPreview(self.deck, self.clock, id="preview")

    @property
    def listed(self) -> Children:
        """The children, and what narrows them."""
        return self.rows.listed

    @property
    def shown(self) -> tuple[str, ...]:
        """The bars, or what they stand in place of."""
        return ("bars",) if self.rows.timeline else ("table", "strip")

    @property
    def task_now(self) -> Task | None:
        """The batch as last known."""
        return self.facts.task

    @property
    def pointed(self) -> Task | None:
        """The child under the cursor, else the batch."""
        return self.rows.child or self.task_now

    @property
    def group(self) -> Group | None:
        """The group under the cursor, while the groups have the keys."""
        return self.failures.group

    @property
    def chosen(self) -> tuple[TaskRef, ...]:
        """What an action is about: the marked children, the group, else none."""
        return self.rows.marked or (self.group.refs if self.group else ())

    def focus_body(self) -> None:
        """Keys go to the children, or to what is shown instead."""
        self.rows.pane.focus()

    def focus_pane(self, way: int) -> None:
        """From the children to the failures, to the strip, and round again."""
        others = ((self.failures, self.failures.rows.table), (self.strip, self.strip))
        panes: list[Widget] = [self.rows.pane, *(pane for holder, pane in others if holder.display)]
        at = next((at for at, pane in enumerate(panes) if pane is self.screen.focused), -1)
        panes[(at + way) % len(panes)].focus()

    # --- loading -------------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """Ask for the children, and keep asking while the screen stands."""
        self.facts.snapshot = self.snapshot
        super().opened()
        self.deck.look((), (self.ref,))
        self._find_tries()
        self.focus_body()
        self._take(self.facts.feed)

    def reload(self) -> None:
        """Ask for the batch itself; the store renews the children."""
        if self.snapshot.task(self.ref) is None:
            self._load()

    @work(group="batch-task", exclusive=True)
    async def _load(self) -> None:
        try:
            await self.facts.load()
        except TuiError as error:
            self.failed(error)
            return
        self.draw()

    def tick(self) -> None:
        """What is on screen is asked for more often."""
        super().tick()
        self.deck.look(self.rows.seen, self.facts.lineage.batches)
        self._find_tries()

    def resumed(self) -> None:
        """Back from the plan: there may be a try more."""
        self._find_tries()

    @work(group="batch-tries", exclusive=True)
    async def _find_tries(self) -> None:
        """Batches that were made of this one's failures, or that this was made from, are looked at with it."""
        if await self.facts.lineage.renew():
            self.tick()
            self.draw()

    def watch_snapshot(self, old: Snapshot, new: Snapshot) -> None:
        """Take the children where they changed."""
        self.facts.snapshot = new
        super().watch_snapshot(old, new)
        feed, before = new.children.get(self.ref), old.children.get(self.ref)
        if self.stands and (feed is not before or new.task(self.ref) is not old.task(self.ref)):
            self._take(feed)
            if feed is not None and feed.complete and not (before is not None and before.complete):
                self.failures.look_deeper()  # what could not be told of a part
        elif self.stands and len(self.facts.lineage.batches) > 1:
            self.draw()

    def _take(self, feed: Feed | None) -> None:
        if feed is not None:
            changed = self.rows.take(feed)
            self.fetched = feed.fetched
            self.error = str(feed.error) if feed.error else ""
            if changed is not None:
                self.arrange_all()
                self.rows.table.redraw(changed)
                self.failures.look_deeper()
        self.draw()

    def arrange_all(self) -> None:
        """Order and filter anew; the strip shows all in its own order."""
        self.strip.statuses = self.rows.renew_all()

    def resized(self) -> None:
        """The columns and the pieces by width."""
        self.failures.resized(self.screen.size.width)
        self.call_after_refresh(self.rows.shape_if_here)

    def stale(self) -> bool:
        """What is shown is older than the store wants it."""
        return self.facts.stale

    def _grouped(self) -> None:
        self.preview()
        self.draw()

    # --- words ---------------------------------------------------------------------------------------------------

    def header(self) -> Head:
        """Name, status, account, project; counts with what failed first, money, forecast, app, id."""
        return self.facts.header(self.facts.tally(self.listed), brief=self.screen.size.width < _ROOMY)

    def next_text(self) -> str:
        """What to press; where nothing is there, why."""
        return self.facts.next_text(self.listed, marked=len(self.rows.table.marks), shown=len(self.rows.table.view))

    def draw(self) -> None:
        """Header, the stacked line, and the lines above the panes."""
        super().draw()
        if self.drawable:
            tally = self.facts.tally(self.listed)
            self.strip.total = tally.total
            self.query_one("#stack", Static).update(drawn([(" ", ""), *stacked(tally, tally.total, self.width - 2)]))
            self._draw_rules()

    def _draw_rules(self) -> None:
        """The names of the panes; the one with the keys stands out."""
        wide = self.screen.size.width >= _ROOMY
        strip = self.strip
        title = strip.title + ("   < > zoom" if wide or strip.has_focus else "")
        self.query_one("#strip-rule", PaneRule).say("CHILDREN IN ORDER", "", title, active=strip.has_focus)
        self.failures.draw_rule(wide=wide)
        self.rows.draw_rule()

    def focus_moved(self) -> None:
        """The title of the pane with the keys stands out, and what it is on is shown beside."""
        if self.drawable:
            self._draw_rules()
        self.preview()

    @on(VirtualTable.Moved)
    def preview(self) -> None:
        """Beside the tables: the group while the groups have the keys, else the child."""
        place = self.query_one("#preview", ChildPreview)
        if self.screen.size.width < WIDE or self.has_class("-no-preview"):
            return
        if (group := self.group) is not None:
            done = task.counts.done if (task := self.task_now) and task.counts else None
            place.group(group, self.listed.tasks.values(), done)
        elif (child := self.rows.child) is not None:
            place.child(child, self.listed.tasks.values(), self.grouping.of_task.get(child.ref))

    # --- narrowing -----------------------------------------------------------------------------------------------

    def typed(self, what: str, text: str) -> None:
        """Show only children that match; what cannot be read leaves the last good result."""
        self.rows.ask(text)
        self.draw()

    def entered(self, what: str, text: str) -> None:
        """Keep the filter."""

    def find(self) -> None:
        """Filter the children, beginning with the filter there is."""
        self.frame.ask("filter", self.listed.query, "filter: status:failed exit:137 key:s31 run>20m reason:oom")

    def undo(self) -> bool:
        """Leave the timeline, the marks, the filter, the group and the cell: one a press."""
        found = self.rows.undo()
        self.draw()
        return found

    def step(self, way: int) -> None:
        """To the next or previous failed child of those shown."""
        if not self.rows.step(way):
            self.say("no failure here")

    @on(StatusStrip.Moved)
    def _show_cell(self, message: StatusStrip.Moved) -> None:
        self.rows.to_cell(message.children)
        self.draw()
        if message.chosen:
            self.rows.table.focus()

    @on(VirtualTable.Chosen, "#groups")
    def _filter_group(self) -> None:
        if self.group is not None:
            self.narrow(self.group)

    def narrow(self, group: Group) -> None:
        """Show only the children of one group."""
        self.rows.narrow(group)
        self.rows.table.focus()
        self.draw()
