"""Which screen shows what: one table, so that a new screen is one line."""

from collections.abc import Callable, Sequence
from typing import Any

from textual.screen import Screen

from tui.domain.task import Kind, TaskRef
from tui.store.deck import Deck
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.diff import DiffScreen
from tui.ui.screens.job import JobScreen
from tui.ui.screens.task import TaskScreen
from tui.ui.screens.triage import TriageScreen
from tui.ui.screens.work import EVERYWHERE, View

__all__ = ["SCREENS", "screen_for"]

SCREENS: dict[View, Callable[[TaskRef, Deck], Screen[Any]]] = {
    View.DETAIL: lambda ref, deck: TaskScreen(ref, deck, deck.clock),
    View.RAW: lambda ref, deck: TaskScreen(ref, deck, deck.clock),
    View.BATCH: lambda ref, deck: BatchScreen(ref, deck, deck.clock),
    View.JOB: lambda ref, deck: JobScreen(ref, deck, deck.clock),
    View.LOG: lambda ref, deck: JobScreen(ref, deck, deck.clock),
    View.DIFF: lambda ref, deck: DiffScreen(ref, deck, deck.clock),
}
"""By what is wanted of a task; the other views are no screens."""


def screen_for(
    view: View, ref: TaskRef, deck: Deck, *, text: str = "", refs: Sequence[TaskRef] = ()
) -> Screen[Any] | None:
    """A new screen, or None where there is none for this view.

    Args:
        view: How it is shown.
        ref: What is shown.
        deck: Where it comes from.
        text: A filter, for the triage of everything.
        refs: The two to compare, for a diff.
    """
    if view is View.DIFF and len(refs) == 2:
        return DiffScreen(refs[0], deck, deck.clock, refs[1])
    if view is View.TRIAGE:
        return _triage(ref, deck, text)
    make = SCREENS.get(view)
    return None if make is None else make(ref, deck)


def _triage(ref: TaskRef, deck: Deck, query: str) -> TriageScreen:
    """Of the batch that it is or is in; of everything for a task that stands alone, beginning with its group."""
    task = deck.store.snapshot.task(ref)
    batch = ref if task is not None and task.kind is Kind.BATCH else task.parent if task is not None else None
    if batch is None and ref in deck.store.snapshot.children:
        batch = ref
    if batch is not None:
        return TriageScreen(batch, deck, deck.clock, focus=ref)
    return TriageScreen(EVERYWHERE, deck, deck.clock, query, focus=ref)
