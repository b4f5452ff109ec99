"""What the cluster's accounting tells: jobs that left the queue, earlier attempts, steps. A cluster may keep none."""

import logging
import re
from collections.abc import Callable, Sequence
from functools import partial

from tui.domain.errors import PlatformDown, PlatformError, Rejected, Unreachable
from tui.platforms.shell import Command
from tui.platforms.slurm import commands
from tui.platforms.slurm.host import Host
from tui.platforms.slurm.wire import SACCT_OPTIONAL, Record, Step, live_steps, sacct_records, step_records

__all__ = ["Accounting"]

log = logging.getLogger(__name__)

_Made = Callable[[Sequence[str]], Command]
"""A command for the optional fields that this version has."""
_MANY = 500
"""Ids that are asked for in one call."""


class Accounting:
    """`sacct` of one account. That it cannot be had is noted in `error`, and no reason to show nothing."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._optional: tuple[str, ...] | None = None
        self.kept: bool | None = None
        """Whether the cluster keeps accounting; None until asked."""
        self.error: PlatformError | None = None
        """Why it could not be asked the last time."""

    async def is_kept(self) -> bool:
        """Ask once, by asking for the names of the fields.

        Raises:
            PlatformError: The host cannot be reached.
        """
        if self.kept is None:
            await self._fields()
        return bool(self.kept)

    async def since(self, user: str, minutes: int) -> list[Record]:
        """Everything of the last minutes; nothing where it cannot be had."""
        return await self._quietly(lambda optional: commands.history(user, minutes, optional))

    async def of(self, ids: Sequence[str]) -> list[Record]:
        """These jobs and arrays; nothing where it cannot be had."""
        found: list[Record] = []
        for start in range(0, len(ids), _MANY):
            found += await self._quietly(partial(commands.history_of, ids[start : start + _MANY]))
        return found

    async def attempts(self, id_: str) -> list[Record]:
        """Every run of a job that was requeued, the oldest first."""
        if not await self.is_kept():
            return []
        command = commands.history_of([id_], await self._fields(), attempts=True)
        try:
            answer = await self._host.recall(command, f"asking accounting for {id_}")
        except PlatformError as error:
            self._note(error)
            return []
        return sacct_records(answer.out, await self._fields())[0]

    async def steps(self, id_: str, doing: str) -> list[Step] | None:
        """The job with its steps, of an array all of them; None where there is no accounting."""
        if not await self.is_kept():
            return None
        try:
            answer = await self._host.recall(commands.steps([id_]), doing)
        except PlatformError as error:
            self._note(error)
            return None
        return step_records(answer.out)

    async def live(self, steps: Sequence[Step], number: str, doing: str) -> list[Step]:
        """The steps of a running job with what they use now; as they are where its nodes do not tell."""
        try:
            answer = await self._host.recall(commands.live(number), doing)
        except PlatformError as error:  # somebody else's job, one that just ended, a site without it
            log.info("%s", error)
            return list(steps)
        return live_steps(answer.out, number, steps)

    async def _quietly(self, command: _Made) -> list[Record]:
        if not await self.is_kept():
            return []
        optional = await self._fields()
        try:
            answer = await self._host.run(command(optional), "asking accounting")
        except PlatformError as error:
            self._note(error)
            return []
        self.error = None
        return sacct_records(answer.out, optional)[0]

    async def _fields(self) -> tuple[str, ...]:
        """The optional fields that this version has: an unknown one would give no rows at all."""
        if self._optional is None:
            try:
                answer = await self._host.run(commands.slurm("sacct", "--helpformat"), "asking for accounting's fields")
            except Rejected as error:  # there is no sacct
                self.kept, self._optional = False, ()
                log.info("%s: %s", self._host.account, error)
                return ()
            except PlatformDown as error:  # asked for again at the next look
                self._note(error)
                return ()
            names = {name.decode().lower() for name in re.findall(rb"\w+", answer.out)}
            self._optional = tuple(name for name in SACCT_OPTIONAL if name in names)
            self.kept = True
        return self._optional

    def _note(self, error: PlatformError) -> None:
        """Remember why; what is neither down nor missing is raised.

        Raises:
            PlatformError: It is not accounting alone that fails.
        """
        if commands.accounting_words(error):
            self.kept = False
        elif isinstance(error, PlatformDown | Unreachable | Rejected):
            self.error = error
        else:
            raise error
        log.info("%s", error)
