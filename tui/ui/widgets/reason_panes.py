"""Failures by reason: the groups, and what is known of the one under the cursor."""

import sys
from collections.abc import Collection, Sequence

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container

from tui.clock import Clock
from tui.domain.errors import ConfigError
from tui.domain.signature.classes import FailureClass
from tui.domain.task import TaskRef
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.store.failure_groups import Grouping
from tui.store.snapshot import Snapshot
from tui.ui.failure_scope import EVERYWHERE, FailureScope
from tui.ui.messages import View
from tui.ui.present.format import count_text
from tui.ui.present.head import Head
from tui.ui.widgets.group_pane import GroupPane
from tui.ui.widgets.groups_pane import GroupsPane
from tui.ui.widgets.panes import Panes
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["ReasonPanes"]


class ReasonPanes(Panes):
    """The groups, or after enter the tasks of one of them; and all that is known of it."""

    PLACE = "triage"

    def __init__(
        self, ref: TaskRef, deck: Deck, clock: Clock, query: str = "", focus: TaskRef | None = None,
        *, marked: Collection[TaskRef] = (),
    ) -> None:  # fmt: skip
        super().__init__(ref, deck, clock)
        self.scope = FailureScope(ref, query, marked, deck.store.snapshot)
        self.grouping = Grouping(deck)
        self.left = GroupsPane(deck, self.grouping, clock, focus)
        self.failures = self.left.failures
        self.about = GroupPane(deck, clock)
        self._since = deck.seen.look(self.scope.name, self.now)
        self._busy = ""

    def compose(self) -> ComposeResult:
        """Groups, and the one under the cursor; its tasks instead of the groups after enter."""
        with Container(id="panes"):
            yield self.left
            yield self.about

    @property
    def group(self) -> Group | None:
        """The group under the cursor."""
        return self.failures.group

    def focus_body(self) -> None:
        """Keys go to the table shown."""
        self.left.table.focus()

    # --- loading -------------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """Keep the batch's children coming, and group what is here."""
        super().opened()
        if self.ref != EVERYWHERE:
            self.deck.look((), (self.ref,))
        self.focus_body()
        self._take()

    def tick(self) -> None:
        """The store renews what is looked at."""

    def reload(self) -> None:
        """Group again."""
        if self.screen.is_mounted:
            self._take()

    def watch_snapshot(self, old: Snapshot, new: Snapshot) -> None:
        """Group anew where tasks changed."""
        if self.stands:
            self._take()

    def _take(self) -> None:
        """The tasks it is about: a batch's children, else all tasks that match; the done ones to compare with."""
        self.scope.snapshot = self.snapshot
        changed = self.scope.take(self.frame.filter_scope)
        self.fetched, self.error = self.scope.fetched, self.scope.error
        if changed:
            self._renew()
        self.draw()

    @work(group="triage-groups", exclusive=True)
    async def _renew(self) -> None:
        """Group what is at hand, then read samples of what no field explains."""
        if await self.grouping.renew(self.scope.tasks, self._since):
            self.show_groups()
        while unread := self.grouping.unread:
            self._say_busy(f"reading {unread:,} sample logs")
            if not await self.grouping.read_samples(most=sys.maxsize):
                break
            self.show_groups()
        self.left.chosen = True
        self._say_busy("")

    def _say_busy(self, text: str) -> None:
        self._busy = text
        self.draw()

    @work(group="triage-read", exclusive=True)
    async def read_logs(self, refs: Sequence[TaskRef]) -> None:
        """Read these logs, within the budget."""
        self._say_busy(f"reading up to {len(refs):,} logs")
        await self.grouping.read(refs)
        self._busy = ""
        self.show_groups()

    @work(group="triage-read", exclusive=True)
    async def ask_hosts(self) -> None:
        """Ask for the hosts, a call a task, so that a bad one is found."""
        self._say_busy("asking for hosts, a call a task")
        await self.grouping.ask_hosts()
        self._busy = ""
        self.show_groups()

    async def correct(self, group: Group, klass: FailureClass) -> None:
        """Failures like these are of that class: a rule of the user's own from now on."""
        try:
            path = await self.grouping.correct(group, klass)
        except ConfigError as error:
            self.say(str(error))
            return
        self.show_groups()
        self.say(f"written to {path}")

    # --- what is shown -------------------------------------------------------------------------------------------

    def resized(self) -> None:
        """The rows are shared anew."""
        self.call_after_refresh(self._share_rows)

    def _share_rows(self) -> None:
        """One above the other, the groups take what they need, at most half; the rest tells of one of them."""
        if self.is_attached:
            self.left.share_rows(self.query_one("#panes").size.height)
            self.draw_about()

    def show_groups(self) -> None:
        """Show the groups as they are now."""
        if not self.is_attached:  # left while it was grouped
            return
        self.left.show()
        self._share_rows()
        self.draw()

    @on(VirtualTable.Chosen, "#members")
    def _open(self, message: VirtualTable.Chosen) -> None:
        ref = TaskRef.parse(message.key)
        self.requests.open(View.JOB if ref.job is not None else View.DETAIL, ref)

    @on(VirtualTable.Moved, "#groups")
    def draw_about(self) -> None:
        """All that is known of the group under the cursor, or how its answer came about."""
        self.about.show(self.group, self.scope.tasks, self.scope.succeeded)
        self.focus_moved()

    def focus_moved(self) -> None:
        """The names of the panes; the one with the keys stands out."""
        if not self.drawable:
            return
        self.left.draw_rule(active=not self.about.has_keys)
        self.about.draw_rule()

    # --- words ---------------------------------------------------------------------------------------------------

    def header(self) -> Head:
        """Of what, how many failures in how many groups, since when they are new."""
        groups = self.grouping.groups
        return self.scope.header(groups, sum(map(self.left.quiet, groups)), self._since, self.now)

    def crumb(self) -> str:
        """Where we are."""
        return "tasks > reasons" if self.ref == EVERYWHERE else f"tasks > {self.ref.id[:13]} > reasons"

    def next_text(self) -> str:
        """What goes on, what stopped, or that there is nothing."""
        if self._busy or self.grouping.stopped:
            return self._busy or self.grouping.stopped
        table = self.failures.table
        if table.marks:
            marked, tasks = count_text(len(table.marks), "group"), count_text(len(self.failures.chosen), "task")
            return f"{marked} marked, {tasks}: x plans the rerun"
        if self.left.needle and not table.view:
            return "no group says that"
        return "" if self.grouping.groups else self.scope.why_no_groups

    # --- the prompt, and the way back ----------------------------------------------------------------------------

    def typed(self, what: str, text: str) -> None:
        """Show only groups that say it."""
        if what == "find":
            self.left.needle = text
            self.show_groups()

    def entered(self, what: str, text: str) -> None:
        """Acknowledge with the note typed."""
        if what == "note":
            self.frame.prompt.value = ""
            self.acknowledge(text.strip())

    def acknowledge(self, note: str) -> None:
        """Keep the group quiet; the cursor goes on to the one that stood below it."""
        if (why := self.left.acknowledge(note)) is not None:
            self.say(f"acknowledged for now: {why}")
        self.show_groups()

    def close_inner(self) -> bool:
        """From the tasks of a group to the groups, for whoever sees them takes them for a screen."""
        return self.left.close_members()

    def undo(self) -> bool:
        """Leave the group's tasks, the marks, the search: one a press."""
        if self.close_inner():
            return True
        if self.failures.table.marks:
            self.failures.table.unmark()
            self.draw()
        elif self.left.needle:
            self.frame.prompt.value = ""
            self.typed("find", "")
        else:
            return False
        return True

    def step(self, way: int) -> None:
        """To the next or previous group that has something new, else that is not acknowledged."""
        self.left.step(way)
