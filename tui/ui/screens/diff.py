"""What differs between two tasks, and what its keys do."""

import json
from typing import ClassVar

from textual.binding import BindingType

from tui.clock import Clock
from tui.domain.diff import json_of
from tui.domain.task import TaskRef
from tui.store.deck import Deck
from tui.ui.bindings import bindings
from tui.ui.messages import View
from tui.ui.present.diff import diff_cells
from tui.ui.screens.work import WorkScreen
from tui.ui.widgets.diff_panes import DiffPanes

__all__ = ["DiffScreen"]


class DiffScreen(WorkScreen):
    """`D`: two marked tasks, or one against the good one it is best compared with."""

    CSS_PATH = "diff.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("diff")
    panes: DiffPanes

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock, other: TaskRef | None = None) -> None:
        super().__init__(DiffPanes(ref, deck, clock, other))

    def action_other(self) -> None:
        """The other task."""
        other = self.panes.other
        if other is not None:
            self.panes.requests.open(View.JOB if other.job is not None else View.DETAIL, other)

    def action_log(self) -> None:
        """The log of this task."""
        self.panes.requests.open(View.LOG)

    def action_copy(self) -> None:
        """The difference under the cursor."""
        found = self.panes.found_here
        if found is not None:
            cells = diff_cells(found)
            self.panes.requests.copy(f"{cells[0].text}: {cells[1].text} <- {cells[2].text}")

    def action_copy_all(self) -> None:
        """All differences as the documented JSON."""
        found = [json_of(difference) for difference in self.panes.found.values()]
        other = self.panes.other
        value = {"a": str(self.ref), "b": str(other) if other else None, "differences": found}
        self.panes.requests.copy(json.dumps(value, indent=2))

    def action_copy_refs(self) -> None:
        """Both references."""
        self.panes.requests.copy("\n".join(str(ref) for ref in (self.ref, self.panes.other) if ref is not None))
