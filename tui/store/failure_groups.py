"""Failures in groups by reason: computed off the event loop, sample logs read as far as they are needed."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tui.domain.errors import ConfigError
from tui.domain.signature.classes import FailureClass
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group, to_read
from tui.settings.rules import correct_class, failure_rules
from tui.store.deck import Deck
from tui.store.evidence import Evidence

__all__ = ["Grouping"]

UNASKED = 60
"""Logs read for a screen that nobody opened to learn the reasons."""
_WAVE = 60
"""Logs read before the groups are made anew: what is learnt shows while the rest is read."""


class Grouping:
    """The groups of one set of tasks. What a log said is remembered, so that it is read once."""

    def __init__(self, deck: Deck) -> None:
        self.evidence = Evidence(deck, failure_rules())
        self._seen: Mapping[TaskRef, TaskStatus] = {}
        self.groups: tuple[Group, ...] = ()
        self.of_task: dict[TaskRef, Group] = {}
        """The group of each failed task."""
        self._tasks: Sequence[Task] = ()
        self._since: datetime | None = None
        self._one_at_a_time = asyncio.Lock()
        """Logs are read while tasks come: who began earlier must not have the last word."""

    @property
    def stopped(self) -> str:
        """Why no more logs are read, or empty."""
        return "; ".join(self.evidence.stopped.values())

    async def renew(self, tasks: Sequence[Task], since: datetime | None = None) -> bool:
        """Group anew where any of the tasks ended since the last time; whether it was needed."""
        self._tasks, self._since = tasks, since
        ended = {task.ref: task.status for task in tasks if task.status.is_final}
        if ended == self._seen:
            return False
        await self._group()
        # Now only: who is cancelled meanwhile has not grouped them.
        self._seen = ended
        return True

    @property
    def unread(self) -> int:
        """Logs that would tell more of the groups that no field explains, at most three a group."""
        return len(to_read(self.groups, self.evidence.lines))

    async def read_samples(self, *, most: int = UNASKED) -> bool:
        """Read the next of these logs, until `most` are read in all; whether anything was read."""
        wanted = to_read(self.groups, self.evidence.lines)
        return await self.read(wanted[: max(0, min(_WAVE, most - len(self.evidence.lines)))])

    async def read(self, wanted: Sequence[TaskRef]) -> bool:
        """Read these logs and group anew; whether anything was read."""
        before = len(self.evidence.lines)
        await self.evidence.read(ref for ref in wanted if ref not in self.evidence.lines)
        if len(self.evidence.lines) == before:
            return False
        await self._group()
        return True

    async def ask_hosts(self) -> None:
        """Learn hosts, a call a task, and group anew."""
        await self.evidence.ask_hosts(self._tasks)
        await self._group()

    async def correct(self, group: Group, klass: FailureClass) -> Path:
        """Write a rule of the user's that failures like these are of that class, and group anew; where it stands.

        Raises:
            ConfigError: The user's rules cannot be read or written.
        """
        if self.evidence.deck.seen.path is None:
            raise ConfigError("the demo keeps no rules")
        path = await asyncio.to_thread(correct_class, group.key, klass)
        self.evidence.rules = failure_rules()
        await self._group()
        return path

    async def _group(self) -> None:
        async with self._one_at_a_time:
            self.groups = await asyncio.to_thread(self.evidence.groups, self._tasks, self._since)
            self.of_task = {task.ref: group for group in self.groups for task in group.members}

    def signature(self, task: Task) -> str | None:
        """The signature of a failed task, for the filter language."""
        group = self.of_task.get(task.ref)
        return group.signature if group else None

    def error_class(self, task: Task) -> str | None:
        """The class of its failure, for the filter language."""
        group = self.of_task.get(task.ref)
        return group.klass.value if group else None
