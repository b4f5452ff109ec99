"""Why groups of failures failed: the logs that tell, read within the account's budget; the fields that cost a call."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tui.domain.errors import AuthRefused, PlatformError, RateLimited, Unreachable
from tui.domain.log import TAIL_BYTES, LogSource, Stream
from tui.domain.signature import ErrorLine, find_error
from tui.domain.signature.classes import SILENT, Rules
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.text import plain
from tui.domain.triage import Found, Group, group_failures, to_read
from tui.store.deck import Deck
from tui.store.good_logs import GoodLogs, good_logs

__all__ = ["DEMAND", "Evidence"]

log = logging.getLogger(__name__)

DEMAND = 200
"""Logs of mixed groups that are read in one go at most."""
_AT_ONCE = 6
_KEPT = 4
"""A quarter of the account's requests is left for everything else."""
_LOGS = 2
"""Logs of one task that are looked into: its error output, then its output."""
_STOPS = (RateLimited, Unreachable, AuthRefused)


@dataclass(slots=True)
class Evidence:
    """What was read of failures so far. One stands beside a triage for as long as that is looked at."""

    deck: Deck
    rules: Rules
    lines: dict[TaskRef, str | None] = field(default_factory=dict)
    """The error line of each log that was read; None where there is no log, `SILENT` where it tells of no failure."""
    found: dict[TaskRef, Found] = field(default_factory=dict)
    """Where those lines stand."""
    hosts: dict[TaskRef, str] = field(default_factory=dict)
    """Hosts that were asked for."""
    stopped: dict[str, str] = field(default_factory=dict)
    """Why no more was read of an account, in one sentence."""

    def groups(
        self, tasks: Iterable[Task], since: datetime | None = None, *, factors: bool = True
    ) -> tuple[Group, ...]:
        """The failures as far as they are known now; see `group_failures`."""
        extra = {"host": self.hosts} if self.hosts else None
        return group_failures(
            tasks, self.rules, lines=self.lines, found=self.found, since=since, extra=extra, factors=factors
        )

    async def explain(self, tasks: Sequence[Task], *, demand: int = DEMAND) -> None:
        """Read samples of the groups that only say that they failed; then, where samples disagree, up to `demand` more
        logs, so that a mixed group falls into its reasons."""
        await self.read(to_read(self.groups(tasks, factors=False), self.lines))
        mixed = [ref for group in self.groups(tasks, factors=False) if group.mixed for ref in group.refs]
        await self.read([ref for ref in mixed if ref not in self.lines][:demand])

    async def read(self, refs: Iterable[TaskRef]) -> None:
        """Read these logs, a few at a time, as far as each account's budget goes."""

        async def read_one(ref: TaskRef) -> None:
            try:
                self.lines[ref] = await self._line(ref)
            except PlatformError as error:
                if not isinstance(error, _STOPS):
                    self.lines[ref] = None  # one log that cannot be read is not asked for again
                raise

        await self._each(refs, read_one)

    async def _each(self, refs: Iterable[TaskRef], ask: Callable[[TaskRef], Awaitable[None]]) -> None:
        """Ask for each, a few at a time, as far as each account's budget goes. One that fails stops nobody; what stops
        an account is remembered."""
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(ref: TaskRef) -> None:
            async with turns:
                if ref.account in self.stopped or not await self._affordable(ref.account):
                    return
                try:
                    await ask(ref)
                except _STOPS as error:
                    self.stopped[ref.account] = str(error)
                except PlatformError as error:
                    log.info("%s tells no more: %s", ref, error)

        await asyncio.gather(*map(one, list(refs)))

    async def _affordable(self, account: str) -> bool:
        budget = (await self.deck.platform(account)).budget
        if budget is None or budget.remaining * _KEPT > budget.limit:
            return True
        self.stopped[account] = (
            f"{account}: {budget.remaining} of {budget.limit} requests are left; no more logs are read"
        )
        return False

    async def _line(self, ref: TaskRef) -> str | None:
        """What the task's log says of its failure; the search runs in a thread, so that keys are answered meanwhile."""
        index = await self.deck.logs(ref)
        line = None
        for source in _likely(index.sources)[:_LOGS]:
            part = await self.deck.read_log(source, -TAIL_BYTES, TAIL_BYTES)
            error = await asyncio.to_thread(_search, part.data, good_logs(self.deck), ref.account)
            if error is not None:
                self.found[ref] = Found(error, 1 if part.start == 0 else None)
                return error.text
            if part.data.strip():
                line = SILENT
        return line

    async def ask_hosts(self, tasks: Sequence[Task], *, most: int = DEMAND) -> None:
        """Learn the hosts of failed tasks and of as many successful ones, a call each, `most` of either."""
        wanted = []
        for status in (TaskStatus.FAILED, TaskStatus.DONE):
            refs = [t.ref for t in tasks if t.status is status and t.ref not in self.hosts]
            wanted += refs[:: max(1, len(refs) // most)][:most]

        async def ask_one(ref: TaskRef) -> None:
            jobs = await self.deck.jobs(ref.task)
            # The job that failed last is the one that says where.
            ours = [j for j in jobs if j.host and (ref.job is None or j.ref == ref)]
            ours.sort(key=lambda job: job.status is TaskStatus.FAILED)
            if ours:
                self.hosts[ref] = ours[-1].host or ""

        await self._each(wanted, ask_one)


def _search(data: bytes, good: GoodLogs, account: str) -> ErrorLine | None:
    """The line of a failed task's log that says why, which no successful log that was read has too."""
    text = plain(data.decode("utf-8", "replace"), 2 * TAIL_BYTES, lines=True)
    return find_error(text, good.lines(account), failed=True)


def _likely(sources: Sequence[LogSource]) -> list[LogSource]:
    """Error output first; else in the platform's order, which begins with the failed job."""
    outputs = (source for source in sources if source.stream is not Stream.RECORD)
    return sorted(outputs, key=lambda source: source.stream is not Stream.STDERR)
