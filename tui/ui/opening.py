"""Which screen shows what: one table, so that a new screen is one line."""

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from tui.domain.task import TaskRef
from tui.store.deck import Deck
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.job import JobScreen
from tui.ui.screens.task import TaskScreen
from tui.ui.screens.work import View

__all__ = ["SCREENS", "screen_for"]

SCREENS: dict[View, Callable[[TaskRef, Deck], Screen[Any]]] = {
    View.DETAIL: lambda ref, deck: TaskScreen(ref, deck, deck.clock),
    View.RAW: lambda ref, deck: TaskScreen(ref, deck, deck.clock),
    View.BATCH: lambda ref, deck: BatchScreen(ref, deck, deck.clock),
    View.JOB: lambda ref, deck: JobScreen(ref, deck, deck.clock),
    View.LOG: lambda ref, deck: JobScreen(ref, deck, deck.clock),
}
"""By what is wanted of a task; the other views are no screens."""


def screen_for(view: View, ref: TaskRef, deck: Deck) -> Screen[Any] | None:
    """A new screen, or None where there is none for this view."""
    make = SCREENS.get(view)
    return None if make is None else make(ref, deck)
