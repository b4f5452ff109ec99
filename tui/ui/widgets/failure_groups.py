"""Failures by what they say: of a batch, or of everything a filter leaves, as they are held and drawn."""

import sys
from collections.abc import Collection, Iterable, Sequence

from textual import on, work
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widget import Widget
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.query import Predicate, QueryError, matcher
from tui.domain.signature.reason import CHILDREN
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.store.snapshot import Snapshot
from tui.ui.grouping import Grouping
from tui.ui.present.batch import child_cells, columns_for
from tui.ui.present.cells import Cell
from tui.ui.present.failure_groups import GROUP_COLUMNS, explanation_lines, group_cells, group_columns
from tui.ui.present.format import count_text, span_text
from tui.ui.present.glyphs import STATUS
from tui.ui.present.group_pane import group_charts, group_words
from tui.ui.present.log_tail import tail_lines
from tui.ui.present.roles import drawn
from tui.ui.present.text import cut
from tui.ui.screens.work import EVERYWHERE, WorkScreen
from tui.ui.widgets.child_preview import tail_of
from tui.ui.widgets.head import Head
from tui.ui.widgets.pane_rule import PaneRule
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["FailuresScreen"]

_TAIL, _SHORT_TAIL = 18, 4
"""Lines of a sample's log at most, and where there is little room."""
_REST = 0.15
"""Seconds the cursor rests before a log is read."""


