"""Seven Bridges' JSON of a script at one moment (sections 5, 6 and 10 of the contract)."""

import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tui.sandbox.sevenbridges.causes import Cause, log_text
from tui.sandbox.sevenbridges.children import Totals, cost, state_of
from tui.sandbox.sevenbridges.script import CREATING, FINAL, Phase, Script, phase

__all__ = ["job_rows", "log_bytes", "log_keys", "stamp", "task_json"]

_NAMESPACE = uuid.UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
_STARTED_SHARE = 0.02
"""Part of a run before its first step begins."""


def stamp(time: datetime | None) -> str | None:
    """Whole seconds with `Z`; never an offset, which the SDK cannot read."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _price(script: Script, state: Phase, totals: Totals | None) -> dict[str, Any]:
    amount = cost(script.machine, script.spot, state.running) if totals is None else totals.cost
    storage = round(amount * 0.05, 2)
    breakdown = {"storage": f"{storage:.2f}", "computation": f"{amount - storage:.2f}", "data_transfer": "0.00"}
    return {"currency": "USD", "amount": round(amount, 2), "breakdown": breakdown}


def _message(script: Script, state: Phase) -> str:
    if state.status == "FAILED" and script.cause is not None:
        step = script.pipeline.steps[script.failing_step]
        return script.cause.message.format(step=step)
    if state.instance_init:
        return "Initializing..."
    return {"QUEUED": "Waiting for an instance", "CREATING": "Creating"}.get(state.status, state.status.capitalize())


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _execution_status(script: Script, state: Phase, totals: Totals | None, now: datetime) -> dict[str, Any]:
    wall = ((state.ended or now) - state.started).total_seconds() if state.started else 0.0
    running = wall if totals is not None else state.running
    status: dict[str, Any] = {
        "message": _message(script, state),
        "message_code": f"task_{state.status.lower()}",
        "queued_duration": _milliseconds(state.queued),
        "running_duration": _milliseconds(running),
        "execution_duration": _milliseconds(state.executing),
        "duration": _milliseconds(state.queued + running),
        "system_limit": state.system_limit,
        "account_limit": state.account_limit,
        "instance_init": state.instance_init,
    }
    if totals is not None:
        status.update(totals.counts)
    else:
        status["steps_completed"] = state.steps
        status["steps_total"] = len(script.pipeline.steps) if state.started else 0
    return status


def task_json(script: Script, base: str, now: datetime) -> dict[str, Any]:
    """The whole task, every key sent, null where empty."""
    state, totals = state_of(script, now)
    draft = state.status == "DRAFT"
    return {
        "href": f"{base}/tasks/{script.id}",
        "id": script.id,
        "name": script.name,
        "description": script.description,
        "status": state.status,
        "project": script.project,
        "app": script.app,
        "type": "v2",
        "created_by": script.user,
        "executed_by": script.executed_by,
        "created_time": stamp(script.created),
        "start_time": stamp(script.created if draft else state.started),
        "end_time": stamp(state.ended),
        "batch": script.batch_by is not None and script.parent is None,
        "batch_input": script.batch_input,
        "batch_by": script.batch_by if script.parent is None else None,
        "batch_group": script.group,
        "parent": script.parent,
        "origin_id": None,
        "use_interruptible_instances": script.spot,
        "execution_settings": script.settings,
        "execution_status": {} if draft else _execution_status(script, state, totals, now),
        "price": None if draft else _price(script, state, totals),
        "errors": script.errors,
        "warnings": [],
        "inputs": script.inputs,
        "outputs": _outputs(script, state, totals),
        "output_location": None,
    }


def _outputs(script: Script, state: Phase, totals: Totals | None) -> dict[str, Any]:
    if totals is not None:
        return {}
    last = script.pipeline.steps[-1]
    if state.status != "COMPLETED" or script.missing_outputs:
        return {last: None, "report": None}
    made = {"class": "File", "path": _key(script.id, "out"), "name": f"{script.sample}.{last}.out"}
    return {last: made, "report": {"class": "File", "path": _key(script.id, "report"), "name": "report.html"}}


def _key(*parts: object) -> str:
    return uuid.uuid5(_NAMESPACE, ":".join(map(str, parts))).hex[:24]


def _spans(script: Script) -> list[tuple[str, float, float, str, bool]]:
    """Each job's name, start and end as shares of the executing time, end status, and whether it was retried."""
    last = script.failing_step if script.outcome == "FAILED" else len(script.pipeline.steps) - 1
    names = script.pipeline.steps[: last + 1]
    rng = Random(script.id)
    weights = [rng.uniform(0.5, 2.0) for _ in names]
    total, at, spans = sum(weights), _STARTED_SHARE, []
    for number, (name, weight) in enumerate(zip(names, weights, strict=True)):
        length = (1 - _STARTED_SHARE) * weight / total
        end = "FAILED" if script.outcome == "FAILED" and number == last else "DONE"
        if number == script.preempted_step:
            spans.append((name, at, at + length * 0.3, "FAILED", True))
            at, length = at + length * 0.35, length * 0.65
        spans.append((name, at, at + length, end, False))
        at += length
    return spans


