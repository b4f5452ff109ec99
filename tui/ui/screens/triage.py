"""Failures by reason, and what its keys do: narrow, mark, acknowledge, read more, lead on."""

from collections.abc import Collection
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.signature.classes import FailureClass
from tui.domain.task import TaskRef
from tui.store.deck import Deck
from tui.ui.bindings import bindings
from tui.ui.messages import View
from tui.ui.screens.work import WorkScreen
from tui.ui.widgets.panes import Narrowed
from tui.ui.widgets.reason_panes import ReasonPanes
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["TriageScreen"]

_CHOICES = (
    "rerun what failed of these",
    "acknowledge, with a note",
    "ask for the hosts",
    "copy references",
    "correct the class",
)
_LETTERS = "rkhcl"
_MOST_LOGS = 200
"""Logs read at a time."""


class TriageScreen(WorkScreen):
    """`E` on a list, a batch or a task."""

    CSS_PATH = "triage.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (140, "-two")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = bindings("triage")
    panes: ReasonPanes

    def __init__(
        self, ref: TaskRef, deck: Deck, clock: Clock, query: str = "", focus: TaskRef | None = None,
        *, marked: Collection[TaskRef] = (),
    ) -> None:  # fmt: skip
        super().__init__(ReasonPanes(ref, deck, clock, query, focus, marked=marked))

    # --- narrowing and marking -----------------------------------------------------------------------------------

    @on(VirtualTable.Chosen, "#groups")
    def _filter(self) -> None:
        """The group's tasks: in the batch below, else here."""
        group = self.panes.group
        below: object = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        if group is None:
            return
        if isinstance(below, Narrowed) and below.ref == self.ref:
            below.narrow(group)
            self.dismiss()
        else:
            self.panes.left.show_members(group)

    def action_mark(self) -> None:
        """Mark the group."""
        if self.panes.failures.table.mark_here():
            self.panes.draw()

    def action_mark_all(self) -> None:
        """Mark all groups shown."""
        self.panes.failures.table.mark_all()
        self.panes.draw()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.panes.failures.table.unmark()
        self.panes.draw()

    # --- knowing more --------------------------------------------------------------------------------------------

    def action_explain(self) -> None:
        """Show how the answer came about and the group's record; once more shows what is known of it again."""
        self.panes.about.turn()

    def acknowledge(self, note: str) -> None:
        """Keep the group under the cursor quiet."""
        self.panes.acknowledge(note)

    def action_acknowledge(self) -> None:
        """Ask for a note and keep the group quiet; once more lets it be heard again."""
        panes = self.panes
        if panes.group is None:
            return
        if panes.left.quiet(panes.group):
            panes.deck.seen.hear(panes.group)
            panes.show_groups()
        else:
            self.ask("note", "", "a note, or only enter; it stays quiet until it says something else")

    def action_read_mixed(self) -> None:
        """Read the logs of a mixed group, within the budget."""
        group = self.panes.group
        if group is None or (group.explained and not group.mixed):
            self.panes.say("this group is explained by what is at hand")
        else:
            self.panes.read_logs(group.refs[:_MOST_LOGS])

    def action_hosts(self) -> None:
        """Ask for the hosts, a call a task, so that a bad one is found."""
        self.panes.ask_hosts()

    # --- leading on ----------------------------------------------------------------------------------------------

    def action_log(self) -> None:
        """A sample log; of the task under the cursor where the group's tasks are shown."""
        panes, member = self.panes, self.panes.left.members.target
        if panes.left.shows_members and member is not None:
            panes.requests.open(View.LOG, TaskRef.parse(member))
        elif panes.group is not None:
            panes.requests.open(View.LOG, panes.group.samples[0])

    @work(group="triage-menu", exclusive=True)
    async def action_act(self) -> None:
        """Rerun, acknowledge, ask for hosts, copy."""
        chosen = self.panes.failures.chosen
        if self.panes.group is None:
            return
        match await self.choose(f"{len(chosen):,} failures", _CHOICES, letters=_LETTERS):
            case 0:
                self.panes.requests.act(Verb.RERUN_FAILED, self.panes.failures.chosen)
            case 1:
                self.action_acknowledge()
            case 2:
                self.action_hosts()
            case 3:
                self.action_copy_refs()
            case 4:
                await self._correct()

    async def _correct(self) -> None:
        """Say of which class the group is."""
        group = self.panes.group
        if group is None:
            return
        classes = [klass for klass in FailureClass if klass is not FailureClass.UNKNOWN]
        here = classes.index(group.klass) if group.klass in classes else 0
        chosen = await self.choose("its class", [klass.value for klass in classes], here)
        if chosen is not None:
            await self.panes.correct(group, classes[chosen])

    def action_diff(self) -> None:
        """The first sample against a good one."""
        if self.panes.group is not None:
            self.panes.requests.open(View.DIFF, self.panes.group.samples[0])

    def action_copy(self) -> None:
        """The signature."""
        if self.panes.group is not None:
            self.panes.requests.copy(self.panes.group.signature)

    def action_copy_refs(self) -> None:
        """The references of the group's or the marked groups' tasks."""
        self.panes.requests.copy("\n".join(str(ref) for ref in self.panes.failures.chosen))
