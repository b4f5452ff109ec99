"""Which apps have a success that another task of theirs can be compared with."""

from collections import Counter
from collections.abc import Iterable

from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task

__all__ = ["Successes"]


class Successes:
    """Done tasks by account, kind and app, whatever its revision; counted once, then kept up."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._bases: dict[tuple[str, str | None], str | None] = {}
        self._count: Counter[tuple[str, Kind, str | None]] = Counter()
        for task in tasks:
            self.count(task, 1)

    def _key(self, task: Task) -> tuple[str, Kind, str | None]:
        account, app = task.ref.account, task.app
        base = self._bases.get((account, app))
        if base is None:
            base = self._bases[account, app] = task.base_app
        return account, task.kind, base

    def count(self, task: Task, by: int) -> None:
        """Take a task in (1) or out (-1)."""
        if task.status is TaskStatus.DONE:
            self._count[self._key(task)] += by

    def beside(self, task: Task) -> bool:
        """Whether there is a success of the same app besides the task itself."""
        own = 1 if task.status is TaskStatus.DONE else 0
        return task.app is not None and self._count[self._key(task)] > own
