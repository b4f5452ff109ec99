"""A plan that is being carried out: what came of it so far, and the wish to stop."""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime

from tui.domain.action import Outcome, Result
from tui.store.actions.plan import Plan
from tui.store.actions.service import Actions

__all__ = ["Run", "carry_out"]


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


async def carry_out(actions: Actions, run: Run, told: Callable[[], None]) -> None:
    """Send the plan; `told` after each outcome. Once stopped nothing more is sent, and what flies is awaited."""
    results = actions.execute(run.plan, stopped=lambda: run.stopped)
    try:
        async with aclosing(results) as coming:  # type: ignore[type-var]  # it is a generator
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
