"""What a confirm dialog says of a plan: what, where, skipped and why, money, children, requests."""

from collections import Counter
from datetime import datetime

from tui.domain.action import Outcome, Result, Verb
from tui.domain.task import Task
from tui.store.plan import Plan
from tui.ui.present.fact import count_text, span_text

__all__ = ["outcome_text", "plan_lines", "plan_title", "target_lines"]


def plan_title(plan: Plan) -> str:
    """`ABORT 12 tasks on 2 accounts`."""
    accounts = len({task.ref.account for task in plan.targets})
    where = f" on {count_text(accounts, 'account')}" if accounts > 1 else ""
    what = count_text(len(plan.targets), "task")
    if plan.failed is not None:
        what = f"{count_text(len(plan.failed), 'child', 'children')} of {what}"
    return f"{plan.verb.value.upper()} {what}{where}"


def plan_lines(plan: Plan) -> list[str]:
    """Everything but the targets: calls by account, what is skipped, what it costs and means."""
    lines = []
    for account in dict.fromkeys(task.ref.account for task in plan.targets):
        mine = [task for task in plan.targets if task.ref.account == account]
        counts = Counter(task.status.value for task in mine)
        states = ", ".join(f"{n} {status}" for status, n in counts.items())
        lines.append(f"{account:<10}{states}  ->  {count_text(len(mine), 'call')}")
    reasons = Counter(why for _, why in plan.skipped)
    lines += [f"skipped   {n}: {why}" for why, n in reasons.items()]
    if plan.already:
        lines.append(f"already   {count_text(len(plan.already), 'task')} (nothing is sent)")
    if plan.failed is not None:
        some = ", ".join(ref.id[:13] if ref.job is None else ref.job for ref in plan.failed[:3])
        more = f" and {len(plan.failed) - 3:,} more" if len(plan.failed) > 3 else ""
        lines.append(f"again     {count_text(len(plan.failed), 'failed child', 'failed children')}: {some}{more}")
    if plan.settings:
        lines.append("changed   " + "  ".join(f"{k}={v}" for k, v in plan.settings.items()))
    lines.append("")
    facts = []
    if plan.spent:
        facts.append("spent so far: " + " + ".join(str(m) for m in plan.spent))
    if plan.children and plan.verb is not Verb.RERUN_FAILED:
        facts.append(f"children affected: {plan.children:,}")
    facts.append(_requests(plan))
    return [*lines, "   ".join(facts), *plan.sentences]


def _requests(plan: Plan) -> str:
    left = ", ".join(f"{b.remaining:,} left on {account}" for account, b in plan.budgets.items())
    return f"requests: {plan.requests}" + (f" ({left})" if left else "")


def target_lines(task: Task, now: datetime) -> tuple[str, str]:
    """A target's name with its state, and below where exactly it is: id, platform, account, project (R15)."""
    span = task.duration(now)
    money = f"   {task.price}" if task.price else ""
    name = task.name if task.name.strip() else "(no name)"
    return (
        f"{name}   {task.status.value.upper()} {span_text(span) if span else ''}{money}",
        f"{task.ref.id}   {task.platform}   {task.ref.account}   {task.project or 'no project'}",
    )


def outcome_text(results: list[Result], total: int) -> str:
    """`9 of 12: 8 done, 1 refused`: always adding up to what was tried."""
    counts = Counter(result.outcome for result in results)
    words = ", ".join(f"{counts[o]} {o.value.replace('_', ' ')}" for o in Outcome if counts[o])
    return f"{len(results)} of {total}" + (f": {words}" if words else "")
