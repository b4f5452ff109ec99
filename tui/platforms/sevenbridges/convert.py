"""Seven Bridges' wire objects to domain values: pure, and the only place that knows milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from tui.domain.status import TaskStatus
from tui.domain.task import NO_FACTS, Kind, Progress, Tally, Task, TaskError, TaskRef
from tui.domain.text import CELL_LIMIT, kept, plain
from tui.platforms.coerce import cell, cost, count, flat, garbled, interned, number, span, when
from tui.platforms.sevenbridges.wire import BatchGroup, ErrorWire, ExecutionStatus, TaskWire

__all__ = ["EMPTY_MESSAGES", "MS", "STATUSES", "Names", "errors", "to_task"]

PLATFORM = "sevenbridges"
MS = timedelta(milliseconds=1)
"""The unit of every duration."""

STATUSES: Mapping[str, TaskStatus] = {
    "DRAFT": TaskStatus.DRAFT,
    "CREATING": TaskStatus.STARTING,
    "QUEUED": TaskStatus.QUEUED,
    "RUNNING": TaskStatus.RUNNING,
    "ABORTING": TaskStatus.FINISHING,
    "COMPLETED": TaskStatus.DONE,
    "FAILED": TaskStatus.FAILED,
    "ABORTED": TaskStatus.ABORTED,
}
"""The platform's words; every other word is unknown and shown as sent."""

EMPTY_MESSAGES = frozenset({"", "completed", "running", "failed", "aborted", "queued", "draft", "aborting", "creating"})
"""Messages that only repeat the status, and so explain nothing."""


@dataclass(frozen=True, slots=True)
class Names:
    """What an account adds to every row."""

    account: str
    web: str | None
    """Base of the web interface."""


def _status(wire: TaskWire) -> TaskStatus:
    status = STATUSES.get(wire.status.strip().upper(), TaskStatus.UNKNOWN)
    state = wire.execution_status
    if status is TaskStatus.RUNNING and state is not None and state.instance_init:
        return TaskStatus.STARTING
    return status


def _started(wire: TaskWire) -> Any:
    """The start as sent. A draft has none; one that is queued or being created has the time of its submission there,
    unless it has run before (section 5.1, recorded answers)."""
    word = wire.status.strip().upper()
    if word == "DRAFT" or (word in {"QUEUED", "CREATING"} and not _has_run(wire)):
        return None
    return wire.start_time


def _has_run(wire: TaskWire) -> bool:
    """Whether anything shows that it ran: time, steps, children, or money."""
    state = wire.execution_status or ExecutionStatus()
    traces = (
        state.running_duration, state.execution_duration, state.steps_completed, state.running, state.completed,
        state.failed, wire.price.amount if wire.price else None,
    )  # fmt: skip
    return any(number(trace) for trace in traces)


def _run_time(state: ExecutionStatus | None, *, ended: bool) -> timedelta | None:
    """The time in RUNNING; old answers of ended tasks say 0 in every duration, which is none."""
    told = span(state.running_duration, MS) if state else None
    return None if ended and not told else told


def _tally(state: ExecutionStatus | None) -> Tally:
    if state is None:
        return Tally()
    return Tally(
        queued=count(state.queued) or 0,
        running=count(state.running) or 0,
        done=count(state.completed) or 0,
        failed=count(state.failed) or 0,
        aborted=count(state.aborted) or 0,
    )


def _progress(state: ExecutionStatus | None, counts: Tally | None) -> Progress | None:
    if counts is not None:
        return Progress.of(counts.finished, counts.total)
    if state is None or state.steps_total is None or _garbled_steps(state):
        return None
    return Progress.of(count(state.steps_completed) or 0, count(state.steps_total) or 0)


def _garbled_steps(state: ExecutionStatus) -> bool:
    return bool(garbled(*(("", sent, count(sent)) for sent in (state.steps_completed, state.steps_total))))


def _garbled(wire: TaskWire, task: Task) -> frozenset[str]:
    """What of the row is missing because it cannot be read."""
    state, price = wire.execution_status, wire.price
    facts: list[tuple[str, object, object]] = [
        ("created", wire.created_time, task.created),
        ("started", _started(wire), task.started),
        ("ended", wire.end_time if task.status.is_final else None, task.ended),
        ("price", price.amount if price else None, task.price),
    ]
    if state is None:
        return garbled(*facts)
    facts += [
        ("total_time", state.duration, task.total_time),
        ("queued_time", state.queued_duration, task.queued_time),
        ("run_time", state.running_duration, _run_time(state, ended=False)),
    ]
    if task.counts is not None:
        sent = (state.queued, state.running, state.completed, state.failed, state.aborted)
        facts += [("counts", told, count(told)) for told in sent]
    elif task.progress is None and _garbled_steps(state):
        return garbled(*facts) | {"progress"}
    return garbled(*facts)


