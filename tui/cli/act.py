"""Commands that change something: a plan first, then yes, then one line a target."""

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tui.cli.confirm import UNCONFIRMED, answered, can_ask
from tui.cli.exit_codes import Exit, exit_of, worst
from tui.cli.filters import Filter
from tui.cli.output import drop_stdout, say, write_json
from tui.cli.progress import clear, progress
from tui.cli.tasks import matching
from tui.cli.wiring import Session
from tui.domain.action import VERBS, Outcome, Result, Verb
from tui.domain.errors import NotFound, PlatformError
from tui.domain.record import result_record
from tui.domain.task import Task, TaskRef
from tui.store.actions.gradual import Gradual
from tui.store.actions.plan import Plan
from tui.store.deck import Deck

__all__ = ["PATIENCE", "ActionRequest", "act", "act_on", "code_of"]

PATIENCE = 60.0
"""Seconds until a rate limit's reset that a command waits; a later one stops it (R40)."""
_PAUSE = 30.0
"""Seconds between two looks at what runs, where only so many may run at once."""
_INTERRUPTED = "interrupted; it may have happened"
_SHOWN = 20
"""Targets that a plan names one by one."""
_WORDS: Mapping[str, tuple[Verb, ...]] = {
    "run": (Verb.RUN,),
    "abort": (Verb.ABORT,),
    "rerun": (Verb.RERUN,),
    "rerun --failed": (Verb.RERUN_FAILED,),
    "delete": (Verb.DELETE, Verb.FORGET),
    "hold": (Verb.HOLD,),
    "release": (Verb.RELEASE,),
    "requeue": (Verb.REQUEUE,),
    "alter": (Verb.ALTER,),
    "clone": (Verb.CLONE,),
    "retry": (Verb.RETRY,),
    "resume": (Verb.RESUME,),
    "recover": (Verb.RECOVER,),
    "rename": (Verb.RENAME,),
    "tag": (Verb.TAG,),
    "priority": (Verb.ALTER,),
}
"""What a command means: the first of these that the platform has."""
_CODES = {
    Outcome.REFUSED: Exit.REFUSED,
    Outcome.NOT_SENT: Exit.DOWN,
    Outcome.UNKNOWN: Exit.DOWN,
    Outcome.NOT_TRIED: Exit.LIMITED,
}
_SAID_BY_ERROR = {Outcome.REFUSED, Outcome.NOT_SENT}
"""Outcomes whose code the error behind them knows better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRequest:
    """What the user typed."""

    word: str
    """The command: `run`, `abort`, `rerun` and so on."""
    refs: Sequence[str]
    query: str | None = None
    """A filter: every task that matches is a target, besides `refs`."""
    settings: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    """The new name (rename)."""
    add: Sequence[str] = ()
    """Tags to add."""
    remove: Sequence[str] = ()
    """Tags to remove."""
    at_most: int | None = None
    """So many of the targets run at once; the others start as these end (run)."""
    failed: bool = False
    most: int | None = None
    """More than this are refused, all of them."""
    as_batch: bool = True
    """A batch draft runs as a batch; else as one single task."""
    yes: bool = False
    dry_run: bool = False
    as_json: bool = False

    def verb(self, deck: Deck, task: Task) -> Verb:
        """What the word means on this task's platform."""
        verbs = _WORDS[f"{self.word} --failed" if self.failed else self.word]
        offered = deck.actions.offers(task)
        return next((verb for verb in verbs if verb in offered), verbs[0])


async def act(session: Session, order: ActionRequest) -> int:
    """Plan, confirm, execute; the exit code tells the worst outcome."""
    results: list[Result] = []
    lost: OSError | None = None
    settings = session.settings()
    wanted = None if order.query is None else Filter.read((), order.query, settings.accounts)
    async with session.deck(settings) as deck:
        refs = list(dict.fromkeys(deck.resolve(r) for r in order.refs))
        if wanted is not None:
            found, code = await matching(session, deck, settings, wanted)
            if code is not Exit.FINE:
                say("not every task could be read, so nothing was sent; --partial acts on those that were")
                return code
            if not found:
                say("no task matches the filter; nothing was sent")
            refs = list(dict.fromkeys([*refs, *(task.ref for task in found)]))
        tasks, unread = await _read(deck, order, refs)
        try:
            async for result in _outcomes(deck, order, tasks, unread):
                lost = _tell(order, result) or lost
                results.append(result)
        except asyncio.CancelledError:  # ctrl+c: what was begun is told before we go, for it may have happened
            cut = _cut_short(deck, order, tasks, results)
            for result in cut:
                _tell(order, result)
            if cut or results:
                _end(order, refs, [*results, *cut])
            raise
        if not session.demo and (failure := deck.actions.journal.failure) and any(map(_left, results)):
            say(f"not noted: {failure}")
    if lost is not None and not isinstance(lost, BrokenPipeError):
        raise lost
    return _end(order, refs, results)


