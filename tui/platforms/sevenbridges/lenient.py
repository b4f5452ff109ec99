"""Reading on when a part has another shape than documented: the part is left out, its neighbours stay (R20).

The documented shape is read straight from the bytes. Only an answer that does not fit is read a second time, part by
part: that costs ten times as much, and hardly ever happens.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

__all__ = ["LenientReader"]

_Shape = TypeVar("_Shape")
_ROUNDS = 64
"""Parts left out of one row at most."""


class LenientReader(Generic[_Shape]):
    """A reader for `ApiClient` that leaves out what it cannot read."""

    def __init__(
        self, adapter: TypeAdapter[_Shape], *, rows: str = "", needs: Sequence[str] = (), inside: str = ""
    ) -> None:
        self._adapter = adapter
        self._rows = rows
        """The list whose rows stand for themselves: an unreadable one becomes None."""
        self._needs = frozenset(needs)
        """What a row cannot do without."""
        self._inside = inside
        """The key of a row that may be unreadable in place of the row."""

    def validate_json(self, data: bytes, /) -> _Shape:
        """The value; raises `ValidationError` for what is no JSON, and where the frame itself has another shape."""
        try:
            return self._adapter.validate_json(data)
        except ValidationError as error:
            if error.errors(include_input=False, include_url=False)[0]["type"] == "json_invalid":
                raise
        return self._pruned(from_json(data))

    def _pruned(self, value: Any) -> _Shape:
        for _ in range(_ROUNDS * 128):
            try:
                return self._adapter.validate_python(value)
            except ValidationError as error:
                places = [e["loc"] for e in error.errors(include_input=False, include_url=False)]
                helped = [self._leave_out(value, place) for place in _first_in_rows(places)]
                if not any(helped):
                    raise
        return self._adapter.validate_python(value)

    def _leave_out(self, value: Any, place: Sequence[int | str]) -> bool:
        """Take the part at `place` out; False where that cannot help."""
        path = _reached(value, place)
        if self._rows and len(path) >= 2 and path[0] == self._rows:
            row = path[:2] + ([self._inside] if self._inside and path[2:3] == [self._inside] else [])
            beyond = place[len(row) : len(row) + 1]
            if len(path) <= len(row) or (beyond and beyond[0] in self._needs):
                _take(value, row, None)
                return True
        elif not path or path[0] in self._needs or path[0] == self._rows:
            return False
        _take(value, path, _GONE)
        return True


_GONE = object()


def _first_in_rows(places: Sequence[Sequence[int | str]]) -> list[Sequence[int | str]]:
    """The first complaint about each row: taking one part out can move the others."""
    return list({tuple(place[:2]): place for place in reversed(places)}.values())


def _reached(value: Any, place: Sequence[int | str]) -> list[int | str]:
    """As much of a place as exists: pydantic names the members of unions behind it."""
    path: list[int | str] = []
    for part in place:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            break
        path.append(part)
    return path


def _take(value: Any, path: Sequence[int | str], instead: object) -> None:
    for part in path[:-1]:
        value = value[part]
    if instead is _GONE:
        del value[path[-1]]
    else:
        value[path[-1]] = instead
