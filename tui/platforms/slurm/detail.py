"""One job or array in full: its record, what the controller still holds of it, and what it used."""

import json
from collections.abc import Mapping, Sequence

from tui.domain.detail import BatchRule, Event, Fact, Facts, TaskDetail
from tui.domain.task import Job, Task
from tui.domain.text import CELL_LIMIT, plain
from tui.platforms.slurm.paths import log_paths
from tui.platforms.slurm.reasons import code_of, is_hopeless
from tui.platforms.slurm.states import NOT_OURS, base_state
from tui.platforms.slurm.usage import array_facts, job_facts, step_jobs, uses
from tui.platforms.slurm.wire import Record, Step

__all__ = ["to_detail"]


def to_detail(
    task: Task,
    record: Record,
    told: Mapping[str, str],
    steps: Sequence[Step] | None,
    attempts: Sequence[Record],
    *,
    is_array: bool,
) -> TaskDetail:
    """The detail.

    Args:
        record: Of an array any of its elements'.
        told: What `scontrol show job` says; empty where the controller has forgotten the job.
        steps: The job with its steps, of an array all of them; None without accounting.
        attempts: Every run of a requeued job, the oldest first.
    """
    more: dict[str, Facts] = {"slurm": _native(task, record, told)}
    found = uses(steps or ())
    efficiency = array_facts(found) if is_array else job_facts(found[0]) if found else None
    if efficiency is not None and (is_array or task.started is not None):
        more["efficiency"] = efficiency
    if not is_array:  # apart from the settings: every element has its own
        stdout, stderr = log_paths(record)
        more["logs"] = {"stdout": _plain(told.get("StdOut") or stdout), "stderr": _plain(stderr)}
    if len(attempts) > 1:
        more["attempts"] = {str(number): _attempt(row) for number, row in enumerate(attempts, 1)}
    jobs: tuple[Job, ...] | None = None
    if steps is not None and not is_array:
        jobs = step_jobs(task.ref.account, steps, task.ref, task.fetched)
    seen = ((task.created, "submitted"), (task.started, "started"), (task.ended, "ended"))
    return TaskDetail(
        task=task,
        people={"user": task.created_by, "account": task.project},
        times={
            "submitted": task.created,
            "started": task.started,
            "ended": task.ended,
            "estimated_start": _guess(record),
        },
        limits=_limits(task, record),
        settings=_settings(record, told),
        jobs=jobs,
        batch=BatchRule(by="array", group=str(task.index)) if task.parent else None,
        events=tuple(Event(at, what) for at, what in seen if at is not None) or None,
        more=more,
        raw=json.dumps(dict(told)).encode() if told else None,
    )


def _limits(task: Task, record: Record) -> Facts:
    return {
        "time_limit": record.limit,
        "time_left": record.left if task.started and not task.ended else None,
        "dependency": record.dependency,
        "priority": record.priority,
        "restarts": record.restarts,
    }


def _settings(record: Record, told: Mapping[str, str]) -> Facts:
    return {
        "partition": record.partition,
        "qos": record.qos,
        "cpus": record.cpus,
        "memory": record.memory_text,
        "nodes": record.nodes,
        "node_list": _plain(record.node_list),
        "allocated": _plain(record.tres),
        "working_directory": _plain(record.workdir),
        "command": _plain(told.get("Command")),
        "submitted_as": _plain(record.submit_line),
        "comment": _plain(record.comment),
        "requeue": {"1": "allowed", "0": "not allowed"}.get(told.get("Requeue", "")),
    }


def _plain(text: str | None) -> str | None:
    return None if text is None or text == "(null)" else plain(text, CELL_LIMIT * 4)


def _guess(record: Record) -> Fact:
    return record.started if not record.ran and base_state(record.state) == "PENDING" else None


def _native(task: Task, record: Record, told: Mapping[str, str]) -> Facts:
    """Slurm's own words."""
    state = base_state(record.state)
    advice = None
    if is_hopeless(record):
        advice = "it never starts as it is"
    elif state in NOT_OURS:
        advice = "not your fault: run it again"
    return {
        "state": plain(record.state, CELL_LIMIT),
        "reason": None if record.reason is None else plain(code_of(record.reason) or record.reason, CELL_LIMIT),
        "exit": None if record.exit is None else str(record.exit),
        "derived_exit": None if record.derived is None else str(record.derived),
        "job_number": record.job_id if task.counts is None else None,
        "submit_host": _plain(told.get("AllocNode:Sid")),
        "advice": advice,
    }


def _attempt(record: Record) -> Fact:
    return {
        "state": plain(record.state, CELL_LIMIT),
        "exit": None if record.exit is None else str(record.exit),
        "started": record.started if record.ran else None,
        "ended": record.ended,
        "node": _plain(record.node_list),
    }
