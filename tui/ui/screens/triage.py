"""Failures by what they say: of a batch, or of everything a filter leaves."""

import sys
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.domain.query import EVERYTHING, Context, Node, QueryError, matcher, parse
from tui.domain.signature.said import CHILDREN
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group
from tui.platforms.clock import Clock
from tui.store.deck import Deck
from tui.store.snapshot import Snapshot
from tui.ui.bindings import bindings
from tui.ui.grouping import Grouping
from tui.ui.present.batch import child_cells, columns_for
from tui.ui.present.fact import span_text
from tui.ui.present.groups import GROUP_COLUMNS, group_cells, group_lines
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.choose import ChooseScreen
from tui.ui.screens.work import EVERYWHERE, View, WorkScreen
from tui.ui.widgets.head import Head
from tui.ui.widgets.virtual_table import Cell, VirtualTable

__all__ = ["TriageScreen"]

_CHOICES = ("rerun what failed of these", "acknowledge, with a note", "ask for the hosts", "copy references")
_LETTERS = "rkhc"


class TriageScreen(WorkScreen):
    """`E` on a list, a batch or a task: the groups, and all that is known of the one under the cursor."""

    CSS_PATH = "triage.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (140, "-two")]  # noqa: RUF012
    PLACE = "triage"
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock, query: str = "", focus: TaskRef | None = None) -> None:
        super().__init__(ref, deck, clock)
        self.grouping = Grouping(deck)
        self._query = query
        self._focus = focus
        """A failed task whose group the cursor begins on."""
        self._since = deck.seen.look(self._place, self.now)
        self._tasks: tuple[Task, ...] = ()
        self._needle = ""
        self._busy = ""

    @property
    def _place(self) -> str:
        return str(self.ref) if self.ref != EVERYWHERE else self._query

    def body(self) -> Iterable[Widget]:
        """Groups, and the one under the cursor; its tasks instead of the groups after enter."""
        with Container(id="panes"):
            yield VirtualTable(GROUP_COLUMNS, self._cells, id="groups")
            yield VirtualTable(columns_for(()), self._member, id="members")
            with VerticalScroll(id="about-scroll", can_focus=True):
                yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        """Keep the batch's children coming, and group what is here."""
        super().on_mount()
        if self.ref != EVERYWHERE:
            self.deck.look((), (self.ref,))
        self.focus_body()
        self._take()

    @property
    def groups(self) -> VirtualTable:
        """The groups."""
        return self.query_one("#groups", VirtualTable)

    @property
    def members(self) -> VirtualTable:
        """The tasks of one group."""
        return self.query_one("#members", VirtualTable)

    def focus_body(self) -> None:
        """Keys go to the table shown."""
        (self.members if self.has_class("-members") else self.groups).focus()

    # --- loading -------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """The store renews what is looked at."""

    def action_reload(self) -> None:
        """Group again."""
        if self.is_mounted:
            self._take()

    def watch_snapshot(self, old: Snapshot, new: Snapshot) -> None:
        """Group anew where tasks changed."""
        if self.is_mounted:
            self._take()

    def _take(self) -> None:
        """The tasks it is about: a batch's children, else all tasks that match; the done ones to compare with."""
        if self.ref != EVERYWHERE:
            feed = self.snapshot.children.get(self.ref)
            tasks = tuple(feed.tasks.values()) if feed is not None else ()
            self.fetched = feed.fetched if feed is not None else None
            self.error = str(feed.error) if feed is not None and feed.error else ""
        else:
            match = matcher(self._parsed(), Context(now=self.now, me=self.deck.me, projects=self.deck.projects))
            feeds = self.snapshot.feeds.values()
            every = (task for feed in feeds for task in feed.tasks.values())
            wanted = {TaskStatus.DONE: lambda task: True, TaskStatus.FAILED: match}
            tasks = tuple(t for t in every if t.status in wanted and wanted[t.status](t))
            self.fetched = max((feed.fetched for feed in feeds if feed.fetched), default=None)
        if tasks != self._tasks:
            self._tasks = tasks
            self._renew()
        self.draw()

    def _parsed(self) -> Node:
        """The filter; everything where it cannot be read."""
        try:
            return parse(self._query)
        except QueryError:
            return EVERYTHING

    @work(group="triage-groups", exclusive=True)
    async def _renew(self) -> None:
        """Group what is at hand, then read samples of what no field explains."""
        if await self.grouping.renew(self._tasks, self._since):
            self._show()
        while unread := self.grouping.unread:
            self._busy = f"reading {unread:,} sample logs"
            self.draw()
            if not await self.grouping.read_samples(self._tasks, self._since, most=sys.maxsize):
                break
            self._show()
        self._busy = ""
        self.draw()

    def on_resize(self) -> None:
        """The rows are shared anew."""
        super().on_resize()
        self.call_after_refresh(self._share_rows)

    def _share_rows(self) -> None:
        """One above the other, the groups take what they need, at most half; the rest tells of one of them."""
        if not self.is_attached:
            return
        half = max(5, self.query_one("#panes").size.height // 2)
        self.groups.styles.height = min(len(self.groups.view) + 1, half) if self.has_class("-one") else None

    def _show(self) -> None:
        if not self.is_attached:  # left while it was grouped
            return
        needle = self._needle.casefold()
        groups = [g for g in self.grouping.groups if needle in f"{g.signature} {g.klass.value}".casefold()]
        # What was acknowledged stays below what was not; batches whose children failed, below those that say a reason.
        groups.sort(key=lambda group: (group.key in self.deck.seen.notes, group.key == CHILDREN))
        self.grouping.show_in(self.groups, groups)
        self._share_rows()
        if self._focus is not None and (mine := self.grouping.of_task.get(self._focus)) is not None:
            self._focus = None
            self.groups.go([group.key for group in groups].index(mine.key))
        self._draw_about()
        self.draw()

    # --- words ---------------------------------------------------------------------------------------------------

    def _group_of(self, key: str) -> Group | None:
        return next((group for group in self.grouping.groups if group.key == key), None)

    def _cells(self, key: str) -> Sequence[Cell]:
        group = self._group_of(key)
        if group is None:
            return [Cell("")] * len(GROUP_COLUMNS)
        return group_cells(group, self.now, quiet=key in self.deck.seen.notes)

    def _member(self, key: str) -> Sequence[Cell]:
        columns = self.members.columns
        task = next((t for t in self._members if str(t.ref) == key), None)
        # Another group may have been taken since its rows were put up.
        return child_cells(task, self.now, columns=columns) if task is not None else [Cell("")] * len(columns)

    @property
    def _members(self) -> Sequence[Task]:
        return self.group.members if self.group else ()

    @property
    def group(self) -> Group | None:
        """The group under the cursor."""
        return self._group_of(self.groups.target) if self.groups.target is not None else None

    def header(self) -> Head:
        """Of what, how many failures in how many groups, since when they are new."""
        failed, number = sum(g.count for g in self.grouping.groups), len(self.grouping.groups)
        task = self.task_now
        of = task.name if task is not None else "everything" if self.ref == EVERYWHERE else str(self.ref)
        new = sum(group.new for group in self.grouping.groups)
        quiet = sum(group.key in self.deck.seen.notes for group in self.grouping.groups)
        since = f"new since {span_text(self.now - self._since)} ago: {new:,}" if self._since else "first look"
        below = (
            f"/{self._query}" if self._query else None,
            since,
            f"{quiet} acknowledged" if quiet else None,
            f"compared with {sum(t.status is TaskStatus.DONE for t in self._tasks):,} done",
        )
        state = f"{failed:,} failed in {number:,} group{'s' if number != 1 else ''}" if failed else ""
        return Head(f"triage  {of}", state, TaskStatus.FAILED if failed else None, (self.ref.account,), below)

    def crumb(self) -> str:
        """Where we are."""
        return "tasks > triage" if self.ref == EVERYWHERE else f"tasks > {self.ref.id[:13]} > triage"

    def next_text(self) -> str:
        """What goes on, what stopped, or that there is nothing."""
        if self._busy:
            return self._busy
        if self.grouping.stopped:
            return self.grouping.stopped
        if self.groups.marks:
            count = len(self.chosen)
            return f"{len(self.groups.marks)} groups marked, {count:,} tasks: x plans the rerun"
        if self._needle and not self.groups.view:
            return "no group says that"
        if not self.grouping.groups:
            feed = self.snapshot.children.get(self.ref)
            coming = self.fetched is None or (feed is not None and not feed.complete)
            return "what failed is still being read" if coming else "nothing failed here"
        return ""

    @on(VirtualTable.Moved, "#groups")
    def _moved(self) -> None:
        self._draw_about()

    def _draw_about(self) -> None:
        group = self.group
        lines = group_lines(group, self.now, self.deck.seen.notes.get(group.key)) if group else []
        content = Content("\n").join(Content.styled(text, style) for text, style in lines)
        self.query_one("#about", Static).update(content)

    # --- keys ----------------------------------------------------------------------------------------------------

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
        self.members.set_columns(columns_for(group.members))
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
        if what == "note" and (group := self.group) is not None:
            self.prompt.value = ""
            if (why := self.deck.seen.acknowledge(group.key, text.strip())) is not None:
                self.say(f"acknowledged for now: {why}")
            self._show()

    def action_step(self, way: int) -> None:
        """To the next or previous group that has something new, else that is not acknowledged."""
        keys = list(self.groups.view)
        fresh = [key for key in keys if (g := self._group_of(key)) is not None and g.new]
        wanted = set(fresh or [key for key in keys if key not in self.deck.seen.notes])
        rows = [row for row, key in enumerate(keys) if key in wanted]
        ahead = [row for row in rows if (row > self.groups.cursor if way > 0 else row < self.groups.cursor)]
        if rows:
            self.groups.go((ahead[0] if way > 0 else ahead[-1]) if ahead else rows[0 if way > 0 else -1])

    @property
    def chosen(self) -> tuple[TaskRef, ...]:
        """The tasks of the marked groups, else of the one under the cursor."""
        keys = self.groups.marks or ({self.group.key} if self.group else set())
        return tuple(ref for group in self.grouping.groups if group.key in keys for ref in group.refs)

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
                self.open(View.ACTIONS, text="rerun-failed", refs=self.chosen)
            case 1:
                self.action_acknowledge()
            case 2:
                self.action_hosts()
            case 3:
                self.action_copy_refs()

    def action_acknowledge(self) -> None:
        """Ask for a note and keep the group quiet; once more lets it be heard again."""
        group = self.group
        if group is None:
            return
        if group.key in self.deck.seen.notes:
            self.deck.seen.acknowledge(group.key, None)
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
        await self.grouping.read(group.refs[:200], self._tasks, self._since)
        self._busy = ""
        self._show()

    @work(group="triage-read", exclusive=True)
    async def action_hosts(self) -> None:
        """Ask for the hosts, a call a task, so that a bad one is found."""
        self._busy = "asking for hosts, a call a task"
        self.draw()
        await self.grouping.ask_hosts(self._tasks, self._since)
        self._busy = ""
        self._show()

    def action_diff(self) -> None:
        """The first sample against a good one."""
        if self.group is not None:
            self.open(View.DIFF, self.group.samples[0])

    def action_copy(self) -> None:
        """The signature."""
        if self.group is not None:
            self.open(View.COPY, text=self.group.signature)

    def action_copy_refs(self) -> None:
        """The references of the group's or the marked groups' tasks."""
        self.open(View.COPY, text="\n".join(str(ref) for ref in self.chosen))
