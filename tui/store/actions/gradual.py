"""Starting many drafts, so many at once: the next one starts as one of those before it ends.

What was started is in the journal, marked with the campaign it belongs to. The same command after an interruption
counts what still runs of it, so that there are never more at once than was asked for.
"""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from tui.clock import Clock
from tui.domain.action import Outcome, Result, Verb
from tui.domain.errors import NotFound, PlatformError
from tui.domain.task import Task, TaskRef
from tui.store.actions.journal import Journal
from tui.store.actions.plan import Plan
from tui.store.actions.service import Actions
from tui.store.actions.throttle import Throttle

__all__ = ["Gradual"]

_REMEMBERED = timedelta(days=30)
"""What was started longer ago is not looked at."""
_STARTED = frozenset({Outcome.DONE, Outcome.ALREADY, Outcome.UNKNOWN})
"""Outcomes after which a task may run."""
Look = Callable[[Sequence[TaskRef]], Awaitable[Mapping[TaskRef, Task | PlatformError]]]


@dataclass(slots=True)
class Gradual:
    """One campaign: a plan of which at most so many targets run at once."""

    actions: Actions
    clock: Clock
    look: Look
    """Reads tasks as they are now."""
    campaign: str
    """The same text for the same command, in every run of it."""
    at_most: int
    pause: float
    """Seconds between two looks at what runs."""
    max_wait: float
    """Seconds until a rate limit's reset that are waited; a later one stops the campaign."""
    left: int = 0
    """Targets that have not been sent yet."""
    running: int = 0
    """Tasks of the campaign that run, as far as known."""

    async def execute(self, plan: Plan) -> AsyncIterator[Result]:
        """Each outcome as it is known; it ends when the last target has started, not when it has ended."""
        async for result in self.actions.execute(replace(plan, targets=()), max_wait=self.max_wait):
            yield result
        waiting, throttle = deque(plan.targets), Throttle()
        active = started_before(self.actions.journal, self.campaign, self.clock) - {t.ref for t in plan.targets}
        self.left = len(waiting)
        while waiting and not throttle.stop:
            active = await self._still(active)
            self.running = len(active)
            if self._held_back(throttle):
                break
            free = 0 if throttle.until else self.at_most - len(active)
            if free <= 0:
                await self.clock.sleep(self.pause)
                continue
            batch = [waiting.popleft() for _ in range(min(free, len(waiting)))]
            part = replace(plan, targets=tuple(batch), skipped=(), already=(), campaign=self.campaign)
            async for result in self.actions.execute(part, max_wait=self.max_wait):
                if result.outcome is Outcome.NOT_TRIED:
                    throttle.stop = throttle.stop or result.message or "stopped"
                else:
                    throttle.weigh(result.outcome, result.error, self.clock.now())
                if result.outcome in _STARTED:
                    active = active | {result.ref}
                self.left -= 1
                yield result
        for task in waiting:
            yield Result(task.ref, plan.verb, Outcome.NOT_TRIED, task.status.value, message=throttle.stop)

    def _held_back(self, throttle: Throttle) -> bool:
        """Whether a rate limit stops the campaign; one that is over is forgotten."""
        if throttle.until is None:
            return False
        wait = (throttle.until - self.clock.now()).total_seconds()
        if wait > self.max_wait:
            throttle.stop = f"the platform takes no more requests until {throttle.until:%H:%M:%S} UTC"
            return True
        if wait <= 0:
            throttle.until = None
        return False

    async def _still(self, active: frozenset[TaskRef]) -> frozenset[TaskRef]:
        """Those that are not final; one that cannot be read now counts as running, one that is gone does not."""
        if not active:
            return active
        seen = await self.look(sorted(active, key=str))
        ended = {
            ref
            for ref, found in seen.items()
            if isinstance(found, NotFound) or (isinstance(found, Task) and (found.status.is_final or found.is_expired))
        }
        return active - ended


def started_before(journal: Journal, campaign: str, clock: Clock) -> frozenset[TaskRef]:
    """What earlier runs of the same command have started, or may have."""
    oldest = clock.now() - _REMEMBERED
    return frozenset(
        entry.ref
        for entry in journal.entries()
        if entry.campaign == campaign
        and entry.verb is Verb.RUN
        and entry.at >= oldest
        and (entry.outcome is None or entry.outcome in _STARTED)
    )
