"""A batch as it is held and drawn: counts, all children as letters, failures by what they say, the children."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.errors import TuiError
from tui.domain.forecast import Estimate, Siblings
from tui.domain.query import Context
from tui.domain.status import TaskStatus
from tui.domain.task import Tally, Task, TaskRef
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.store.lineage import Lineage
from tui.store.snapshot import Feed, Snapshot
from tui.ui.grouping import Grouping
from tui.ui.present.bars import stacked
from tui.ui.present.batch import COLUMNS, SORTS, RunScale, child_cells, columns_for, counts_pieces
from tui.ui.present.cells import Cell
from tui.ui.present.children import Children, children_text
from tui.ui.present.failure_groups import GROUP_COLUMNS, group_cells, group_columns
from tui.ui.present.forecast import again_text, eta_text, forecast_text
from tui.ui.present.format import cost_text, count_text, status_text
from tui.ui.present.glyphs import STATUS
from tui.ui.present.roles import drawn
from tui.ui.screens.work import WorkScreen
from tui.ui.widgets.child_preview import ChildPreview
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.head import Head
from tui.ui.widgets.pane_rule import PaneRule
from tui.ui.widgets.strip import StatusStrip
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["WIDE", "ChildrenScreen"]

_GROUPS = 4
_GROUPED_EVERY = 1.0
"""Seconds between two groupings while children come."""
_ROOMY = 100
"""Columns from which the lines above the panes name their keys whole."""
WIDE = 140
"""Columns from which something stands beside the children."""


class ChildrenScreen(WorkScreen):
    """The batch as it is held and drawn; what the keys do stands in `BatchScreen`."""

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__(ref, deck, clock)
        self.grouping = Grouping(deck)
        self.lineage = Lineage(ref, deck.actions.journal)
        self._batch: Task | None = None
        self.listed = Children()
        self._ages = False
        self._more_to_group = False
        self._mark_from: str | None = None
        self._rest: Estimate | None = None
        """What the open children will cost and take."""
        self._again: Estimate | None = None
        """The same of the failed ones, once more."""
        self._eta: str | None = None
        self._scale = RunScale()
        """What the bars of the children's run times are drawn against."""

    def body(self) -> Iterable[Widget]:
        """Counts, strip, failures, children."""
        yield Static(id="stack", markup=False)
        yield PaneRule(id="strip-rule")
        yield StatusStrip(id="strip")
        yield PaneRule(id="groups-rule")
        yield VirtualTable(GROUP_COLUMNS, self._group_cells, id="groups")
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield PaneRule(id="children-rule")
                yield VirtualTable(COLUMNS, self._cells, id="children")
                yield Gantt(id="gantt")
            yield ChildPreview(self.deck, self.clock, id="preview")

    def on_mount(self) -> None:
        """Ask for the children, and keep asking while the screen stands."""
        super().on_mount()
        self.deck.look((), (self.ref,))
        self._find_tries()
        self.focus_body()
        self._take(self.snapshot.children.get(self.ref))

    def focus_body(self) -> None:
        """Keys go to the children, or to what is shown instead."""
        (self.gantt if self.has_class("-timeline") else self.table).focus()

    @property
    def table(self) -> VirtualTable:
        """The children."""
        return self.query_one("#children", VirtualTable)

    @property
    def groups(self) -> VirtualTable:
        """The failures by what they say."""
        return self.query_one("#groups", VirtualTable)

    @property
    def strip(self) -> StatusStrip:
        """All children as letters."""
        return self.query_one("#strip", StatusStrip)

    @property
    def gantt(self) -> Gantt:
        """The children's bars."""
        return self.query_one("#gantt", Gantt)

    @property
    def task_now(self) -> Task | None:
        """The batch as last known."""
        return self.snapshot.task(self.ref) or self._batch

    def action_pane(self, way: int) -> None:
        """From the children to the failures, to the strip, and round again."""
        panes: list[Widget] = [self.gantt if self.has_class("-timeline") else self.table]
        panes += [pane for pane in (self.groups, self.strip) if pane.display]
        at = panes.index(self.focused) if self.focused in panes else -1
        panes[(at + way) % len(panes)].focus()

    # --- loading -------------------------------------------------------------------------------------------------

    def action_reload(self) -> None:
        """Ask for the batch itself; the store renews the children."""
        if self.snapshot.task(self.ref) is None:
            self._load()

    def tick(self) -> None:
        """What is on screen is asked for more often."""
        super().tick()
        seen = [task.ref for key in self.table.visible_keys if (task := self.listed.tasks.get(key)) is not None]
        self.deck.look(seen, self.lineage.batches)
        self._find_tries()

    @work(group="batch-tries", exclusive=True)
    async def _find_tries(self) -> None:
        """Batches that were made of this one's failures, or that this was made from, are looked at with it."""
        if await self.lineage.renew():
            self.tick()
            self.draw()

    def on_screen_resume(self) -> None:
        """Back from the plan: there may be a try more."""
        self._find_tries()

    @work(group="batch-task", exclusive=True)
    async def _load(self) -> None:
        try:
            self._batch = await self.deck.task(self.ref)
        except TuiError as error:
            self.failed(error)
            return
        self.draw()

    def watch_snapshot(self, old: Snapshot, new: Snapshot) -> None:
        """Take the children where they changed."""
        super().watch_snapshot(old, new)
        feed, before = new.children.get(self.ref), old.children.get(self.ref)
        if self.is_mounted and (feed is not before or new.task(self.ref) is not old.task(self.ref)):
            self._take(feed)
            if feed is not None and feed.complete and not (before is not None and before.complete):
                self._look_deeper()  # what could not be told of a part
        elif self.is_mounted and len(self.lineage.batches) > 1:
            self.draw()

    def _take(self, feed: Feed | None) -> None:
        if feed is not None:
            before = self.listed.tasks
            changed = self.listed.take(feed.tasks)
            self.fetched = feed.fetched
            self.error = str(feed.error) if feed.error else ""
            if changed or len(before) != len(feed.tasks):
                if before.keys() != feed.tasks.keys():
                    self._shape()
                self._arrange_all()
                self.table.redraw(changed)
                self._look_deeper()
        self.draw()

    def _shape(self) -> None:
        """The columns by what the children have and by the width."""
        width = self.table.size.width or self.size.width
        columns = columns_for(self.listed.tasks.values(), width, self._scale)
        if columns != self.table.columns:
            self.table.set_columns(columns)
            self.table.sorted_by = self._sorted_column

    def on_resize(self) -> None:
        """The columns and the pieces by width."""
        super().on_resize()
        self.groups.set_columns(group_columns(self.size.width))
        self.call_after_refresh(self._shape_if_here)

    def _shape_if_here(self) -> None:
        if self.is_attached and self.listed.tasks:
            self._shape()

    def stale(self) -> bool:
        """The store asks for them, as often as the account's budget allows; while they come they are not old."""
        feed = self.snapshot.children.get(self.ref)
        return feed is not None and not feed.loading and feed.fetched is not None and feed.stale(self.now)

    def _arrange_all(self) -> None:
        """Order and filter anew; the strip shows all in its own order."""
        self.strip.statuses = self.listed.arrange(self._filter_context)
        self._arrange()

    def _look_deeper(self) -> None:
        """Group the failures and see what is to come: after the first paint, and at most once a second while more
        children come, for what was begun is not thrown away."""
        self._more_to_group = True
        if not self._busy_with("batch-groups"):
            self._group_on()

    def _busy_with(self, group: str) -> bool:
        return any(worker.group == group and worker.is_running for worker in self.workers)

    @work(group="batch-groups")
    async def _group_on(self) -> None:
        await self.clock.sleep(0.05)
        while self._more_to_group:
            self._more_to_group = False
            children = tuple(self.listed.tasks.values())
            self._forecast(children)
            if await self.grouping.renew(children):
                self._show_groups()
            if self.grouping.unread and not self._busy_with("batch-samples"):
                self._read_samples()
            if self._more_to_group:
                await self.clock.sleep(_GROUPED_EVERY)

    @work(group="batch-samples")
    async def _read_samples(self) -> None:
        """Beside the grouping: the children that come meanwhile do not wait for logs."""
        if await self.grouping.read_samples():
            self._show_groups()

    def _forecast(self, children: Sequence[Task]) -> None:
        """By the children that are done."""
        siblings = Siblings.of(children, self.now)
        open_ = self.open_children
        failed = sum(task.status is TaskStatus.FAILED for task in children)
        self._rest = siblings.estimate(open_) if open_ else None
        self._again = siblings.estimate(failed) if failed else None
        # A sample tells what one child takes, but not how many ended within the hour.
        feed = self.snapshot.children.get(self.ref)
        self._eta = eta_text(children, open_, self.now) if feed is not None and feed.complete else None
        scale = RunScale.of(children, self.now)
        if scale.differs(self._scale):
            self._scale = scale
            self._shape()
            self.table.redraw()

    @property
    def open_children(self) -> int:
        """Children that are not final, as the batch counts them."""
        counts = self.task_now.counts if self.task_now else None
        return counts.total - counts.finished if counts else 0

    def _show_groups(self) -> None:
        groups = self.grouping.groups
        place = self.groups
        place.display = self.query_one("#groups-rule").display = bool(groups)
        place.styles.height = min(_GROUPS, len(groups)) + 1
        self.grouping.show_in(place, groups)
        if (mine := self.listed.group) is not None:
            self.listed.group = next((g for g in groups if g.key == mine.key), mine)
            self._arrange()
        self._preview()
        self.draw()

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def _filter_context(self) -> Context:
        marked = {task.ref for key in self.table.marks if (task := self.listed.tasks.get(key)) is not None}
        return replace(
            self.filter_scope.context(),
            now=self.now,
            marked=marked,
            signature=self.grouping.signature,
            error_class=self.grouping.error_class,
        )

    def _arrange(self) -> None:
        """Those of the cell, the group and the filter, sorted."""
        self._show_rows(self.listed.rows(self._filter_context))
        if self.has_class("-timeline"):
            self.gantt.show([self.listed.tasks[key] for key in self.table.view], self.now)

    def _show_rows(self, keys: Sequence[str]) -> None:
        """The cursor stays on its child; on the first row it stays on the first row while children still come."""
        feed, table = self.snapshot.children.get(self.ref), self.table
        first = table.view[0] if table.view else None
        coming = feed is None or not feed.complete
        table.show(keys)
        if coming and first is not None and table.target == first and keys:
            table.go(0)

    def _cells(self, key: str) -> Sequence[Cell]:
        return child_cells(self.listed.tasks[key], self.now, self._ages, self.table.columns, self._scale)

    def _group_cells(self, key: str) -> Sequence[Cell]:
        groups = self.grouping.groups
        most = max(g.count for g in groups)
        return group_cells(next(g for g in groups if g.key == key), self.now, most=most, columns=self.groups.columns)

    def header(self) -> Head:
        """Name, status, account, project; counts with what failed first, money, forecast, app, id."""
        task = self.task_now
        if task is None:
            return Head(f"batch  {self.ref}", counts=[("counts are coming", "dim")])
        tries = self.lineage.tries(self.snapshot)
        again = str(tries) if tries else f"{len(self.lineage.batches)} tries" if len(self.lineage.batches) > 1 else None
        below = (
            f"{cost} so far" if (cost := cost_text(task)) else None,
            self._eta,
            forecast_text(task, self._rest),
        )
        facts = (task.ref.account, again, self.project_of(task), task.app, f"id {task.ref.id}")
        state = f"{STATUS[task.status]} {status_text(task, self.now)}"
        return Head(
            task.name, state, task.status, facts, below, counts_pieces(self._tally, brief=self.size.width < 100)
        )

    @property
    def _tally(self) -> Tally:
        """Counts by status: the batch's own, else of the children that are here."""
        task = self.task_now
        return task.counts if task and task.counts else Tally.of(t.status for t in self.listed.tasks.values())

    def draw(self) -> None:
        """Header, the stacked line, and the lines above the panes."""
        super().draw()
        if not self.drawable:
            return
        width = max(20, self.size.width)
        tally = self._tally
        self.strip.total = tally.total
        self.query_one("#stack", Static).update(drawn([(" ", ""), *stacked(tally, tally.total, width - 2)]))
        self._draw_rules()

    @on(DescendantFocus)
    def _draw_rules(self) -> None:
        """The names of the panes; the one with the keys stands out."""
        if not self.drawable:
            return
        wide = self.size.width >= _ROOMY
        strip, groups = self.strip, self.groups
        zoom = "   < > zoom" if wide or strip.has_focus else ""
        self._rule("strip").say("CHILDREN IN ORDER", "", f"{strip.title}{zoom}", active=strip.has_focus)
        number = len(self.grouping.groups)
        more = f", {number - _GROUPS} below" if number > _GROUPS else ""
        keys = "space marks a reason   enter its children   x reruns it" if wide else "enter children  x rerun"
        facts = count_text(number, "reason") + more
        self._rule("groups").say("WHY THEY FAIL", facts, keys, active=groups.has_focus)
        feed = self.snapshot.children.get(self.ref)
        said = children_text(self.listed, feed, len(self.table.view), self.table.marks)
        active = self.table.has_focus or self.gantt.has_focus
        name = "TIMELINE" if self.has_class("-timeline") else "CHILDREN"
        self._rule("children").say(name, said, "F failed only", active=active, warn=bool(self.listed.wrong))

    def _rule(self, name: str) -> PaneRule:
        return self.query_one(f"#{name}-rule", PaneRule)

    def next_text(self) -> str:
        """What to press; where nothing is there, why."""
        task, failed = self.task_now, sum(group.count for group in self.grouping.groups)
        if self.table.marks:
            return f"{len(self.table.marks):,} marked: x actions   D diff of two   U none"
        if self.listed.order and not self.table.view:
            return "no child matches; esc shows them again"
        if failed:
            plan = again_text(self._again)
            about = f": {plan}" if plan else ""
            return f"next  x f rerun the {failed:,} failed{about}   n failure   F failed only   E reasons"
        feed = self.snapshot.children.get(self.ref)
        if feed is not None and feed.complete and not self.listed.order:
            return "this batch has no children"
        if task is not None and task.counts is not None and task.counts.failed:
            return f"{task.counts.failed:,} failed; which and why is still being read"
        return "" if task is None or not task.status.is_final else "all children ended without a failure"

    @property
    def _sorted_column(self) -> str | None:
        return next((key for key, field in SORTS.items() if field == self.listed.sort.field), None)

    @property
    def child(self) -> Task | None:
        """The child under the cursor."""
        if self.has_class("-timeline"):
            return self.gantt.chosen
        target = self.table.target
        return None if target is None else self.listed.tasks.get(target)

    @property
    def group(self) -> Group | None:
        """The group under the cursor, while the groups have the keys."""
        target = self.groups.target
        return next((g for g in self.grouping.groups if g.key == target), None) if self.groups.has_focus else None

    @on(VirtualTable.Moved)
    @on(DescendantFocus)
    def _preview(self) -> None:
        """Beside the tables: the group while the groups have the keys, else the child."""
        place = self.query_one("#preview", ChildPreview)
        if self.size.width < WIDE or self.has_class("-no-preview"):
            return
        if (group := self.group) is not None:
            done = task.counts.done if (task := self.task_now) and task.counts else None
            place.group(group, self.listed.tasks.values(), done)
        elif (child := self.child) is not None:
            place.child(child, self.listed.tasks.values(), self.grouping.of_task.get(child.ref))
