"""`!`: what went wrong, with what was tried, when it is tried again, and what to do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.clock import Clock
from tui.store.snapshot import EMPTY, Problem, Snapshot
from tui.ui.present.format import age_text, count_text, span_text, time_text
from tui.ui.present.problems import problems_of
from tui.ui.present.told import Told
from tui.ui.present.zone import letters_of
from tui.ui.widgets.dialog import Dialog, Keys

__all__ = ["ProblemActions", "ProblemsScreen", "problem_lines", "told_lines"]

_INDENT = 14
_WIDTH = 56
"""Cells of the advice, so that the dialog is 76 wide."""


@dataclass(frozen=True, slots=True)
class ProblemActions:
    """What can be done from here."""

    retry: Callable[[str | None], None] = lambda account: None
    """Ask an account now; None for all."""
    login: Callable[[str], object] = lambda account: None
    """Read its token again."""
    show_log: Callable[[], None] = lambda: None
    """The program's own log, in the pager."""


def problem_lines(problem: Problem, snapshot: Snapshot, now: datetime, *, here: bool = False) -> list[Content]:
    """One problem: whose, what, since when, tries, next try, advice, and how old the data shown is."""
    whose = problem.account or "taskdeck"
    since = f"   {age_text(problem.since, now)}" if problem.since else ""
    mark = "> " if here else "  "
    lead = f"{mark}{whose}".ljust(_INDENT - 1) + " "
    what = wrap(problem.what, _WIDTH) or [""]
    lines = [Content.assemble((lead, "bold"), (what[0], "$fail"))]
    lines += [Content.styled(" " * _INDENT + part, "$fail") for part in what[1:]]
    if lines[-1].cell_length + len(since) > _INDENT + _WIDTH:
        lines.append(Content.styled(" " * _INDENT + since.strip(), "dim"))
    else:
        lines[-1] = Content.assemble(lines[-1], (since, "dim"))
    tried = []
    if problem.attempts:
        tried.append(f"tried {count_text(problem.attempts, 'time')}")
    if problem.next_try:
        tried.append(f"next in {span_text(problem.next_try - now)}" if problem.next_try > now else "trying now")
    elif problem.attempts:
        tried.append("polling stopped")
    if tried:
        lines.append(Content(" " * _INDENT + ", ".join(tried)))
    feed = snapshot.feeds.get(problem.account or "")
    if feed is not None and feed.fetched:
        at = f"{time_text(feed.fetched, now)} {letters_of(feed.fetched)}"
        shown = f"showing {count_text(len(feed.tasks), 'task')} of {at}"
        lines.append(Content.styled(" " * _INDENT + shown + (", marked ~" if feed.stale(now) else ""), "dim"))
    if problem.advice:
        lines += [Content(" " * _INDENT + part) for part in wrap(problem.advice, _WIDTH)]
    return lines


def told_lines(told: Told, now: datetime) -> list[Content]:
    """A message whole, behind its time."""
    lead = f"  {time_text(told.at, now)}".ljust(_INDENT - 1) + " "
    first, *others = wrap(told.text, _WIDTH) or [""]
    style = {"bad": "$fail", "warn": "$warn"}.get(told.role, "")
    return [
        Content.assemble((lead, "dim"), (first, style)),
        *(Content.styled(" " * _INDENT + part, style) for part in others),
    ]


class ProblemsScreen(ModalScreen[None]):
    """The data stays on screen behind it."""

    CSS_PATH = "problems.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,exclamation_mark", "dismiss", "hide", id="problems.back"),
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
        Binding("r,ctrl+r", "retry", "retry", show=False),
        Binding("L", "login", "read the token again", show=False),
        Binding("enter,l", "log", "log", show=False),
    ]

    snapshot: reactive[Snapshot] = reactive(EMPTY)
    """All lists as last known; bound to the app's."""

    def __init__(
        self,
        clock: Clock,
        origins: Mapping[str, str] | None = None,
        cures: ProblemActions | None = None,
        renewals: Mapping[str, str] | None = None,
        told: Iterable[Told] = (),
    ) -> None:
        super().__init__()
        self._clock = clock
        self._origins = origins or {}
        """Where each account's token comes from."""
        self._renewals = renewals or {}
        """How a token is renewed where reading it again would not help."""
        self._cures = cures or ProblemActions()
        self._told = told
        """What was said in this session, the newest first."""
        self._at = 0
        """The problem under the cursor."""

    def compose(self) -> ComposeResult:
        """One text."""
        with Dialog(), VerticalScroll(id="dialog", can_focus=False):
            yield Static(id="list", markup=False)

    def on_mount(self) -> None:
        """Times go on."""
        self._draw()
        self.set_interval(1.0, self._draw)

    def watch_snapshot(self) -> None:
        """Problems come and go."""
        if self.is_mounted:
            self._draw()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All there are now."""
        return problems_of(self.snapshot, self._origins, self._renewals)

    @property
    def here(self) -> Problem | None:
        """The one under the cursor."""
        problems = self.problems
        return problems[min(self._at, len(problems) - 1)] if problems else None

    def _draw(self) -> None:
        problems, now, here = self.problems, self._clock.now(), self.here
        kept = "     data stays on screen" if problems else ""
        dialog = self.query_one(Dialog)
        dialog.ask(f"problems ({len(problems)}){kept}")
        dialog.use_keys(self._keys(here))
        lines: list[Content] = []
        for problem in problems:
            lines += [*problem_lines(problem, self.snapshot, now, here=problem is here or problem == here), Content("")]
        bad = {problem.account for problem in problems}
        if fine := [name for name in self.snapshot.feeds if name not in bad]:
            lead = "  others".ljust(_INDENT) if problems else "  "
            lines += [Content.assemble((lead, "bold"), f"{', '.join(fine)} fine"), Content("")]
        if not lines:
            lines = [Content("  nothing to report"), Content("")]
        said = [line for told in self._told for line in told_lines(told, now)]
        if said:
            lines += [Content.styled("  messages, the newest first", "bold"), *said]
        self.query_one("#list", Static).update(Content("\n").join(lines))

    @staticmethod
    def _keys(here: Problem | None) -> Keys:
        login = [("L", "read the token again")] if here is not None and here.account else []
        return (("esc", "hide"), ("r", "retry" if here else "ask all accounts now"), *login, ("enter", "log"))

    def action_move(self, way: int) -> None:
        """The next or previous problem."""
        self._at = max(0, min(self._at + way, len(self.problems) - 1))
        self._draw()
        self.query_one("#dialog").scroll_relative(y=4 * way, animate=False)

    def action_retry(self) -> None:
        """Ask this account now, or all."""
        account = self.here.account if self.here is not None else None
        self._cures.retry(account)
        self.notify(f"asking {account or 'all accounts'} now", markup=False)

    def action_login(self) -> None:
        """Read this account's token again."""
        if self.here is not None and self.here.account is not None:
            self._cures.login(self.here.account)

    def action_log(self) -> None:
        """The program's own log."""
        self._cures.show_log()
