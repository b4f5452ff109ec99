"""Why the children of a batch fail: grouped while they come, a row a reason."""

from collections.abc import Callable

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.clock import Clock
from tui.domain.triage import Group
from tui.ui.batch_facts import BatchFacts
from tui.ui.present.failure_groups import group_columns
from tui.ui.present.format import count_text
from tui.ui.widgets.children_pane import ChildrenPane
from tui.ui.widgets.failure_groups import FailureGroups
from tui.ui.widgets.pane_rule import PaneRule

__all__ = ["BatchFailures"]

_MOST = 4
"""Rows at most; the rest is a matter of scrolling."""
_GROUPED_EVERY = 1.0
"""Seconds between two groupings while children come."""


class BatchFailures(Vertical):
    """A title and the groups; not shown while nothing failed."""

    def __init__(self, facts: BatchFacts, rows: ChildrenPane, clock: Clock, changed: Callable[[], None]) -> None:
        super().__init__(id="failures")
        self.rows = FailureGroups(facts.grouping, clock)
        self._facts = facts
        self._children = rows
        self._clock = clock
        self._changed = changed
        """Called once other groups are shown."""
        self._more_to_group = False

    def compose(self) -> ComposeResult:
        """Title and rows."""
        yield PaneRule(id="groups-rule")
        yield self.rows.table

    @property
    def group(self) -> Group | None:
        """The group under the cursor, while the groups have the keys."""
        return self.rows.group if self.rows.table.has_focus else None

    def resized(self, width: int) -> None:
        """The columns by width."""
        self.rows.table.set_columns(group_columns(width))

    def look_deeper(self) -> None:
        """Group the failures and see what is to come: after the first paint, and at most once a second while more
        children come, for what was begun is not thrown away."""
        self._more_to_group = True
        if not self._busy_with("batch-groups"):
            self._group_on()

    def _busy_with(self, group: str) -> bool:
        return any(worker.group == group and worker.is_running for worker in self.workers)

    @work(group="batch-groups")
    async def _group_on(self) -> None:
        await self._clock.sleep(0.05)
        while self._more_to_group:
            self._more_to_group = False
            children = tuple(self._children.listed.tasks.values())
            self._facts.look_ahead(children)
            self._children.rescale(children)
            if await self._facts.grouping.renew(children):
                self._show()
            if self._facts.grouping.unread and not self._busy_with("batch-samples"):
                self._read_samples()
            if self._more_to_group:
                await self._clock.sleep(_GROUPED_EVERY)

    @work(group="batch-samples")
    async def _read_samples(self) -> None:
        """Beside the grouping: the children that come meanwhile do not wait for logs."""
        if await self._facts.grouping.read_samples():
            self._show()

    def _show(self) -> None:
        groups = self._facts.grouping.groups
        self.set_class(bool(groups), "-some")
        self.rows.table.styles.height = min(_MOST, len(groups)) + 1
        self.rows.show(groups)
        self._children.renew_group(groups)
        self._changed()

    def draw_rule(self, *, wide: bool) -> None:
        """How many reasons, and what can be done with one."""
        number = len(self._facts.grouping.groups)
        facts = count_text(number, "reason") + (f", {number - _MOST} below" if number > _MOST else "")
        keys = "space marks a reason   enter its children   x reruns it" if wide else "enter children  x rerun"
        self.query_one(PaneRule).say("WHY THEY FAIL", facts, keys, active=self.rows.table.has_focus)
