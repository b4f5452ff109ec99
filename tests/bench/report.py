"""What a measurement says: ours, the reference beside it, the target, and whether it holds."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Figure", "table"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    number: str
    """The row of the promises: `P2`."""
    what: str
    ours: str
    reference: str
    target: str
    holds: bool


def table(figures: Iterable[Figure]) -> str:
    """All figures, aligned, the verdict last."""
    rows = [("", "figure", "ours", "reference", "target", "")]
    rows += [(f.number, f.what, f.ours, f.reference, f.target, "ok" if f.holds else "MISSED") for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(t.ljust(w) for t, w in zip(row, widths, strict=True)).rstrip() for row in rows)
