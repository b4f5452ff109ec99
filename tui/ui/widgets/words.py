"""Lines of styled words that send to the terminal only the cells that differ."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.present.text import Piece, Row, cells
from tui.ui.strips import line

__all__ = ["Rule", "StyledLines"]


class StyledLines(Widget):
    """A few lines; each is cut at the right edge, its right part stays."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"words--{role}"
        for role in ("strong", "dim", "bad", "warn", "good", "wait", "start", "done", "abort", "key", "rule")
    }
    DEFAULT_CSS = """
    StyledLines {
        height: 1;
        & > .words--strong { text-style: bold; }
        & > .words--dim { text-style: dim; }
        & > .words--bad { color: $text-error; text-style: bold; }
        & > .words--warn { color: $text-warning; text-style: bold; }
        & > .words--good { color: $text-success; }
        & > .words--wait { color: $text-primary; }
        & > .words--start { color: $text-accent; }
        & > .words--done { color: $success-darken-1; }
        & > .words--abort { color: $text-secondary; }
        & > .words--key { text-style: bold; color: $text-primary; }
        & > .words--rule { text-style: dim; }
    }
    """

    def __init__(self, rows: Sequence[Row] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Row, ...] = tuple(rows)

    @property
    def text(self) -> str:
        """What is said, without styles."""
        return "\n".join("".join(t for t, _ in (*left, *right)) for left, right in self._rows)

    def show(self, *rows: Row) -> None:
        """Say this instead; nothing is drawn when it is the same."""
        old, self._rows = self._rows, rows
        if old == rows:
            return
        width = self.size.width
        for y in range(max(len(old), len(rows))):
            before = old[y] if y < len(old) else ((), ())
            after = rows[y] if y < len(rows) else ((), ())
            if before != after:
                start, end = _difference(_flat(before, width), _flat(after, width))
                if end > start:
                    self.refresh(Region(start, y, end - start, 1))

    def render_line(self, y: int) -> Strip:
        """One line."""
        width, base = self.size.width, self.rich_style
        if y >= len(self._rows):
            return Strip.blank(width, base)
        return line(((t, self._style(role)) for t, role in _laid_out(self._rows[y], width)), width, base)

    def _style(self, role: str) -> Style:
        return self.get_component_rich_style(f"words--{role}", partial=True) if role else Style()


def _laid_out(content: Row, width: int) -> list[Piece]:
    """The pieces as they stand in `width` cells."""
    left, right = list(content[0]), list(content[1])
    room = width - cells(right) - (1 if right else 0)
    if cells(left) > room:
        left = _cut(left, max(0, room))
    gap = width - cells(left) - cells(right)
    return [*left, (" " * gap, ""), *right] if gap > 0 else [*left, *right]


def _cut(pieces: Sequence[Piece], room: int) -> list[Piece]:
    kept: list[Piece] = []
    for text, role in pieces:
        size = cell_len(text)
        if size >= room:
            short = text[: max(0, room)]  # a character has a cell at least, but for marks; what was pasted has no end
            while short and cell_len(short) > room - 1:
                short = short[:-1]
            return [*kept, (short + "~" if room > 0 else "", role)]
        kept.append((text, role))
        room -= size
    return kept


def _flat(content: Row, width: int) -> list[tuple[str, str]]:
    """One entry for each cell."""
    flat: list[tuple[str, str]] = []
    for text, role in _laid_out(content, width):
        for char in text:
            flat += [(char, role)] + [("", role)] * (cell_len(char) - 1)
    return flat


def _difference(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> tuple[int, int]:
    """The first cell that differs, and the one behind the last."""
    size = max(len(old), len(new))
    old, new = old + [("", "")] * (size - len(old)), new + [("", "")] * (size - len(new))
    differ = [x for x in range(size) if old[x] != new[x]]
    return (differ[0], differ[-1] + 1) if differ else (0, 0)


class Rule(StyledLines):
    """A line across the screen."""

    def render_line(self, y: int) -> Strip:
        """As wide as the screen."""
        return line([("─" * self.size.width, self._style("rule"))], self.size.width, self.rich_style)
