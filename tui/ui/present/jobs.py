"""The jobs of a task as lines of its tree: tries of one job together, pieces of one step together."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from tui.domain.diff import stem
from tui.domain.exitcode import exit_text
from tui.domain.record import time_text as exact_time
from tui.domain.status import TaskStatus
from tui.domain.task import Job
from tui.ui.present.format import cost_text, ran_text, span_text, time_text
from tui.ui.present.timeline import Scale, bar, bar_of_all, critical_path
from tui.ui.present.tree_node import Node, capped

__all__ = ["jobs_node"]

_BAR = 12
_ALIKE = 3
"""So many finished pieces of one step become one line, where the task has more than `_FEW` jobs."""
_FEW = 8


def jobs_node(jobs: Sequence[Job] | None, now: datetime) -> Node | None:
    """The group of the jobs; None where the platform has none for this task."""
    if jobs is None:
        return None
    if not jobs:
        return Node("jobs", "jobs (0)", "none yet", "dim")
    counts: dict[str, int] = {}
    for job in jobs:
        counts[job.status.value] = counts.get(job.status.value, 0) + 1
    words = [f"{n} {status.value}" for status in TaskStatus if (n := counts.get(status.value))]
    path = critical_path(jobs)
    if len(path) > 1 and path[0].started and path[-1].ended:
        words.append(f"critical path {span_text(path[-1].ended - path[0].started)}")
    scale = Scale.of(jobs, now)
    return Node(
        "jobs",
        f"jobs ({len(jobs)})",
        "  ".join(words),
        TaskStatus.FAILED.value if "failed" in counts else "dim",
        lambda: capped(_lines(jobs, scale, now)),
        unfolded=True,
    )


def _lines(jobs: Sequence[Job], scale: Scale, now: datetime) -> list[Node]:
    tries: dict[str, list[Job]] = {}
    for job in jobs:
        tries.setdefault(job.name if job.attempt else str(job.ref), []).append(job)
    singles = [tried[0] for tried in tries.values() if len(tried) == 1]
    steps: dict[str, list[Job]] = {}
    for job in singles:
        if job.status is TaskStatus.DONE and len(jobs) > _FEW:
            steps.setdefault(stem(job.name), []).append(job)
    alike = {name: same for name, same in steps.items() if len(same) >= _ALIKE}
    lines, shown = [], set()
    for tried in tries.values():
        job = tried[-1]
        name = stem(job.name)
        if len(tried) > 1:
            lines.append(_tried(tried, scale, now))
        elif job.status is TaskStatus.DONE and name in alike:
            if name not in shown:
                shown.add(name)
                lines.append(_step(name, alike[name], scale, now))
        else:
            lines.append(_job(job, job.name, scale, now))
    return lines


def _step(name: str, jobs: Sequence[Job], scale: Scale, now: datetime) -> Node:
    spans = sorted(span for job in jobs if (span := job.ran(now)) is not None)
    took = f"{span_text(spans[0])}..{span_text(spans[-1])}" if spans else "-"
    value = f"{'DONE':<7}{f'{len(jobs)}x':>4} {took:>12} |{bar_of_all(jobs, scale, _BAR)}|"
    return Node(
        f"step {name}",
        f"{name} ({len(jobs)})",
        value,
        TaskStatus.DONE.value,
        lambda: capped([_job(job, job.name, scale, now) for job in jobs]),
    )


def _tried(jobs: Sequence[Job], scale: Scale, now: datetime) -> Node:
    """All tries of one job below its last one."""
    ordered = sorted(jobs, key=lambda job: job.attempt or 1)
    last = ordered[-1]
    return Node(
        f"tries {last.name}",
        last.name,
        f"{_value(last, scale, now)}  {len(jobs)} tries",
        last.status.value,
        lambda: [_job(job, f"attempt {job.attempt}", scale, now) for job in ordered],
        unfolded=last.status is TaskStatus.FAILED,
        copied=str(last.ref),
        target=last.ref,
    )


def _value(job: Job, scale: Scale, now: datetime) -> str:
    tries = f"try {job.attempt}" if job.attempt and job.attempt > 1 else ""
    code = exit_text(job.exit_code) if job.exit_code else ""
    ran = f"ran {ran_text(job, now)}" if job.status.is_final else ran_text(job, now)
    words = f"{job.status.value.upper():<9}{ran:>11} |{bar(job, scale, _BAR)}| {code:<8} {tries}"
    return words.rstrip()


def _job(job: Job, label: str, scale: Scale, now: datetime) -> Node:
    return Node(
        str(job.ref),
        label,
        _value(job, scale, now),
        job.status.value,
        _facts(job) if any(True for _ in _rows(job)) else None,
        unfolded=job.status is TaskStatus.FAILED,
        copied=str(job.ref),
        target=job.ref,
    )


def _facts(job: Job) -> Callable[[], Sequence[Node]]:
    exact = {"started": exact_time(job.started), "ended": exact_time(job.ended)}
    return lambda: [
        Node(label, label, text, "failed" if label == "why" else "", copied=exact.get(label))
        for label, text in _rows(job)
    ]


def _garbled(job: Job, field: str) -> str | None:
    return "?" if job.is_garbled(field) else None


def _rows(job: Job) -> Iterable[tuple[str, str]]:
    facts: list[tuple[str, str | None]] = [
        ("why", job.reason),
        ("where", "  ".join(t for t in (job.host, job.instance, job.region) if t) or None),
        ("started", time_text(job.started) if job.started else _garbled(job, "started")),
        ("ended", time_text(job.ended) if job.ended else _garbled(job, "ended")),
        ("cost", cost_text(job)),
        ("command", job.command),
        ("logs", ", ".join(job.logs) or None),
        *((f"arg {name}", value) for name, value in job.arguments.items()),
        *job.usage.items(),
    ]
    return ((label, text) for label, text in facts if text)
