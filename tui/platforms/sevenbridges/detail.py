"""Everything Seven Bridges says of one task, as a tree of facts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tui.domain.detail import BatchRule, Event, Fact, FileRef, TaskDetail
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskError
from tui.domain.text import plain
from tui.platforms.coerce import amount, cell, count, fact, fact_of, flat, read, span
from tui.platforms.sevenbridges.convert import EMPTY_MESSAGES, MS, Names, errors, to_task
from tui.platforms.sevenbridges.wire import ExecutionDetails, ExecutionStatus, TaskWire

__all__ = ["advice", "to_detail"]

_ERROR_ADVICE: Mapping[str, str] = {
    "schema": "give this input a value of the type its port takes",
    "invalid_name_files": "rename the files: no spaces or other awkward characters",
    "files_missing": "copy the files into the task's project",
    "secondary_files_missing": "copy the index files that go with this input into the project",
}


def _value(value: Any) -> Fact:
    """An input or output value (section 6): files and folders become `FileRef`, the rest stays as it is."""
    if isinstance(value, list):
        return [_value(inner) for inner in value]
    if not isinstance(value, dict):
        return fact(value)
    kind = str(value.get("class", "")).lower()
    if kind in {"file", "directory", "folder"} and isinstance(value.get("path"), str):
        return _file(value, folder=kind != "file")
    return {plain(str(key)): _value(inner) for key, inner in value.items()}


def _file(value: Mapping[str, Any], *, folder: bool) -> FileRef:
    name = value.get("name") or value.get("basename")
    others = value.get("secondaryFiles")
    return FileRef(
        id=plain(value["path"], 200),
        name=cell(name) if isinstance(name, str) else None,
        folder=folder,
        size=count(value.get("size")),
        secondary=tuple(
            _file(f, folder=False)
            for f in (others if isinstance(others, list) else ())
            if isinstance(f, dict) and isinstance(f.get("path"), str)
        ),
    )


def _values(values: Mapping[str, Any] | None) -> dict[str, Fact] | None:
    return None if values is None else {plain(str(key)): _value(value) for key, value in values.items()}


def _times(wire: TaskWire, task: Task) -> dict[str, Fact]:
    state = wire.execution_status or ExecutionStatus()
    return {
        "created": fact_of(task, "created"),
        "started": fact_of(task, "started"),
        "ended": fact_of(task, "ended"),
        "queued_duration": read(span, state.queued_duration, MS),
        "running_duration": read(span, state.running_duration, MS),
        "execution_duration": read(span, state.execution_duration, MS),
        "duration": read(span, state.duration, MS),
    }


def _limits(wire: TaskWire) -> dict[str, Fact] | None:
    state = wire.execution_status
    if state is None:
        return None
    return {
        "system_limit": state.system_limit,
        "account_limit": state.account_limit,
        "instance_init": state.instance_init,
    }


def _settings(wire: TaskWire) -> dict[str, Fact] | None:
    if wire.execution_settings is None and wire.use_interruptible_instances is None:
        return None
    settings: dict[str, Fact] = {plain(str(k)): fact(v) for k, v in (wire.execution_settings or {}).items()}
    settings["use_interruptible_instances"] = wire.use_interruptible_instances
    if wire.output_location is not None:
        settings["output_location"] = fact(wire.output_location)
    return settings


def _rule(wire: TaskWire) -> BatchRule | None:
    group = wire.batch_group
    has_group = group is not None and (group.value is not None or bool(group.fields))
    if wire.batch_by is None and wire.batch_input is None and not has_group:
        return None
    return BatchRule(
        by=cell(wire.batch_by.type) if wire.batch_by else None,
        criteria=tuple(plain(c) for c in (wire.batch_by.criteria or ())) if wire.batch_by else (),
        input=cell(wire.batch_input),
        group=cell(group.value) if group else None,
        fields=flat(group.fields) if group and group.fields else None,
    )


def _events(task: Task) -> tuple[Event, ...]:
    seen = ((task.created, "created"), (task.started, "started"), (task.ended, task.native_status.lower()))
    return tuple(Event(at, what) for at, what in seen if at is not None)


def advice(error: TaskError) -> str | None:
    """What to do about a validation error, by its type."""
    return _ERROR_ADVICE.get((error.type or "").rsplit("/", 1)[-1])


def _with_message(task: Task, message: str | None) -> Task:
    """The task with the message of its execution details as its reason, where it has none of its own."""
    said = message or ""
    if task.reason or task.status is TaskStatus.DONE or said.strip(" .…").lower() in EMPTY_MESSAGES:
        return task
    return replace(task, reason=cell(said))


def to_detail(
    wire: TaskWire,
    names: Names,
    fetched: datetime,
    jobs: tuple[Job, ...] | None,
    raw: bytes | None,
    *,
    told: ExecutionDetails | None = None,
) -> TaskDetail:
    """Everything the platform says of one task; `jobs` and `told`, the execution details, come from a call of their
    own."""
    task, price = to_task(wire, names, fetched), wire.price
    if told is not None:
        task = _with_message(task, told.message)
    breakdown = {
        plain(part): money
        for part, value in ((price.breakdown or {}) if price else {}).items()
        if (money := read(amount, value, price.currency if price else None)) is not None
    }
    more: dict[str, dict[str, Fact]] = {}
    if wire.description:
        more["description"] = {"text": plain(wire.description, lines=True)}
    if told is not None and (told.status or told.message):
        more["execution details"] = {"status": cell(told.status), "message": plain(told.message or "", lines=True)}
    explained = {e.input or e.type or "task": advice(e) for e in task.errors if advice(e)}
    if explained:
        more["what to do"] = dict(explained)
    return TaskDetail(
        task=task,
        people={"created_by": task.created_by, "executed_by": task.executed_by},
        times=_times(wire, task),
        limits=_limits(wire),
        inputs=_values(wire.inputs),
        outputs=_values(wire.outputs),
        settings=_settings(wire),
        jobs=jobs,
        price_breakdown=breakdown or None,
        batch=_rule(wire),
        warnings=errors(wire.warnings),
        events=_events(task),
        more=more or None,
        raw=raw,
    )
