"""What a task *is*: the frozen values that every layer passes around.

All texts in here were cleaned by `text.plain` when they came in; all times are aware UTC; all durations are
`timedelta`; a fact that the platform does not report is `None`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from tui.domain.money import Money, Sum, total
from tui.domain.status import EXPIRED, TaskStatus

__all__ = [
    "NOTHING", "NO_FACTS", "Job", "Kind", "Progress", "Tally", "Task", "TaskError", "TaskRef", "spent_on",
]  # fmt: skip

NO_FACTS: Mapping[str, str] = MappingProxyType({})
"""The empty mapping shared by all tasks that have nothing to say."""
NOTHING: frozenset[str] = frozenset()
"""The empty set shared by all tasks of which everything could be read."""
_READ_FROM: Mapping[str, frozenset[str]] = {
    "age": frozenset({"created"}),
    "updated": frozenset({"created", "started", "ended", "changed"}),
    "dur": frozenset({"started", "ended", "total_time"}),
    "run": frozenset({"started", "ended", "total_time", "run_time"}),
    "queued": frozenset({"created", "started", "queued_time"}),
    "cost": frozenset({"price"}),
    "currency": frozenset({"price"}),
    "spent_lost": frozenset({"price"}),
    "steps": frozenset({"progress", "counts"}),
    "pct": frozenset({"progress", "counts"}),
}
"""The attributes behind a field of the filter language; other fields are attributes themselves."""
_ZERO = timedelta(0)
_WAITING = frozenset({TaskStatus.QUEUED, TaskStatus.STARTING})
_DIGITS = 18
"""Of a number, at most."""
_NAMED = 10**_DIGITS
"""The place of jobs with a name, behind those with a number."""


def _no_facts() -> Mapping[str, str]:
    return NO_FACTS


@dataclass(frozen=True, slots=True, order=True)
class TaskRef:
    """Where a task or a job is: identity, never a row or a name."""

    account: str
    """The name the user gave the account."""
    id: str
    """The platform's own id, or `job.UUID` / `pool.UUID` for Qarnot's groups."""
    job: str | None = None
    """The job inside, in the platform's form (`product.md` section 1), or None for the task itself."""

    def __str__(self) -> str:
        return f"{self.account}:{self.id}" if self.job is None else f"{self.account}:{self.id}/{self.job}"

    @classmethod
    def parse(cls, text: str) -> "TaskRef":
        """Read `ACCOUNT:ID` or `ACCOUNT:ID/JOB`.

        Raises:
            ValueError: The text has no account, no id, or an empty job.
        """
        account, colon, rest = text.strip().partition(":")
        id_, slash, job = rest.partition("/")
        if not account or not colon or not id_ or (slash and not job) or any(c.isspace() for c in text.strip()):
            raise ValueError(f"{text!r} is not a reference; write ACCOUNT:ID or ACCOUNT:ID/JOB")
        return cls(account, id_, job or None)

    @property
    def place(self) -> tuple[str, str, int, str]:
        """Where it stands among others, by reference: a task before its jobs, and their numbers by size."""
        job = self.job
        if job is None:
            return self.account, self.id, -1, ""
        if job.isdecimal() and len(job) <= _DIGITS:
            return self.account, self.id, int(job), ""
        return self.account, self.id, _NAMED, job

    @property
    def task(self) -> "TaskRef":
        """The task that this is, or that the job is in."""
        return self if self.job is None else TaskRef(self.account, self.id)


class Kind(StrEnum):
    """What stands behind a row."""

    TASK = "task"
    BATCH = "batch"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a task is; what the platform does not say is None."""

    done: int | None = None
    total: int | None = None
    percent: float | None = None
    """0 to 100; None where the total is 0 or unknown."""

    @classmethod
    def of(cls, done: int, total: int) -> "Progress":
        """Steps or children finished out of all."""
        return cls(done, total, round(100 * done / total, 1) if total > 0 else None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many children are in each status."""

    draft: int = 0
    queued: int = 0
    starting: int = 0
    running: int = 0
    finishing: int = 0
    done: int = 0
    failed: int = 0
    aborted: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, statuses: Iterable[TaskStatus]) -> "Tally":
        """Count them."""
        counts = dict.fromkeys(TaskStatus, 0)
        for status in statuses:
            counts[status] += 1
        return cls(**{status.value: n for status, n in counts.items()})

    def __getitem__(self, status: TaskStatus) -> int:
        return int(getattr(self, status.value))

    def items(self) -> Iterator[tuple[TaskStatus, int]]:
        """Each status with its count, in the order of progress."""
        return ((status, self[status]) for status in TaskStatus)

    @property
    def total(self) -> int:
        """All children."""
        return sum(n for _, n in self.items())

    @property
    def finished(self) -> int:
        """Children in a final status."""
        return self.done + self.failed + self.aborted


