"""The life of one task as a pure function of time: what it is at any moment follows from its script and the clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tui.sandbox.sevenbridges.causes import Cause
from tui.sandbox.sevenbridges.names import Machine, Pipeline

__all__ = ["ABORTING", "CREATING", "FINAL", "Phase", "Script", "phase"]

FINAL = frozenset({"COMPLETED", "FAILED", "ABORTED"})
CREATING = 4.0
"""Seconds that a task takes to be made."""
ABORTING = 15.0
"""Seconds from the abort to the end."""


@dataclass(slots=True)
class Script:
    """Everything that was decided when the task was made; the last fields are changed by users."""

    id: str
    name: str
    project: str
    pipeline: Pipeline
    user: str
    created: datetime
    queue: float
    """Seconds in the queue."""
    init: float
    """Seconds of machine preparation, part of running."""
    run: float
    """Seconds of executing until the end, whatever end it is."""
    outcome: str
    """`COMPLETED` or `FAILED`, unless somebody aborts."""
    machine: Machine
    spot: bool
    sample: str
    cause: Cause | None = None
    failing_step: int = 0
    preempted_step: int | None = None
    """This step lost its machine once and ran again."""
    requeued: tuple[float, float] | None = None
    """Fell back to the queue: seconds after the start, and for how long."""
    parent: str | None = None
    group: dict[str, Any] | None = None
    batch_input: str | None = None
    batch_by: dict[str, Any] | None = None
    children: Sequence["Script"] | None = None
    """None unless it is a batch parent; empty until it runs."""
    description: str | None = None
    inputs: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    app: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)
    begun: datetime | None = None
    """When it was told to run; None is a draft."""
    aborted: datetime | None = None
    executed_by: str | None = None
    missing_outputs: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """A task at one moment."""

    status: str
    started: datetime | None = None
    ended: datetime | None = None
    queued: float = 0.0
    running: float = 0.0
    executing: float = 0.0
    steps: int = 0
    """Steps completed."""
    account_limit: bool = False
    system_limit: bool = False
    instance_init: bool = False


def _steps(script: Script, executed: float) -> int:
    if script.run <= 0:
        return 0
    total = len(script.pipeline.steps)
    reach = script.failing_step if script.outcome == "FAILED" else total
    return min(reach, int(reach * executed / script.run)) if executed < script.run else reach


def _held(script: Script) -> tuple[bool, bool]:
    """What makes a wait long: the account's limit of machines, or a cloud that has none."""
    long = script.queue > 300 or script.requeued is not None
    return long and not script.spot, long and script.spot


def phase(script: Script, now: datetime) -> Phase:
    """What the task is at `now`."""
    if script.begun is None:
        return Phase("DRAFT")
    until = now if script.aborted is None else min(now, script.aborted)
    passed = (until - script.begun).total_seconds()
    if passed < CREATING + script.queue:
        waiting = passed >= CREATING
        account, system = _held(script) if waiting else (False, False)
        natural = Phase(
            "QUEUED" if waiting else "CREATING",
            queued=max(0.0, passed - CREATING),
            account_limit=account,
            system_limit=system,
        )
    else:
        natural = _running(script, passed - CREATING - script.queue)
    if script.aborted is None or now < script.aborted or natural.status in FINAL:
        return natural
    over = script.aborted + timedelta(seconds=ABORTING)
    status, ended = ("ABORTED", over) if now >= over else ("ABORTING", None)
    return Phase(status, natural.started, ended, natural.queued, natural.running, natural.executing, natural.steps)


def _running(script: Script, inside: float) -> Phase:
    """The part after the queue; `inside` counts seconds from the start."""
    assert script.begun is not None
    started = script.begun + timedelta(seconds=CREATING + script.queue)
    waited, back = script.queue, 0.0
    if script.requeued is not None:
        after, length = script.requeued
        back = min(max(0.0, inside - after), length)
        waited += back
        if 0 < back < length:
            executed = max(0.0, after - script.init)
            steps = _steps(script, executed)
            return Phase("QUEUED", started, None, waited, after, executed, steps, *_held(script))
    running = inside - back
    executed = max(0.0, running - script.init)
    if executed >= script.run:
        length = script.init + script.run
        ended = started + timedelta(seconds=length + (script.requeued[1] if script.requeued else 0.0))
        return Phase(script.outcome, started, ended, waited, length, script.run, _steps(script, script.run))
    return Phase(
        "RUNNING",
        started,
        None,
        waited,
        running,
        executed,
        _steps(script, executed),
        instance_init=running < script.init,
    )
