"""`triage`: failed tasks, or a batch's failed children, grouped by what they say."""

import sys
from datetime import datetime, timedelta
from typing import TextIO

from tui.cli.exit_codes import Exit, worst
from tui.cli.filters import Filter
from tui.cli.output import say, write_json
from tui.cli.progress import progress
from tui.cli.tasks import Listing, collect, ordered
from tui.cli.wiring import Session
from tui.domain.factors import LEAST
from tui.domain.group_record import group_record
from tui.domain.money import Sum
from tui.domain.signature.reason import CHILDREN
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task
from tui.domain.triage import Group, compared_text, explained
from tui.settings import Settings
from tui.settings.rules import failure_rules
from tui.store.deck import Deck
from tui.store.evidence import Evidence

__all__ = ["triage"]


async def triage(
    session: Session,
    ref: str | None,
    query: str | None,
    style: str | None,
    *,
    hosts: bool = False,
    explain: bool = False,
) -> int:
    """Print the groups, largest first; logs are read where the platform says no more than that it failed. With
    `explain` each group says how its answer came about."""
    settings = session.settings()
    wanted = Filter.read((), query, settings.accounts)
    async with session.deck(settings) as deck:
        tasks, code = await _tasks(session, deck, settings, ref, wanted)
        evidence = Evidence(deck, failure_rules(session.config))
        if hosts:
            await evidence.ask_hosts(tasks)
        await evidence.explain(tasks)
    for why in evidence.stopped.values():
        say(why)
    groups = evidence.groups(tasks)
    for group in groups:
        if group.mixed:
            say(f"{group.signature}: mixed; {group.count:,} logs are not read")
    if style == "json":
        failed = sum(group.count for group in groups)
        write_json(
            {"groups": [group_record(group, explain=explain) for group in groups], "total_failed": failed}, sys.stdout
        )
    else:
        whole = None if code is not Exit.FINE else sum(task.status is TaskStatus.DONE for task in tasks)
        _print(groups, session.clock.now(), whole, sys.stdout, explain=explain)
    return worst([code, Exit.USAGE if settings.errors else Exit.FINE])


async def _tasks(
    session: Session, deck: Deck, settings: Settings, ref: str | None, wanted: Filter
) -> tuple[list[Task], Exit]:
    """The batch's children, the one task, or all tasks; those that match, and the successful to compare with."""
    moment = session.moment(settings)
    if ref is None:
        names = [account.name for account in wanted.accounts(settings.accounts)]
        matches = await wanted.of(deck, names, moment)
        rows, code = await collect(deck, names, partial=session.partial)
    else:
        target = deck.resolve(ref)
        matches = await wanted.of(deck, [target.account], moment)
        task = await deck.task(target)
        if task.kind is not Kind.BATCH:
            return [task], Exit.FINE
        listing = Listing(str(target))
        async with progress(lambda: listing.standing):
            await listing.read(deck.children(target), partial=session.partial)
        rows, code = ordered(list(listing.tasks.values())), listing.code
    return [t for t in rows if t.status is TaskStatus.DONE or (t.status is TaskStatus.FAILED and matches(t))], code


def _ago(time: datetime | None, now: datetime) -> str:
    """`12m`, `3h`, `5d`: one unit, as there are many in a column."""
    if time is None:
        return "-"
    span = max(now - time, timedelta(0))
    for unit, letter in ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "m")):
        if span >= unit:
            return f"{span // unit}{letter}"
    return f"{span.seconds}s"


def _next(group: Group) -> str:
    """The command that tells more."""
    ref = group.samples[0]
    return f"taskdeck triage {ref}" if group.key == CHILDREN else f"taskdeck logs {ref} --stderr"


_HEAD = ("N", "FIRST", "LAST", "EXIT", "CLASS", "COST LOST", "SIGNATURE")


def _print(groups: tuple[Group, ...], now: datetime, succeeded: int | None, out: TextIO, *, explain: bool) -> None:
    """A line a group; below it what its members share, what to do, and whose log to read. At the end, with how many
    successes the groups were compared. `succeeded` is None where not all was read: then nothing is said of the rest."""
    if not groups:
        if succeeded is not None:  # what could not be read may well have failed
            out.write("nothing failed\n")
        return
    rows = [
        (
            f"{group.count:,}",
            _ago(group.first, now),
            _ago(group.last, now),
            "-" if group.exit is None else str(group.exit),
            group.klass.value,
            str(group.cost_lost) or "-",
            f"{group.signature}  (mixed)" if group.mixed else group.signature,
        )
        for group in groups
    ]
    widths = [max(len(row[i]) for row in (_HEAD, *rows)) for i in range(len(_HEAD) - 1)]

    def line(cells: tuple[str, ...]) -> str:
        right = (cell.rjust(width) for cell, width in zip(cells, widths, strict=False))
        return "  ".join((*right, cells[-1])) + "\n"

    indent = " " * (widths[0] + 2)
    out.write(line(_HEAD))
    for group, row in zip(groups, rows, strict=True):
        out.write(line(row))
        out.writelines(f"{indent}{common}\n" for common in group.common)
        out.write(f"{indent}{group.suggestion}; {_next(group)}\n")
        if explain:
            out.writelines(f"{indent}{line}\n" for line in explained(group))
    count = sum(group.count for group in groups)
    lost = sum((group.cost_lost for group in groups), Sum())
    reasons = f"{len(groups)} reasons" if len(groups) > 1 else "1 reason"
    money = f", {lost.words} lost" if lost else ""
    basis = f"; {compared_text(groups[0].compared, succeeded)}" if groups[0].count >= LEAST else ""
    out.write(f"{count:,} failed for {reasons}{money}{basis}\n")
