"""What the tasks of a Seven Bridges account have cost, by project and by task (section 10)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tui.sandbox.sevenbridges.refused import Refused
from tui.sandbox.sevenbridges.render import task_json
from tui.sandbox.sevenbridges.world import Account

__all__ = ["analysis_rows", "breakdown_json"]

_MOST = 1_000
"""Tasks that are billed: the newest of them."""


def _billed(account: Account, base: str, now: datetime) -> list[dict[str, Any]]:
    """The tasks that have cost something, newest first."""
    scripts = (account.script(handle) for handle in account.handles(now)[:_MOST])
    rows = (task_json(script, base, now) for script in scripts)
    return [row for row in rows if row["price"] and row["price"]["amount"] > 0]


def _money(amount: float) -> dict[str, Any]:
    return {"currency": "USD", "amount": round(amount, 2)}


def breakdown_json(account: Account, base: str, now: datetime) -> dict[str, Any]:
    """Spending by project, and in it by task; the parts add up."""
    projects: dict[str, list[dict[str, Any]]] = {}
    for row in _billed(account, base, now):
        projects.setdefault(row["project"], []).append(row)
    return {
        "project_breakdown": [
            {
                "href": f"{base}/projects/{project}",
                "analysis_spending": _money(sum(row["price"]["amount"] for row in rows)),
                "task_breakdown": [
                    {
                        "href": row["href"],
                        "runner_username": row["executed_by"],
                        "time_started": row["start_time"],
                        "time_finished": row["end_time"],
                        "task_cost": _money(row["price"]["amount"]),
                    }
                    for row in rows
                ],
            }
            for project, rows in sorted(projects.items())
        ],
        "total_spending": _money(sum(row["price"]["amount"] for rows in projects.values() for row in rows)),
    }


def analysis_rows(
    account: Account, base: str, now: datetime, first: str | None = None, last: str | None = None
) -> list[dict[str, Any]]:
    """One row a task; `first` and `last` are days as `MM-DD-YYYY`, both included."""
    since, until = _day(first), _day(last)
    rows = []
    for row in _billed(account, base, now):
        begun = datetime.fromisoformat(row["start_time"] or row["created_time"])
        if (since and begun < since) or (until and begun >= until + timedelta(days=1)):
            continue
        rows.append(
            {
                "project_name": row["project"].split("/")[1],
                "analysis_app_name": row["app"].split("/")[2],
                "analysis_name": row["name"],
                "analysis_type": "Task",
                "analysis_id": row["id"],
                "ran_by": row["executed_by"],
                "analysis_status": row["status"],
                # Text here, where the other breakdown has a number: the official client refuses anything else.
                "analysis_cost": {"currency": "USD", "amount": f"{row['price']['amount']:.2f}"},
                "refunded_amount": 0.0,
                "time_started": row["start_time"],
                "time_finished": row["end_time"],
                "project_locked": False,
            }
        )
    return rows


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%m-%d-%Y").replace(tzinfo=UTC)
    except ValueError:
        raise Refused(400, 90000, f"Bad date: {text}; write MM-DD-YYYY") from None
