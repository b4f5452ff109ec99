"""`cost`: what tasks cost, by project, app or day; currencies are never added."""

import sys
from collections.abc import Callable, Sequence
from datetime import timedelta, tzinfo
from decimal import Decimal

from tui.cli.exit_codes import Exit, worst
from tui.cli.filters import Filter
from tui.cli.output import say, write_json
from tui.cli.remembered import look_back
from tui.cli.wiring import Session
from tui.domain.record import money
from tui.domain.status import TaskStatus
from tui.domain.task import Task, spent_on
from tui.domain.text import plain
from tui.settings.zones import zone_of

__all__ = ["cost"]

_LOST = (TaskStatus.FAILED, TaskStatus.ABORTED)


async def cost(
    session: Session, words: Sequence[str], query: str | None, by: str, since: timedelta, style: str | None
) -> int:
    """Print what the tasks that began or ended since then cost, and how much of it failures and aborts took."""
    settings = session.settings()
    wanted = Filter.read(words, query, settings.accounts)
    now, zone = session.clock.now(), zone_of(settings.display.zone)
    async with session.deck(settings) as deck:
        past = await look_back(session, deck, settings, wanted, now - since)
        projects = dict(deck.projects)
    tasks = [task for task in past.tasks if (time := task.ended or task.started) is not None and now - since <= time]
    groups: dict[str, list[Task]] = {}
    name_of = _names(by, projects, zone)
    for task in tasks:
        groups.setdefault(name_of(task), []).append(task)
    rows = sorted(groups.items(), key=lambda pair: pair[0])
    if by != "day":
        rows.sort(
            key=lambda pair: [(-m.amount, m.currency) for m in spent_on(pair[1]).amounts[:1]] or [(Decimal(0), "")]
        )
    if style == "json":
        write_json(
            [
                {
                    by: name,
                    "tasks": len(some),
                    "cost": [money(m) for m in spent_on(some).amounts],
                    "lost": [money(m) for m in spent_on(t for t in some if t.status in _LOST).amounts],
                    "unknown": sum(t.price is None for t in some),
                }
                for name, some in rows
            ],
            sys.stdout,
        )
    else:
        for name, some in [*rows, ("all", tasks)]:
            lost = spent_on(t for t in some if t.status in _LOST)
            unknown = sum(t.price is None for t in some)
            said = [f"{len(some):,} tasks", str(spent_on(some)) or "no cost reported"]
            said += [f"lost {lost}"] if lost else []
            said += [f"{unknown:,} without a cost"] if 0 < unknown < len(some) else []
            sys.stdout.write("\t".join((plain(name), *said)) + "\n")
    if past.remembered:
        say(f"{len(past.remembered):,} of them the platform no longer tells of; their cost is what was last seen")
    return worst([past.code, Exit.USAGE if settings.errors else Exit.FINE])


def _names(by: str, projects: dict[str, str], zone: tzinfo) -> Callable[[Task], str]:
    """What a task is counted under."""
    match by:
        case "app":
            return lambda task: task.base_app or "(no app)"
        case "day":
            return lambda task: f"{(task.ended or task.started or task.fetched).astimezone(zone):%Y-%m-%d}"
    return lambda task: projects.get(task.project, task.project) if task.project else "(no project)"
