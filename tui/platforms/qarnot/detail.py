"""Everything Qarnot says of one task, job or pool, as a tree of facts."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tui.domain.detail import Event, Fact, TaskDetail
from tui.domain.money import Money
from tui.domain.task import Job, Task
from tui.domain.text import plain
from tui.platforms.coerce import cell, count, fact, fact_of, flat, number, read, span, when
from tui.platforms.qarnot.convert import constants
from tui.platforms.qarnot.instances import instances, restarts, usage_of
from tui.platforms.qarnot.timespan import timespan
from tui.platforms.qarnot.wire import GroupWire, StatusWire, TaskWire

__all__ = ["carbon_facts", "to_detail", "to_group_detail"]

_SECOND = timedelta(seconds=1)
Group = dict[str, Fact]

_CARBON: Mapping[str, tuple[str, ...]] = {
    "energy_wh": ("total_consumed_energy_Wh", "totalConsumedEnergyWh"),
    "energy_it_wh": ("total_energy_it_Wh", "totalEnergyITWh"),
    "energy_reused_wh": ("total_reused_energy_Wh", "totalReusedEnergyWh"),
    "footprint_g": ("qarnot_carbon_footprint", "carbonFootprintC02Eq", "carbonFootprintCO2Eq"),
    "compared_with": ("equivalent_datacenter_name", "equivalentDatacenterName"),
    "compared_footprint_g": ("equivalent_DC_carbon_footprint", "equivalentDCCarbonFootprint"),
    "saved_g": ("saved_carbon_footprint_compute_heat", "savedCarbonFootprintComputeHeat"),
    "saved_percent": ("saved_carbon_footprint_percent", "savedCarbonFootprintPercent"),
    "pue": ("PUE", "pue"),
}
"""The specification and the official clients name them differently (quirk Q9); both are read."""


def carbon_facts(value: Mapping[str, Any]) -> Group | None:
    """Energy and carbon under one set of names; None where nothing of it is known."""
    found: Group = {}
    for name, spellings in _CARBON.items():
        sent = next((value[s] for s in spellings if value.get(s) is not None), None)
        if isinstance(sent, str | int | float):
            found[name] = fact(sent)
    return found or None


def _times(wire: TaskWire, task: Task) -> Group:
    told = wire.status or StatusWire()
    return {
        "created": fact_of(task, "created"),
        "started": fact_of(task, "started"),
        "ended": fact_of(task, "ended"),
        "last_modified": fact_of(task, "changed"),
        "state_since": read(when, wire.state_transition_time),
        "previous_state_since": read(when, wire.previous_state_transition_time),
        "wall_time": read(timespan, wire.wall_time) or read(timespan, told.wall_time),
        "execution_time": read(timespan, wire.execution_time) or read(timespan, told.execution_time),
        "download_time": read(timespan, told.download_time),
        "environment_time": read(timespan, told.environment_time),
        "upload_time": read(timespan, told.upload_time),
    }


def _limits(wire: TaskWire) -> Group:
    retry = wire.retry_settings
    return {
        "max_total_retries": count(retry.max_total_retries) if retry else None,
        "max_retries_per_instance": (count(retry.max_per_instance_retries) if retry else None)
        or count(wire.max_retries_per_instance),
        "max_time_in_queue": read(span, wire.max_time_queue_seconds, _SECOND),
        "completion_time_to_live": timespan(wire.completion_time_to_live) or None,
        "auto_delete_on_completion": wire.auto_delete_on_completion,
    }


def _inputs(wire: TaskWire) -> Group | None:
    named: Group = dict(constants(wire.constants))
    if wire.resource_buckets:
        named["resource_buckets"] = [plain(b) for b in wire.resource_buckets if b]
    if wire.advanced_resource_buckets:
        named["advanced_resource_buckets"] = fact(wire.advanced_resource_buckets)
    return named if named or wire.constants is not None else None


def _outputs(wire: TaskWire) -> Group:
    files = [plain(f, 1000) for done in wire.completed_instances or () if done for f in done.results or () if f]
    outputs: Group = {
        "result_bucket": cell(wire.result_bucket) or cell(wire.results_bucket),
        "result_prefix": cell(wire.results_bucket_prefix),
        "results_count": read(count, wire.results_count),
        "whitelist": cell(wire.results_whitelist),
        "blacklist": cell(wire.results_blacklist),
    }
    if files:
        outputs["files"] = list(files)
    return outputs


def _settings(wire: TaskWire) -> Group:
    rules: list[Fact] = []
    for rule in wire.hardware_constraints or ():
        if rule is not None:
            kind = str(rule.get("discriminator", "constraint")).removesuffix("HardwareConstraint")
            values = {k: v for k, v in flat(rule).items() if k != "discriminator"}
            rules.append(plain(" ".join([kind, *(f"{k}={v}" for k, v in values.items())]), 300))
    settings: Group = {
        "profile": cell(wire.profile),
        "shortname": cell(wire.shortname),
        "scheduling": cell(wire.scheduling_type),
        "reservation": cell(wire.targeted_reservation_name) or cell(wire.targeted_reserved_machine_key),
        "hardware": rules or None,
        "snapshot_interval": span(wire.snapshot_interval, _SECOND) or None,
        "upload_results_on_cancellation": wire.upload_results_on_cancellation,
    }
    if wire.privileges:
        settings["privileges"] = fact(wire.privileges)
    return settings


def _at_work(sent: object, *, final: bool) -> Fact:
    """A number of what runs; in a final task nothing does, whatever was sent."""
    told = read(count, sent)
    return 0 if final and told else told


def _state(wire: TaskWire, task: Task, jobs: Sequence[Job]) -> Group:
    told, final = wire.status or StatusWire(), task.status.is_final
    phases: dict[str, Fact] = {}
    for job in jobs:
        if (phase := job.usage.get("phase")) is not None:
            phases[phase] = int(str(phases.get(phase, 0))) + 1
    return {
        "state": task.native_status,
        "previous_state": cell(wire.previous_state),
        "phases": phases or None,
        "progress": read(number, wire.progress),
        "download_progress": read(number, told.download_progress),
        "execution_progress": read(number, told.execution_progress),
        "upload_progress": read(number, told.upload_progress),
        "running_instances": _at_work(wire.running_instance_count, final=final),
        "running_cores": _at_work(wire.running_core_count, final=final),
        "instances": len(jobs),
        "restarts": restarts(instances(wire)) or None,
        "succeeded": cell(told.succeeded_range),
        "failed": cell(told.failed_only_range) or cell(told.failed_range),
        "cancelled": cell(told.cancelled_range),
        "started_once": cell(told.started_once_range),
    }


def _usage(told: StatusWire | None, *, final: bool) -> Group | None:
    """What all instances use together, while any runs, and what they have spent."""
    usage = told.running_instances_info if told else None
    if told is None or usage is None:
        return None
    group: Group = {}
    if not final:
        group = {
            "average_cpu_percent": read(number, usage.average_cpu_usage),
            "average_memory_ratio": read(number, usage.average_memory_usage),
            "network_in_kbps": read(number, usage.total_network_in_kbps),
            "network_out_kbps": read(number, usage.total_network_out_kbps),
        }
    for title, rows in (
        ("time_by_cpu_model", told.execution_time_by_cpu_model),
        ("time_by_machine", told.execution_time_by_machine_specification),
    ):
        spent: dict[str, Fact] = {}
        for row in rows or ():
            name = (row or {}).get("model") or (row or {}).get("specificationKey")
            if isinstance(name, str):
                spent[plain(name, 100)] = read(span, (row or {}).get("time"), _SECOND)
        if spent:
            group[title] = spent
    return group or None


def _nodes(told: StatusWire | None) -> Group | None:
    """A pool's nodes by number, each with what it does and uses: the running instances of its status block."""
    usage = told.running_instances_info if told else None
    nodes: Group = {}
    for row in (usage.per_running_instance_info or ()) if usage else ():
        if row is not None:
            machine = cell(row.specification_key) or cell(row.cpu_model)
            ran = span(row.execution_time_sec, _SECOND)
            nodes[f"node {row.instance_id}"] = {"machine": machine, **usage_of(row), "ran": ran}
    return nodes or None