def _reason(wire: TaskWire, status: TaskStatus) -> str | None:
    """Why it is in this status, in one line."""
    state = wire.execution_status
    if status in {TaskStatus.QUEUED, TaskStatus.STARTING, TaskStatus.RUNNING} and state is not None:
        if state.account_limit:
            return "the account is at its limit of parallel instances"
        if state.system_limit:
            return "the cloud is short of machines"
        if state.instance_init:
            return "the machine is being prepared"
    if wire.errors and status in {TaskStatus.DRAFT, TaskStatus.FAILED}:
        return cell(wire.errors[0].message or wire.errors[0].type)
    if status is TaskStatus.DONE and not wire.batch and _all_empty(wire.outputs):
        return "completed, but every output is empty"
    message = (state.message if state is not None else None) or ""
    if status is TaskStatus.DONE or message.strip(" .…").lower() in EMPTY_MESSAGES:
        return None
    return cell(message)


def _all_empty(outputs: Mapping[str, Any] | None) -> bool:
    """Outputs are told and none is there: a known incident of the platform (section 6)."""
    return bool(outputs) and all(value in (None, {}, []) for value in (outputs or {}).values())


def errors(wires: list[ErrorWire] | None) -> tuple[TaskError, ...]:
    """Validation errors or warnings (section 5.4), each with the input that it is about."""
    return tuple(
        TaskError(kept(w.message or w.type or "no message", lines=True), cell(w.type), cell(w.input_id))
        for w in wires or ()
    )


def _kept(settings: Mapping[str, Any] | None) -> tuple[Mapping[str, str], str | None]:
    """The settings as short texts, and the machine; tasks with the same settings share them."""
    if not settings:
        return NO_FACTS, None
    try:
        return _kept_once(tuple(settings.items()))
    except TypeError:  # a list or an object in there
        return flat(settings), _instance(settings)


@lru_cache(2048)
def _kept_once(items: tuple[tuple[str, Any], ...]) -> tuple[Mapping[str, str], str | None]:
    return flat(dict(items)), _instance(dict(items))


def _instance(settings: Mapping[str, Any] | None) -> str | None:
    """The first machine type of `type;disk;GB`, which may be a text or a list of them."""
    value = (settings or {}).get("instance_type")
    first = value[0] if isinstance(value, list) and value else value
    return cell(first.split(";")[0]) if isinstance(first, str) else None


def _group_fields(group: BatchGroup | None) -> Mapping[str, str]:
    if group is None or not group.fields:
        return NO_FACTS
    return {interned(key.removeprefix("metadata.")): value for key, value in flat(group.fields).items()}


@lru_cache(4096)
def _shared(text: str | None) -> str | None:
    """A text that many rows share, held once."""
    clean = cell(text)
    return None if clean is None else interned(clean)


def to_task(wire: TaskWire, names: Names, fetched: datetime) -> Task:
    """One row."""
    status, state, is_batch = _status(wire), wire.execution_status, bool(wire.batch)
    counts = _tally(state) if is_batch else None
    project, price = _shared(wire.project), wire.price
    settings, instance = _kept(wire.execution_settings)
    id_ = plain(wire.id, 100)
    task = Task(
        ref=TaskRef(names.account, id_),
        platform=PLATFORM,
        name=cell(wire.name) or id_,
        kind=Kind.BATCH if is_batch else Kind.TASK,
        status=status,
        native_status=_shared(wire.status) or "",
        reason=_reason(wire, status),
        project=project,
        app=_shared(wire.app),
        created_by=_shared(wire.created_by),
        executed_by=_shared(wire.executed_by),
        created=when(wire.created_time),
        started=when(_started(wire)),
        ended=when(wire.end_time) if status.is_final else None,
        total_time=span(state.duration, MS) or None if state else None,
        queued_time=span(state.queued_duration, MS) or None if state else None,
        run_time=_run_time(state, ended=status.is_final),
        progress=_progress(state, counts),
        counts=counts,
        price=cost(price.amount, price.currency) if price else None,
        parent=TaskRef(names.account, plain(wire.parent, 100)) if wire.parent else None,
        key=cell(wire.batch_group.value) if wire.batch_group else None,
        metadata=_group_fields(wire.batch_group),
        arguments=flat(wire.inputs) if wire.inputs else NO_FACTS,
        outputs=_output_texts(wire.outputs) if wire.outputs else NO_FACTS,
        settings=settings,
        instance=instance,
        spot=wire.use_interruptible_instances,
        errors=errors(wire.errors),
        url=f"{names.web}/u/{quote(project)}/tasks/{quote(id_, safe='')}/" if names.web and project else None,
        fetched=fetched,
    )
    lacking = _garbled(wire, task)
    return replace(task, garbled=lacking) if lacking else task


def _output_texts(outputs: Mapping[str, Any]) -> dict[str, str]:
    """Outputs as short texts, files by their names; a port that holds nothing is left out."""
    texts = {}
    for port, value in outputs.items():
        parts = value if isinstance(value, list) else [value]
        names = (part.get("name") or part.get("path") if isinstance(part, dict) else part for part in parts)
        if text := ",".join(str(name) for name in names if name not in (None, "")):
            texts[plain(str(port), CELL_LIMIT)] = plain(text, CELL_LIMIT)
    return texts
