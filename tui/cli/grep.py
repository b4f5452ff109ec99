"""`grep`: a pattern looked for in the logs of many tasks at once, within the account's budget."""

import asyncio
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tui.cli.exit_codes import Exit
from tui.cli.filters import Filter
from tui.cli.logs import clean
from tui.cli.output import dumps, say
from tui.cli.progress import progress
from tui.cli.tasks import Listing, collect, ordered
from tui.cli.wiring import Session
from tui.domain.errors import PlatformError, UsageError
from tui.domain.log import LogSource, Stream
from tui.domain.signature.mask import coarse
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.domain.text import plain
from tui.settings import Settings
from tui.store.deck import Deck

__all__ = ["grep"]

_AT_ONCE = 6
_PART = 1_000_000
_LOG = 16_000_000
"""Bytes read of one log, from its end."""
_LINE = 2_000
_MOST = 200
"""Tasks whose logs are read, unless --max says otherwise."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that matches."""

    ref: TaskRef
    log: str
    line: str
    masked: str
    """The line with what differs from task to task masked: hits are grouped by it."""


async def grep(session: Session, pattern: str, words: Sequence[str], style: str, most: int | None) -> int:
    """Print the lines that match; 1 when there are none, as grep does.

    Raises:
        UsageError: The pattern cannot be read.
    """
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"{pattern!r} is not a regular expression: {error}") from None
    settings = session.settings()
    async with session.deck(settings) as deck:
        tasks, code = await _tasks(session, deck, settings, words)
        chosen = tasks[: most or _MOST]
        left = f"; {len(tasks) - len(chosen):,} more are left out (--max)" if len(tasks) > len(chosen) else ""
        say(f"reading the logs of {len(chosen):,} tasks: at least {2 * len(chosen):,} requests{left}")
        search = _Search(deck, wanted)
        async with progress(lambda: f"{search.done:,} of {len(chosen):,} tasks read, {len(search.hits):,} lines match"):
            await search.all([task.ref for task in chosen])
    _print(search.hits, style)
    for why in search.stopped.values():
        say(why)
    if code is not Exit.FINE:
        return code
    return Exit.FINE if search.hits else Exit.FAILED


async def _tasks(session: Session, deck: Deck, settings: Settings, words: Sequence[str]) -> tuple[list[Task], Exit]:
    """One task, a batch's failed children, or what a filter lets through (the failed where there is none)."""
    if len(words) == 1 and (":" in words[0] and words[0].partition(":")[0] in {a.name for a in settings.accounts}):
        target = deck.resolve(words[0])
        task = await deck.task(target)
        if task.kind is not Kind.BATCH:
            return [task], Exit.FINE
        listing = Listing(str(target))
        async with progress(lambda: listing.standing):
            await listing.read(deck.children(target), partial=session.partial)
        return ordered([t for t in listing.tasks.values() if t.status is TaskStatus.FAILED]), listing.code
    query = None if words else "status:failed"
    wanted, moment = Filter.read(words, query, settings.accounts), session.moment(settings)
    names = [account.name for account in wanted.accounts(settings.accounts)]
    matches = await wanted.of(deck, names, moment)
    rows, code = await collect(deck, names, partial=session.partial, push=wanted.push(moment))
    return [task for task in rows if matches(task)], code


class _Search:
    """Reads logs a few at a time; an account that runs low on requests is left alone."""

    def __init__(self, deck: Deck, wanted: re.Pattern[str]) -> None:
        self._deck, self._wanted = deck, wanted
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self.hits: list[Hit] = []
        self.stopped: dict[str, str] = {}
        self.done = 0

    async def all(self, refs: Sequence[TaskRef]) -> None:
        """Look into all of these."""
        found = await asyncio.gather(*map(self._one, refs))
        self.hits = [hit for hits in found for hit in hits]

    async def _one(self, ref: TaskRef) -> list[Hit]:
        async with self._turns:
            if ref.account in self.stopped:
                return []
            hits: list[Hit] = []
            try:
                budget = (await self._deck.platform(ref.account)).budget
                if budget is not None and budget.remaining * 4 <= budget.limit:
                    self.stopped[ref.account] = (
                        f"{ref.account}: {budget.remaining} of {budget.limit} requests are left; no more logs are read"
                    )
                    return []
                for source in (await self._deck.logs(ref)).sources:
                    if source.stream is not Stream.RECORD:
                        hits += await self._log(ref, source)
            except PlatformError as error:
                self.stopped.setdefault(f"{ref}", str(error))
            self.done += 1
            return hits

    async def _log(self, ref: TaskRef, source: LogSource) -> list[Hit]:
        """The end of one log, by ranges, in whole lines."""
        part = await self._deck.read_log(source, -_PART, _PART)
        data, start = part.data, part.start
        while start > 0 and len(data) < _LOG:
            earlier = await self._deck.read_log(source, max(0, start - _PART), min(start, _PART))
            if not earlier.data or earlier.start >= start:
                break
            data, start = earlier.data[: start - earlier.start] + data, earlier.start
        return await asyncio.to_thread(self._matching, ref, source.name, data)

    def _matching(self, ref: TaskRef, name: str, data: bytes) -> list[Hit]:
        lines = (plain(clean(line), _LINE, lines=True) for line in data.decode("utf-8", "replace").splitlines())
        return [Hit(ref, name, line, coarse(line)) for line in lines if self._wanted.search(line)]


def _print(hits: Sequence[Hit], style: str) -> None:
    if style == "ndjson":
        for hit in hits:
            record = {"ref": str(hit.ref), "log": hit.log, "line": hit.line, "signature": hit.masked}
            sys.stdout.write(dumps(record, sys.stdout) + "\n")
        return
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.masked, []).append(hit)
    for same in sorted(groups.values(), key=lambda group: -len({hit.ref for hit in group})):
        refs = list(dict.fromkeys(str(hit.ref) for hit in same))
        more = f" and {len(refs) - 3:,} more" if len(refs) > 3 else ""
        sys.stdout.write(f"{len(same):,} in {len(refs):,} tasks: {same[0].line}\n    {' '.join(refs[:3])}{more}\n")
