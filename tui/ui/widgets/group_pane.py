"""What is known of one group of failures, or how its answer came about; with the end of a sample's log."""

from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.ui.log.tail import tail_of
from tui.ui.present.failure_groups import explanation_lines
from tui.ui.present.group_pane import group_charts, group_words
from tui.ui.present.log_tail import tail_lines
from tui.ui.present.roles import drawn
from tui.ui.present.text import cut
from tui.ui.widgets.pane_rule import PaneRule

__all__ = ["GroupPane"]

_TAIL, _SHORT_TAIL = 18, 4
"""Lines of a sample's log at most, and where there is little room."""
_REST = 0.15
"""Seconds the cursor rests before a log is read."""


class GroupPane(Vertical):
    """A title, and a text that scrolls."""

    def __init__(self, deck: Deck, clock: Clock) -> None:
        super().__init__(id="right")
        self._deck = deck
        self._clock = clock
        self._group: Group | None = None
        self._among: Sequence[Task] = ()
        """The tasks it is compared with."""
        self._succeeded: int | None = None
        self._explains = False
        """How the answer came about is shown, instead of what is known of the group."""
        self._tail: tuple[TaskRef | None, Sequence[str]] = (None, ())
        """The end of the log of a sample, cleaned."""

    def compose(self) -> ComposeResult:
        """Title and text."""
        yield PaneRule(id="about-rule")
        with VerticalScroll(id="about-scroll", can_focus=True):
            yield Static(id="about", markup=False)

    def turn(self) -> None:
        """Show how the answer came about and the group's record; once more shows what is known of it again."""
        self._explains = not self._explains
        self._draw()

    def show(self, group: Group | None, among: Sequence[Task], succeeded: int | None) -> None:
        """Another group is under the cursor, or the same with more known of it.

        Args:
            group: The group; None where there is none.
            among: The tasks it is compared with.
            succeeded: How many there are that went well, read or not; None where that is not known.
        """
        self._group, self._among, self._succeeded = group, among, succeeded
        self._draw()

    @property
    def has_keys(self) -> bool:
        """The text has the keys, which scroll it."""
        return self.query_one("#about-scroll").has_focus

    def draw_rule(self) -> None:
        """The group's reason in the title."""
        said = self._group.signature if self._group else ""
        self.query_one(PaneRule).say(said, active=self.has_keys)

    def _draw(self) -> None:
        group = self._group
        width = max(20, self.query_one("#about-scroll").size.width - 2)
        lines: list[Content] = []
        if group and self._explains:
            lines = [drawn([line]) for line in explanation_lines(group)]
        elif group:
            note, now = self._deck.seen.note_of(group), self._clock.now()
            lines = group_words(group, now, width, note=note, succeeded=self._succeeded)
            charts = group_charts(group, self._among, now, width)
            log = self._log_lines(group, width)
            samples = [Content(""), drawn([("samples", "bold dim"), ("   l opens the log of the first", "dim")])]
            samples += [drawn([(cut(str(ref), width).rstrip(), "dim")]) for ref in group.samples]
            # Where there is little room, the log's words are worth more than the charts.
            if self.screen.has_class("-one"):
                lines = [line for line in (*lines, *log, *charts, *samples) if line.plain]
            else:
                lines += [*charts, *log, *samples]
        self.query_one("#about", Static).update(Content("\n").join(lines))

    def _log_lines(self, group: Group, width: int) -> list[Content]:
        """The end of a sample's log, which is read where it is not here."""
        ref, tail = self._tail
        if ref != group.samples[0]:
            self._read_tail(group.samples[0])
            return []
        room = _TAIL if self.screen.has_class("-two") else _SHORT_TAIL
        head = drawn([("log", "bold dim"), (f"  of {group.members[0].name}", "dim")])
        return [Content(""), head, *tail_lines(tail[-room:], width, status=TaskStatus.FAILED)]

    @work(group="triage-tail", exclusive=True)
    async def _read_tail(self, ref: TaskRef) -> None:
        """The end of a sample's log, once the cursor rests."""
        await self._clock.sleep(_REST)
        if self._group is None or self._group.samples[0] != ref:
            return
        self._tail = ref, await tail_of(self._deck, ref, failed=True)
        if self.is_attached:
            self._draw()
