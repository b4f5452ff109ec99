"""Everything that changes something: what is offered, the plan, the sending, the outcome.

An action is sent once, whatever happens (R33). Targets are references that were frozen when the plan was made (R36).
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tui.domain.action import VERBS, Done, Outcome, Result, Verb
from tui.domain.errors import NotFound, PlatformError, RateLimited, Sent
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms import protocols
from tui.platforms.clock import Clock
from tui.platforms.protocols import Platform
from tui.store.journal import Journal
from tui.store.plan import Changed, Plan
from tui.store.store import Store

__all__ = ["Actions", "rest"]

log = logging.getLogger(__name__)

_AT_ONCE = 4
_FAILURES_IN_A_ROW = 3
_LOOKS = (0.5, 2.0, 5.0)
"""Seconds before each look at a task whose action has an unknown outcome."""

_CAPABILITY: Mapping[Verb, type] = {
    Verb.RUN: protocols.CanRun,
    Verb.ABORT: protocols.CanAbort,
    Verb.RERUN: protocols.CanRerun,
    Verb.RERUN_FAILED: protocols.CanRerunFailed,
    Verb.CLONE: protocols.CanClone,
    Verb.RENAME: protocols.CanRename,
    Verb.TAG: protocols.CanTag,
    Verb.RETRY: protocols.CanRetry,
    Verb.RESUME: protocols.CanResume,
    Verb.RECOVER: protocols.CanRecover,
    Verb.DELETE: protocols.CanDelete,
    Verb.FORGET: protocols.CanForget,
}
_UNDER_WAY = frozenset({TaskStatus.QUEUED, TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.FINISHING})


def _reached(verb: Verb, task: Task) -> bool:
    """Whether the aim is reached without sending anything (R41)."""
    if verb is Verb.ABORT:
        return task.status.is_final or task.status is TaskStatus.FINISHING
    return verb is Verb.RUN and task.status in _UNDER_WAY


def _shows(verb: Verb, before: Task, now: Task, plan: Plan) -> bool:
    """Whether a look at the task shows that an action with an unknown outcome was executed."""
    match verb:
        case Verb.ABORT:
            return now.status in {TaskStatus.FINISHING, TaskStatus.ABORTED}
        case Verb.RUN:
            return before.status is TaskStatus.DRAFT and now.status is not TaskStatus.DRAFT
        case Verb.RENAME:
            return now.name == plan.name
        case Verb.TAG:
            return set(plan.add) <= set(now.tags) and not set(plan.remove) & set(now.tags)
    return False


class Actions:
    """Plans and executes; one action per target at a time (R39)."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        journal: Journal,
        platform: Callable[[str], Awaitable[Platform]],
        opened: Callable[[str], Platform | None],
        read_only: Callable[[str], bool],
        me: Callable[[str], str | None],
        woken: Callable[[str], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self.journal = journal
        self._platform = platform
        self._opened = opened
        self._read_only = read_only
        self._me = me
        self._woken = woken

    def offers(self, task: Task) -> dict[Verb, str | None]:
        """Every verb the platform knows; None when it is offered for this task now, else the reason why not."""
        platform = self._opened(task.ref.account)
        if platform is None:
            return {}
        return {verb: self.refusal(verb, task) for verb, can in _CAPABILITY.items() if isinstance(platform, can)}

    def refusal(self, verb: Verb, task: Task) -> str | None:
        """Why `verb` cannot be done to `task` now; None when it can."""
        account = task.ref.account
        if self._read_only(account):
            return "read-only: nothing is changed on this account"
        if (under_way := self._store.snapshot.in_flight.get(task.ref)) is not None:
            return f"{under_way.value} is under way"
        platform = self._opened(account)
        if platform is None:
            return f"{account} is not connected"
        if task.ref.job is not None:
            return "a job is changed through its task"
        said = platform.refusal(verb, task)
        if said is None and not isinstance(platform, _CAPABILITY[verb]):
            return f"{platform.platform} cannot {verb.value}"
        return said

    def plan(
        self,
        verb: Verb,
        tasks: Sequence[Task],
        *,
        settings: Mapping[str, str] | None = None,
        failed: Sequence[TaskRef] | None = None,
        name: str | None = None,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> Plan:
        """What would be done; nothing is sent. Each task counts once."""
        targets, skipped, already = [], [], []
        for task in dict.fromkeys(tasks):
            if _reached(verb, task) and not self._read_only(task.ref.account):
                already.append(task)
            elif (why := self.refusal(verb, task)) is not None:
                skipped.append((task, why))
            else:
                targets.append(task)
        accounts = {task.ref.account for task in targets}
        budgets = {a: p.budget for a in accounts if (p := self._opened(a)) is not None and p.budget is not None}
        others = {t.created_by for t in targets if self._foreign(t)}
        return Plan(
            verb=verb,
            targets=tuple(targets),
            skipped=tuple(skipped),
            already=tuple(already),
            settings=dict(settings or {}),
            failed=None if failed is None else tuple(failed),
            name=name,
            add=tuple(add),
            remove=tuple(remove),
            others=tuple(sorted(name for name in others if name)),
            budgets=budgets,
            unnoted=self.journal.failure,
        )

    def _foreign(self, task: Task) -> bool:
        me = self._me(task.ref.account)
        return me is not None and task.created_by is not None and task.created_by != me

    async def recheck(self, plan: Plan) -> tuple[Changed, ...]:
        """The targets whose status, name or project is not what the plan shows any more (R36).

        Raises:
            PlatformError: The state could not be read.
        """
        changed = []
        for account in {task.ref.account for task in plan.targets}:
            mine = {task.ref: task for task in plan.targets if task.ref.account == account}
            platform = await self._platform(account)
            begun = self._store.begin()
            page = await platform.many(list(mine))
            self._store.merge(account, page.tasks, begun=begun, gone=page.gone)
            now = {task.ref: task for task in page.tasks}
            for ref, old in mine.items():
                new = now.get(ref)
                if new is None and ref not in page.gone:
                    continue
                if new is None or (old.status, old.name, old.project) != (new.status, new.name, new.project):
                    changed.append(Changed(old, new))
        return tuple(changed)

    async def execute(self, plan: Plan, *, max_wait: float | None = None) -> AsyncIterator[Result]:
        """Send it, at most four at a time, and yield each outcome as it is known.

        Closing the iterator sends nothing more. After three failures in a row, or when a rate limit lies more than
        `max_wait` seconds ahead, the rest is `not_tried`.
        """
        for task in plan.already:
            yield Result(task.ref, plan.verb, Outcome.ALREADY, task.status.value, message=f"is {task.native_status}")
        for task, why in plan.skipped:
            yield Result(task.ref, plan.verb, Outcome.REFUSED, task.status.value, message=why)
        waiting, flying = deque(plan.targets), set[asyncio.Task[Result]]()
        row, stop = 0, ""
        try:
            while waiting or flying:
                while waiting and not stop and len(flying) < _AT_ONCE:
                    stop = await self._room(waiting[0].ref.account, len(flying), max_wait)
                    if not stop:
                        flying.add(asyncio.create_task(self._one(plan, waiting.popleft())))
                if not flying:
                    break
                done, flying = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
                for task_done in done:
                    result = task_done.result()
                    row = 0 if result.outcome in {Outcome.DONE, Outcome.ALREADY} else row + 1
                    if row >= _FAILURES_IN_A_ROW:
                        stop = f"stopped after {row} failures in a row"
                    yield result
                    if waiting and isinstance(result.error, RateLimited):
                        stop = stop or await self._until(result.error, max_wait)
        finally:
            for leftover in flying:
                leftover.cancel()
            await asyncio.gather(*flying, return_exceptions=True)
        for task in waiting:
            yield Result(task.ref, plan.verb, Outcome.NOT_TRIED, task.status.value, message=stop or "not tried")

    async def _room(self, account: str, flying: int, max_wait: float | None) -> str:
        """Wait until the budget has room; the reason to stop, or nothing."""
        platform = await self._platform(account)
        budget = platform.budget
        if budget is None or flying + 1 <= max(1, budget.remaining // 2) or budget.resets is None:
            return ""
        wait = (budget.resets - self._clock.now()).total_seconds()
        if max_wait is not None and wait > max_wait:
            return f"the request budget of {account} is spent until {budget.resets:%H:%M:%S} UTC"
        await self._clock.sleep(max(0.0, wait))
        return ""

    async def _until(self, error: RateLimited, max_wait: float | None) -> str:
        wait = (error.retry_at - self._clock.now()).total_seconds() if error.retry_at else 60.0
        if max_wait is not None and wait > max_wait:
            return f"rate limited for {wait:.0f} s more"
        await self._clock.sleep(max(0.0, wait))
        return ""

    async def _one(self, plan: Plan, task: Task) -> Result:
        """One target: journal, send, journal, store."""
        ref, verb = task.ref, plan.verb
        if ref in self._store.snapshot.in_flight:
            return Result(ref, verb, Outcome.SKIPPED, task.status.value, message="another action is under way")
        self._store.mark(ref, verb)
        intent = await asyncio.to_thread(self.journal.begin, self._clock.now(), verb, ref)
        result = Result(ref, verb, Outcome.UNKNOWN, message="interrupted; it may have happened")
        try:
            platform = await self._platform(ref.account)
            done = await self._dispatch(platform, plan, ref)
            result = self._accepted(done, task, verb)
        except PlatformError as error:
            result = await self._refused(error, plan, task)
        finally:
            self._store.mark(ref, None)
            self.journal.end(intent, self._clock.now(), result.outcome, result.new, result.message)
            self._woken(ref.account)
        return result

    async def _dispatch(self, platform: Any, plan: Plan, ref: TaskRef) -> Done:
        match plan.verb:
            case Verb.RERUN:
                answer = platform.rerun(ref, plan.settings)
            case Verb.RERUN_FAILED:
                answer = platform.rerun_failed(ref, plan.failed, plan.settings)
            case Verb.RENAME:
                answer = platform.rename(ref, plan.name or "")
            case Verb.TAG:
                answer = platform.tag(ref, plan.add, plan.remove)
            case verb:
                answer = getattr(platform, verb.value)(ref)
        done: Done = await answer
        return done

    def _accepted(self, done: Done, before: Task, verb: Verb) -> Result:
        ref = before.ref
        if done.task is not None:
            self._store.acted(done.task)
        elif VERBS[verb].removes:
            self._store.remove(ref)
        else:
            self._store.touch(ref)
        outcome = Outcome.ALREADY if done.already else Outcome.DONE
        if done.task is not None and done.task.ref == ref:
            status: str | None = done.task.status.value
        else:
            status = None if VERBS[verb].removes else before.status.value
        return Result(ref, verb, outcome, status, done.new, done.message)

    async def _refused(self, error: PlatformError, plan: Plan, task: Task) -> Result:
        ref, verb, word = task.ref, plan.verb, task.status.value
        self._store.touch(ref)
        if isinstance(error, NotFound) and VERBS[verb].removes and self.journal.deleted(ref):
            self._store.remove(ref)
            return Result(ref, verb, Outcome.ALREADY, message="was deleted before")
        if error.sent is Sent.NO:
            return Result(ref, verb, Outcome.NOT_SENT, word, message=error.why, error=error)
        if error.sent is Sent.REFUSED:
            return await self._reconsidered(error, plan, task)
        return await self._looked(error, plan, task)

    async def _reconsidered(self, error: PlatformError, plan: Plan, task: Task) -> Result:
        """A refusal may mean that the aim was reached meanwhile: somebody else aborted it, it has ended."""
        now = None if isinstance(error, NotFound | RateLimited) else await self._now(task.ref)
        if now is not None and _reached(plan.verb, now):
            self._store.acted(now)
            return Result(task.ref, plan.verb, Outcome.ALREADY, now.status.value, message=f"is {now.native_status}")
        return Result(task.ref, plan.verb, Outcome.REFUSED, task.status.value, message=error.why, error=error)

    async def _looked(self, error: PlatformError, plan: Plan, task: Task) -> Result:
        """The action may have been executed: look, never send again (R35)."""
        log.warning("%s of %s has an unknown outcome: %s", plan.verb, task.ref, error.why)
        now: Task | None = None
        for wait in _LOOKS:
            await self._clock.sleep(wait)
            now = await self._now(task.ref)
            if now is not None and _shows(plan.verb, task, now, plan):
                self._store.acted(now)
                message = "no answer came, but the platform shows that it was done"
                return Result(task.ref, plan.verb, Outcome.DONE, now.status.value, message=message)
        word = now.status.value if now else task.status.value
        message = f"outcome unknown ({error.why}); look before you repeat it"
        return Result(task.ref, plan.verb, Outcome.UNKNOWN, word, message=message, error=error)

    async def _now(self, ref: TaskRef) -> Task | None:
        try:
            page = await (await self._platform(ref.account)).many([ref])
        except PlatformError:
            return None
        return page.tasks[0] if page.tasks else None

    def older_unknowns(self, within: timedelta = timedelta(days=2)) -> tuple[str, ...]:
        """A sentence for each action of an earlier run whose outcome nobody knows."""
        since = self._clock.now() - within
        return tuple(
            f"{e.verb.value} of {e.ref} at {e.at:%Y-%m-%d %H:%M} UTC: outcome unknown"
            for e in self.journal.unknown()
            if e.at >= since
        )


def rest(plan: Plan, results: Sequence[Result]) -> Plan:
    """The same plan with exactly the targets that were not tried."""
    left = {r.ref for r in results if r.outcome is Outcome.NOT_TRIED}
    return replace(plan, targets=tuple(t for t in plan.targets if t.ref in left), skipped=(), already=())
