"""What a row of a table is made of: columns by priority, and a cell for each."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.ui.present.text import Piece

__all__ = ["Cell", "Cells", "Column", "fit"]


@dataclass(frozen=True, slots=True)
class Column:
    """How a column stands in the table."""

    key: str
    label: str
    width: int
    """Cells; the least for the growing column."""
    priority: int = 0
    """Columns of high numbers go first when there is no room; 0 always stays."""
    right: bool = False
    """Aligned to the right."""
    grows: bool = False
    """Takes the room that is left, up to `most` cells."""
    most: int = 60
    """Cells that a growing column takes at most."""
    middle: bool = False
    """What is too long is cut in its middle: names that begin alike."""
    frozen: bool = False
    """Stays when the table is scrolled sideways."""
    folded: bool = False
    """There is nothing in it in any row, and it takes no room."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Cleaned text with the role it is styled by."""

    text: str
    """What it says; also what is copied and saved."""
    role: str = ""
    """One of the table's component classes without `table--`; empty for plain."""
    fresh: bool = False
    """It has just changed, and stands out for that."""
    parts: tuple[Piece, ...] = ()
    """What is drawn in place of the text, where that is more than words in one colour: a bar with its numbers."""


Cells = Sequence[Cell]
"""One for each column of the table, in its order."""


def fit(columns: Sequence[Column], width: int, skip: int = 0) -> list[tuple[int, int]]:
    """Index and width of the columns that have room; `skip` leaves out so many that are not frozen."""
    free = [i for i, c in enumerate(columns) if not c.frozen][:skip]
    chosen = [i for i, c in enumerate(columns) if i not in free and not c.folded]
    while sum(columns[i].width + 1 for i in chosen) > width:
        least = max(chosen, key=lambda i: (columns[i].priority, i))
        if columns[least].priority == 0:
            break
        chosen.remove(least)
    spare = max(0, width - sum(columns[i].width + 1 for i in chosen))
    widths = ((i, columns[i]) for i in chosen)
    return [(i, min(c.most, c.width + spare) if c.grows else c.width) for i, c in widths]