async def act_on(deck: Deck, order: ActionRequest, refs: Sequence[TaskRef]) -> list[Result]:
    """The same for these tasks within another command: told line by line, without the JSON and the exit code."""
    results = []
    tasks, unread = await _read(deck, order, refs)
    async for result in _outcomes(deck, order, tasks, unread):
        _tell(order, result)
        results.append(result)
    return results


async def _outcomes(
    deck: Deck, order: ActionRequest, tasks: Sequence[Task], unread: Sequence[Result]
) -> AsyncIterator[Result]:
    """The plan carried out, or why not: one result a target, as soon as it is known."""
    if not (order.yes or order.dry_run) and can_ask():
        await _introduce(deck, {task.ref.account for task in tasks})
    plans = _plans(deck, order, tasks)
    over = _over(order, plans)
    if not over and (not order.yes or order.dry_run):
        plans = await _learnt(deck, plans)
    send = not over and not order.dry_run and (order.yes or await _confirmed(deck, order, plans))
    for result in unread:
        yield result
    if not (send or order.as_json or (order.dry_run and not over)) and any(plan.targets for plan in plans):
        say(over or UNCONFIRMED)  # once: it is not about a single target
    for plan in plans:
        planned = order.dry_run and not over
        if planned:
            _show(order, plan)
        why = None if planned else over or UNCONFIRMED
        for task in () if send else plan.targets:
            outcome = Outcome.PLANNED if planned else Outcome.REFUSED
            yield Result(task.ref, plan.verb, outcome, task.status.value, message=why if order.as_json else None)
        async for result in _carried_out(deck, order, plan if send else replace(plan, targets=())):
            yield result


def _cut_short(deck: Deck, order: ActionRequest, tasks: Sequence[Task], told: Sequence[Result]) -> list[Result]:
    """How it stands with the targets that nothing was told of yet, if any was sent at all: by the journal."""
    begun = {e.ref: e for e in deck.actions.journal.entries() if e.intent in deck.actions.journal.mine}
    ended = {result.ref for result in told}
    if not begun:
        return []
    results = []
    for task in tasks:
        if task.ref in ended:
            continue
        verb = order.verb(deck, task)
        if entry := begun.get(task.ref):
            message = entry.message or _INTERRUPTED
            results.append(Result(task.ref, verb, entry.outcome or Outcome.UNKNOWN, new=entry.new, message=message))
        else:
            results.append(Result(task.ref, verb, Outcome.NOT_TRIED, task.status.value, message="interrupted"))
    return results


async def _carried_out(deck: Deck, order: ActionRequest, plan: Plan) -> AsyncIterator[Result]:
    """One result a target; looking for what failed among thousands of jobs takes a while, so a terminal is told."""
    ended, start = 0, deck.clock.monotonic()
    gradual = _gradual(deck, order) if order.at_most and plan.targets else None

    def standing() -> str:
        if gradual is not None:
            return f"{order.word}: {gradual.running:,} running, {gradual.left:,} of {len(plan.targets):,} left to start"
        return f"{order.word}: {ended:,} of {len(plan.targets):,} ended, {deck.clock.monotonic() - start:.0f} s"

    execute = gradual.execute(plan) if gradual else deck.actions.execute(plan, max_wait=PATIENCE)
    async with progress(standing):
        async for result in execute:
            ended += 1
            yield result


def _gradual(deck: Deck, order: ActionRequest) -> Gradual:
    """The same criteria are the same campaign, so that a second run goes on where the first one was interrupted."""
    asked = json.dumps([order.query, [] if order.query else sorted(order.refs)])
    campaign = hashlib.sha256(asked.encode()).hexdigest()[:16]
    return Gradual(deck.actions, deck.clock, deck.tasks, campaign, order.at_most or 1, pause=_PAUSE, max_wait=PATIENCE)


async def _read(deck: Deck, order: ActionRequest, refs: Sequence[TaskRef]) -> tuple[list[Task], list[Result]]:
    """The targets as they are now, and how it ends for those that cannot be read."""
    verb = _WORDS[order.word][0]
    tasks, ended = [], []
    for ref, seen in (await deck.tasks(refs)).items():
        if isinstance(seen, Task):
            tasks.append(seen)
        elif isinstance(seen, NotFound) and VERBS[verb].removes and deck.actions.journal.deleted(ref):
            ended.append(Result(ref, verb, Outcome.ALREADY, message="was deleted before"))
        else:
            ended.append(Result(ref, verb, Outcome.NOT_SENT, message=f"{seen.doing}: {seen.why}", error=seen))
    return tasks, ended


