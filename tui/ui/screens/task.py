"""One task in full, and what its keys do."""

import json
from typing import ClassVar

from textual.binding import BindingType

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.task import Kind, TaskRef
from tui.store.deck import Deck
from tui.ui.bindings import bindings
from tui.ui.messages import View
from tui.ui.present.tree_node import copied_text, subtree
from tui.ui.screens.work import WorkScreen
from tui.ui.widgets.task_panes import WIDE, TaskPanes

__all__ = ["TaskScreen"]


class TaskScreen(WorkScreen):
    """Enter on a plain task."""

    CSS_PATH = "task.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (WIDE, "-two")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = bindings("task")
    panes: TaskPanes

    def __init__(self, ref: TaskRef, deck: Deck, clock: Clock, *, raw: bool = False) -> None:
        super().__init__(TaskPanes(ref, deck, clock, raw=raw))

    # --- what is shown -------------------------------------------------------------------------------------------

    def action_raw(self) -> None:
        """Unfold the platform's own answer and put its first line at the top."""
        self.panes.show_raw()

    def action_timeline(self) -> None:
        """The jobs' bars over the whole width, and back."""
        self.panes.turn_timeline()

    def action_times(self) -> None:
        """Ages or points in time."""
        self.panes.turn_times()

    def action_changed(self) -> None:
        """Only what differs from the last good run, on and off."""
        self.panes.turn_changed()

    # --- leading on ----------------------------------------------------------------------------------------------

    def action_log(self) -> None:
        """The log of the selected job, else of the task."""
        job = self.panes.side.selected
        self.panes.requests.open(View.LOG, job.ref if job else self.ref)

    def action_batch(self) -> None:
        """The batch this is, or is in."""
        task = self.task_now
        if task is not None and (task.kind is Kind.BATCH or task.parent is not None):
            self.panes.requests.open(View.BATCH, task.parent or task.ref)
        else:
            self.panes.say("not part of a batch")

    def action_triage(self) -> None:
        """Similar failures."""
        self.panes.requests.open(View.TRIAGE)

    def action_diff(self) -> None:
        """What differs from the last success."""
        self.panes.requests.open(View.DIFF)

    def action_act(self) -> None:
        """The action menu."""
        self.panes.requests.act()

    def action_abort(self) -> None:
        """The plan of its abort."""
        self.panes.requests.act(Verb.ABORT)

    # --- copying -------------------------------------------------------------------------------------------------

    def action_copy(self) -> None:
        """The value under the cursor."""
        node = self.panes.facts.node
        if node is not None:
            self.panes.requests.copy(copied_text(node))

    def action_copy_id(self) -> None:
        """The task's reference."""
        self.panes.requests.copy(str(self.ref))

    def action_copy_tree(self) -> None:
        """The line with all below it, as JSON."""
        node = self.panes.facts.node
        if node is not None:
            self.panes.requests.copy(json.dumps({node.label: subtree(node)}, indent=2, ensure_ascii=True))
