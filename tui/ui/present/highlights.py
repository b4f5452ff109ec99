"""What changed before the user's eyes: it stands out for a moment."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from tui.domain.task import Task
from tui.ui.present.cells import Cell

__all__ = ["SECONDS", "Fresh"]

SECONDS = 3.0
"""How long a change stands out."""


class Fresh:
    """Rows whose status, progress or errors changed while they were on screen."""

    def __init__(self) -> None:
        self._until: dict[str, tuple[str, float]] = {}
        """By key: the column that stands out, and until when."""

    def __bool__(self) -> bool:
        return bool(self._until)

    def notice(
        self, before: Mapping[str, Task], after: Mapping[str, Task], seen: Container[str], until: float
    ) -> None:  # fmt: skip
        """Take a change: tasks as they were, all tasks as they are, the keys on screen."""
        for key, old in before.items():
            if key not in seen:
                continue
            new = after[key]
            if old.status is not new.status:
                self._until[key] = "status", until
            elif old.progress != new.progress or len(old.errors) < len(new.errors):
                self._until[key] = "steps", until

    def over(self, now: float) -> list[str]:
        """Those that stood out long enough; they look like the rest again."""
        over = [key for key, (_, until) in self._until.items() if until <= now]
        for key in over:
            del self._until[key]
        return over

    def shown(self, key: str, names: Sequence[str], cells: Sequence[Cell]) -> Sequence[Cell]:
        """The row's cells, with the one that stands out."""
        if key not in self._until:
            return cells
        column = self._until[key][0]
        return [replace(c, fresh=True) if name == column else c for name, c in zip(names, cells, strict=True)]
