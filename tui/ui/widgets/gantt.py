"""When jobs or children waited and ran, a bar each, over the whole width; any number of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.domain.task import Job, Task, TaskRef
from tui.ui.bindings import bindings
from tui.ui.present.format import ran_text
from tui.ui.present.glyphs import CURSOR, STATUS
from tui.ui.present.roles import ROLE_OF
from tui.ui.present.text import cut
from tui.ui.present.timeline import LEGEND, Scale, axis, bar_parts, column_text, critical_path, order
from tui.ui.present.zone import letters_of
from tui.ui.strips import line

__all__ = ["Gantt"]

_HEAD = 2
_SPAN = 8
_WIDE = 90
"""Columns from which the title is whole."""


class Gantt(Widget, can_focus=True):
    """By start; the cursor stands on a task, which a refresh leaves it on."""

    DEFAULT_CSS = """
    Gantt {
        height: 1fr;
        & > .gantt--head { color: $dim; text-style: bold; }
        & > .gantt--dim { color: $dim; }
        & > .gantt--faint { color: $faint; }
        & > .gantt--run { color: $run; }
        & > .gantt--done { color: $done; }
        & > .gantt--fail { color: $fail; }
        & > .gantt--abort { color: $abort; }
        & > .gantt--warn { color: $warn; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"gantt--{name}" for name in ("head", "dim", "faint", "run", "done", "fail", "abort", "warn")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("g,home", "edge(0)", "top", show=False),
        Binding("G,end", "edge(1)", "end", show=False),
        Binding("ctrl+d", "page(0.5)", "half a page", show=False),
        Binding("ctrl+u", "page(-0.5)", "half a page back", show=False),
        Binding("pagedown,space", "page(1.0)", "page", show=False),
        Binding("pageup", "page(-1.0)", "page back", show=False),
        *bindings("bars"),
    ]

    @dataclass
    class Chosen(Message):
        """Enter on a bar."""

        task: Task

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tasks: Sequence[Task] = ()
        self._scale = Scale(None, None)
        self._critical: frozenset[Task] = frozenset()
        self._row = 0
        self._top = 0

    def show(self, tasks: Sequence[Task], now: datetime, on: TaskRef | None = None) -> None:
        """Draw these; bars of what runs reach to `now`. The cursor stays on its task; at first it stands on `on`."""
        here = self.chosen.ref if self.chosen is not None else on
        self._tasks = order(tasks)
        self._scale = Scale.of(self._tasks, now)
        self._now = now
        self._critical = frozenset(critical_path([t for t in self._tasks if isinstance(t, Job)]))
        places = {task.ref: row for row, task in enumerate(self._tasks)}
        self._row = places.get(here, 0) if here else 0
        self._go(self._row)
        self.refresh()

    @property
    def chosen(self) -> Task | None:
        """The task under the cursor."""
        return self._tasks[self._row] if self._row < len(self._tasks) else None

    @property
    def _room(self) -> int:
        return max(1, self.size.height - _HEAD)

    @property
    def _name_width(self) -> int:
        return max(12, min(32, self.size.width // 4))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"gantt--{name}", partial=True)

    def render_line(self, y: int) -> Strip:
        """Legend, axis, or a bar."""
        width, base = self.size.width, self.rich_style
        lead = self._name_width + _SPAN + 4
        room = max(10, width - lead - 1)
        if y < _HEAD and self._scale.first is None:
            said = "  the platform tells no times of these" if y == 0 and self._tasks else ""
            return line([(said, self._style("dim"))], width, base)
        if y == 0:
            said = f"  {LEGEND}  bold: critical path   {column_text(self._scale, room)}"
            zone = letters_of(self._scale.first or self._now)
            title = f" TIMELINE {zone}" if width >= _WIDE else f" {zone}"
            return line([(title, self._style("head")), (said, self._style("dim"))], width, base)
        if y == 1:
            return line([(" " * lead + axis(self._scale, room), self._style("dim"))], width, base)
        row = self._top + y - _HEAD
        if row >= len(self._tasks):
            said = "  nothing has started yet" if y == _HEAD and not self._tasks else ""
            return line([(said, self._style("dim"))], width, base)
        task = self._tasks[row]
        here = row == self._row
        bold = Style(bold=task in self._critical)
        name, span = cut(_name(task), self._name_width), f"{ran_text(task, self._now):>{_SPAN}} "
        role = self._style(ROLE_OF[task.status])
        chip = role + Style(reverse=True) if here and self.has_focus else role if here else Style()
        pieces = [
            (CURSOR if here else " ", chip),
            (STATUS[task.status], chip or role),
            (f" {name}", bold),
            (span, Style()),
        ]
        pieces += [(text, self._style(part)) for text, part in bar_parts(task, self._scale, room)]
        return line(pieces, width, base)

    def on_focus(self) -> None:
        """Only the cursor of the pane that has the keys stands out."""
        self.refresh()

    on_blur = on_focus

    def _go(self, row: int) -> None:
        before, top = self._row, self._top
        self._row = max(0, min(len(self._tasks) - 1, row))
        if self._row < self._top:
            self._top = self._row if self._row < self._top - self._room else max(0, self._row - self._room // 2)
        elif self._row >= self._top + self._room:
            self._top = self._row - self._room // 2
        self._top = max(0, min(self._top, len(self._tasks) - self._room))
        if top != self._top:
            self.refresh()
        else:
            self.refresh(*(Region(0, at - top + _HEAD, self.size.width, 1) for at in {before, self._row}))

    def on_resize(self) -> None:
        """The cursor stays in view."""
        self._go(self._row)

    def action_move(self, by: int) -> None:
        """A bar down or up."""
        self._go(self._row + by)

    def action_page(self, pages: float) -> None:
        """Pages down or up."""
        self._go(self._row + int(pages * self._room))

    def action_edge(self, end: int) -> None:
        """The first or the last."""
        self._go(len(self._tasks) - 1 if end else 0)

    def action_choose(self) -> None:
        """Open it."""
        if self.chosen is not None:
            self.post_message(self.Chosen(self.chosen))


def _name(task: Task) -> str:
    tries = f" #{task.attempt}" if isinstance(task, Job) and task.attempt and task.attempt > 1 else ""
    index = f"{task.index} " if task.index is not None else ""
    return f"{index}{task.key or task.name}{tries}"
