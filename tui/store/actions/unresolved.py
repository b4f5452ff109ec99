"""Actions of an earlier run whose outcome nobody knows: named at a new start, settled where the platform shows it.

Nothing is sent again (R35). What is found is noted in the journal, so that the next start does not name it any more.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tui.clock import Clock
from tui.domain.action import VERBS, Outcome, Verb
from tui.domain.errors import ConfigError
from tui.domain.status import TaskStatus
from tui.store.actions.journal import ACTING, Entry, Journal, acting
from tui.store.actions.outcome import Observed, OutcomeChecker
from tui.store.snapshot import Problem
from tui.store.store import Store

__all__ = ["Unknown", "Unknowns"]

_WITHIN = timedelta(days=2)
"""Older ones are not named any more; the journal keeps them."""
_PATIENCE = 5.0
"""Seconds that a command waits for what the platform shows."""
_WATCHED = 60.0
"""The same of an interface, which goes on meanwhile."""
_SHOWN = frozenset({Verb.ABORT, Verb.RUN, *(verb for verb, info in VERBS.items() if info.removes)})
"""What the target itself shows; of the others the journal knows too little, or only a new task would show it."""
_MOST = 20
"""Actions that are looked after at a start; of more, the others are only named."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """One such action, with what is known by now."""

    entry: Entry
    outcome: Outcome | None = None
    """How it ended, where the platform shows it."""
    now: str | None = None
    """What is seen of its target."""

    def __str__(self) -> str:
        """`abort of cgc:t1 at 2026-11-24 16:00 UTC: outcome unknown; it is RUNNING now`."""
        known = "outcome unknown" if self.outcome is None else "outcome was unknown"
        seen = f"; it is {self.now} now" if self.now else ""
        means = {Outcome.DONE: ", so it was done", Outcome.ALREADY: ", so there is nothing left to do"}
        so = means.get(self.outcome, "") if self.outcome is not None else ""
        return f"{self.entry.action}: {known}{seen}{so}"

    @property
    def brief(self) -> str:
        """`outcome unknown: paid rerun of cgc:6f7ec3f9`."""
        ref = self.entry.ref
        paid = "paid " if VERBS[self.entry.verb].starts else ""
        return f"outcome unknown: {paid}{self.entry.verb.value} of {ref.account}:{ref.id[:8]}"


class Unknowns:
    """What earlier runs left open."""

    def __init__(self, journal: Journal, store: Store, clock: Clock, checker: OutcomeChecker) -> None:
        self._journal = journal
        self._store = store
        self._clock = clock
        self._checker = checker

    def left(self) -> tuple[Unknown, ...]:
        """As the journal has them, what may have cost money first, then the oldest; nothing is asked."""
        now = self._clock.now()
        left = (
            Unknown(entry)
            for entry in self._journal.unknown()
            if now - entry.at <= _WITHIN
            and entry.intent not in self._journal.mine
            and not (entry.outcome is None and now - entry.at <= ACTING and acting(entry.by))
        )
        return tuple(sorted(left, key=lambda unknown: not VERBS[unknown.entry.verb].starts))

    async def seen(
        self, left: Sequence[Unknown], accounts: Collection[str], *, patience: float = _PATIENCE
    ) -> tuple[Unknown, ...]:
        """The same with what the platforms show now, of these accounts; what is settled so is noted."""

        async def one(unknown: Unknown) -> Unknown:
            if unknown.entry.ref.account not in accounts or unknown.entry.verb not in _SHOWN:
                return unknown
            try:
                async with asyncio.timeout(patience):
                    seen = await self._checker.now(unknown.entry.ref)
            except (LookupError, ConfigError, TimeoutError):
                return unknown
            return await self._settled(unknown.entry, seen)

        looked = await asyncio.gather(*map(one, left[:_MOST]))
        return (*looked, *left[_MOST:])

    def name(self) -> None:
        """Tell all of them as problems."""
        for unknown in self.left():
            self._tell(unknown)

    async def look_after(self, account: str) -> None:
        """Tell instead what the platform shows of those of one account."""
        left = [unknown for unknown in self.left() if unknown.entry.ref.account == account]
        for before, now in zip(left, await self.seen(left, {account}, patience=_WATCHED), strict=True):
            if now != before:
                self._store.solved(str(before))
                self._tell(now)

    def _tell(self, unknown: Unknown) -> None:
        advice = "it is settled" if unknown.outcome else "look at the platform before you repeat it"
        brief = None if unknown.outcome else unknown.brief
        self._store.problem(Problem(None, str(unknown), advice, self._clock.now(), brief=brief))

    async def _settled(self, entry: Entry, seen: Observed) -> Unknown:
        outcome = _outcome(entry.verb, seen)
        found = Unknown(entry, outcome, "gone" if seen is None else seen.native_status or seen.status.value)
        if outcome is not None:
            end = self._journal.end
            await asyncio.to_thread(end, entry.intent, self._clock.now(), outcome, None, f"found {found.now} later")
        return found


def _outcome(verb: Verb, seen: Observed) -> Outcome | None:
    """How it ended, by what is there now; None where that does not tell."""
    if seen is None:
        return Outcome.DONE if VERBS[verb].removes else Outcome.ALREADY
    status = seen.status
    if verb is Verb.ABORT and (status.is_final or status is TaskStatus.FINISHING):
        return Outcome.ALREADY if status in {TaskStatus.DONE, TaskStatus.FAILED} else Outcome.DONE
    if verb is Verb.RUN and status not in {TaskStatus.DRAFT, TaskStatus.UNKNOWN}:
        return Outcome.DONE
    return None
