"""The task list: every task of every account in one live table."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from tui.domain.action import Verb
from tui.domain.errors import UsageError
from tui.domain.query import EVERYTHING, Context, QueryError, SortKey, complete, parse
from tui.domain.task import Kind, Task
from tui.platforms.clock import Clock
from tui.store.deck import Deck
from tui.store.snapshot import EMPTY, Change, Snapshot
from tui.ui.keymap import of_screen
from tui.ui.messages import Acted
from tui.ui.present.columns import DEFAULT_COLUMNS, Shown, cells_of, columns_for, short_names
from tui.ui.present.empty import empty_text
from tui.ui.present.header import account_line, counts_line
from tui.ui.present.keys import key_pieces
from tui.ui.present.listing import Listing
from tui.ui.present.places import Place, Trail
from tui.ui.present.problems import problems_of
from tui.ui.screens.work import Opened, View
from tui.ui.widgets.filter_bar import FilterBar
from tui.ui.widgets.virtual_table import Cell, Column, VirtualTable
from tui.ui.widgets.words import Piece, Rule, Words, row

__all__ = ["TasksScreen"]

_WIDE = 100
_MESSAGE_SECONDS = 8.0
_DRAW_EVERY = 5.0
"""Seconds between two looks at the ages on screen."""


class TasksScreen(Screen[None]):
    """The root: what everybody lives in."""

    CSS_PATH = "tasks.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(action.keys, action.action, action.label, id=action.id, show=False) for action in of_screen("tasks")
    ]

    snapshot: reactive[Snapshot] = reactive(EMPTY, repaint=False)
    """All lists as last known; bound to the app's."""

    def __init__(self, deck: Deck, clock: Clock, query: str = "") -> None:
        super().__init__()
        self.set_reactive(TasksScreen.snapshot, deck.store.snapshot)
        self.deck = deck
        self.clock = clock
        self.listing = Listing(Context(now=clock.now()))
        self.place = Place()
        """What is asked for."""
        self.trail = Trail(self.place)
        self.names = DEFAULT_COLUMNS
        self.paused = False
        self.absolute = False
        self._query = query
        self._me: dict[str, str] = {}
        self._cells = cells_of(self.names)
        self._shown: Shown | None = None
        self._mark_from: str | None = None
        self._message: tuple[str, str, float] | None = None
        self._unbound_said = False
        self._short = short_names(list(deck.handles))

    # --- layout --------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Header, rule, filter, table, rule, message, keys."""
        yield Words(id="head")
        yield Rule(id="rule-top")
        yield FilterBar(self._complete, id="filter")
        yield VirtualTable(self._columns(80), self._row, id="table")
        yield Words(id="empty")
        yield Rule()
        yield Words(id="crumb")
        yield Words(id="keys")

    def on_mount(self) -> None:
        """Draw what is known; a filter from the command line is applied."""
        self.table.sorted_by = "created"
        if self._query:
            self.ask(self._query)
            self.query_one(FilterBar).put(self._query)
        self.listing.take(self.snapshot, self.context)
        self._show_rows()
        self.table.focus()
        self.set_interval(_DRAW_EVERY, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        """Columns, words and bars by size."""
        size = event.size
        self.set_class(size.height < 20, "-low")
        self.set_class(size.height < 18, "-lower")
        self.set_class(size.width < 60 or size.height < 15, "-small")
        self._arrange_columns()
        self.draw()

    @property
    def table(self) -> VirtualTable:
        """The rows."""
        return self.query_one("#table", VirtualTable)

    @property
    def wide(self) -> bool:
        """Long words."""
        return self.size.width >= _WIDE

    def _columns(self, width: int) -> tuple[Column, ...]:
        accounts = max((len(name) for name in self._short.values()), default=3)
        least = 18 if width < 80 else 25 if width < _WIDE else 30
        return columns_for(self.names, narrow=width < _WIDE, accounts=accounts, least=least)

    def _arrange_columns(self) -> None:
        self._cells = cells_of(self.names)
        self._shown = None
        self.table.set_columns(self._columns(self.size.width))

    # --- data ----------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The clock's time."""
        return self.clock.now()

    @property
    def context(self) -> Context:
        """What a filter needs to know just now."""
        now = self.now
        return Context(
            now=now,
            me=self.deck.me,
            marked={task.ref for key in self.table.marks if (task := self.listing.tasks.get(key))},
            stale={name for name, feed in self.snapshot.feeds.items() if feed.stale(now)},
        )

    def changed(self, change: Change) -> None:
        """Take what a change touched, and draw only that."""
        if not self.is_mounted:
            return
        rows, self._shown = self.listing.rows, None
        if change.touched is None:
            self.listing.take(change.snapshot, self.context)
            touched = None
        else:
            touched = self.listing.apply(change.snapshot, change.touched, self.context)
        if self.listing.rows is not rows:
            self._show_rows()
        self.table.redraw(touched)
        self.draw()

    def _show_rows(self) -> None:
        self.table.show(self.listing.rows)
        self._look()

    def _row(self, key: str) -> Sequence[Cell]:
        task = self.listing.tasks.get(key)
        if task is None:
            return [Cell("")] * len(self.names)
        if self._shown is None:
            self._shown = self._shown_now()
        return self._cells(task, self._shown)

    def _shown_now(self) -> Shown:
        now = self.now
        return Shown(
            now=now,
            context=Context(now=now),
            narrow=not self.wide,
            absolute=self.absolute,
            accounts=self._short,
            stale={name for name, feed in self.snapshot.feeds.items() if feed.stale(now)},
            in_flight=self.snapshot.in_flight,
        )

    def _tick(self) -> None:
        """Ages go on: only the cells that say something else are drawn."""
        self._shown = None
        self.table.redraw(self.table.visible_keys)
        self.draw()

    def _look(self) -> None:
        """Tell the pollers what is on screen; while another screen is, that one tells them."""
        if self.app.screen is not self:
            return
        tasks = (self.listing.tasks.get(key) for key in self.table.visible_keys)
        self.deck.look([task.ref for task in tasks if task is not None])

    def on_screen_resume(self) -> None:
        """Back from another screen: what is on screen is this again."""
        self._tick()
        self._look()

    # --- words ---------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Header, counts, message and keys; each sends only what differs."""
        if not self.is_mounted:
            return
        now, wide, place = self.now, self.wide, self.place
        read_only = all(handle.read_only for handle in self.deck.handles.values())
        left, right = account_line(
            self.snapshot, now, scope=place.scope, names=self._short, read_only=read_only,
            refresh="paused" if self.paused else "auto", zone="utc", wide=wide,
        )  # fmt: skip
        budgets = [(n, f.budget.remaining) for n, f in self.snapshot.feeds.items() if f.budget is not None]
        counts = counts_line(self.listing.totals(), view=place.view or "all", new=0, budgets=budgets, wide=wide)
        self.query_one("#head", Words).show(row(left, right), counts)
        self.query_one(FilterBar).say(self._counts(wide))
        self._draw_crumb()
        self._draw_empty()
        self.query_one("#keys", Words).show(row(key_pieces(of_screen("tasks"), self.size.width)))

    def _counts(self, wide: bool) -> list[Piece]:
        shown, size = len(self.listing), self.listing.size
        partial = any(
            not feed.complete for name, feed in self.snapshot.feeds.items() if self.place.scope in {None, name}
        )
        pieces: list[Piece] = []
        if self.place.failed:
            pieces.append(("failed only   ", "bad"))
        more = "+" if partial else ""
        some = f"{shown:,}{more} of {size:,}{more}" if shown != size else f"{size:,}{more}"
        pieces.append((f"{some} rows" if wide else some, ""))
        if self.table.marks:
            pieces.append((f"   marked {len(self.table.marks):,}", "warn"))
        first = self.place.sort[0]
        pieces.append((f"   sort: {first.field}{'v' if first.descending else '^'} ", "dim"))
        return pieces

    def _draw_crumb(self) -> None:
        crumb = f"tasks({self.place.view or self.place.scope or 'all'})"
        left: list[Piece] = [(crumb, "dim")]
        if self._message is not None:
            text, role, since = self._message
            if self.clock.monotonic() - since < _MESSAGE_SECONDS:
                left = [(text, role)]
            else:
                self._message = None
        right: list[Piece] = []
        if number := len(problems_of(self.snapshot)):
            right.append((f"[{number} problem{'s' if number > 1 else ''}: press ! ]  ", "warn"))
        self.query_one("#crumb", Words).show(row(left, right))

    def say(self, text: str, role: str = "") -> None:
        """Put a message above the keys; it stays for 8 seconds."""
        self._message = (text, role, self.clock.monotonic())
        self._draw_crumb()
        self.set_timer(_MESSAGE_SECONDS + 0.1, self._draw_crumb)

    def _draw_empty(self) -> None:
        """The sentence where there are no rows."""
        empty = self.query_one("#empty", Words)
        self.set_class(not self.listing.rows, "-empty")
        if not self.listing.rows:
            text = empty_text(self.snapshot, self.place, self.listing.size, self.now)
            empty.show(*(row([(" " + line, "dim")]) for line in text))

    # --- the filter ----------------------------------------------------------------------------------------------

    def _complete(self, text: str, cursor: int) -> list[tuple[int, str, str]]:
        found = complete(text, cursor, self.listing.tasks.values(), self.context)
        return [(c.start, c.text, c.hint) for c in found]

    def ask(self, text: str, *, keep: bool = True) -> bool:
        """Show what matches; a filter that cannot be read changes nothing and is underlined."""
        bar = self.query_one(FilterBar)
        try:
            node = parse(text) if text.strip() else EVERYTHING
        except QueryError as error:
            bar.wrong(error.start, error.end)
            self.say(error.reason, "warn")
            return False
        bar.fine()
        self._message = None
        self.go(replace(self.place, query=text.strip(), node=node), keep=keep)
        return True

    def go(self, place: Place, *, keep: bool = True) -> None:
        """Show another place; with `keep` it goes into the history."""
        if keep:
            self.trail.visit(place)
        self.place = place
        self.listing.arrange(place.wanted, self.context)
        self.table.sorted_by = place.sort[0].field
        self._show_rows()
        self.table.redraw()
        self.draw()

    def show_filter(self, query: str, scope: str | None = None) -> None:
        """From a command: this filter, and this account if one is named."""
        if scope is not None and scope not in self.snapshot.feeds:
            raise UsageError(f"there is no account {scope}; there are {', '.join(self.snapshot.feeds) or 'none'}")
        if scope is not None:
            self.place = replace(self.place, scope=scope)
        if self.ask(query):
            self.query_one(FilterBar).put(query)

    @on(FilterBar.Typed)
    def _typed(self, message: FilterBar.Typed) -> None:
        self.ask(message.text, keep=False)

    @on(FilterBar.Accepted)
    def _accepted(self, message: FilterBar.Accepted) -> None:
        self.ask(message.text)

    @on(FilterBar.Ended)
    def _filter_ended(self) -> None:
        bar = self.query_one(FilterBar)
        bar.fine()
        bar.put(self.place.query)
        self.trail.visit(self.place)
        self.set_focus(self.table)
        self.draw()

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).open()

    # --- arranging -----------------------------------------------------------------------------------------------

    def action_failed(self) -> None:
        """Only what failed, on and off."""
        self.go(replace(self.place, failed=not self.place.failed))

    def action_scope(self, number: int) -> None:
        """All accounts, or one."""
        names = list(self.snapshot.feeds)
        if number > len(names):
            self.say(f"there are {len(names)} accounts", "warn")
            return
        self.go(replace(self.place, scope=names[number - 1] if number else None))

    def action_sort_by(self, way: int) -> None:
        """Sort by the column beside."""
        current = self.place.sort[0].field
        at = self.names.index(current) if current in self.names else (-1 if way > 0 else len(self.names))
        name = self.names[(at + way) % len(self.names)]
        down = name in {"steps", "queued", "run", "cost", "updated"}
        self.go(replace(self.place, sort=(SortKey(name, down),)))

    def action_reverse(self) -> None:
        """The other way round."""
        first, *others = self.place.sort
        self.go(replace(self.place, sort=(replace(first, descending=not first.descending), *others)))

    def action_times(self) -> None:
        """Ages or clock times."""
        self.absolute = not self.absolute
        self._shown = None
        self.table.redraw()

    def action_travel(self, way: int) -> None:
        """Through the history."""
        place = self.trail.go(way)
        if place is None:
            self.say("no further", "dim")
            return
        self.query_one(FilterBar).put(place.query)
        self.go(place, keep=False)

    # --- moving and marking --------------------------------------------------------------------------------------

    @property
    def here(self) -> Task | None:
        """The task under the cursor; None when it went away and the user has not moved since (R37)."""
        return self.listing.tasks.get(self.table.target) if self.table.target is not None else None

    @property
    def chosen(self) -> tuple[Task, ...]:
        """The marked tasks, else the one under the cursor."""
        marked = tuple(task for key in self.table.marks if (task := self.listing.tasks.get(key)))
        return marked or ((self.here,) if self.here is not None else ())

    def action_step(self, way: int) -> None:
        """To the next or previous failure."""
        row_at = self.listing.step(self.table.cursor, way)
        if row_at is None:
            self.say("no failure here")
        else:
            self.table.go(row_at)

    def action_mark(self) -> None:
        """Mark or unmark, and go on."""
        key = self.table.target
        if key is not None:
            self.table.mark([key], key not in self.table.marks)
            self._mark_from = key
            self.table.action_move(1)
            self.draw()

    def action_range(self) -> None:
        """Mark from the last mark to here."""
        start = self.listing.index(self._mark_from) if self._mark_from else None
        if start is None or self.table.target is None:
            self.say("mark one with space first, then V at the other end")
            return
        low, high = sorted((start, self.table.cursor))
        self.table.mark(self.listing.rows[low : high + 1], True)
        self.draw()

    def action_mark_all(self) -> None:
        """Mark all that are shown."""
        self.table.mark(self.listing.rows, True)
        self.draw()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.table.mark(set(self.table.marks), False)
        self.draw()

    def action_back(self) -> None:
        """Take marks away, else show everything again."""
        if self.table.marks:
            self.action_unmark()
        elif self.place.query or self.place.failed:
            self.query_one(FilterBar).put("")
            self.go(replace(self.place, query="", node=EVERYTHING, failed=False, view=None))

    @on(VirtualTable.Moved)
    def _moved(self) -> None:
        self._unbound_said = False
        self._look()

    # --- opening -------------------------------------------------------------------------------------------------

    def _open(self, view: View) -> None:
        task = self.here
        if task is None:
            self.say("no task under the cursor")
        else:
            self.post_message(Opened(task.ref, view))

    @on(VirtualTable.Chosen)
    def _chosen(self) -> None:
        task = self.here
        if task is not None:
            self._open(View.BATCH if task.kind is Kind.BATCH else View.DETAIL)

    def action_open(self) -> None:
        """Open the row."""
        self._chosen()

    def action_batch(self) -> None:
        """The children of a batch."""
        task = self.here
        if task is not None and task.kind is not Kind.BATCH and task.parent is None:
            self.say("not a batch, and not in one")
        elif task is not None:
            self.post_message(Opened(task.ref if task.kind is Kind.BATCH else task.parent or task.ref, View.BATCH))

    def action_log(self) -> None:
        """The log."""
        self._open(View.LOG)

    def action_triage(self) -> None:
        """Group the failures."""
        self._open(View.TRIAGE)

    def action_diff(self) -> None:
        """What differs."""
        self._open(View.DIFF)

    def action_raw(self) -> None:
        """The platform's own answer."""
        self._open(View.RAW)

    def action_act(self) -> None:
        """What can be done with these."""
        self.post_message(Acted(tuple(task.ref for task in self.chosen)))

    def action_abort(self) -> None:
        """Plan the abort of these."""
        self.post_message(Acted(tuple(task.ref for task in self.chosen), Verb.ABORT))

    def action_copy(self) -> None:
        """The reference of the task under the cursor, or of all that are marked."""
        if self.chosen:
            self.post_message(Opened(self.chosen[0].ref, View.COPY, "\n".join(str(task.ref) for task in self.chosen)))

    def action_copy_rows(self) -> None:
        """The shown rows as TSV."""
        heads = "\t".join(self.names)
        lines = ("\t".join(cell.text for cell in self._row(key)) for key in self.listing.rows)
        if self.here is not None:
            self.post_message(Opened(self.here.ref, View.COPY, "\n".join((heads, *lines))))

    def action_refresh(self) -> None:
        """Ask now."""
        self.deck.refresh(self.place.scope)
        self.say("asking again", "dim")

    def action_pause(self) -> None:
        """Stop asking, and go on."""
        self.paused = not self.paused
        self.deck.pause(self.paused)
        self.say("paused: a goes on, r asks once" if self.paused else "going on", "warn" if self.paused else "dim")
        self.draw()

    def on_key(self, event: events.Key) -> None:
        """A key that means nothing here: said once."""
        if self.focused is self.table and not self._unbound_said and event.is_printable:
            self._unbound_said = True
            self.say("not used here, ? for help", "dim")
