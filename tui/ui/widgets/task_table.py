"""The table of tasks: its columns and rows, what stands out in them, and whose the cursor is."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.clock import Clock
from tui.domain.query import Context
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.deck import Deck
from tui.store.snapshot import Change
from tui.ui.present.cells import Cell, Column
from tui.ui.present.columns import Shown, cells_of, columns_for, short_names
from tui.ui.present.folding import Folding
from tui.ui.present.highlights import SECONDS, Fresh
from tui.ui.present.layout import Layout
from tui.ui.present.text import Piece, row
from tui.ui.present.zone import display_zone
from tui.ui.task_query import TaskQuery
from tui.ui.widgets.marking import MarkedTable
from tui.ui.widgets.virtual_table import VirtualTable
from tui.ui.widgets.words import Rule, StyledLines

__all__ = ["WIDE", "TaskTable"]

WIDE = 100
"""Columns from which words are long."""
_SEEN_SECONDS = 1.0
"""How long a row has to stand under a cursor that the user did not put there, until it can be acted on."""
_LOOK_AGAIN = 0.05
"""Seconds until the next look at whether it stood there long enough."""


class TaskTable(Vertical):
    """The rows that a query leaves, under their title."""

    def __init__(self, deck: Deck, clock: Clock, query: TaskQuery, now: Callable[[], datetime]) -> None:
        super().__init__(id="rows")
        self.deck = deck
        self.query_of = query
        self.layout_of = Layout()
        """Which columns."""
        self.absolute = False
        """Points in time instead of ages."""
        self.short = short_names(list(deck.handles))
        """The accounts by names that fit."""
        self._clock = clock
        self._now = now
        self._listing = query.listing
        self._folding = Folding(query.listing)
        self._cells = cells_of(self.layout_of.names)
        self._shown: Shown | None = None
        self._fresh = Fresh()
        self._looked: tuple[int, int] | None = None
        self._lost = ""
        """The task that the cursor was on, where it is on none now."""
        self._followed = False
        """The cursor is on none because a newer task came under it."""
        self._came = 0.0
        """Monotonic; when it came there."""
        self._at_home = True
        """The cursor was never moved: it stays on the first row, whatever comes above it."""
        self.table = MarkedTable(self._columns(80), self.row_cells, id="table")
        query.marks = self.table.marks

    def compose(self) -> ComposeResult:
        """Title, rows, or why there are none."""
        yield Rule("TASKS", id="rule-top")
        yield self.table
        yield StyledLines(id="empty")

    # --- columns -------------------------------------------------------------------------------------------------

    @property
    def wide(self) -> bool:
        """Long words."""
        return self.screen.size.width >= WIDE

    def _columns(self, width: int) -> tuple[Column, ...]:
        accounts = max((len(name) for name in self.short.values()), default=3)
        least = 18 if width < 80 or self.layout_of.every else 25 if width < WIDE else 28
        layout = self.layout_of
        return columns_for(
            layout.names, narrow=width < WIDE, accounts=accounts, least=least, extra=layout.extra, every=layout.every,
            currency=self._folding.currency, empty=self._folding.empty,
        )  # fmt: skip

    def arrange_columns(self, layout: Layout | None = None) -> None:
        """Show other columns, or the same at another width."""
        if layout is not None:
            self.layout_of = layout
            self.query_of.extra = layout.extra
        self._cells = cells_of(self.layout_of.names, self.layout_of.extra)
        self._shown = None
        self.table.set_columns(self._columns(self.screen.size.width))

    def fold(self, touched: Collection[TaskRef] = ()) -> None:
        """Give the room of empty columns to the others: of other rows once they are drawn."""
        if self._folding.renew(self.layout_of.names, Context(now=self._now()), touched):
            self.arrange_columns()

    def turn_times(self) -> None:
        """Ages or points in time."""
        self.absolute = not self.absolute
        self.arrange_columns()

    def neighbour(self, way: int) -> str:
        """The column beside the one sorted by."""
        names, current = self.layout_of.names, self.table.sorted_by
        at = names.index(current) if current in names else (-1 if way > 0 else len(names))
        return names[(at + way) % len(names)]

    # --- the tasks at hand ---------------------------------------------------------------------------------------

    @property
    def here(self) -> Task | None:
        """The task under the cursor; None when it went away and the user has not moved since (R37)."""
        target = self.table.target
        return self._listing.tasks.get(target) if target is not None else None

    @property
    def looked_at(self) -> Task | None:
        """The task that the keys that look would open, also where the cursor's went away."""
        table = self.table
        key = next(iter(table.view[table.cursor :][:1]), "")
        return self.here or self._listing.tasks.get(key)

    @property
    def chosen(self) -> tuple[Task, ...]:
        """The marked tasks, in the order of the rows, else the one under the cursor."""
        marks = self.table.marks
        shown = [key for key in self._listing.rows if key in marks] if marks else []
        hidden = sorted(marks.difference(shown))
        marked = tuple(task for key in (*shown, *hidden) if (task := self._listing.tasks.get(key)))
        return marked or ((self.here,) if self.here is not None else ())

    @property
    def why_nothing(self) -> str:
        """Why no task can be acted on now."""
        place = self.query_of.place
        if not self._listing.rows:
            return "no task is shown"
        if self._followed:
            return "a newer task came under the cursor just now: move first, then act"
        if self._lost in self._listing.tasks:
            hidden = "F" if place.failed and not place.query else "the filter"
            return f"{hidden} hides the task the cursor was on: move first, then act"
        return "the task under the cursor went away: move first, then act"

    def step(self, way: int) -> bool:
        """To the next or previous failure; False where there is none."""
        at = self._listing.step(self.table.cursor, way)
        if at is not None:
            self.table.go(at)
        return at is not None

    # --- what changes --------------------------------------------------------------------------------------------

    def changed(self, change: Change) -> None:
        """Take what a change touched, and draw only that."""
        query, listing = self.query_of, self._listing
        rows, self._shown = listing.rows, None
        query.snapshot = change.snapshot
        if change.touched is None:
            listing.take(change.snapshot, query.context)
            self._folding.forget()
            touched: set[str] | None = None
        else:
            touched = listing.apply(change.snapshot, change.touched, query.context)
            self._notice()
        if listing.rows is not rows:
            self.show_rows(follow=self._at_home and self.table.cursor == 0)
        self.fold(change.touched or ())
        self.table.redraw(touched)

    def _notice(self) -> None:
        """What changed before the user's eyes stands out for a moment; new failures are counted."""
        listing, new = self._listing, self.query_of.new
        for key, old in listing.before.items():
            task = listing.tasks[key]
            if old.status is not task.status:
                new.discard(task.ref)
                if task.status is TaskStatus.FAILED:
                    new.add(task.ref)
        waiting = bool(self._fresh)
        until = self._clock.monotonic() + SECONDS
        self._fresh.notice(listing.before, listing.tasks, set(self.table.visible_keys), until)
        if self._fresh and not waiting:
            self.set_timer(SECONDS + 0.05, self._settle)

    def _settle(self) -> None:
        """What stood out long enough looks like the rest again."""
        self.table.redraw(self._fresh.over(self._clock.monotonic()))
        if self._fresh:
            self.set_timer(SECONDS / 3, self._settle)

    def show_place(self) -> None:
        """The query asks for another place: show its rows in its order."""
        self._folding.forget()
        table, first = self.table, self.query_of.place.sort[0]
        by_age = first.field == "created" and "created" not in self.layout_of.names
        table.sorted_by = "age" if by_age else first.field
        table.descending = first.descending is not by_age
        self.show_rows()
        table.redraw()

    def show_rows(self, *, follow: bool = False) -> None:
        """The table shows what the listing says; with `follow` a cursor on the first row stays on the first row."""
        table, rows, before, first = self.table, self._listing.rows, self.table.target, self.table.view[:1]
        table.show(rows)
        if follow and rows and first and rows[0] != first[0]:
            self._follow(rows)
        elif before is not None and table.target is None:
            self._lost = before
        elif table.target is None and self._lost and (at := self._listing.index(self._lost)) is not None:
            table.go(at)  # it is shown again, and the user did not move meanwhile
        self.look()

    def _follow(self, rows: Sequence[str]) -> None:
        """Back to the first row. Once everything is there, one that the user did not go to is not acted on before it
        stood there for a moment (R37)."""
        self.table.go(0)
        if self.query_of.known:
            self.table.target, self._followed = None, True
            self._came = self._clock.monotonic()
            self.set_timer(_SEEN_SECONDS, lambda: self._seen(rows[0]))

    def _seen(self, first: str) -> None:
        """The row is the cursor's once it stood there long enough by our own clock."""
        if not self._at_home or self.table.view[:1] != [first]:
            return
        if (left := self._came + _SEEN_SECONDS - self._clock.monotonic()) > 0:
            # Not sooner: a rest that is only the rounding of a clock would fire without end.
            self.set_timer(max(left, _LOOK_AGAIN), lambda: self._seen(first))
        else:
            self.table.settle()

    @on(VirtualTable.Moved)
    def _moved(self) -> None:
        if self.table.target is not None:
            self._lost, self._followed = "", False
        if self.table.cursor > 0:
            self.leave_home()
        self.look()

    def leave_home(self) -> None:
        """From now on the cursor belongs to its task: it was moved, or something was done there."""
        self._at_home = False

    # --- drawing -------------------------------------------------------------------------------------------------

    def row_cells(self, key: str) -> Sequence[Cell]:
        """One row."""
        task = self._listing.tasks.get(key)
        if task is None:
            return [Cell("")] * len(self.layout_of.names)
        if self._shown is None:
            self._shown = self._shown_now()
        return self._fresh.shown(key, self.layout_of.names, self._cells(task, self._shown))

    def _shown_now(self) -> Shown:
        now, snapshot = self._now(), self.query_of.snapshot
        return Shown(
            now=now,
            context=Context(now=now, zone=display_zone()),
            narrow=not self.wide,
            absolute=self.absolute,
            accounts=self.short,
            projects=self.deck.projects,
            currency=self._folding.currency,
            stale={name for name, feed in snapshot.feeds.items() if feed.stale(now)},
            in_flight=snapshot.in_flight,
        )

    def tick(self) -> None:
        """Ages go on: only the cells that say something else are drawn."""
        self._shown = None
        self.table.redraw(self.table.visible_keys)

    def look(self, *, again: bool = False) -> None:
        """Name to the pollers what is on screen, where that has changed; with `again` also where it has not."""
        if again:
            self._looked = None
        here = (self.table.top, id(self.table.view))
        if here != self._looked and self.app.screen is self.screen:
            self._looked = here
            tasks = (self._listing.tasks.get(key) for key in self.table.visible_keys)
            self.deck.look([task.ref for task in tasks if task is not None])

    def say(self, title: str, counts: list[Piece], empty: Sequence[str]) -> None:
        """The title with its counts, and the lines in place of the rows where there are none."""
        self.query_one("#rule-top", Rule).say(title, counts)
        if empty:
            self.query_one("#empty", StyledLines).show(*(row([(" " + line, "dim")]) for line in empty))
