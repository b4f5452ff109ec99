"""Failures grouped beside the screens: computed off the event loop, sample logs read as far as they are needed."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from tui.domain.errors import TuiError
from tui.domain.log import TAIL_BYTES
from tui.domain.signature import find_error
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group, group_failures, to_read
from tui.settings import failure_rules
from tui.store.deck import Deck

__all__ = ["Grouping"]

log = logging.getLogger(__name__)

_AT_ONCE = 4
_MOST = 60
"""Logs read unasked for one screen; within a group more are read only on demand."""


class Grouping:
    """The groups of one set of tasks. What a log said is remembered, so that it is read once."""

    def __init__(self, deck: Deck) -> None:
        self._deck = deck
        self._rules = failure_rules()
        self._seen: Mapping[TaskRef, TaskStatus] = {}
        self.lines: dict[TaskRef, str | None] = {}
        """The error line of each log that was read; None for a log without one, or without a log."""
        self.groups: tuple[Group, ...] = ()
        self.of_task: dict[TaskRef, Group] = {}
        """The group of each failed task."""

    async def renew(self, tasks: Sequence[Task], since: datetime | None = None) -> bool:
        """Group anew where any of the tasks ended since the last time; whether it was needed."""
        ended = {task.ref: task.status for task in tasks if task.status.is_final}
        if ended == self._seen:
            return False
        self._seen = ended
        await self._group(tasks, since)
        return True

    async def read_samples(self, tasks: Sequence[Task], since: datetime | None = None) -> bool:
        """Read the logs of the groups that no field explains, at most three a group; whether anything was read."""
        wanted = to_read(self.groups, self.lines)[: max(0, _MOST - len(self.lines))]
        return await self.read(wanted, tasks, since)

    async def read(self, wanted: Sequence[TaskRef], tasks: Sequence[Task], since: datetime | None = None) -> bool:
        """Read these logs and group anew; whether anything was read."""
        if not wanted:
            return False
        gate = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for ref in wanted:
                group.create_task(self._read(ref, gate))
        await self._group(tasks, since)
        return True

    async def _group(self, tasks: Sequence[Task], since: datetime | None) -> None:
        lines = dict(self.lines)
        self.groups = await asyncio.to_thread(group_failures, tasks, self._rules, lines=lines, since=since)
        self.of_task = {task.ref: group for group in self.groups for task in group.members}

    async def _read(self, ref: TaskRef, gate: asyncio.Semaphore) -> None:
        async with gate:
            try:
                index = await self._deck.logs(ref)
                said = None
                for source in index.sources[:2]:
                    part = await self._deck.read_log(source, -TAIL_BYTES, TAIL_BYTES)
                    said = find_error(part.data.decode("utf-8", "replace"))
                    if said is not None:
                        break
            except TuiError as error:
                log.info("sample log of %s: %s", ref, error)
                said = None
            self.lines[ref] = said.text if said is not None else None

    def signature(self, task: Task) -> str | None:
        """The signature of a failed task, for the filter language."""
        group = self.of_task.get(task.ref)
        return group.signature if group else None

    def error_class(self, task: Task) -> str | None:
        """The class of its failure, for the filter language."""
        group = self.of_task.get(task.ref)
        return group.klass.value if group else None
