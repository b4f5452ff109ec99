"""What differs between two tasks, and which good task a failed one is best compared with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tui.domain.detail import Fact, FileRef, TaskDetail
from tui.domain.record import fact
from tui.domain.status import TaskStatus
from tui.domain.task import Task

__all__ = ["Difference", "differences", "json_of", "last_good", "nearest_good", "same_step", "stem"]

_OLDEST = datetime.min.replace(tzinfo=UTC)
_FAR = 1.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same."""

    path: str
    """Dotted: `inputs.ref`, `settings.max_parallel_instances`, `app`."""
    a: Fact
    """The first task's value; of two lists only what the other has not. None: it has none."""
    b: Fact


def differences(one: TaskDetail, other: TaskDetail, now: datetime) -> tuple[Difference, ...]:
    """Status, app, machine, inputs, settings, metadata, price and times that are not the same, in this order.

    Files are compared by id, lists as sets. Names, ids and the moments at which things happened always differ and are
    left out, and so is every other value that is the task's own id (Qarnot's shortname); `now` ends the duration of
    what still runs.
    """
    ids = one.task.ref.id.lower(), other.task.ref.id.lower()
    found = _compare("", _facts(one, now), _facts(other, now))
    return tuple(d for d in found if (str(d.a).lower(), str(d.b).lower()) != ids)


def _facts(detail: TaskDetail, now: datetime) -> dict[str, Fact]:
    task = detail.task
    return {
        "status": task.status.value,
        "project": task.project,
        "app": task.app,
        "instance": task.instance,
        "spot": task.spot,
        "region": task.region,
        "tags": list(task.tags),
        "inputs": detail.inputs if detail.inputs is not None else task.arguments,
        "settings": detail.settings if detail.settings is not None else task.settings,
        "metadata": task.metadata,
        "price": task.price,
        "duration": task.duration(now),
        "queued": task.queued(now),
    }


def _compare(path: str, a: Fact, b: Fact) -> Iterator[Difference]:
    match a, b:
        case (Mapping(), Mapping()):
            for key in dict.fromkeys((*a, *b)):
                yield from _compare(f"{path}.{key}" if path else key, a.get(key), b.get(key))
        case (list() | tuple(), list() | tuple()):
            ours, theirs = _set(a), _set(b)
            if ours.keys() != theirs.keys():
                mine = [value for key, value in ours.items() if key not in theirs]
                yield Difference(path, mine, [value for key, value in theirs.items() if key not in ours])
        case _ if _key(a) != _key(b):
            yield Difference(path, a, b)


def _set(values: Sequence[Fact]) -> dict[Any, Fact]:
    return {_key(value): value for value in values}


def _key(value: Fact) -> Any:
    """What makes a value the same as another: a file's id, whatever it is called; a list's members in any order."""
    match value:
        case FileRef():
            return ("file", value.id)
        case str():
            return value
        case Mapping():
            return frozenset((key, _key(inner)) for key, inner in value.items())
        case Sequence():
            return frozenset(map(_key, value))
        case bool():
            # True is not the number 1 here.
            return ("bool", value)
        case _:
            return value


def json_of(difference: Difference) -> dict[str, Any]:
    """The difference as one JSON object."""
    return {"path": difference.path, "a": fact(difference.a), "b": fact(difference.b)}


def _ended(task: Task) -> datetime:
    return task.ended or task.created or _OLDEST


def last_good(task: Task, others: Iterable[Task]) -> Task | None:
    """The last success of the same app; of the same project where there is one, and there of the same sample."""
    app = task.base_app
    good = [t for t in others if t.status is TaskStatus.DONE and t.ref != task.ref and t.kind is task.kind]
    return max(
        (t for t in good if app is not None and t.base_app == app),
        key=lambda t: (t.project == task.project, _same_sample(task, t), _ended(t)),
        default=None,
    )


def _same_sample(one: Task, other: Task) -> bool:
    if one.key is not None:
        return one.key == other.key
    return bool(one.metadata) and one.metadata == other.metadata


def nearest_good(task: Task, siblings: Iterable[Task]) -> Task | None:
    """The successful sibling whose arguments and metadata differ least; of several the one next to it in the batch."""
    good = [t for t in siblings if t.status is TaskStatus.DONE and t.ref != task.ref]
    spans = _spans([task, *good])

    def distance(other: Task) -> tuple[float, int, str]:
        mine, theirs = _values(task), _values(other)
        apart = sum(_apart(mine.get(key), theirs.get(key), spans.get(key)) for key in mine.keys() | theirs.keys())
        beside = abs(task.index - other.index) if task.index is not None and other.index is not None else 0
        return apart, beside, str(other.ref)

    return min(good, key=distance, default=None)


def stem(name: str) -> str:
    """A job's name without the number of its piece: `align.12` and `align_12` are both `align`."""
    bare = name.rstrip("0123456789")
    return bare.rstrip("._- ") if bare != name and bare.rstrip("._- ") else name


def same_step(job: Task, jobs: Iterable[Task]) -> Task | None:
    """Among the jobs of one task the successful one that does what `job` does: of its name, else another piece of its
    step. Of several tries the last."""
    good = [j for j in jobs if j.status is TaskStatus.DONE and j.ref != job.ref and stem(j.name) == stem(job.name)]
    named = [j for j in good if j.name == job.name]
    return max(named, key=_ended) if named else nearest_good(job, good)


def _values(task: Task) -> dict[str, str]:
    return {**{f"meta.{k}": v for k, v in task.metadata.items()}, **task.arguments}


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _spans(tasks: Sequence[Task]) -> dict[str, float]:
    """How far the numbers of each argument lie apart in all; arguments that are not all numbers are left out."""
    found: dict[str, list[float | None]] = {}
    for task in tasks:
        for key, text in _values(task).items():
            found.setdefault(key, []).append(_number(text))
    spans = {}
    for key, numbers in found.items():
        known = [n for n in numbers if n is not None]
        if len(known) == len(numbers):
            spans[key] = max(known) - min(known)
    return spans


def _apart(one: str | None, other: str | None, span: float | None) -> float:
    """From 0 for the same to 1: texts are the same or not, numbers are as far apart as the batch goes."""
    if one == other:
        return 0.0
    x, y = _number(one), _number(other)
    if not span or x is None or y is None:
        return _FAR
    return abs(x - y) / span
