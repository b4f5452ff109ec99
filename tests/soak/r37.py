"""R37: 100,000 interleavings of refresh, sort, filter and cursor keys; no action meets a task that was not meant."""

import random
from datetime import timedelta

from tests.domain.samples import NOW, make
from tui.domain.query import Context, matcher, parse, parse_sort, sorted_tasks
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.store import Store

__all__ = ["TITLE", "soak"]

TITLE = "the cursor follows its task through refresh, sort and filter: 100,000 interleavings, 0 wrong targets"
STEPS = 100_000
_SORTS = [parse_sort(s) for s in ("created desc", "name", "status, name", "updated desc", "cost")]
_FILTERS = [parse(f) for f in ("", "open", "bad | final", "n1", "!status:done")]


class Listing:
    """The list's model: rows as the store, a sort and a filter make them; the cursor stands on a reference."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.sort, self.filter = _SORTS[0], _FILTERS[0]
        self.cursor: TaskRef | None = None

    def rows(self) -> list[Task]:
        """What is shown now."""
        context = Context(now=NOW)
        finds = matcher(self.filter, context)
        shown = [t for t in self.store.feed("cgc").tasks.values() if finds(t)]
        return sorted_tasks(shown, self.sort, context)

    def move(self, rng: random.Random) -> None:
        """A cursor key: from where the cursor's task is now; from nowhere to the top."""
        rows = self.rows()
        at = next((n for n, t in enumerate(rows) if t.ref == self.cursor), None)
        if rows:
            step = 0 if at is None else min(max(at + rng.choice((-1, 1, 10)), 0), len(rows) - 1)
            self.cursor = rows[step].ref

    def target(self) -> Task | None:
        """What an action would take: the cursor's own task while it is shown, else nothing."""
        return next((t for t in self.rows() if t.ref == self.cursor), None)


def _refresh(store: Store, rng: random.Random) -> None:
    begun = store.begin()
    names = rng.sample(range(24), 4)
    changed = [
        make(f"t{n}", name=f"n{rng.randrange(9)}", status=rng.choice(list(TaskStatus)), created=NOW - timedelta(n))
        for n in names[:3]
    ]
    store.merge("cgc", changed, begun=begun, gone=[TaskRef("cgc", f"t{n}") for n in names[3:]])


def soak(scale: float, seed: int) -> str:
    """Run so many of the interleavings.

    Raises:
        AssertionError: An action would have met another task than the one the user stood on.
    """
    steps = round(STEPS * scale)
    rng, store = random.Random(seed), Store(["cgc"])
    listing, wrong = Listing(store), 0
    for _ in range(steps):
        meant = listing.cursor
        match rng.randrange(5):
            case 0 | 1:
                _refresh(store, rng)
            case 2:
                listing.sort = rng.choice(_SORTS)
            case 3:
                listing.filter = rng.choice(_FILTERS)
            case _:
                listing.move(rng)
                meant = listing.cursor
        target = listing.target()
        wrong += target is not None and target.ref != meant
        wrong += target is not None and target is not store.feed("cgc").tasks[str(meant)]
    assert wrong == 0, f"{wrong} wrong targets"
    return f"{steps:,} interleavings, no wrong target"
