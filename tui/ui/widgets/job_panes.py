"""One job and its log: tabs for the log, the arguments, attempts, files, times and the raw facts."""

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.errors import TuiError
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.deck import Deck
from tui.ui.job_facts import JobFacts
from tui.ui.log.pane import LogPane
from tui.ui.present.head import Head
from tui.ui.present.job import Tab, attempt_count, beside, job_nodes, tab_line
from tui.ui.present.tree_node import copied_text
from tui.ui.widgets.detail_tree import DetailTree
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.panes import Panes

__all__ = ["WIDE", "JobPanes"]

_SIDE = 48
WIDE = 140


class JobPanes(Panes):
    """The log, or another tab in its place, and what stands beside it."""

    PLACE = "job"

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock, *, tab: Tab = Tab.LOG) -> None:
        super().__init__(ref, deck, clock)
        self.facts_of = JobFacts(deck)
        self.pane = LogPane(deck, clock, id="pane")
        self.facts = DetailTree(id="facts-tree")
        """What the other tabs show."""
        self.bars = Gantt(id="bars")
        """The jobs of its task, each try with its own bar."""
        self.tab = tab

    def compose(self) -> ComposeResult:
        """Tabs, the log or the tree that the other tabs show, and what stands beside it where there is room."""
        yield Static(id="tabs", markup=False)
        with Horizontal(id="panes"):
            with Vertical(id="main"):
                yield self.pane
                yield self.facts
                yield self.bars
            yield Static(id="side", markup=False)

    def opened(self) -> None:
        """Keys go to the log."""
        super().opened()
        self._open_log()
        self._show_tab()
        self.focus_body()

    def _open_log(self) -> None:
        job = self.task_now
        self.pane.succeeded = job is not None and job.status is TaskStatus.DONE
        self.pane.open(self.ref, failed=job is not None and job.status.is_bad)

    def focus_body(self) -> None:
        """Keys go to what the tab shows."""
        shown = {Tab.LOG: self.pane.view, Tab.TIMELINE: self.bars}
        shown.get(self.tab, self.facts).focus()

    @property
    def task_now(self) -> Task | None:
        """The job or task as last known."""
        return self.job or self.snapshot.task(self.ref)

    @property
    def job(self) -> Task | None:
        """The job as the platform described it."""
        return self.facts_of.job

    # --- loading -------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Ask for the facts again."""
        self._load()

    @work(group="job-facts", exclusive=True)
    async def _load(self) -> None:
        asked, ref = self.now, self.ref
        try:
            job, family = await self.facts_of.ask(ref, self.snapshot)
        except TuiError as error:
            self.failed(error)
            return
        if ref != self.ref:
            return
        self.facts_of.job, self.facts_of.family = job, family
        self.pane.succeeded = job.status is TaskStatus.DONE
        self.error, self.fetched = "", asked
        if job.status.is_final:
            self.pane.view.growing = False
        self._show_tab()
        self.draw()

    def show_job(self, ref: TaskRef) -> None:
        """Another attempt, in place."""
        self.ref = ref
        self.facts_of.turn_to(ref)
        self.tab = Tab.LOG
        self._show_tab()
        self._open_log()
        self.focus_body()
        self.reload()
        self.draw()

    @property
    def shown(self) -> tuple[str, ...]:
        """The log, the bars, or the tree of another tab."""
        return ({Tab.LOG: "log", Tab.TIMELINE: "bars"}.get(self.tab, "tree"),)

    # --- words ---------------------------------------------------------------------------------------------------

    @on(LogPane.Changed)
    def _log_changed(self) -> None:
        self.draw()

    @on(LogPane.Failed)
    def _log_failed(self, message: LogPane.Failed) -> None:
        self.failed(message.error)

    def header(self) -> Head:
        """Name, status, exit, host, attempt; times, money, reason."""
        job = self.task_now
        if job is None:
            return Head(str(self.ref))
        return self.facts_of.header(job, self.now, wide=self.width >= WIDE)

    def draw(self) -> None:
        """Header, tabs and the pane at the side."""
        super().draw()
        if not self.drawable:
            return
        width = self.width
        pane = self.pane
        wide = width >= WIDE
        source = pane.source.name if pane.source and self.tab is Tab.LOG else ""
        number = attempt_count(self.facts_of.attempts)
        self.query_one("#tabs", Static).update(tab_line(self.tab, number, source, width, narrow=not wide))
        if wide and self.job is not None:
            said = self.facts_of.side(self.job, pane.index, self.now, _SIDE - 3)
            self.query_one("#side", Static).update(said)

    def next_text(self) -> str:
        """What the log ends with, or how far a save is."""
        job, pane = self.task_now, self.pane
        if pane.progress:
            return pane.progress
        if pane.source is None or job is None or self.tab is not Tab.LOG:
            return ""
        if not job.status.is_final:
            return "following: upward moves stop" if pane.view.follow else "F or G follows the log as it grows"
        return self.facts_of.ended(job, self.now)

    def crumb(self) -> str:
        """Task and job."""
        return f"tasks > {self.ref.id[:13]}" + (f" > {self.ref.job}" if self.ref.job else "")

    def place(self) -> str:
        """Which match, or how many lines are selected."""
        if self.tab is not Tab.LOG:
            return ""
        view, numbers = self.pane.view, self.pane.found.notable
        if view.selection is not None:
            return f"{len(view.selection)} selected  y copies"
        at = next((i for i, n in enumerate(numbers) if n == view.marked), -1)
        return f"match {at + 1}/{len(numbers)}" if view.needle or at >= 0 else ""

    # --- keys ----------------------------------------------------------------------------------------------------

    @on(LogPane.Wanted)
    def _wanted(self, message: LogPane.Wanted) -> None:
        hints = {"only": "show only lines with ...   (-C 3 text: with 3 lines around)", "save": "save to"}
        self.frame.ask(message.what, message.value, hints.get(message.what, ""))

    @on(LogPane.Copied)
    def _copied(self, message: LogPane.Copied) -> None:
        self.requests.copy(message.text)

    def typed(self, what: str, text: str) -> None:
        """Search or filter while it is typed."""
        if what == "only":
            self.pane.only(text)
        elif what == "find" and self.tab is Tab.LOG:
            self.pane.view.needle = text
        elif what == "find":
            self.facts.needle = text

    def entered(self, what: str, text: str) -> None:
        """Go to the match, or begin to save."""
        if what == "save":
            self.pane.save(text)
        elif what == "find":
            super().entered(what, text)

    def undo(self) -> bool:
        """Selection, filter, search, and what was left out before a time: one a press."""
        view = self.pane.view
        if view.selection is not None:
            view.select(False)
        elif view.only:
            self.pane.only("")
        elif view.needle:
            view.needle = self.frame.prompt.value = ""
        elif view.since:
            view.since = 0
        else:
            return super().undo()
        return True

    def step(self, way: int) -> None:
        """To the next match, or the next line that sounds like a failure."""
        if self.tab is not Tab.LOG:
            self.facts.find(way)
        elif not self.pane.found.step(way):
            self.say("no match" if self.pane.view.needle else "no error or warning in what is held")

    def turn(self, tab: Tab) -> None:
        """Show another tab."""
        self.tab = tab
        self._show_tab()
        self.focus_body()
        self.draw()

    def _show_tab(self) -> None:
        self.pane.display = self.tab is Tab.LOG
        self.facts.display = self.tab is not Tab.LOG
        self.bars.display = self.tab is Tab.TIMELINE
        self.set_class(self.tab is Tab.TIMELINE, "-timeline")
        if self.job is not None and self.tab is Tab.TIMELINE:
            self.bars.show(beside(self.job, self.facts_of.family), self.now, self.job.ref)
        if self.job is not None and self.tab is not Tab.LOG:
            self.facts.roots = job_nodes(self.job, self.tab, self.pane.index, self.facts_of.attempts, self.now)

    def copied(self) -> str:
        """What `y` copies: of the log what is selected, jumped to or on screen, of a tree the value."""
        node = self.facts.node
        text = self.pane.copied() if self.tab is Tab.LOG else "" if node is None else copied_text(node)
        self.pane.view.select(False)
        return text

    @on(Gantt.Chosen)
    def _open_bar(self, message: Gantt.Chosen) -> None:
        if message.task.ref != self.ref:
            self.show_job(message.task.ref)
        else:
            self.turn(Tab.LOG)

    @on(DetailTree.Chosen)
    def _open(self, message: DetailTree.Chosen) -> None:
        if message.node.target is not None:
            self.show_job(message.node.target)
