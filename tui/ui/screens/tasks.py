"""The task list: all tasks of every account in one live table, and what each key does there.

It paints first, so the menus it opens are imported when they are opened.
"""

from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from tui.clock import Clock
from tui.domain.action import Verb
from tui.domain.errors import UsageError
from tui.domain.query import Context, QueryError
from tui.domain.task import Kind, Task
from tui.settings.saved import all_views
from tui.store.acknowledged import LIST
from tui.store.deck import Deck
from tui.store.snapshot import Change
from tui.ui.bindings import bindings, unbound_text
from tui.ui.messages import Acted, Grouped, Opened, View
from tui.ui.present.availability import why_useless
from tui.ui.present.columns import help_of
from tui.ui.present.format import count_text
from tui.ui.present.layout import Layout
from tui.ui.present.listing import Listing
from tui.ui.present.views import neighbour
from tui.ui.task_query import TaskQuery
from tui.ui.widgets.list_panes import ListPanes
from tui.ui.widgets.marking import MarkedTable
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["TasksScreen"]


class TasksScreen(Screen[None]):
    """The root: what everybody lives in."""

    CSS_PATH = "tasks.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("tasks")

    def __init__(self, deck: Deck, clock: Clock, query: str = "") -> None:
        super().__init__()
        self.deck = deck
        self.clock = clock
        self.panes = ListPanes(deck, clock)
        self._first_query = query
        self._unbound_said = False

    def compose(self) -> ComposeResult:
        """All of it is in the panes."""
        yield self.panes

    def on_mount(self) -> None:
        """Draw what is known."""
        self.panes.opened(self._first_query)

    def on_unmount(self) -> None:
        """What changes from now on is new at the next start, and on the command line."""
        self.deck.seen.look(LIST, self.clock.now())

    def on_resize(self, event: events.Resize) -> None:
        """Columns, words and bars by size."""
        self.panes.resized(event.size.height)

    def on_screen_resume(self) -> None:
        """Back from another screen."""
        self.panes.resumed()

    # --- what is shown, for the app and its commands -------------------------------------------------------------

    @property
    def query_of(self) -> TaskQuery:
        """What is asked, and the rows."""
        return self.panes.query_of

    @property
    def listing(self) -> Listing:
        """All tasks and the rows that are wanted of them."""
        return self.query_of.listing

    @property
    def context(self) -> Context:
        """What a filter needs to know just now."""
        return self.query_of.context

    @property
    def table(self) -> MarkedTable:
        """The rows."""
        return self.panes.rows.table

    @property
    def layout_of(self) -> Layout:
        """Which columns."""
        return self.panes.rows.layout_of

    @property
    def here(self) -> Task | None:
        """The task under the cursor; None when it went away and the user has not moved since (R37)."""
        return self.panes.here

    @property
    def chosen(self) -> tuple[Task, ...]:
        """The marked tasks, in the order of the rows, else the one under the cursor."""
        return self.panes.rows.chosen

    def changed(self, change: Change) -> None:
        """Take what a change touched, and draw only that."""
        self.panes.changed(change)

    def say(self, text: str, role: str = "") -> None:
        """Put a message above the keys."""
        self.panes.say(text, role)

    def show_filter(self, text: str) -> None:
        """Show what matches a filter that was not typed into the line."""
        self.panes.show_filter(text)

    # --- filter and scope ----------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type a filter."""
        self.panes.bar.open()

    def action_failed(self) -> None:
        """Only what failed, on and off."""
        self.panes.go(replace(self.query_of.place, failed=not self.query_of.place.failed))

    def action_scope(self, number: int) -> None:
        """All accounts, or one."""
        names = list(self.query_of.snapshot.feeds)
        if number > len(names):
            self.say(f"there is no account {number}; {count_text(len(names), 'account')} can be shown", "warn")
        else:
            self.use(names[number - 1] if number else None)

    def use(self, account: str | None) -> None:
        """Only this account, or all.

        Raises:
            UsageError: There is no such account.
        """
        self.panes.go(self.query_of.scoped(account))

    def action_travel(self, way: int) -> None:
        """Through the history."""
        place = self.query_of.trail.go(way)
        if place is None:
            self.say("no further", "dim")
        else:
            self.panes.show_place(place, keep=False)

    def action_back(self) -> None:
        """Take marks away, else show everything again, else the list of all."""
        if self.table.marks:
            self.action_unmark()
        elif (place := self.query_of.everything()) is not None:
            self.panes.show_place(place)

    # --- order and columns ---------------------------------------------------------------------------------------

    def action_sort_by(self, way: int) -> None:
        """Sort by the column beside."""
        self.panes.go(self.query_of.sorted_by(self.panes.rows.neighbour(way)))

    def action_reverse(self) -> None:
        """The other way round."""
        self.panes.go(self.query_of.reversed())

    def sort(self, text: str) -> None:
        """`cost desc, name`.

        Raises:
            UsageError: A field is not known.
        """
        self.panes.go(self.query_of.sorted_as(text))

    def action_sort(self) -> None:
        """Choose the column to sort or to group by."""
        from tui.ui.screens.pick import SortScreen

        extra = self.layout_of.extra
        rows = [(name, name, help_of(name, extra)) for name in self.layout_of.known]
        menu = SortScreen("sort by", rows, keys=(("enter", "sort, again turns round"), ("tab", "group")), other="tab")
        self.app.push_screen(menu, self._sort_chosen)

    def _sort_chosen(self, chosen: tuple[str, bool] | None) -> None:
        if chosen is not None:
            name, grouped = chosen
            self.group((name,)) if grouped else self.panes.go(self.query_of.sorted_by(name))

    def group(self, names: tuple[str, ...]) -> None:
        """Count, cost and median run by these fields; enter on one shows its rows."""
        from tui.ui.screens.groups import GroupsScreen

        tasks = [self.listing.tasks[key] for key in self.listing.rows]
        groups = GroupsScreen(names, tasks, self.context, self.query_of.place.sort[0])
        self.app.push_screen(groups, lambda query: None if query is None else self._group_chosen(query))

    def _group_chosen(self, query: str) -> None:
        self.show_filter(self.query_of.within(query))

    def action_times(self) -> None:
        """Ages or clock times."""
        self.panes.rows.turn_times()

    def action_columns(self) -> None:
        """Choose the columns."""
        from tui.ui.screens.columns import ColumnsScreen

        self.app.push_screen(ColumnsScreen(self.layout_of), self._columns_chosen)

    def _columns_chosen(self, layout: Layout | None) -> None:
        if layout is not None:
            self.panes.rows.arrange_columns(layout)

    def columns(self, words: str) -> None:
        """`+f`, `-f`, `f after=g`, `reset`.

        Raises:
            UsageError: A column is not known.
        """
        self.panes.rows.arrange_columns(self.layout_of.edited(words))

    def compute(self, text: str) -> None:
        """`NAME = EXPR`.

        Raises:
            UsageError: It cannot be read.
        """
        try:
            self.panes.rows.arrange_columns(self.layout_of.with_computed(text))
        except QueryError as error:
            raise UsageError(error.reason) from None
        self.panes.ask(self.query_of.place.query, keep=False)  # a filter that names the column is read anew

    def action_every(self) -> None:
        """All columns, to be scrolled sideways, or those that fit."""
        self.panes.rows.arrange_columns(replace(self.layout_of, every=not self.layout_of.every))
        self.say("all columns: left and right scroll" if self.layout_of.every else "columns that fit", "dim")

    def action_frame(self) -> None:
        """Header on and off."""
        self.panes.turn_frame()

    def action_preview(self) -> None:
        """The task under the cursor in a pane, on and off."""
        self.panes.turn_preview()

    # --- views ---------------------------------------------------------------------------------------------------

    def action_view(self, way: int) -> None:
        """The next or previous view."""
        self.panes.view(neighbour(self.query_of.place.view, all_views(self.query_of.views), way))

    # --- marking -------------------------------------------------------------------------------------------------

    def action_step(self, way: int) -> None:
        """To the next or previous failure."""
        if not self.panes.rows.step(way):
            self.say("no failure among the rows shown")

    def action_mark(self) -> None:
        """Mark or unmark, and go on."""
        self.table.settle()
        if self.table.mark_here():
            self.panes.draw()
        else:
            self.say("no task is shown that could be marked")

    def action_range(self) -> None:
        """Mark from the last mark to here."""
        if self.table.mark_to_here():
            self.panes.draw()
        else:
            self.say("mark one with space first, then V at the other end")

    def action_mark_all(self) -> None:
        """Mark all that are shown."""
        self.table.mark_all()
        self.panes.draw()

    def mark_matching(self, text: str) -> None:
        """Mark what matches a filter, shown or not.

        Raises:
            UsageError: The filter cannot be read.
        """
        self.table.mark(self.query_of.matching(text), True)
        self.panes.draw()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.table.unmark()
        self.panes.draw()

    # --- opening and acting --------------------------------------------------------------------------------------

    def _open(self, view: View) -> None:
        self.table.settle()
        self.panes.rows.leave_home()
        task = self.here
        if task is None:
            self.say("no task is shown")
        elif why := self.panes.why_useless(view.value, task):
            self.say(why)
        else:
            self.post_message(Opened(task.ref, view))

    @on(VirtualTable.Chosen)
    def _chosen(self) -> None:
        if self.here is not None:
            self._open(View.BATCH if self.here.kind is Kind.BATCH else View.DETAIL)

    def action_open(self) -> None:
        """Open the row."""
        self._chosen()

    def action_batch(self) -> None:
        """The children of a batch."""
        self.table.settle()
        task = self.here
        if task is None or why_useless("batch", task):
            self._open(View.BATCH)
        else:
            self.post_message(Opened(task.ref if task.kind is Kind.BATCH else task.parent or task.ref, View.BATCH))

    def action_log(self) -> None:
        """The log."""
        self._open(View.LOG)

    def action_triage(self) -> None:
        """Group the failures of the marked tasks, else of all that is shown: whatever row the cursor is on."""
        place, here, marked = self.query_of.place, self.here, self.chosen if self.table.marks else ()
        if len(marked) == 1 and marked[0].kind is Kind.BATCH:
            why = why_useless("triage", marked[0])
            self.say(why) if why else self.post_message(Opened(marked[0].ref, View.TRIAGE))
            return
        scope = f"@{place.scope}" if place.scope else ""
        query = f"{scope} ({place.query})" if scope and place.query else scope or place.query
        refs = tuple(task.ref for task in marked)
        self.post_message(Grouped(query, refs, here.ref if here is not None else None))

    def action_diff(self) -> None:
        """What differs between the two that are marked, or between this one and a good one."""
        pair = tuple(task.ref for task in self.chosen) if len(self.table.marks) == 2 else ()
        if len(pair) == 2:
            self.post_message(Opened(pair[0], View.DIFF, pair[1]))
        else:
            self._open(View.DIFF)

    def action_raw(self) -> None:
        """The platform's own answer."""
        self._open(View.RAW)

    def action_act(self) -> None:
        """What can be done with these."""
        self._act()

    def action_abort(self) -> None:
        """Plan the abort of these."""
        self._act(Verb.ABORT)

    def _act(self, verb: Verb | None = None) -> None:
        self.panes.rows.leave_home()
        if self.chosen:
            self.post_message(Acted(tuple(task.ref for task in self.chosen), verb))
        else:
            self.say(self.panes.rows.why_nothing, "warn")

    def action_refresh(self) -> None:
        """Ask now."""
        self.deck.refresh(self.query_of.place.scope)
        self.say("asking again", "dim")

    def action_pause(self) -> None:
        """Stop asking, and go on."""
        self.panes.turn_pause()

    @on(VirtualTable.Moved)
    def _moved(self) -> None:
        self._unbound_said = False

    def on_key(self, event: events.Key) -> None:
        """A key that means nothing here: said once."""
        said = unbound_text(self, event) if self.focused is self.table else ""
        if said and not self._unbound_said:
            self._unbound_said = True
            self.say(said, "dim")
