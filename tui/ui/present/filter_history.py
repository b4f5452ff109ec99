"""Where the user has been in the list: filter, account, order; back, forth and the last one."""

from dataclasses import dataclass

from tui.domain.query import DEFAULT, EVERYTHING, Node, SortKey
from tui.domain.query.nodes import And, Compare, Op
from tui.ui.present.listing import Wanted

__all__ = ["Place", "Trail"]

_FAILED = Compare("status", None, Op.IS, ("failed",), None, False, 0, 0)
_MOST = 100


@dataclass(frozen=True, slots=True)
class Place:
    """What the list is asked to show; `node` belongs to `query`."""

    query: str = ""
    node: Node = EVERYTHING
    scope: str | None = None
    """Only this account."""
    failed: bool = False
    """Only what failed."""
    sort: tuple[SortKey, ...] = DEFAULT
    view: str | None = None
    """The saved view this is, or began as."""

    @property
    def wanted(self) -> Wanted:
        """For the rows."""
        node = And((self.node, _FAILED)) if self.failed else self.node
        return Wanted(_FAILED if self.failed and self.node == EVERYTHING else node, self.scope, self.sort)


class Trail:
    """Places in the order they were visited."""

    def __init__(self, start: Place) -> None:
        self._places = [start]
        self._at = 0
        self._last = start

    @property
    def here(self) -> Place:
        """The current one."""
        return self._places[self._at]

    def visit(self, place: Place) -> None:
        """Go somewhere new; what lay ahead is forgotten."""
        if place == self.here:
            return
        self._last = self.here
        self._places = [*self._places[max(0, self._at + 1 - _MOST) : self._at + 1], place]
        self._at = len(self._places) - 1

    def go(self, way: int) -> Place | None:
        """Back (-1), forth (1), or to the last one (0); None where there is none."""
        if way == 0:
            last = self._last
            if last == self.here:
                return None
            self.visit(last)
            return last
        if not 0 <= self._at + way < len(self._places):
            return None
        self._last = self.here
        self._at += way
        return self.here
