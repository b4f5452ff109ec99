"""The live table of tasks: frame, data, words. What it is asked is in `listing.py`, its keys are in `tasks.py`."""

from collections.abc import Collection, Sequence
from datetime import datetime

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.screen import Screen

from tui.clock import Clock
from tui.domain.query import Context
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.store.deck import Deck
from tui.store.snapshot import EMPTY, Change, Feed, Snapshot
from tui.ui.keymap import of_screen
from tui.ui.present.availability import LEADING, why_useless
from tui.ui.present.cells import Cell, Column
from tui.ui.present.columns import Shown, cells_of, columns_for, short_names
from tui.ui.present.crumb import news_pieces, place_pieces, trouble_pieces
from tui.ui.present.empty import empty_text
from tui.ui.present.filter_history import Place
from tui.ui.present.folding import Folding
from tui.ui.present.format import time_text
from tui.ui.present.header import account_line, counts_line
from tui.ui.present.highlights import SECONDS, Fresh
from tui.ui.present.keys import key_pieces
from tui.ui.present.layout import Layout
from tui.ui.present.listing import Listing
from tui.ui.present.problems import problems_of
from tui.ui.present.text import row
from tui.ui.present.zone import display_zone, zone_text
from tui.ui.widgets.filter_bar import FilterBar
from tui.ui.widgets.message_line import MessageLine
from tui.ui.widgets.task_preview import TaskPreview
from tui.ui.widgets.virtual_table import VirtualTable
from tui.ui.widgets.words import Rule, StyledLines

__all__ = ["LiveTable"]

_WIDE = 100
_DRAW_EVERY = 5.0
"""Seconds between two looks at the ages on screen."""
_SEEN_SECONDS = 1.0
_LOOK_AGAIN = 0.05
"""Seconds until the next look at whether it stood there long enough."""
"""How long a row has to stand under the cursor that it came under by itself."""
_BESIDE = 150
"""From here on the preview stands beside the list, not below it."""