def _dependencies(wire: TaskWire) -> Group | None:
    told = wire.dependencies
    if told is None:
        return None
    return {
        "state": cell(told.state),
        "depends_on": [plain(d, 100) for d in told.depends_on or () if d],
        "conditions": fact(told.advanced_depends_on) if told.advanced_depends_on else None,
    }


def _events(wire: TaskWire | GroupWire, task: Task) -> tuple[Event, ...]:
    """Creation, the last two states, the end; each word once a moment."""
    seen = [
        (task.created, "created"),
        (when(wire.previous_state_transition_time), cell(wire.previous_state) or "?"),
        (when(wire.state_transition_time), task.native_status),
    ]
    events = [Event(at, what) for at, what in seen if at is not None]
    return tuple(sorted(events, key=lambda event: event.at))


def to_detail(
    wire: TaskWire, task: Task, jobs: tuple[Job, ...], raw: bytes | None, *, carbon: Group | None = None
) -> TaskDetail:
    """A task in full; its price is in the row already when it could be had."""
    more: dict[str, Group | None] = {
        "state": _state(wire, task, jobs),
        "usage": _usage(wire.status, final=task.status.is_final),
        "dependencies": _dependencies(wire),
        "constraints": dict(constants(wire.constraints)) or None,
        "labels": dict(flat(wire.labels)) if wire.labels else None,
        "tags": {"tags": list(task.tags)} if task.tags else None,
        "carbon": carbon,
    }
    debug = {plain(e.code or "error", 100): plain(e.debug, lines=True) for e in wire.errors or () if e and e.debug}
    if debug:
        more["error details"] = dict(debug)
    return TaskDetail(
        task=task,
        times=_times(wire, task),
        limits=_limits(wire),
        inputs=_inputs(wire),
        outputs=_outputs(wire),
        settings=_settings(wire),
        jobs=jobs,
        events=_events(wire, task),
        more={title: group for title, group in more.items() if group is not None},
        raw=raw,
    )


