"""A batch in full: what the list, the counts and the jobs say together."""

import json
from collections.abc import Mapping

from tui.domain.detail import BatchRule, Event, Fact, Facts, TaskDetail
from tui.domain.task import Job, Task
from tui.domain.text import plain
from tui.platforms.coerce import cell, fact
from tui.platforms.etengine.batch_cache import BatchInfo
from tui.platforms.etengine.convert import argument_texts, by_size
from tui.platforms.etengine.jobs import FEW

__all__ = ["to_detail"]

_SHOWN = 20
"""Values of an argument that are all named."""


def to_detail(known: BatchInfo, task: Task, jobs: tuple[Job, ...] | None, counted: bytes, listed: bytes) -> TaskDetail:
    """The detail.

    Args:
        jobs: With their states; None where there are too many to ask for.
        counted: The answer with the counts, as sent.
        listed: The answer with the list of jobs, as sent.
    """
    row, hardware = known.wire, known.wire.hardware
    more: dict[str, Facts] = {
        "counts": {
            plain(state.lower(), 60): count for state, count in (known.counts.by_state if known.counts else {}).items()
        }
    }
    if row.tool is not None:
        more["tool"] = {"id": cell(row.tool.id), "name": cell(row.tool.name), "description": cell(row.tool.description)}
    if known.jobs and len(known.jobs) <= FEW:
        more["arguments"] = {plain(job.id, 100): dict(argument_texts(job.arguments)) for job in known.jobs}
    settings: dict[str, Fact] | None = None
    if hardware is not None:
        settings = {
            "cpu": fact(hardware.cpu),
            "memory": fact(hardware.memory),
            "filesystems": [{"id": cell(f.id), "name": cell(f.name)} for f in hardware.filesystems],
        }
    seen = ((task.created, "created"), (task.started, "the first job started"), (task.ended, "the last job ended"))
    return TaskDetail(
        task=task,
        times={"created": task.created, "started": task.started, "ended": task.ended, "first_seen": known.seen},
        inputs=_inputs(known),
        settings=settings,
        jobs=jobs,
        batch=BatchRule(by="variable arguments", criteria=tuple(plain(name, 100) for name in known.varied)),
        events=tuple(Event(at, what) for at, what in seen if at is not None) or None,
        more=more,
        raw=_raw(counted, listed),
    )


def _inputs(known: BatchInfo) -> Mapping[str, Fact] | None:
    """What all jobs share as it is, what varies as its values, of many the first and the last."""
    jobs = known.jobs
    if not jobs:
        return None
    inputs: dict[str, Fact] = {k: v for k, v in argument_texts(jobs[0].arguments).items() if k not in known.varied}
    for name in known.varied:
        values = {argument_texts({name: job.arguments.get(name)})[plain(name, 100)] for job in jobs}
        shown = sorted(values, key=by_size)
        plenty = f"{shown[0]} … {shown[-1]} ({len(shown):,} values)"
        inputs[plain(name, 100)] = plenty if len(shown) > _SHOWN else list(shown)
    return inputs


def _raw(counted: bytes, listed: bytes) -> bytes | None:
    """Both answers in one object; each was read as JSON before, so that it can be put there as it is."""
    try:
        return b'{"status": ' + counted + b', "jobs": ' + listed + b"}" if json.loads(counted) is not None else None
    except ValueError:
        return None
