"""A batch: counts, all children as letters, failures by what they say, the children themselves."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.domain.errors import TuiError
from tui.domain.status import TaskStatus
from tui.domain.task import Tally, Task, TaskRef
from tui.platforms.clock import Clock
from tui.store.deck import Deck
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.batch import COLUMNS, child_cells, counts_text, failure_groups, group_line, matches
from tui.ui.present.strip import legend
from tui.ui.screens.work import Opened, View, WorkScreen, status_text
from tui.ui.widgets.lines import cut
from tui.ui.widgets.strip import StatusStrip
from tui.ui.widgets.virtual_table import Cell, VirtualTable

__all__ = ["BatchScreen"]

_GROUPS = 4


class BatchScreen(WorkScreen):
    """Enter on a batch: drawn at once from its counts, its children come by need."""

    CSS_PATH = "batch.tcss"
    KEYS = "tab pane  n/N next fail  enter open  l log  / filter  F failed only  < > zoom  x act  q back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "log", "log", id="batch.log"),
        Binding("F", "failed", "failed only", id="batch.failed"),
        Binding("E", "triage", "triage", id="batch.triage"),
        Binding("v", "detail", "detail", id="batch.detail", show=False),
        Binding("x", "act", "act", id="batch.act"),
        Binding("y,c", "copy", "copy", id="batch.copy", show=False),
    ]

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__(ref, deck, clock)
        self._batch: Task | None = None
        self._children: dict[str, Task] = {}
        self._order: list[str] = []
        self._shown = 0
        self._needle = ""
        self._cell: range | None = None

    def body(self) -> Iterable[Widget]:
        """Counts, strip, failures, children."""
        yield Static(id="counts", markup=False)
        yield StatusStrip(id="strip")
        yield Static(id="groups", markup=False)
        yield Static(id="children-rule", markup=False)
        yield VirtualTable(COLUMNS, self._cells, id="children")

    def on_mount(self) -> None:
        """Ask for the children, and keep asking while the screen stands."""
        super().on_mount()
        self.deck.look((), (self.ref,))
        self.focus_body()
        self._take(self.snapshot.children.get(self.ref))

    def focus_body(self) -> None:
        """Keys go to the children."""
        self.table.focus()

    @property
    def table(self) -> VirtualTable:
        """The children."""
        return self.query_one("#children", VirtualTable)

    @property
    def task_now(self) -> Task | None:
        """The batch as last known."""
        return self.snapshot.task(self.ref) or self._batch

    def action_reload(self) -> None:
        """Ask for the batch itself; the store renews the children."""
        if self.snapshot.task(self.ref) is None:
            self._load()

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

    def _take(self, feed: Feed | None) -> None:
        if feed is not None:
            before, self._children = self._children, dict(feed.tasks)
            self._order = list(feed.tasks)
            self.fetched = feed.fetched
            self.error = str(feed.error) if feed.error else ""
            self.query_one("#strip", StatusStrip).statuses = [task.status for task in self._children.values()]
            self._arrange()
            changed = [key for key, task in self._children.items() if before.get(key) is not task]
            self.table.redraw(changed)
        self.draw()

    def _arrange(self) -> None:
        keys: Sequence[str] = self._order
        if self._cell is not None:
            keys = self._order[self._cell.start : self._cell.stop]
        if self._needle:
            keys = [key for key in keys if matches(self._children[key], self._needle)]
        self.table.show(keys)
        self._shown = len(keys)

    def _cells(self, key: str) -> Sequence[Cell]:
        return child_cells(self._children[key], self.now)

    # --- words ---------------------------------------------------------------------------------------------------

    def header(self) -> tuple[str, str, str]:
        """Name, status, account; project, money, app, id."""
        task = self.task_now
        if task is None:
            return (f"batch  {self.ref}", "", "")
        money = f"{task.price} so far" if task.price else None
        facts = (task.project, money, task.app, f"id {task.ref.id}")
        first = f"batch  {task.name}   {status_text(task, self.now)}   {task.ref.account}"
        return (first, " | ".join(f for f in facts if f), "")

    def draw(self) -> None:
        """Header, counts, failures, and the line above the children."""
        super().draw()
        width = max(20, self.size.width)
        task, strip = self.task_now, self.query_one("#strip", StatusStrip)
        tally = task.counts if task and task.counts else Tally.of(t.status for t in self._children.values())
        right = legend(strip.cells.per) if self._children else ""
        self.query_one("#counts", Static).update(
            Content.assemble(
                (cut(counts_text(tally), min(width, 62)), "bold"), (cut("  " + right, max(0, width - 62)), "dim")
            )
        )
        self._draw_groups(width)
        shown = len(self._order) if not self._needle and self._cell is None else self._shown
        feed = self.snapshot.children.get(self.ref)
        more = "" if feed is None or feed.complete else "+"
        where = f"   cell {self._cell.start}-{self._cell.stop - 1}" if self._cell is not None else ""
        said = f"─ children   /{self._needle}{where}   {shown:,} of {len(self._order):,}{more} "
        if feed is None or (feed.loading and not self._order):
            said = "─ children   loading "
        self.query_one("#children-rule", Static).update(Content.styled(said.ljust(width, "─")[:width], "dim"))

    def _draw_groups(self, width: int) -> None:
        groups = failure_groups(self._children.values())
        place = self.query_one("#groups", Static)
        place.display = bool(groups)
        head = f"{'n':>6}  {'first':>10} {'last':>10} {'exit':>5}  FAILURES by what they say"
        lines = [Content.styled(cut(head, width), "dim")]
        for group in groups[:_GROUPS]:
            lines.append(Content.styled(cut(group_line(group, self.now), width), "$text-error"))
        if len(groups) > _GROUPS:
            lines.append(Content.styled(f"       {len(groups) - _GROUPS} more groups, E shows all", "dim"))
        place.update(Content("\n").join(lines))

    def next_text(self) -> str:
        """What to press."""
        failed = any(task.status is TaskStatus.FAILED for task in self._children.values())
        return "next: n next failure   F failed only   E triage   x f rerun what failed" if failed else ""

    # --- keys ----------------------------------------------------------------------------------------------------

    def search(self, needle: str) -> None:
        """Show only children that match."""
        self._needle = needle
        self._arrange()
        self.draw()

    def action_back(self) -> None:
        """Show all children again, else leave."""
        if self._cell is not None or (self._needle and not self.query_one("#find").has_class("-open")):
            self._cell, self._needle = None, ""
            self._arrange()
            self.draw()
        else:
            super().action_back()

    def action_failed(self) -> None:
        """Only what failed, on and off."""
        self.search("" if self._needle == "status:failed" else "status:failed")

    def action_step(self, way: int) -> None:
        """To the next or previous failed child of those shown."""
        keys = [k for k in self.table.view if self._children[k].status is TaskStatus.FAILED]
        if not keys:
            self.notify("no failure here", markup=False)
            return
        place = {key: row for row, key in enumerate(self.table.view)}
        at = place.get(self.table.target or "", -1)
        rows = [place[key] for key in keys]
        ahead = [row for row in rows if (row > at if way > 0 else row < at)]
        self.table.go((ahead[0] if way > 0 else ahead[-1]) if ahead else rows[0 if way > 0 else -1])

    @on(StatusStrip.Moved)
    def _show_cell(self, message: StatusStrip.Moved) -> None:
        self._cell = message.children if len(message.children) < len(self._order) else None
        self._arrange()
        self.draw()
        if message.chosen:
            self.table.focus()

    @property
    def child(self) -> Task | None:
        """The child under the cursor."""
        target = self.table.target
        return None if target is None else self._children.get(target)

    @on(VirtualTable.Chosen)
    def _open(self) -> None:
        child = self.child
        if child is not None:
            self.post_message(Opened(child.ref, View.DETAIL if child.ref.job is None else View.JOB))

    def action_log(self) -> None:
        """The log of the child under the cursor."""
        if self.child is not None:
            self.post_message(Opened(self.child.ref, View.LOG))

    def action_triage(self) -> None:
        """Its failures by signature."""
        self.post_message(Opened(self.ref, View.TRIAGE))

    def action_detail(self) -> None:
        """The batch itself in full."""
        self.post_message(Opened(self.ref, View.DETAIL))

    def action_act(self) -> None:
        """What can be done with the batch."""
        self.post_message(Opened(self.ref, View.ACTIONS))

    def action_copy(self) -> None:
        """The reference of the child under the cursor."""
        ref = self.child.ref if self.child else self.ref
        self.post_message(Opened(ref, View.COPY, str(ref)))
