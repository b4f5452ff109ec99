"""A table whose rows can be marked, and visited by what they say."""

from collections.abc import Collection, Sequence

from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["MarkedTable"]


class MarkedTable(VirtualTable):
    """Marks by one row, by a range or all; steps to the next row of interest."""

    _mark_from: str | None = None
    """The row marked last, where a range begins."""

    def mark_here(self) -> bool:
        """Mark or unmark the cursor's row, and go on; False where the cursor is on none."""
        key = self.target
        if key is None:
            return False
        self.mark([key], key not in self.marks)
        self._mark_from = key
        self.action_move(1)
        return True

    def mark_to_here(self) -> bool:
        """Mark from the row marked last to the cursor; False where one of the two is not shown."""
        start = self.index(self._mark_from) if self._mark_from is not None else None
        if start is None or self.target is None:
            return False
        low, high = sorted((start, self.cursor))
        self.mark(self.view[low : high + 1], True)
        return True

    def mark_all(self) -> None:
        """Mark all rows shown."""
        self.mark(self.view, True)

    def unmark(self) -> None:
        """Take all marks away."""
        self.mark(set(self.marks), False)

    def turn_marks(self, keys: Collection[str]) -> None:
        """Mark all of these, or unmark them where all are marked."""
        self.mark(keys, not self.marks.issuperset(keys))

    def step(self, rows: Sequence[int], way: int) -> bool:
        """To the next or previous of these rows, which are in order, and round; False where there is none."""
        if not rows:
            return False
        at = self.cursor if self.target is not None else -1
        ahead = [row for row in rows if (row > at if way > 0 else row < at)]
        self.go((ahead[0] if way > 0 else ahead[-1]) if ahead else rows[0 if way > 0 else -1])
        return True

    def as_tsv(self, first: str) -> str:
        """The marked rows, else all that are shown, with their head; `first` names the column of the keys."""
        keys = [key for key in self.view if key in self.marks] or self.view
        head = "\t".join([first, *(column.label for column in self.columns)])
        return "\n".join([head, *("\t".join([key, *(cell.text for cell in self._cells_of(key))]) for key in keys)])
