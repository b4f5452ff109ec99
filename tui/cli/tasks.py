"""Commands that print lists: tasks, children, jobs."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from tui.cli.exit_codes import Exit, exit_of, words_of, worst
from tui.cli.filters import Filter
from tui.cli.output import (
    JOB_TABLE,
    TASK_TABLE,
    Columns,
    check_fields,
    format_of,
    row_text,
    say,
    write_rows,
    write_texts,
)  # fmt: skip
from tui.cli.progress import progress
from tui.cli.wiring import Session
from tui.domain.errors import PlatformError, TuiError
from tui.domain.record import task_record
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.platforms.protocols import HasChildrenByStatus, HasGroups, Page, PushDown
from tui.settings import Settings
from tui.store.deck import Deck

__all__ = ["Listing", "children", "collect", "jobs", "matching", "ordered", "tasks"]

Each = Callable[[Sequence[Task]], object]
"""What is done with the tasks of a page as soon as it is there."""
_OLDEST = datetime.min.replace(tzinfo=UTC)


def _nothing(tasks: Sequence[Task]) -> None:
    """Nothing is done before all are there."""


class Listing:
    """What was read of one list."""

    def __init__(self, name: str) -> None:
        self.name = name
        """The account, or the batch's reference."""
        self.tasks: dict[str, Task] = {}
        """By reference: a task that two pages hold counts once."""
        self.code = Exit.FINE
        self._total: int | None = None

    @property
    def standing(self) -> str:
        """How much is read so far, in words."""
        unread = sum(not task.native_status for task in self.tasks.values())
        total = self._total or (len(self.tasks) if unread else None)
        return f"{self.name}: {len(self.tasks) - unread:,}" + (f" of {total:,}" if total else "") + " read"

    async def read(
        self,
        pages: AsyncIterator[Page],
        *,
        partial: bool,
        each: Each = _nothing,
    ) -> None:
        """Read every page. What fails is said, and leaves no rows unless `partial`.

        `each` gets the tasks of every page as it comes, while the next ones are still on their way.
        """
        unreadable, capped = 0, None
        try:
            async for page in pages:
                self.tasks.update((str(t.ref), t) for t in page.tasks)
                each(page.tasks)
                self._total = page.total or self._total
                unreadable += page.unreadable
                capped = page.capped or capped
        except TuiError as error:
            say(words_of(error) if isinstance(error, PlatformError) else f"{self.name}: {error}")
            self.code = exit_of(error)
        if unreadable:
            say(f"{self.name}: {unreadable} unreadable, left out")
        if capped and self.code is Exit.FINE:
            say(f"{self.name}: not complete: {capped}")
            self.code = Exit.LIMITED
        if self.code is not Exit.FINE and not partial:
            self.tasks.clear()


async def collect(
    deck: Deck, accounts: Sequence[str], *, partial: bool, push: PushDown = PushDown(),
    each: Each = _nothing,
) -> tuple[list[Task], Exit]:  # fmt: skip
    """All tasks of the accounts, read at the same time, in the documented order, and the worst that happened.

    `each` gets the tasks of every page as it comes.
    """
    listings = [Listing(name) for name in accounts]
    async with progress(lambda: ", ".join(one.standing for one in listings)):
        await asyncio.gather(*(one.read(deck.load(one.name, push), partial=partial, each=each) for one in listings))
    return ordered([t for one in listings for t in one.tasks.values()]), worst(one.code for one in listings)


async def matching(session: Session, deck: Deck, settings: Settings, wanted: Filter) -> tuple[list[Task], Exit]:
    """The tasks that match now, in the documented order. Where not all could be read the code says so, unless the
    session takes a part of them (`--partial`)."""
    names = [account.name for account in wanted.accounts(settings.accounts)]
    moment = session.moment(settings)
    matches = await wanted.of(deck, names, moment)
    rows, code = await collect(deck, names, partial=session.partial, push=wanted.push(moment))
    wanted.say_missing(rows, moment)
    return list(filter(matches, rows)), Exit.FINE if session.partial else code


def ordered(rows: list[Task]) -> list[Task]:
    """Created descending, missing last, then by reference, in which the numbers of jobs count by size."""
    rows.sort(key=lambda t: t.ref.place)
    rows.sort(key=lambda t: t.created or _OLDEST, reverse=True)
    return rows


