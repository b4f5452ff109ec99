"""What became of an action that nobody answered: looking, never sending again (R35)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from tui.clock import Clock
from tui.domain.action import VERBS, Verb
from tui.domain.errors import PlatformError
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.protocols import Platform
from tui.store.actions.plan import Plan
from tui.store.snapshot import Problem
from tui.store.store import Store

__all__ = ["Observed", "OutcomeChecker"]

log = logging.getLogger(__name__)

AT_FIRST = (0.5, 2.0, 5.0)
"""Seconds before each look while somebody waits for the outcome."""
LATER = (10.0, 20.0, *[30.0] * 19)
"""Seconds before each look afterwards: ten minutes in all."""

_SHOWN_BY_TARGET = frozenset({
    Verb.ABORT, Verb.RUN, Verb.RENAME, Verb.TAG, Verb.HOLD, Verb.RELEASE, Verb.REQUEUE, Verb.ALTER,
})  # fmt: skip

Observed = Task | None
"""What is there: the task as it is now, or None when it is gone."""


def _shows(verb: Verb, before: Task, now: Observed, plan: Plan) -> bool:
    """Whether what is there shows that the action was executed."""
    if now is None:
        return VERBS[verb].removes
    match verb:
        case Verb.ABORT:
            return now.status is TaskStatus.FINISHING or now.status.is_final
        case Verb.RUN:
            return before.status is TaskStatus.DRAFT and now.status is not TaskStatus.DRAFT
        case Verb.HOLD | Verb.RELEASE | Verb.ALTER:
            return (now.reason, now.settings) != (before.reason, before.settings)
        case Verb.REQUEUE:
            return before.status.is_final and not now.status.is_final
        case Verb.RENAME:
            return now.name == plan.name
        case Verb.TAG:
            return set(plan.add) <= set(now.tags) and not set(plan.remove) & set(now.tags)
    return False


class OutcomeChecker:
    """Looks at targets; what it watches on is told as a problem until it is known or ten minutes are over."""

    def __init__(self, store: Store, clock: Clock, platform: Callable[[str], Awaitable[Platform]]) -> None:
        self._store = store
        self._clock = clock
        self._platform = platform
        self._watching: set[asyncio.Task[None]] = set()

    async def now(self, ref: TaskRef) -> Observed:
        """The target as it is now.

        Raises:
            LookupError: It cannot be read at the moment.
        """
        try:
            page = await (await self._platform(ref.account)).many([ref])
        except PlatformError as error:
            raise LookupError(error.why) from error
        if page.tasks:
            return page.tasks[0]
        if ref in page.gone:
            return None
        raise LookupError("the platform's answer does not name it")

    @staticmethod
    def can_show(verb: Verb) -> bool:
        """Whether the target itself would show that the action was executed; a new task elsewhere does not."""
        return verb in _SHOWN_BY_TARGET or VERBS[verb].removes

    async def found(self, plan: Plan, before: Task, waits: Sequence[float] = AT_FIRST) -> tuple[bool, Observed]:
        """Look after each wait; whether the action shows, and what was seen last."""
        seen: Observed = before
        for wait in waits if self.can_show(plan.verb) else ():
            await self._clock.sleep(wait)
            try:
                seen = await self.now(before.ref)
            except LookupError as error:
                log.info("%s cannot be looked at: %s", before.ref, error)
                continue
            if _shows(plan.verb, before, seen, plan):
                self.apply(before.ref, seen)
                return True, seen
        return False, seen

    def apply(self, ref: TaskRef, seen: Observed) -> None:
        """Put into the store what was seen."""
        if seen is None:
            self._store.remove(ref)
        else:
            self._store.acted(seen)

    def watch(self, plan: Plan, before: Task, known: Callable[[], Awaitable[None]]) -> None:
        """Go on looking in the background; `known` is called when the action shows."""
        watching = asyncio.ensure_future(self._watch(plan, before, known))
        self._watching.add(watching)
        watching.add_done_callback(self._watching.discard)

    async def _watch(self, plan: Plan, before: Task, known: Callable[[], Awaitable[None]]) -> None:
        what = f"{plan.verb.value} of {before.ref}: outcome unknown"
        self._say(before.ref, f"{what}, checking", "it is not sent again")
        shown, _ = await self.found(plan, before, LATER)
        self._store.solved(f"{what}, checking", before.ref.account)
        if shown:
            await known()
        else:
            over = timedelta(seconds=sum(AT_FIRST) + sum(LATER))
            self._say(before.ref, what, f"nothing shows after {over.seconds // 60} minutes: look before you repeat it")

    def _say(self, ref: TaskRef, what: str, advice: str) -> None:
        self._store.problem(Problem(ref.account, what, advice, self._clock.now()))

    async def close(self) -> None:
        """Stop looking; the journal keeps what is not known."""
        for watching in self._watching:
            watching.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)
