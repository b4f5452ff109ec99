"""The documented oddities of the Seven Bridges answers, switched on one by one (section 11 of the contract)."""

from typing import Any

__all__ = ["ODDITIES", "twist"]

ODDITIES = frozenset(
    {"text-durations", "text-price", "instance-list", "absent-keys", "unknown-status", "unknown-keys", "foreign-href"}
)


def twist(task: dict[str, Any], odd: frozenset[str]) -> dict[str, Any]:
    """The task as an old, new or careless server would send it."""
    if not odd:
        return task
    task = dict(task)
    status = task.get("execution_status")
    if "text-durations" in odd and isinstance(status, dict):
        task["execution_status"] = {k: str(v) if k.endswith("duration") else v for k, v in status.items()}
    if "text-price" in odd and task.get("price"):
        task["price"] = {**task["price"], "amount": str(task["price"]["amount"])}
    settings = task.get("execution_settings")
    if "instance-list" in odd and isinstance(settings, dict) and "instance_type" in settings:
        task["execution_settings"] = {**settings, "instance_type": [settings["instance_type"]]}
    if "unknown-status" in odd and task.get("status") == "RUNNING":
        task["status"] = "Active"
    if "unknown-keys" in odd:
        task["cost_centre"] = {"code": 7}
    if "foreign-href" in odd:
        task["href"] = f"https://api.sbgenomics.com/v2/tasks/{task.get('id')}"
    if "absent-keys" in odd:
        task = {key: value for key, value in task.items() if value is not None}
    return task
