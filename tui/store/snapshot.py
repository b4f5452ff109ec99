"""What is known at one moment: frozen, so that whoever draws it can take its time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from tui.domain.errors import PlatformError
from tui.domain.task import Task, TaskRef
from tui.platforms.protocols import PushDown

if TYPE_CHECKING:
    from tui.domain.account import Budget
    from tui.domain.action import Verb

__all__ = ["EMPTY", "Change", "Feed", "Problem", "Snapshot"]


@dataclass(frozen=True, slots=True)
class Feed:
    """One list of tasks: an account's, or a batch's children."""

    tasks: Mapping[str, Task] = field(default_factory=dict)
    """By `str(ref)`, in no order that means anything."""
    fetched: datetime | None = None
    """When the newest part was asked for; None before the first answer of this run."""
    interval: timedelta = timedelta(seconds=5)
    """How often it is asked for just now; older than two of these is stale (R25)."""
    complete: bool = False
    """All pages are here. Until then counts read `31+`."""
    total: int | None = None
    """How many there are in all, where the platform says so."""
    unreadable: int = 0
    """Rows that could not be read (R20)."""
    error: PlatformError | None = None
    """Why the latest attempt failed; None when it went well."""
    failing_since: datetime | None = None
    attempts: int = 0
    """Failed attempts in a row."""
    next_try: datetime | None = None
    """When it is asked again; None when polling has stopped (refused token) or is paused."""
    loading: bool = False
    """A first or full load is under way."""
    sought: PushDown = PushDown()
    """The part of a filter that was asked of the server itself, while not all of the list is here."""
    sought_whole: bool = False
    """All that it lets through is here, although the list is not complete."""
    note: str | None = None
    """Why it is not complete, or what else the user should know, in one line."""
    budget: "Budget | None" = None
    seldom: str | None = None
    """Why it is asked for so seldom, where its operators ask for that."""
    from_cache: bool = False
    """Painted from disk; no answer of this run yet."""

    def stale(self, now: datetime) -> bool:
        """Whether the data is older than two intervals, or was never fetched in this run."""
        return self.fetched is None or now - self.fetched > 2 * self.interval


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the user should know, kept until it is over."""

    account: str | None
    """Whose, or None for the program's own (cache, journal, configuration)."""
    what: str
    """What failed, in one line."""
    advice: str | None = None
    """What to do about it."""
    since: datetime | None = None
    attempts: int = 0
    next_try: datetime | None = None
    brief: str | None = None
    """What the first screen says of it in a few words, where its number alone would be too little (R35)."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything the screens draw. Equal only to itself: nobody compares 100,000 rows to learn that one changed."""

    feeds: Mapping[str, Feed] = field(default_factory=dict)
    """By account name, in the order of the configuration."""
    children: Mapping[TaskRef, Feed] = field(default_factory=dict)
    """Batches that are open somewhere, by the batch's reference."""
    in_flight: Mapping[TaskRef, "Verb"] = field(default_factory=dict)
    """Actions under way."""
    problems: tuple[Problem, ...] = ()
    serial: int = 0
    """Grows with every change."""

    def task(self, ref: TaskRef) -> Task | None:
        """The task or child, wherever it is held."""
        key = str(ref)
        feed = self.feeds.get(ref.account)
        if feed is not None and (found := feed.tasks.get(key)) is not None:
            return found
        for batch, children in self.children.items():
            if batch.account == ref.account and (found := children.tasks.get(key)) is not None:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """What a new snapshot changed, so that nobody compares 100,000 rows."""

    snapshot: Snapshot
    touched: frozenset[TaskRef] | None
    """Tasks added, changed or removed; None when anything may have changed."""
    feeds: frozenset[str | TaskRef] = frozenset()
    """Which lists: account names and batches."""


EMPTY = Snapshot(MappingProxyType({}), MappingProxyType({}), MappingProxyType({}))
"""Before anything is known."""
