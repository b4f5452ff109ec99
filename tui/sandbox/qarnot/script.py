"""The life of one Qarnot task as a pure function of time: each instance's, and the states that follow from them."""

import heapq
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tui.sandbox.qarnot.causes import CAUSES, Cause
from tui.sandbox.qarnot.names import MACHINES, Machine, Study

__all__ = ["FINAL", "Instance", "Script", "State", "Step", "phase_of", "state_at"]

FINAL = frozenset({"Success", "Failure", "Cancelled"})
ASSIGN, FETCH, STORE = 5.0, 4.0, 3.0
"""Seconds from assignment to the node, of the download, and of the upload of an instance."""
CANCELLING, DELETING = 8.0, 2.0
"""How long PendingCancel and PendingDelete last: the contract leaves it open."""


@dataclass(frozen=True, slots=True)
class Try:
    """One execution attempt; seconds from the task's creation."""

    begin: float
    """Assigned to a node."""
    boot: float
    """Seconds of the environment phase."""
    end: float
    """Off the node again."""
    preempted: bool = False

    @property
    def runs(self) -> float:
        """When execution starts."""
        return self.begin + ASSIGN + FETCH + self.boot


@dataclass(frozen=True, slots=True)
class Instance:
    """What was decided for one instance."""

    number: int
    machine: Machine
    tries: tuple[Try, ...]
    cause: Cause | None

    @property
    def end(self) -> float:
        """When it is over."""
        return self.tries[-1].end

    def executed(self, at: float) -> float:
        """Seconds of execution until `at`, over all attempts."""
        return sum(max(0.0, min(at, t.end - STORE) - t.runs) for t in self.tries)


@dataclass(frozen=True, slots=True)
class Step:
    """A state the task comes to."""

    at: float
    state: str


@dataclass(slots=True)
class Script:
    """Everything that was decided when the task was made; the last fields are changed by users."""

    id: str
    name: str
    study: Study
    created: datetime
    ids: tuple[int, ...]
    """Its instances' numbers."""
    queue: float
    """Seconds until the first instance is assigned."""
    minutes: float
    slots: int
    """Instances that run at the same time."""
    share: float = 0.0
    """Part of the instances that fail."""
    planted: Cause | None = None
    """What most of them fail of."""
    weak: str | None = None
    """Machine type on which they mostly do."""
    refused: str | None = None
    """It never starts and fails with this message."""
    advanced: bool = False
    """It was made with `advancedRanges`."""
    uploading: float = 8.0
    body: dict[str, Any] = field(default_factory=dict)
    """Fields as given by the user, under their documented names."""
    tags: list[str] = field(default_factory=list)
    constants: list[dict[str, str]] = field(default_factory=list)
    pool: str | None = None
    job: str | None = None
    after: "Script | None" = None
    """The task it depends on."""
    wants: tuple[str, ...] = ("success",)
    aborted: datetime | None = None
    deleted: datetime | None = None
    touched: datetime | None = None
    """When a user last changed it."""
    _instances: tuple[Instance, ...] | None = None
    _steps: tuple[Step, ...] | None = None

    @property
    def instances(self) -> tuple[Instance, ...]:
        """Drawn when somebody first looks."""
        if self._instances is None:
            self._instances = _draw(self)
        return self._instances

    def seconds(self, moment: datetime) -> float:
        """Seconds from the creation."""
        return (moment - self.created).total_seconds()


def _draw(script: Script) -> tuple[Instance, ...]:
    """Instances take the next free slot in the order of their numbers."""
    free = [_ready(script)] * max(1, min(script.slots, len(script.ids)))
    drawn = []
    for number in script.ids:
        rng = Random(f"{script.id}:{number}")
        machine = rng.choices(MACHINES, (4, 4, 2, 1))[0]
        chance = script.share
        if script.weak is not None:
            chance *= 3.0 if machine.key == script.weak else 0.35
        failed = rng.random() < chance
        cause = None
        if failed:
            others = rng.choices(CAUSES, [c.weight for c in CAUSES])[0]
            cause = script.planted if script.planted is not None and rng.random() < 0.85 else others
        begin = heapq.heappop(free) + rng.uniform(0, 2)
        tries = _tries(script, rng, begin, cause)
        heapq.heappush(free, tries[-1].end)
        drawn.append(Instance(number, machine, tries, cause))
    return tuple(drawn)


def _ready(script: Script) -> float:
    """When the first instance can be assigned: a dependent task waits in Submitted."""
    before = script.after
    if before is None:
        return script.queue
    return max(0.0, script.seconds(before.created) + steps(before)[-1].at) + script.queue


