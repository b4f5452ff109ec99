"""The line above a pane: its name, what is in it, and whether it has the keys."""

from typing import ClassVar

from rich.cells import cell_len
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.present.glyphs import FOCUS, RULE
from tui.ui.present.text import cut
from tui.ui.strips import line

__all__ = ["PaneRule"]

_LEAD = 2
_LEAST = 4
"""Cells of the line that always show between both texts."""


class PaneRule(Widget):
    """Heavy, in the accent and bold over the pane that has the keys; thin and quiet over the others."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "pane-rule--line",
        "pane-rule--name",
        "pane-rule--active",
        "pane-rule--said",
        "pane-rule--warn",
    }
    DEFAULT_CSS = """
    PaneRule {
        height: 1;
        & > .pane-rule--line { color: $rule; }
        & > .pane-rule--name { color: $dim; }
        & > .pane-rule--active { color: $accent; text-style: bold; }
        & > .pane-rule--said { color: $dim; }
        & > .pane-rule--warn { color: $warn; }
    }
    """

    def __init__(self, name: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: tuple[str, str, str, bool, bool] = (name, "", "", False, False)

    def say(self, name: str, facts: str = "", right: str = "", *, active: bool = False, warn: bool = False) -> None:
        """What the line says from now on; nothing is drawn where it is the same.

        Args:
            name: Of the pane, in capitals or as it is called.
            facts: What is in it; cut where there is no room.
            right: At the right edge; left out where there is no room.
            active: The pane has the keys.
            warn: `facts` tell of something wrong.
        """
        said = (name, facts, right, active, warn)
        if said != self._said:
            self._said = said
            self.refresh()

    @property
    def text(self) -> str:
        """What is said, without the line."""
        return "  ".join(part for part in self._said[:3] if part)

    def render_line(self, y: int) -> Strip:
        """`━━ NAME  facts ━━━━━━━━━━ right ━━`."""
        name, facts, right, active, warn = self._said
        width, base = self.size.width, self.rich_style
        style = {part: self.get_component_rich_style(f"pane-rule--{part}", partial=True) for part in
                 ("line", "name", "active", "said", "warn")}  # fmt: skip
        stroke = FOCUS if active else RULE
        ink = style["active" if active else "line"]
        used = _LEAD + 2 + cell_len(name)
        if not right or used + cell_len(right) + _LEAD + 2 + _LEAST > width:
            right = ""
        end = cell_len(right) + 2 + _LEAD if right else 0
        room = width - used - end - _LEAST - 2
        facts = cut(facts, min(cell_len(facts), room)).rstrip() if room > 3 else ""
        used += cell_len(facts) + 2 if facts else 0
        pieces = [(stroke * _LEAD, ink), (f" {name}", style["active" if active else "name"])]
        if facts:
            pieces.append((f"  {facts}", style["warn" if warn else "active" if active else "said"]))
        pieces += [(" ", base), (stroke * max(0, width - used - end), ink)]
        if right:
            pieces += [(f" {right} ", style["said"]), (stroke * _LEAD, ink)]
        return line(pieces, width, base)
