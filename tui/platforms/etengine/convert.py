"""ET Engine's wire objects to domain values: pure, and the only place that knows its states and milliseconds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from tui.domain.status import EXPIRED, TaskStatus
from tui.domain.task import NO_FACTS, Job, Kind, Progress, Tally, Task, TaskRef
from tui.domain.text import plain
from tui.platforms.coerce import cell, garbled, interned, number, when
from tui.platforms.etengine.wire import Arguments, BatchWire, CountsWire, DetailWire, HardwareWire, JobWire, ToolWire

__all__ = [
    "PLATFORM", "STATES", "Times", "active", "argument_texts", "batch_task", "by_size", "hardware_facts",
    "job_key", "job_row", "moment", "one_state", "ordered", "read_job", "varied_names",
]  # fmt: skip

PLATFORM = "et-engine"
_MILLISECONDS_FROM = 10**11

STATES: Mapping[str, TaskStatus] = {
    "SUBMITTING": TaskStatus.QUEUED,
    "SUBMITTED": TaskStatus.QUEUED,
    "PENDING": TaskStatus.QUEUED,
    "RUNNABLE": TaskStatus.QUEUED,
    "STARTING": TaskStatus.STARTING,
    "RUNNING": TaskStatus.RUNNING,
    "SUCCEEDED": TaskStatus.DONE,
    "FAILED": TaskStatus.FAILED,
}
"""The words of a job's state; every other word is unknown and shown as sent."""

LOST = "the platform keeps no state of it any more"
NOT_ASKED = "its state has not been asked for yet"


@dataclass(frozen=True, slots=True)
class Times:
    """What the jobs that were looked at say about the batch's times."""

    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None


def moment(value: Any) -> datetime | None:
    """Rule 8: milliseconds or seconds since the epoch, as number or digits; ISO 8601; empty and 0 are absent."""
    figure = number(value)
    if figure is None:
        return when(value.strip()) if isinstance(value, str) else None
    try:
        return when(datetime.fromtimestamp(figure / 1000 if figure > _MILLISECONDS_FROM else figure, UTC).isoformat())
    except (ValueError, OverflowError, OSError):
        return None


def active(counts: CountsWire) -> int:
    """Jobs that can still change."""
    return sum(n for state, n in counts.by_state.items() if STATES.get(state, TaskStatus.UNKNOWN).is_active)


def one_state(counts: CountsWire, n_jobs: int) -> TaskStatus | None:
    """The status that every job of the batch has, where the counts say that there is only one."""
    held = [state for state, count in counts.by_state.items() if count]
    return STATES.get(held[0]) if len(held) == 1 and counts.by_state[held[0]] >= n_jobs else None


def _tally(counts: CountsWire, n_jobs: int, missing: TaskStatus) -> Tally:
    by_status = dict.fromkeys(TaskStatus, 0)
    for state, count in counts.by_state.items():
        by_status[STATES.get(state, TaskStatus.UNKNOWN)] += count
    by_status[missing] += max(0, n_jobs - counts.total)
    return Tally(**{status.value: count for status, count in by_status.items()})


def _standing(counts: CountsWire, tally: Tally, n_jobs: int, *, expired: bool) -> tuple[TaskStatus, str, str | None]:
    """Status, the word for it and the reason (contract 5.2): a batch has no state of its own."""
    lost, begun = n_jobs - counts.total, tally.starting + tally.running
    if expired:
        return TaskStatus.UNKNOWN, EXPIRED, f"the platform no longer knows the state of {lost:,} of {n_jobs:,} jobs"
    if begun or (tally.finished and tally.queued):
        return TaskStatus.RUNNING, "running", f"failed {tally.failed:,}/{n_jobs:,} so far" if tally.failed else None
    if tally.queued:
        waiting = counts.by_state.get("RUNNABLE", 0)
        why = "the jobs wait for a machine" if waiting else "the jobs are being submitted"
        return TaskStatus.QUEUED, "queued", why
    if tally.unknown:
        strange = [state for state, count in counts.by_state.items() if count and state not in STATES]
        return TaskStatus.UNKNOWN, plain(", ".join(strange), 60), "states that we do not know"
    if tally.failed:
        return TaskStatus.FAILED, "failed", f"failed {tally.failed:,}/{n_jobs:,}"
    return TaskStatus.DONE, "done", None


