"""Qarnot's jobs and pools: groups of tasks with a life of their own (sections 6 and 7)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tui.sandbox.qarnot.names import MACHINES
from tui.sandbox.qarnot.texts import UNSET, date, timespan

__all__ = ["Job", "Pool", "job_json", "pool_json", "pool_summary"]

_STOPPING = 6.0
"""Seconds of Terminating and Closing."""


@dataclass(slots=True)
class Job:
    """A job; it stays active until somebody terminates it."""

    id: str
    name: str
    created: datetime
    tags: list[str] = field(default_factory=list)
    pool: str | None = None
    depends: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    stopped: datetime | None = None
    deleted: datetime | None = None

    def state(self, now: datetime) -> tuple[str, datetime, str | None, datetime | None]:
        """State, since when, and the one before."""
        if self.stopped is None or now < self.stopped:
            return "Active", self.created, None, None
        over = self.stopped + timedelta(seconds=_STOPPING)
        if now < over:
            return "Terminating", self.stopped, "Active", self.created
        return "Completed", over, "Terminating", self.stopped


@dataclass(slots=True)
class Pool:
    """A pool of nodes."""

    id: str
    name: str
    created: datetime
    nodes: int
    profile: str = "docker-batch"
    tags: list[str] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=dict)
    stopped: datetime | None = None
    deleted: datetime | None = None

    def state(self, now: datetime) -> tuple[str, datetime, str | None, datetime | None]:
        """State, since when, and the one before; nodes boot for two minutes."""
        steps = [("Submitted", self.created), ("FullyDispatched", self.created + timedelta(seconds=20)),
                 ("FullyExecuting", self.created + timedelta(seconds=140))]  # fmt: skip
        if self.stopped is not None:
            steps = [s for s in steps if s[1] <= self.stopped]
            steps += [("Closing", self.stopped), ("Closed", self.stopped + timedelta(seconds=_STOPPING))]
        walked = [s for s in steps if s[1] <= now] or steps[:1]
        before = walked[-2] if len(walked) > 1 else (None, None)
        return walked[-1][0], walked[-1][1], before[0], before[1]


def _common(one: Job | Pool, now: datetime) -> dict[str, Any]:
    state, since, previous, previous_since = one.state(now)
    return {
        "uuid": one.id,
        "name": one.name,
        "shortname": one.body.get("shortname") or one.id,
        "state": state,
        "previousState": previous,
        "stateTransitionTime": date(since),
        "previousStateTransitionTime": date(previous_since),
        "creationDate": date(one.created),
        "lastModified": date(since),
        "autoDeleteOnCompletion": bool(one.body.get("autoDeleteOnCompletion", False)),
        "completionTimeToLive": one.body.get("completionTimeToLive") or "00:00:00",
    }


def job_json(job: Job, now: datetime) -> dict[str, Any]:
    """A job; it has no counters."""
    return _common(job, now) | {
        "poolUuid": job.pool,
        "useDependencies": job.depends,
        "maxWallTime": job.body.get("maxWallTime") or "00:00:00",
        "tags": list(job.tags),
    }


def pool_summary(pool: Pool, now: datetime, waiting: int) -> dict[str, Any]:
    """A pool without tags, errors and constants; `waiting` task instances are queued or running in it."""
    common = _common(pool, now)
    for key in ("autoDeleteOnCompletion", "completionTimeToLive"):
        common.pop(key)
    running = pool.nodes if common["state"] == "FullyExecuting" else 0
    end = common["stateTransitionTime"] if common["state"] == "Closed" else UNSET
    seconds = max(0.0, (now - pool.created).total_seconds() - 140) * pool.nodes
    return common | {
        "profile": pool.profile,
        "instanceCount": pool.nodes,
        "targetRunningInstanceCount": pool.nodes,
        "endDate": end,
        "runningInstanceCount": running,
        "runningCoreCount": running * MACHINES[2].cores,
        "queuedOrRunningTaskInstancesCount": waiting,
        "executionTime": timespan(seconds),
        "wallTime": timespan((now - pool.created).total_seconds()),
        "taskDefaultWaitForPoolResourcesSynchronization": None,
    }


def pool_json(pool: Pool, now: datetime, waiting: int) -> dict[str, Any]:
    """A whole pool; `elasticProperty` is an object even where nobody gave one (section 11)."""
    body = pool.body
    return pool_summary(pool, now, waiting) | {
        "errors": [],
        "elasticProperty": body.get("elasticProperty")
        or {"isElastic": False, "minTotalSlots": 0, "maxTotalSlots": pool.nodes, "minIdleSlots": 0,
            "resizePeriod": 90, "rampResizeFactor": 0.4, "minIdleTimeSeconds": 90},
        "scaling": body.get("scaling"),
        "preparationTask": body.get("preparationTask"),
        "constants": body.get("constants") or [],
        "secretsAccessRights": {"bySecret": [], "byPrefix": []},
        "tags": list(pool.tags),
        "resourceBuckets": [],
        "advancedResourceBuckets": None,
        "status": None,
        "totalSlotCapacity": pool.nodes,
        "poolUsage": round(min(1.0, waiting / max(1, pool.nodes)), 3),
        "hardwareConstraints": body.get("hardwareConstraints") or [],
        "schedulingType": "flex",
        "targetedReservedMachineKey": None,
        "targetedReservationName": None,
        "autoDeleteOnCompletion": bool(body.get("autoDeleteOnCompletion", False)),
        "completionTimeToLive": body.get("completionTimeToLive") or "00:00:00",
        "labels": body.get("labels") or {},
        "privileges": {"exportApiAndStorageCredentialsInEnvironment": False},
        "defaultRetrySettings": {"maxTotalRetries": None, "maxPerInstanceRetries": None},
        "multiSlotsSettings": {"slotsPerNode": 1},
        "forcedNetworkRules": [],
        "maxTimeQueueSeconds": None,
        "projectUuid": body.get("projectUuid"),
    }  # fmt: skip
