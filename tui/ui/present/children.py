"""A batch's children as they are looked at: in which order, and which of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tui.domain.query import Context, Language, QueryError, SortKey, matcher, sorted_tasks
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.domain.text import natural
from tui.domain.triage import Group
from tui.store.snapshot import Feed
from tui.ui.present.batch import COLUMNS, SORTS

__all__ = ["Children", "children_text"]

_ORDERS = ("index", "start", "host")
_BY_INDEX = SortKey("child")
_NAMED = {"index": "child", "start": "started"}


@dataclass(slots=True)
class Children:
    """All children in the strip's order, and what narrows them: a filter, a group, a cell of the strip."""

    tasks: Mapping[str, Task] = field(default_factory=dict)
    """By the text of their references."""
    order: list[str] = field(default_factory=list)
    """All of them, as the strip has them."""
    query: str = ""
    wrong: str = ""
    """Why the filter as typed cannot be read; the last good one stays."""
    group: Group | None = None
    cell: range | None = None
    language: Language = field(default_factory=Language)
    """In which the filter is written."""
    sort: SortKey = _BY_INDEX
    strip_sort: SortKey = _BY_INDEX

    def take(self, tasks: Mapping[str, Task]) -> list[str]:
        """Take what is known now; the keys of those that changed. Where no child is numbered they stand by key."""
        before, self.tasks = self.tasks, tasks
        child = next(iter(tasks.values()), None)
        if child is not None and child.index is None and self.strip_sort == _BY_INDEX:
            self.sort = self.strip_sort = SortKey("key")
        return [key for key, task in tasks.items() if before.get(key) is not task]

    def arrange(self, context: Context) -> list[TaskStatus]:
        """Order all anew; their statuses, for the strip."""
        ordered = sorted_tasks(self.tasks.values(), (self.strip_sort,), context, newest_first=True)
        self.order = [str(task.ref) for task in ordered]
        return [task.status for task in ordered]

    def rows(self, context: Context) -> list[str]:
        """Those of the cell, the group and the filter, sorted."""
        cell = self.cell
        keys: Sequence[str] = self.order if cell is None else self.order[cell.start : cell.stop]
        tasks: Iterable[Task] = (self.tasks[key] for key in keys)
        if self.group is not None:
            members = set(self.group.refs)
            tasks = [task for task in tasks if task.ref in members]
        if self.query:
            match = matcher(self.language.parse(self.query), context)
            tasks = [task for task in tasks if match(task)]
        if self.sort != self.strip_sort:
            tasks = sorted_tasks(tasks, (self.sort,), context, newest_first=True)
        return [str(task.ref) for task in tasks]

    def ask(self, text: str) -> bool:
        """Filter by this; False where it cannot be read, and then the last good one stays."""
        try:
            self.language.parse(text)
        except QueryError as error:
            self.wrong = f"column {error.start + 1}: {error.reason}"
            return False
        self.wrong, self.query = "", text.strip()
        return True

    @property
    def orders(self) -> list[str]:
        """What they can be ordered by: index, start, host, any metadata or argument."""
        fields = {f"meta.{name}" for task in self.tasks.values() for name in task.metadata}
        fields |= {f"in.{name}" for task in self.tasks.values() for name in task.arguments}
        return [*_ORDERS, *sorted(fields, key=natural)[:40]]

    def order_by(self, chosen: str) -> None:
        """Order strip and rows by one of `orders`."""
        name, _, key = chosen.partition(".")
        self.strip_sort = self.sort = SortKey(_NAMED.get(name, name), key=key or None)
        self.cell = None

    @property
    def sort_name(self) -> str:
        """The column they are sorted by, as the screen calls it."""
        named = next((c.label.lower() for c in COLUMNS if SORTS[c.key] == self.sort.field), str(self.sort))
        return f"{named} desc" if self.sort.descending else named


def children_text(children: Children, feed: Feed | None, shown: int, marks: Collection[str]) -> str:
    """The line above the rows: what narrows them, how many of how many, sorted by what."""
    if feed is None or (feed.loading and not children.order):
        return "loading"
    of = f"{len(children.order):,}" + ("" if feed.complete else "+")
    words = [
        f"/{children.query}" if children.query else "",
        f"group: {children.group.signature}" if children.group else "",
        f"cell {children.cell.start}-{children.cell.stop - 1}" if children.cell is not None else "",
        f"{shown:,} of {of}",
        f"sort: {children.sort_name}",
        f"marked {len(marks):,}" if marks else "",
        children.wrong,
        feed.note or "",
    ]
    return "   ".join(word for word in words if word)
