"""The rows of the list: which tasks are shown, in which order, and what they add up to.

A change costs what it touched. Only a new filter or order reads all rows, once, from lists that are already in the
order "newest first".
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import compress, repeat
from operator import attrgetter, contains
from typing import Any

from tui.domain.money import Money, Sum
from tui.domain.query import (
    DEFAULT,
    EVERYTHING,
    Context,
    Node,
    Predicate,
    SortKey,
    haystack,
    matcher,
    order,
    ranker,
    words_in,
)  # fmt: skip
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.snapshot import Snapshot
from tui.ui.present.successes import Successes

__all__ = ["Listing", "MarkedRefs", "Totals", "Wanted"]

Rank = Callable[[Task], tuple[Any, ...]]

_FEW = 400
"""So many changes are put in their places one by one, or a twentieth of all; more are sorted anew."""
_REMEMBERED = 6
"""Searches for words that are remembered: what was typed letter by letter is taken back letter by letter."""
_word, _price, _garbled = attrgetter("status._value_"), attrgetter("price"), attrgetter("garbled")
_currency, _amount, _created = attrgetter("currency"), attrgetter("amount"), attrgetter("created")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked to see."""

    node: Node = EVERYTHING
    """The filter."""
    scope: str | None = None
    """Only this account."""
    sort: tuple[SortKey, ...] = DEFAULT


