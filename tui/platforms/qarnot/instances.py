"""The instances of a task: told from ranges, completed and running instances; there is no list of them in the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui.domain.status import TaskStatus
from tui.domain.task import Job, Progress, Task, TaskError, TaskRef
from tui.domain.text import kept, plain
from tui.platforms.coerce import cell, count, garbled, number, span, when
from tui.platforms.qarnot.states import ENDS, PHASES, TASK_STATES, known
from tui.platforms.qarnot.timespan import MOST_INSTANCES, ranges
from tui.platforms.qarnot.wire import CompletedWire, RunningWire, StatusWire, TaskWire

__all__ = ["Instance", "complaint", "instances", "restarts", "to_jobs", "usage_of"]

_SECOND = timedelta(seconds=1)
_LOGS = ("stdout", "stderr")
_MOST_GHZ = 100


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance as far as the task's object tells."""

    status: TaskStatus
    native: str
    """The word that says so: an end, a phase, or the task's own state."""
    running: RunningWire | None = None
    completed: CompletedWire | None = None


def _ids(wire: TaskWire) -> tuple[int, ...]:
    if wire.advanced_ranges:
        return ranges(wire.advanced_ranges)
    total = count(wire.total_instance_count) or count(wire.instance_count) or 0
    return tuple(range(min(total, MOST_INSTANCES)))


def instances(wire: TaskWire) -> dict[int, Instance]:
    """Every instance by its number, ascending. What is said of one instance goes before what is said of all."""
    told = wire.status or StatusWire()
    usage = told.running_instances_info
    rows = (usage.per_running_instance_info or ()) if usage else None
    final = known(TASK_STATES, wire.state).is_final  # whatever its last answer still shows on nodes has left them
    running = {} if final else {row.instance_id: row for row in rows or () if row is not None}
    completed = {row.instance_id: row for row in wire.completed_instances or () if row is not None}
    ids = _ids(wire)
    found = dict.fromkeys(ids, _rest(wire))
    if rows is None:
        found |= _guessed(wire, ids)
    cancelled = ranges(told.cancelled_range)
    ends = (
        (ranges(told.succeeded_range), "Success"),
        (ranges(told.failed_only_range) or ranges(told.failed_range), "Failure"),
        (cancelled, "Cancelled"),
    )
    for numbers, word in ends:
        found |= dict.fromkeys((i for i in numbers if i in found), Instance(ENDS[word.lower()], word))
    for i, done in completed.items():
        found[i] = Instance(known(ENDS, done.state), plain(done.state or "?", 60), completed=done)
    for i, row in running.items():
        found[i] = Instance(known(PHASES, row.phase), plain(row.phase or "?", 60), row)
    return dict(sorted(found.items()))


def _rest(wire: TaskWire) -> Instance:
    """An instance of which nothing is said: it waits, or shares the task's own end."""
    status = known(TASK_STATES, wire.state)
    partly = wire.state.strip().lower() in {"partiallydispatched", "partiallyexecuting", "fullyexecuting"}
    return Instance(TaskStatus.QUEUED if partly else status, "waiting" if partly else plain(wire.state, 60))


def _guessed(wire: TaskWire, ids: tuple[int, ...]) -> Mapping[int, Instance]:
    """Where an answer has no status block, the number that runs is all there is: say the first."""
    if known(TASK_STATES, wire.state) is not TaskStatus.RUNNING:
        return {}
    on_nodes = count(wire.running_instance_count) or (len(ids) if "fully" in wire.state.lower() else 1)
    return dict.fromkeys(ids[:on_nodes], Instance(TaskStatus.RUNNING, plain(wire.state, 60)))


def restarts(found: Mapping[int, Instance]) -> int:
    """How often instances were started again, all together: retries, and machines that were taken (3.4)."""
    rows = [one.running or one.completed for one in found.values()]
    attempts = [count(row.execution_attempt_count) or 1 for row in rows if row is not None]
    return sum(max(0, attempt - 1) for attempt in attempts)


def complaint(error: object) -> TaskError | None:
    """An instance's error, which is an object like the task's, or a text."""
    if isinstance(error, str) and error.strip():
        return TaskError(kept(error.strip(), lines=True))
    if not isinstance(error, dict):
        return None
    message, code = error.get("message"), error.get("code")
    text = message if isinstance(message, str) and message else code
    if not isinstance(text, str) or not text:
        return None
    return TaskError(kept(text, lines=True), cell(code) if isinstance(code, str) else None)


def to_jobs(wire: TaskWire, task: Task) -> tuple[Job, ...]:
    """Every instance as a row, by number."""
    seen = when(wire.status.last_update_timestamp) if wire.status else None
    sites = _sites(wire)
    return tuple(_job(i, one, task, seen or task.fetched, sites.get(i)) for i, one in instances(wire).items())