def short(id_: str) -> str:
    """The first part of a UUID."""
    return plain(id_.split("-")[0], 12)


def batch_name(tool: ToolWire | None, id_: str) -> str:
    """A batch has no name: its tool's, and a short id."""
    return f"{cell(tool.name or tool.id) if tool else 'batch'} {short(id_)}"


def hardware_facts(hardware: HardwareWire | None) -> dict[str, str]:
    """cpu, memory and filesystems as short texts."""
    if hardware is None:
        return {}
    facts = {}
    if (cpu := number(hardware.cpu)) is not None:
        facts["cpu"] = f"{cpu:g}"
    if (memory := number(hardware.memory)) is not None:
        facts["memory"] = f"{memory:g}"
    if hardware.filesystems:
        facts["filesystems"] = plain(",".join(f.name or f.id for f in hardware.filesystems), 512)
    return facts


def _instance(hardware: HardwareWire | None) -> str | None:
    facts = hardware_facts(hardware)
    parts = [f"{facts['cpu']} vCPU"] if "cpu" in facts else []
    parts += [f"{facts['memory']} MB"] if "memory" in facts else []
    return interned(" ".join(parts)) if parts else None


def batch_task(
    wire: BatchWire, counts: CountsWire, account: str, fetched: datetime, times: Times, *, expired: bool
) -> Task:
    """A batch as a row.

    Args:
        times: From the jobs that were looked at; a batch has none of its own.
        expired: Jobs that no count holds are lost, not waiting for submission.
    """
    n_jobs = max(wire.n_jobs or counts.n_jobs or 0, counts.total, 1)
    tally = _tally(counts, n_jobs, TaskStatus.UNKNOWN if expired else TaskStatus.QUEUED)
    status, word, reason = _standing(counts, tally, n_jobs, expired=expired)
    tool = wire.tool
    return Task(
        ref=TaskRef(account, plain(wire.id, 100)),
        platform=PLATFORM,
        name=batch_name(tool, wire.id),
        kind=Kind.BATCH,
        status=status,
        native_status=word,
        reason=reason,
        app=interned(cell(tool.name or tool.id) or "?") if tool else None,
        created=times.created,
        started=times.started,
        ended=times.ended if status.is_final else None,
        progress=Progress.of(tally.finished, n_jobs),
        counts=tally,
        settings=hardware_facts(wire.hardware) or NO_FACTS,
        instance=_instance(wire.hardware),
        fetched=fetched,
    )


def _argument_text(value: object) -> str:
    return plain(str(value).lower() if isinstance(value, bool) else "" if value is None else str(value), 512)


def argument_texts(arguments: Arguments) -> dict[str, str]:
    """Names and values, cleaned."""
    return {interned(plain(name, 100)): _argument_text(value) for name, value in arguments.items()}


def varied_names(jobs: Sequence[JobWire]) -> tuple[str, ...]:
    """The arguments in which the jobs of a batch differ, in the order they come."""
    if len(jobs) < 2:
        return ()
    names = dict.fromkeys(name for job in jobs for name in job.arguments)
    absent = object()
    return tuple(n for n in names if any(j.arguments.get(n, absent) != jobs[0].arguments.get(n, absent) for j in jobs))


_DIGITS = re.compile(r"(\d+(?:\.\d+)?)")
Place: TypeAlias = tuple[tuple[int, float, str], ...]


def by_size(text: str) -> Place:
    """A key to sort texts with numbers in them."""
    pieces = _DIGITS.split(text)
    return tuple((0, float(p), "") if k % 2 else (1, 0.0, p) for k, p in enumerate(pieces) if p)


