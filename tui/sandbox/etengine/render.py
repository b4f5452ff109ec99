"""The JSON of the three editions of the API: as the published client reads it, as its documentation prints it, and as
the older service sent it (section 8 of the contract)."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tui.sandbox.etengine.names import Filesystem, Tool
from tui.sandbox.etengine.script import Batch, Hardware, Job, JobState

__all__ = [
    "Edition",
    "batch_json",
    "detail_json",
    "filesystem_row",
    "job_json",
    "status_json",
    "submit_answer",
    "tool_row",
]


class Edition(StrEnum):
    """Which of them is served."""

    CURRENT = "current"
    DOCS = "docs"
    OLD = "old"


def tool_row(tool: Tool, edition: Edition) -> Any:
    """A row of the list of tools; the old one is a pair."""
    return [tool.name, tool.id] if edition is Edition.OLD else tool.json


def filesystem_row(filesystem: Filesystem, edition: Edition) -> Any:
    """A row of the list of filesystems; the old one is a pair, and says whose it is."""
    return [filesystem.name, filesystem.id, "owned"] if edition is Edition.OLD else filesystem.json


def _by_id(hardware: Hardware) -> dict[str, Any]:
    return {"filesystems": [f.id for f in hardware.filesystems], "memory": hardware.memory, "cpu": hardware.cpu}


def _by_object(hardware: Hardware) -> dict[str, Any]:
    return {
        "filesystem_list": [f.json for f in hardware.filesystems],
        "cpu": hardware.cpu,
        "memory": hardware.memory,
    }


def batch_json(batch: Batch, edition: Edition) -> dict[str, Any]:
    """4.2."""
    if edition is Edition.OLD:
        return {
            "batch_id": batch.id,
            "tool_id": batch.tool.id,
            "n_jobs": len(batch.jobs),
            "hardware": _by_id(batch.hardware),
        }
    hardware = _by_object(batch.hardware)
    row = {"batch_id": batch.id, "batch_tool": batch.tool.json, "n_jobs": len(batch.jobs), "hardware": hardware}
    return row if edition is Edition.DOCS else row | {"batch_hardware": hardware}


def status_json(batch: Batch, counts: dict[str, int], edition: Edition) -> dict[str, Any]:
    """4.3; the old one leaves the counts out while nothing is submitted."""
    if edition is not Edition.OLD:
        return {state.lower(): count for state, count in counts.items()}
    row = batch_json(batch, edition)
    row["n_submitted"] = sum(counts.values())
    return row | {"submitted_jobs": counts} if row["n_submitted"] else row


def _pairs(job: Job) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in job.arguments.items()]


def job_json(batch: Batch, job: Job, edition: Edition) -> dict[str, Any]:
    """4.4."""
    if edition is Edition.OLD:
        return {"job_id": job.id, "log_id": batch.log_id, "args": _pairs(job)}
    arguments = [{"argument_key": name, "argument_value": value} for name, value in job.arguments.items()]
    return {
        "job_id": job.id,
        "job_tool": batch.tool.json,
        "job_log_id": batch.log_id,
        "job_argument_list": arguments,
    }


def _milliseconds(at: float | None) -> int | str:
    return "" if at is None else int(at * 1000)


def _text(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def detail_json(batch: Batch, job: Job, state: JobState, edition: Edition) -> Any:
    """4.5; the old service called every job it found SUBMITTING, with empty times (its fault of section 5.1)."""
    if edition is Edition.OLD:
        state = JobState("SUBMITTING")
    when = _text if edition is Edition.DOCS else _milliseconds
    row: dict[str, Any] = {
        "job_id": job.id,
        "log_id": batch.log_id,
        "tool_id": batch.tool.id,
        "hardware": _by_id(batch.hardware),
        "args": dict(job.arguments) if edition is Edition.DOCS else _pairs(job),
        "status": state.status,
        "reason": state.reason,
        "create_time": when(state.created),
        "start_time": when(state.started),
        "stop_time": when(state.stopped),
    }
    if edition is Edition.DOCS:
        del row["tool_id"]
        return [row]
    return row


def submit_answer(batch: Batch, edition: Edition) -> Any:
    """Endpoint 10: a batch; the old one is its id as text."""
    return batch.id if edition is Edition.OLD else batch_json(batch, edition)
