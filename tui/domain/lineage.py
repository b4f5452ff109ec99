"""One piece of work over several tries: who of a batch's children has a success, in it or in a batch rerun from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef

__all__ = ["Tries", "identity", "lineage", "over_tries"]


@dataclass(frozen=True, slots=True)
class Tries:
    """How far a piece of work is over all its tries."""

    total: int
    """Children of the first batch."""
    succeeded: int
    """Of these, those that succeeded in any try."""
    open: int
    """Without a success yet, but still running somewhere."""
    missing: tuple[TaskRef, ...]
    """The last try of each of the others: what to rerun."""
    tries: int
    """Batches."""

    def __str__(self) -> str:
        """`1,994 of 2,000 have a success over 2 tries, 6 have none`."""
        said = f"{self.succeeded:,} of {self.total:,} have a success"
        if self.tries > 1:
            said += f" over {self.tries} tries"
        if self.open:
            said += f", {self.open:,} still run"
        if self.missing:
            said += f", {len(self.missing):,} have none"
        return said


def identity(task: Task) -> object:
    """What stays the same of a child from one try to the next: its arguments, else its key, metadata or name.

    Never its place: a rerun of what failed numbers its children anew.
    """
    if task.arguments:
        return frozenset(task.arguments.items())
    if task.key is not None:
        return task.key
    if task.metadata:
        return frozenset(task.metadata.items())
    return task.name


def over_tries(batches: Sequence[Iterable[Task]]) -> Tries:
    """Count over the children of the first batch and of those rerun from it, in the order they were made.

    Children of a later batch that the first does not have are other work and count for nothing. Two children that
    nothing tells apart are two pieces of work: of so many successes each takes one.
    """
    latest: dict[object, list[Task]] = {}
    for number, children in enumerate(batches):
        tried: dict[object, list[Task]] = {}
        for child in children:
            tried.setdefault(identity(child), []).append(child)
        for name, again in tried.items():
            if number == 0:
                latest[name] = again
            elif name in latest:
                latest[name] = _renewed(latest[name], again)
    everyone = [task for tasks in latest.values() for task in tasks]
    done = sum(task.status is TaskStatus.DONE for task in everyone)
    still = sum(task.status.is_open and task.status is not TaskStatus.UNKNOWN for task in everyone)
    missing = tuple(t.ref for t in everyone if t.status in _MISSING)
    return Tries(len(everyone), done, still, missing, len(batches))


_MISSING = frozenset({TaskStatus.FAILED, TaskStatus.ABORTED, TaskStatus.UNKNOWN})


def _renewed(before: Sequence[Task], again: Sequence[Task]) -> list[Task]:
    """The tries of the same work, a new one in the place of each that had no success."""
    fresh = iter(again)
    return [task if task.status is TaskStatus.DONE else next(fresh, task) for task in before]


def lineage(first: TaskRef, rerun_of: Mapping[TaskRef, TaskRef]) -> tuple[TaskRef, ...]:
    """The batch and all that were rerun from it or from each other, the first one first.

    Args:
        first: Any of them.
        rerun_of: Maps each new batch to the one it was made from.
    """
    root = first
    seen = {root}
    while (before := rerun_of.get(root)) is not None and before not in seen:
        root = before
        seen.add(root)
    found = [root]
    for ref in found:
        found += [new for new, old in rerun_of.items() if old == ref and new not in found]
    return tuple(found)
