"""Scripts as the API shows them (sections 3, 6 and 7)."""

from collections import Counter
from datetime import datetime
from typing import Any

from tui.sandbox.qarnot.script import FINAL, STORE, Instance, Script, State, phase_of, state_at
from tui.sandbox.qarnot.texts import UNSET, date, range_text, timespan

__all__ = ["SUMMARY", "credits_of", "executed", "full", "live", "summary"]

SUMMARY = (
    "uuid", "name", "shortname", "profile", "poolUuid", "jobUuid", "progress", "runningInstanceCount",
    "runningCoreCount", "clusterInfo", "executionTime", "wallTime", "state", "previousState", "totalInstanceCount",
    "instanceCount", "advancedRanges", "maxRetriesPerInstance", "stateTransitionTime", "previousStateTransitionTime",
    "lastModified", "creationDate", "endDate", "waitForPoolResourcesSynchronization",
)  # fmt: skip
"""Exactly the keys of a summary (3.1)."""
_ON_NODE = frozenset({"download", "environment", "execution", "upload"})


def live(script: Script, at: float) -> list[tuple[Instance, str, int, float]]:
    """The instances on nodes at `at` seconds, with phase, attempt and seconds of execution."""
    found = ((one, *phase_of(one, at)) for one in script.instances)
    return [row for row in found if row[1] in _ON_NODE]


def executed(script: Script, at: float) -> float:
    """Seconds of execution, summed over instances."""
    return 0.0 if script.refused else sum(one.executed(at) for one in script.instances)


def credits_of(script: Script, now: datetime) -> float:
    """Euros consumed; nothing is billed inside a pool."""
    state = state_at(script, now)
    if script.pool is not None or state is None or script.refused:
        return 0.0
    return round(
        sum(one.executed(state.stopped) * one.machine.cores * one.machine.rate / 3600 for one in script.instances), 4
    )


def _progress(script: Script, at: float) -> float:
    if script.refused or not script.instances:
        return 0.0
    done = 0.0
    for one in script.instances:
        last = one.tries[-1]
        span = max(1.0, last.end - STORE - last.runs)
        done += 1.0 if at >= one.end else max(0.0, min(1.0, (at - last.runs) / span))
    return round(100 * done / len(script.instances), 2)


def summary(script: Script, state: State, now: datetime) -> dict[str, Any]:
    """A task without tags, errors, labels, constants and status."""
    on = [] if state.state in FINAL or script.refused else live(script, state.stopped)
    if state.state in {"PendingCancel", "PendingDelete"}:
        on = []
    wall = max(0.0, script.seconds(state.ended or now) - 1 - script.queue % 7)
    return {
        "uuid": script.id,
        "name": script.name,
        "shortname": script.body.get("shortname") or script.id,
        "profile": script.body.get("profile", script.study.profile),
        "poolUuid": script.pool,
        "jobUuid": script.job,
        "progress": 100.0 if state.state == "Success" else _progress(script, state.stopped),
        "runningInstanceCount": len(on),
        "runningCoreCount": sum(row[0].machine.cores for row in on),
        "clusterInfo": {"clusterCoresCount": None},
        "executionTime": timespan(executed(script, state.stopped)),
        "wallTime": timespan(wall),
        "state": state.state,
        "previousState": state.previous,
        "totalInstanceCount": len(script.ids),
        "instanceCount": 0 if script.advanced else len(script.ids),
        "advancedRanges": range_text(script.ids) if script.advanced else None,
        "maxRetriesPerInstance": 0,
        "stateTransitionTime": date(state.since),
        "previousStateTransitionTime": date(state.previous_since),
        "lastModified": date(max(filter(None, (state.since, script.touched)))),
        "creationDate": date(script.created),
        "endDate": date(state.ended),
        "waitForPoolResourcesSynchronization": None,
    }


def full(script: Script, state: State, now: datetime) -> dict[str, Any]:
    """A whole task."""
    body = script.body
    ended = [] if script.refused else [one for one in script.instances if one.end <= state.stopped]
    return summary(script, state, now) | {
        "errors": _errors(script, state, ended),
        "resourceBuckets": body.get("resourceBuckets") or [f"{script.study.key}-in"],
        "advancedResourceBuckets": body.get("advancedResourceBuckets"),
        "resultBucket": body.get("resultBucket", f"{script.study.key}-out"),
        "resultsCacheTTLSec": 7_776_000,
        "defaultResourcesCacheTTLSec": 7_776_000,
        "completedInstances": [_completed(script, one) for one in ended],
        "status": _status(script, state, ended, now),
        "snapshotInterval": 0,
        "resultsCount": sum(one.cause is None for one in ended),
        "constants": _masked(script.constants),
        "constraints": body.get("constraints") or [],
        "forcedConstants": [],
        "forcedNetworkRules": [],
        "secretsAccessRights": {"bySecret": [], "byPrefix": []},
        "tags": list(script.tags),
        "labels": body.get("labels") or {"study": script.study.key},
        "dependencies": _dependencies(script, now),
        "uploadResultsOnCancellation": body.get("uploadResultsOnCancellation"),
        "autoDeleteOnCompletion": bool(body.get("autoDeleteOnCompletion", False)),
        "completionTimeToLive": body.get("completionTimeToLive") or "00:00:00",
        "maxTimeQueueSeconds": body.get("maxTimeQueueSeconds"),
        "hardwareConstraints": body.get("hardwareConstraints") or [],
        "schedulingType": str(body.get("schedulingType") or "flex")[0].lower()
        + str(body.get("schedulingType") or "flex")[1:],
        "targetedReservedMachineKey": None,
        "targetedReservationName": body.get("targetedReservationName"),
        "privileges": body.get("privileges") or {"exportApiAndStorageCredentialsInEnvironment": False},
        "retrySettings": body.get("retrySettings") or {"maxTotalRetries": None, "maxPerInstanceRetries": None},
        "projectUuid": body.get("projectUuid"),
    }


