"""Commands that change something: a plan first, then yes, then one line a target."""

import sys
from collections.abc import Mapping, Sequence

from tui.cli.exits import Exit, exit_of, worst
from tui.cli.output import say, write_json
from tui.cli.wiring import Session
from tui.domain.action import Outcome, Result, Verb
from tui.domain.errors import PlatformError, UsageError
from tui.domain.record import result_record
from tui.domain.task import Task
from tui.store.deck import Deck

__all__ = ["act"]

PATIENCE = 60.0
"""Seconds until a rate limit's reset that a command waits; a later one stops it (R40)."""
_CODES = {
    Outcome.REFUSED: Exit.REFUSED,
    Outcome.NOT_SENT: Exit.DOWN,
    Outcome.UNKNOWN: Exit.DOWN,
    Outcome.NOT_TRIED: Exit.LIMITED,
}


async def act(
    session: Session, verb: Verb, refs: Sequence[str], settings: Mapping[str, str], most: int | None,
    *, yes: bool, dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    """Plan, confirm, execute; the exit code tells the worst outcome."""
    async with session.deck(session.settings()) as deck:
        tasks, codes = await _read(deck, refs)
        if most is not None and len(tasks) > most:
            raise UsageError(f"{len(tasks)} targets are more than --max {most}; nothing was sent")
        plan = deck.actions.plan(verb, tasks, settings=settings)
        if dry_run:
            results = [Result(t.ref, verb, Outcome.PLANNED, t.status.value) for t in plan.targets]
            results += [Result(t.ref, verb, Outcome.ALREADY, t.status.value) for t in plan.already]
            results += [Result(t.ref, verb, Outcome.REFUSED, t.status.value, message=why) for t, why in plan.skipped]
        else:
            if plan.targets and not yes and not _confirmed(verb, plan.targets, plan.sentences):
                say("not confirmed, nothing was sent; --yes confirms")
                return Exit.REFUSED
            results = [result async for result in deck.actions.execute(plan, max_wait=PATIENCE)]
    _print(results, as_json=as_json)
    return worst([*codes, *map(_code, results)])


async def _read(deck: Deck, refs: Sequence[str]) -> tuple[list[Task], list[Exit]]:
    tasks, codes = [], []
    for ref in dict.fromkeys(deck.resolve(r) for r in refs):
        try:
            tasks.append(await deck.task(ref))
        except PlatformError as error:
            say(str(error))
            codes.append(exit_of(error))
    return tasks, codes


def _confirmed(verb: Verb, targets: Sequence[Task], sentences: Sequence[str]) -> bool:
    """Show the plan and ask, on a terminal; anywhere else nobody could answer."""
    for task in targets:
        say(f"{verb.value} {task.ref} {task.status.value} {task.name}")
    for sentence in sentences:
        say(sentence)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{verb.value} {len(targets)}? Type the number to confirm: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == str(len(targets))


def _code(result: Result) -> Exit:
    if isinstance(result.error, PlatformError) and result.outcome is Outcome.REFUSED:
        return exit_of(result.error)
    return _CODES.get(result.outcome, Exit.FINE)


def _print(results: Sequence[Result], *, as_json: bool) -> None:
    if as_json:
        write_json([result_record(r) for r in results], sys.stdout)
        return
    for result in results:
        new = f" {result.new}" if result.new else ""
        sys.stdout.write(f"{result.ref} {result.outcome.value}{new}\n")
        if result.message:
            say(f"{result.ref}: {result.message}")