@dataclass(slots=True)
class Totals:
    """What the shown rows add up to."""

    statuses: Counter[str] = field(default_factory=Counter)
    """Rows by the status's word."""
    money: dict[str, Decimal] = field(default_factory=dict)
    """Spent, by currency."""
    garbled: int = 0
    """Rows whose cost cannot be read."""
    failures: Counter[int] = field(default_factory=Counter)
    """Failed rows by the hour they ended in, counted from the epoch."""

    def count(self, task: Task, by: int) -> None:
        """Take a row in (1) or out (-1)."""
        self.statuses[task.status.value] += by
        if task.status is TaskStatus.FAILED and (at := task.ended or task.updated) is not None:
            self.failures[int(at.timestamp()) // 3600] += by
        if "price" in task.garbled:
            self.garbled += by
        if task.price is not None:
            self.money[task.price.currency] = self.money.get(task.price.currency, Decimal(0)) + by * task.price.amount

    @property
    def spent(self) -> Sum:
        """What the rows cost."""
        amounts = sorted((Money(c, a) for c, a in self.money.items() if a), key=lambda m: (-m.amount, m.currency))
        return Sum(tuple(amounts), self.garbled)

    def of(self, status: TaskStatus) -> int:
        """Rows in this status."""
        return self.statuses[status.value]


@dataclass(frozen=True, slots=True)
class MarkedRefs(Collection[TaskRef]):
    """The marked tasks by their keys, without making a set of references at every look."""

    keys: set[str]
    """`str(ref)` of each."""

    def __contains__(self, ref: object) -> bool:
        return str(ref) in self.keys

    def __iter__(self) -> Iterator[TaskRef]:
        return (TaskRef.parse(key) for key in self.keys)

    def __len__(self) -> int:
        return len(self.keys)


class Listing:
    """All tasks of all accounts, and the rows that are wanted of them."""

    def __init__(self, context: Context) -> None:
        self.tasks: dict[str, Task] = {}
        """Every task by `str(ref)`."""
        self.rows: list[str] = []
        """The keys that are shown, in order."""
        self.before: dict[str, Task] = {}
        """Of the last change: the tasks as they were, for those that are still there."""
        self.wanted = Wanted()
        self._sizes: dict[str, int] = {}
        """Tasks by account."""
        self._base: list[str] = []
        """All keys, newest first."""
        self._haystacks: dict[str, str] = {}
        """What words are looked for in, by key: made at the first word, so that each further letter costs less."""
        self._found: dict[tuple[str, ...], list[str]] = {}
        """Of all tasks those that hold these words, for the last few; empty once a task has changed."""
        self._members: set[str] | None = None
        """The keys in `rows`; None when those are all there are, or when no change came since they were arranged."""
        self._totals: Totals | None = None
        self._successes: Successes | None = None
        self._matches: Predicate | None = None
        self._first: Rank = ranker(DEFAULT, context)
        self._rank: Rank = self._first

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def size(self) -> int:
        """How many there are to choose from: all tasks in scope."""
        scope = self.wanted.scope
        return len(self.tasks) if scope is None else self._sizes.get(scope, 0)

    # --- all anew ------------------------------------------------------------------------------------------------

    def take(self, snapshot: Snapshot, context: Context) -> None:
        """Read a whole snapshot."""
        before, keys = self.tasks, list[str]()
        self.tasks = {}
        for _, feed in sorted(snapshot.feeds.items()):
            self.tasks.update(feed.tasks)
            keys += sorted(feed.tasks)  # of one account, so that the order of keys is that of references
        self._found.clear()
        self._haystacks = {k: t for k, t in self._haystacks.items() if before[k] is self.tasks.get(k)}
        self._sizes = {name: len(feed.tasks) for name, feed in snapshot.feeds.items()}
        dated = [key for key in keys if self.tasks[key].created is not None]
        undated = [key for key in keys if self.tasks[key].created is None]
        dated.sort(key=lambda key: _created(self.tasks[key]), reverse=True)
        self._base = dated + undated
        self._successes = None
        self.arrange(self.wanted, context)

    def arrange(self, wanted: Wanted, context: Context) -> None:
        """Show other rows, or in another order."""
        self.wanted, self._totals = wanted, None
        self._first, self._rank = ranker(DEFAULT, context), ranker(wanted.sort, context)
        self._matches = self._predicate(wanted, context)
        cheap, words, rest = words_in(wanted.node, context)
        keys = self._fitting(self._base, self._predicate(replace(wanted, node=cheap), context))
        keys = self._fitting(self._with(words, keys), self._predicate(Wanted(rest), context))
        if wanted.sort != DEFAULT:
            tasks = list(map(self.tasks.__getitem__, keys))
            keys = [keys[place] for place in order(tasks, wanted.sort, context)]
        self.rows = keys if keys is not self._base else list(keys)
        self._members = None

    def _fitting(self, keys: list[str], fits: Predicate | None) -> list[str]:
        """Those of tasks that fit."""
        return keys if fits is None else list(compress(keys, list(map(fits, map(self.tasks.__getitem__, keys)))))

    def _with(self, words: Sequence[str], keys: list[str]) -> list[str]:
        """Those of tasks that hold all the words."""
        known = self._haystacks
        if not words:
            return keys
        whole = keys is self._base
        if whole:
            if (found := self._found.get(tuple(words))) is not None:
                return list(found)
            keys = self._narrowest(words)
        if len(known) < len(self.tasks):
            known.update((key, haystack(self.tasks[key])) for key in keys if key not in known)
        texts = list(map(known.__getitem__, keys))
        for word in words:
            kept = list(map(contains, texts, repeat(word)))
            keys, texts = list(compress(keys, kept)), list(compress(texts, kept))
        if whole:
            while len(self._found) >= _REMEMBERED:
                del self._found[next(iter(self._found))]
            self._found[tuple(words)] = list(keys)
        return keys

    def _narrowest(self, words: Sequence[str]) -> list[str]:
        """The fewest tasks known to hold all there is to find: a letter more only leaves less of what was found."""
        wider = [
            found for old, found in self._found.items() if all(any(part in word for word in words) for part in old)
        ]
        return min(wider, key=len, default=self._base)

    @staticmethod
    def _predicate(wanted: Wanted, context: Context) -> Predicate | None:
        fits = None if wanted.node == EVERYTHING else matcher(wanted.node, context)
        scope = wanted.scope
        if scope is None:
            return fits
        if fits is None:
            return lambda task: task.ref.account == scope
        chosen = fits
        return lambda task: task.ref.account == scope and chosen(task)

    # --- a change ------------------------------------------------------------------------------------------------

    def apply(self, snapshot: Snapshot, touched: Collection[TaskRef], context: Context) -> set[str]:
        """Take what a change touched; the keys whose row may look different. `rows` is another list if rows moved."""
        self.before = {}
        if len(touched) > max(_FEW, len(self.tasks) // 20):
            self.take(snapshot, context)
            return {str(ref) for ref in touched}
        self._sizes = {name: len(feed.tasks) for name, feed in snapshot.feeds.items()}
        if self._matches is not None and self._members is None:
            self._members = set(self.rows)
        changed, base_out, base_in, out, into = set[str](), set[str](), [], set[str](), []
        for ref in touched:
            key = str(ref)
            changed.add(key)
            feed = snapshot.feeds.get(ref.account)
            new = feed.tasks.get(key) if feed is not None else None
            old = self.tasks.get(key)
            if new is old:
                continue
            self._haystacks.pop(key, None)
            self._found.clear()
            if old is None or new is None or old.created != new.created:
                if old is not None:
                    base_out.add(key)
                if new is not None:
                    base_in.append(key)
            was = old is not None and (self._members is None or key in self._members)
            now = new is not None and (self._matches is None or self._matches(new))
            if was and (not now or (old and new and self._rank(old) != self._rank(new))):
                out.add(key)
            if now and (not was or key in out):
                into.append(key)
            self._count(self._totals, old if was else None, new if now else None)
            self._count(self._successes, old, new)
            if new is None:
                del self.tasks[key]
            else:
                self.tasks[key] = new
                if old is not None:
                    self.before[key] = old
        self._base = self._moved(self._base, base_out, base_in, self._first)
        if out or into:
            self.rows = self._moved(self.rows, out, into, self._rank)
            if self._members is not None:
                self._members = (self._members - out) | set(into)
        return changed

    @staticmethod
    def _count(counted: Totals | Successes | None, old: Task | None, new: Task | None) -> None:
        if counted is not None:
            if old is not None:
                counted.count(old, -1)
            if new is not None:
                counted.count(new, 1)

    def _moved(self, keys: list[str], out: set[str], into: Sequence[str], rank: Rank) -> list[str]:
        """`keys` without `out`, and with `into` in their places."""
        if not out and not into:
            return keys
        kept = [key for key in keys if key not in out] if out else list(keys)

        def of(key: str) -> tuple[Any, ...]:
            return rank(self.tasks[key])

        for key in into:
            insort(kept, key, key=of)
        return kept

    # --- questions -----------------------------------------------------------------------------------------------

    def totals(self) -> Totals:
        """Statuses and money of the shown rows; counted once, then kept up."""
        if self._totals is None:
            found = Totals()
            tasks = list(map(self.tasks.__getitem__, self.rows))
            found.statuses.update(map(_word, tasks))
            prices = [price for price in map(_price, tasks) if price is not None]
            for currency in (currencies := set(map(_currency, prices))):
                mine = [p for p in prices if p.currency == currency] if len(currencies) > 1 else prices
                found.money[currency] = sum(map(_amount, mine), Decimal(0))
            ends = (task.ended or task.updated for task in tasks if task.status is TaskStatus.FAILED)
            found.failures.update(int(at.timestamp()) // 3600 for at in ends if at is not None)
            found.garbled = sum("price" in names for names in filter(None, map(_garbled, tasks)))
            self._totals = found
        return self._totals

    @property
    def successes(self) -> Successes:
        """What can be compared with; of all tasks, counted once, then kept up."""
        if self._successes is None:
            self._successes = Successes(self.tasks.values())
        return self._successes

    def step(self, row: int, way: int, status: TaskStatus = TaskStatus.FAILED) -> int | None:
        """The next or previous row in this status, round the end; None when there is none."""
        count = len(self.rows)
        for distance in range(1, count + 1):
            at = (row + way * distance) % count
            if self.tasks[self.rows[at]].status is status:
                return at
        return None

    def index(self, key: str) -> int | None:
        """The row of a shown key, by its place in the order."""
        task = self.tasks.get(key)
        if task is None:
            return None
        rank = self._rank
        at = bisect_left(self.rows, rank(task), key=lambda k: rank(self.tasks[k]))
        return at if at < len(self.rows) and self.rows[at] == key else None
