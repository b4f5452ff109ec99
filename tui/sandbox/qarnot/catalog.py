"""What the pretended Qarnot says of an account: quotas, projects, carbon (sections 1.6 and 1.7)."""

from datetime import datetime
from typing import Any

from tui.sandbox.qarnot.render import executed, live
from tui.sandbox.qarnot.script import FINAL, Script, state_at
from tui.sandbox.qarnot.world import Account

__all__ = ["carbon_json", "info_json", "quota_json"]

_INSTANCES, _CORES = 512, 8_192


def _running(account: Account, now: datetime) -> tuple[int, int, int]:
    """Live tasks, their instances on nodes, their cores."""
    tasks, instances, cores = 0, 0, 0
    for script in account.tasks(now):
        state = state_at(script, now)
        if state is None or state.state in FINAL:
            continue
        tasks += 1
        on = [] if script.refused or script.aborted else live(script, state.stopped)
        instances += len(on)
        cores += sum(row[0].machine.cores for row in on)
    return tasks, instances, cores


def quota_json(account: Account, now: datetime) -> dict[str, Any]:
    """The user's quotas by plan; both spellings of the cores are sent."""
    _, instances, cores = _running(account, now)

    def leaf(most: int, most_cores: int, used: int, used_cores: int) -> dict[str, Any]:
        return {
            "maxInstances": most, "maxCores": most_cores, "runningInstancesCount": used,
            "runningCoresCount": used_cores, "runningCoreCount": used_cores,
        }  # fmt: skip

    reserved = {"reservationName": "team-a", "machineKey": "28c-128g-intel", **leaf(4, 112, 0, 0)}
    return {"flex": leaf(_INSTANCES, _CORES, instances, cores), "onDemand": leaf(16, 256, 0, 0), "reserved": [reserved]}


def info_json(account: Account, now: datetime, most_tasks: int) -> dict[str, Any]:
    """The account. `maxTask` counts all stored tasks, ended ones too."""
    tasks, instances, cores = _running(account, now)
    pools = [p for p in account.pools.values() if p.deleted is None]
    return {
        "email": account.email,
        "maxBucket": 100, "bucketCount": 6,
        "quotaBytes": 0, "usedQuotaBytes": 0,
        "quotaBytesBucket": 10_737_418_240, "usedQuotaBytesBucket": 3_221_225_472,
        "maxTask": most_tasks, "taskCount": len(account.tasks(now)), "maxRunningTask": 64, "runningTaskCount": tasks,
        "maxJob": 100, "jobCount": sum(j.deleted is None for j in account.jobs.values()),
        "maxPool": 10, "poolCount": len(pools), "maxRunningPool": 4,
        "runningPoolCount": sum(p.stopped is None for p in pools),
        "runningInstanceCount": instances, "runningCoreCount": cores,
        "maxInstances": _INSTANCES, "maxCores": _CORES, "maxFlexInstances": _INSTANCES, "maxFlexCores": _CORES,
        "maxOnDemandInstances": 16, "maxOnDemandCores": 256,
        "defaultScheduling": "Flex", "defaultReservedSpecificationKey": "",
        "computingQuotas": {"user": quota_json(account, now), "organization": None},
        "projects": [
            {"uuid": account.project, "name": "Default", "slug": "default", "description": None,
             "organizationUuid": None, "isDefault": True}
        ],
    }  # fmt: skip


def carbon_json(script: Script, now: datetime, *, camel: bool) -> dict[str, Any]:
    """Energy and carbon; the official clients read the snake names, the specification writes camel (quirk Q9)."""
    state = state_at(script, now)
    energy = 0.0 if state is None else executed(script, state.stopped) / 3600 * 145
    grams = energy * 0.021
    if camel:
        return {
            "totalConsumedEnergyWh": round(energy, 3), "totalEnergyITWh": round(energy * 0.97, 3),
            "totalReusedEnergyWh": round(energy * 0.8, 3), "carbonFootprintC02Eq": round(grams, 3), "pue": 1.03,
        }  # fmt: skip
    return {
        "total_consumed_energy_Wh": round(energy, 3), "total_energy_it_Wh": round(energy * 0.97, 3),
        "total_reused_energy_Wh": round(energy * 0.8, 3), "qarnot_carbon_footprint": round(grams, 3),
        "equivalent_datacenter_name": "Average European datacenter",
        "equivalent_DC_carbon_footprint": round(grams * 9, 3),
        "saved_carbon_footprint_compute": round(grams * 6, 3), "saved_carbon_footprint_heat": round(grams * 2, 3),
        "saved_carbon_footprint_compute_heat": round(grams * 8, 3), "saved_carbon_footprint_percent": 88.9,
        "PUE": 1.03, "ERE": 0.23, "ERF": 0.8, "WUE": 0.0,
    }  # fmt: skip
