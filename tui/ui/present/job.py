"""What the tabs of a job show besides its log."""

from datetime import datetime
from enum import StrEnum

from tui.domain.log import LogIndex
from tui.domain.task import Job, Task
from tui.ui.present.fact import size_text, span_text, time_text
from tui.ui.present.timeline import Scale, bar
from tui.ui.present.tree import Node

__all__ = ["Tab", "job_nodes"]


class Tab(StrEnum):
    """The tabs, in order."""

    LOG = "log"
    ARGS = "args"
    ATTEMPTS = "attempts"
    FILES = "files"
    TIMELINE = "timeline"
    RAW = "raw"


def job_nodes(job: Task, tab: Tab, index: LogIndex, now: datetime) -> tuple[Node, ...]:
    """The lines of a tab; one line that says so where there is nothing."""
    match tab:
        case Tab.ARGS:
            rows = [*job.arguments.items(), *((f"set {k}", v) for k, v in job.settings.items())]
            if isinstance(job, Job) and job.command:
                rows.insert(0, ("command", job.command))
        case Tab.ATTEMPTS:
            tried = (job.attempt or 1) if isinstance(job, Job) else 1
            end = f"exit {job.exit_code}" if isinstance(job, Job) and job.exit_code is not None else "no exit code"
            rows = [(f"attempt {tried}", f"{job.status.value.upper()}  {span_text(job.duration(now))}  {end}")]
        case Tab.FILES:
            rows = [(s.name, f"{s.stream.value}  {size_text(s.size)}") for s in index.sources]
        case Tab.TIMELINE:
            rows = [
                ("created", time_text(job.created)),
                ("started", time_text(job.started)),
                ("ended", time_text(job.ended)),
                ("queued", span_text(job.queued(now))),
                ("ran", span_text(job.duration(now))),
                ("", f"|{bar(job, Scale.of([job], now), 48)}|"),
            ]
        case Tab.RAW | Tab.LOG:
            rows = _every(job)
    if not rows:
        return (Node("none", tab.value, "none reported", "dim"),)
    return tuple(Node(str(place), label, value) for place, (label, value) in enumerate(rows))


def _every(job: Task) -> list[tuple[str, str]]:
    rows: list[tuple[str, str | None]] = [
        ("ref", str(job.ref)),
        ("name", job.name),
        ("status", f"{job.status.value} ({job.native_status})"),
        ("reason", job.reason),
        ("project", job.project),
        ("app", job.app),
        ("instance", job.instance),
        ("region", job.region),
        ("key", job.key),
        ("address", job.url),
        *job.metadata.items(),
    ]
    if isinstance(job, Job):
        rows += [("host", job.host), ("exit code", None if job.exit_code is None else str(job.exit_code))]
        rows += [("command", job.command), *job.usage.items()]
    return [(label, value) for label, value in rows if value]