def ordered(jobs: Sequence[JobWire], varied: Sequence[str]) -> tuple[JobWire, ...]:
    """By the arguments that vary, numbers by size: the platform's own order means nothing (1.4)."""

    def place(job: JobWire) -> tuple[list[Place], str]:
        return [by_size(_argument_text(job.arguments.get(name))) for name in varied], job.id

    return tuple(sorted(jobs, key=place))


def job_key(arguments: Arguments, varied: Sequence[str]) -> str | None:
    """`seed=41 porosity=0.22`: what makes a job differ from its siblings; a log's path is not a difference."""
    shown = [name for name in varied if name != "log_file"] or list(varied)
    return plain(" ".join(f"{name}={_argument_text(arguments.get(name))}" for name in shown), 200) or None


def job_row(wire: JobWire, batch: Task, index: int, varied: Sequence[str], status: TaskStatus | None) -> Job:
    """A job as the list alone tells it; the list knows no state, so the word is empty until it is looked at.

    Args:
        status: What the batch's counts say of every job, where they say one thing.
    """
    key = job_key(wire.arguments, varied)
    return Job(
        ref=TaskRef(batch.ref.account, batch.ref.id, plain(wire.id, 100)),
        platform=PLATFORM,
        name=key or f"{batch.app or 'job'} {short(wire.id)}",
        status=status or TaskStatus.UNKNOWN,
        native_status="",
        reason=None if status else NOT_ASKED,
        app=batch.app,
        parent=batch.ref,
        key=key,
        index=index,
        arguments=argument_texts(wire.arguments) or NO_FACTS,
        settings=batch.settings,
        instance=batch.instance,
        logs=_logs(wire.arguments, batch),
        fetched=batch.fetched,
    )


def _logs(arguments: Arguments, batch: Task) -> tuple[str, ...]:
    path = arguments.get("log_file")
    return (plain(path, 200),) if isinstance(path, str) and path and "filesystems" in batch.settings else ()


_KEPT = (
    "ref", "platform", "name", "app", "parent", "key", "index", "arguments", "settings", "instance", "logs",
)  # fmt: skip


def read_job(row: Job, wire: DetailWire | None, fetched: datetime, *, contradicted: bool, expired: bool = False) -> Job:
    """The row with what the job's own answer says.

    Args:
        wire: None where the platform does not know the job any more.
        contradicted: The batch's counts leave no room for a job that is still to be submitted (5.1).
        expired: The batch's counts are lost too, so that a job the platform does not know is known no more.
    """
    facts: dict[str, Any] = {name: getattr(row, name) for name in _KEPT}
    if wire is None:
        word = EXPIRED if expired else "lost"
        return Job(**facts, status=row.status, native_status=word, reason=LOST, fetched=fetched)
    word = wire.status.strip()
    status = STATES.get(word.upper(), TaskStatus.UNKNOWN)
    # AWS says of every container that it exited; of one that succeeded that explains nothing.
    reason = None if status is TaskStatus.DONE else cell(wire.reason)
    if word.upper() == "SUBMITTING" and contradicted:
        status, reason = TaskStatus.UNKNOWN, "the platform says SUBMITTING, but its counts say otherwise"
    if wire.arguments and not row.arguments:
        facts["arguments"] = argument_texts(wire.arguments)
    if wire.hardware is not None:
        facts |= {"settings": hardware_facts(wire.hardware) | dict(row.settings), "instance": _instance(wire.hardware)}
    created, started, ended = moment(wire.created), moment(wire.started), moment(wire.stopped)
    return Job(
        **facts,
        status=status,
        native_status=plain(word, 60) or "?",
        reason=reason,
        created=created,
        started=started,
        ended=ended if status.is_final else None,
        garbled=garbled(
            ("created", wire.created, created),
            ("started", wire.started, started),
            ("ended", wire.stopped if status.is_final else None, ended),
        ),
        fetched=fetched,
    )
