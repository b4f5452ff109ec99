"""What went wrong, with what was tried, when it is tried again, and what to do."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.platforms.clock import Clock
from tui.store.snapshot import EMPTY, Problem, Snapshot
from tui.ui.present.fact import age_text, count_text, span_text, time_text
from tui.ui.present.problems import problems_of

__all__ = ["ProblemsScreen", "problem_lines"]


def problem_lines(problem: Problem, snapshot: Snapshot, now: datetime) -> list[Content]:
    """One problem: whose, what, since when, tries, next try, advice, and how old the data shown is."""
    whose = problem.account or "taskdeck"
    since = f"   {age_text(problem.since, now)}" if problem.since else ""
    lines = [Content.assemble((f"{whose:<12}", "bold"), (problem.what, "$text-error"), (since, "dim"))]
    tried = []
    if problem.attempts:
        tried.append(f"tried {count_text(problem.attempts, 'time')}")
    if problem.next_try:
        tried.append(f"next in {span_text(problem.next_try - now)}" if problem.next_try > now else "trying now")
    elif problem.account:
        tried.append("polling stopped")
    if tried:
        lines.append(Content(f"{'':<12}" + ", ".join(tried)))
    feed = snapshot.feeds.get(problem.account or "")
    if feed is not None and feed.fetched:
        shown = f"showing {count_text(len(feed.tasks), 'task')} of {time_text(feed.fetched, now)} UTC, marked ~"
        lines.append(Content.styled(f"{'':<12}{shown}", "dim"))
    if problem.advice:
        lines.append(Content(f"{'':<12}{problem.advice}"))
    return lines


class ProblemsScreen(ModalScreen[None]):
    """`!`: the data stays on screen behind it."""

    CSS_PATH = "problems.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,exclamation_mark", "dismiss", "hide", id="problems.back"),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
    ]

    snapshot: reactive[Snapshot] = reactive(EMPTY)
    """All lists as last known; bound to the app's."""

    def __init__(self, clock: Clock, origins: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._clock = clock
        self._origins = origins or {}
        """Where each account's token comes from."""

    def compose(self) -> ComposeResult:
        """One text."""
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(id="list", markup=False)

    def on_mount(self) -> None:
        """Times go on."""
        self._draw()
        self.set_interval(1.0, self._draw)

    def watch_snapshot(self) -> None:
        """Problems come and go."""
        if self.is_mounted:
            self._draw()

    def _draw(self) -> None:
        problems, now = problems_of(self.snapshot, self._origins), self._clock.now()
        self.query_one("#dialog").border_title = Content(f" problems ({len(problems)}) ")
        lines = [line for problem in problems for line in (*problem_lines(problem, self.snapshot, now), Content(""))]
        bad = {problem.account for problem in problems}
        fine = [name for name in self.snapshot.feeds if name not in bad]
        if fine:
            lines += [
                Content.assemble((f"{'others':<12}" if problems else "", "bold"), f"{', '.join(fine)} fine"),
                Content(""),
            ]
        if not lines:
            lines = [Content("nothing to report"), Content("")]
        lines.append(Content.styled("esc hides   r in the list tries again", "dim"))
        self.query_one("#list", Static).update(Content("\n").join(lines))

    def action_scroll(self, rows: int) -> None:
        """Down or up."""
        self.query_one("#dialog").scroll_relative(y=rows, animate=False)
