"""A table's row and head as strips: cells in their roles, cut or filled to their columns."""

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.ui.present.cells import Cell, Cells, Column
from tui.ui.present.glyphs import SORTED_DOWN, SORTED_UP
from tui.ui.present.text import Piece, cut, cut_middle

__all__ = ["drawn_head", "drawn_row"]

Layout = Sequence[tuple[int, int]]
"""Index and width of each column that is shown."""


def drawn_row(
    cells: Cells, columns: Sequence[Column], layout: Layout, style: Callable[[str], Style], base: Style, width: int
) -> Strip:
    """One row without its gutter.

    Args:
        cells: One for each column.
        columns: All of the table.
        layout: What is shown of them.
        style: How a role looks.
        base: The table's own colours.
        width: Cells.
    """
    parts: list[Segment] = []
    for index, room in layout:
        cell = cells[index]
        fresh = style("new") if cell.fresh else Style()
        used = 0
        for text, role in _pieces(cell, columns[index], room):
            used += cell_len(text)
            look, word = base + style(role), text.strip(" ")
            if cell.fresh and word:  # the words alone: a bar as wide as the column would shout louder than a failure
                before, _, after = text.partition(word)
                parts += [Segment(before, base), Segment(word, look + fresh), Segment(after, base)]
            else:
                parts.append(Segment(text, look))
        parts.append(Segment(" " * (room - used + 1), base))
    return Strip(parts).adjust_cell_length(width, base)


def _pieces(cell: Cell, column: Column, room: int) -> Iterator[Piece]:
    """What stands in the cell: its drawing where that fits, else its words."""
    size = sum(cell_len(text) for text, _ in cell.parts)
    if 0 < size <= room:
        if column.right:
            yield " " * (room - size), ""
        yield from cell.parts
    else:
        shorten = cut_middle if column.middle else cut
        yield shorten(cell.text.rjust(room) if column.right else cell.text, room), cell.role


def drawn_head(
    columns: Sequence[Column], layout: Layout, sort: tuple[str, bool] | None, style: Callable[[str], Style],
    base: Style, width: int,
) -> Strip:  # fmt: skip
    """The line above the rows, with the gutter; the column in `sort` says whether it falls (True) or rises."""
    parts = [Segment(" ", base)]
    for index, room in layout:
        column = columns[index]
        label, role = column.label, "head"
        if sort is not None and sort[0] == column.key:
            role = "sorted"
            label += SORTED_DOWN if sort[1] else SORTED_UP
            label = label if len(label) <= room else label.strip()
        text = cut(label.rjust(room) if column.right else label, room)
        parts.append(Segment(text + " ", base + style(role)))
    return Strip(parts).adjust_cell_length(width, base)
