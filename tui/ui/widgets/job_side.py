"""The right pane of a task: timeline, the selected job, the end of its log."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.domain.exitcode import exit_text
from tui.domain.task import Job
from tui.ui.present.format import STATUS_STYLES, cost_text, ran_text, time_text
from tui.ui.present.log_tail import tail_lines
from tui.ui.present.roles import style
from tui.ui.present.text import cut
from tui.ui.present.timeline import LEGEND, Scale, axis, bar_parts, column_text, order

__all__ = ["SidePane"]

_SHOWN = 14
_NAME = 13


class SidePane(Static):
    """Drawn as one text as high as the pane; it takes no keys."""

    DEFAULT_CSS = """
    SidePane { border-left: solid $rule; padding: 0 1; height: 1fr; }
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
        """Timeline, job, and as much of the log as there is room for."""
        width = max(30, self.content_size.width)
        lines = [*self._timeline(width), *self._job(width)]
        return Content("\n").join([*lines, *self._log(width, self.content_size.height - len(lines))])

    def _timeline(self, width: int) -> list[Content]:
        if self.now is None:
            return []
        if not self.jobs:
            return [Content.styled("no jobs are reported", "dim")]
        scale = Scale.of(self.jobs, self.now)
        room = width - _NAME - 1
        said = f"  {column_text(scale, room)}   {LEGEND}"
        lines = [
            Content.assemble(("TIMELINE", "bold"), (cut(said, width - 8), "dim")),
            Content.styled(" " * (_NAME + 1) + axis(scale, room), "dim"),
        ]
        drawn = self._drawn()
        for job in drawn:
            here = self.selected is not None and job.ref == self.selected.ref
            name = f"{job.name} #{job.attempt}" if job.attempt and job.attempt > 1 else job.name
            lines.append(
                Content.assemble(
                    (cut(name, _NAME) + " ", "bold reverse" if here else ""),
                    *((text, style(role)) for text, role in bar_parts(job, scale, room)),
                )
            )
        if len(self.jobs) > len(drawn):
            lines.append(Content.styled(f"(+{len(self.jobs) - len(drawn)} more, T shows all)", "dim"))
        return lines

    def _drawn(self) -> list[Job]:
        """The first by start, and in any case what went wrong and what is selected."""
        ranked = order(self.jobs)
        if len(ranked) <= _SHOWN:
            return ranked
        must = [j for j in ranked if j.status.is_bad or (self.selected is not None and j.ref == self.selected.ref)]
        chosen = {j.ref for j in [*must[:_SHOWN], *ranked][:_SHOWN]}
        return [job for job in ranked if job.ref in chosen]

    def _job(self, width: int) -> list[Content]:
        job = self.selected
        if job is None:
            return []
        tries = f"  attempt {job.attempt}" if job.attempt else ""
        lines = [Content(""), Content.styled(cut(f"SELECTED  {job.name}{tries}", width), "bold")]
        now = self.now or job.fetched
        facts = (
            ("status", f"{job.status.value.upper()}  ran {ran_text(job, now)}", STATUS_STYLES[job.status]),
            ("why", job.reason, "$fail"),
            ("exit", exit_text(job.exit_code).removeprefix("exit ") or None, ""),
            ("where", "  ".join(t for t in (job.host, job.instance, job.region) if t), ""),
            ("started", time_text(job.started, now) if job.started else None, ""),
            ("cost", cost_text(job), ""),
            ("command", job.command, ""),
        )
        for label, value, ink in facts:
            if value:
                lines.append(Content.assemble((f"{label:<10}", "dim"), (cut(value, width - 10).rstrip(), ink)))
        return lines

    def _log(self, width: int, room: int) -> list[Content]:
        shown = self.tail[-max(0, room - 2) :] if room > 2 else ()
        if not shown:
            return []
        count = f"last {len(shown)} lines, " if len(shown) > 1 else ""
        head = Content.styled(cut(f"LOG  {count}l opens", width), "bold")
        return [Content(""), head, *tail_lines(shown, width, status=self.selected.status if self.selected else None)]
