"""One job and its log: tabs for the log, the arguments, attempts, files, times and the raw facts."""

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.diff import nearest_good
from tui.domain.errors import TuiError
from tui.domain.exitcode import exit_text
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskRef
from tui.store.deck import Deck
from tui.ui.bindings import bindings
from tui.ui.log.pane import LogPane
from tui.ui.messages import View
from tui.ui.present.format import at_text, cost_text, queued_text, ran_text, status_text, time_text
from tui.ui.present.job import Tab, attempt_count, attempts_of, beside, job_nodes, side_lines, tabs_text
from tui.ui.present.peers import Siblings, same_work
from tui.ui.present.text import cut
from tui.ui.present.tree_node import copied_text
from tui.ui.present.zone import letters_of
from tui.ui.screens.work import WorkScreen
from tui.ui.widgets.detail_tree import DetailTree
from tui.ui.widgets.gantt import Gantt
from tui.ui.widgets.head import Head

__all__ = ["JobScreen"]

_SIDE = 48
_WIDE = 140


class JobScreen(WorkScreen):
    """Enter on a job, `l` on anything."""

    CSS_PATH = "job.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (_WIDE, "-two")]  # noqa: RUF012
    PLACE = "job"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock, *, tab: Tab = Tab.LOG) -> None:
        super().__init__(ref, deck, clock)
        self.job: Task | None = None
        self.tab = tab
        self._family: tuple[Task, ...] = ()
        """The jobs of its task, or the children of its batch."""

    def body(self) -> Iterable[Widget]:
        """Tabs, the log or the tree that the other tabs show, and what stands beside it where there is room."""
        yield Static(id="tabs", markup=False)
        with Horizontal(id="panes"):
            with Vertical(id="main"):
                yield LogPane(self.deck, self.clock, id="pane")
                yield DetailTree(id="facts-tree")
                yield Gantt(id="bars")
            yield Static(id="side", markup=False)

    def on_mount(self) -> None:
        """Keys go to the log."""
        super().on_mount()
        self._open_log()
        self._show_tab()
        self.focus_body()

    def _open_log(self) -> None:
        job = self.task_now
        self.pane.succeeded = job is not None and job.status is TaskStatus.DONE
        self.pane.open(self.ref, failed=job is not None and job.status.is_bad)

    @property
    def pane(self) -> LogPane:
        """The log."""
        return self.query_one("#pane", LogPane)

    @property
    def facts(self) -> DetailTree:
        """What the other tabs show."""
        return self.query_one("#facts-tree", DetailTree)

    @property
    def bars(self) -> Gantt:
        """The jobs of its task, each try with its own bar."""
        return self.query_one("#bars", Gantt)

    def focus_body(self) -> None:
        """Keys go to what the tab shows."""
        shown = {Tab.LOG: self.pane.view, Tab.TIMELINE: self.bars}
        shown.get(self.tab, self.facts).focus()

    @property
    def task_now(self) -> Task | None:
        """The job or task as last known."""
        return self.job or self.snapshot.task(self.ref)

    @property
    def attempts(self) -> tuple[Job, ...]:
        """All tries of this job."""
        return attempts_of(self.job, self._family) if self.job is not None else ()

    # --- loading -------------------------------------------------------------------------------------------------

    def action_reload(self) -> None:
        """Ask for the facts again."""
        self._load()

    @work(group="job-facts", exclusive=True)
    async def _load(self) -> None:
        asked, ref = self.now, self.ref
        try:
            job, family = await self._ask(ref)
        except TuiError as error:
            self.failed(error)
            return
        if ref != self.ref:
            return
        self.job, self._family = job, family
        self.pane.succeeded = job.status is TaskStatus.DONE
        self.error, self.fetched = "", asked
        if job.status.is_final:
            self.pane.view.growing = False
        self._show_tab()
        self.draw()

    async def _ask(self, ref: TaskRef) -> tuple[Task, tuple[Task, ...]]:
        """The job as it is now, and those it is compared with: from the open batch where it is a child of one."""
        children = self.snapshot.children.get(ref.task)
        if children is not None and (held := children.tasks.get(str(ref))) is not None:
            page = await self.deck.child_details([ref]) if not held.status.is_final else None
            return (page.tasks[0] if page and page.tasks else held), tuple(children.tasks.values())
        if ref.job is None:
            task = await self.deck.task(ref)
            batch = self.snapshot.children.get(task.parent) if task.parent else None
            return task, tuple(batch.tasks.values()) if batch else ()
        jobs = await self.deck.jobs(ref)
        found = next((job for job in jobs if job.ref == ref), None)
        return found or await self.deck.task(ref), jobs

    def _show(self, ref: TaskRef) -> None:
        """Another attempt, in place."""
        self.ref = ref
        self.job = next((job for job in self._family if job.ref == ref), None)
        self.tab = Tab.LOG
        self._show_tab()
        self._open_log()
        self.focus_body()
        self.action_reload()
        self.draw()

    @property
    def panes(self) -> tuple[str, ...]:
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
        code, host = (job.exit_code, job.host) if isinstance(job, Job) else (None, None)
        state = " ".join(t for t in (status_text(job, self.now), exit_text(code)) if t)
        tries = attempt_count(self.attempts)
        facts = (
            job.ref.account,
            f"host {host}" if host else job.instance,
            f"attempt {job.attempt} of {tries}" if isinstance(job, Job) and job.attempt and tries else None,
        )
        wide = self.size.width >= _WIDE
        below = (
            f"start {at_text(job, 'started', self.now)}" if wide else None,
            f"end {time_text(job.ended, self.now)} {letters_of(job.ended)}" if wide and job.ended else None,
            f"run {ran_text(job, self.now)}",
            f"queued {queued_text(job, self.now)}",
            cost_text(job),
            job.reason,
            job.app,
        )
        index = f"job {job.index}  " if job.index is not None and job.ref.job else ""
        title = f"{index}{job.key or job.name}" if index else "  ".join(t for t in (job.name, job.key) if t)
        return Head(title, state, job.status, facts, below)

    def draw(self) -> None:
        """Header, tabs and the pane at the side."""
        super().draw()
        if not self.drawable:
            return
        width = max(20, self.size.width)
        pane = self.pane
        wide = width >= _WIDE
        right = "{ } tab"
        if pane.source and self.tab is Tab.LOG:
            right = f"source: {pane.source.name}  (s: {'the next, both' if wide else 'next'})"
        tabs = f" {tabs_text(self.tab, attempt_count(self.attempts), narrow=not wide)}"
        if cell_len(tabs) + cell_len(right) + 2 > width:
            right = right.removeprefix("source: ")
        tabs = cut(tabs, max(8, width - cell_len(right) - 1))
        self.query_one("#tabs", Static).update(
            Content.assemble(tabs, (cut(f" {right}", width - cell_len(tabs)), "dim"))
        )
        if wide and self.job is not None:
            self._draw_side(self.job)

    def _draw_side(self, job: Task) -> None:
        peers = same_work(job, self._family)
        good = nearest_good(job, peers) if job.status.is_bad else None
        siblings = Siblings.of(job, peers, self.now)
        width = _SIDE - 3
        said = side_lines(
            job, siblings, good, self.attempts, self.pane.index, self._advice(job, peers), self.now, width
        )
        lines = [Content.styled(cut(text, width), style) for text, style in said]
        self.query_one("#side", Static).update(Content("\n").join(lines))

    def _advice(self, job: Task, peers: list[Task]) -> list[str]:
        if not job.status.is_bad:
            return []
        alike = sum(p.status is job.status and p.reason == job.reason and p.ref != job.ref for p in peers)
        lines = [f"{alike} more ended the same way  (E shows)"] if alike else ["no other ended this way"]
        return [*(lines if len(peers) > 1 else []), "x opens the actions, with a dry run"]

    def next_text(self) -> str:
        """What the log ends with, or how far a save is."""
        job, pane = self.task_now, self.pane
        if pane.progress:
            return pane.progress
        if pane.source is None or job is None or self.tab is not Tab.LOG:
            return ""
        if not job.status.is_final:
            return "following: upward moves stop" if pane.view.follow else "F or G follows the log as it grows"
        code = exit_text(job.exit_code) if isinstance(job, Job) else ""
        ended = f" {time_text(job.ended, self.now)}" if job.ended else ""
        return f"end of log: {job.status.value}{ended} {code}"

    def crumb(self) -> str:
        """Task and job."""
        return f"tasks > {self.ref.id[:13]}" + (f" > {self.ref.job}" if self.ref.job else "")

    def place(self) -> str:
        """Which match, or how many lines are selected."""
        if self.tab is not Tab.LOG:
            return ""
        view, numbers = self.pane.view, self.pane.notable
        if view.selection is not None:
            return f"{len(view.selection)} selected  y copies"
        at = next((i for i, n in enumerate(numbers) if n == view.marked), -1)
        return f"match {at + 1}/{len(numbers)}" if view.needle or at >= 0 else ""

    # --- keys ----------------------------------------------------------------------------------------------------

    @on(LogPane.Wanted)
    def _wanted(self, message: LogPane.Wanted) -> None:
        hints = {"only": "show only lines with ...   (-C 3 text: with 3 lines around)", "save": "save to"}
        self.ask(message.what, message.value, hints.get(message.what, ""))

    @on(LogPane.Copied)
    def _copied(self, message: LogPane.Copied) -> None:
        self.copy(message.text)

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
            view.needle = self.prompt.value = ""
        elif view.since:
            view.since = 0
        else:
            return super().undo()
        return True

    def action_step(self, way: int) -> None:
        """To the next match, or the next line that sounds like a failure."""
        if self.tab is not Tab.LOG:
            self.facts.find(way)
        elif not self.pane.step(way):
            self.say("no match" if self.pane.view.needle else "no error or warning in what is held")

    def action_tab(self, way: int) -> None:
        """The next or previous tab."""
        tabs = list(Tab)
        self._turn(tabs[(tabs.index(self.tab) + way) % len(tabs)])

    def _turn(self, tab: Tab) -> None:
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
            self.bars.show(beside(self.job, self._family), self.now, self.job.ref)
        if self.job is not None and self.tab is not Tab.LOG:
            self.facts.roots = job_nodes(self.job, self.tab, self.pane.index, self.attempts, self.now)

    def action_log(self) -> None:
        """Back to the log."""
        self._turn(Tab.LOG)

    def action_timeline(self) -> None:
        """Its times, and every try of every job of its task as a bar."""
        self._turn(Tab.TIMELINE)

    def action_previous_attempt(self) -> None:
        """The log of the try before this one; from the first the last."""
        tries = [job.ref for job in self.attempts]
        if len(tries) > 1 and self.ref in tries:
            self._show(tries[tries.index(self.ref) - 1])
        else:
            several = attempt_count(self.attempts) > 1
            self.say("the platform does not list the other attempts" if several else "there was no other attempt")

    @on(Gantt.Chosen)
    def _open_bar(self, message: Gantt.Chosen) -> None:
        if message.task.ref != self.ref:
            self._show(message.task.ref)
        else:
            self.action_log()

    @on(DetailTree.Chosen)
    def _open(self, message: DetailTree.Chosen) -> None:
        if message.node.target is not None:
            self._show(message.node.target)

    def action_copy(self) -> None:
        """The selected lines, the line jumped to, the lines on screen; in a tree the value."""
        node = self.facts.node
        text = self.pane.copied() if self.tab is Tab.LOG else "" if node is None else copied_text(node)
        self.pane.view.select(False)
        self.copy(text)

    def action_copy_id(self) -> None:
        """The job's reference."""
        self.copy(str(self.ref))

    def action_act(self) -> None:
        """The action menu."""
        self.act()

    def action_abort(self) -> None:
        """The plan of its abort."""
        self.act(Verb.ABORT)

    def action_triage(self) -> None:
        """Failures like this one."""
        job = self.task_now
        self.open(View.TRIAGE, job.parent if job is not None and job.parent else self.ref.task)

    def action_diff(self) -> None:
        """Against the sibling in its batch that is most like it; a step of a plain task against the same step of the
        last good run, which the other screen looks for."""
        job = self.job
        good = nearest_good(job, self._family) if job is not None and job.index is not None else None
        self.open(View.DIFF, other=good.ref if good is not None else None)
