"""Watching: what changed of the tasks that rules ask for, told once, however many programs watch."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tui.domain.duration import duration_text
from tui.domain.errors import ConfigError, PlatformError
from tui.domain.record import task_record
from tui.domain.signature.classes import Rules
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.domain.triage import Group, group_failures
from tui.platforms.protocols import HasChildrenByStatus
from tui.store.deck import Deck
from tui.store.history.database import History
from tui.store.history.outbox import Outbox
from tui.store.notify.message import Message
from tui.store.snapshot import Change

__all__ = ["Rule", "Transition", "Watcher"]

log = logging.getLogger(__name__)

SETTLE = 2.0
"""Seconds in which changes are gathered, so that those of one look are told together."""
_AGAIN = 60.0
"""Seconds between two looks at the failed children of a batch that runs."""
_CHILDREN = 200
"""Failed children that are read to learn why."""
_REFUSED = 60.0
"""Seconds after which a refused token is read again: it may have been renewed."""

Test = Callable[[Task], bool]
Tell = Callable[[Message, Collection[str]], object]
"""Shows a message here and now, by those of the ways that are the terminal's."""


@dataclass(slots=True)
class Rule:
    """Tell when a task that matches gets one of these statuses."""

    name: str
    matches: Test
    """May be replaced: what it calls `today` changes."""
    on: frozenset[TaskStatus]
    ways: frozenset[str]

    def asks_for(self, task: Task, status: TaskStatus) -> bool:
        """Whether it is about this task in this status."""
        return status in self.on and self.matches(task)


@dataclass(frozen=True, slots=True)
class Transition:
    """A task was seen in another status than before."""

    task: Task
    before: TaskStatus | None
    """None where it was never seen before."""


@dataclass(slots=True)
class _Batch:
    """What is known of the failed children of a batch."""

    failed: int = 0
    """Failed when they were last read."""
    looked: float | None = None
    final: bool = False


