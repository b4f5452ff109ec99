"""Execution details to jobs: attempts counted, names made references, log addresses made file ids."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit

from tui.domain.log import LogIndex, LogSource, Stream
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskRef
from tui.domain.text import plain
from tui.platforms.coerce import cell, garbled, when
from tui.platforms.sevenbridges.wire import ExecutionDetails, JobWire

__all__ = ["log_index", "to_jobs"]

_STATUSES: Mapping[str, TaskStatus] = {
    "QUEUED": TaskStatus.QUEUED,
    "RUNNING": TaskStatus.RUNNING,
    "DONE": TaskStatus.DONE,
    "COMPLETED": TaskStatus.DONE,
    "FAILED": TaskStatus.FAILED,
    "ABORTED": TaskStatus.ABORTED,
}
_FILE_ID = re.compile(r"/files/([^/?#]+)/[^/?#]+")
_NEVER = "9999"
_RECORDS = frozenset({"cmd.log", "job.tree.log"})
"""The command line and the tree of files, which the platform writes itself."""
_ORDER = {Stream.STDERR: 0, Stream.STDOUT: 1, Stream.RECORD: 2}


def to_jobs(details: ExecutionDetails, task: Task, fetched: datetime) -> tuple[tuple[Job, ...], tuple[JobWire, ...]]:
    """The jobs by start, and their wire objects in the same order. A job reference is the percent-encoded name, with
    `~2` for the second of that name by start; a retried step therefore counts its attempts from 1."""
    wires = sorted((w for w in details.jobs or () if w is not None), key=lambda w: w.start_time or _NEVER)
    seen: dict[str, int] = {}
    jobs = []
    for index, wire in enumerate(wires):
        name = wire.name or f"job {index + 1}"
        attempt = seen[name] = seen.get(name, 0) + 1
        jobs.append(_job(wire, name, attempt, index, task, fetched))
    return tuple(jobs), tuple(wires)


def _job(wire: JobWire, name: str, attempt: int, index: int, task: Task, fetched: datetime) -> Job:
    native = wire.status or ""
    status = _STATUSES.get(native.strip().upper(), TaskStatus.UNKNOWN)
    machine = wire.instance
    started, ended = when(wire.start_time), when(wire.end_time)
    settings = {}
    if machine is not None and machine.disk is not None and machine.disk.size is not None:
        settings["disk"] = plain(f"{machine.disk.size} {machine.disk.unit or 'GB'} {machine.disk.type or ''}".strip())
    encoded = quote(name, safe="").replace("~", "%7E")  # a `~` of the name is not the one that counts attempts
    return Job(
        ref=TaskRef(task.ref.account, task.ref.id, encoded if attempt == 1 else f"{encoded}~{attempt}"),
        platform=task.platform,
        name=cell(name) or "?",
        status=status,
        native_status=plain(native, 60),
        reason="lost its machine; the step runs again" if wire.retried else None,
        project=task.project,
        app=task.app,
        created_by=task.created_by,
        executed_by=task.executed_by,
        started=started,
        ended=ended,
        parent=task.ref,
        index=index,
        settings=settings,
        instance=cell(machine.type) if machine else None,
        spot=task.spot,
        garbled=garbled(("started", wire.start_time, started), ("ended", wire.end_time, ended)),
        fetched=fetched,
        host=cell(machine.id) if machine else None,
        attempt=attempt,
        command=plain(wire.command_line, lines=True) if wire.command_line else None,
        logs=tuple(plain(n, 200) for n in wire.logs or {}),
    )


def _file_id(address: str | None) -> str | None:
    """The file behind a log's address. Only the id is used: the host of an address may be another's (quirk 2)."""
    found = _FILE_ID.search(urlsplit(address).path) if address else None
    return found.group(1) if found else None


def _stream(name: str) -> Stream:
    """Which output a log is, by its name. The platform's own records are neither (product page, section 4)."""
    lower = name.lower()
    if lower in _RECORDS:
        return Stream.RECORD
    return Stream.STDERR if "err" in lower else Stream.STDOUT


def log_index(
    jobs: tuple[Job, ...], wires: tuple[JobWire, ...], ref: TaskRef, below_base: Callable[[str], str | None]
) -> LogIndex:
    """Every log of the task, or of the one job that `ref` names; a failed job's first, then the newest.

    Args:
        jobs: The jobs of the task.
        wires: What the platform sent of each, in the same order.
        ref: The task or the job.
        below_base: The path of an address that lies below our own base; a log is followed nowhere else.
    """
    chosen = [(j, w) for j, w in zip(jobs, wires, strict=True) if ref.job is None or j.ref == ref]
    chosen.sort(key=lambda pair: (pair[0].status is not TaskStatus.FAILED, -(pair[0].index or 0)))
    sources, unknown = [], []
    for job, wire in chosen:
        for name, address in sorted((wire.logs or {}).items(), key=lambda pair: _ORDER[_stream(pair[0])]):
            if not address:
                continue
            key = _file_id(address) or below_base(address)
            if key is None:
                unknown.append(f"{plain(name, 60)} at {plain(urlsplit(address).netloc or address, 80)}")
            else:
                growing = not job.status.is_final
                sources.append(LogSource(job.ref, plain(name, 200), _stream(name), key, growing=growing))
    note = None
    if unknown:
        listed = ", ".join(dict.fromkeys(unknown[:3])) + (" ..." if len(unknown) > 3 else "")
        note = f"Not opened: {listed}. taskdeck cannot read addresses outside the platform."
    if sources:
        return LogIndex(tuple(sources), note=note)
    if note:
        return LogIndex(why_none=note)
    if any(not job.status.is_final for job, _ in chosen):
        return LogIndex(why_none="Seven Bridges keeps a job's logs when it has ended; this one is still at work.")
    return LogIndex(why_none="No job here has left a log.")
