"""One child beside the table of children: how it ended, how it compares, what its log says last."""

from collections.abc import Collection
from datetime import datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.domain.task import Job, Task
from tui.domain.triage import Group
from tui.ui.present.fact import STATUS_STYLES, exit_text, span_text
from tui.ui.present.log import TROUBLE
from tui.ui.present.siblings import Siblings, differing
from tui.ui.widgets.lines import cut

__all__ = ["ChildPreview"]

_ARGS = 6


class ChildPreview(Static):
    """Drawn as one text as high as the pane; it takes no keys."""

    tail: reactive[tuple[str, ...]] = reactive(())
    """The last lines of its log, cleaned."""

    def __init__(self, *, id: str | None = None, markup: bool = False) -> None:
        super().__init__(id=id, markup=markup)
        self._said: list[tuple[str, str]] = []

    def show(
        self, child: Task, others: Collection[Task], good: Task | None, group: Group | None, now: datetime
    ) -> None:
        """Speak of another child."""
        self._said = _about(child, group, now)
        siblings = Siblings.of(child, others, now)
        if siblings.spans and siblings.this is not None:
            self._said += [("", ""), (f"run time vs {len(siblings.spans):,} done", "bold"), (siblings.words, "")]
            drawn = siblings.histogram(30) if len(siblings.spans) > 4 else []
            self._said += [(text, "dim") for text in drawn]
        if good is not None:
            name = good.key or good.name if good.index is None else str(good.index)
            rows = [row for row in differing(child, good) if row[1] != row[2]]
            self._said += [("", ""), (f"differs from nearest good ({name})", "bold")]
            self._said += [(f"  {label}  {mine} <- {theirs}", "") for label, mine, theirs in rows[:_ARGS]]
            self._said += [] if rows else [("  nothing that is reported", "dim")]
        self.set_reactive(ChildPreview.tail, ())
        self.refresh()

    def render(self) -> Content:
        """What is said, then as much of the log as there is room for."""
        width, height = max(20, self.content_size.width), self.content_size.height
        lines = [Content.styled(cut(text, width), style) for text, style in self._said]
        room = height - len(lines) - 2
        if self.tail and room > 0:
            lines += [Content(""), Content.styled("LOG  l opens it", "bold")]
            lines += [Content.styled(cut(text, width), _tone(text)) for text in self.tail[-room:]]
        return Content("\n").join(lines)


def _about(child: Task, group: Group | None, now: datetime) -> list[tuple[str, str]]:
    number = f"JOB {child.index}  " if child.index is not None else ""
    code, host = (exit_text(child.exit_code), child.host) if isinstance(child, Job) else ("", None)
    said = [
        (f"{number}{child.key or child.name}", "bold"),
        (f"{child.status.value.upper()} {code}   run {span_text(child.duration(now))}", STATUS_STYLES[child.status]),
    ]
    if child.reason:
        said.append((child.reason, "$text-error" if child.status.is_bad else ""))
    if group is not None:
        said.append((f"class {group.klass.value}, like {group.count - 1:,} others", ""))
    facts = [f"host {host}" if host else None, child.instance, child.region, str(child.price) if child.price else None]
    where = "   ".join(fact for fact in facts if fact)
    return [*said, (where, "dim")] if where else said


def _tone(text: str) -> str:
    return "$text-error" if TROUBLE.search(text.encode("utf-8", "replace")) else ""
