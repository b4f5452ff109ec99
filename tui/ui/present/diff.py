"""What differs between two tasks, in words."""

from collections.abc import Sequence

from tui.domain.detail import Fact
from tui.domain.diff import Difference
from tui.ui.present.cells import Cell, Column
from tui.ui.present.format import fact_text

__all__ = ["diff_cells", "diff_columns", "full_text", "kind_counts"]

_HARD = {"inputs", "settings", "metadata", "app", "instance", "region", "spot", "project"}
"""What somebody chose, and may explain a failure; the rest follows from it."""


def diff_columns(width: int) -> tuple[Column, ...]:
    """Path and the two values, which share the room."""
    path = max(16, min(34, width // 4))
    value = max(12, (width - path - 4) // 2)
    return Column("path", "WHAT", path), Column("a", "THIS", value), Column("b", "THE OTHER", value)


def diff_cells(difference: Difference) -> Sequence[Cell]:
    """One row; what one of them has not is `-`."""
    chosen = difference.path.partition(".")[0] in _HARD
    status = difference.path == "status"
    return (
        Cell(difference.path, "name" if chosen else "dim"),
        Cell(_short(difference.a), "bad" if status else "" if chosen else "dim"),
        Cell(_short(difference.b), "done" if status else "" if chosen else "dim"),
    )


def _short(value: Fact) -> str:
    return fact_text(value).replace("\n", " ")


def full_text(value: Fact) -> list[str]:
    """A value whole: a list by lines, at most a hundred."""
    if isinstance(value, list | tuple):
        lines = [fact_text(part) for part in value[:100]]
        return [*lines, f"... {len(value) - 100:,} more"] if len(value) > 100 else lines or ["-"]
    return fact_text(value).split("\n")


def kind_counts(found: Sequence[Difference]) -> str:
    """`3 inputs  1 settings  duration`."""
    counts: dict[str, int] = {}
    for difference in found:
        head = difference.path.partition(".")[0]
        counts[head] = counts.get(head, 0) + 1
    return "  ".join(f"{n} {name}" if n > 1 or name in {"inputs", "settings"} else name for name, n in counts.items())
