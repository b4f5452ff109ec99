"""Qarnot's wire objects to rows: pure, and with `timespan.py` the only place that knows .NET's forms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tui.domain.status import TaskStatus
from tui.domain.task import NO_FACTS, Kind, Progress, Tally, Task, TaskError, TaskRef
from tui.domain.text import kept, plain
from tui.platforms.coerce import cell, count, flat, garbled, interned, is_sent, number, when
from tui.platforms.qarnot.instances import Instance, complaint, instances, restarts
from tui.platforms.qarnot.states import JOB_STATES, POOL_STATES, TASK_STATES, known
from tui.platforms.qarnot.timespan import timespan
from tui.platforms.qarnot.wire import ConstantWire, ErrorWire, GroupWire, TaskWire

__all__ = ["JOB", "PLATFORM", "POOL", "Names", "constants", "errors", "group_id", "to_group", "to_task"]

PLATFORM = "qarnot"
JOB, POOL = "job.", "pool."
"""What stands before the id of a group."""
_NOBODY = "00000000-0000-0000-0000-000000000000"
_SECRET = "QARNOT_SECRET__"


@dataclass(frozen=True, slots=True)
class Names:
    """What an account adds to every row."""

    account: str
    web: str | None
    """Base of the web interface."""


def _shared(text: str | None) -> str | None:
    """A text that many rows share, held once."""
    clean = cell(text)
    return None if clean is None else interned(clean)


def _id(text: str | None) -> str | None:
    """An id of another object; none may be null, absent or all zero (section 6)."""
    return None if not text or text == _NOBODY else plain(text, 100)


def group_id(wire: TaskWire) -> str | None:
    """The group a task is in: its job, else its pool."""
    if (job := _id(wire.job_uuid)) is not None:
        return JOB + job
    pool = _id(wire.pool_uuid)
    return None if pool is None else POOL + pool


def errors(wires: Iterable[ErrorWire | None] | None) -> tuple[TaskError, ...]:
    """The entries of `errors`; the code is the type."""
    return tuple(
        TaskError(kept(w.message or w.code or "no message", lines=True), cell(w.code)) for w in wires or () if w
    )


def constants(wires: Iterable[ConstantWire | None] | None) -> dict[str, str]:
    """Constants by name. A secret arrives masked; should it not, it is masked here."""
    found = {}
    for wire in wires or ():
        if wire is not None and wire.value is not None:
            secret = wire.key.startswith(_SECRET)
            found[plain(wire.key, 200)] = "[SECRET]" if secret else plain(str(wire.value), 2048)
    return found


def _started(wire: TaskWire, ended: datetime | None, wall: timedelta | None) -> datetime | None:
    """Qarnot names no start. Of an ended task it is the end less the wall time; of a live one, the first state in which
    instances run, as far back as the two transitions it tells reach."""
    if ended is not None:
        return ended - wall if wall else None
    now, before = known(TASK_STATES, wire.state), known(TASK_STATES, wire.previous_state)
    if before is TaskStatus.RUNNING:
        return when(wire.previous_state_transition_time)
    return when(wire.state_transition_time) if now is TaskStatus.RUNNING else None


def _reason(
    wire: TaskWire, status: TaskStatus, found: Mapping[int, Instance], faults: tuple[TaskError, ...]
) -> str | None:
    """Why it is in this status, in one line."""
    if status in {TaskStatus.FAILED, TaskStatus.ABORTED} and faults:
        return cell(faults[0].message)
    if status is TaskStatus.FAILED:
        said = (complaint(i.completed.error) for i in found.values() if i.completed is not None)
        first = next((error for error in said if error is not None), None)
        return cell(first.message) if first else None
    if status is TaskStatus.QUEUED and (waits := _waits(wire)) is not None:
        return waits
    on_nodes = [i.native for i in found.values() if i.running is not None]
    if status is TaskStatus.RUNNING and on_nodes and not {"execution", "upload", "shutdown"} & set(on_nodes):
        return f"no instance executes yet; they are in phase {on_nodes[0]}"
    if status is TaskStatus.RUNNING and (again := restarts(found)):
        return f"restarted {again} times" if again > 1 else "restarted once"
    match wire.state.lower():
        case "pendingcancel":
            return "the abort was accepted"
        case "pendingdelete":
            return "is being deleted"
        case "uploadingresults" | "downloadingresults":
            return "results are being uploaded"
    return None


def _waits(wire: TaskWire) -> str | None:
    """What a queued task says of those before it. A list cannot select the state of dependencies, only their ids."""
    told = wire.dependencies
    if told is None:
        return None
    if told.state is not None:
        return "waits for the tasks it depends on" if told.state == "waiting" else None
    before = sum(1 for uuid in told.depends_on or () if uuid)
    return f"depends on {before} other {'task' if before == 1 else 'tasks'}" if before else None


def _settings(wire: TaskWire) -> Mapping[str, str]:
    named: dict[str, str] = {}
    if wire.scheduling_type:
        named["scheduling"] = plain(wire.scheduling_type, 60)
    for rule in wire.hardware_constraints or ():
        named |= {k: v for k, v in flat(rule).items() if k != "discriminator"}
    retry = wire.retry_settings
    if retry is not None and (most := count(retry.max_per_instance_retries)) is not None:
        named["retries"] = str(most)
    return {interned(key): value for key, value in named.items()} or NO_FACTS


def _machine(wire: TaskWire) -> str | None:
    """The machine it was asked for, else the one its time was spent on."""
    for rule in wire.hardware_constraints or ():
        if rule and isinstance(key := rule.get("specificationKey"), str):
            return _shared(key)
    spent = (wire.status.execution_time_by_machine_specification or ()) if wire.status else ()
    for row in spent:
        if row and isinstance(key := row.get("specificationKey"), str):
            return _shared(key)
    return None


def _sent_progress(wire: TaskWire) -> object:
    """The task's own figure; of a live task else the one of its status block, for `select` cannot name the first. Of an
    ended task the block says 100, however it ended (3.3); a task that waits has none, and has done nothing."""
    status = known(TASK_STATES, wire.state)
    if wire.progress is not None or status.is_final:
        return wire.progress
    if wire.status is not None:
        return wire.status.execution_progress
    return 0 if status is TaskStatus.QUEUED else None


def _sent_end(wire: TaskWire) -> object:
    """The end of a task that has one: of a final task, and of one that is being deleted and had ended before."""
    has_ended = known(TASK_STATES, wire.state).is_final or wire.state.strip().lower() == "pendingdelete"
    return wire.end_date if has_ended else None


def _percent(sent: object) -> float | None:
    percent = number(sent)
    return None if percent is None else round(min(max(percent, 0.0), 100.0), 1)


def to_task(wire: TaskWire, names: Names, fetched: datetime) -> Task:
    """One row, from a summary or from a whole task."""
    status, id_ = known(TASK_STATES, wire.state), plain(wire.uuid, 100)
    found = instances(wire)
    several = len(found) > 1
    tally = Tally.of(one.status for one in found.values())
    faults = errors(wire.errors)
    ended = when(_sent_end(wire))
    wall = timespan(wire.wall_time) or (timespan(wire.status.wall_time) if wire.status else None)
    group = group_id(wire)
    percent = 100.0 if status is TaskStatus.DONE else _percent(_sent_progress(wire))  # some answers say 0 of a success
    task = Task(
        ref=TaskRef(names.account, id_),
        platform=PLATFORM,
        name=cell(wire.name) or id_,
        kind=Kind.BATCH if several else Kind.TASK,
        status=status,
        native_status=interned(plain(wire.state, 60)),
        reason=_reason(wire, status, found, faults),
        project=_shared(_id(wire.project_uuid)),
        app=_shared(wire.profile),
        tags=tuple(kept(tag) for tag in wire.tags or () if tag),
        created=when(wire.creation_date),
        started=_started(wire, ended, wall),
        ended=ended,
        changed=when(wire.last_modified),
        total_time=wall or None,
        run_time=None if several else timespan(wire.execution_time),
        progress=Progress(tally.finished, tally.total, percent if tally.total else None) if found or percent else None,
        counts=tally if several else None,
        parent=TaskRef(names.account, group) if group else None,
        metadata=flat(wire.labels) if wire.labels else NO_FACTS,
        arguments=constants(wire.constants) or NO_FACTS,
        settings=_settings(wire),
        instance=_machine(wire),
        spot=wire.scheduling_type.lower() == "flex" if wire.scheduling_type else None,
        errors=faults,
        url=f"{names.web}/tasks/{id_}" if names.web else None,
        fetched=fetched,
    )
    lacking = _garbled(wire, task)
    return replace(task, garbled=lacking) if lacking else task


def _garbled(wire: TaskWire, task: Task) -> frozenset[str]:
    """What of the row is missing because it cannot be read. What only one of two places tells is told."""
    final = task.status.is_final
    wall = wire.status.wall_time if wire.status and not is_sent(wire.wall_time) else wire.wall_time
    since = () if final or task.started else (wire.state_transition_time, wire.previous_state_transition_time)
    return garbled(
        ("created", wire.creation_date, task.created),
        ("ended", _sent_end(wire), task.ended),
        ("changed", wire.last_modified, task.changed),
        ("total_time", wall, timespan(wall)),
        ("run_time", None if task.counts else wire.execution_time, task.run_time),
        ("progress", _sent_progress(wire), number(_sent_progress(wire))),
        *(("started", sent, when(sent)) for sent in since),
    )


def to_group(wire: GroupWire, prefix: str, names: Names, fetched: datetime, tally: Tally | None = None) -> Task:
    """A Qarnot job or pool as a batch; the API counts nothing in them: `tally` comes from their tasks (section 6)."""
    table = JOB_STATES if prefix == JOB else POOL_STATES
    status, id_ = known(table, wire.state), plain(wire.uuid, 100)
    pool = _id(wire.pool_uuid) if prefix == JOB else None
    faults = errors(wire.errors)
    ended = None
    if status.is_final:
        ended = when(wire.end_date) or when(wire.state_transition_time)
    return Task(
        ref=TaskRef(names.account, prefix + id_),
        platform=PLATFORM,
        name=cell(wire.name) or id_,
        kind=Kind.BATCH,
        status=status,
        native_status=interned(plain(wire.state, 60)),
        reason=cell(faults[0].message) if faults else None,
        project=_shared(_id(wire.project_uuid)),
        app=_shared(wire.profile),
        tags=tuple(kept(tag) for tag in wire.tags or () if tag),
        created=when(wire.creation_date),
        started=when(wire.creation_date) if prefix == JOB else None,
        ended=ended,
        changed=when(wire.last_modified),
        total_time=timespan(wire.wall_time) or (timespan(wire.status.wall_time) if wire.status else None) or None,
        progress=None if tally is None else Progress.of(tally.finished, tally.total),
        counts=tally,
        parent=TaskRef(names.account, POOL + pool) if pool else None,
        errors=faults,
        url=f"{names.web}/{'jobs' if prefix == JOB else 'pools'}/{id_}" if names.web else None,
        garbled=garbled(
            ("created", wire.creation_date, when(wire.creation_date)),
            ("ended", wire.end_date if status.is_final else None, ended),
            ("changed", wire.last_modified, when(wire.last_modified)),
        ),
        fetched=fetched,
    )