class FailuresScreen(WorkScreen):
    """The groups as they are held and drawn; what the keys do stands in `TriageScreen`."""

    def __init__(
        self, ref: TaskRef, deck: Deck, clock: Clock, query: str = "", focus: TaskRef | None = None,
        *, marked: Collection[TaskRef] = (),
    ) -> None:  # fmt: skip
        super().__init__(ref, deck, clock)
        self.grouping = Grouping(deck)
        self._query = query
        self._marked = frozenset(marked)
        """Of the list only these; empty for what the filter finds."""
        self._focus = focus
        """A failed task whose group the cursor begins on."""
        self._since = deck.seen.look(self._place, self.now)
        self._tasks: tuple[Task, ...] = ()
        self._needle = ""
        self._busy = ""
        self._explains = False
        """How the answer came about is shown, instead of what is known of the group."""
        self._tail: tuple[TaskRef | None, Sequence[str]] = (None, ())
        """The end of the log of a sample, cleaned."""
        self._chosen = False
        """The cursor's group was chosen, or has its last name: the logs are read."""

    @property
    def _place(self) -> str:
        if self.ref != EVERYWHERE:
            return str(self.ref)
        return self._query if not self._marked else " ".join(sorted(map(str, self._marked))[:20])

    def body(self) -> Iterable[Widget]:
        """Groups, and the one under the cursor; its tasks instead of the groups after enter."""
        with Container(id="panes"):
            with Vertical(id="left"):
                yield PaneRule(id="groups-rule")
                yield VirtualTable(GROUP_COLUMNS, self._cells, id="groups")
                yield VirtualTable(columns_for(()), self._member, id="members")
            with Vertical(id="right"):
                yield PaneRule(id="about-rule")
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
            match = self._matcher()
            feeds = self.snapshot.feeds.values()
            every = (task for feed in feeds for task in feed.tasks.values())
            wanted = {TaskStatus.DONE: lambda task: True, TaskStatus.FAILED: match}
            tasks = tuple(t for t in every if t.status in wanted and wanted[t.status](t))
            self.fetched = max((feed.fetched for feed in feeds if feed.fetched), default=None)
        if tasks != self._tasks:
            self._tasks = tasks
            self._renew()
        self.draw()

    def _matcher(self) -> Predicate:
        """Whether a task is among those it is about: the marked ones, else those that the list would show."""
        if self._marked:
            return lambda task: task.ref in self._marked
        scope = self.filter_scope
        try:
            return matcher(scope.language.parse(self._query), scope.context())
        except QueryError as error:  # it was read when it was typed; a view in it may be gone since
            self.error = f"the filter cannot be read: {error.reason}"
            return lambda task: False

    @property
    def _about(self) -> str:
        """Of what the reasons are, for the title."""
        task = self.task_now
        if task is not None:
            return task.name
        if self.ref != EVERYWHERE:
            return str(self.ref)
        if self._marked:
            return f"of {count_text(len(self._marked), 'marked task')}"
        return f"of the tasks that match  {self._query}" if self._query else "of all tasks"

    @work(group="triage-groups", exclusive=True)
    async def _renew(self) -> None:
        """Group what is at hand, then read samples of what no field explains."""
        if await self.grouping.renew(self._tasks, self._since):
            self._show()
        while unread := self.grouping.unread:
            self._busy = f"reading {unread:,} sample logs"
            self.draw()
            if not await self.grouping.read_samples(most=sys.maxsize):
                break
            self._show()
        self._chosen = True
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
        panes = self.query_one("#panes").size
        half = max(6, panes.height // 2)
        one = self.has_class("-one")
        self.query_one("#left").styles.height = min(len(self.groups.view) + 2, half) if one else "100%"
        self.groups.set_columns(group_columns(self.groups.size.width or self.size.width))
        self._draw_about()

    def _show(self) -> None:
        if not self.is_attached:  # left while it was grouped
            return
        needle = self._needle.casefold()
        groups = [g for g in self.grouping.groups if needle in f"{g.signature} {g.klass.value}".casefold()]
        # What was acknowledged stays below what was not; batches whose children failed, below those that say a reason.
        groups.sort(key=lambda group: (self.quiet(group), group.key == CHILDREN))
        first = self.groups.cursor == 0
        self.grouping.show_in(self.groups, groups)
        if first and not self._chosen and self.groups.view:
            # Nobody chose what was the largest group before the logs were read.
            self.groups.go(0)
        self._share_rows()
        if self._focus is not None and (mine := self.grouping.of_task.get(self._focus)) is not None:
            self._focus, self._chosen = None, True
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
        groups = self.grouping.groups
        most = max((g.count for g in groups if g.key != CHILDREN), default=0)
        return group_cells(group, self.now, quiet=self.quiet(group), most=most, columns=self.groups.columns)

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

    def quiet(self, group: Group) -> bool:
        """Whether the group was acknowledged."""
        return self.deck.seen.note_of(group) is not None

    @property
    def chosen(self) -> tuple[TaskRef, ...]:
        """The tasks of the marked groups, else of the one under the cursor."""
        keys = self.groups.marks or ({self.group.key} if self.group else set())
        return tuple(ref for group in self.grouping.groups if group.key in keys for ref in group.refs)

    @property
    def _succeeded(self) -> int | None:
        """How many there are that went well, read or not; None where not all tasks are listed yet."""
        batch = self.task_now
        if self.ref != EVERYWHERE:
            return batch.counts.done if batch is not None and batch.counts is not None else None
        whole = all(feed.complete for feed in self.snapshot.feeds.values())
        return sum(t.status is TaskStatus.DONE for t in self._tasks) if whole else None

    def header(self) -> Head:
        """Of what, how many failures in how many groups, since when they are new."""
        failed, number = sum(g.count for g in self.grouping.groups), len(self.grouping.groups)
        new = sum(group.new for group in self.grouping.groups)
        read = sum(t.status is TaskStatus.DONE for t in self._tasks)
        of_all = f" of {self._succeeded:,}" if (self._succeeded or 0) > read else ""
        quiet = sum(map(self.quiet, self.grouping.groups))
        since = f"new since {span_text(self.now - self._since)} ago: {new:,}" if self._since else "first look"
        below = (
            since,
            f"{quiet} acknowledged" if quiet else None,
            f"compared with {read:,}{of_all} done",
        )
        state = f"{STATUS[TaskStatus.FAILED]} {failed:,} failed in {count_text(number, 'reason')}" if failed else ""
        return Head(f"Reasons  {self._about}", state, TaskStatus.FAILED if failed else None, (self.ref.account,), below)

    def crumb(self) -> str:
        """Where we are."""
        return "tasks > reasons" if self.ref == EVERYWHERE else f"tasks > {self.ref.id[:13]} > reasons"

    def next_text(self) -> str:
        """What goes on, what stopped, or that there is nothing."""
        if self._busy:
            return self._busy
        if self.grouping.stopped:
            return self.grouping.stopped
        if self.groups.marks:
            count = len(self.chosen)
            marked, tasks = count_text(len(self.groups.marks), "group"), count_text(count, "task")
            return f"{marked} marked, {tasks}: x plans the rerun"
        if self._needle and not self.groups.view:
            return "no group says that"
        return "" if self.grouping.groups else self._why_no_groups()

    def _why_no_groups(self) -> str:
        """Nothing failed is said only once everything was read and grouped."""
        if failed := sum(task.status is TaskStatus.FAILED for task in self._tasks):
            return f"grouping {count_text(failed, 'failed task')}"
        child = self.snapshot.children.get(self.ref)
        feeds = self.snapshot.feeds.values() if self.ref == EVERYWHERE else [child] if child is not None else []
        partial = [feed for feed in feeds if not feed.complete]
        if self.fetched is None or any(feed.error is None for feed in partial):
            return "what failed is still being read"
        return "nothing failed among the tasks that could be read" if partial else "nothing failed here"

    @on(VirtualTable.Moved, "#groups")
    def _moved(self) -> None:
        self._draw_about()

    def _draw_about(self) -> None:
        """All that is known of the group under the cursor, or how its answer came about."""
        group = self.group
        place = self.query_one("#about", Static)
        width = max(20, self.query_one("#about-scroll").size.width - 2)
        lines: list[Content] = []
        if group and self._explains:
            lines = [drawn([line]) for line in explanation_lines(group)]
        elif group:
            note = self.deck.seen.note_of(group)
            lines = group_words(group, self.now, width, note=note, succeeded=self._succeeded)
            charts = group_charts(group, self._tasks, self.now, width)
            log = self._log_lines(group, width)
            samples = [Content(""), drawn([("samples", "bold dim"), ("   l opens the log of the first", "dim")])]
            samples += [drawn([(cut(str(ref), width).rstrip(), "dim")]) for ref in group.samples]
            # Where there is little room, the log's words are worth more than the charts.
            if self.has_class("-one"):
                lines = [line for line in (*lines, *log, *charts, *samples) if line.plain]
            else:
                lines += [*charts, *log, *samples]
        place.update(Content("\n").join(lines))
        self._draw_rules()

    def _log_lines(self, group: Group, width: int) -> list[Content]:
        """The end of a sample's log, which is read where it is not here."""
        ref, tail = self._tail
        if ref != group.samples[0]:
            self._read_tail(group.samples[0])
            return []
        room = _TAIL if self.has_class("-two") else _SHORT_TAIL
        head = drawn([("log", "bold dim"), (f"  of {group.members[0].name}", "dim")])
        return [Content(""), head, *tail_lines(tail[-room:], width, status=TaskStatus.FAILED)]

    @work(group="triage-tail", exclusive=True)
    async def _read_tail(self, ref: TaskRef) -> None:
        """The end of a sample's log, once the cursor rests."""
        await self.clock.sleep(_REST)
        if self.group is None or self.group.samples[0] != ref:
            return
        self._tail = ref, await tail_of(self.deck, ref)
        if self.is_attached:
            self._draw_about()

    @on(DescendantFocus)
    def _draw_rules(self) -> None:
        """The names of the panes; the one with the keys stands out."""
        if not self.drawable:
            return
        members, group = self.has_class("-members"), self.group
        reading = self.query_one("#about-scroll").has_focus
        left, right = self.query_one("#groups-rule", PaneRule), self.query_one("#about-rule", PaneRule)
        if members and group is not None:
            left.say("TASKS", f"{group.count:,} of  {group.signature}", "esc all reasons", active=not reading)
        else:
            left.say("REASONS", f"{len(self.groups.view):,}", "", active=not reading)
        right.say(group.signature if group else "", active=reading)
