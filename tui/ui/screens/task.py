"""One task in full: the tree at the left, timeline, job and log tail at the right where there is room."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from tui.domain.detail import TaskDetail
from tui.domain.errors import TuiError
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Kind, Task, TaskRef
from tui.platforms.clock import Clock
from tui.store.deck import Deck
from tui.ui.present.log import LogText
from tui.ui.present.tree import detail_nodes
from tui.ui.screens.work import Opened, View, WorkScreen, status_text
from tui.ui.widgets.detail_tree import DetailTree
from tui.ui.widgets.side import SidePane

__all__ = ["TaskScreen"]

_TAIL_BYTES = 4096
_TAIL_LINES = 10


class TaskScreen(WorkScreen):
    """Enter on a plain task."""

    CSS_PATH = "task.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (140, "-two")]  # noqa: RUF012
    KEYS = "left/right fold  enter open  l log  / find  n/N failure  y copy  x act  v raw  ? help  q back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "log", "log", id="task.log"),
        Binding("v", "raw", "raw", id="task.raw", show=False),
        Binding("y,c", "copy", "copy", id="task.copy", show=False),
        Binding("x", "act", "act", id="task.act"),
        Binding("b", "batch", "batch", id="task.batch", show=False),
        Binding("E", "triage", "triage", id="task.triage", show=False),
        Binding("D", "diff", "diff", id="task.diff", show=False),
    ]

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__(ref, deck, clock)
        self.detail: TaskDetail | None = None

    def body(self) -> Iterable[Widget]:
        """Tree and side pane."""
        with Horizontal(id="panes"):
            yield DetailTree(id="tree")
            yield SidePane(id="side", markup=False)

    def on_mount(self) -> None:
        """Keys go to the tree."""
        super().on_mount()
        self.focus_body()

    def focus_body(self) -> None:
        """Keys go to the tree."""
        self.facts.focus()

    @property
    def facts(self) -> DetailTree:
        """The left pane."""
        return self.query_one("#tree", DetailTree)

    @property
    def side(self) -> SidePane:
        """The right pane."""
        return self.query_one("#side", SidePane)

    @property
    def task_now(self) -> Task | None:
        """The row as the list knows it, else as the detail had it."""
        return self.snapshot.task(self.ref) or (self.detail.task if self.detail else None)

    def action_reload(self) -> None:
        """Ask for everything again."""
        self._load()

    @work(group="task-detail", exclusive=True)
    async def _load(self) -> None:
        asked = self.now
        try:
            self.detail = await self.deck.detail(self.ref)
        except TuiError as error:
            self.failed(error)
            return
        self.error, self.fetched = "", asked
        self.facts.roots = detail_nodes(self.detail, self.now)
        self.side.now = self.now
        self.side.jobs = self.detail.jobs or ()
        if self.side.selected is None:
            self.side.selected = self._failed_job()
            self._read_tail()
        self.draw()

    def _failed_job(self) -> Job | None:
        jobs = (self.detail.jobs if self.detail else None) or ()
        return next((job for job in jobs if job.status is TaskStatus.FAILED), jobs[-1] if jobs else None)

    @on(DetailTree.Moved)
    def _show_job(self) -> None:
        node = self.facts.job
        jobs = (self.detail.jobs if self.detail else None) or ()
        job = next((j for j in jobs if node is not None and j.ref == node.target), None)
        if job is not None and (self.side.selected is None or job.ref != self.side.selected.ref):
            self.side.selected = job
            self.side.tail = ()
            self._read_tail()
            self.draw()

    @work(group="task-log-tail", exclusive=True)
    async def _read_tail(self) -> None:
        """The end of the selected job's log, 150 ms after the cursor rests, where the pane is shown."""
        job = self.side.selected
        if job is None or self.size.width < 140:
            return
        await self.clock.sleep(0.15)
        try:
            index = await self.deck.logs(job.ref)
            if not index.sources:
                self.side.tail = (index.why_none or "no log",)
                return
            part = await self.deck.read_log(index.sources[0], -_TAIL_BYTES, _TAIL_BYTES)
        except TuiError as error:
            self.side.tail = (f"no log: {error}",)
            return
        text = LogText()
        text.add(part)
        self.side.tail = tuple(text.text(max(0, len(text) - _TAIL_LINES), len(text)).split("\n"))

    # --- words ---------------------------------------------------------------------------------------------------

    def header(self) -> tuple[str, str, str]:
        """Name, status, account; project, app, money, id."""
        task = self.task_now
        if task is None:
            return (f"{self.ref}", "loading" if not self.error else "", "")
        facts = [task.project, task.app, str(task.price) if task.price else None, f"id {task.ref.id}"]
        return (
            f"{task.name}   {status_text(task, self.now)}   {task.ref.account}",
            " | ".join(f for f in facts if f),
            "",
        )

    def next_text(self) -> str:
        """The keys that lead on from here."""
        task = self.task_now
        if task is None:
            return ""
        words = ["l log of " + self.side.selected.name] if self.side.selected else []
        if task.kind is Kind.BATCH:
            words.append("b children")
        if task.status is TaskStatus.FAILED:
            words += ["E similar", "D diff with last good", "x r rerun"]
        elif task.status is TaskStatus.DRAFT:
            words.append("x n run this draft")
        elif not task.status.is_final:
            words.append("x a abort")
        return "next: " + "   ".join(words) if words else ""

    # --- keys ----------------------------------------------------------------------------------------------------

    def search(self, needle: str) -> None:
        """Mark what holds the needle."""
        self.facts.needle = needle

    def action_step(self, way: int) -> None:
        """To the next find while searching, else to the next failure."""
        tree = self.facts
        if not (tree.find(way) if tree.needle else tree.next_failure(way)):
            self.notify("nothing found" if tree.needle else "no failure here", markup=False)

    @on(DetailTree.Chosen)
    def _open(self, message: DetailTree.Chosen) -> None:
        target = message.node.target
        if target is not None:
            self.post_message(Opened(target, View.JOB if target.job is not None else View.DETAIL))

    def action_log(self) -> None:
        """The log of the selected job, else of the task."""
        job = self.side.selected
        self.post_message(Opened(job.ref if job else self.ref, View.LOG))

    def action_raw(self) -> None:
        """Unfold the platform's own answer."""
        self.facts.put_cursor(("raw",))
        self.facts.action_unfold()

    def action_copy(self) -> None:
        """The value under the cursor."""
        node = self.facts.node
        if node is not None:
            self.post_message(Opened(self.ref, View.COPY, node.copied or node.value or node.label))

    def action_act(self) -> None:
        """The action menu."""
        self.post_message(Opened(self.ref, View.ACTIONS))

    def action_batch(self) -> None:
        """The batch this is, or is in."""
        task = self.task_now
        if task is not None and (task.kind is Kind.BATCH or task.parent is not None):
            self.post_message(Opened(task.parent or task.ref, View.BATCH))
        else:
            self.notify("not part of a batch", markup=False)

    def action_triage(self) -> None:
        """Similar failures."""
        self.post_message(Opened(self.ref, View.TRIAGE))

    def action_diff(self) -> None:
        """What differs from the last success."""
        self.post_message(Opened(self.ref, View.DIFF))
