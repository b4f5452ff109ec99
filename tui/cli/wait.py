"""`wait`: until tasks are final, one line a change."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from tui.cli.exit_codes import Exit, worst
from tui.cli.filters import Filter
from tui.cli.output import say, span_text
from tui.cli.progress import clear, progress
from tui.cli.tasks import matching
from tui.cli.wiring import Session
from tui.domain.errors import (
    PlatformDown,
    PlatformError,
    RateLimited,
    UnexpectedAnswer,
    Unreachable,
    UsageError,
)
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.door import revives
from tui.settings import Settings
from tui.store.deck import Deck

__all__ = ["PASSING", "wait"]

PASSING = (Unreachable, PlatformDown, RateLimited, UnexpectedAnswer)
"""How long a command that retries automatically waits."""
_ENDS = {TaskStatus.FAILED: Exit.FAILED, TaskStatus.ABORTED: Exit.ABORTED}


class _Watch:
    """What is known of the waited-for; a change is printed when it is seen."""

    def __init__(self, deck: Deck) -> None:
        self._deck = deck
        self._trouble: dict[str, str] = {}
        self.known: dict[TaskRef, Task] = {}

    def see(self, tasks: Iterable[Task]) -> None:
        """Take what was read."""
        for task in tasks:
            old = self.known.get(task.ref)
            self.known[task.ref] = task
            if old is None or old.status is not task.status:
                clear()
                sys.stdout.write(f"{task.ref} {task.status.value}\n")
                if task.is_expired:
                    say(f"{task.ref}: {task.reason or 'its state is lost'}; how it ended will never be known")
                elif task.status is TaskStatus.DRAFT:
                    say(f"{task.ref} is a draft and waits until it is run: taskdeck run {task.ref}")
        sys.stdout.flush()

    def _is_over(self, ref: TaskRef) -> bool:
        return (task := self.known.get(ref)) is not None and (task.status.is_final or task.is_expired)

    def _revives(self, ref: TaskRef) -> bool:
        """Whether it can be live again under the same reference, so that it is looked at while others go on."""
        return (task := self.known.get(ref)) is not None and revives(task.platform)

    def verdict(self, targets: Sequence[TaskRef], *, any_one: bool, fail_fast: bool) -> Exit | None:
        """How the waiting ended; None while it goes on. What will never be known ends it, but is no end to wait for."""
        over = [self.known[ref] for ref in targets if self._is_over(ref)]
        codes = [_ENDS.get(task.status, Exit.FINE) for task in over if task.status.is_final]
        if any_one and codes:
            return worst(codes)
        if len(over) == len(targets):
            return worst([*codes, *(Exit.DOWN for task in over if task.is_expired)])
        return worst(codes) if fail_fast and any(codes) else None

    def open(self, targets: Sequence[TaskRef]) -> int:
        """How many are neither final nor past knowing."""
        return sum(not self._is_over(ref) for ref in targets)

    def standing(self, targets: Sequence[TaskRef], seconds: float) -> str:
        """`waiting for 3 of 10 (2 running, 1 queued), 4m10s`: what a terminal shows between two changes."""
        left = Counter(self.known[ref].status.value for ref in targets if ref in self.known and not self._is_over(ref))
        kinds = ", ".join(f"{count:,} {word}" for word, count in left.most_common())
        inside = f" ({kinds})" if kinds else ""
        return f"waiting for {self.open(targets):,} of {len(targets):,}{inside}, {span_text(seconds)}"

    async def look(self, targets: Sequence[TaskRef]) -> None:
        """Look at all that can still change.

        Raises:
            PlatformError: Waiting longer would not help.
        """
        seen = await self._deck.tasks([ref for ref in targets if not self._is_over(ref) or self._revives(ref)])
        self.see(task for task in seen.values() if isinstance(task, Task))
        failures = {ref: error for ref, error in seen.items() if isinstance(error, PlatformError)}
        for error in failures.values():
            if not isinstance(error, PASSING):
                raise error
        # Said once for as long as it lasts: the next look is the retry.
        trouble = {ref.account: str(error) for ref, error in failures.items()}
        for account, why in trouble.items():
            if self._trouble.get(account) != why:
                say(why)
        self._trouble = trouble


async def wait(
    session: Session, refs: Sequence[str], query: str | None, timeout: timedelta | None,
    *, any_one: bool, fail_fast: bool,
) -> int:  # fmt: skip
    """Wait, and tell by the exit code how they ended: 0, 1 failed, 3 aborted, 6 it will never be known, 124 timeout."""
    if not refs and query is None:
        raise UsageError("wait for what? write REF... or --filter F")
    settings = session.settings()
    wanted = None if query is None else Filter.read((), query, settings.accounts)
    start = session.clock.monotonic()
    async with session.deck(settings) as deck:
        watch = _Watch(deck)
        targets = list(dict.fromkeys(deck.resolve(r) for r in refs))
        if wanted is not None:
            found, code = await _known_ends(session, deck, settings, wanted)
            if code is not Exit.FINE:
                return code
            watch.see(found)
            targets = list(dict.fromkeys([*targets, *(task.ref for task in found)]))

        def standing() -> str:
            return watch.standing(targets, session.clock.monotonic() - start)

        async with progress(standing):
            while True:
                await watch.look(targets)
                if (ended := watch.verdict(targets, any_one=any_one, fail_fast=fail_fast)) is not None:
                    return ended
                pause = settings.refresh.visible.total_seconds()
                if timeout is not None:
                    left = timeout.total_seconds() - (session.clock.monotonic() - start)
                    if left <= 0:
                        say(f"{watch.open(targets)} of {len(targets)} not final when --timeout ran out")
                        return Exit.TIMEOUT
                    pause = min(pause, left)
                await session.clock.sleep(pause)


async def _known_ends(session: Session, deck: Deck, settings: Settings, wanted: Filter) -> tuple[list[Task], Exit]:
    """The tasks that match now and can end: who waits for a part of them would be told too early that all is well."""
    matches, code = await matching(session, deck, settings, wanted)
    found = [task for task in matches if not task.is_expired]
    if left := len(matches) - len(found):
        say(f"{left} of {len(matches)} matching tasks have expired: how they ended will never be known")
    if not matches and code is Exit.FINE:
        say("no task matches the filter, so there is nothing to wait for")
    return found, code
