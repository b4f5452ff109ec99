"""`wait`: until tasks are final, one line a change."""

import sys
from collections.abc import Sequence
from datetime import timedelta

from tui.cli.exits import Exit, worst
from tui.cli.output import say
from tui.cli.wiring import Session
from tui.domain.errors import PlatformDown, RateLimited, UnexpectedAnswer, Unreachable
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.deck import Deck

__all__ = ["wait"]

_PASSING = (Unreachable, PlatformDown, RateLimited, UnexpectedAnswer)
_ENDS = {TaskStatus.FAILED: Exit.FAILED, TaskStatus.ABORTED: Exit.ABORTED}


async def wait(
    session: Session, refs: Sequence[str], timeout: timedelta | None, *, any_one: bool, fail_fast: bool
) -> int:
    """Wait, and tell by the exit code how they ended: 0, 1 failed, 3 aborted, 124 timeout."""
    settings = session.settings()
    start = session.clock.monotonic()
    async with session.deck(settings) as deck:
        targets = list(dict.fromkeys(deck.resolve(r) for r in refs))
        known: dict[TaskRef, Task] = {}
        trouble: dict[TaskRef, str] = {}
        while True:
            for ref in targets:
                if ref not in known or not known[ref].status.is_final:
                    await _look(deck, ref, known, trouble)
            ended = [known[r] for r in targets if r in known and known[r].status.is_final]
            codes = [_ENDS.get(t.status, Exit.FINE) for t in ended]
            if len(ended) == len(targets) or (any_one and ended) or (fail_fast and any(codes)):
                return worst(codes)
            pause = settings.refresh.visible.total_seconds()
            if timeout is not None:
                left = timeout.total_seconds() - (session.clock.monotonic() - start)
                if left <= 0:
                    say(f"{len(targets) - len(ended)} of {len(targets)} not final after the time given")
                    return Exit.TIMEOUT
                pause = min(pause, left)
            await session.clock.sleep(pause)


async def _look(deck: Deck, ref: TaskRef, known: dict[TaskRef, Task], trouble: dict[TaskRef, str]) -> None:
    try:
        task = await deck.task(ref)
    except _PASSING as error:
        # Said once for as long as it lasts: the next look is the retry.
        if trouble.get(ref) != str(error):
            trouble[ref] = str(error)
            say(str(error))
        return
    trouble.pop(ref, None)
    if ref not in known or known[ref].status is not task.status:
        sys.stdout.write(f"{ref} {task.status.value}\n")
        sys.stdout.flush()
    known[ref] = task