def _sites(wire: TaskWire) -> dict[int, str]:
    rows = (wire.status.execution_time_by_instance_id or ()) if wire.status else ()
    pairs = ((count(r.get("instanceId")), r.get("siteUuid")) for r in rows if r is not None)
    return {i: plain(site, 60) for i, site in pairs if i is not None and isinstance(site, str)}


def _job(number_: int, one: Instance, task: Task, seen: datetime, site: str | None) -> Job:
    row = one.running or one.completed
    settings = {}
    if row is not None and row.cpu_model:
        settings["cpu_model"] = plain(row.cpu_model, 100)
    if row is not None and (cores := count(row.core_count)):
        settings["cores"] = str(cores)
    error = complaint(one.completed.error) if one.completed else None
    begun = row is not None or one.status.is_final
    started, ran = None, None
    if one.running is not None and (ran := span(one.running.execution_time_sec, _SECOND)):
        started = seen - ran
    elif one.completed is not None:
        ran = span(one.completed.exec_time_sec, _SECOND)
    return Job(
        ref=TaskRef(task.ref.account, task.ref.id, str(number_)),
        platform=task.platform,
        name=f"instance {number_}",
        status=one.status,
        native_status=one.native,
        reason=cell(error.message) if error else _doing(one) or _again(one),
        project=task.project,
        app=task.app,
        created=task.created,
        started=started,
        total_time=span(one.completed.wall_time_sec, _SECOND) if one.completed else ran,
        run_time=ran,
        progress=_progress(one),
        parent=task.ref,
        index=number_,
        arguments=task.arguments,
        settings=settings,
        instance=cell(row.specification_key) if row else None,
        spot=task.spot,
        region=site,
        errors=(error,) if error else (),
        garbled=_garbled(one),
        fetched=task.fetched,
        attempt=(count(row.execution_attempt_count) or None) if row else None,
        logs=_LOGS if begun else (),
        usage=_usage(one),
    )


def _garbled(one: Instance) -> frozenset[str]:
    """What of the row is missing because it cannot be read."""
    facts: list[tuple[str, object, object]] = []
    if one.running is not None:
        ran, progress = one.running.execution_time_sec, one.running.progress
        facts += [("started", ran, span(ran, _SECOND)), ("progress", progress, number(progress))]
    elif one.completed is not None:
        ran, wall = one.completed.exec_time_sec, one.completed.wall_time_sec
        facts += [("run_time", ran, span(ran, _SECOND)), ("total_time", wall, span(wall, _SECOND))]
    return garbled(*facts)


def _doing(one: Instance) -> str | None:
    match one.native.lower():
        case "environment" | "download" | "dispatch":
            return "the machine is being prepared"
        case "upload":
            return "results are being uploaded"
    return None


def _again(one: Instance) -> str | None:
    """That a running instance is not in its first attempt."""
    attempt = count(one.running.execution_attempt_count) if one.running is not None else None
    return f"restarted; this is attempt {attempt}" if attempt is not None and attempt > 1 else None


def _progress(one: Instance) -> Progress | None:
    percent = number(one.running.progress) if one.running is not None else None
    return None if percent is None else Progress(percent=round(min(max(percent, 0.0), 100.0), 1))


def _usage(one: Instance) -> dict[str, str]:
    """What is measured of an instance, as texts with units."""
    if one.running is not None:
        return usage_of(one.running)
    peak = number(one.completed.peak_memory) if one.completed is not None else None
    return {"peak memory": f"{peak:,.0f} MB"} if peak else {}


def usage_of(row: RunningWire) -> dict[str, str]:
    """What is measured of an instance or a pool's node, as texts with units: cpu is a percentage, memory a ratio of the
    peak allotted."""
    texts: dict[str, str | None] = {}
    cpu, memory = number(row.cpu_usage), number(row.current_memory)
    share, clock = number(row.memory_usage), number(row.current_frequency)
    network = number(row.network_in_kbps), number(row.network_out_kbps)
    texts["phase"] = cell(row.phase)
    texts["cpu"] = None if cpu is None else f"{cpu:.1f} %"
    if clock and clock > _MOST_GHZ:  # recorded answers of 2017 have megahertz under that name
        clock /= 1000
    texts["frequency"] = None if not clock else f"{clock:.1f} GHz"
    texts["memory"] = None if memory is None else f"{memory:,.0f} MB"
    if memory is not None and share is not None:
        texts["memory"] = f"{memory:,.0f} MB ({100 * share:.0f} % of its allotment)"
    for name, rate in zip(("network in", "network out"), network, strict=True):
        texts[name] = None if rate is None else f"{rate:,.0f} kbps"
    for forward in row.active_forwards or ():
        host, port = (forward or {}).get("forwarderHost"), (forward or {}).get("forwarderPort")
        if isinstance(host, str) and isinstance(port, int):
            texts[f"port {(forward or {}).get('applicationPort')}"] = plain(f"{host}:{port}", 200)
    return {plain(name, 60): text for name, text in texts.items() if text is not None}
