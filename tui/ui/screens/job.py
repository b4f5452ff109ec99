"""One job and its log, and what its keys do."""

from typing import ClassVar

from textual.binding import BindingType

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.task import TaskRef
from tui.store.deck import Deck
from tui.ui.bindings import bindings
from tui.ui.messages import View
from tui.ui.present.job import Tab, attempt_count
from tui.ui.screens.work import WorkScreen
from tui.ui.widgets.job_panes import WIDE, JobPanes

__all__ = ["JobScreen"]


class JobScreen(WorkScreen):
    """Enter on a job, `l` on anything."""

    CSS_PATH = "job.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (WIDE, "-two")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = bindings("job")
    panes: JobPanes

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock, *, tab: Tab = Tab.LOG) -> None:
        super().__init__(JobPanes(ref, deck, clock, tab=tab))

    # --- what is shown -------------------------------------------------------------------------------------------

    def action_tab(self, way: int) -> None:
        """The next or previous tab."""
        tabs = list(Tab)
        self.panes.turn(tabs[(tabs.index(self.panes.tab) + way) % len(tabs)])

    def action_log(self) -> None:
        """Back to the log."""
        self.panes.turn(Tab.LOG)

    def action_timeline(self) -> None:
        """Its times, and every try of every job of its task as a bar."""
        self.panes.turn(Tab.TIMELINE)

    def action_previous_attempt(self) -> None:
        """The log of the try before this one; from the first the last."""
        attempts = self.panes.facts_of.attempts
        tries = [job.ref for job in attempts]
        if len(tries) > 1 and self.ref in tries:
            self.panes.show_job(tries[tries.index(self.ref) - 1])
        else:
            several = attempt_count(attempts) > 1
            why = "the platform does not list the other attempts" if several else "there was no other attempt"
            self.panes.say(why)

    # --- leading on ----------------------------------------------------------------------------------------------

    def action_triage(self) -> None:
        """Failures like this one."""
        job = self.task_now
        self.panes.requests.open(View.TRIAGE, job.parent if job is not None and job.parent else self.ref.task)

    def action_diff(self) -> None:
        """Against the sibling in its batch that is most like it; a step of a plain task against the same step of the
        last good run, which the other screen looks for."""
        good = self.panes.facts_of.good
        self.panes.requests.open(View.DIFF, other=good.ref if good is not None else None)

    def action_act(self) -> None:
        """The action menu."""
        self.panes.requests.act()

    def action_abort(self) -> None:
        """The plan of its abort."""
        self.panes.requests.act(Verb.ABORT)

    # --- copying -------------------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """The selected lines, the line jumped to, the lines on screen; in a tree the value."""
        self.panes.requests.copy(self.panes.copied())

    def action_copy_id(self) -> None:
        """The job's reference."""
        self.panes.requests.copy(str(self.ref))
