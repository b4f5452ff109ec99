"""One task in full: the tree at the left, timeline, job and log tail at the right where there is room."""

from contextlib import suppress

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.clock import Clock
from tui.domain.detail import TaskDetail
from tui.domain.diff import Difference, differences
from tui.domain.errors import TuiError
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskRef
from tui.store.deck import Deck
from tui.store.good_task import good_for
from tui.ui.comparison import only_changed, with_changes
from tui.ui.log.tail import tail_of
from tui.ui.messages import View
from tui.ui.present.head import Head
from tui.ui.present.task_head import task_head, task_next
from tui.ui.present.tree import detail_nodes
from tui.ui.widgets.detail_tree import DetailTree
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.job_side import SidePane
from tui.ui.widgets.panes import Panes

__all__ = ["WIDE", "TaskPanes"]

WIDE = 140


class TaskPanes(Panes):
    """The tree of the task, and what stands beside it."""

    PLACE = "task"

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock, *, raw: bool = False) -> None:
        super().__init__(ref, deck, clock)
        self.detail: TaskDetail | None = None
        self._raw_wanted = raw
        """Show the platform's own answer as soon as it is here."""
        self._ages = False
        self._found: tuple[Difference, ...] = ()
        """What differs from the good task it is compared with."""
        self._only = False

    def compose(self) -> ComposeResult:
        """Tree and side pane."""
        with Horizontal(id="panes"):
            yield DetailTree(id="tree")
            yield SidePane(id="side", markup=False)
        yield Gantt(id="gantt")

    def opened(self) -> None:
        """Keys go to the tree."""
        super().opened()
        self.focus_body()

    def focus_body(self) -> None:
        """Keys go to the tree, or to the timeline where that is shown."""
        (self.gantt if self.has_class("-timeline") else self.facts).focus()

    @property
    def facts(self) -> DetailTree:
        """The left pane."""
        return self.query_one("#tree", DetailTree)

    @property
    def gantt(self) -> Gantt:
        """The timeline over the whole width."""
        return self.query_one("#gantt", Gantt)

    @property
    def side(self) -> SidePane:
        """The right pane."""
        return self.query_one("#side", SidePane)

    @property
    def task_now(self) -> Task | None:
        """The row as the list knows it, else as the detail had it."""
        return self.snapshot.task(self.ref) or (self.detail.task if self.detail else None)

    def reload(self) -> None:
        """Ask for everything again."""
        self._load()

    @work(group="task-detail", exclusive=True)
    async def _load(self) -> None:
        asked = self.now
        try:
            self.detail = await self.deck.detail(self.ref)
        except TuiError as error:
            self.failed(error)
            if self.detail is None:
                self.facts.empty = f"{error}\nr tries again"
            return
        self.error, self.fetched = "", asked
        self._show()
        if self._raw_wanted:
            self.show_raw()
        if self.side.selected is None:
            self.side.selected = self._failed_job()
            self._read_tail()
        if self.detail.task.status.is_bad:
            self._compare(self.detail)
        self.draw()

    @work(group="task-compare", exclusive=True)
    async def _compare(self, one: TaskDetail) -> None:
        """Mark what differs from the last good run; without one, or where that cannot be read, nothing is marked."""
        good = good_for(one.task, self.snapshot)
        if good is not None:
            with suppress(TuiError):
                self._found = differences(one, await self.deck.detail(good.ref), self.now)
                self._show()

    def _show(self) -> None:
        """Draw what is held anew."""
        if self.detail is not None:
            now = self.now
            nodes = with_changes(detail_nodes(self.detail, now, ages=self._ages), self._found)
            self.facts.roots = only_changed(nodes) if self._only else nodes
            self.side.now = now
            self.side.jobs = self.detail.jobs or ()
            self.side.selected = self._held(self.side.selected)
            self.gantt.show(self.detail.jobs or (), now)

    def _held(self, job: Job | None) -> Job | None:
        jobs = (self.detail.jobs if self.detail else None) or ()
        return next((j for j in jobs if job is not None and j.ref == job.ref), None)

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
        if job is None or self.width < WIDE:
            return
        await self.clock.sleep(0.15)
        self.side.tail = await tail_of(self.deck, job.ref, failed=job.status.is_bad)

    @property
    def shown(self) -> tuple[str, ...]:
        """The bars, or what they stand in place of."""
        return ("bars",) if self.has_class("-timeline") else ("tree",)

    # --- words ---------------------------------------------------------------------------------------------------

    def header(self) -> Head:
        """Name, status, account; project, app, money, id."""
        task = self.task_now
        if task is None:
            return Head(str(self.ref))
        project = self.deck.projects.get(task.project or "", task.project)
        return task_head(task, project, self.now, wide=self.width >= WIDE)

    def next_text(self) -> str:
        """The keys that lead on from here."""
        task = self.task_now
        if task is None:
            return ""
        return task_next(task, self.side.selected)

    # --- keys ----------------------------------------------------------------------------------------------------

    def typed(self, what: str, text: str) -> None:
        """Mark what holds it."""
        self.facts.needle = text

    def step(self, way: int) -> None:
        """To the next find while searching, else to the next failure."""
        tree = self.facts
        if not (tree.find(way) if tree.needle else tree.next_failure(way)):
            self.say("nothing found" if tree.needle else "no failure here")

    @on(DetailTree.Chosen)
    def _open(self, message: DetailTree.Chosen) -> None:
        target = message.node.target
        if target is not None:
            self.requests.open(View.JOB if target.job is not None else View.DETAIL, target)

    def show_raw(self) -> None:
        """Unfold the platform's own answer and put its first line at the top."""
        if self.detail is None:
            self._raw_wanted = True
            return
        self._raw_wanted = False
        if self.detail.raw is None:
            self.say("the platform's own answer was not kept")
            return
        if self._only:
            self.turn_changed()
        if self.has_class("-timeline"):
            self.turn_timeline()
        self.facts.show_whole("raw")

    def turn_timeline(self) -> None:
        """The jobs' bars over the whole width, and back."""
        self.toggle_class("-timeline")
        self.focus_body()

    @on(Gantt.Chosen)
    def _open_bar(self, message: Gantt.Chosen) -> None:
        self.requests.open(View.JOB, message.task.ref)

    def turn_times(self) -> None:
        """Ages or points in time."""
        self._ages = not self._ages
        self._show()

    def turn_changed(self) -> None:
        """Only what differs from the last good run, on and off."""
        if not self._only and not only_changed(self.facts.roots):
            self.say("nothing is known to differ from a good run")
            return
        self._only = not self._only
        self._show()

    def undo(self) -> bool:
        """Leave the timeline before the screen."""
        if self.has_class("-timeline"):
            self.turn_timeline()
            return True
        return super().undo()
