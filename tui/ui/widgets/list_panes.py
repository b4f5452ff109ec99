"""The list between its header and its line of keys: filter, table, preview, message."""

from collections.abc import Mapping
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.clock import Clock
from tui.domain.errors import UsageError
from tui.domain.query import QueryError
from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.settings.saved import SavedView
from tui.store.deck import Deck
from tui.store.snapshot import Change
from tui.ui.keymap import of_screen
from tui.ui.present.availability import LEADING, why_useless
from tui.ui.present.crumb import news_pieces, place_pieces, trouble_pieces
from tui.ui.present.empty import empty_text
from tui.ui.present.filter_history import Place
from tui.ui.present.format import time_text
from tui.ui.present.header import account_line, counts_line
from tui.ui.present.keys import key_pieces
from tui.ui.present.problems import problems_of
from tui.ui.present.text import row
from tui.ui.present.zone import zone_text
from tui.ui.task_query import TaskQuery
from tui.ui.widgets.filter_bar import FilterBar
from tui.ui.widgets.message_line import MessageLine
from tui.ui.widgets.task_preview import REST, TaskPreview
from tui.ui.widgets.task_table import WIDE, TaskTable
from tui.ui.widgets.virtual_table import VirtualTable
from tui.ui.widgets.words import Rule, StyledLines

__all__ = ["ListPanes"]

_DRAW_EVERY = 5.0
"""Seconds between two looks at the ages on screen."""
_BESIDE = 150
"""From here on the preview stands beside the list, not below it."""


