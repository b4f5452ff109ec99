"""Lines of styled words that send to the terminal only the cells that differ."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.present.glyphs import FOCUS, RULE
from tui.ui.present.text import Piece, Row, cells
from tui.ui.strips import line

__all__ = ["Rule", "StyledLines"]


class StyledLines(Widget):
    """A few lines; each is cut at the right edge, its right part stays."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"words--{role}"
        for role in (
            "strong", "ink", "dim", "faint", "rule", "accent", "here", "key", "run", "good", "start", "wait", "done",
            "fail", "bad", "warn", "abort", "focus",
        )
    }  # fmt: skip
    DEFAULT_CSS = """
    StyledLines {
        height: 1;
        & > .words--strong { text-style: bold; }
        & > .words--ink { color: $foreground; }
        & > .words--dim { color: $dim; }
        & > .words--faint { color: $faint; }
        & > .words--rule { color: $rule; }
        & > .words--accent { color: $accent; }
        & > .words--here { color: $accent; text-style: bold underline; }
        & > .words--focus { color: $accent; text-style: bold; }
        & > .words--key { color: $accent; text-style: bold; }
        & > .words--run, & > .words--start { color: $run; }
        & > .words--good { color: $done; }
        & > .words--done { color: $done; }
        & > .words--wait { color: $dim; }
        & > .words--fail { color: $fail; }
        & > .words--bad { color: $fail; text-style: bold; }
        & > .words--warn { color: $warn; }
        & > .words--abort { color: $abort; }
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
    """A line across its pane; with a title it heads the pane that has the keys, in a heavy stroke."""

    def __init__(self, title: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = title
        self._right: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        """What is said, without styles."""
        return " ".join([self._title, "".join(text for text, _ in self._right)]).strip()

    def say(self, title: str, right: Sequence[Piece] = ()) -> None:
        """Another title, and what stands at the right end."""
        if (title, tuple(right)) != (self._title, self._right):
            self._title, self._right = title, tuple(right)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """As wide as the pane."""
        width = self.size.width
        if not self._title:
            return line([(RULE * width, self._style("rule"))], width, self.rich_style)
        left: list[Piece] = [(FOCUS * 2, "accent"), (f" {self._title} ", "focus")]
        right: list[Piece] = [(" ", ""), *self._right, (" ", ""), (FOCUS * 2, "accent")] if self._right else []
        gap = width - cells(left) - cells(right)
        pieces = [*left, (FOCUS * max(0, gap), "accent"), *(right if gap > 0 else [])]
        return line(((text, self._style(role)) for text, role in pieces), width, self.rich_style)
