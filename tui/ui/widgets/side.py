"""The right pane of a task: timeline, the selected job, the end of its log."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.domain.status import TaskStatus
from tui.domain.task import Job
from tui.ui.present.fact import span_text, time_text
from tui.ui.present.timeline import LEGEND, Scale, axis, bar, column_text, order
from tui.ui.widgets.lines import cut

__all__ = ["SidePane"]

_SHOWN = 14
_NAME = 13


class SidePane(Static):
    """Drawn as one text; it takes no keys."""

    DEFAULT_CSS = """
    SidePane { border-left: solid $foreground 25%; padding: 0 1; height: 1fr; }
    """

    jobs: reactive[Sequence[Job]] = reactive((), layout=False)
    """The task's jobs."""
    selected: reactive[Job | None] = reactive(None)
    """The job under the cursor."""
    tail: reactive[tuple[str, ...]] = reactive(())
    """The last lines of its log, cleaned."""
    now: reactive[datetime | None] = reactive(None, repaint=False)
    """The time that running bars reach to."""

    def render(self) -> Content:
        """Timeline, job, log."""
        width = max(30, self.content_size.width)
        lines = [*self._timeline(width), *self._job(width), *self._log(width)]
        return Content("\n").join(lines)

    def _timeline(self, width: int) -> list[Content]:
        if not self.jobs or self.now is None:
            return [Content.styled("no jobs yet", "dim")]
        scale = Scale.of(self.jobs, self.now)
        room = width - _NAME - 1
        lines = [
            Content.assemble(("TIMELINE", "bold"), (cut(f"  {column_text(scale, room)}   {LEGEND}", width - 8), "dim")),
            Content.styled(" " * (_NAME + 1) + axis(scale, room), "dim"),
        ]
        ranked = order(self.jobs)
        shown = set(ranked[:_SHOWN]) | {j for j in ranked if j.status is TaskStatus.FAILED or j is self.selected}
        drawn = [job for job in ranked if job in shown][: _SHOWN + 4]
        for job in drawn:
            colour = {TaskStatus.FAILED: "$text-error", TaskStatus.RUNNING: "$text-success"}.get(job.status, "dim")
            name = "bold" if self.selected is not None and job.ref == self.selected.ref else ""
            lines.append(Content.assemble((cut(job.name, _NAME) + " ", name), (bar(job, scale, room), colour)))
        if len(ranked) > len(drawn):
            lines.append(Content.styled(f"(+{len(ranked) - len(drawn)} more)", "dim"))
        return lines

    def _job(self, width: int) -> list[Content]:
        job = self.selected
        if job is None:
            return []
        lines = [Content(""), Content.styled(cut(f"SELECTED  {job.name}", width), "bold")]
        now = self.now or job.fetched
        facts = (
            ("status", f"{job.status.value.upper()}  ran {span_text(job.duration(now))}"),
            ("why", job.reason),
            ("where", "  ".join(t for t in (job.host, job.instance, job.region) if t)),
            ("started", time_text(job.started, now) if job.started else None),
            ("command", job.command),
            ("exit", None if job.exit_code is None else str(job.exit_code)),
        )
        for label, value in facts:
            if value:
                lines.append(Content.assemble((f"{label:<10}", "dim"), cut(value, width - 10).rstrip()))
        return lines

    def _log(self, width: int) -> list[Content]:
        if not self.tail:
            return []
        head = Content.styled(cut(f"LOG  last {len(self.tail)} lines, l opens", width), "bold")
        return [Content(""), head, *(Content(cut(text, width)) for text in self.tail)]
