"""Everything that changes something: what is offered, the plan, the sending, the outcome.

An action is sent once, whatever happens (R33). Targets are references that were frozen when the plan was made (R36).
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from tui.clock import Clock
from tui.domain.action import VERBS, Accepted, Outcome, Result, Verb
from tui.domain.errors import AuthRefused, ConfigError, NotFound, PlatformError, RateLimited, ReadOnly, Sent
from tui.domain.task import Kind, Task, TaskRef
from tui.platforms.protocols import Platform
from tui.store.actions.calls import CAPABILITY, reached, sent
from tui.store.actions.journal import Journal, new_intent
from tui.store.actions.outcome import Observed, OutcomeChecker
from tui.store.actions.plan import TYPED_OVER, Plan, Rechecked, held_against
from tui.store.actions.rerun import Again, again, read_siblings
from tui.store.actions.throttle import Throttle
from tui.store.actions.unresolved import Unknowns
from tui.store.snapshot import Problem
from tui.store.store import Store

__all__ = ["Actions", "rest"]

log = logging.getLogger(__name__)

_AT_ONCE = 4
_LEARNT = 5
"""Batches of one plan whose children are read to tell what it will cost."""
_SHOWN = "no answer came, but the platform shows that it was done"


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
        self._unnoted = journal.failure
        """What has been said of it; the dialog says what is known from the start."""
        self._platform = platform
        self._opened = opened
        self._read_only = read_only
        self._me = me
        self._woken = woken
        self._checker = OutcomeChecker(store, clock, platform)
        self.unknowns = Unknowns(journal, store, clock, self._checker)
        self.count_above = TYPED_OVER
        """More targets than this need their number typed."""
        self._leaving: set[str] = set()
        """Intents whose call may have left."""

    def offers(self, task: Task) -> dict[Verb, str | None]:
        """Every verb the platform knows; None when it is offered for this task now, else the reason why not."""
        platform = self._opened(task.ref.account)
        if platform is None:
            return {}
        return {verb: self.refusal(verb, task) for verb, can in CAPABILITY.items() if isinstance(platform, can)}

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
        if said is None and not isinstance(platform, CAPABILITY[verb]):
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
        as_batch: bool = True,
    ) -> Plan:
        """What would be done; nothing is sent. Each task counts once."""
        targets, skipped, already = [], [], []
        for task in {task.ref: task for task in tasks}.values():
            if reached(verb, task) and not self._read_only(task.ref.account):
                already.append(task)
            elif (why := self.refusal(verb, task) or _unbatched(task, as_batch=as_batch)) is not None:
                # A platform may take its time to delete: what we deleted and still see is as good as gone.
                gone = VERBS[verb].removes and self.journal.deleted(task.ref)
                if gone and not self._read_only(task.ref.account):
                    already.append(task)
                else:
                    skipped.append((task, why))
            else:
                targets.append(task)
        accounts = {task.ref.account for task in targets}
        budgets = {a: p.budget for a in accounts if (p := self._opened(a)) is not None and p.budget is not None}
        others = {t.created_by for t in targets if self._foreign(t)}
        chosen = None if failed is None else tuple(failed)
        return Plan(
            verb=verb,
            targets=tuple(targets),
            skipped=tuple(skipped),
            already=tuple(already),
            settings=dict(settings or {}),
            failed=chosen,
            name=name,
            add=tuple(add),
            remove=tuple(remove),
            as_batch=as_batch,
            others=tuple(sorted(name for name in others if name)),
            budgets=budgets,
            again=self._again(targets, chosen, settings or {}) if verb is Verb.RERUN_FAILED else {},
            count_above=self.count_above,
            unnoted=self.journal.failure,
        )

    def _again(
        self, batches: Sequence[Task], failed: Sequence[TaskRef] | None, settings: Mapping[str, str],
        read: Mapping[TaskRef, Sequence[Task]] = MappingProxyType({}),
    ) -> dict[TaskRef, Again]:  # fmt: skip
        """What of each batch runs again, by the children that are held and by those that were `read` besides."""
        parts = {}
        for batch in batches:
            platform: Any = self._opened(batch.ref.account)
            children = {child.ref: child for child in read.get(batch.ref, ())}
            if (feed := self._store.snapshot.children.get(batch.ref)) is not None:
                children |= {child.ref: child for child in feed.tasks.values() if child.native_status}
            rerun = platform.rerun_plan(batch, failed, settings)
            parts[batch.ref] = again(batch, failed, rerun, children.values(), self._clock.now())
        return parts

    async def learn(self, plan: Plan) -> Plan:
        """The plan with what running again will cost, where that takes reading a few of the children."""
        read = {
            batch.ref: await read_siblings(await self._platform(batch.ref.account), batch, plan.failed)
            for batch in plan.unlearnt[:_LEARNT]
        }
        return replace(plan, again=self._again(plan.targets, plan.failed, plan.settings, read)) if read else plan

    def _foreign(self, task: Task) -> bool:
        me = self._me(task.ref.account)
        return me is not None and task.created_by is not None and task.created_by != me

    def judged(self, plan: Plan, tasks: Sequence[Task]) -> Plan:
        """The same plan for these tasks, as they are now; what was left out of the old one is not in it."""
        return self.plan(
            plan.verb, tasks, settings=plan.settings, failed=plan.failed, name=plan.name, add=plan.add,
            remove=plan.remove, as_batch=plan.as_batch,
        )  # fmt: skip

    async def recheck(self, plan: Plan) -> Rechecked:
        """Read the targets again and judge the plan anew (R36); it is the same plan where nothing changed.

        Raises:
            PlatformError: The state could not be read.
        """
        now, gone = await self._read_again(plan.targets)
        return held_against(plan, now, gone, self.judged)

    async def _read_again(self, tasks: Sequence[Task]) -> tuple[dict[TaskRef, Task], set[TaskRef]]:
        """The tasks as they are now, and those that are gone; the store learns both."""
        now: dict[TaskRef, Task] = {}
        gone: set[TaskRef] = set()
        for account in {task.ref.account for task in tasks}:
            platform = await self._platform(account)
            begun = self._store.begin()
            page = await platform.many([task.ref for task in tasks if task.ref.account == account])
            self._store.merge(account, page.tasks, begun=begun, gone=page.gone)
            now |= {task.ref: task for task in page.tasks}
            gone |= set(page.gone)
        return now, gone

    async def execute(
        self, plan: Plan, *, max_wait: float | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> AsyncIterator[Result]:
        """Send it, at most four at a time, and yield each outcome as it is known.

        Closing the iterator sends nothing more and waits for what is on its way. After three failures in a row, when
        a rate limit lies more than `max_wait` seconds ahead, or once `stopped` says so, the rest is `not_tried`; what
        was on its way then still yields its outcome, so that the rest is exactly what was not sent.
        """
        for task in plan.already:
            yield Result(
                task.ref, plan.verb, Outcome.ALREADY, task.status.value, message=f"it is {task.native_status} already"
            )
        for task, why in plan.skipped:
            yield Result(task.ref, plan.verb, Outcome.REFUSED, task.status.value, message=why)
        waiting, flying = deque(plan.targets), set[asyncio.Task[Result]]()
        pause = Throttle()
        try:
            while waiting or flying:
                if stopped():
                    pause.stop = pause.stop or "stopped"
                await self._send_more(plan, waiting, flying, pause, max_wait)
                if not flying:
                    break
                done, _ = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
                for landed in done:
                    flying.discard(landed)
                    result = landed.result()
                    pause.weigh(result.outcome, result.error, self._clock.now())
                    yield result
        except asyncio.CancelledError:
            for leftover in flying:
                leftover.cancel()
            raise
        finally:
            await asyncio.gather(*flying, return_exceptions=True)
        for task in waiting:
            message = pause.stop or "not tried"
            yield Result(task.ref, plan.verb, Outcome.NOT_TRIED, task.status.value, message=message)

    async def _send_more(
        self,
        plan: Plan,
        waiting: deque[Task],
        flying: set[asyncio.Task[Result]],
        pause: Throttle,
        max_wait: float | None,
    ) -> None:
        """Start what may start now. With nothing on its way it waits until something may, or says why to stop."""
        while waiting and not pause.stop and len(flying) < _AT_ONCE:
            until = pause.until or await self._full_until(waiting[0].ref.account, len(flying))
            wait = 0.0 if until is None else (until - self._clock.now()).total_seconds()
            if wait > 0 and flying:
                return
            if wait > 0 and max_wait is not None and wait > max_wait:
                pause.stop = f"the platform takes no more requests until {until:%H:%M:%S} UTC"
                return
            if wait > 0:
                await self._clock.sleep(wait)
            pause.until = None
            flying.add(asyncio.create_task(self._one(plan, waiting.popleft())))

    async def _full_until(self, account: str, flying: int) -> datetime | None:
        """When there is room for one more call beside those on their way: never more than half of what is left."""
        try:
            budget = (await self._platform(account)).budget
        except (PlatformError, ConfigError):
            return None  # the action itself will say it
        if budget is None or budget.resets is None or flying + 1 <= budget.remaining // 2:
            return None
        return budget.resets

    async def _one(self, plan: Plan, task: Task) -> Result:
        """One target: journal, send, journal, store."""
        ref, verb = task.ref, plan.verb
        if ref in self._store.snapshot.in_flight:
            return Result(ref, verb, Outcome.SKIPPED, task.status.value, message="another action is under way")
        self._store.mark(ref, verb)
        intent = new_intent()
        result = Result(ref, verb, Outcome.NOT_SENT, task.status.value, message="interrupted before it was sent")
        known = False
        try:
            await asyncio.to_thread(self.journal.begin, intent, self._clock.now(), verb, ref, plan.campaign)
            self._tell_unnoted()
            rival = await asyncio.to_thread(self.journal.rival, intent, ref, self._clock.now())
            if rival is None:
                result = await self._sent(plan, task, intent)
            else:
                message = f"another taskdeck on this machine is at it: {rival.action}"
                result = Result(ref, verb, Outcome.SKIPPED, task.status.value, message=message)
            known = True
            await self._note(intent, result)
        except asyncio.CancelledError:
            if not known and intent in self._leaving:
                result = Result(ref, verb, Outcome.UNKNOWN, message="interrupted; it may have happened")
            self.journal.end(intent, self._clock.now(), result.outcome, result.new, result.message)
            raise
        finally:
            self._leaving.discard(intent)
            self._store.mark(ref, None)
            self._woken(ref.account)
        if result.outcome is Outcome.UNKNOWN and self._checker.can_show(verb):
            done = replace(result, outcome=Outcome.DONE, message=_SHOWN)
            self._checker.watch(plan, task, lambda: self._note(intent, done))
        return result

    def _tell_unnoted(self) -> None:
        """Say that the journal took nothing, where the dialog could not know it yet: a disk that is full."""
        why, said = self.journal.failure, self._unnoted
        if why != said:
            if said is not None:
                self._store.solved(said, None)
            if why is not None:
                advice = "what is sent is known no longer than this program runs"
                self._store.problem(Problem(None, why, advice, self._clock.now()))
            self._unnoted = why

    async def _sent(self, plan: Plan, task: Task, intent: str) -> Result:
        ref = task.ref
        try:
            platform = await self._platform(ref.account)
            self._leaving.add(intent)
            result = self._accepted(await sent(platform, plan, ref), task, plan.verb)
        except ConfigError as error:
            result = Result(ref, plan.verb, Outcome.NOT_SENT, task.status.value, message=str(error))
        except PlatformError as error:
            result = await self._refused(error, plan, task)
        return result

    async def _note(self, intent: str, result: Result) -> None:
        await asyncio.to_thread(self.journal.end, intent, self._clock.now(), result.outcome, result.new, result.message)

    async def close(self) -> None:
        """Stop looking after actions whose outcome is unknown; the journal keeps them."""
        await self._checker.close()

    def _accepted(self, done: Accepted, before: Task, verb: Verb) -> Result:
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
        if isinstance(error, NotFound) and VERBS[verb].removes and await asyncio.to_thread(self.journal.deleted, ref):
            self._store.remove(ref)
            return Result(ref, verb, Outcome.ALREADY, message="was deleted before")
        if error.sent is Sent.NO:
            return Result(ref, verb, Outcome.NOT_SENT, word, message=error.why, error=error)
        if error.sent is Sent.REFUSED:
            return await self._reconsidered(error, plan, task)
        return await self._looked(error, plan, task)

    async def _reconsidered(self, error: PlatformError, plan: Plan, task: Task) -> Result:
        """A refusal may mean that the aim was reached meanwhile: somebody else aborted it, it has ended."""
        now: Observed = None
        if not isinstance(error, NotFound | RateLimited | AuthRefused | ReadOnly):
            with contextlib.suppress(LookupError):
                now = await self._checker.now(task.ref)
        if now is not None and reached(plan.verb, now):
            self._store.acted(now)
            return Result(
                task.ref, plan.verb, Outcome.ALREADY, now.status.value, message=f"it is {now.native_status} already"
            )
        return Result(task.ref, plan.verb, Outcome.REFUSED, task.status.value, message=error.why, error=error)

    async def _looked(self, error: PlatformError, plan: Plan, task: Task) -> Result:
        """The action may have been executed: look, never send again (R35)."""
        log.warning("%s of %s has an unknown outcome: %s", plan.verb, task.ref, error.why)
        shown, now = await self._checker.found(plan, task)
        word = now.status.value if now else None
        if shown:
            return Result(task.ref, plan.verb, Outcome.DONE, word, message=_SHOWN)
        message = f"outcome unknown ({error.why}); look before you repeat it"
        return Result(task.ref, plan.verb, Outcome.UNKNOWN, word, message=message, error=error)


def _unbatched(task: Task, *, as_batch: bool) -> str | None:
    """Why a task cannot run with batching off, if that is asked for."""
    return None if as_batch or task.kind is Kind.BATCH else "only a batch draft can run with batching off"


def rest(plan: Plan, results: Sequence[Result]) -> Plan:
    """The same plan with exactly the targets that were not tried."""
    left = {r.ref for r in results if r.outcome is Outcome.NOT_TRIED}
    return replace(plan, targets=tuple(t for t in plan.targets if t.ref in left), skipped=(), already=())
