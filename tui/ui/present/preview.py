"""The preview of a task: the few lines that tell whether it has to be opened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rich.cells import cell_len
from textual.content import Content

from tui.domain.detail import TaskDetail
from tui.domain.diff import Difference
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Kind, Task
from tui.ui.present.bars import stacked
from tui.ui.present.format import STATUS_STYLES, age_text, cost_text, fact_text, label_text, span_text
from tui.ui.present.glyphs import STATUS
from tui.ui.present.log_tail import tail_lines
from tui.ui.present.text import cut
from tui.ui.present.timeline import Scale, bar_of_all

__all__ = ["Fetched", "failed_job", "preview_lines"]

Piece = tuple[str, str]
"""Text and style."""
_BAR = 48
_WIDEST_BAR = 96
_INPUTS = 12
_FIRST = (
    TaskStatus.FAILED, TaskStatus.RUNNING, TaskStatus.STARTING, TaskStatus.FINISHING, TaskStatus.QUEUED,
    TaskStatus.DONE, TaskStatus.ABORTED, TaskStatus.UNKNOWN, TaskStatus.DRAFT,
)  # fmt: skip
"""Counts of children, what matters most first."""
_GAP = "   "
_NEVER_WORTH = {"duration", "queued", "price", "status"}
"""Differences between a failed and a good run that explain nothing."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched of a task so far."""

    detail: TaskDetail | None = None
    good: Task | None = None
    """The last good run of the same app."""
    differs: tuple[Difference, ...] = ()
    log: tuple[str, ...] = ()
    """The last lines, cleaned; or the sentence why there is none."""
    log_of: str = ""
    """Stream and job."""
    error: str = ""
    """Why there is no more."""

    def with_log(self, of: str, lines: Sequence[str]) -> "Fetched":
        """And the end of a log."""
        return replace(self, log_of=of, log=tuple(lines))


def failed_job(jobs: Sequence[Job]) -> Job | None:
    """The one to read the log of: what failed last, else what ran last."""
    bad = [job for job in jobs if job.status is TaskStatus.FAILED]
    return next(reversed(bad or list(jobs)), None)


def preview_lines(task: Task, fetched: Fetched, now: datetime, width: int, height: int) -> list[Content]:
    """At most `height` lines of `width` cells; the log gets the room that is left."""
    groups = [
        _flowing(_status(task, fetched), width),
        _children(task, width),
        _reason(task, width),
        _flowing(_inside(task, fetched, now), width),
    ]
    if inputs := _inputs(task, fetched, width):
        groups += [[Content("")], inputs]
    lines = [line for group in groups for line in group][:height]
    room = height - len(lines) - 2
    if room > 0 and (fetched.log or fetched.error):
        head = f"log tail ({fetched.log_of})   l opens" if fetched.log_of else "log   l opens"
        lines += [Content(""), Content.styled(cut(fetched.error or head, width).rstrip(), "$dim")]
        if not fetched.error:
            lines += tail_lines(fetched.log[-room:], width, "  ", status=task.status)
    elif room > 0 and fetched.detail is None:
        lines += [Content(""), Content.styled("loading", "$dim")]
    return lines


def _flowing(pieces: Sequence[Piece], width: int) -> list[Content]:
    """The pieces side by side, in as many lines as they need."""
    lines: list[list[Piece]] = [[]]
    used = 0
    for text, style in pieces:
        size = cell_len(text)
        if lines[-1] and used + len(_GAP) + size > width:
            lines.append([])
            used = 0
        if lines[-1]:
            lines[-1].append((_GAP, ""))
            used += len(_GAP)
        lines[-1].append((text if size <= width else cut(text, width), style))
        used += size
    return [Content.assemble(*line) for line in lines if line]


