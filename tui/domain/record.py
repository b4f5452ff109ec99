"""Domain values as plain JSON values: the stable outward form of `product.md` section 4.

Times are UTC with `Z`, durations seconds, money text with its currency; what is absent is null.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from tui.domain.action import Result
from tui.domain.detail import BatchRule, Fact, Facts, FileRef, Garbled, TaskDetail
from tui.domain.money import Money
from tui.domain.named_exit import exit_of
from tui.domain.task import Job, Progress, Tally, Task, TaskError

__all__ = ["Record", "detail_record", "fact", "money", "pick", "result_record", "task_record", "time_text"]

Record: TypeAlias = dict[str, Any]
"""A JSON object."""


def time_text(time: datetime | None) -> str | None:
    """`2026-11-24T16:00:00Z`; fractions of a second only where there are any."""
    if time is None:
        return None
    t = time if time.tzinfo is UTC else time.astimezone(UTC)
    # Not `isoformat`: it takes three times as long, and a list has four times a row.
    text = "%04d-%02d-%02dT%02d:%02d:%02d" % (t.year, t.month, t.day, t.hour, t.minute, t.second)  # noqa: UP031
    return f"{text}.{t.microsecond // 1000:03}Z" if t.microsecond else f"{text}Z"


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def money(amount: Money | None) -> Record | None:
    """`{"amount": "0.23", "currency": "USD"}`."""
    return None if amount is None else {"amount": amount.text, "currency": amount.currency}


def _progress(progress: Progress | None) -> Record | None:
    if progress is None:
        return None
    return {"done": progress.done, "total": progress.total, "percent": progress.percent}


def _counts(tally: Tally | None) -> Record | None:
    return None if tally is None else {status.value: count for status, count in tally.items()}


def _error(error: TaskError) -> Record:
    return {"type": error.type, "message": error.message, "input": error.input}


def task_record(task: Task, now: datetime, *, stale: bool = False) -> Record:
    """A task or job as one JSON object; keys in the documented order.

    Args:
        now: Ends the duration of what still runs.
        stale: The data is older than two refresh intervals.
    """
    record: Record = {
        "ref": str(task.ref),
        "account": task.ref.account,
        "platform": task.platform,
        "id": task.ref.id if task.ref.job is None else task.ref.job,
        "name": task.name,
        "kind": task.kind.value,
        "status": task.status.value,
        "native_status": task.native_status,
        "reason": task.reason,
        "project": task.project,
        "app": task.app,
        "created_by": task.created_by,
        "executed_by": task.executed_by,
        "tags": list(task.tags),
        "created": time_text(task.created),
        "started": time_text(task.started),
        "ended": time_text(task.ended),
        "duration": _seconds(task.duration(now)),
        "queued": _seconds(task.queued(now)),
        "progress": _progress(task.progress),
        "counts": _counts(task.counts),
        "price": money(task.price),
        "exit_code": exit_of(task),
        "parent": None if task.parent is None else str(task.parent),
        "errors": [_error(e) for e in task.errors],
        "url": task.url,
        "fetched": time_text(task.fetched),
        "stale": stale,
    }
    if isinstance(task, Job):
        record |= {
            "host": task.host,
            "instance": task.instance,
            "attempt": task.attempt,
            "command": task.command,
            "logs": list(task.logs),
        }
    return record


def fact(value: Fact) -> Any:
    """A fact of a detail tree as a JSON value."""
    match value:
        case float() if not math.isfinite(value):
            return None  # JSON has no word for it
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return str(value)
        case datetime():
            return time_text(value)
        case timedelta():
            return value.total_seconds()
        case Money():
            return money(value)
        case FileRef():
            return _file(value)
        case Garbled():
            return None
        case Mapping():
            return {key: fact(inner) for key, inner in value.items()}
        case Sequence():
            return [fact(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} is not a fact")


def _file(file: FileRef) -> Record:
    record: Record = {"class": "Directory" if file.folder else "File", "path": file.id, "name": file.name}
    if file.size is not None:
        record["size"] = file.size
    if file.secondary:
        record["secondaryFiles"] = [_file(f) for f in file.secondary]
    return record


def _facts(facts: Facts | None) -> Record | None:
    return None if facts is None else {key: fact(value) for key, value in facts.items()}


def _batch(rule: BatchRule | None) -> Record | None:
    if rule is None:
        return None
    group = None
    if rule.group is not None or rule.fields:
        group = {"value": rule.group, "fields": dict(rule.fields or {})}
    return {
        "by": rule.by,
        "criteria": list(rule.criteria) if rule.by is not None else None,
        "input": rule.input,
        "group": group,
    }


def detail_record(detail: TaskDetail, now: datetime, *, stale: bool = False) -> Record:
    """The task's object with the platform's whole detail under `detail`."""
    breakdown = detail.price_breakdown
    price = money(detail.task.price)
    if price is not None:
        price["breakdown"] = (
            None if breakdown is None else {k: m.text if isinstance(m, Money) else None for k, m in breakdown.items()}
        )
    inner: Record = {
        "people": _facts(detail.people),
        "times": _facts(detail.times),
        "limits": _facts(detail.limits),
        "inputs": _facts(detail.inputs),
        "outputs": _facts(detail.outputs),
        "settings": _facts(detail.settings),
        "jobs": None if detail.jobs is None else [task_record(job, now, stale=stale) for job in detail.jobs],
        "price": price,
        "batch": _batch(detail.batch),
        "warnings": None if detail.warnings is None else [_error(w) for w in detail.warnings],
        "events": None if detail.events is None else [{"at": time_text(e.at), "what": e.what} for e in detail.events],
    }
    inner |= {title: _facts(facts) for title, facts in (detail.more or {}).items()}
    return task_record(detail.task, now, stale=stale) | {"detail": inner}


def result_record(result: Result) -> Record:
    """One line of an action's outcome."""
    return {
        "ref": str(result.ref),
        "action": result.verb.value,
        "outcome": result.outcome.value,
        "status": result.status,
        "new_ref": None if result.new is None else str(result.new),
        "message": result.message,
    }


def pick(record: Record, path: str) -> Any:
    """The value at a dotted path; None where the path leads nowhere."""
    value: Any = record
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value
