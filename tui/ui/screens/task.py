"""One task in full: the tree at the left, timeline, job and log tail at the right where there is room."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.detail import TaskDetail
from tui.domain.diff import Difference, differences
from tui.domain.errors import TuiError
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Kind, Task, TaskRef
from tui.store.deck import Deck
from tui.ui.bindings import bindings
from tui.ui.comparison import good_for, only_changed, with_changes
from tui.ui.log.text import LogText
from tui.ui.messages import View
from tui.ui.present.format import cost_text, span_text, status_text
from tui.ui.present.tree import detail_nodes
from tui.ui.present.tree_node import copied_text, subtree
from tui.ui.screens.work import WorkScreen
from tui.ui.widgets.detail_tree import DetailTree
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.head import Head
from tui.ui.widgets.job_side import SidePane

__all__ = ["TaskScreen"]

_TAIL_BYTES = 8192
_TAIL_LINES = 40
_WIDE = 140


class TaskScreen(WorkScreen):
    """Enter on a plain task."""

    CSS_PATH = "task.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (_WIDE, "-two")]  # noqa: RUF012
    PLACE = "task"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock, *, raw: bool = False) -> None:
        super().__init__(ref, deck, clock)
        self.detail: TaskDetail | None = None
        self._raw_wanted = raw
        """Show the platform's own answer as soon as it is here."""
        self._ages = False
        self._found: tuple[Difference, ...] = ()
        """What differs from the good task it is compared with."""
        self._only = False

    def body(self) -> Iterable[Widget]:
        """Tree and side pane."""
        with Horizontal(id="panes"):
            yield DetailTree(id="tree")
            yield SidePane(id="side", markup=False)
        yield Gantt(id="gantt")

    def on_mount(self) -> None:
        """Keys go to the tree."""
        super().on_mount()
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
            if self.detail is None:
                self.facts.empty = f"{error}\nr tries again"
            return
        self.error, self.fetched = "", asked
        self._show()
        if self._raw_wanted:
            self.action_raw()
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
                self._found = differences(one, await self.deck.detail(good), self.now)
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
        if job is None or self.size.width < _WIDE:
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

    @property
    def panes(self) -> tuple[str, ...]:
        """The bars, or what they stand in place of."""
        return ("bars",) if self.has_class("-timeline") else ("tree",)

    # --- words ---------------------------------------------------------------------------------------------------

    def header(self) -> Head:
        """Name, status, account; project, app, money, id."""
        task = self.task_now
        if task is None:
            return Head(str(self.ref))
        app = task.app.removeprefix(f"{task.project}/") if task.app and task.project else task.app
        by = task.created_by if self.size.width >= _WIDE else None
        below = (
            self.project_of(task),
            app,
            cost_text(task),
            f"run {span_text(span)}" if (span := task.ran(self.now)) is not None else None,
            f"id {task.ref.id}",
            f"by {by}" if by else None,
        )
        return Head(task.name, status_text(task, self.now), task.status, (task.ref.account,), below)

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

    def typed(self, what: str, text: str) -> None:
        """Mark what holds it."""
        self.facts.needle = text

    def action_step(self, way: int) -> None:
        """To the next find while searching, else to the next failure."""
        tree = self.facts
        if not (tree.find(way) if tree.needle else tree.next_failure(way)):
            self.say("nothing found" if tree.needle else "no failure here")

    @on(DetailTree.Chosen)
    def _open(self, message: DetailTree.Chosen) -> None:
        target = message.node.target
        if target is not None:
            self.open(View.JOB if target.job is not None else View.DETAIL, target)

    def action_log(self) -> None:
        """The log of the selected job, else of the task."""
        job = self.side.selected
        self.open(View.LOG, job.ref if job else self.ref)

    def action_raw(self) -> None:
        """Unfold the platform's own answer and put its first line at the top."""
        if self.detail is None:
            self._raw_wanted = True
            return
        self._raw_wanted = False
        if self.detail.raw is None:
            self.say("the platform's own answer was not kept")
            return
        if self._only:
            self.action_changed()
        if self.has_class("-timeline"):
            self.action_timeline()
        self.facts.show_whole("raw")

    def action_copy(self) -> None:
        """The value under the cursor."""
        node = self.facts.node
        if node is not None:
            self.copy(copied_text(node))

    def action_copy_id(self) -> None:
        """The task's reference."""
        self.copy(str(self.ref))

    def action_copy_tree(self) -> None:
        """The line with all below it, as JSON."""
        node = self.facts.node
        if node is not None:
            self.copy(json.dumps({node.label: subtree(node)}, indent=2, ensure_ascii=True))

    def action_act(self) -> None:
        """The action menu."""
        self.act()

    def action_abort(self) -> None:
        """The plan of its abort."""
        self.act(Verb.ABORT)

    def action_timeline(self) -> None:
        """The jobs' bars over the whole width, and back."""
        self.toggle_class("-timeline")
        self.focus_body()

    @on(Gantt.Chosen)
    def _open_bar(self, message: Gantt.Chosen) -> None:
        self.open(View.JOB, message.task.ref)

    def action_times(self) -> None:
        """Ages or points in time."""
        self._ages = not self._ages
        self._show()

    def action_changed(self) -> None:
        """Only what differs from the last good run, on and off."""
        if not self._only and not only_changed(self.facts.roots):
            self.say("nothing is known to differ from a good run")
            return
        self._only = not self._only
        self._show()

    def undo(self) -> bool:
        """Leave the timeline before the screen."""
        if self.has_class("-timeline"):
            self.action_timeline()
            return True
        return super().undo()

    def action_batch(self) -> None:
        """The batch this is, or is in."""
        task = self.task_now
        if task is not None and (task.kind is Kind.BATCH or task.parent is not None):
            self.open(View.BATCH, task.parent or task.ref)
        else:
            self.say("not part of a batch")

    def action_triage(self) -> None:
        """Similar failures."""
        self.open(View.TRIAGE)

    def action_diff(self) -> None:
        """What differs from the last success."""
        self.open(View.DIFF)
