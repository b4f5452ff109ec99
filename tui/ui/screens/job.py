"""One job and its log: tabs for the log, the arguments, attempts, files, times and the raw facts."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.domain.errors import TuiError
from tui.domain.log import TAIL_BYTES, LogIndex, LogSource
from tui.domain.task import Job, Task, TaskRef
from tui.platforms.clock import Clock
from tui.store.deck import Deck
from tui.ui.present.fact import span_text
from tui.ui.present.job import Tab, job_nodes
from tui.ui.present.sgr import uncoloured
from tui.ui.screens.work import Opened, View, WorkScreen, status_text
from tui.ui.widgets.detail_tree import DetailTree
from tui.ui.widgets.lines import cut
from tui.ui.widgets.log_view import LogView

__all__ = ["JobScreen"]

_MORE_BYTES = 1_048_576
_FOUND_SHOWN = 3


class _Prompt(StrEnum):
    SEARCH = "search"
    ONLY = "only"


class JobScreen(WorkScreen):
    """Enter on a job, `l` on anything."""

    CSS_PATH = "job.tcss"
    KEYS = "/ search  & filter  n/N match  F follow  w wrap  s source  {} tab  y copy  q back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("F", "follow", "follow", id="log.follow"),
        Binding("w", "wrap", "wrap", id="log.wrap"),
        Binding("s", "source", "source", id="log.source"),
        Binding("&", "only", "filter", id="log.only", show=False),
        Binding("ampersand", "only", "filter", show=False),
        Binding("right_curly_bracket", "tab(1)", "tab", id="job.tab_next", show=False),
        Binding("left_curly_bracket", "tab(-1)", "tab", id="job.tab_previous", show=False),
        Binding("y,c", "copy", "copy", id="job.copy", show=False),
        Binding("x", "act", "act", id="job.act", show=False),
    ]

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        super().__init__(ref, deck, clock)
        self.job: Task | None = None
        self.index = LogIndex()
        self.source: LogSource | None = None
        self.tab = Tab.LOG
        self._prompt = _Prompt.SEARCH

    def body(self) -> Iterable[Widget]:
        """Tabs, the log with its two rules, and the tree that the other tabs show."""
        yield Static(id="tabs", markup=False)
        with Vertical(id="log-part"):
            yield Static(id="held", markup=False)
            yield LogView(id="log")
            yield Static(id="found", markup=False)
        yield DetailTree(id="facts-tree")

    def on_mount(self) -> None:
        """Keys go to the log."""
        super().on_mount()
        self.view.focus()
        self._load_log()
        self.set_interval(2.0, self._grow)

    @property
    def view(self) -> LogView:
        """The log."""
        return self.query_one("#log", LogView)

    def focus_body(self) -> None:
        """Keys go to what the tab shows."""
        (self.view if self.tab is Tab.LOG else self.query_one("#facts-tree")).focus()

    @property
    def task_now(self) -> Task | None:
        """The job or task as last known."""
        return self.job or self.snapshot.task(self.ref)

    # --- loading -------------------------------------------------------------------------------------------------

    def action_reload(self) -> None:
        """Ask for the facts again."""
        self._load()

    @work(group="job-facts", exclusive=True)
    async def _load(self) -> None:
        asked = self.now
        try:
            self.job = await self.deck.task(self.ref)
        except TuiError as error:
            self.failed(error)
            return
        self.error, self.fetched = "", asked
        self._show_tab()
        self.draw()

    @work(group="job-log", exclusive=True)
    async def _load_log(self) -> None:
        try:
            self.index = await self.deck.logs(self.ref)
        except TuiError as error:
            self.index = LogIndex(why_none=str(error))
        self._take(self.index.sources[0] if self.index.sources else None)

    def _take(self, source: LogSource | None) -> None:
        self.source = source
        self.view.clear()
        if source is not None:
            self._read(source, -TAIL_BYTES, TAIL_BYTES)
        self.draw()

    @work(group="job-log-read", exclusive=True)
    async def _read(self, source: LogSource, start: int, limit: int) -> None:
        try:
            part = await self.deck.read_log(source, start, limit)
        except TuiError as error:
            self.failed(error)
            return
        if source == self.source:
            self.view.add(part)

    def _grow(self) -> None:
        """While following, ask for what came since; skipped while a read is under way."""
        source, held = self.source, self.view.log_text
        reading = any(w.is_running for w in self.workers if w.group == "job-log-read")
        if source is not None and self.view.follow and held.data and not reading:
            self._read(source, held.end, _MORE_BYTES)

    @on(LogView.MoreWanted)
    def _earlier(self, message: LogView.MoreWanted) -> None:
        if self.source is not None:
            start = max(0, message.before - _MORE_BYTES)
            self._read(self.source, start, message.before - start)

    # --- words ---------------------------------------------------------------------------------------------------

    @on(LogView.Changed)
    def _log_changed(self) -> None:
        self.draw()

    def header(self) -> tuple[str, str, str]:
        """Name, status, exit; batch, host, times, money."""
        job = self.task_now
        if job is None:
            return (str(self.ref), "", "")
        end = f" exit {job.exit_code}" if isinstance(job, Job) and job.exit_code is not None else ""
        host = job.host if isinstance(job, Job) else None
        facts = (
            f"host {host}" if host else job.instance,
            f"run {span_text(job.duration(self.now))}",
            f"queued {span_text(job.queued(self.now))}",
            str(job.price) if job.price else None,
            job.reason,
        )
        named = f"{job.key}  " if job.key else ""
        return (
            f"{job.name}  {named} {status_text(job, self.now)}{end}   {job.ref.account}",
            " | ".join(f for f in facts if f),
            "",
        )

    def draw(self) -> None:
        """Header, tabs, the line above the log and the list of found errors."""
        super().draw()
        width = max(20, self.size.width)
        tabs = "  ".join(f"[{tab.value}]" if tab is self.tab else f" {tab.value} " for tab in Tab)
        source = f"source: {self.source.name}  s" if self.source and self.tab is Tab.LOG else "{ } tab"
        room = width - cell_len(source) - 1
        self.query_one("#tabs", Static).update(Content.assemble(cut(f" {tabs}", room), (f" {source}", "dim")))
        self.query_one("#held", Static).update(Content.styled(self._held_text().ljust(width, "─")[:width], "dim"))
        self._draw_found(width)

    def _held_text(self) -> str:
        view, text = self.view, self.view.log_text
        if self.source is None:
            return f"─ {self.index.why_none or 'looking for logs'} "
        first, last = view.shown
        of = f"lines {first:,}-{last:,} of {len(text):,}" if first else "no lines"
        words = [self.source.stream.value, of, text.held_text()]
        if view.only:
            words.insert(1, f"only {view.only!r}")
        words.append(f"wrap {'on' if view.wrap else 'off'}")
        words.append(f"follow {'on' if view.follow else 'off'}")
        return "─ " + "   ".join(words) + (" (g g more) " if text.start else " ")

    def _draw_found(self, width: int) -> None:
        view, found = self.view, self.query_one("#found", Static)
        numbers = view.hits if view.needle else view.troubles
        found.display = bool(numbers)
        if not numbers:
            return
        title = f"─ {'matches' if view.needle else 'errors found'} ({len(numbers)})   n/N jumps "
        at = next((i for i, n in enumerate(numbers) if n == view.marked), len(numbers) - 1)
        first = max(0, min(at - 1, len(numbers) - _FOUND_SHOWN))
        lines = [Content.styled(title.ljust(width, "─")[:width], "dim")]
        for place in range(first, min(first + _FOUND_SHOWN, len(numbers))):
            number = numbers[place]
            mark = ">" if number == view.marked else " "
            text = uncoloured(view.log_text.line(number))
            lines.append(Content(cut(f"{mark} {number + 1:>6} {text}", width)))
        found.update(Content("\n").join(lines))

    def next_text(self) -> str:
        """What the log ends with."""
        job = self.task_now
        if self.source is None or job is None or self.tab is not Tab.LOG:
            return ""
        if not job.status.is_final:
            return "F follows the log as it grows"
        end = f" exit {job.exit_code}" if isinstance(job, Job) and job.exit_code is not None else ""
        return f"end of log: {status_text(job, self.now)}{end}"

    def crumb(self) -> str:
        """Task and job."""
        return f"tasks > {self.ref.id[:13]}" + (f" > {self.ref.job}" if self.ref.job else "")

    def place(self) -> str:
        """Which match."""
        view = self.view
        numbers = view.hits if view.needle else view.troubles
        at = next((i for i, n in enumerate(numbers) if n == view.marked), -1)
        return f"match {at + 1}/{len(numbers)}" if view.needle or at >= 0 else ""

    # --- keys ----------------------------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Search the log."""
        self._prompt = _Prompt.SEARCH
        super().action_find()

    def action_only(self) -> None:
        """Show only lines that match."""
        self._prompt = _Prompt.ONLY
        super().action_find()

    def search(self, needle: str) -> None:
        """Search or filter, whichever the prompt was opened for."""
        if self.tab is not Tab.LOG:
            self.query_one("#facts-tree", DetailTree).needle = needle
        elif self._prompt is _Prompt.ONLY:
            self.view.only = needle
        else:
            self.view.needle = needle

    def action_step(self, way: int) -> None:
        """To the next match, or the next line that sounds like a failure."""
        if self.tab is not Tab.LOG:
            self.query_one("#facts-tree", DetailTree).find(way)
        elif not self.view.step(self.view.hits if self.view.needle else self.view.troubles, way):
            self.notify("no match" if self.view.needle else "no error found in what is held", markup=False)

    def action_follow(self) -> None:
        """Follow the end of the log, or stop."""
        self.view.follow = not self.view.follow

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.view.wrap = not self.view.wrap

    def action_source(self) -> None:
        """The next log of this job or task."""
        sources = self.index.sources
        if self.source in sources and len(sources) > 1:
            self._take(sources[(sources.index(self.source) + 1) % len(sources)])

    def action_tab(self, way: int) -> None:
        """The next or previous tab."""
        tabs = list(Tab)
        self.tab = tabs[(tabs.index(self.tab) + way) % len(tabs)]
        self._show_tab()
        self.focus_body()
        self.draw()

    def _show_tab(self) -> None:
        tree = self.query_one("#facts-tree", DetailTree)
        self.query_one("#log-part").display = self.tab is Tab.LOG
        tree.display = self.tab is not Tab.LOG
        if self.job is not None and self.tab is not Tab.LOG:
            tree.roots = job_nodes(self.job, self.tab, self.index, self.now)

    def action_copy(self) -> None:
        """The marked log line, the value under the cursor, or the lines on screen."""
        view = self.view
        if self.tab is Tab.LOG:
            first, last = view.shown
            text = view.log_text.text(view.marked, view.marked + 1) if view.marked >= 0 else ""
            text = text or view.log_text.text(max(0, first - 1), last)
        else:
            node = self.query_one("#facts-tree", DetailTree).node
            text = "" if node is None else node.copied or node.value
        self.post_message(Opened(self.ref, View.COPY, text))

    def action_act(self) -> None:
        """The action menu."""
        self.post_message(Opened(self.ref, View.ACTIONS))