def _tries(script: Script, rng: Random, begin: float, cause: Cause | None) -> tuple[Try, ...]:
    run = max(8.0, script.minutes * 60 * rng.lognormvariate(0, 0.3))
    if cause is not None:
        run *= rng.uniform(0.1, 0.9) if cause.key != "image" else 0.01
    boot = 0.0 if script.pool else rng.uniform(62, 170)
    tries = []
    if rng.random() < 0.04:  # flex machines are taken away now and then
        over = begin + ASSIGN + FETCH + boot + run * rng.uniform(0.1, 0.8) + STORE
        tries.append(Try(begin, boot, over, True))
        begin = over + rng.uniform(15, 90)
    tries.append(Try(begin, boot, begin + ASSIGN + FETCH + boot + run + STORE))
    return tuple(tries)


def steps(script: Script) -> tuple[Step, ...]:
    """Every state the task goes through if nothing stops it, in order; the last is final."""
    if script._steps is None:
        script._steps = tuple(_natural(script))
    return script._steps


def _natural(script: Script) -> list[Step]:
    found = [Step(0.0, "Submitted")]
    if script.refused is not None:
        return [*found, Step(script.queue, "Failure")]
    if (before := script.after) is not None:
        end = steps(before)[-1]
        if script.wants and end.state.lower() not in script.wants:
            return [*found, Step(max(0.0, script.seconds(before.created) + end.at) + 1.0, "Cancelled")]
    events: list[tuple[float, int, int, int]] = []
    for one in script.instances:
        for attempt in one.tries:
            over = 0 if attempt.preempted else -1
            events += [(attempt.begin, 1, 0, 0), (attempt.begin + ASSIGN, 0, 1, 0), (attempt.end, -1, -1, over)]
    assigned, running, left = 0, 0, len(script.instances)
    for at, more, on, over in sorted(events):
        assigned, running, left = assigned + more, running + on, left + over
        state = _state(assigned, running, left)
        if state != found[-1].state:
            found.append(Step(at, state))
    last = found.pop().at if found[-1].state == "UploadingResults" else max(e[0] for e in events)
    failed = any(one.cause for one in script.instances)
    return [*found, Step(last, "UploadingResults"), Step(last + script.uploading, "Failure" if failed else "Success")]


def _state(assigned: int, running: int, left: int) -> str:
    if left == 0:
        return "UploadingResults"
    if running == 0:
        return "FullyDispatched" if 0 < assigned == left else "PartiallyDispatched"
    return "FullyExecuting" if running == left else "PartiallyExecuting"


@dataclass(frozen=True, slots=True)
class State:
    """A task at one moment; the moments are absolute."""

    state: str
    since: datetime
    previous: str | None
    previous_since: datetime | None
    ended: datetime | None
    stopped: float
    """Seconds from creation at which its instances stand still: now, or when it was aborted."""


def state_at(script: Script, now: datetime) -> State | None:
    """What it is at `now`; None when it is not there any more."""
    at = script.seconds(now)
    walked = [s for s in steps(script) if s.at <= at] or [steps(script)[0]]
    stopped = at
    if script.aborted is not None:
        cut = script.seconds(script.aborted)
        walked = [s for s in walked if s.at <= cut] or walked[:1]
        if walked[-1].state not in FINAL:
            stopped = min(at, cut)
            walked.append(Step(cut, "PendingCancel"))
            if script.body.get("uploadResultsOnCancellation") and at >= cut + CANCELLING / 2:
                walked.append(Step(cut + CANCELLING / 2, "UploadingResults"))
            if at >= cut + CANCELLING:
                walked.append(Step(cut + CANCELLING, "Cancelled"))
    ended = walked[-1].at if walked[-1].state in FINAL else None
    if script.deleted is not None:
        cut = script.seconds(script.deleted)
        if at >= cut + DELETING:
            return None
        walked.append(Step(cut, "PendingDelete"))
    last, before = walked[-1], walked[-2] if len(walked) > 1 else None
    moment = script.created + timedelta(seconds=last.at)
    return State(
        last.state,
        moment,
        before.state if before else None,
        script.created + timedelta(seconds=before.at) if before else None,
        None if ended is None else script.created + timedelta(seconds=ended),
        stopped,
    )


def phase_of(one: Instance, at: float) -> tuple[str, int, float]:
    """An instance's phase at `at`, its attempt from 1, and its seconds of execution in this attempt.

    `waiting` before and between attempts, `over` afterwards.
    """
    for number, attempt in enumerate(one.tries, 1):
        if at < attempt.begin:
            return "waiting", number - 1, 0.0
        if at >= attempt.end:
            continue
        if at < attempt.begin + ASSIGN:
            return "assigned", number, 0.0
        if at < attempt.begin + ASSIGN + FETCH:
            return "download", number, 0.0
        if at < attempt.runs:
            return "environment", number, 0.0
        if at < attempt.end - STORE:
            return "execution", number, at - attempt.runs
        return "upload", number, attempt.end - STORE - attempt.runs
    last = one.tries[-1]
    return "over", len(one.tries), last.end - STORE - last.runs
