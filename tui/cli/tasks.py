"""Commands that read: tasks, show, children, jobs."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from tui.cli.exits import Exit, exit_of, worst
from tui.cli.output import check_fields, format_of, say, write_json, write_rows
from tui.cli.wiring import Session
from tui.domain.errors import PlatformError, TuiError
from tui.domain.record import Record, detail_record, task_record
from tui.domain.task import Kind, Task
from tui.platforms.protocols import Page
from tui.store.deck import Deck

__all__ = ["Listing", "children", "collect", "jobs", "ordered", "show", "tasks"]

_OLDEST = datetime.min.replace(tzinfo=UTC)


class Listing:
    """What was read of one list."""

    def __init__(self, name: str) -> None:
        self.name = name
        """The account, or the batch's reference."""
        self.tasks: dict[str, Task] = {}
        """By reference: a task that two pages hold counts once."""
        self.code = Exit.FINE

    async def read(self, pages: AsyncIterator[Page], *, partial: bool) -> None:
        """Read every page. What fails is said, and leaves no rows unless `partial`."""
        unreadable, capped = 0, None
        try:
            async for page in pages:
                self.tasks.update((str(t.ref), t) for t in page.tasks)
                unreadable += page.unreadable
                capped = page.capped or capped
        except TuiError as error:
            say(str(error) if isinstance(error, PlatformError) else f"{self.name}: {error}")
            self.code = exit_of(error)
        if unreadable:
            say(f"{self.name}: {unreadable} unreadable, left out")
        if capped and self.code is Exit.FINE:
            say(f"{self.name}: not complete: {capped}")
            self.code = Exit.LIMITED
        if self.code is not Exit.FINE and not partial:
            self.tasks.clear()


async def collect(deck: Deck, accounts: Sequence[str], *, partial: bool) -> tuple[list[Task], Exit]:
    """All tasks of the accounts, read at the same time, in the documented order, and the worst that happened."""
    listings = [Listing(name) for name in accounts]
    await asyncio.gather(*(one.read(deck.load(one.name), partial=partial) for one in listings))
    return ordered([t for one in listings for t in one.tasks.values()]), worst(one.code for one in listings)


def ordered(rows: list[Task]) -> list[Task]:
    """Created descending, missing last, then by reference."""
    rows.sort(key=lambda t: str(t.ref))
    rows.sort(key=lambda t: t.created or _OLDEST, reverse=True)
    return rows


async def tasks(session: Session, style: str | None, limit: int | None, fields: str | None) -> int:
    """Print the list of tasks."""
    chosen = check_fields(fields)
    settings = session.settings()
    async with session.deck(settings) as deck:
        rows, code = await collect(deck, [a.name for a in settings.accounts], partial=session.partial)
    _print(rows[:limit], session, style, chosen)
    return worst([code, Exit.USAGE if settings.errors else Exit.FINE])


def _print(rows: Sequence[Task], session: Session, style: str | None, fields: tuple[str, ...] | None) -> None:
    now = session.clock.now()
    records = (task_record(t, now) for t in rows)
    write_rows(records, format_of(style, sys.stdout), fields, sys.stdout)


async def show(session: Session, ref: str, style: str | None, *, raw: bool) -> int:
    """Print everything known of one task, as a tree or as JSON."""
    async with session.deck(session.settings()) as deck:
        detail = await deck.detail(deck.resolve(ref))
    record = detail_record(detail, session.clock.now())
    if raw:
        record["raw"] = None if detail.raw is None else json.loads(detail.raw)
    match format_of(style, sys.stdout):
        case "json":
            write_json(record, sys.stdout)
        case "ndjson":
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        case "csv" | "tsv" as flat:
            if style is None:
                _tree(record)
            else:
                write_rows([record], flat, None, sys.stdout)
        case _:
            _tree(record)
    return Exit.FINE


def _tree(record: Record) -> None:
    lines: list[str] = []

    def grow(key: str, value: Any, depth: int) -> None:
        indent = "  " * depth
        if isinstance(value, dict) and value:
            lines.append(f"{indent}{key}")
            for name, inner in value.items():
                grow(name, inner, depth + 1)
        elif isinstance(value, list) and any(isinstance(v, dict) for v in value):
            lines.append(f"{indent}{key} ({len(value)})")
            for number, inner in enumerate(value, 1):
                grow(str(number), inner, depth + 1)
        elif value is not None and value not in ({}, []):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines.append(f"{indent}{key}  {text}".replace("\n", " "))

    for name, value in record.items():
        grow(name, value, 0)
    sys.stdout.write("\n".join(lines) + "\n")


async def children(session: Session, ref: str, style: str | None, limit: int | None, fields: str | None) -> int:
    """Print a batch's children."""
    chosen = check_fields(fields)
    async with session.deck(session.settings()) as deck:
        target = deck.resolve(ref)
        task = await deck.task(target)
        listing = Listing(str(target))
        if task.kind is Kind.BATCH:
            await listing.read(deck.children(target), partial=session.partial)
        else:
            say(f"{target} is no batch and has no children; its work inside is shown by: taskdeck jobs {target}")
    _print(ordered(list(listing.tasks.values()))[:limit], session, style, chosen)
    return listing.code


async def jobs(session: Session, ref: str, style: str | None, limit: int | None, fields: str | None) -> int:
    """Print the jobs inside a task."""
    chosen = check_fields(fields)
    async with session.deck(session.settings()) as deck:
        target = deck.resolve(ref)
        found = await deck.jobs(target)
        if not found and (await deck.task(target)).kind is Kind.BATCH:
            say(f"{target} is a batch; what it consists of is shown by: taskdeck children {target}")
    _print(ordered(list(found))[:limit], session, style, chosen)
    return Exit.FINE