class ListPanes(Vertical):
    """Holds the query, the table and what stands around it."""

    def __init__(self, deck: Deck, clock: Clock) -> None:
        super().__init__(id="list")
        self.deck = deck
        self.clock = clock
        self.paused_at: datetime | None = None
        self.query_of = TaskQuery(deck, lambda: self.now)
        self.rows = TaskTable(deck, clock, self.query_of, lambda: self.now)
        self.preview = TaskPreview(deck, clock, id="preview")
        self.bar = FilterBar(self.query_of.completions, id="filter")
        self.message = MessageLine(clock.monotonic, id="crumb")
        self.preview_wanted: bool | None = None
        """Shown or not, whatever setting and width say; None leaves it to them."""
        self.framed = True
        """Header and rule are shown."""
        self._moving = False
        """The cursor moved, and what is said of its row waits until it rests."""

    # --- frame ---------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Header, rule, filter, table, rule, message, keys."""
        yield StyledLines(id="head")
        yield self.bar
        with Vertical(id="body"):
            yield self.rows
            yield self.preview
        yield Rule(id="rule-bottom")
        yield self.message
        yield StyledLines(id="keys")

    def opened(self, query: str) -> None:
        """Draw what is known; a filter from the command line is applied. Keys go to the table; ages go on."""
        self.query_of.listing.take(self.query_of.snapshot, self.query_of.context)
        if query:
            self.show_filter(query)
        else:
            self.go(self.query_of.place)
        self.screen.set_focus(self.rows.table)
        self.set_interval(_DRAW_EVERY, self.tick)
        self.arrange_preview(update=False)  # its styles are not worked out yet: not to be done twice

    def resumed(self) -> None:
        """Back from another screen: what is on screen is this again."""
        self.tick()
        self.rows.look(again=True)

    def resized(self, height: int) -> None:
        """Columns, words and bars by size."""
        self.set_class(height < 20 or not self.framed, "-low")
        self.set_class(height < 18, "-lower")
        self.arrange_preview()
        self.rows.arrange_columns()
        self.draw()

    def turn_frame(self) -> None:
        """Header and rule on and off."""
        self.framed = not self.framed
        self.set_class(self.screen.size.height < 20 or not self.framed, "-low")

    def arrange_preview(self, *, update: bool = True) -> None:
        """Below the list where that is wide enough, beside it on a very wide screen, else only when asked for."""
        width, shown = self.screen.size.width, self.preview_wanted
        if shown is None:
            shown = width >= WIDE and bool(getattr(self.app, "wants_preview", False))
        before = self.previews
        self.set_class(shown, "-preview", update=update)
        self.set_class(width >= _BESIDE, "-beside", update=update)
        if shown != before:
            self.preview.show(self.here if shown else None)

    def turn_preview(self) -> None:
        """The preview on and off."""
        self.preview_wanted = not self.previews
        self.arrange_preview()

    @property
    def previews(self) -> bool:
        """The preview is shown."""
        return self.has_class("-preview")

    @property
    def stands(self) -> bool:
        """It is on a screen that stands: it comes before the screen is ready, and goes before it."""
        return self.is_attached and self.screen.is_mounted

    # --- time ----------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The time that is shown: the clock's, or that of the pause, as long as nothing new is heard."""
        return self.paused_at or self.clock.now()

    @property
    def paused(self) -> bool:
        """Nothing is asked; the header says since when, and no age goes on."""
        return self.paused_at is not None

    def turn_pause(self) -> None:
        """Stop asking, and go on."""
        self.paused_at = None if self.paused else self.clock.now()
        self.deck.pause(self.paused)
        self.say("paused: a goes on, r asks once" if self.paused else "going on", "warn" if self.paused else "dim")
        self.draw()

    def tick(self) -> None:
        """Ages go on."""
        self.rows.tick()
        self.draw()

    # --- what is asked -------------------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """What is asked for."""
        return self.query_of.place

    @property
    def here(self) -> Task | None:
        """The task under the cursor."""
        return self.rows.here

    def go(self, place: Place, *, keep: bool = True) -> None:
        """Show another place; with `keep` it goes into the history. What it adds up to is counted after it is
        painted."""
        self.query_of.go(place, keep=keep)
        self._seek()
        self.rows.show_place()
        self.renew_preview()
        # Twice: what is due after a letter's echo would come before the table.
        self.call_after_refresh(self.call_after_refresh, self.draw)

    def _seek(self) -> None:
        """Ask the platforms for what they can filter; not with every letter."""
        if not self.bar.editing:
            self.query_of.seek()

    def ask(self, text: str, *, keep: bool = True) -> None:
        """Show what matches; a filter that cannot be read changes nothing, and its wrong part is underlined."""
        try:
            place = self.query_of.filtered(text)
        except QueryError as error:
            self.bar.wrong(error.start, error.end)
            self.say(error.reason, "warn")
            return
        self.bar.fine()
        self.message.forget()
        self.go(place, keep=keep)
        if keep and (hint := self.query_of.hint()) is not None:
            self.say(*hint)

    def show_filter(self, text: str) -> None:
        """A filter that was not typed into the line."""
        self.bar.put(text)
        self.ask(text)

    def show_place(self, place: Place, *, keep: bool = True) -> None:
        """A place with its filter line."""
        self.bar.put(place.query)
        self.go(place, keep=keep)

    def take_views(self, views: Mapping[str, SavedView]) -> None:
        """The user's own were read; a filter from the command line may name one."""
        self.query_of.views.update(views)
        if self.query_of.place.query:
            self.ask(self.query_of.place.query, keep=False)

    def view(self, name: str | None) -> None:
        """Show a view; each keeps the filter it was left with.

        Raises:
            UsageError: There is none of this name, or it cannot be read.
        """
        if (left := self.query_of.leave_view(name)) is not None:
            self.show_place(left)
            return
        view, before = self.query_of.saved(name), self.rows.layout_of
        try:
            if view.columns:  # first: the filter and the order may name a computed one
                self.rows.arrange_columns(before.only(view.columns))
            place = self.query_of.place_of(name, view)
        except QueryError as error:
            self.rows.arrange_columns(before)
            raise UsageError(f"the view {name} cannot be read: {error.reason}") from None
        self.show_place(place)

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
            self.go(self.query_of.untyped(), keep=False)
        self.bar.put(self.place.query)
        self.query_of.trail.visit(self.place)
        self.screen.set_focus(self.rows.table)
        self._seek()
        self.draw()

    # --- what changes --------------------------------------------------------------------------------------------

    def changed(self, change: Change) -> None:
        """Take what a change touched, and draw only that."""
        if not self.stands or not self.query("#table"):
            return  # not there yet, or being taken down: the table goes before its screen
        if self.paused:
            self.paused_at = self.clock.now()  # one answer was asked for, or was still on its way
        listing = self.query_of.listing
        rows = listing.rows
        self.rows.changed(change)
        if listing.rows is not rows:
            self.renew_preview()
        if old := self.preview.task_shown:
            self.preview.renew(listing.tasks.get(str(old.ref)))
        self.draw()

    @on(VirtualTable.Moved)
    def _moved(self) -> None:
        new, here = self.query_of.new, self.here
        if new and here is not None and here.status is TaskStatus.FAILED:
            new.discard(here.ref)
            self.draw()
        if not self._moving:  # what is said of a row waits until the cursor rests: a held key sends the cursor alone
            self._moving = True
            self.set_timer(REST, self._rested)
        self.renew_preview()

    def _rested(self) -> None:
        self._moving = False
        self.draw_crumb()
        self.draw_keys()

    def renew_preview(self) -> None:
        """Show the task under the cursor beside or below the list."""
        if self.previews:
            self.preview.show(self.rows.looked_at)

    # --- words ---------------------------------------------------------------------------------------------------

    def say(self, text: str, role: str = "") -> None:
        """Put a message above the keys; it stays for 8 seconds."""
        self.message.say(text, role)

    def draw(self) -> None:
        """Header, counts, message and keys; each sends only what differs."""
        if not self.stands:
            return
        self.rows.fold()
        query, now, width = self.query_of, self.now, self.screen.size.width
        accounts = account_line(
            query.snapshot, now, scope=query.place.scope, names=self.rows.short,
            read_only=all(handle.read_only for handle in self.deck.handles.values()),
            refresh=f"paused at {time_text(now, now)}" if self.paused else "auto",
            zone=zone_text(now), width=width, problems=len(problems_of(query.snapshot)),
        )  # fmt: skip
        counts = counts_line(query.listing.totals(), now=now, width=width, known=query.known)
        self.query_one("#head", StyledLines).show(accounts, counts)
        rows = query.listing.rows
        empty = [] if rows else empty_text(query.snapshot, query.place, query.listing.size, now, query.missing())
        self.rows.say(query.title, query.counts(wide=self.rows.wide), empty)
        self.bar.mark(query.sent())
        self.draw_crumb()
        self.set_class(not rows, "-empty")
        self.draw_keys()

    def draw_keys(self) -> None:
        """The line of keys, without those that lead nowhere for the task under the cursor."""
        task = self.here
        useless = set() if task is None else {f"tasks.{name}" for name in LEADING if self.why_useless(name, task)}
        width = self.screen.size.width
        self.query_one("#keys", StyledLines).show(row(key_pieces(of_screen("tasks"), width, useless)))

    def why_useless(self, action: str, task: Task) -> str:
        """Why an action of the list shows nothing of this task, with these marks; empty where it does."""
        if action == "diff" and len(self.rows.table.marks) == 2:
            return ""
        return why_useless(action, task, self.query_of.listing.successes)

    def draw_crumb(self) -> None:
        """Where one is, or what is wrong; what is new at the right."""
        where = self.place.view or self.place.scope
        said = trouble_pieces(problems_of(self.query_of.snapshot)) or place_pieces(
            where, self.here, brief=not self.previews
        )
        self.message.stand(list(said), news_pieces(len(self.query_of.new)))
