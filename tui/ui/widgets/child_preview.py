"""Beside the tables of a batch: one child (how it ended, how it compares, what its log says last), or one group."""

from collections.abc import Collection, Sequence
from datetime import datetime

from textual import work
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.clock import Clock
from tui.domain.diff import nearest_good
from tui.domain.errors import TuiError
from tui.domain.exitcode import exit_text
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task
from tui.domain.triage import Group
from tui.store.deck import Deck
from tui.ui.log.text import LogText
from tui.ui.present.failure_groups import group_lines
from tui.ui.present.format import STATUS_STYLES, cost_text, ran_text
from tui.ui.present.log_tail import tail_lines
from tui.ui.present.peers import Siblings, differing
from tui.ui.present.text import wrapped

__all__ = ["ChildPreview"]

_ARGS = 6
_REST = 0.15
"""Seconds the cursor rests before a child is looked into."""
_TAIL_BYTES, _TAIL_LINES = 4096, 40
_NO_LOG = {TaskStatus.DRAFT, TaskStatus.QUEUED}


class ChildPreview(Static):
    """Drawn as one text as high as the pane; it takes no keys."""

    tail: reactive[tuple[str, ...]] = reactive(())
    """The last lines of its log, cleaned."""

    def __init__(self, deck: Deck, clock: Clock, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._deck = deck
        self._clock = clock
        self._said: list[tuple[str, str]] = []
        self._of: tuple[object, object] = (None, None)
        """The child and its group that are spoken of; the same objects say the same."""

    def group(self, group: Group) -> None:
        """Speak of a group."""
        if not self._turn(None, group):
            self._say(group_lines(group, self._clock.now()))

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
        try:
            index = await self._deck.logs(child.ref)
            if not index.sources:
                tail: Sequence[str] = (index.why_none or "no log",)
            else:
                part = await self._deck.read_log(index.sources[0], -_TAIL_BYTES, _TAIL_BYTES)
                text = LogText()
                text.add(part)
                tail = text.text(max(0, len(text) - _TAIL_LINES), len(text)).split("\n")
        except TuiError as error:
            tail = (f"no log: {error}",)
        if self._of[0] is child:
            self.tail = tuple(tail)

    def _say(self, lines: list[tuple[str, str]]) -> None:
        self._said = lines
        self.set_reactive(ChildPreview.tail, ())
        self.refresh()

    def _show(self, child: Task, others: Collection[Task], group: Group | None, now: datetime) -> None:
        said = _about(child, group, now)
        good = nearest_good(child, others) if child.status.is_bad else None
        siblings = Siblings.of(child, others, now)
        if siblings.spans and siblings.this is not None:
            said += [("", ""), (f"run time vs {len(siblings.spans):,} done", "bold"), (siblings.words, "")]
            drawn = siblings.histogram(30) if len(siblings.spans) > 4 else []
            said += [(text, "dim") for text in drawn]
        if good is not None:
            name = good.key or good.name if good.index is None else str(good.index)
            rows = [row for row in differing(child, good) if row[1] != row[2]]
            said += [("", ""), (f"differs from nearest good ({name})", "bold")]
            said += [(f"  {label}  {mine} <- {theirs}", "") for label, mine, theirs in rows[:_ARGS]]
            said += [] if rows else [("  nothing that is reported", "dim")]
        self._say(said)

    def render(self) -> Content:
        """What is said, then as much of the log as there is room for."""
        width, height = max(20, self.content_size.width), self.content_size.height
        lines = [Content.styled(line, style) for text, style in self._said for line in wrapped(text, width)]
        room = height - len(lines) - 2
        if self.tail and room > 0:
            lines += [Content(""), Content.styled("LOG  l opens it", "bold")]
            lines += tail_lines(self.tail[-room:], width)
        return Content("\n").join(lines)


def _about(child: Task, group: Group | None, now: datetime) -> list[tuple[str, str]]:
    number = f"JOB {child.index}  " if child.index is not None else ""
    code, host = (exit_text(child.exit_code), child.host) if isinstance(child, Job) else ("", None)
    said = [
        (f"{number}{child.key or child.name}", "bold"),
        (f"{child.status.value.upper()} {code}   run {ran_text(child, now)}", STATUS_STYLES[child.status]),
    ]
    if child.reason:
        said.append((child.reason, "$text-error" if child.status.is_bad else ""))
    if group is not None:
        others = group.count - 1
        like = f"like {others:,} other{'s' if others > 1 else ''}" if others else "no other like it"
        said.append((f"class {group.klass.value}, {like}", ""))
    facts = [f"host {host}" if host else None, child.instance, child.region, cost_text(child)]
    where = "   ".join(fact for fact in facts if fact)
    return [*said, (where, "dim")] if where else said