def to_group_detail(wire: GroupWire, task: Task, raw: bytes | None, price: Money | None = None) -> TaskDetail:
    """A Qarnot job or pool in full."""
    pool: Group = {
        "instances": read(count, wire.instance_count),
        "running_instances": read(count, wire.running_instance_count),
        "running_cores": read(count, wire.running_core_count),
        "task_instances_queued_or_running": read(count, wire.queued_or_running_task_instances_count),
        "slots": read(count, wire.total_slot_capacity),
        "usage": read(number, wire.pool_usage),
        "scaling": fact(wire.scaling) if wire.scaling else None,
        "elastic": fact(wire.elastic_property) if wire.elastic_property else None,
    }
    final = task.status.is_final
    more: dict[str, Group | None] = {
        "pool": {key: value for key, value in pool.items() if value is not None},
        "nodes": None if final else _nodes(wire.status),
        "usage": _usage(wire.status, final=final),
        "labels": dict(flat(wire.labels)) if wire.labels else None,
    }
    return TaskDetail(
        task=task,
        times={
            "created": fact_of(task, "created"),
            "ended": fact_of(task, "ended"),
            "last_modified": fact_of(task, "changed"),
            "state_since": read(when, wire.state_transition_time),
            "max_wall_time": timespan(wire.max_wall_time) or None,
            "execution_time": read(timespan, wire.execution_time or (wire.status or StatusWire()).execution_time),
        },
        inputs=dict(constants(wire.constants)) or None,
        settings={
            "profile": cell(wire.profile),
            "scheduling": cell(wire.scheduling_type),
            "use_dependencies": wire.use_dependencies,
        },
        events=_events(wire, task),
        more={title: group for title, group in more.items() if group} or None,
        raw=raw,
    )
