"""What the list is asked: the filter line, the places one has been, the way back. Its keys are in `tasks.py`."""

from collections.abc import Mapping
from dataclasses import replace

from textual import on

from tui.clock import Clock
from tui.domain.query import (
    Context,
    Language,
    Node,
    QueryError,
    Served,
    complete,
    missing_hints,
    served,
    served_terms,
    status_hint,
)  # fmt: skip
from tui.domain.task import Task
from tui.platforms.protocols import PushDown
from tui.settings.failure_words import FailureWords
from tui.settings.saved import SavedView, all_views
from tui.store.acknowledged import LIST
from tui.store.deck import Deck
from tui.store.polling.server_filter import NOTHING, covers, pushed
from tui.store.snapshot import Feed
from tui.ui.present.filter_history import Place, Trail
from tui.ui.present.header import rows_pieces
from tui.ui.present.listing import MarkedRefs
from tui.ui.present.text import Piece
from tui.ui.present.zone import display_zone
from tui.ui.widgets.filter_bar import FilterBar
from tui.ui.widgets.task_preview import REST
from tui.ui.widgets.task_table import LiveTable
from tui.ui.widgets.words import Rule

__all__ = ["ListScreen"]


class ListScreen(LiveTable):
    """The live table of what a filter, an account and an order ask for."""

    def __init__(self, deck: Deck, clock: Clock, query: str = "") -> None:
        super().__init__(deck, clock)
        self.trail = Trail(self.place)
        self._query = query
        self.views: dict[str, SavedView] = {}
        """The user's own."""
        self.asked = NOTHING
        """What of it a server can filter."""
        self.terms: tuple[tuple[int, Served], ...] = ()
        """The terms of it that a server can filter: where each begins, and what it asks."""
        self._missing: tuple[tuple[Node, int], tuple[str, ...]] | None = None
        self._words = FailureWords()
        self._moving = False
        """The cursor moved, and what is said of its row waits until it rests."""
        self._since = deck.seen.last_look
        self._left: dict[str | None, Place] = {}
        """Where each view was left."""

    def on_unmount(self) -> None:
        """What changes from now on is new at the next start, and on the command line."""
        self.deck.seen.look(LIST, self.clock.now())

    def on_mount(self) -> None:
        """Draw what is known; a filter from the command line is applied."""
        self.listing.take(self.snapshot, self.context)
        if self._query:
            self.show_filter(self._query)
        else:
            self.go(self.place)

    @property
    def context(self) -> Context:
        """What a filter needs to know just now."""
        now = self.now
        return Context(
            now=now,
            zone=display_zone(),
            me=self.deck.me,
            new=self.new,
            marked=MarkedRefs(self.table.marks),
            stale={name for name, feed in self.snapshot.feeds.items() if feed.stale(now)},
            extra=self.layout_of.extra,
            projects=self.deck.projects,
            views=self.language.views,
            since=self._since,
            acknowledged=self.deck.seen.covers,
            signature=self._words.signature,
            error_class=self._words.error_class,
        )

    @property
    def language(self) -> Language:
        """What a filter may name: views, computed columns, accounts."""
        filters = {name: view.filter for name, view in all_views(self.views).items()}
        return Language(filters, self.layout_of.extra, self.deck.handles)

    def parsed(self, text: str) -> Node:
        """A filter that may name views and computed columns.

        Raises:
            QueryError: It cannot be read.
        """
        return self.language.parse(text)

    def take_views(self, views: Mapping[str, SavedView]) -> None:
        """The user's own were read; a filter from the command line may name one."""
        self.views.update(views)
        if self.place.query:
            self.ask(self.place.query, keep=False)

    def completions(self, text: str, cursor: int) -> list[tuple[int, str, str]]:
        """Fields, and values that were seen."""
        found = complete(text, cursor, self.listing.tasks.values(), self.context)
        return [(c.start, c.text, c.hint) for c in found]

    @property
    def why_nothing(self) -> str:
        """Why no task can be acted on now."""
        if not self.listing.rows:
            return "no task is shown"
        if self._followed:
            return "a newer task came under the cursor just now: move first, then act"
        if self._lost in self.listing.tasks:
            hidden = "F" if self.place.failed and not self.place.query else "the filter"
            return f"{hidden} hides the task the cursor was on: move first, then act"
        return "the task under the cursor went away: move first, then act"

    @property
    def chosen(self) -> tuple[Task, ...]:
        """The marked tasks, in the order of the rows, else the one under the cursor."""
        marks = self.table.marks
        shown = [key for key in self.listing.rows if key in marks] if marks else []
        hidden = sorted(marks.difference(shown))
        marked = tuple(task for key in (*shown, *hidden) if (task := self.listing.tasks.get(key)))
        return marked or ((self.here,) if self.here is not None else ())

    @property
    def bar(self) -> FilterBar:
        """The filter line."""
        return self.query_one(FilterBar)

    def on_screen_resume(self) -> None:
        """Back from another screen: what is on screen is this again."""
        self._looked = None
        self.tick()
        self.look()

    # --- places --------------------------------------------------------------------------------------------------

    def go(self, place: Place, *, keep: bool = True) -> None:
        """Show another place; with `keep` it goes into the history. What it adds up to is counted after it is
        painted."""
        if keep:
            self.trail.visit(place)
        self.place = place
        self.listing.arrange(place.wanted, self.context)
        self.folding.forget()
        first = place.sort[0].field
        self.table.sorted_by = "age" if first == "created" and "created" not in self.layout_of.names else first
        self.table.descending = place.sort[0].descending
        if first == "created" and self.table.sorted_by == "age":
            self.table.descending = not place.sort[0].descending
        self._seek()
        self.show_rows()
        self.table.redraw()
        # Twice: what is due after a letter's echo would come before the table.
        self.call_after_refresh(self.call_after_refresh, self.draw)

    def _seek(self) -> None:
        """Where a list is not whole, the platforms are asked for what they can filter; not with every letter."""
        if self.bar.editing:
            return
        context, node = self.context, self.place.wanted.node
        self.asked, self.terms = pushed(served(node, context)), served_terms(self.place.node, context)
        self.deck.seek(self.asked, self.place.scope)

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
        if keep and (hint := status_hint(text, node)):
            self.say(hint, "dim")
        elif keep and (missing := self.missing()):
            self.say(missing[0], "warn")
        return True

    def missing(self) -> tuple[str, ...]:
        """What the filter compares that no task here has; looked for once a filter and number of tasks."""
        asked = (self.place.node, self.listing.size)
        if self._missing is None or self._missing[0] != asked:
            self._missing = asked, missing_hints(self.place.node, self.listing.tasks.values(), self.context)
        return self._missing[1]

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
    def _filter_ended(self, message: FilterBar.Ended) -> None:
        self.bar.fine()
        if not message.taken:
            self.go(replace(self.place, query=self.trail.here.query, node=self.trail.here.node), keep=False)
        self.bar.put(self.place.query)
        self.trail.visit(self.place)
        self.set_focus(self.table)
        self._seek()
        self.draw()

    # --- words ---------------------------------------------------------------------------------------------------

    def rest(self) -> None:
        """Say what the cursor is on once it rests: a held key sends the cursor alone."""
        if not self._moving:
            self._moving = True
            self.set_timer(REST, self._rested)

    def _rested(self) -> None:
        self._moving = False
        self.draw_crumb()
        self.draw_keys()

    def say(self, text: str, role: str = "") -> None:
        """Put a message above the keys; it stays for 8 seconds."""
        self.crumb.say(text, role)

    def draw_filter(self) -> None:
        """Counts in the head of the table, and `^` before what the platforms were asked for."""
        self.query_one("#rule-top", Rule).say(self.place.view.upper() if self.place.view else "TASKS", self._counts())
        sent = [feed.sought for feed in self.feeds if not feed.complete and covers(feed.sought, self.asked)]
        self.bar.mark({start for start, term in self.terms if any(_asks(push, pushed(term)) for push in sent)})

    def _whole(self, feed: Feed) -> bool:
        """Nothing that could be shown is missing: all is here, or all that the server let through."""
        return feed.complete or (feed.sought_whole and covers(feed.sought, self.asked))

    def _counts(self) -> list[Piece]:
        return rows_pieces(
            len(self.listing), self.listing.size, whole=all(map(self._whole, self.feeds)),
            complete=all(feed.complete for feed in self.feeds), failed=self.place.failed,
            marked=len(self.table.marks), wide=self.wide,
        )  # fmt: skip


def _asks(sent: PushDown, term: PushDown) -> bool:
    """Whether a term was among what was sent."""
    return sent != NOTHING and covers(term, sent)
