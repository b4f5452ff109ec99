"""Many tasks as a frozen mapping of which a changed copy costs little, however many there are."""

from collections.abc import Iterable, Iterator, Mapping, ValuesView
from itertools import chain

from tui.domain.task import Task

__all__ = ["Table"]

_CHUNK = 256


class Table(Mapping[str, Task]):
    """Tasks by `str(ref)`, in the order they first came.

    A name is given a place once; the places are cut into chunks, and a changed copy shares all chunks but those it
    changes: a thousand changes a second among 100,000 tasks then copy kilobytes, not megabytes. All copies of one
    line share the dictionary of places, which only grows; a copy does not know a name whose place is empty in it.
    """

    __slots__ = ("_chunks", "_count", "_places")

    def __init__(self, tasks: Mapping[str, Task] | None = None) -> None:
        tasks = tasks or {}
        rows = list(tasks.values())
        self._places = {name: place for place, name in enumerate(tasks)}
        self._chunks: list[list[Task | None]] = [list(rows[i : i + _CHUNK]) for i in range(0, len(rows), _CHUNK)]
        self._count = len(rows)

    def changed(self, put: Mapping[str, Task], gone: Iterable[str] = ()) -> "Table":
        """A copy with these tasks in it and those out of it."""
        if len(self._places) > 2 * (self._count + _CHUNK):  # mostly places of tasks that are gone
            return Table(dict(self)).changed(put, gone)
        copy = Table()
        copy._places, copy._chunks, copy._count = self._places, list(self._chunks), self._count
        own: set[int] = set()
        for name, task in put.items():
            copy._set(copy._places.setdefault(name, len(copy._places)), task, own)
        for name in gone:
            if name in copy:
                copy._set(copy._places[name], None, own)
        return copy

    def _set(self, place: int, task: Task | None, own: set[int]) -> None:
        number, at = divmod(place, _CHUNK)
        while number >= len(self._chunks):
            own.add(len(self._chunks))
            self._chunks.append([])
        if number not in own:
            own.add(number)
            self._chunks[number] = list(self._chunks[number])
        chunk = self._chunks[number]
        chunk.extend([None] * (at + 1 - len(chunk)))
        self._count += (task is not None) - (chunk[at] is not None)
        chunk[at] = task

    def _at(self, place: int) -> Task | None:
        number, at = divmod(place, _CHUNK)
        return self._chunks[number][at] if number < len(self._chunks) and at < len(self._chunks[number]) else None

    def __getitem__(self, name: str) -> Task:
        task = self._at(self._places[name])
        if task is None:
            raise KeyError(name)
        return task

    def __iter__(self) -> Iterator[str]:
        return (name for name, place in tuple(self._places.items()) if self._at(place) is not None)

    def __len__(self) -> int:
        return self._count

    def values(self) -> ValuesView[Task]:
        """The tasks, as fast as a list gives them."""
        return _Rows(self)


class _Rows(ValuesView[Task]):
    _mapping: Table

    def __iter__(self) -> Iterator[Task]:
        return filter(None, chain.from_iterable(self._mapping._chunks))