def _masked(constants: list[dict[str, str]]) -> list[dict[str, str]]:
    return [
        {"key": c["key"], "value": "[SECRET]" if c["key"].startswith("QARNOT_SECRET__") else c["value"]}
        for c in constants
    ]


def _errors(script: Script, state: State, ended: list[Instance]) -> list[dict[str, Any]]:
    if state.state != "Failure" and state.previous != "Failure":
        return []
    if script.refused is not None:
        return [{"code": "GHX0901Q", "message": script.refused, "debug": None}]
    causes = Counter(one.cause for one in ended if one.cause is not None)
    return [
        {"code": cause.code, "message": cause.message, "debug": f"{count} of {len(script.ids)} instances"}
        for cause, count in causes.most_common(3)
    ]


def _completed(script: Script, one: Instance) -> dict[str, Any]:
    took, machine = one.executed(one.end), one.machine
    first = one.tries[0].begin
    failed = one.cause is not None
    error = {"code": one.cause.code, "message": one.cause.message, "debug": None} if one.cause else None
    bucket = script.body.get("resultBucket", f"{script.study.key}-out")
    return {
        "instanceId": one.number,
        "state": "Failure" if failed else "Success",
        "wallTimeSec": round(one.end - first, 1),
        "execTimeSec": round(took, 1),
        "execTimeSecGHz": round(took * machine.clock, 1),
        "averageGHz": machine.clock,
        "peakMemoryMB": 0
        if took < 10
        else int(machine.memory * (0.98 if failed and one.cause and one.cause.key == "oom" else 0.4)),
        "error": error,
        "results": None if failed else [f"s3://storage.example/{bucket}/{one.number:05d}.out"],
        "specificationKey": machine.key,
        "cpuModel": machine.cpu,
        "coreCount": machine.cores,
        "clockRatio": 0.92,
        "executionAttemptCount": len(one.tries),
    }


def _dependencies(script: Script, now: datetime) -> dict[str, Any] | None:
    before = script.after
    if before is None:
        return None
    state = state_at(before, now)
    end = state.state if state is not None and state.state in FINAL else None
    told = "waiting"
    if end is not None:
        met = not script.wants or end.lower() in script.wants
        told = "dependencyConditionsFulfilled" if met else "dependencyConditionsNotFulfilled"
    item = {"taskUuid": before.id, "taskFinalStateCondition": list(script.wants) or None, "state": told}
    return {"dependsOn": [before.id], "advancedDependsOn": [{**item, "actualFinalState": end}], "state": told}


def _status(script: Script, state: State, ended: list[Instance], now: datetime) -> dict[str, Any] | None:
    if state.state == "Submitted" or script.refused is not None:
        return None
    at, final = state.stopped, state.state in FINAL or state.state in {"PendingCancel", "PendingDelete"}
    on = [] if final else live(script, at)
    good = {one.number for one in ended if one.cause is None}
    bad = {one.number for one in ended if one.cause is not None}
    cancelled: set[int] = set()
    if script.aborted is not None and state.state in {"PendingCancel", "Cancelled"}:
        cancelled = set(script.ids) - good - bad
    started = [one for one in script.instances if one.tries[0].begin + 5 <= at]
    seconds = executed(script, at)
    spent = [
        (machine, round(sum(one.executed(at) for one in started if one.machine is machine), 1))
        for machine in dict.fromkeys(one.machine for one in started)
    ]
    boot = sum(one.tries[0].boot for one in started) / max(1, len(started))
    stamp = UNSET if state.state in FINAL else date(now)
    wall = max(0.0, script.seconds(state.ended or now) - 2)
    return {
        "timestamp": stamp,
        "lastUpdateTimestamp": stamp,
        "downloadProgress": 100.0 if started else 0.0,
        "executionProgress": 100.0 if state.state in FINAL else _progress(script, at),
        "uploadProgress": 100.0 if state.state in FINAL else 0.0,
        "instanceCount": len(on),
        **_spans("download", 4.0 * bool(started)),
        **_spans("environment", boot),
        **_spans("execution", seconds),
        **_spans("upload", 3.0 * bool(ended)),
        **_spans("wall", wall),
        "executionTimeByCpuModel": [
            {"model": m.cpu, "time": seconds, "core": m.cores} for m, seconds in spent
        ],
        "executionTimeGhzByCpuModel": [
            {"model": m.cpu, "timeGhz": round(seconds * m.clock, 1), "clockRatio": 0.92, "core": m.cores}
            for m, seconds in spent
        ],
        "executionTimeByMachineSpecification": [{"specificationKey": m.key, "time": seconds} for m, seconds in spent],
        "executionTimeBySiteAndMachine": [
            {"siteUuid": m.site, "specificationKey": m.key, "time": seconds} for m, seconds in spent
        ],
        "executionTimeByInstanceId": [
            {"instanceId": one.number, "specificationKey": one.machine.key, "siteUuid": one.machine.site,
             "time": round(one.executed(at), 1), "timeGhz": round(one.executed(at) * one.machine.clock, 1),
             "clockRatio": 0.92}
            for one in started
        ],
        "succeededRange": range_text(good),
        "executedRange": range_text(good | bad),
        "failedRange": range_text(bad | cancelled),
        "cancelledRange": range_text(cancelled),
        "failedOnlyRange": range_text(bad),
        "startedOnceRange": range_text(one.number for one in started),
        "runningInstancesInfo": _usage(script, on, at, stamp),
    }  # fmt: skip


