"""From "do this with these" to the outcome: menu, plan, dialog, sending, and what came of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime

from tui.domain.action import VERBS, Outcome, Result, Verb
from tui.domain.task import Task
from tui.store.actions.plan import Plan
from tui.store.actions.service import Actions
from tui.ui.present.plan import outcome_text

__all__ = ["Run", "carry_out", "offers_for", "outcome_role", "run_text", "tag_changes"]


@dataclass(slots=True)
class Run:
    """One plan that was sent, while it is under way and afterwards."""

    plan: Plan
    begun: datetime
    results: list[Result] = field(default_factory=list)
    stopped: bool = False
    """The user asked to send nothing more."""
    over: bool = False

    @property
    def total(self) -> int:
        """Outcomes there will be."""
        return len(self.plan.targets) + len(self.plan.skipped) + len(self.plan.already)


def offers_for(actions: Actions, tasks: Sequence[Task]) -> dict[Verb, str | None]:
    """Each verb that any of the platforms knows: None when at least one task takes it, else the commonest reason."""
    found: dict[Verb, list[str | None]] = {}
    for task in tasks:
        for verb, why in actions.offers(task).items():
            found.setdefault(verb, []).append(why)
    if found and Verb.ABORT not in found:  # what everybody looks for: where no platform can, it says so
        found[Verb.ABORT] = [actions.refusal(Verb.ABORT, task) for task in tasks]
    return {verb: _common(found[verb]) for verb in VERBS if verb in found}


def _common(reasons: Sequence[str | None]) -> str | None:
    if None in reasons:
        return None
    return Counter(reasons).most_common(1)[0][0]


async def carry_out(actions: Actions, run: Run, told: Callable[[], None]) -> None:
    """Send the plan; `told` after each outcome. Once stopped nothing more is sent, and what flies is awaited."""
    results = actions.execute(run.plan, stopped=lambda: run.stopped)
    try:
        async with aclosing(results) as coming:  # type: ignore[type-var]
            async for result in coming:
                run.results.append(result)
                told()
    finally:
        known = {result.ref for result in run.results}
        run.results += [
            Result(task.ref, run.plan.verb, Outcome.NOT_TRIED, task.status.value, message="stopped")
            for task in run.plan.targets
            if task.ref not in known
        ]
        run.over = True
        told()


def tag_changes(words: str) -> tuple[list[str], list[str]]:
    """`+nightly -old x` as what to add and what to remove."""
    every = words.split()
    add = [word.removeprefix("+") for word in every if not word.startswith("-")]
    return add, [word[1:] for word in every if word.startswith("-")]


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
