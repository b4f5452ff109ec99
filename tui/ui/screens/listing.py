"""What the list is asked: the filter line, the places one has been, the way back. Its keys are in `tasks.py`."""

from dataclasses import replace

from textual import on

from tui.domain.query import QueryError
from tui.platforms.clock import Clock
from tui.store.deck import Deck
from tui.ui.present.places import Place, Trail
from tui.ui.screens.live import LiveTable
from tui.ui.widgets.filter_bar import FilterBar

__all__ = ["ListScreen"]


class ListScreen(LiveTable):
    """The live table of what a filter, an account and an order ask for."""

    def __init__(self, deck: Deck, clock: Clock, query: str = "") -> None:
        super().__init__(deck, clock)
        self.trail = Trail(self.place)
        self._query = query
        self._left: dict[str | None, Place] = {}
        """Where each view was left."""

    def on_mount(self) -> None:
        """Draw what is known; a filter from the command line is applied."""
        self.listing.take(self.snapshot, self.context)
        if self._query:
            self.show_filter(self._query)
        else:
            self.go(self.place)

    # --- places --------------------------------------------------------------------------------------------------

    def go(self, place: Place, *, keep: bool = True) -> None:
        """Show another place; with `keep` it goes into the history. What it adds up to is counted after it is
        painted."""
        if keep:
            self.trail.visit(place)
        self.place = place
        self.listing.arrange(place.wanted, self.context)
        first = place.sort[0].field
        self.table.sorted_by = "age" if first == "created" and "created" not in self.layout_of.names else first
        self.show_rows()
        self.table.redraw()
        self.call_after_refresh(self.draw)

    def ask(self, text: str, *, keep: bool = True) -> bool:
        """Show what matches; a filter that cannot be read changes nothing, and its wrong part is underlined."""
        text = text.strip()
        try:
            node = self.parsed(text)
        except QueryError as error:
            self.bar.wrong(error.start, error.end)
            self.say(error.reason, "warn")
            return False
        self.bar.fine()
        self.crumb.forget()
        self.go(replace(self.place, query=text, node=node), keep=keep)
        return True

    def show_filter(self, text: str) -> None:
        """A filter that was not typed into the line."""
        self.bar.put(text)
        self.ask(text)

    def show_place(self, place: Place, *, keep: bool = True) -> None:
        """A place with its filter line."""
        self.bar.put(place.query)
        self.go(place, keep=keep)

    @on(FilterBar.Typed)
    def _typed(self, message: FilterBar.Typed) -> None:
        self.ask(message.text, keep=False)

    @on(FilterBar.Accepted)
    def _accepted(self, message: FilterBar.Accepted) -> None:
        self.ask(message.text)

    @on(FilterBar.Ended)
    def _filter_ended(self) -> None:
        self.bar.fine()
        self.bar.put(self.place.query)
        self.trail.visit(self.place)
        self.set_focus(self.table)
        self.draw()