def _status(task: Task, fetched: Fetched) -> list[Piece]:
    when = f" {age_text(task.ended, task.fetched)}" if task.status.is_final and task.ended else ""
    said = f"{STATUS[task.status]} {task.status.value.upper()}{when}"
    pieces: list[Piece] = [(said, f"bold {STATUS_STYLES[task.status]}")]
    detail = fetched.detail
    jobs = (detail.jobs if detail else None) or ()
    if tries := max((job.attempt or 1 for job in jobs), default=1) - 1:
        pieces.append((f"attempt {tries + 1} of {tries + 1}", ""))
    if (cost := cost_text(task)) is not None:
        breakdown = (detail.price_breakdown if detail else None) or {}
        parts = ", ".join(f"{label_text(name)} {getattr(money, 'text', '?')}" for name, money in breakdown.items())
        pieces.append((f"{cost} ({parts})" if parts else cost, ""))
    app = task.app.removeprefix(f"{task.project}/") if task.app and task.project else task.app
    place = " / ".join(part for part in (task.ref.account, task.project, app) if part)
    return [*pieces, (place, "$dim"), (f"id {task.ref.id}", "$dim")]


def _children(task: Task, width: int) -> list[Content]:
    """All of a batch as one bar in true proportion, and its numbers, what failed before what runs."""
    if task.counts is None or not task.counts.total:
        return []
    bar = stacked(task.counts, task.counts.total, min(width, _WIDEST_BAR))
    counts = [
        (f"{STATUS[status]} {number:,}", STATUS_STYLES[status]) for status in _FIRST if (number := task.counts[status])
    ]
    return [Content.assemble(*((text, f"${role}") for text, role in bar)), *_flowing(counts, width)]


def _reason(task: Task, width: int) -> list[Content]:
    why = task.reason or (task.errors[0].message if task.errors else None)
    if not why:
        return []
    style = "$fail" if task.status.is_bad else ""
    return [Content.assemble(("reason  ", "$dim"), (cut(why, max(8, width - 8)).rstrip(), style))]


def _inside(task: Task, fetched: Fetched, now: datetime) -> list[Piece]:
    pieces: list[Piece] = []
    jobs = (fetched.detail.jobs if fetched.detail else None) or ()
    if jobs and task.counts is None:
        bad = sum(job.status is TaskStatus.FAILED for job in jobs)
        done = sum(job.status is TaskStatus.DONE for job in jobs)
        pieces.append((f"jobs {done}/{len(jobs)} done" + (f"  {bad} failed" if bad else ""), ""))
        scale = Scale.of(jobs, now)
        if scale.span:
            drawn = bar_of_all(jobs, scale, _BAR)
            pieces.append((f"timeline |{drawn}| {span_text(scale.span)}", STATUS_STYLES[task.status]))
    elif task.progress is not None and task.kind is not Kind.BATCH and task.progress.total:
        pieces.append((f"steps {task.progress.done or 0}/{task.progress.total}", ""))
    if (queued := task.queued(now)) is not None:
        pieces.append((f"queued {span_text(queued)}", "$dim"))
    elif task.is_garbled("queued"):
        pieces.append(("queued ?", "$dim"))
    if (ran := task.ran(now)) is not None:
        pieces.append((f"ran {span_text(ran)}", "$dim"))
    elif task.is_garbled("run"):
        pieces.append(("ran ?", "$dim"))
    return pieces


def _inputs(task: Task, fetched: Fetched, width: int) -> list[Content]:
    given = (fetched.detail.inputs if fetched.detail else None) or task.arguments
    worth = [d for d in fetched.differs if d.path.partition(".")[0] not in _NEVER_WORTH]
    changed = {d.path.removeprefix("inputs.") for d in worth}
    pieces: list[Piece] = [("inputs", "$dim")] if given else []
    for name, value in list(given.items())[:_INPUTS]:
        style = "bold $warn" if name in changed else ""
        pieces.append((cut(f"{name}={fact_text(value)}", 40).rstrip(), style))
    if len(given) > _INPUTS:
        pieces.append((f"+{len(given) - _INPUTS} more", "$dim"))
    lines = _flowing(pieces, width)[:2]
    if fetched.good is not None:
        paths = ", ".join(d.path.removeprefix("inputs.") for d in worth[:6]) or "nothing that explains it"
        said = f"differs from last good run ({fetched.good.name}): {paths}   D shows the diff"
        lines.append(Content.styled(cut(said, width).rstrip(), "$warn" if worth else "$dim"))
    return lines