def _spans(name: str, seconds: float) -> dict[str, Any]:
    return {f"{name}Time": timespan(seconds), f"{name}TimeSec": round(seconds, 1)}


def _usage(script: Script, on: list[tuple[Instance, str, int, float]], at: float, stamp: str) -> dict[str, Any]:
    rows = [_running(script, *row, at) for row in on]
    busy = [row for row in rows if row["phase"] == "execution"]
    count = max(1, len(busy))
    cores = Counter(row[0].machine.cpu for row in on)
    sizes = {row[0].machine.cpu: row[0].machine.cores for row in on}
    return {
        "timestamp": stamp,
        "averageFrequencyGHz": round(sum(r["currentFrequencyGHz"] for r in busy) / count, 2),
        "maxFrequencyGHz": max((r["maxFrequencyGHz"] for r in busy), default=0),
        "minFrequencyGHz": min((r["currentFrequencyGHz"] for r in busy), default=0),
        "averageMaxFrequencyGHz": round(sum(r["maxFrequencyGHz"] for r in busy) / count, 2),
        "averageCpuUsage": round(sum(r["cpuUsage"] for r in busy) / count, 1),
        "clusterPowerIndicator": 1,
        "averageMemoryUsage": round(sum(r["memoryUsage"] for r in busy) / count, 3),
        "averageNetworkInKbps": round(sum(r["networkInKbps"] for r in rows) / max(1, len(rows)), 1),
        "averageNetworkOutKbps": round(sum(r["networkOutKbps"] for r in rows) / max(1, len(rows)), 1),
        "totalNetworkInKbps": sum(r["networkInKbps"] for r in rows),
        "totalNetworkOutKbps": sum(r["networkOutKbps"] for r in rows),
        "snapshotResults": [],
        "runningCoreCountByCpuModel": [
            {"model": cpu, "core": sizes[cpu], "runningCorecount": n * sizes[cpu]} for cpu, n in cores.items()
        ],
        "perRunningInstanceInfo": rows,
    }


def _running(script: Script, one: Instance, phase: str, attempt: int, seconds: float, at: float) -> dict[str, Any]:
    """An instance on a node; one that boots shows zeros and no processor."""
    machine, booting = one.machine, phase in {"download", "environment"}
    last = one.tries[attempt - 1]
    wave = ((one.number * 37 + int(at) // 5 * 11) % 100) / 100
    share = 0.0 if booting else round(min(0.97, 0.15 + 0.6 * wave * min(1.0, seconds / 120)), 3)
    span = max(1.0, last.end - STORE - last.runs)
    return {
        "phase": phase,
        "instanceId": one.number,
        "cpuUsage": 0.0 if booting else round(82 + 17 * wave, 1),
        "maxFrequencyGHz": machine.clock,
        "currentFrequencyGHz": 0.0 if booting else round(machine.clock * (0.9 + 0.1 * wave), 2),
        "maxMemoryMB": machine.memory,
        "currentMemoryMB": int(machine.memory * share),
        "memoryUsage": share,
        "networkInKbps": int(9_000 * wave) if phase == "download" else 0,
        "networkOutKbps": int(4_000 * wave) if phase == "upload" else int(12 * wave),
        "progress": round(100 * min(1.0, seconds / span), 1),
        "executionTimeSec": round(seconds, 1),
        "executionTimeGHz": round(seconds * machine.clock, 1),
        "specificationKey": machine.key,
        "cpuModel": None if booting else machine.cpu,
        "coreCount": machine.cores,
        "clockRatio": 0.92,
        "executionAttemptCount": attempt,
        "activeForwards": [],
        "vpnConnections": [],
    }