class LiveTable(Screen[None]):
    """Header, filter line, table, message line, key line."""

    CSS_PATH = "tasks.tcss"

    snapshot: reactive[Snapshot] = reactive(EMPTY, repaint=False)
    """All lists as last known; bound to the app's."""

    def __init__(self, deck: Deck, clock: Clock) -> None:
        super().__init__()
        self.set_reactive(LiveTable.snapshot, deck.store.snapshot)
        self.deck = deck
        self.clock = clock
        self.listing = Listing(Context(now=clock.now(), zone=display_zone()))
        self.place = Place()
        """What is asked for."""
        self.layout_of = Layout()
        """Which columns."""
        self.new: set[TaskRef] = set()
        """Failed since the user last looked at them."""
        self.paused_at: datetime | None = None
        self.absolute = False
        self.preview_wanted: bool | None = None
        """Shown or not, whatever setting and width say; None leaves it to them."""
        self.frame = True
        """Header and rule are shown."""
        self._cells = cells_of(self.layout_of.names)
        self._shown: Shown | None = None
        self._fresh = Fresh()
        self._looked: tuple[int, int] | None = None
        self._short = short_names(list(deck.handles))
        self.folding = Folding(self.listing)
        self._lost = ""
        """The task that the cursor was on, where it is on none now."""
        self._followed = False
        """The cursor is on none because a newer task came under it."""
        self._came = 0.0
        """Monotonic; when it came there."""
        self._at_home = True
        """The cursor was never moved: it stays on the first row, whatever comes above it."""

    # --- frame ---------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Header, rule, filter, table, rule, message, keys."""
        yield StyledLines(id="head")
        yield FilterBar(self.completions, id="filter")
        with Vertical(id="body"):
            with Vertical(id="rows"):
                yield Rule("TASKS", id="rule-top")
                yield VirtualTable(self._columns(80), self.row_cells, id="table")
                yield StyledLines(id="empty")
            yield TaskPreview(self.deck, self.clock, lambda: list(self.listing.tasks.values()), id="preview")
        yield Rule(id="rule-bottom")
        yield MessageLine(self.clock.monotonic, id="crumb")
        yield StyledLines(id="keys")

    def on_mount(self) -> None:
        """Keys go to the table; ages go on."""
        self.set_focus(self.table)
        self.set_interval(_DRAW_EVERY, self.tick)
        self.arrange_preview(update=False)  # its styles are not worked out yet: not to be done twice

    def on_resize(self, event: events.Resize) -> None:
        """Columns, words and bars by size."""
        height = event.size.height
        self.set_class(height < 20 or not self.frame, "-low")
        self.set_class(height < 18, "-lower")
        self.arrange_preview()
        self.arrange_columns()
        self.draw()

    def arrange_preview(self, *, update: bool = True) -> None:
        """Below the list where that is wide enough, beside it on a very wide screen, else only when asked for."""
        width, shown = self.size.width, self.preview_wanted
        if shown is None:
            shown = width >= _WIDE and bool(getattr(self.app, "wants_preview", False))
        before = self.has_class("-preview")
        self.set_class(shown, "-preview", update=update)
        self.set_class(width >= _BESIDE, "-beside", update=update)
        if shown != before:
            self.preview.show(self.here if shown else None)

    @property
    def preview(self) -> TaskPreview:
        """The pane for the task under the cursor."""
        return self.query_one(TaskPreview)

    @on(VirtualTable.Moved, "#table")
    def _preview_moved(self) -> None:
        if self.has_class("-preview"):  # the task that the keys that look would open, also where the cursor's went away
            key = next(iter(self.table.view[self.table.cursor :][:1]), "")
            self.preview.show(self.here or self.listing.tasks.get(key))

    @property
    def table(self) -> VirtualTable:
        """The rows."""
        return self.query_one("#table", VirtualTable)

    @property
    def crumb(self) -> MessageLine:
        """The line above the keys."""
        return self.query_one(MessageLine)

    @property
    def wide(self) -> bool:
        """Long words."""
        return self.size.width >= _WIDE

    def _columns(self, width: int) -> tuple[Column, ...]:
        accounts = max((len(name) for name in self._short.values()), default=3)
        least = 18 if width < 80 or self.layout_of.every else 25 if width < _WIDE else 28
        layout = self.layout_of
        return columns_for(
            layout.names, narrow=width < _WIDE, accounts=accounts, least=least, extra=layout.extra, every=layout.every,
            currency=self.folding.currency, empty=self.folding.empty,
        )  # fmt: skip

    def arrange_columns(self, layout: Layout | None = None) -> None:
        """Show other columns, or the same at another width."""
        if layout is not None:
            self.layout_of = layout
        self._cells = cells_of(self.layout_of.names, self.layout_of.extra)
        self._shown = None
        self.table.set_columns(self._columns(self.size.width))

    def _fold(self, touched: Collection[TaskRef] = ()) -> None:
        """Give the room of empty columns to the others: of other rows once they are drawn."""
        if self.folding.renew(self.layout_of.names, Context(now=self.now), touched):
            self.arrange_columns()

    # --- the task at hand ----------------------------------------------------------------------------------------

    @property
    def here(self) -> Task | None:
        """The task under the cursor; None when it went away and the user has not moved since (R37)."""
        return self.listing.tasks.get(self.table.target) if self.table.target is not None else None

    # --- data ----------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The time that is shown: the clock's, or that of the pause, as long as nothing new is heard."""
        return self.paused_at or self.clock.now()

    @property
    def paused(self) -> bool:
        """Nothing is asked; the header says since when, and no age goes on."""
        return self.paused_at is not None

    @property
    def context(self) -> Context:
        """What a filter needs to know just now."""
        raise NotImplementedError

    def missing(self) -> tuple[str, ...]:
        """What the filter compares that no task here has, a sentence each."""
        raise NotImplementedError

    def completions(self, text: str, cursor: int) -> Sequence[tuple[int, str, str]]:
        """How a filter can go on."""
        raise NotImplementedError

    def changed(self, change: Change) -> None:
        """Take what a change touched, and draw only that."""
        if not self.is_mounted or not self.query("#table"):
            return  # not there yet, or being taken down: the table goes before its screen
        if self.paused:
            self.paused_at = self.clock.now()  # one answer was asked for, or was still on its way
        rows, self._shown = self.listing.rows, None
        if change.touched is None:
            self.listing.take(change.snapshot, self.context)
            self.folding.forget()
            touched: set[str] | None = None
        else:
            touched = self.listing.apply(change.snapshot, change.touched, self.context)
            self._notice()
        if self.listing.rows is not rows:
            self.show_rows(follow=self._at_home and self.table.cursor == 0)
        self._fold(change.touched or ())
        self.table.redraw(touched)
        if old := self.preview.task_shown:
            self.preview.renew(self.listing.tasks.get(str(old.ref)))
        self.draw()

    def _notice(self) -> None:
        """What changed before the user's eyes stands out for a moment; new failures are counted."""
        for key, old in self.listing.before.items():
            new = self.listing.tasks[key]
            if old.status is not new.status:
                self.new.discard(new.ref)
                if new.status is TaskStatus.FAILED:
                    self.new.add(new.ref)
        waiting = bool(self._fresh)
        until = self.clock.monotonic() + SECONDS
        self._fresh.notice(self.listing.before, self.listing.tasks, set(self.table.visible_keys), until)
        if self._fresh and not waiting:
            self.set_timer(SECONDS + 0.05, self._settle)

    def _settle(self) -> None:
        """What stood out long enough looks like the rest again."""
        self.table.redraw(self._fresh.over(self.clock.monotonic()))
        if self._fresh:
            self.set_timer(SECONDS / 3, self._settle)

    def show_rows(self, *, follow: bool = False) -> None:
        """The table shows what the listing says; with `follow` a cursor on the first row stays on the first row."""
        table, rows, before, first = self.table, self.listing.rows, self.table.target, self.table.view[:1]
        table.show(rows)
        if follow and rows and first and rows[0] != first[0]:
            self._follow(rows)
        elif before is not None and table.target is None:
            self._lost = before
        elif table.target is None and self._lost and (at := self.listing.index(self._lost)) is not None:
            table.go(at)  # it is shown again, and the user did not move meanwhile
        self._preview_moved()
        self.look()

    def _follow(self, rows: Sequence[str]) -> None:
        """Back to the first row. Once everything is there, one that came under the cursor by itself is not acted on
        before it was seen for a moment (R37)."""
        self.table.go(0)
        if self.known:
            self.table.target, self._followed = None, True
            self._came = self.clock.monotonic()
            self.set_timer(_SEEN_SECONDS, lambda: self._seen(rows[0]))

    def _seen(self, first: str) -> None:
        """The row is the cursor's once it stood there long enough by our own clock."""
        if not self._at_home or self.table.view[:1] != [first]:
            return
        if (left := self._came + _SEEN_SECONDS - self.clock.monotonic()) > 0:
            # Not sooner: a rest that is only the rounding of a clock would fire without end.
            self.set_timer(max(left, _LOOK_AGAIN), lambda: self._seen(first))
        else:
            self.table.settle()

    @property
    def known(self) -> bool:
        """Every account in scope has answered, if only to say why it cannot: what is counted is no false zero."""
        return all(feed.fetched or feed.error for feed in self.feeds)

    @property
    def feeds(self) -> list[Feed]:
        """Of the accounts in scope."""
        return [feed for name, feed in self.snapshot.feeds.items() if self.place.scope in {None, name}]

    @on(VirtualTable.Moved, "#table")
    def _moved_away(self) -> None:
        if self.table.target is not None:
            self._lost, self._followed = "", False
        if self.table.cursor > 0:
            self.leave_home()

    def leave_home(self) -> None:
        """From now on the cursor belongs to its task: it was moved, or something was done there."""
        self._at_home = False

    def row_cells(self, key: str) -> Sequence[Cell]:
        """One row."""
        task = self.listing.tasks.get(key)
        if task is None:
            return [Cell("")] * len(self.layout_of.names)
        if self._shown is None:
            self._shown = self._shown_now()
        return self._fresh.shown(key, self.layout_of.names, self._cells(task, self._shown))

    def _shown_now(self) -> Shown:
        now = self.now
        return Shown(
            now=now,
            context=Context(now=now, zone=display_zone()),
            narrow=not self.wide,
            absolute=self.absolute,
            accounts=self._short,
            projects=self.deck.projects,
            currency=self.folding.currency,
            stale={name for name, feed in self.snapshot.feeds.items() if feed.stale(now)},
            in_flight=self.snapshot.in_flight,
        )

    def tick(self) -> None:
        """Ages go on: only the cells that say something else are drawn."""
        self._shown = None
        self.table.redraw(self.table.visible_keys)
        self.draw()

    def look(self) -> None:
        """Tell the pollers what is on screen, where that has changed."""
        here = (self.table.top, id(self.table.view))
        if here != self._looked and self.app.screen is self:
            self._looked = here
            tasks = (self.listing.tasks.get(key) for key in self.table.visible_keys)
            self.deck.look([task.ref for task in tasks if task is not None])

    # --- words ---------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Header, counts, message and keys; each sends only what differs."""
        if not self.is_mounted:
            return
        self._fold()
        now, place = self.now, self.place
        read_only = all(handle.read_only for handle in self.deck.handles.values())
        refresh = f"paused at {time_text(now, now)}" if self.paused else "auto"
        accounts = account_line(
            self.snapshot, now, scope=place.scope, names=self._short, read_only=read_only,
            refresh=refresh, zone=zone_text(now), width=self.size.width, problems=len(problems_of(self.snapshot)),
        )  # fmt: skip
        counts = counts_line(self.listing.totals(), now=now, width=self.size.width, known=self.known)
        self.query_one("#head", StyledLines).show(accounts, counts)
        self.draw_filter()
        self.draw_crumb()
        self.set_class(not self.listing.rows, "-empty")
        if not self.listing.rows:
            text = empty_text(self.snapshot, self.place, self.listing.size, self.now, self.missing())
            self.query_one("#empty", StyledLines).show(*(row([(" " + line, "dim")]) for line in text))
        self.draw_keys()

    def draw_keys(self) -> None:
        """The line of keys, without those that lead nowhere for the task under the cursor."""
        task = self.here
        useless = set() if task is None else {f"tasks.{name}" for name in LEADING if self.why_useless(name, task)}
        self.query_one("#keys", StyledLines).show(row(key_pieces(of_screen("tasks"), self.size.width, useless)))

    def why_useless(self, action: str, task: Task) -> str:
        """Why an action of the list shows nothing of this task, with these marks; empty where it does."""
        if action == "diff" and len(self.table.marks) == 2:
            return ""
        return why_useless(action, task, self.listing.successes)

    def draw_filter(self) -> None:
        """Counts, and what else stands in the filter line."""
        raise NotImplementedError

    def draw_crumb(self) -> None:
        """Where one is, or what is wrong; what is new at the right."""
        said = trouble_pieces(problems_of(self.snapshot)) or place_pieces(
            self.place.view or self.place.scope, self.here, brief=not self.has_class("-preview")
        )
        self.crumb.stand(list(said), news_pieces(len(self.new)))
