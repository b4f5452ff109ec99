"""What jobs used of what they asked for: steps as jobs, efficiency of one job and of a whole array."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.domain.detail import Facts
from tui.domain.status import TaskStatus
from tui.domain.task import Job, TaskRef
from tui.domain.text import CELL_LIMIT, plain
from tui.platforms.slurm.convert import PLATFORM
from tui.platforms.slurm.states import base_state, status_of
from tui.platforms.slurm.wire import Step, bytes_of

__all__ = ["Use", "array_facts", "job_facts", "size_text", "step_jobs", "uses"]

_MEASURED = timedelta(minutes=1)
"""Shorter jobs end between two samples: what they used is not known."""
_SHARE, _MORE = 0.95, 1.2
"""Of an array's peaks, the one that is asked for next time, and what is added to it."""
_BINS = 10


def size_text(size: float) -> str:
    """`190M`, `2.5G`: as Slurm takes it."""
    for unit, factor in (("G", 1 << 30), ("M", 1 << 20)):
        if size >= factor:
            number = size / factor
            return f"{number:.0f}{unit}" if number >= 10 or number == int(number) else f"{number:.1f}{unit}"
    return f"{max(1, round(size / 1024))}K"


@dataclass(frozen=True, slots=True)
class Use:
    """One job with its steps summed up; shares are 0 to 1, None where they were not measured."""

    id: str
    state: str
    cpu: float | None
    memory: float | None
    time: float | None
    peak: int | None
    """Bytes."""
    asked: int | None
    """Bytes of memory."""


def uses(steps: Sequence[Step]) -> list[Use]:
    """Each job of an answer of `sacct` with steps."""
    found, inside = [], list[Step]()
    job: Step | None = None
    for step in steps:
        if step.step is None:
            if job is not None:
                found.append(_use(job, inside))
            job, inside = step, []
        else:
            inside.append(step)
    if job is not None:
        found.append(_use(job, inside))
    return found


def _use(job: Step, inside: Sequence[Step]) -> Use:
    long_enough = job.used is not None and job.used >= _MEASURED
    cpu = None
    spent = job.cpu_time or sum((step.cpu_time for step in inside if step.cpu_time), timedelta())
    if long_enough and job.used and job.cpus and spent:
        cpu = spent / (job.used * job.cpus)
    peaks = [step.peak * max(1, step.tasks or 1) for step in inside if step.peak]
    peak = max(peaks, default=None)
    asked = _asked(job)
    time = job.used / job.limit if job.used is not None and job.limit else None
    return Use(job.id, job.state, cpu, peak / asked if peak and asked else None, time, peak, asked)


def _asked(job: Step) -> int | None:
    """Memory in all: `100Mc` of old versions is for each CPU."""
    if job.memory is None or (size := bytes_of(job.memory)) is None:
        return None
    return size * (job.cpus or 1) if job.memory.endswith("c") else size


def _percent(share: float | None) -> str | None:
    if share is None:
        return None
    return f"{100 * share:.0f} %" if share >= 0.095 else f"{100 * share:.1f} %"


def job_facts(use: Use) -> Facts:
    """CPU, memory and time: used of asked."""
    memory = _percent(use.memory)
    if memory and use.peak and use.asked:
        memory = f"{memory} ({size_text(use.peak)} of {size_text(use.asked)})"
    return {
        "cpu": _percent(use.cpu) or "not measured",
        "memory": memory or "not measured",
        "time": _percent(use.time) or "no time limit",
    }


def array_facts(found: Sequence[Use]) -> Facts | None:
    """The distribution of peaks over an array's elements that ended well, and what to ask for: the 95th of a hundred
    and a fifth more."""
    peaks = sorted(use.peak for use in found if use.peak and base_state(use.state) == "COMPLETED")
    if not peaks:
        return None
    high = peaks[min(len(peaks) - 1, int(_SHARE * len(peaks)))]
    asked = next((use.asked for use in found if use.asked), None)
    facts: dict[str, str | int | None] = {
        "elements measured": len(peaks),
        "peak memory": f"{size_text(peaks[0])} to {size_text(peaks[-1])}, 95 % at most {size_text(high)}",
        "asked": size_text(asked) if asked else None,
        "ask for": f"{size_text(high * _MORE)} (95 % of the peaks and 20 % more)",
        "distribution": _histogram(peaks),
    }
    times = sorted(use.time for use in found if use.time is not None)
    if times:
        facts["time"] = f"{_percent(times[0])} to {_percent(times[-1])} of the limit"
    cpus = sorted(use.cpu for use in found if use.cpu is not None)
    if cpus:
        facts["cpu"] = f"{_percent(cpus[0])} to {_percent(cpus[-1])}, half below {_percent(cpus[len(cpus) // 2])}"
    return facts


def _histogram(peaks: Sequence[int]) -> str:
    """`4M-6M: 12, 6M-8M: 3`: empty bins left out."""
    low, high = peaks[0], peaks[-1]
    width = max(1, -(-(high - low + 1) // _BINS))
    counts = [0] * _BINS
    for peak in peaks:
        counts[min(_BINS - 1, (peak - low) // width)] += 1
    return ", ".join(
        f"{size_text(low + i * width)}-{size_text(low + (i + 1) * width)}: {number}"
        for i, number in enumerate(counts)
        if number
    )


def step_jobs(account: str, steps: Sequence[Step], parent: TaskRef, fetched: datetime) -> tuple[Job, ...]:
    """The steps of one job (`17_3/batch`), by start."""
    jobs = [
        Job(
            ref=TaskRef(account, parent.id, plain(step.step, 64)),
            platform=PLATFORM,
            name=plain(step.name, CELL_LIMIT),
            status=status_of(step.state),
            native_status=plain(base_state(step.state), CELL_LIMIT),
            started=step.started,
            ended=step.ended if status_of(step.state).is_final else None,
            created=step.started,
            host=step.node_list and plain(step.node_list, CELL_LIMIT),
            exit_code=_code(step),
            reason=None if step.exit is None or step.exit.is_zero else step.exit.words,
            usage=_usage(step),
            fetched=fetched,
        )
        for step in steps
        if step.step and step.id == parent.id and _safe(step.step)
    ]
    return tuple(sorted(jobs, key=lambda job: (job.started is None, job.started, job.ref)))


def _safe(step: str) -> bool:
    """A name that a reference can carry."""
    return bool(step) and not any(c.isspace() or c == "/" for c in step)


def _code(step: Step) -> int | None:
    if step.exit is None or status_of(step.state) not in {TaskStatus.DONE, TaskStatus.FAILED}:
        return None
    return step.exit.shell_code


def _usage(step: Step) -> dict[str, str]:
    facts = {
        "memory": size_text(step.peak) if step.peak else None,
        "cpu time": f"{step.cpu_time.total_seconds():.1f} s" if step.cpu_time else None,
        "tasks": str(step.tasks) if step.tasks else None,
    }
    return {name: value for name, value in facts.items() if value}
