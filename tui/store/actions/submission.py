"""Rows of a file sent one after the other, each noted in the journal, so that no row is ever sent twice."""

import asyncio
import hashlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from tui.clock import Clock
from tui.domain.action import Accepted, Outcome, Verb
from tui.domain.errors import PlatformError, Sent
from tui.domain.submission import Row, Submission
from tui.domain.task import Task, TaskRef
from tui.platforms.actions import CanSubmit
from tui.platforms.protocols import Platform
from tui.store.actions.journal import Entry, Journal, new_intent
from tui.store.actions.throttle import Throttle

__all__ = ["FileSubmission", "RowResult"]

_AGAIN = "--again submits it once more"
_MAYBE = frozenset({None, Outcome.UNKNOWN})
"""How an attempt ended after which a task may be there."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """How it ended for one row."""

    row: Row
    outcome: Outcome
    new: TaskRef | None = None
    task: Task | None = None
    """What was made, where the answer showed it."""
    message: str | None = None
    error: PlatformError | None = None


class FileSubmission:
    """The rows of one file on one account."""

    def __init__(
        self, journal: Journal, clock: Clock, account: str, file: str, submissions: Sequence[Submission], *,
        again: bool = False, max_wait: float,
    ) -> None:  # fmt: skip
        """`again` sends rows that were sent before, too; `max_wait` are the seconds until a rate limit's reset that are
        waited, a later one stops it."""
        self._journal = journal
        self._clock = clock
        self._account = account
        self._file = re.sub(r"[^\w.-]", "_", file)
        self._keys = _keys(account, submissions)
        self._max_wait = max_wait
        before = {} if again else self._sent_before()
        known = {s.row.number: before.get(self._keys[s.row.number]) for s in submissions}
        self.fresh = tuple(s for s in submissions if known[s.row.number] is None)
        """Those that were not sent before."""
        self.ended = tuple(_ended(s.row, entry) for s in submissions if (entry := known[s.row.number]) is not None)
        """How it stands with the others, by the journal."""

    def _sent_before(self) -> dict[str, Entry]:
        """By key: the last attempt that made a task, or may have."""
        found: dict[str, Entry] = {}
        for entry in self._journal.entries():
            made = entry.outcome in _MAYBE or entry.outcome is Outcome.DONE
            if entry.verb is Verb.SUBMIT and entry.campaign and made:
                found[entry.campaign] = entry
        return found

    async def send(self, platform: Platform) -> AsyncIterator[RowResult]:
        """Send those that are fresh; each outcome as it is known.

        Rows of one group go in one call. After three failures in a row, or when a rate limit lies further ahead than
        is waited, the rest is not tried. Closing the iterator sends nothing more.
        """
        assert isinstance(platform, CanSubmit), "the caller has asked whether the platform takes files"
        throttle = Throttle()
        for group in _groups(self.fresh):
            await self._wait(platform, throttle)
            if throttle.stop:
                for one in group:
                    yield RowResult(one.row, Outcome.NOT_TRIED, message=throttle.stop)
                continue
            results = await self._one(platform, group)
            throttle.weigh(results[0].outcome, results[0].error, self._clock.now())
            for result in results:
                yield result

    async def _wait(self, platform: Platform, throttle: Throttle) -> None:
        """Until the platform takes requests again, or say why to stop."""
        budget = platform.budget
        until = throttle.until or (budget.resets if budget is not None and budget.remaining < 1 else None)
        wait = 0.0 if until is None else (until - self._clock.now()).total_seconds()
        if wait > self._max_wait:
            throttle.stop = throttle.stop or f"the platform takes no more requests until {until:%H:%M:%S} UTC"
        elif wait > 0 and not throttle.stop:
            await self._clock.sleep(wait)
        throttle.until = None

    async def _one(self, platform: CanSubmit, group: Sequence[Submission]) -> list[RowResult]:
        """Journal, send, journal."""
        intents = [(new_intent(), one) for one in group]
        outcome, new, message = Outcome.NOT_SENT, None, "interrupted before it was sent"
        try:
            for intent, one in intents:
                ref = TaskRef(self._account, f"{self._file}.row{one.row.number}")
                key = self._keys[one.row.number]
                await asyncio.to_thread(self._journal.begin, intent, self._clock.now(), Verb.SUBMIT, ref, key)
            outcome, message = Outcome.UNKNOWN, "interrupted; it may have happened"
            results = await self._sent(platform, group)
            outcome, new, message = results[0].outcome, results[0].new, results[0].message or ""
        finally:
            for intent, _ in intents:
                self._journal.end(intent, self._clock.now(), outcome, new, message or None)
        return results

    async def _sent(self, platform: CanSubmit, group: Sequence[Submission]) -> list[RowResult]:
        try:
            done: Accepted = await platform.submitter.submit(group)
        except PlatformError as error:
            outcome = {Sent.NO: Outcome.NOT_SENT, Sent.REFUSED: Outcome.REFUSED}.get(error.sent, Outcome.UNKNOWN)
            note = "; look at the platform before you submit it again" if outcome is Outcome.UNKNOWN else ""
            message = f"{error.why}{note}"
            return [RowResult(one.row, outcome, message=message, error=error) for one in group]
        return [RowResult(one.row, Outcome.DONE, done.new, done.task, done.message) for one in group]


def _keys(account: str, submissions: Sequence[Submission]) -> dict[int, str]:
    """By row: what tells it in the journal, all that it asks for and the how-manieth of its like in the file it is."""
    seen = Counter[str]()
    keys = {}
    for submission in submissions:
        asked = json.dumps([account, submission.body], sort_keys=True, ensure_ascii=False)
        seen[asked] += 1
        text = f"{asked}\n{seen[asked]}"
        keys[submission.row.number] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return keys


def _groups(submissions: Sequence[Submission]) -> list[list[Submission]]:
    """Those that go in one call together, in the order of the first of each."""
    first = {s.group: place for place, s in reversed(list(enumerate(submissions))) if s.group}
    ordered = sorted(enumerate(submissions), key=lambda pair: (first.get(pair[1].group, pair[0]), pair[0]))
    found = groupby(ordered, key=lambda pair: pair[1].group or pair[0])
    return [[one for _, one in group] for _, group in found]


def _ended(row: Row, entry: Entry) -> RowResult:
    """How it stands with a row that was sent before."""
    when = f"{entry.at:%Y-%m-%d %H:%M} UTC"
    if entry.outcome is Outcome.DONE:
        return RowResult(row, Outcome.ALREADY, entry.new, message=f"was submitted at {when}; {_AGAIN}")
    message = f"was sent at {when}, and nobody knows how it ended: look at the platform; {_AGAIN}"
    return RowResult(row, Outcome.UNKNOWN, message=message)
