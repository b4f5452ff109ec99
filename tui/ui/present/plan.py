"""What a confirm dialog says of a plan: what, where, skipped and why, money, children, requests."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import wrap
from typing import NamedTuple

from textual.content import Content

from tui.domain.action import VERBS, Outcome, Result, Verb
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.store.actions.plan import OVERWRITTEN, UNDONE, Changed, Plan
from tui.store.actions.run import Run
from tui.ui.present.cells import Cell, Column
from tui.ui.present.columns import WORDS
from tui.ui.present.format import cost_text, count_text, ran_text, span_text, status_text

__all__ = [
    "TARGET_COLUMNS", "Line", "dangerous", "identity_text", "nothing_text", "outcome_role", "outcome_text",
    "plan_lines", "plan_text", "plan_title", "run_text", "target_cells", "target_lines", "verb_text",
]  # fmt: skip

_GOING = frozenset({TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.FINISHING})

TARGET_COLUMNS = (
    Column("name", "NAME", 20, grows=True, middle=True),
    Column("id", "ID", 8),
    Column("account", "ACCOUNT", 8),
    Column("status", "STATUS", 9),
    Column("ran", "RAN", 8, right=True),
    Column("cost", "COST", 11, right=True),
)
"""What a dialog says of each target; where it is in full, `identity_text` says."""
_ALREADY = {TaskStatus.FAILED: "has failed", TaskStatus.ABORTED: "was aborted"}
_MOST = 4
"""Accounts and reasons that are told one by one."""


_LABEL = 10
"""Cells of a label and the space behind it."""
_STYLES = {"bad": "bold $fail", "warn": "$warn", "dim": "$dim", "strong": "bold $ink"}


_EXPECTED = "Expected: "
_ABOUT = {
    "becomes": re.compile(r"\bruns? again: |^A new task is created"),
    "money": re.compile(r"^This costs money"),
    "costs": re.compile(r"^What it will cost|^Expected: "),
    "loses": re.compile(f"{re.escape(UNDONE)}|{re.escape(OVERWRITTEN)}"),
    "inside": re.compile(r"^Inside, "),
    "notes": re.compile(r"^It is noted only"),
}
"""What stands before a sentence, by how it is said."""
_COSTLY = {"loses", "money"}
"""What stands out in a dialog that costs or loses something."""


class Line(NamedTuple):
    """One line of what a dialog says of a plan; it is wrapped where it is shown."""

    label: str
    """Empty where the text needs none."""
    text: str
    role: str = ""
    """`bad`, `warn`, `dim`, `strong` or none."""


def verb_text(plan: Plan) -> str:
    """`Abort 12`, `Rerun 31 failed`."""
    if plan.parts:
        return f"Rerun {sum(part.count for part in plan.parts):,} failed"
    return f"{plan.verb.value.capitalize()} {len(plan.targets):,}"


def plan_title(plan: Plan) -> str:
    """`Abort 12 tasks on 2 accounts?`, `Rerun 31 failed children of 1 task?`."""
    accounts = len({task.ref.account for task in plan.targets})
    where = f" on {count_text(accounts, 'account')}" if accounts > 1 else ""
    what = count_text(len(plan.targets), "task")
    if plan.parts:
        again = count_text(sum(part.count for part in plan.parts), "failed child", "failed children")
        return f"Rerun {again} of {what}{where}?"
    return f"{plan.verb.value.capitalize()} {what}{where}?"


def nothing_text(plan: Plan) -> str:
    """Why a plan has no target: `nothing to abort: bwa-mem2 12 is done already`, `nothing to abort: 2 done`."""
    lead = f"nothing to {plan.verb.value.partition('-')[0]}"
    match plan.already, plan.skipped:
        case [], []:
            return lead
        case [task], []:
            state = "is gone" if VERBS[plan.verb].removes else _ALREADY.get(task.status, f"is {task.status.value}")
            return f"{lead}: {_name(task)} {state} already"
        case [], [(task, why)]:
            return f"{lead}: {_name(task)}: {why}"
    reasons = Counter(why for _, why in plan.skipped)
    said = [_states(plan.already)] if plan.already else []
    return f"{lead}: " + "; ".join([*said, *(f"{n:,}: {why}" for why, n in reasons.items())])


def dangerous(plan: Plan) -> bool:
    """Whether it costs money or loses something."""
    info = VERBS[plan.verb]
    return info.starts or info.loses or info.removes


def plan_lines(plan: Plan, changed: Sequence[Changed] = ()) -> list[Line]:
    """Everything but the targets: what changed since the plan was shown, what it means and costs, calls by account,
    what is left out and why."""
    lines = [_changed_line(change) for change in changed]
    costly = dangerous(plan)
    lines += _expected(plan)
    meaning = (said for said in _meaning(plan) if not (lines and said.startswith(_EXPECTED)))
    lines += [_labelled(said, bad=costly) for said in meaning]
    lines += _few(_calls(plan))
    reasons = Counter(why for _, why in plan.skipped)
    lines += _few([Line("skipped", f"{n:,}: {why}", "warn") for why, n in reasons.items()])
    if plan.already:
        lines.append(Line("already", f"{_states(plan.already)}  (nothing is sent)"))
    if plan.failed is not None:
        some = ", ".join(ref.id[:13] if ref.job is None else ref.job for ref in plan.failed[:3])
        more = f" and {len(plan.failed) - 3:,} more" if len(plan.failed) > 3 else ""
        children = count_text(len(plan.failed), "failed child", "failed children")
        lines.append(Line("again", f"{children}: {some}{more}"))
    if plan.settings:
        lines.append(Line("changed", "  ".join(f"{k}={v}" for k, v in plan.settings.items())))
    if (money := _money(plan)) is not None:
        lines.append(Line("", money))
    facts = [f"children affected: {plan.children:,}"] if plan.children and plan.verb is not Verb.RERUN_FAILED else []
    lines += [Line("", fact, "dim") for fact in facts]
    lines.append(Line("calls", plan.requests_text.removeprefix("requests: ")))
    return lines


def _expected(plan: Plan) -> list[Line]:
    """What running what failed of one batch again will cost and take, the middle first; nothing where that is not
    known, or where several batches add up, of which a sentence tells."""
    parts = plan.parts
    expected = parts[0].expected if len(parts) == 1 else None
    if expected is None:
        return []
    lines = []
    if expected.cost is not None:
        low, middle, high = expected.cost
        spread = f"{low.amount:,.2f} to {high.amount:,.2f}, as {count_text(expected.basis, 'sibling')} cost"
        lines.append(Line("costs", f"about {middle}   {spread}", "strong"))
    takes = [f"about {span_text(expected.wall)}"] if expected.wall is not None else []
    if expected.hours is not None:
        takes.append(f"{expected.hours.p50:,.1f} machine-hours")
    if takes:
        lines.append(Line("takes", "   ".join(takes), "strong"))
    return lines


def _labelled(said: str, *, bad: bool) -> Line:
    """A sentence behind the word that says what it is about."""
    for label, begin in _ABOUT.items():
        if begin.search(said):
            return Line(label, said.removeprefix("Inside, "), "bad" if bad and label in _COSTLY else "")
    return Line("", said)


def plan_text(lines: Sequence[Line], width: int) -> list[Content]:
    """The lines wrapped to `width` cells, what has a label standing clear of it."""
    text: list[Content] = []
    for label, said, role in lines:
        indent = _LABEL if label else 0
        parts = wrap(said, max(10, width - indent), break_on_hyphens=False) or [""]
        for at, part in enumerate(parts):
            lead = label[: _LABEL - 1].ljust(indent) if not at else " " * indent
            text.append(Content.assemble((lead, "$dim"), (part, _STYLES.get(role, ""))))
    return text


def _meaning(plan: Plan) -> list[str]:
    """What the action means, what cannot be undone first."""
    return sorted(plan.sentences, key=lambda said: said not in {UNDONE, OVERWRITTEN})


def _changed_line(change: Changed) -> Line:
    """One target that is not what was shown, by its name and id."""
    left_out = () if change.left_out is None or change.new is None else (f"left out: {change.left_out}",)
    said = "; ".join((*change.differences, *left_out))
    return Line("changed", f"{_name(change.old)} ({change.old.ref}): {said}", "warn")


def _few(lines: list[Line]) -> list[Line]:
    return lines if len(lines) <= _MOST else [*lines[: _MOST - 1], Line("", f"... {len(lines) - _MOST + 1} more")]


def _states(tasks: Sequence[Task]) -> str:
    return ", ".join(f"{n:,} {status}" for status, n in Counter(task.status.value for task in tasks).items())


def _calls(plan: Plan) -> list[Line]:
    """One line an account: which tasks, how many calls."""
    mine: dict[str, list[Task]] = {}
    for task in plan.targets:
        mine.setdefault(task.ref.account, []).append(task)
    states = {account: _states(tasks) for account, tasks in mine.items()}
    width = max(map(len, states.values()), default=0)
    return [
        Line(account, f"{states[account]:<{width}}  ->  {count_text(len(tasks), f'{plan.verb.value} call')}")
        for account, tasks in mine.items()
    ]


def _money(plan: Plan) -> str | None:
    """What is spent, and what is lost with it."""
    said = []
    if plan.spent and not VERBS[plan.verb].starts:
        said.append(f"spent so far: {plan.spent.words}")
    going = sum(task.status in _GOING for task in plan.targets)
    if going and plan.verb is Verb.ABORT:
        said.append(f"results will be lost for {going:,}")
    return ", ".join(said) or None


def target_cells(task: Task, now: datetime) -> Sequence[Cell]:
    """One row of `TARGET_COLUMNS`."""
    return (
        Cell(_name(task), "name"),
        Cell(task.ref.id[:8], "dim"),
        Cell(task.ref.account, "dim"),
        Cell(WORDS[task.status].word, WORDS[task.status].role),
        Cell(ran_text(task, now)),
        Cell(cost_text(task) or "-"),
    )


def _name(task: Task) -> str:
    return task.name if task.name.strip() else "(no name)"


def identity_text(task: Task) -> str:
    """Where exactly a target is: id, platform, account, project (R15)."""
    return f"{task.ref.id}  {task.platform}  {task.ref.account}  {task.project or 'no project'}"


def target_lines(task: Task, now: datetime) -> tuple[str, str]:
    """A target's name with its state, and below where exactly it is."""
    span = task.ran(now) if task.status.is_final else None
    words = (_name(task), status_text(task, now), f"ran {span_text(span)}" if span is not None else "", cost_text(task))
    return "   ".join(word for word in words if word), identity_text(task)


def outcome_text(results: list[Result], total: int) -> str:
    """`9 of 12: 8 done, 1 refused`: always adding up to what was tried."""
    counts = Counter(result.outcome for result in results)
    words = ", ".join(f"{counts[o]} {o.value.replace('_', ' ')}" for o in Outcome if counts[o])
    return f"{len(results)} of {total}" + (f": {words}" if words else "")


_WORST: Mapping[Outcome, str] = {
    Outcome.UNKNOWN: "bad",
    Outcome.REFUSED: "warn",
    Outcome.NOT_SENT: "warn",
    Outcome.NOT_TRIED: "warn",
}


def outcome_role(run: Run) -> str:
    """How a finished run is coloured: by the worst outcome."""
    outcomes = {result.outcome for result in run.results}
    return next((role for outcome, role in _WORST.items() if outcome in outcomes), "good")


def run_text(run: Run) -> str:
    """`abort 3 of 12: 3 done`, and for a single one what the platform said."""
    said = f"{run.plan.verb.value} {outcome_text(run.results, run.total)}"
    if run.over and run.results:
        last = run.results[-1]
        if last.new is not None:
            said += f", new task {last.new}"
        if last.message:
            said += f"  ({last.message})"
    return said