class _Printer:
    """Prints tasks. What a format can make of one task alone is made as it arrives, while the platform is at work."""

    def __init__(
        self, session: Session, style: str | None, fields: tuple[str, ...] | None, zone: tzinfo,
        columns: Columns = TASK_TABLE,
    ) -> None:  # fmt: skip
        self._now = session.clock.now
        self._style = format_of(style, sys.stdout)
        self._fields = fields
        self._columns = columns
        self._zone = zone
        self._header, self._end = session.header, session.end
        self._text_of = row_text(self._style, fields, sys.stdout)
        self._made: dict[str, str] = {}

    def make(self, tasks: Iterable[Task]) -> None:
        """Their texts, as of now."""
        if (text_of := self._text_of) is not None:
            now = self._now()
            self._made.update((str(task.ref), text_of(task_record(task, now))) for task in tasks)

    def print(self, rows: Sequence[Task]) -> None:
        """Write these, in this order; what `make` got last of each is what is written."""
        now, made, text_of = self._now(), self._made, self._text_of
        if text_of is None:
            records = (task_record(task, now) for task in rows)
            write_rows(
                records, self._style, self._fields, sys.stdout, self._columns,
                zone=self._zone, header=self._header, end=self._end,
            )  # fmt: skip
        else:
            texts = [made.get(str(task.ref)) or text_of(task_record(task, now)) for task in rows]
            write_texts(texts, self._style, sys.stdout)


async def tasks(
    session: Session, words: Sequence[str], query: str | None, style: str | None, limit: int | None, fields: str | None
) -> int:
    """Print the tasks that match."""
    chosen, settings = check_fields(fields), session.settings()
    wanted = Filter.read(words, query, settings.accounts)
    moment = session.moment(settings)
    printer = _Printer(session, style, chosen, moment.zone)
    async with session.deck(settings) as deck:
        names = [a.name for a in wanted.accounts(settings.accounts)]
        matches = await wanted.of(deck, names, moment)

        def each(page: Sequence[Task]) -> None:
            if limit is None:
                printer.make(filter(matches, page))

        rows, code = await collect(deck, names, partial=session.partial, push=wanted.push(moment), each=each)
    shown = list(filter(matches, rows))[:limit]
    wanted.say_missing(rows, moment)
    if not shown and code is Exit.FINE and sys.stdout.isatty():
        say("no task matches" if wanted.nodes else "there is no task")
    printer.print(shown)
    return worst([code, Exit.USAGE if settings.errors else Exit.FINE])


async def children(
    session: Session, ref: str, words: Sequence[str], query: str | None,
    style: str | None, limit: int | None, fields: str | None,
) -> int:  # fmt: skip
    """Print a batch's children."""
    chosen, settings = check_fields(fields), session.settings()
    wanted = Filter.read(words, query, settings.accounts)
    async with session.deck(settings) as deck:
        target, moment = deck.resolve(ref), session.moment(settings)
        listing, only = Listing(str(target)), wanted.push(moment).status
        if target.job is None:
            async with progress(lambda: listing.standing):
                await listing.read(await _children(deck, target, only), partial=session.partial)
        if not listing.tasks and listing.code is Exit.FINE and (await deck.task(target)).kind is not Kind.BATCH:
            hint = "" if target.job else f"; its work inside is shown by: taskdeck jobs {target}"
            say(f"{target} is not a batch and has no children{hint}")
        matches = await wanted.of(deck, [target.account], moment)
    rows = ordered([t for t in listing.tasks.values() if matches(t)])
    wanted.say_missing(listing.tasks.values(), moment)
    _Printer(session, style, chosen, moment.zone).print(rows[:limit])
    return listing.code


async def _children(deck: Deck, batch: TaskRef, only: TaskStatus | None) -> AsyncIterator[Page]:
    """Its pages; only the failed are read where nothing else is asked for and the platform can filter: of ten thousand
    children that is a handful of requests instead of a hundred."""
    platform = await deck.platform(batch.account) if only is TaskStatus.FAILED else None
    return platform.failed_children(batch) if isinstance(platform, HasChildrenByStatus) else deck.children(batch)


async def jobs(
    session: Session, ref: str, words: Sequence[str], query: str | None,
    style: str | None, limit: int | None, fields: str | None,
) -> int:  # fmt: skip
    """Print the jobs inside a task."""
    chosen, settings = check_fields(fields), session.settings()
    wanted = Filter.read(words, query, settings.accounts)
    async with session.deck(settings) as deck:
        target, moment = deck.resolve(ref), session.moment(settings)
        found: Sequence[Task] = () if target.job else await deck.jobs(target)
        if not found:
            task = await deck.task(target)
            if task.kind is Kind.BATCH and isinstance(await deck.platform(target.account), HasGroups):
                # What a Qarnot job or pool consists of are tasks; both commands give the same rows there.
                found = [child async for page in deck.children(target) for child in page.tasks]
            elif task.kind is Kind.BATCH:
                say(f"{target} is a batch; what it consists of is shown by: taskdeck children {target}")
            elif target.job:
                say(f"{target} is a job and has none inside; all there is of it is shown by: taskdeck show {target}")
        matches = await wanted.of(deck, [target.account], moment)
    wanted.say_missing(found, moment)
    _Printer(session, style, chosen, moment.zone, JOB_TABLE).print(ordered([j for j in found if matches(j)])[:limit])
    return Exit.FINE
