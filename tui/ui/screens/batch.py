"""A batch: counts, all children as letters, failures by what they say, the children themselves."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Static

from tui.domain.diff import nearest_good
from tui.domain.errors import TuiError
from tui.domain.query import Context, SortKey
from tui.domain.status import TaskStatus
from tui.domain.task import Tally, Task, TaskRef
from tui.domain.triage import Group
from tui.platforms.clock import Clock
from tui.store.deck import Deck
from tui.store.snapshot import Feed, Snapshot
from tui.ui.grouping import Grouping
from tui.ui.lineage import Lineage
from tui.ui.present.batch import COLUMNS, SORTS, child_cells, columns_for, counts_pieces
from tui.ui.present.children import Children, children_text
from tui.ui.present.forecast import Expected, eta_text, expected, forecast_text
from tui.ui.present.groups import GROUP_COLUMNS, group_cells
from tui.ui.present.strip import legend
from tui.ui.screens.choose import ChooseScreen
from tui.ui.screens.work import View, WorkScreen, status_text
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.head import Head
from tui.ui.widgets.lines import cut
from tui.ui.widgets.preview import ChildPreview
from tui.ui.widgets.strip import StatusStrip
from tui.ui.widgets.virtual_table import Cell, VirtualTable

__all__ = ["BatchScreen"]

_GROUPS = 4
_GROUPED_EVERY = 1.0
"""Seconds between two groupings while children come."""
_WIDE = 140
_FAILED = "status:failed"
_LAYOUTS = ("", "-no-strip", "-no-table")


class BatchScreen(WorkScreen):
    """Enter on a batch: drawn at once from its counts, its children come by need."""

    CSS_PATH = "batch.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (_WIDE, "-two")]  # noqa: RUF012
    KEYS = (
        "tab pane  n/N failure  enter open  l log  / filter  F failed  E triage  x act  ? help  "
        "space mark  s order  < > sort  R turn  T timeline  b strip  d detail  D diff  q back"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "log", "log", id="batch.log"),
        Binding("F", "failed", "failed only", id="batch.failed"),
        Binding("E", "triage", "triage", id="batch.triage"),
        Binding("d", "detail", "detail", id="batch.detail", show=False),
        Binding("v", "raw", "raw", id="batch.raw", show=False),
        Binding("x", "act", "act", id="batch.act"),
        Binding("X", "abort", "abort plan", id="batch.abort", show=False),
        Binding("D", "diff", "diff", id="batch.diff", show=False),
        Binding("T", "timeline", "timeline", id="batch.timeline", show=False),
        Binding("b", "layout", "strip, table", id="batch.layout", show=False),
        Binding("p", "toggle_class('-no-preview')", "preview", id="batch.preview", show=False),
        Binding("s", "order", "order", id="batch.order", show=False),
        Binding("less_than_sign", "sort_by(-1)", "sort", id="batch.sort_left", show=False),
        Binding("greater_than_sign", "sort_by(1)", "sort", id="batch.sort_right", show=False),
        Binding("R", "reverse", "turn round", id="batch.reverse", show=False),
        Binding("t", "times", "times", id="batch.times", show=False),
        Binding("space", "mark", "mark", id="batch.mark", show=False),
        Binding("V", "range", "mark from the last mark", id="batch.range", show=False),
        Binding("asterisk", "mark_all", "mark all", id="batch.mark_all", show=False),
        Binding("U", "unmark", "mark none", id="batch.unmark", show=False),
        Binding("y,c", "copy", "copy", id="batch.copy", show=False),
        Binding("tab", "pane(1)", "next pane", id="batch.pane", show=False),
        Binding("shift+tab", "pane(-1)", "previous pane", id="batch.pane_back", show=False),
        Binding("Y", "copy_rows", "copy rows", id="batch.copy_rows", show=False),
    ]

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__(ref, deck, clock)
        self.grouping = Grouping(deck)
        self.lineage = Lineage(ref, deck.actions.journal)
        self._batch: Task | None = None
        self.listed = Children()
        self._ages = False
        self._more_to_group = False
        self._mark_from: str | None = None
        self._one = Expected(None, None, 0)

    def body(self) -> Iterable[Widget]:
        """Counts, strip, failures, children."""
        yield Static(id="counts", markup=False)
        yield StatusStrip(id="strip")
        yield Static(id="groups-rule", markup=False)
        yield VirtualTable(GROUP_COLUMNS, self._group_cells, id="groups")
        yield Static(id="children-rule", markup=False)
        with Horizontal(id="panes"):
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
        feed = new.children.get(self.ref)
        if self.is_mounted and (feed is not old.children.get(self.ref) or new.task(self.ref) is not old.task(self.ref)):
            self._take(feed)
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
                    self.table.set_columns(columns_for(feed.tasks.values()))
                    self.table.sorted_by = self._sorted_column
                self._arrange_all()
                self.table.redraw(changed)
                self._look_deeper()
        self.draw()

    def _arrange_all(self) -> None:
        """Order and filter anew; the strip shows all in its own order."""
        self.strip.statuses = self.listed.arrange(self._filter_context)
        self._arrange()

    def _look_deeper(self) -> None:
        """Group the failures and see what is to come: after the first paint, and at most once a second while more
        children come, for what was begun is not thrown away."""
        self._more_to_group = True
        if not any(worker.group == "batch-groups" and worker.is_running for worker in self.workers):
            self._group_on()

    @work(group="batch-groups")
    async def _group_on(self) -> None:
        await self.clock.sleep(0.05)
        while self._more_to_group:
            self._more_to_group = False
            children = tuple(self.listed.tasks.values())
            self._one = expected(children, self.now)
            if await self.grouping.renew(children):
                self._show_groups()
            if await self.grouping.read_samples(children):
                self._show_groups()
            if self._more_to_group:
                await self.clock.sleep(_GROUPED_EVERY)

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
        return Context(
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
        return child_cells(self.listed.tasks[key], self.now, self._ages, self.table.columns)

    def _group_cells(self, key: str) -> Sequence[Cell]:
        return group_cells(next(g for g in self.grouping.groups if g.key == key), self.now)

    def header(self) -> Head:
        """Name, status, account; project, money, forecast, app, id."""
        task = self.task_now
        if task is None:
            return Head(f"batch  {self.ref}")
        left = task.counts.total - task.counts.finished if task.counts else 0
        tries = self.lineage.tries(self.snapshot)
        below = (
            str(tries) if tries else f"{len(self.lineage.batches)} tries" if len(self.lineage.batches) > 1 else None,
            task.project,
            f"{task.price} so far" if task.price else None,
            forecast_text(task, self._one, left),
            eta_text(self.listed.tasks.values(), left, self.now),
            f"id {task.ref.id}",
            task.app,
        )
        return Head(f"batch  {task.name}", status_text(task, self.now), task.status, (task.ref.account,), below)

    def draw(self) -> None:
        """Header, counts, and the lines above the failures and the children."""
        super().draw()
        if not self.is_mounted:
            return
        width = max(20, self.size.width)
        task = self.task_now
        tally = task.counts if task and task.counts else Tally.of(t.status for t in self.listed.tasks.values())
        known = bool(self.listed.tasks) or task is not None
        pieces = counts_pieces(tally) if known else [("counts are coming", "dim")]
        room = width - sum(len(text) for text, _ in pieces) - 4
        right = legend(self.strip.cells.per, room) if self.listed.tasks else ""
        gap = " " * max(1, width - sum(len(text) for text, _ in pieces) - len(right) - 2)
        self.query_one("#counts", Static).update(Content.assemble(" ", *pieces, gap, (right, "dim")))
        self._rule("#groups-rule", self._groups_text(), width)
        feed = self.snapshot.children.get(self.ref)
        said = children_text(self.listed, feed, len(self.table.view), self.table.marks)
        self._rule("#children-rule", said, width, bad=bool(self.listed.wrong))

    def _rule(self, name: str, text: str, width: int, *, bad: bool = False) -> None:
        content = Content.styled(cut(text.ljust(width, "─"), width), "$text-warning" if bad else "dim")
        self.query_one(name, Static).update(content)

    def _groups_text(self) -> str:
        number = len(self.grouping.groups)
        more = f", {number - _GROUPS} more below" if number > _GROUPS else ""
        return f"─ failures by signature{more}   (E full screen, enter filters, space marks the group, l sample log) "

    def next_text(self) -> str:
        """What to press; where nothing is there, why."""
        task, failed = self.task_now, sum(group.count for group in self.grouping.groups)
        if self.table.marks:
            return f"{len(self.table.marks):,} marked: x actions   D diff of two   U none"
        if failed:
            plan = self._one.words(failed)
            return "next: n failure   F failed only   E triage   x f rerun what failed" + (f": {plan}" if plan else "")
        feed = self.snapshot.children.get(self.ref)
        if feed is not None and feed.complete and not self.listed.order:
            return "this batch has no children"
        return "" if task is None or not task.status.is_final else "all children ended without a failure"

    # --- narrowing -----------------------------------------------------------------------------------------------

    def typed(self, what: str, text: str) -> None:
        """Show only children that match; what cannot be read leaves the last good result."""
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

    @property
    def _sorted_column(self) -> str | None:
        return next((key for key, field in SORTS.items() if field == self.listed.sort.field), None)

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

    @on(VirtualTable.Moved)
    @on(DescendantFocus)
    def _preview(self) -> None:
        """Beside the tables: the group while the groups have the keys, else the child."""
        place = self.query_one("#preview", ChildPreview)
        if self.size.width < _WIDE or self.has_class("-no-preview"):
            return
        if (group := self.group) is not None:
            place.group(group)
        elif (child := self.child) is not None:
            place.child(child, self.listed.tasks.values(), self.grouping.of_task.get(child.ref))

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
        """The child in full."""
        self.open(View.DETAIL, self.child.ref.task if self.child else self.ref)

    def action_act(self) -> None:
        """What can be done with the marked children, the group under the cursor, or the batch."""
        self.open(View.ACTIONS, text="rerun-failed" if self.group and not self.table.marks else "", refs=self.chosen)

    def action_abort(self) -> None:
        """The plan of aborting the marked children, or the batch."""
        self.open(View.ACTIONS, text="abort", refs=self.chosen)

    def action_diff(self) -> None:
        """Two marked ones, or the child against the good one that is most like it."""
        marked = self.chosen[:2] if len(self.table.marks) == 2 else ()
        child = self.child
        if not marked and child is not None:
            good = nearest_good(child, self.listed.tasks.values())
            marked = (child.ref, good.ref) if good is not None else ()
        if marked:
            self.open(View.DIFF, marked[0], refs=marked)
        else:
            self.say("there is no good child to compare with")

    def action_copy(self) -> None:
        """The reference of the child under the cursor."""
        ref = self.child.ref if self.child else self.ref
        self.open(View.COPY, ref, str(ref))

    def action_copy_rows(self) -> None:
        """The shown or marked rows as TSV."""
        keys = [k for k in self.table.view if k in self.table.marks] or self.table.view
        rows = ["\t".join(["REF", *(c.label for c in self.table.columns)])]
        rows += ["\t".join([key, *(cell.text for cell in self._cells(key))]) for key in keys]
        self.open(View.COPY, text="\n".join(rows))
