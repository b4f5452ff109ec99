"""Of which tasks the reasons are: the children of a batch, the marked ones, or those that match a filter."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tui.domain.query import FilterScope, Predicate, QueryError, matcher
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.triage import Group
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.format import count_text, span_text
from tui.ui.present.glyphs import STATUS
from tui.ui.present.head import Head

__all__ = ["EVERYWHERE", "FailureScope"]

EVERYWHERE = TaskRef("", "")
"""Stands for all tasks of all accounts."""


class FailureScope:
    """The tasks that failed, and the good ones that they are compared with; `snapshot` is what the lists know."""

    def __init__(self, ref: TaskRef, query: str, marked: Collection[TaskRef], snapshot: Snapshot) -> None:
        self.ref = ref
        """A batch, or `EVERYWHERE`."""
        self.query = query
        self.marked = frozenset(marked)
        """Of the list only these; empty for what the filter finds."""
        self.snapshot = snapshot
        self.tasks: tuple[Task, ...] = ()
        self.fetched: datetime | None = None
        """When they were asked for."""
        self.error = ""
        """Why they are not all here, or empty."""

    @property
    def name(self) -> str:
        """What is kept by, for the next look at the same."""
        if self.ref != EVERYWHERE:
            return str(self.ref)
        return self.query if not self.marked else " ".join(sorted(map(str, self.marked))[:20])

    @property
    def feeds(self) -> Sequence[Feed]:
        """The lists they come from."""
        if self.ref == EVERYWHERE:
            return list(self.snapshot.feeds.values())
        child = self.snapshot.children.get(self.ref)
        return [child] if child is not None else []

    def take(self, scope: FilterScope) -> bool:
        """Take the tasks as they are now; whether any is another than before."""
        if self.ref != EVERYWHERE:
            feed = self.snapshot.children.get(self.ref)
            tasks = tuple(feed.tasks.values()) if feed is not None else ()
            self.fetched = feed.fetched if feed is not None else None
            self.error = str(feed.error) if feed is not None and feed.error else ""
        else:
            match = self._matcher(scope)
            every = (task for feed in self.feeds for task in feed.tasks.values())
            wanted = {TaskStatus.DONE: lambda task: True, TaskStatus.FAILED: match}
            tasks = tuple(t for t in every if t.status in wanted and wanted[t.status](t))
            self.fetched = max((feed.fetched for feed in self.feeds if feed.fetched), default=None)
        changed, self.tasks = tasks != self.tasks, tasks
        return changed

    def _matcher(self, scope: FilterScope) -> Predicate:
        """Whether a task is among those it is about: the marked ones, else those that the list would show."""
        if self.marked:
            return lambda task: task.ref in self.marked
        try:
            return matcher(scope.language.parse(self.query), scope.context())
        except QueryError as error:  # it was read when it was typed; a view in it may be gone since
            self.error = f"the filter cannot be read: {error.reason}"
            return lambda task: False

    @property
    def succeeded(self) -> int | None:
        """How many there are that went well, read or not; None where not all tasks are listed yet."""
        batch = self.snapshot.task(self.ref)
        if self.ref != EVERYWHERE:
            return batch.counts.done if batch is not None and batch.counts is not None else None
        return self._number(TaskStatus.DONE) if all(feed.complete for feed in self.feeds) else None

    def _number(self, status: TaskStatus) -> int:
        return sum(task.status is status for task in self.tasks)

    # --- words ---------------------------------------------------------------------------------------------------

    @property
    def _about(self) -> str:
        """Of what the reasons are, for the title."""
        task = self.snapshot.task(self.ref)
        if task is not None:
            return task.name
        if self.ref != EVERYWHERE:
            return str(self.ref)
        if self.marked:
            return f"of {count_text(len(self.marked), 'marked task')}"
        return f"of the tasks that match  {self.query}" if self.query else "of all tasks"

    def header(self, groups: Sequence[Group], quiet: int, since: datetime | None, now: datetime) -> Head:
        """Of what, how many failures in how many groups, since when they are new.

        Args:
            groups: The groups of the failures.
            quiet: How many of them were acknowledged.
            since: The last look at the same; None for the first.
            now: The clock's time.
        """
        failed, new = sum(group.count for group in groups), sum(group.new for group in groups)
        read = self._number(TaskStatus.DONE)
        of_all = f" of {self.succeeded:,}" if (self.succeeded or 0) > read else ""
        below = (
            f"new since {span_text(now - since)} ago: {new:,}" if since else "first look",
            f"{quiet} acknowledged" if quiet else None,
            f"compared with {read:,}{of_all} done",
        )
        reasons = count_text(len(groups), "reason")
        state = f"{STATUS[TaskStatus.FAILED]} {failed:,} failed in {reasons}" if failed else ""
        return Head(f"Reasons  {self._about}", state, TaskStatus.FAILED if failed else None, (self.ref.account,), below)

    @property
    def why_no_groups(self) -> str:
        """Nothing failed is said only once everything was read and grouped."""
        if failed := self._number(TaskStatus.FAILED):
            return f"grouping {count_text(failed, 'failed task')}"
        partial = [feed for feed in self.feeds if not feed.complete]
        if self.fetched is None or any(feed.error is None for feed in partial):
            return "what failed is still being read"
        return "nothing failed among the tasks that could be read" if partial else "nothing failed here"
