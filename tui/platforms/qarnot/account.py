"""What `GET /info` says of an account: quotas and what is used of them, projects (section 1.6)."""

from collections.abc import Sequence

from tui.domain.account import AccountInfo
from tui.domain.detail import Facts
from tui.domain.money import Money
from tui.domain.task import Task
from tui.platforms.coerce import cell, count, fact
from tui.platforms.qarnot.convert import JOB
from tui.platforms.qarnot.wire import InfoWire, LeafWire, QuotaWire

__all__ = ["to_info"]

_GAUGES = (
    ("tasks, finished ones too", "task_count", "max_task"),
    ("running tasks", "running_task_count", "max_running_task"),
    ("jobs", "job_count", "max_job"),
    ("pools", "pool_count", "max_pool"),
    ("running pools", "running_pool_count", "max_running_pool"),
    ("instances", "running_instance_count", "max_instances"),
    ("cores", "running_core_count", "max_cores"),
    ("buckets", "bucket_count", "max_bucket"),
    ("bucket bytes", "used_quota_bytes_bucket", "quota_bytes_bucket"),
)


def to_info(wire: InfoWire, credit: Money | None, groups: Sequence[Task]) -> AccountInfo:
    """Who we are, and what is used of what we may use."""
    sections: dict[str, tuple[Facts, ...]] = {}
    gauges = [(name, count(getattr(wire, used)), count(getattr(wire, limit))) for name, used, limit in _GAUGES]
    rows = [_gauge(*gauge) for gauge in gauges if gauge[2] is not None]
    quotas = wire.computing_quotas
    for level, quota in (
        ("", quotas.user if quotas else None),
        ("organization ", quotas.organization if quotas else None),
    ):
        rows += _plans(level, quota)
    if quotas is None or quotas.user is None:
        rows += _flat_plans(wire)
    sections["quotas"] = tuple(rows)
    if credit is not None:
        sections["credits"] = ({"name": "credits left", "amount": credit},)
    if wire.projects:
        kept = (row for row in wire.projects if row is not None)
        sections["projects"] = tuple({"id": fact(r.get("uuid")), "name": fact(r.get("name"))} for r in kept)
    for title, jobs in (("jobs", True), ("pools", False)):
        found = [t for t in groups if t.ref.id.startswith(JOB) is jobs]
        if found:
            sections[title] = tuple({"id": str(t.ref), "name": t.name, "state": t.native_status} for t in found)
    return AccountInfo(cell(wire.email), sections)


def _gauge(name: str, used: int | None, limit: int | None) -> Facts:
    """A row; what is left is not told where it is not told what is used."""
    left = None if used is None or limit is None else max(0, limit - used)
    return {"name": name, "limit": limit, "used": used, "remaining": left}


def _flat_plans(wire: InfoWire) -> list[Facts]:
    """The plans of an answer without `computingQuotas`: limits alone, what runs in each plan is not told."""
    limits = [
        ("flex instances", wire.max_flex_instances),
        ("flex cores", wire.max_flex_cores),
        ("on demand instances", wire.max_on_demand_instances),
        ("on demand cores", wire.max_on_demand_cores),
    ]
    rows = [_gauge(name, None, limit) for name, sent in limits if (limit := count(sent)) is not None]
    return rows + _plans("", QuotaWire(reserved=wire.reserved_quotas))


def _plans(level: str, quota: QuotaWire | None) -> list[Facts]:
    if quota is None:
        return []
    plans: list[tuple[str, LeafWire | None]] = [("flex", quota.flex), ("on demand", quota.on_demand)]
    plans += [
        (f"reserved {cell(leaf.reservation_name) or cell(leaf.machine_key) or ''}".strip(), leaf)
        for leaf in quota.reserved or ()
        if leaf
    ]
    rows = []
    for plan, leaf in plans:
        if leaf is None:
            continue
        instances = count(leaf.running_instances_count), count(leaf.running_instance_count)
        cores = count(leaf.running_cores_count), count(leaf.running_core_count)
        for what, sent, limit in (
            ("instances", instances, count(leaf.max_instances)),
            ("cores", cores, count(leaf.max_cores)),
        ):
            if limit is not None:
                rows.append(_gauge(f"{level}{plan} {what}", next((n for n in sent if n is not None), None), limit))
    return rows