@dataclass(frozen=True, slots=True)
class TaskError:
    """One error or warning that the platform attached to a task."""

    message: str
    type: str | None = None
    """The platform's own class of error, whole."""
    input: str | None = None
    """The input port it is about."""

    def __str__(self) -> str:
        """`no such file (input reads)`."""
        return f"{self.message} (input {self.input})" if self.input else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row of the list, whatever platform it is on."""

    ref: TaskRef
    platform: str
    """`sevenbridges`, `qarnot`, `et-engine`."""
    name: str
    kind: Kind = Kind.TASK
    status: TaskStatus
    native_status: str
    """The platform's own word, as sent."""
    reason: str | None = None
    """Why it is in this status, in one line, if the platform says so."""
    project: str | None = None
    app: str | None = None
    """App, profile or tool, with its revision where there is one."""
    created_by: str | None = None
    executed_by: str | None = None
    tags: tuple[str, ...] = ()
    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    changed: datetime | None = None
    """When it last changed, as the platform says or as we saw it."""
    total_time: timedelta | None = None
    """The platform's own total, if it reports one above zero."""
    queued_time: timedelta | None = None
    """The platform's own time in the queue, if it reports one above zero."""
    run_time: timedelta | None = None
    """The platform's own running time, if it reports one."""
    progress: Progress | None = None
    counts: Tally | None = None
    """The children by status; None unless it is a batch."""
    price: Money | None = None
    parent: TaskRef | None = None
    key: str | None = None
    """What makes a child differ from its siblings: sample key, varied arguments."""
    index: int | None = None
    """The child's place in its batch, from 0, where the platform numbers them."""
    metadata: Mapping[str, str] = field(default_factory=_no_facts, hash=False)
    """Batch group fields, labels: what the platform calls metadata (`meta.X`)."""
    arguments: Mapping[str, str] = field(default_factory=_no_facts, hash=False)
    """Inputs held with the row (`in.X`): ET arguments, Qarnot constants, short Seven Bridges inputs."""
    outputs: Mapping[str, str] = field(default_factory=_no_facts, hash=False)
    """Outputs held with the row (`out.X`): of Seven Bridges where the filter asks for them."""
    settings: Mapping[str, str] = field(default_factory=_no_facts, hash=False)
    """Execution settings held with the row (`set.X`)."""
    instance: str | None = None
    """Machine type."""
    spot: bool | None = None
    region: str | None = None
    errors: tuple[TaskError, ...] = ()
    url: str | None = None
    """The task's page in the platform's web interface."""
    garbled: frozenset[str] = NOTHING
    """Attributes that are missing because nobody can read what the platform sent for them (R23)."""
    fetched: datetime
    """When we asked."""

    def is_garbled(self, field: str) -> bool:
        """Whether a field of the filter language can lack its value because of what cannot be read: it shows `?`."""
        if not self.garbled or (field == "spent_lost" and not self.status.is_bad):
            return False
        return not self.garbled.isdisjoint(_READ_FROM.get(field, (field,)))

    @property
    def is_expired(self) -> bool:
        """Whether the platform has forgotten how it ended: it is not final, and no later look will tell."""
        return self.status is TaskStatus.UNKNOWN and self.native_status == EXPIRED

    @property
    def revision(self) -> str | None:
        """The app's revision, where the app names one as its last part."""
        if self.app is None:
            return None
        last = self.app.rsplit("/", 1)[-1]
        return last if last.isdigit() and "/" in self.app else None

    @property
    def base_app(self) -> str | None:
        """The app without its revision."""
        return self.app if self.app is None or self.revision is None else self.app.rsplit("/", 1)[0]

    def age(self, now: datetime) -> timedelta | None:
        """How long ago it was created; never negative."""
        return None if self.created is None else max(now - self.created, _ZERO)

    def duration(self, now: datetime) -> timedelta | None:
        """The platform's total if above zero, else from start to end (or to now), else None."""
        if self.total_time is not None and self.total_time > _ZERO:
            return self.total_time
        if self.started is None or self.status is TaskStatus.DRAFT:
            return None
        if self.ended is None and self.status.is_final:
            return None
        return max((self.ended or now) - self.started, _ZERO)

    def ran(self, now: datetime) -> timedelta | None:
        """How long it ran: as the platform says, else its duration without the queue; None while it waits.

        A platform's total may count the time in the queue (Seven Bridges), so it is not a running time.
        """
        status = self.status
        if status is TaskStatus.DRAFT or status is TaskStatus.QUEUED:  # identity: a sort asks 100,000 times
            return None
        if self.run_time is not None and self.run_time > _ZERO:
            return self.run_time
        span = self.duration(now)
        if span is None or span != self.total_time or self.queued_time is None:
            return span
        return max(span - self.queued_time, _ZERO)

    def queued(self, now: datetime) -> timedelta | None:
        """The platform's time in the queue if above zero, else from creation to start, or to now while it waits."""
        if self.queued_time is not None and self.queued_time > _ZERO:
            return self.queued_time
        if self.created is None or self.status is TaskStatus.DRAFT:
            return None
        if "started" in self.garbled:  # its end is not when it stopped waiting
            return None
        until = self.started or self.ended or (now if self.status in _WAITING else None)
        return None if until is None else max(until - self.created, _ZERO)

    @property
    def updated(self) -> datetime | None:
        """The latest of all times we know of it."""
        latest = self.created
        for time in (self.started, self.ended, self.changed):
            if time is not None and (latest is None or time > latest):
                latest = time
        return latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task):
    """A unit of work inside a task: a Seven Bridges execution job, a Qarnot instance, an ET job."""

    kind: Kind = Kind.JOB
    host: str | None = None
    exit_code: int | None = None
    attempt: int | None = None
    """1 for the first try of the same step."""
    command: str | None = None
    logs: tuple[str, ...] = ()
    """Names of the logs that can be asked for."""
    usage: Mapping[str, str] = field(default_factory=_no_facts, hash=False)
    """What the platform measures of it now: cpu, memory, network, phase; texts with units."""


def spent_on(tasks: Iterable[Task]) -> Sum:
    """What they cost together; those whose cost cannot be read are left out and counted."""
    given = list(tasks)
    return Sum(total(task.price for task in given), sum("price" in task.garbled for task in given))