@dataclass(slots=True)
class Watcher:
    """Listens to the store of a deck that runs. What changed while nobody watched is told from the history."""

    deck: Deck
    history: History
    rules: Sequence[Rule]
    classes: Rules
    """They class failures."""
    outward: frozenset[str] = frozenset()
    """Ways that the outbox sends."""
    tell: Tell = lambda message, ways: None
    each: Callable[[Transition], object] = lambda transition: None
    """Gets every change, whether or not a rule asks for it."""
    quiet: Callable[[datetime], datetime | None] = lambda now: None
    """When the quiet hours end that a moment is in."""
    wake: Callable[[], object] = lambda: None
    """A message waits in the outbox."""
    _known: dict[str, TaskStatus] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    """Accounts whose history is read."""
    _whole: set[str] = field(default_factory=set)
    """Accounts whose list came whole: what comes new from then on is a change."""
    _changes: list[Transition] = field(default_factory=list)
    _batches: dict[TaskRef, _Batch] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)

    # -- listening

    def _changed(self, change: Change) -> None:
        for ref in change.touched or ():
            feed = change.snapshot.feeds.get(ref.account)
            if feed is None or feed.fetched is None or ref.job is not None:
                continue
            task = feed.tasks.get(str(ref))
            if task is not None and task.parent is None and task.native_status:
                self._see(task)
        for key in change.feeds:
            feed = change.snapshot.feeds.get(key) if isinstance(key, str) else None
            if isinstance(key, str) and feed is not None and feed.complete and key not in self._whole:
                for task in feed.tasks.values():  # what the cache painted and no answer changed
                    if task.native_status:
                        self._see(task)
                self._whole.add(key)

    def _see(self, task: Task) -> None:
        account, key = task.ref.account, str(task.ref)
        if account not in self._begun:
            self._begun.add(account)
            self._known.update(self.history.statuses(account))
        before = self._known.get(key)
        self._known[key] = task.status
        if before is not task.status and (before is not None or account in self._whole):
            transition = Transition(task, before)
            self.each(transition)
            self._changes.append(transition)
        if task.counts is not None and task.counts.failed > self._batches.setdefault(task.ref, _Batch()).failed:
            batch = self._batches[task.ref]
            if before is None and account not in self._whole:
                batch.failed = task.counts.failed  # it was so before anybody watched
                batch.final = task.status.is_final

    # -- telling

    async def run(self) -> None:
        """Until cancelled; a refused token is read again now and then."""
        end = self.deck.store.subscribe(self._changed)
        try:
            while True:
                await self.deck.clock.sleep(SETTLE)
                await self.flush()
                await self._reconnect()
        finally:
            end()

    async def flush(self) -> None:
        """Tell what changed since the last time."""
        changes, self._changes = self._changes, []
        single = []
        for change in changes:
            counts = change.task.counts
            if change.task.status is TaskStatus.FAILED and counts is not None and counts.failed:
                continue  # told with its reasons, below
            if self._rules_of(change.task, change.task.status):
                single.append(change.task)
        if single:
            await self._claim_tasks(single)
        for ref in list(self._batches):
            await self._look_into(ref)

    def _rules_of(self, task: Task, status: TaskStatus) -> list[Rule]:
        return [rule for rule in self.rules if rule.asks_for(task, status)]

    async def _claim_tasks(self, tasks: Sequence[Task]) -> None:
        """Tasks that changed together: the failed in one message a reason, the others in one a status."""
        by_key = {f"{task.ref} {task.status.value}": task for task in tasks}

        def bundles(keys: Iterable[str]) -> list[tuple[str, list[Task], Group | None]]:
            ours = {key: by_key[key] for key in keys}
            found: list[tuple[str, list[Task], Group | None]] = []
            failed = [task for task in ours.values() if task.status is TaskStatus.FAILED]
            for group in group_failures(failed, self.classes, factors=False):
                found.append((f"{group.members[0].ref} failed", list(group.members), group))
            rest: dict[tuple[TaskStatus, tuple[str, ...]], list[Task]] = {}
            for task in ours.values():
                if task.status is not TaskStatus.FAILED:
                    names = tuple(rule.name for rule in self._rules_of(task, task.status))
                    rest.setdefault((task.status, names), []).append(task)
            found += [(f"{some[0].ref} {status.value}", some, None) for (status, _), some in rest.items()]
            return found

        await self._claim({key: [task] for key, task in by_key.items()}, bundles)

    async def _claim(
        self,
        groups: Mapping[str, Sequence[Task]],
        bundles: Callable[[Iterable[str]], list[tuple[str, list[Task], Group | None]]],
        batch: Task | None = None,
    ) -> None:
        """Claim the groups; what is ours goes out."""
        now, ours = self.deck.clock.now(), list[tuple[Message, frozenset[str]]]()

        def make(keys: list[str]) -> list[tuple[str, str, Collection[str]]]:
            made: list[tuple[str, str, Collection[str]]] = []
            for key, tasks, group in bundles(keys):
                subject = batch or tasks[0]
                rules = self._rules_of(subject, TaskStatus.FAILED if group else subject.status)
                ways = frozenset(way for rule in rules for way in rule.ways)
                message = _message(tasks, group, batch, [rule.name for rule in rules], now)
                ours.append((message, ways))
                made.append((key, message.json, ways & self.outward))
            return made

        until = self.quiet(now)
        await asyncio.to_thread(Outbox(self.history).claim, groups, make, now, not_before=until)
        for message, ways in ours:
            if until is None:
                self.tell(message, ways)
        if ours:
            self.wake()

    async def _look_into(self, ref: TaskRef) -> None:
        """Why children of a batch failed: once when the first does, then now and then, and at its end."""
        known, task = self._batches[ref], self.deck.store.snapshot.task(ref)
        if task is None or task.counts is None:
            del self._batches[ref]
            return
        if not task.status.is_final:
            known.final = False
        known.failed = min(known.failed, task.counts.failed)  # fewer: some of them run again
        grown = task.counts.failed > known.failed or (task.status.is_final and not known.final and task.counts.failed)
        now = self.deck.clock.monotonic()
        early = known.looked is not None and now - known.looked < _AGAIN and not task.status.is_final
        if not grown or early or not self._rules_of(task, TaskStatus.FAILED):
            return
        known.looked = now
        try:
            failed = await self._failed_children(task)
        except (PlatformError, ConfigError) as error:
            log.info("%s: why children failed is not known yet: %s", ref, error)
            return
        known.failed, known.final = task.counts.failed, task.status.is_final
        groups = {f"{ref} children {group.key}": group for group in group_failures(failed, self.classes, factors=False)}

        def bundles(keys: Iterable[str]) -> list[tuple[str, list[Task], Group | None]]:
            return [(key, list(groups[key].members), groups[key]) for key in keys]

        if groups:
            await self._claim({key: group.members for key, group in groups.items()}, bundles, batch=task)
        elif task.status is TaskStatus.FAILED:
            await self._claim_tasks([task])

    async def _failed_children(self, task: Task) -> list[Task]:
        platform = await self.deck.platform(task.ref.account)
        by_status = platform if isinstance(platform, HasChildrenByStatus) else None
        pages = self.deck.children(task.ref) if by_status is None else by_status.failed_children(task.ref)
        failed: dict[TaskRef, Task] = {}
        async for page in pages:
            failed.update((child.ref, child) for child in page.tasks if child.status is TaskStatus.FAILED)
            if len(failed) >= _CHILDREN:
                break
        return list(failed.values())

    async def _reconnect(self) -> None:
        """Read the token again where it was refused."""
        now = self.deck.clock.monotonic()
        for account, feed in self.deck.store.snapshot.feeds.items():
            if feed.error is None or feed.next_try is not None:
                self._asked.pop(account, None)
            elif now - self._asked.setdefault(account, now) >= _REFUSED:
                self._asked[account] = now
                try:
                    await self.deck.reconnect(account)
                except (ConfigError, PlatformError) as error:
                    log.info("%s: %s", account, error)


def _message(
    tasks: Sequence[Task], group: Group | None, batch: Task | None, rules: Sequence[str], now: datetime
) -> Message:
    """In words: how many, what, why, and where to look."""
    subject, count = batch or tasks[0], len(tasks)
    status = TaskStatus.FAILED if group else subject.status
    if batch is not None and batch.counts is not None:
        # The group is made of those that were read; the batch's own count is whole.
        most = f"{count:,}{'+' if count >= _CHILDREN else ''} of {batch.counts.total:,} children of {batch.name} failed"
        title = most
    elif count > 1:
        title = f"{count:,} tasks {status.value}: {subject.name} and {count - 1:,} more"
    else:
        title = f"{status.value}: {subject.name}"
    said = [group.signature] if group else []
    if count == 1 and batch is None:
        span = subject.duration(now)
        said += [duration_text(span)] if span is not None else []
        said += [str(subject.price)] if subject.price is not None else []
    said += [subject.project] if subject.project else []
    hint = f"taskdeck triage {subject.ref}" if batch else f"taskdeck show {subject.ref}"
    kind = "batch" if subject.kind is Kind.BATCH else "task"
    return Message.of(
        title,
        "; ".join([*said, f"{kind} {subject.ref}", hint]),
        status=status.value,
        count=count,
        rules=tuple(rules),
        signature=group.signature if group else None,
        refs=[str(task.ref) for task in tasks],
        task=task_record(subject, now),
    )
