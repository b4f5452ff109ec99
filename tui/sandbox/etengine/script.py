"""The life of a batch as a function of time: what is counted, and what each job is, follows from its script."""

import re
import uuid
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from random import Random
from typing import Any

from tui.sandbox.etengine.causes import Failure, log_lines
from tui.sandbox.etengine.names import Filesystem, Tool

__all__ = ["FORGOTTEN", "STATES", "Batch", "Hardware", "Job", "JobState", "new_id", "schedule"]

STATES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")
FORGOTTEN = 7 * 86_400.0
"""Seconds after its end, from which AWS Batch knows nothing of a job."""
_SUBMITTED, _RUNNABLE = 1.5, 0.6
_LINE_EVERY = 20.0
_LEVEL = re.compile("INFO|WARNING|ERROR")


@dataclass(frozen=True, slots=True)
class Hardware:
    """What each job gets."""

    filesystems: tuple[Filesystem, ...]
    cpu: Any
    memory: Any


@dataclass(frozen=True, slots=True)
class JobState:
    """A job at one moment; times in seconds since the epoch, None while unknown."""

    status: str
    reason: str = ""
    created: float | None = None
    started: float | None = None
    stopped: float | None = None


@dataclass(slots=True)
class Job:
    """Everything that was decided of one job; times in seconds since the epoch."""

    id: str
    arguments: dict[str, Any]
    submitted: float
    runnable: float
    starting: float
    running: float
    stopped: float
    failure: Failure | None = None
    number: int = 0

    def at(self, now: float) -> JobState | None:
        """What AWS Batch tells; None when it does not know the job, yet or any more."""
        if now < self.submitted or now >= self.stopped + FORGOTTEN:
            return None
        if now < self.runnable:
            return JobState("SUBMITTED", created=self.submitted)
        if now < self.starting:
            return JobState("RUNNABLE", created=self.submitted)
        ran = self.failure is None or self.failure.starts
        if now < min(self.running, self.stopped):
            return JobState("STARTING", created=self.submitted)
        if now < self.stopped:
            return JobState("RUNNING", "", self.submitted, self.running)
        started = self.running if ran else None
        if self.failure is None:
            return JobState("SUCCEEDED", "Essential container in task exited", self.submitted, started, self.stopped)
        reason = self.failure.reason.format(n=f"{self.number:07x}")
        return JobState("FAILED", reason, self.submitted, started, self.stopped)


@dataclass
class Batch:
    """One submission of a tool."""

    id: str
    tool: Tool
    hardware: Hardware
    created: datetime
    jobs: list[Job] = field(default_factory=list)

    @cached_property
    def log_id(self) -> str:
        """The same for all jobs of a batch."""
        return f"{self.tool.name}/default/{self.id.replace('-', '')}"

    @cached_property
    def by_id(self) -> dict[str, Job]:
        """Its jobs."""
        return {job.id: job for job in self.jobs}

    @cached_property
    def by_log(self) -> dict[str, Job]:
        """Its jobs by the path of their log."""
        return {str(job.arguments["log_file"]): job for job in self.jobs if "log_file" in job.arguments}

    @cached_property
    def _times(self) -> dict[str, list[float]]:
        ended = {True: [j for j in self.jobs if j.failure], False: [j for j in self.jobs if not j.failure]}
        times = {
            "submitted": [j.submitted for j in self.jobs],
            "runnable": [j.runnable for j in self.jobs],
            "starting": [j.starting for j in self.jobs],
            "running": [j.running for j in self.jobs if not j.failure or j.failure.starts],
            "failed": [j.stopped for j in ended[True]],
            "succeeded": [j.stopped for j in ended[False]],
            "unpulled": [j.stopped for j in ended[True] if j.failure and not j.failure.starts],
        }
        return {name: sorted(values) for name, values in times.items()}

    def counts(self, now: float) -> dict[str, int]:
        """Jobs by state, of those that AWS Batch knows at this moment."""
        passed = {name: bisect_right(values, now) for name, values in self._times.items()}
        lost = {name: bisect_right(self._times[name], now - FORGOTTEN) for name in ("failed", "succeeded")}
        return {
            "SUBMITTED": passed["submitted"] - passed["runnable"],
            "PENDING": 0,
            "RUNNABLE": passed["runnable"] - passed["starting"],
            "STARTING": passed["starting"] - passed["running"] - passed["unpulled"],
            "RUNNING": passed["running"] - passed["succeeded"] - (passed["failed"] - passed["unpulled"]),
            "SUCCEEDED": passed["succeeded"] - lost["succeeded"],
            "FAILED": passed["failed"] - lost["failed"],
        }

    def recorded(self, now: float) -> list[Job]:
        """The jobs that the background submitter has handed on; of these alone the service has records."""
        return [job for job in self.jobs if job.submitted <= now]

    def log(self, job: Job, now: float) -> bytes | None:
        """What the job has written by now; None before it runs."""
        if now < job.running or (job.failure is not None and not job.failure.starts):
            return None
        rng = Random(f"log:{job.id}")
        until = min(now, job.stopped)
        lines = [_line(job.running, f"INFO {self.tool.name} started with {_arguments(job)}")]
        at = job.running + rng.uniform(1, _LINE_EVERY)
        while at < until:
            lines.append(_line(at, log_lines(self.tool.name, rng)))
            at += rng.uniform(1, 2 * _LINE_EVERY)
        if now >= job.stopped:
            last = job.failure.lines if job.failure else ("INFO finished",)
            lines += [_line(job.stopped, t.format(n=1000 + job.number)) if _LEVEL.match(t) else t for t in last]
        return "".join(f"{line}\n" for line in lines).encode()


def _line(at: float, text: str) -> str:
    """As the vendor's logger writes it: twelve hours, AM or PM."""
    return f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%d %I:%M:%S %p} {text}"


def _arguments(job: Job) -> str:
    return " ".join(f"{name}={value}" for name, value in job.arguments.items() if name != "log_file")


def new_id(rng: Random) -> str:
    """A UUID of version 4 out of the given source."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def schedule(batch: Batch, arguments: list[dict[str, Any]], rng: Random, parallel: int, *, doomed: Any) -> None:
    """Give the batch its jobs: submitted one after the other, then waiting for one of `parallel` machines.

    Args:
        doomed: Called with a job's arguments and the random source; the failure that awaits it, or None.
    """
    begin = batch.created.timestamp() + rng.uniform(1.0, 5.0)
    free = [begin] * max(1, parallel)
    for number, given in enumerate(arguments):
        submitted = begin + number * 0.004
        runnable = submitted + _SUBMITTED + rng.random()
        starting = max(runnable + _RUNNABLE, free[number % len(free)])
        failure: Failure | None = doomed(given, rng)
        seconds = _seconds(given, batch.tool, rng)
        ran = seconds * (rng.uniform(0.2, 0.9) if failure else 1.0)
        running = starting + (rng.uniform(15, 50) if "sim_seconds" not in given else 0.5)
        stopped = running if failure is not None and not failure.starts else running + ran
        free[number % len(free)] = stopped
        batch.jobs.append(Job(new_id(rng), given, submitted, runnable, starting, running, stopped, failure, number))


def _seconds(arguments: dict[str, Any], tool: Tool, rng: Random) -> float:
    try:
        return max(0.1, float(arguments["sim_seconds"]))
    except (KeyError, TypeError, ValueError):
        return tool.minutes * 60 * rng.lognormvariate(0, 0.35)
