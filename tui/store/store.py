"""The one owner of what is known: merges answers, makes a frozen snapshot of each change, tells who listens."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from tui.domain.action import Verb
from tui.domain.task import Job, Task, TaskRef
from tui.store.snapshot import EMPTY, Change, Feed, Problem, Snapshot
from tui.store.task_map import Table

__all__ = ["FeedKey", "Listener", "Store"]

FeedKey = str | TaskRef
"""An account's name, or the batch whose children are meant."""
Listener = Callable[[Change], None]

_TOLD = {
    kind: attrgetter(*(f.name for f in fields(kind) if f.name not in {"fetched", "changed"})) for kind in (Task, Job)
}
"""All that a platform tells, without the moment of asking and the change we may have seen ourselves."""


def _same(old: Task, new: Task) -> bool:
    """Whether the platform tells nothing new."""
    if type(old) is not type(new) or new.changed not in {None, old.changed}:
        return False
    told = _TOLD[type(old)]
    return bool(told(old) == told(new))


def _seen(old: Task, new: Task) -> Task:
    """The new task with the time of the last change we saw, where the platform does not tell it."""
    if new.changed is not None or (new.status.is_final and new.ended is not None):
        return new
    moved = (old.status, old.native_status, old.counts) != (new.status, new.native_status, new.counts)
    changed = new.fetched if moved else old.changed
    return new if changed is None else replace(new, changed=changed)


class Store:
    """Everything the program knows at this moment; written by pollers and actions, read by whoever draws."""

    def __init__(self, accounts: Sequence[str] = ()) -> None:
        feeds = {name: Feed() for name in accounts}
        self._snapshot = replace(EMPTY, feeds=MappingProxyType(feeds))
        self._listeners: list[Listener] = []
        self._turn = 0
        self._acted: dict[TaskRef, int] = {}

    @property
    def snapshot(self) -> Snapshot:
        """The latest state."""
        return self._snapshot

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each change, on the thread that made it; the answer ends the subscription."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def begin(self) -> int:
        """A number for a request that is about to be sent; answers older than an action carry a smaller one."""
        self._turn += 1
        return self._turn

    def feed(self, key: FeedKey) -> Feed:
        """A list as it stands; an empty one for a batch that nobody opened."""
        return self._feeds(key).get(key, Feed())

    def _feeds(self, key: FeedKey) -> Mapping[FeedKey, Feed]:
        if isinstance(key, TaskRef):
            return self._snapshot.children  # type: ignore[return-value]  # each has keys of one kind
        return self._snapshot.feeds  # type: ignore[return-value]  # the same

    def merge(
        self, key: FeedKey, tasks: Iterable[Task], *, begun: int, gone: Iterable[TaskRef] = (), **state: Any
    ) -> None:
        """Take tasks into a list, drop those that are gone, and set fields of the feed.

        A task that was acted on after the request `begun` was sent keeps what the action's answer said: a poll that
        was under way must neither bring the old status back nor take a new task away.
        """
        old = self.feed(key)
        put: dict[str, Task] = {}
        touched: set[TaskRef] = set()
        for task in tasks:
            if self._acted.get(task.ref, 0) > begun:
                continue
            name = str(task.ref)
            known = put.get(name) or old.tasks.get(name)
            if known is None or not _same(known, task):
                put[name] = task if known is None else _seen(known, task)
                touched.add(task.ref)
        dropped = [
            ref for ref in gone if self._acted.get(ref, 0) <= begun and (str(ref) in put or str(ref) in old.tasks)
        ]
        held = old.tasks
        if touched or dropped:
            table = held if isinstance(held, Table) else Table(held)
            held = table.changed(put, map(str, dropped))
        self._put(key, replace(old, tasks=held, **state), touched.union(dropped))

    def update(self, key: FeedKey, **state: Any) -> None:
        """Set fields of a feed, not its tasks."""
        self._put(key, replace(self.feed(key), **state), set())

    def acted(self, task: Task) -> None:
        """Put the answer of an action, wherever the task is held; older answers no longer count.

        A new task goes into its account's list; a child or job of a batch that nobody opened into none.
        """
        self._acted[task.ref] = self.begin()
        holding = self._holding(task.ref)
        if not holding and task.parent is None and task.ref.job is None:
            holding = [task.ref.account]
        for key in holding:
            self.merge(key, (task,), begun=self._turn)

    def touch(self, ref: TaskRef) -> None:
        """An action on `ref` ended without telling its state: answers begun before no longer count."""
        self._acted[ref] = self.begin()

    def remove(self, ref: TaskRef) -> None:
        """The task is gone."""
        self._acted[ref] = self.begin()
        for key in self._holding(ref):
            self.merge(key, (), begun=self._turn, gone=(ref,))

    def _holding(self, ref: TaskRef) -> list[FeedKey]:
        name = str(ref)
        found: list[FeedKey] = [batch for batch, feed in self._snapshot.children.items() if name in feed.tasks]
        if name in self.feed(ref.account).tasks:
            found.append(ref.account)
        return found

    def close(self, batch: TaskRef) -> None:
        """Nobody looks at this batch any more."""
        if batch in self._snapshot.children:
            children = {ref: feed for ref, feed in self._snapshot.children.items() if ref != batch}
            self._set(frozenset(), frozenset({batch}), children=MappingProxyType(children))

    def mark(self, ref: TaskRef, verb: Verb | None) -> None:
        """Note that an action is under way on `ref`, or that it ended."""
        if self._snapshot.in_flight.get(ref) is verb:
            return
        flying = dict(self._snapshot.in_flight)
        if verb is None:
            flying.pop(ref, None)
        else:
            flying[ref] = verb
        self._set(frozenset({ref}), frozenset(), in_flight=MappingProxyType(flying))

    def renew(self) -> None:
        """What is known beside the lists changed: every row may read differently."""
        self._snapshot = replace(self._snapshot, serial=self._snapshot.serial + 1)
        self._tell(Change(self._snapshot, None))

    def problem(self, problem: Problem) -> None:
        """Add a problem of the program's own; the same one is kept once."""
        if all((p.account, p.what) != (problem.account, problem.what) for p in self._snapshot.problems):
            self._set(frozenset(), frozenset(), problems=(*self._snapshot.problems, problem))

    def solved(self, what: str, account: str | None = None) -> None:
        """Take a problem back: the program's own, or an account's."""
        kept = tuple(p for p in self._snapshot.problems if (p.account, p.what) != (account, what))
        if len(kept) != len(self._snapshot.problems):
            self._set(frozenset(), frozenset(), problems=kept)

    def _put(self, key: FeedKey, feed: Feed, touched: set[TaskRef]) -> None:
        feeds = dict(self._feeds(key))
        if not touched and feeds.get(key) == feed:
            return
        feeds[key] = feed
        where = "children" if isinstance(key, TaskRef) else "feeds"
        self._set(frozenset(touched), frozenset({key}), **{where: MappingProxyType(feeds)})

    def _set(self, touched: frozenset[TaskRef], keys: frozenset[FeedKey], /, **state: Any) -> None:
        self._snapshot = replace(self._snapshot, serial=self._snapshot.serial + 1, **state)
        self._tell(Change(self._snapshot, touched, keys))

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)