def _plans(deck: Deck, order: ActionRequest, tasks: Sequence[Task]) -> list[Plan]:
    """One plan a verb: the same word can mean another on another platform."""
    groups: dict[Verb, list[Task]] = {}
    for task in tasks:
        groups.setdefault(order.verb(deck, task), []).append(task)
    return [
        deck.actions.plan(
            verb,
            group,
            settings=order.settings,
            name=order.name,
            add=order.add,
            remove=order.remove,
            as_batch=order.as_batch,
        )
        for verb, group in groups.items()
    ]


async def _learnt(deck: Deck, plans: Sequence[Plan]) -> list[Plan]:
    """The plans with what they will cost, which may take reading some children."""
    async with progress(lambda: "reading children to tell what this costs"):
        return [await deck.actions.learn(plan) for plan in plans]


def _over(order: ActionRequest, plans: Sequence[Plan]) -> str | None:
    """Why none is touched, where `--max` is passed: by tasks, or with `--failed` by the children to run again."""
    if order.most is None:
        return None
    count = sum(t.counts.failed if order.failed and t.counts else 1 for plan in plans for t in plan.targets)
    return f"{count:,} targets are more than --max {order.most}; nothing was sent" if count > order.most else None


async def _introduce(deck: Deck, accounts: set[str]) -> None:
    """Learn who we are, so that the plan can name other people's tasks."""
    for account in accounts:
        with suppress(PlatformError):
            await deck.info(account)


def _show(order: ActionRequest, plan: Plan) -> None:
    """The plan, on stderr."""
    if not plan.targets:
        return
    for task in plan.targets[:_SHOWN]:
        say(f"{plan.verb.value} {task.ref} {task.status.value} {task.name}")
    if (more := len(plan.targets) - _SHOWN) > 0:
        say(f"{plan.verb.value} {more:,} more")
    changes = [f"{name} = {value}" for name, value in order.settings.items()]
    changes += [f"name = {order.name}"] if order.name else []
    changes += [f"tag +{tag}" for tag in order.add] + [f"tag -{tag}" for tag in order.remove]
    for change in changes:
        say(f"with {change}")
    if order.at_most:
        say(f"at most {order.at_most:,} at once; the others start as these end")
    for sentence in plan.sentences:
        say(sentence)
    say(plan.requests_text)


async def _confirmed(deck: Deck, order: ActionRequest, plans: Sequence[Plan]) -> bool:
    """Show the plan and ask, on a terminal; anywhere else nobody could answer."""
    count = sum(len(plan.targets) for plan in plans)
    for plan in plans:
        _show(order, plan)
    if not count:
        return True
    typed = any(plan.typed for plan in plans) or count > deck.actions.count_above
    return await answered(order.word, count, typed=typed) and await _unchanged(deck, plans)


async def _unchanged(deck: Deck, plans: Sequence[Plan]) -> bool:
    """Whether the targets are still what the plan showed (R36); what changed is said."""
    try:
        changed = [change for plan in plans for change in (await deck.actions.recheck(plan)).changed]
    except PlatformError as error:
        say(f"{error}; nothing was sent")
        return False
    for change in changed:
        say(f"{change.what}; look again, nothing was sent")
    return not changed


def _left(result: Result) -> bool:
    """Whether it was sent, or may have been."""
    return result.outcome in {Outcome.DONE, Outcome.UNKNOWN}


def code_of(result: Result) -> Exit:
    """What one outcome means for the exit code."""
    if isinstance(result.error, PlatformError) and result.outcome in _SAID_BY_ERROR:
        return exit_of(result.error)
    return _CODES.get(result.outcome, Exit.FINE)


def _tell(order: ActionRequest, result: Result) -> OSError | None:
    """One line a target, as soon as its outcome is known. A reader that has gone ends no action: the error, if any."""
    if order.as_json:
        return None
    clear()
    new = f" {result.new}" if result.new else ""
    lost = None
    try:
        sys.stdout.write(f"{result.ref} {result.outcome.value}{new}\n")
        sys.stdout.flush()
    except OSError as error:
        lost = error
        drop_stdout()
    if result.message:
        say(f"{result.ref}: {result.message}")
    return lost


def _end(order: ActionRequest, refs: Sequence[TaskRef], results: Sequence[Result]) -> Exit:
    """Print the JSON, in the order of the references typed, and count what was not tried."""
    if order.as_json:
        place = {ref: number for number, ref in enumerate(refs)}
        ordered = sorted(results, key=lambda r: place[r.ref])
        write_json([result_record(r) | {"action": order.word} for r in ordered], sys.stdout)
    if untried := [r for r in results if r.outcome is Outcome.NOT_TRIED]:
        say(f"{len(untried)} of {len(results)} not tried: {untried[0].message}")
    return worst(map(code_of, results))
