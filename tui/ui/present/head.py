"""The two lines above a screen about one thing: what it is and how it stands; who, where and how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from tui.domain.status import TaskStatus
from tui.ui.present.format import STATUS_STYLES
from tui.ui.present.roles import drawn
from tui.ui.present.text import cut

__all__ = ["Head", "first_line", "second_line"]

_GAP = "   "


@dataclass(frozen=True, slots=True)
class Head:
    """What the header says; every text is cleaned."""

    title: str
    state: str = ""
    """The status with its age, in the colour of the status."""
    status: TaskStatus | None = None
    facts: Sequence[str | None] = ()
    """Behind the state, while there is room; what is None is left out."""
    below: Sequence[str | None] = ()
    """The second line; behind `counts`, where there are any, at the right edge."""
    counts: Sequence[tuple[str, str]] = ()
    """Pieces with their roles, at the left of the second line."""


def first_line(head: Head, right: Sequence[tuple[str, str]], width: int) -> Content:
    """Title, state and facts at the left; at the right edge texts with their styles, which always stay."""
    said = [(text, style) for text, style in right if text]
    end = sum(cell_len(text) for text, _ in said) + 2 * max(0, len(said) - 1)
    room = max(8, width - end - 2)
    title = cut(head.title, min(cell_len(head.title), max(8, room - cell_len(head.state) - len(_GAP))))
    parts: list[tuple[str, str]] = [(title, "bold")]
    used = cell_len(title)
    if head.state:
        parts.append((_GAP + head.state, f"bold {STATUS_STYLES[head.status]}" if head.status else "bold"))
        used += len(_GAP) + cell_len(head.state)
    for fact in head.facts:
        if fact and used + len(_GAP) + cell_len(fact) <= room:
            parts.append((_GAP + fact, ""))
            used += len(_GAP) + cell_len(fact)
    parts.append((" " * max(1, width - used - end), ""))
    for place, (text, style) in enumerate(said):
        parts += [("  ", "")] * (place > 0) + [(text, style)]
    return Content.assemble(*parts)


def second_line(head: Head, width: int) -> Content:
    """The facts below; those that do not fit are left out whole. Alone they stand at the left, the first one cut."""
    left = sum(cell_len(text) for text, _ in head.counts)
    room = width - left - len(_GAP) if left else width
    said = ""
    for fact in filter(None, head.below):
        longer = f"{said}{_GAP}{fact}" if said else fact
        if cell_len(longer) <= room or not (said or left):
            said = longer
    if not left:
        return Content.styled(cut(said, width), "$dim")
    kept, used = [], 0
    for text, role in head.counts:
        if used + cell_len(text) > width:
            break
        kept.append((text, role))
        used += cell_len(text)
    return drawn([*kept, (" " * max(0, width - used - cell_len(said)), ""), (said if used == left else "", "ink")])