def job_rows(script: Script, base: str, now: datetime) -> list[dict[str, Any]]:
    """The jobs that have begun, in order; logs exist when a job has ended."""
    state = phase(script, now)
    if state.started is None:
        return []
    rows = []
    waited = state.queued - script.queue
    origin = state.started + timedelta(seconds=script.init + max(0.0, waited))
    for number, (name, start, end, word, retried) in enumerate(_spans(script)):
        if state.executing < start * script.run:
            break
        over = state.executing >= end * script.run or state.status in FINAL
        status = word if state.executing >= end * script.run else ("ABORTED" if over else "RUNNING")
        ended = origin + timedelta(seconds=min(end * script.run, state.executing)) if over else None
        logs = (
            {
                f"{kind}.log": f"{base}/files/{_key(script.id, number, kind)}/download_info"
                for kind in ("job.err", "job.out", "cmd")
            }
            if over
            else {}
        )
        rows.append(
            {
                "name": name,
                "status": status,
                "retried": retried,
                "start_time": stamp(origin + timedelta(seconds=start * script.run)),
                "end_time": stamp(ended),
                "command_line": f"{name.replace('_', ' ')} --threads 16 --sample {script.sample}",
                "instance": {
                    "id": f"i-{_key(script.id, 'host', retried)[:8]}",
                    "type": script.machine.type,
                    "provider": "AWS",
                    "disk": {"size": 512, "unit": "GB", "type": "EBS"},
                },
                "docker": {"checksum": f"sha256:{_key(script.app, name)}"},
                "logs": logs,
            }
        )
    return rows


def log_bytes(script: Script, number: int, kind: str) -> bytes:
    """The text of one log of the job of that number; the same every time."""
    name, start, end, word, retried = _spans(script)[number]
    rng = Random(f"{script.id}:{number}")
    host = f"i-{_key(script.id, 'host', retried)[:8]}"
    if kind == "cmd":
        return f"{name.replace('_', ' ')} --threads 16 --sample {script.sample}\n".encode()
    if kind == "job.out":
        return "".join(f"{name}\t{script.sample}\t{k}\n" for k in range(rng.randrange(3, 30))).encode()
    cause: Cause | None = script.cause if word == "FAILED" and not retried else None
    begun = (script.begun or script.created) + timedelta(seconds=CREATING + script.queue + script.init)
    started, length = begun + timedelta(seconds=start * script.run), (end - start) * script.run
    if script.aborted is not None:
        length = max(0.0, min(length, (script.aborted - started).total_seconds()))
    return log_text(cause, name, script.sample, started, length, rng, host).encode()


def log_keys(script: Script) -> dict[str, tuple[int, str]]:
    """The file ids of all logs of a task, with what they are."""
    kinds = ("job.err", "job.out", "cmd")
    return {_key(script.id, n, kind): (n, kind) for n in range(len(_spans(script))) for kind in kinds}
