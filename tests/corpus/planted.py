"""Batches whose failures have a known reason among the fields: hours, ranges, hosts, samples, two at once, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from tui.domain.factors import Common, Comparison
from tui.domain.status import TaskStatus
from tui.domain.task import Job, TaskRef

__all__ = ["BATCHES", "Found", "judged", "planted"]

BATCHES = 200
_BEGUN = datetime(2026, 11, 20, tzinfo=UTC)
_ALIKE = 0.5
"""A factor names a planted one where it picks so much the same tasks (their share of all that either picks)."""
Picks = Callable[[Job], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """What was named of what was planted, over many batches."""

    named: int
    right: int
    planted: int
    found: int

    @property
    def precision(self) -> float:
        """The share of named factors that were planted."""
        return self.right / self.named if self.named else 1.0

    @property
    def recall(self) -> float:
        """The share of planted factors that were named."""
        return self.found / self.planted if self.planted else 1.0


def _job(number: int, rng: Random, days: int) -> Job:
    begun = _BEGUN + timedelta(hours=rng.uniform(0, 24 * days))
    return Job(
        ref=TaskRef("et", "b", str(number)), platform="et-engine", name=f"child {number}", status=TaskStatus.DONE,
        native_status="Success", fetched=_BEGUN, index=number, ended=begun, host=f"node{rng.randrange(24)}",
        instance=rng.choice(("c5.large", "c5.xlarge", "m5.large")),
        metadata={"library": rng.choice(("L1", "L2", "L3", "L4")), "sample": f"S{rng.randrange(40)}"},
        arguments={
            "seed": str(rng.randrange(100_000)), "depth": f"{rng.gauss(30, 8):.2f}", "block": f"B{rng.randrange(12)}",
        },
    )  # fmt: skip


def _factor(rng: Random, jobs: Sequence[Job]) -> Picks:
    """One planted reason, of a kind chosen by the generator."""
    match rng.randrange(7):
        case 0:
            hour = rng.randrange(24)
            return lambda job: job.ended is not None and job.ended.hour == hour
        case 1:
            first = rng.randrange(20)
            return lambda job: job.ended is not None and first <= job.ended.hour <= first + 2
        case 2:
            low = rng.randrange(90_000)
            high = low + rng.randrange(3_000, 12_000)
            return lambda job: low <= int(job.arguments["seed"]) <= high
        case 3:
            depths = sorted(float(job.arguments["depth"]) for job in jobs)
            edge = depths[int(len(depths) * rng.uniform(0.85, 0.95))]
            return lambda job: float(job.arguments["depth"]) >= edge
        case 4:
            host = rng.choice(jobs).host
            return lambda job: job.host == host
        case 5:
            sample = rng.choice(jobs).metadata["sample"]
            return lambda job: job.metadata["sample"] == sample
        case _:
            block = rng.choice(jobs).arguments["block"]
            return lambda job: job.arguments["block"] == block


def planted(number: int) -> tuple[list[Job], list[Job], list[Picks]]:
    """A batch's failed and successful children, and what was planted; nothing in every tenth batch."""
    rng = Random(number)
    jobs = [_job(n, rng, rng.randrange(1, 5)) for n in range(rng.randrange(400, 2_000))]
    reasons = [_factor(rng, jobs) for _ in range(0 if number % 10 == 0 else 2 if number % 3 == 0 else 1)]
    hit, stray = rng.uniform(0.6, 1.0), rng.uniform(0.0, 0.02)
    failed, good = [], []
    for job in jobs:
        bad = rng.random() < (hit if any(reason(job) for reason in reasons) else stray)
        (failed if bad else good).append(replace(job, status=TaskStatus.FAILED if bad else TaskStatus.DONE))
    return failed, good, reasons


def judged(batches: int = BATCHES) -> Found:
    """How many of the planted reasons are named, and how many of the named were planted."""
    named = right = total = found = 0
    for number in range(batches):
        failed, good, reasons = planted(number)
        told = Comparison(failed, good).of(job.ref for job in failed)
        everyone = [*failed, *good]
        wanted = [{job.ref for job in everyone if reason(job)} for reason in reasons]
        picked = [{job.ref for job in everyone if _has(job, common)} for common in told]
        named += len(told)
        right += sum(any(_alike(mine, theirs) for theirs in wanted) for mine in picked)
        total += len(wanted)
        found += sum(any(_alike(mine, theirs) for mine in picked) for theirs in wanted)
    return Found(named, right, total, found)


def _alike(one: set[TaskRef], other: set[TaskRef]) -> bool:
    return len(one & other) >= _ALIKE * len(one | other)


def _has(job: Job, common: Common) -> bool:
    """Whether a task has the value that a factor names."""
    value = _value(job, common.field)
    if ".." in common.value:
        low, high = common.value.split("..")
        return value is not None and float(low) <= float(value) <= float(high)
    return value == common.value


def _value(job: Job, field: str) -> str | None:
    group, _, key = field.partition(".")
    match group:
        case "in":
            return job.arguments.get(key)
        case "meta":
            return job.metadata.get(key)
        case "hour":
            return f"{job.ended:%Y-%m-%d %H}h" if job.ended else None
        case "hour_of_day":
            return str(job.ended.hour) if job.ended else None
        case "child":
            return str(job.index)
        case _:
            return getattr(job, group)
