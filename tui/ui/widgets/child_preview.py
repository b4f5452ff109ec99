"""Beside the tables of a batch: one child (how it ended, how it compares, what its log says last), or one group."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from rich.cells import cell_len
from textual import work
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.diff import nearest_good
from tui.domain.exitcode import exit_text
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.ui.log.tail import tail_of
from tui.ui.present.format import cost_text, ran_text
from tui.ui.present.glyphs import RULE, STATUS
from tui.ui.present.group_pane import group_charts, group_words, run_chart
from tui.ui.present.log_tail import tail_lines
from tui.ui.present.peers import Siblings, differing
from tui.ui.present.roles import ROLE_OF, drawn
from tui.ui.present.text import cut, wrapped

__all__ = ["ChildPreview"]

_ARGS = 6
_REST = 0.15
"""Seconds the cursor rests before a child is looked into."""
_NO_LOG = {TaskStatus.DRAFT, TaskStatus.QUEUED}


class ChildPreview(Static):
    """Drawn as one text as high as the pane; it takes no keys."""

    tail: reactive[tuple[str, ...]] = reactive(())
    """The last lines of its log, cleaned."""

    def __init__(self, deck: Deck, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._deck = deck
        self._clock = clock
        self._title = ""
        self._draw: Callable[[int], list[Content]] = lambda width: []
        """Lines for a width."""
        self._status: TaskStatus | None = None
        """That of the child whose log it is."""
        self._of: tuple[object, object] = (None, None)
        """The child and its group that are spoken of; the same objects say the same."""

    def group(self, group: Group, children: Collection[Task], succeeded: int | None) -> None:
        """Speak of a group, compared with the children; of the same one as it was, nothing is begun anew."""
        if not self._turn(None, group):
            self._title, self._status = group.signature, TaskStatus.FAILED
            now, among = self._clock.now(), tuple(children)
            self._draw = lambda width: [
                *group_words(group, now, width, succeeded=succeeded),
                *group_charts(group, among, now, width),
            ]
            self.set_reactive(ChildPreview.tail, ())
            self.refresh()
            self._read(group)

    @work(group="preview", exclusive=True)
    async def _read(self, group: Group) -> None:
        """The end of a sample's log, once the cursor rests."""
        await self._clock.sleep(_REST)
        if self._of[1] is group and self._of[0] is None:
            tail = await tail_of(self._deck, group.samples[0], failed=True)
            if self._of[1] is group:
                self.tail = tail

    def child(self, child: Task, others: Collection[Task], group: Group | None) -> None:
        """Speak of another child; of the same one as it was, nothing is begun anew."""
        if not self._turn(child, group):
            self._look(child, others, group)

    def _turn(self, child: Task | None, group: Group | None) -> bool:
        """Turn to these; whether it spoke of them already."""
        before, self._of = self._of, (child, group)
        return before[0] is child and before[1] is group

    @work(group="preview", exclusive=True)
    async def _look(self, child: Task, others: Collection[Task], group: Group | None) -> None:
        """What is known of the child once the cursor rests, then the end of its log."""
        await self._clock.sleep(_REST)
        if self._of[0] is not child:
            return
        self._show(child, others, group, self._clock.now())
        if child.status in _NO_LOG:
            return
        tail = await tail_of(self._deck, child.ref, failed=child.status.is_bad)
        if self._of[0] is child:
            self.tail = tail

    def _show(self, child: Task, others: Collection[Task], group: Group | None, now: datetime) -> None:
        said = _about(child, group, now)
        good = nearest_good(child, others) if child.status.is_bad else None
        siblings = Siblings.of(child, others, now)
        if siblings.spans and siblings.this is not None:
            said += [("", ""), (f"run time vs {len(siblings.spans):,} done", "bold dim"), (siblings.words, "")]
        at = len(said)
        if good is not None:
            name = good.key or good.name if good.index is None else str(good.index)
            rows = [row for row in differing(child, good) if row[1] != row[2]]
            said += [("", ""), (f"differs from nearest good ({name})", "bold dim")]
            said += [(f"  {label}  {mine} <- {theirs}", "") for label, mine, theirs in rows[:_ARGS]]
            said += [] if rows else [("  nothing that is reported", "dim")]
        spans = [span.total_seconds() for span in siblings.spans]
        chart = len(spans) > 4 and siblings.this is not None
        self._title, self._status = _title(child), child.status
        before, after = said[:at], said[at:]
        this = siblings.this.total_seconds() if siblings.this is not None else 0.0
        self._draw = lambda width: [
            *_wrapped(before, width),
            *(run_chart(spans, this, width, "this") if chart else ()),
            *_wrapped(after, width),
        ]
        self.set_reactive(ChildPreview.tail, ())
        self.refresh()

    def render(self) -> Content:
        """Its name, what is said, then as much of the log as there is room for."""
        width, height = max(20, self.content_size.width), self.content_size.height
        name = cut(self._title, min(cell_len(self._title), width - 4)).rstrip()
        rest = RULE * max(0, width - cell_len(name) - 2)
        lines = [drawn([(RULE, "rule"), (f" {name} ", "dim"), (rest[1:], "rule")]), *self._draw(width)][:height]
        room = height - len(lines) - 2
        if self.tail and room > 0:
            lines += [Content(""), drawn([("log", "bold dim"), ("  ", ""), ("l", "bold accent"), (" opens it", "dim")])]
            lines += tail_lines(self.tail[-room:], width, status=self._status)
        return Content("\n").join(lines)


def _wrapped(said: Sequence[tuple[str, str]], width: int) -> list[Content]:
    return [drawn([(line, role)]) for text, role in said for line in wrapped(text, width)]


def _title(child: Task) -> str:
    number = f"JOB {child.index}  " if child.index is not None else ""
    return f"{number}{child.key or child.name}"


def _about(child: Task, group: Group | None, now: datetime) -> list[tuple[str, str]]:
    code, host = (exit_text(child.exit_code), child.host) if isinstance(child, Job) else ("", None)
    said = [
        (
            f"{STATUS[child.status]} {child.status.value.upper()} {code}   run {ran_text(child, now)}",
            f"bold {ROLE_OF[child.status]}",
        ),
    ]
    if child.reason:
        said.append((child.reason, "fail" if child.status.is_bad else ""))
    if group is not None:
        others = group.count - 1
        like = f"like {others:,} other{'s' if others > 1 else ''}" if others else "no other like it"
        said.append((f"class {group.klass.value}, {like}", ""))
    facts = [f"host {host}" if host else None, child.instance, child.region, cost_text(child)]
    where = "   ".join(fact for fact in facts if fact)
    return [*said, (where, "dim")] if where else said
