"""What the keys do with groups of failures: narrow, mark, acknowledge, read more, lead on."""

from typing import ClassVar

from textual import on, work
from textual.binding import BindingType

from tui.domain.action import Verb
from tui.domain.errors import ConfigError
from tui.domain.signature.classes import FailureClass
from tui.domain.task import TaskRef
from tui.ui.bindings import bindings
from tui.ui.messages import View
from tui.ui.present.batch import columns_for
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.choose import ChooseScreen
from tui.ui.widgets.failure_groups import FailuresScreen
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


class TriageScreen(FailuresScreen):
    """`E` on a list, a batch or a task: the groups, and all that is known of the one under the cursor."""

    CSS_PATH = "triage.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (140, "-two")]  # noqa: RUF012
    PLACE = "triage"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    @on(VirtualTable.Chosen, "#groups")
    def _filter(self) -> None:
        """The group's tasks: in the batch below, else here."""
        group = self.group
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        if group is None:
            return
        if isinstance(below, BatchScreen) and below.ref == self.ref:
            below.narrow(group)
            self.dismiss()
            return
        self.add_class("-members")
        self.members.set_columns(columns_for(group.members, self.members.size.width or self.size.width))
        self.members.show([str(task.ref) for task in group.members])
        self.focus_body()

    @on(VirtualTable.Chosen, "#members")
    def _open(self, message: VirtualTable.Chosen) -> None:
        ref = TaskRef.parse(message.key)
        self.open(View.JOB if ref.job is not None else View.DETAIL, ref)

    def undo(self) -> bool:
        """Leave the group's tasks, the marks, the search: one a press."""
        if self.has_class("-members"):
            self.remove_class("-members")
            self.focus_body()
        elif self.groups.marks:
            self.action_unmark()
        elif self._needle:
            self.prompt.value = ""
            self.typed("find", "")
        else:
            return False
        return True

    def typed(self, what: str, text: str) -> None:
        """Show only groups that say it."""
        if what == "find":
            self._needle = text
            self._show()

    def entered(self, what: str, text: str) -> None:
        """Acknowledge with the note typed."""
        if what == "note":
            self.prompt.value = ""
            self.acknowledge(text.strip())

    def acknowledge(self, note: str) -> None:
        """Keep the group quiet; the cursor goes on to the one that stood below it."""
        group, row = self.group, self.groups.cursor
        if group is None:
            return
        if (why := self.deck.seen.acknowledge(group.key, note, group.refs)) is not None:
            self.say(f"acknowledged for now: {why}")
        self._show()
        self.groups.go(min(row, len(self.groups.view) - 1))

    def action_leave(self) -> None:
        """From the tasks of a group to the groups, for whoever sees them takes them for a screen; else leave."""
        if not (self.has_class("-members") and self.undo()):
            super().action_leave()

    def action_step(self, way: int) -> None:
        """To the next or previous group that has something new, else that is not acknowledged."""
        keys = list(self.groups.view)
        fresh = [key for key in keys if (g := self._group_of(key)) is not None and g.new]
        wanted = set(fresh or [key for key in keys if (g := self._group_of(key)) is not None and not self.quiet(g)])
        rows = [row for row, key in enumerate(keys) if key in wanted]
        ahead = [row for row in rows if (row > self.groups.cursor if way > 0 else row < self.groups.cursor)]
        if rows:
            self.groups.go((ahead[0] if way > 0 else ahead[-1]) if ahead else rows[0 if way > 0 else -1])

    def action_mark(self) -> None:
        """Mark the group."""
        key = self.groups.target
        if key is not None:
            self.groups.mark({key}, key not in self.groups.marks)
            self.groups.action_move(1)
            self.draw()

    def action_mark_all(self) -> None:
        """Mark all groups shown."""
        self.groups.mark(set(self.groups.view), True)
        self.draw()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.groups.mark(set(self.groups.marks), False)
        self.draw()

    def action_log(self) -> None:
        """A sample log; of the task under the cursor where the group's tasks are shown."""
        group, member = self.group, self.members.target
        if self.has_class("-members") and member is not None:
            self.open(View.LOG, TaskRef.parse(member))
        elif group is not None:
            self.open(View.LOG, group.samples[0])

    @work(group="triage-menu", exclusive=True)
    async def action_act(self) -> None:
        """Rerun, acknowledge, ask for hosts, copy."""
        if self.group is None:
            return
        chosen = await self.app.push_screen_wait(
            ChooseScreen(f"{len(self.chosen):,} failures", _CHOICES, letters=_LETTERS)
        )
        match chosen:
            case 0:
                self.act(Verb.RERUN_FAILED, self.chosen)
            case 1:
                self.action_acknowledge()
            case 2:
                self.action_hosts()
            case 3:
                self.action_copy_refs()
            case 4:
                await self._correct()

    async def _correct(self) -> None:
        """Say of which class the group is: a rule of the user's own from now on."""
        group = self.group
        if group is None:
            return
        classes = [klass for klass in FailureClass if klass is not FailureClass.UNKNOWN]
        here = classes.index(group.klass) if group.klass in classes else 0
        chosen = await self.app.push_screen_wait(ChooseScreen("its class", [k.value for k in classes], here))
        if chosen is None:
            return
        try:
            path = await self.grouping.correct(group, classes[chosen])
        except ConfigError as error:
            self.say(str(error))
            return
        self._show()
        self.say(f"written to {path}")

    def action_explain(self) -> None:
        """Show how the answer came about and the group's record; once more shows what is known of it again."""
        self._explains = not self._explains
        self._draw_about()

    def action_acknowledge(self) -> None:
        """Ask for a note and keep the group quiet; once more lets it be heard again."""
        group = self.group
        if group is None:
            return
        if self.quiet(group):
            self.deck.seen.hear(group)
            self._show()
        else:
            self.ask("note", "", "a note, or only enter; it stays quiet until it says something else")

    @work(group="triage-read", exclusive=True)
    async def action_read_mixed(self) -> None:
        """Read the logs of a mixed group, within the budget."""
        group = self.group
        if group is None or (group.explained and not group.mixed):
            self.say("this group is explained by what is at hand")
            return
        self._busy = f"reading up to {min(200, group.count):,} logs"
        self.draw()
        await self.grouping.read(group.refs[:200])
        self._busy = ""
        self._show()

    @work(group="triage-read", exclusive=True)
    async def action_hosts(self) -> None:
        """Ask for the hosts, a call a task, so that a bad one is found."""
        self._busy = "asking for hosts, a call a task"
        self.draw()
        await self.grouping.ask_hosts()
        self._busy = ""
        self._show()

    def action_diff(self) -> None:
        """The first sample against a good one."""
        if self.group is not None:
            self.open(View.DIFF, self.group.samples[0])

    def action_copy(self) -> None:
        """The signature."""
        if self.group is not None:
            self.copy(self.group.signature)

    def action_copy_refs(self) -> None:
        """The references of the group's or the marked groups' tasks."""
        self.copy("\n".join(str(ref) for ref in self.chosen))
