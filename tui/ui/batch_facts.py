"""What is known of a batch besides its rows, and what the screen says of it."""

from collections.abc import Sequence

from tui.clock import Clock
from tui.domain.task import Tally, Task, TaskRef
from tui.store.deck import Deck
from tui.store.failure_groups import Grouping
from tui.store.lineage import Lineage
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.batch import counts_pieces
from tui.ui.present.children import Children
from tui.ui.present.forecast import Forecast, again_text, forecast_text
from tui.ui.present.format import cost_text, status_text
from tui.ui.present.glyphs import STATUS
from tui.ui.present.head import Head

__all__ = ["BatchFacts"]


class BatchFacts:
    """Of one batch; `snapshot` is what the lists know, and is renewed by whoever holds this."""

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock) -> None:
        self.ref = ref
        self.snapshot: Snapshot = deck.store.snapshot
        self.grouping = Grouping(deck)
        self.lineage = Lineage(ref, deck.actions.journal)
        self._deck = deck
        self._clock = clock
        self._asked: Task | None = None
        """The batch as the platform described it, where no list has it."""
        self._forecast = Forecast()

    @property
    def task(self) -> Task | None:
        """The batch as last known."""
        return self.snapshot.task(self.ref) or self._asked

    @property
    def feed(self) -> Feed | None:
        """Its children as last known; None before any was heard of."""
        return self.snapshot.children.get(self.ref)

    async def load(self) -> None:
        """Ask for the batch itself.

        Raises:
            PlatformError: It cannot be read.
        """
        self._asked = await self._deck.task(self.ref)

    @property
    def stale(self) -> bool:
        """The store asks for the children, as often as the account's budget allows; while they come they are not
        old."""
        feed, now = self.feed, self._clock.now()
        return feed is not None and not feed.loading and feed.fetched is not None and feed.stale(now)

    def tally(self, listed: Children) -> Tally:
        """Counts by status: the batch's own, else of the children that are here."""
        task = self.task
        return task.counts if task and task.counts else Tally.of(child.status for child in listed.tasks.values())

    def look_ahead(self, children: Sequence[Task]) -> None:
        """Estimate what is to come, by the children that are done."""
        counts = self.task.counts if self.task else None
        open_ = counts.total - counts.finished if counts else 0
        whole = self.feed is not None and self.feed.complete
        self._forecast = Forecast.of(children, open_, self._clock.now(), whole=whole)

    # --- words ---------------------------------------------------------------------------------------------------

    def header(self, tally: Tally, *, brief: bool) -> Head:
        """Name, status, account, project; counts with what failed first, money, forecast, app, id."""
        task, now = self.task, self._clock.now()
        if task is None:
            return Head(f"batch  {self.ref}", counts=[("counts are coming", "dim")])
        batches, tries = self.lineage.batches, self.lineage.tries(self.snapshot)
        again = str(tries) if tries else f"{len(batches)} tries" if len(batches) > 1 else None
        project = self._deck.projects.get(task.project or "", task.project)
        below = (
            f"{cost} so far" if (cost := cost_text(task)) else None,
            self._forecast.eta,
            forecast_text(task, self._forecast.rest),
        )
        facts = (task.ref.account, again, project, task.app, f"id {task.ref.id}")
        state = f"{STATUS[task.status]} {status_text(task, now)}"
        return Head(task.name, state, task.status, facts, below, counts_pieces(tally, brief=brief))

    def next_text(self, listed: Children, *, marked: int, shown: int) -> str:
        """What to press; where nothing is there, why.

        Args:
            listed: The children that are here.
            marked: How many of them are marked.
            shown: How many of them the filter leaves.
        """
        if marked:
            return f"{marked:,} marked: x actions   D diff of two   U none"
        if listed.order and not shown:
            return "no child matches; esc shows them again"
        if failed := sum(group.count for group in self.grouping.groups):
            plan = again_text(self._forecast.again)
            about = f": {plan}" if plan else ""
            return f"next  x f rerun the {failed:,} failed{about}   n failure   F failed only   E reasons"
        task, feed = self.task, self.feed
        if feed is not None and feed.complete and not listed.order:
            return "this batch has no children"
        if task is not None and task.counts is not None and task.counts.failed:
            return f"{task.counts.failed:,} failed; which and why is still being read"
        return "" if task is None or not task.status.is_final else "all children ended without a failure"
