"""The task list: every task of every account in one live table, and what each key does there.

It paints first, so the menus it opens are imported when they are opened.
"""

from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType

from tui.domain.action import Verb
from tui.domain.errors import UsageError
from tui.domain.query import EVERYTHING, QueryError, SortKey, matcher, parse_sort
from tui.domain.status import TaskStatus
from tui.domain.task import Kind
from tui.settings.saved import SavedView, all_views
from tui.ui.bindings import bindings, unbound_text
from tui.ui.messages import Acted, Grouped, Opened, View
from tui.ui.present.availability import why_useless
from tui.ui.present.columns import help_of
from tui.ui.present.filter_history import Place
from tui.ui.present.format import count_text
from tui.ui.present.layout import Layout
from tui.ui.present.views import neighbour
from tui.ui.screens.listing import ListScreen
from tui.ui.widgets.virtual_table import VirtualTable

__all__ = ["TasksScreen"]

_DOWN = frozenset({"steps", "queued", "run", "dur", "cost", "updated", "created", "started", "ended", "pct"})
"""Columns that are first sorted by the largest."""


class TasksScreen(ListScreen):
    """The root: what everybody lives in."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("tasks")
    _unbound_said = False
    _mark_from: str | None = None

    # --- arranging -----------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type a filter."""
        self.bar.open()

    def action_failed(self) -> None:
        """Only what failed, on and off."""
        self.go(replace(self.place, failed=not self.place.failed))

    def action_scope(self, number: int) -> None:
        """All accounts, or one."""
        names = list(self.snapshot.feeds)
        if number > len(names):
            self.say(f"there is no account {number}; {count_text(len(names), 'account')} can be shown", "warn")
        else:
            self.use(names[number - 1] if number else None)

    def use(self, account: str | None) -> None:
        """Only this account, or all.

        Raises:
            UsageError: There is no such account.
        """
        if account is not None and account not in self.snapshot.feeds:
            raise UsageError(f"there is no account {account}; there are {', '.join(self.snapshot.feeds) or 'none'}")
        self.go(replace(self.place, scope=account))

    def action_sort_by(self, way: int) -> None:
        """Sort by the column beside."""
        names, current = self.layout_of.names, self.table.sorted_by
        at = names.index(current) if current in names else (-1 if way > 0 else len(names))
        self._sort_by(names[(at + way) % len(names)])

    def _sort_by(self, name: str) -> None:
        first = self.place.sort[0]
        down = not first.descending if first.field == name else name in _DOWN
        self.go(replace(self.place, sort=(SortKey(name, down),)))

    def action_reverse(self) -> None:
        """The other way round."""
        first, *others = self.place.sort
        self.go(replace(self.place, sort=(replace(first, descending=not first.descending), *others)))

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
            if grouped:
                self.group((name,))
            else:
                self._sort_by(name)

    def sort(self, text: str) -> None:
        """`cost desc, name`.

        Raises:
            UsageError: A field is not known.
        """
        try:
            self.go(replace(self.place, sort=parse_sort(text, self.layout_of.extra)))
        except QueryError as error:
            raise UsageError(error.reason) from None

    def group(self, names: tuple[str, ...]) -> None:
        """Count, cost and median run by these fields; enter on one shows its rows."""
        from tui.ui.screens.groups import GroupsScreen

        tasks = [self.listing.tasks[key] for key in self.listing.rows]
        self.app.push_screen(GroupsScreen(names, tasks, self.context, self.place.sort[0]), self._group_chosen)

    def _group_chosen(self, query: str | None) -> None:
        if query is not None:
            self.show_filter(
                f"({self.place.query}) {query}" if "|" in self.place.query else f"{self.place.query} {query}"
            )

    def action_times(self) -> None:
        """Ages or clock times."""
        self.absolute = not self.absolute
        self.arrange_columns()

    def action_columns(self) -> None:
        """Choose the columns."""
        from tui.ui.screens.columns import ColumnsScreen

        self.app.push_screen(ColumnsScreen(self.layout_of), self._columns_chosen)

    def _columns_chosen(self, layout: Layout | None) -> None:
        if layout is not None:
            self.arrange_columns(layout)

    def columns(self, words: str) -> None:
        """`+f`, `-f`, `f after=g`, `reset`.

        Raises:
            UsageError: A column is not known.
        """
        self.arrange_columns(self.layout_of.edited(words))

    def compute(self, text: str) -> None:
        """`NAME = EXPR`.

        Raises:
            UsageError: It cannot be read.
        """
        try:
            self.arrange_columns(self.layout_of.with_computed(text))
        except QueryError as error:
            raise UsageError(error.reason) from None
        self.ask(self.place.query, keep=False)  # a filter that names the column is read anew

    def action_every(self) -> None:
        """All columns, to be scrolled sideways, or those that fit."""
        self.arrange_columns(replace(self.layout_of, every=not self.layout_of.every))
        self.say("all columns: left and right scroll" if self.layout_of.every else "columns that fit", "dim")

    def action_frame(self) -> None:
        """Header on and off."""
        self.frame = not self.frame
        self.set_class(self.size.height < 20 or not self.frame, "-low")

    # --- views and history ---------------------------------------------------------------------------------------

    def action_travel(self, way: int) -> None:
        """Through the history."""
        place = self.trail.go(way)
        if place is None:
            self.say("no further", "dim")
        else:
            self.show_place(place, keep=False)

    def action_view(self, way: int) -> None:
        """The next or previous view."""
        self.view(neighbour(self.place.view, all_views(self.views), way))

    def view(self, name: str | None) -> None:
        """Show a view; each keeps the filter it was left with.

        Raises:
            UsageError: There is none of this name, or it cannot be read.
        """
        self._left[self.place.view] = self.place
        if name in self._left:
            self.show_place(replace(self._left[name], scope=self.place.scope))
            return
        view = all_views(self.views).get(name) if name is not None else SavedView("")
        if view is None:
            raise UsageError(f"there is no view {name}; there are {', '.join(all_views(self.views))}")
        before = self.layout_of
        try:
            if view.columns:  # first: the filter and the order may name a computed one
                self.arrange_columns(before.only(view.columns))
            node = self.parsed(view.filter)
            sort = parse_sort(view.sort, self.layout_of.extra)
        except QueryError as error:
            self.arrange_columns(before)
            raise UsageError(f"the view {name} cannot be read: {error.reason}") from None
        self.show_place(Place(view.filter, node, self.place.scope, sort=sort, view=name))

    def as_view(self, name: str) -> SavedView:
        """What is shown, under a name."""
        query = f"{self.place.query} status:failed".strip() if self.place.failed else self.place.query
        return SavedView(name, query, ", ".join(str(key) for key in self.place.sort), self.layout_of.written)

    # --- moving and marking --------------------------------------------------------------------------------------

    def action_step(self, way: int) -> None:
        """To the next or previous failure."""
        at = self.listing.step(self.table.cursor, way)
        if at is None:
            self.say("no failure among the rows shown")
        else:
            self.table.go(at)

    def action_mark(self) -> None:
        """Mark or unmark, and go on."""
        self.table.settle()
        key = self.table.target
        if key is None:
            self.say("no task is shown that could be marked")
        else:
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

    def mark_matching(self, text: str) -> None:
        """Mark what matches a filter, shown or not.

        Raises:
            UsageError: The filter cannot be read.
        """
        try:
            fits = matcher(self.parsed(text), self.context)
        except QueryError as error:
            raise UsageError(error.reason) from None
        self.table.mark([key for key, task in self.listing.tasks.items() if fits(task)], True)
        self.draw()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.table.mark(set(self.table.marks), False)
        self.draw()

    def action_back(self) -> None:
        """Take marks away, else show everything again, else the list of all."""
        if self.table.marks:
            self.action_unmark()
        elif self.place.query or self.place.failed or self.place.view:
            self.show_place(replace(self.place, query="", node=EVERYTHING, failed=False, view=None))

    @on(VirtualTable.Moved)
    def _moved(self) -> None:
        self._unbound_said = False
        if self.new and self.here is not None and self.here.status is TaskStatus.FAILED:
            self.new.discard(self.here.ref)
            self.draw()
        self.rest()
        self.look()

    # --- opening and acting --------------------------------------------------------------------------------------

    def _open(self, view: View) -> None:
        self.table.settle()
        self.leave_home()
        task = self.here
        if task is None:
            self.say("no task is shown")
        elif why := self.why_useless(view.value, task):
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
        place, here, marked = self.place, self.here, self.chosen if self.table.marks else ()
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
        self.leave_home()
        if self.chosen:
            self.post_message(Acted(tuple(task.ref for task in self.chosen), verb))
        else:
            self.say(self.why_nothing, "warn")

    def action_preview(self) -> None:
        """The task under the cursor in a pane, on and off."""
        self.preview_wanted = not self.has_class("-preview")
        self.arrange_preview()

    def action_refresh(self) -> None:
        """Ask now."""
        self.deck.refresh(self.place.scope)
        self.say("asking again", "dim")

    def action_pause(self) -> None:
        """Stop asking, and go on."""
        self.paused_at = None if self.paused else self.clock.now()
        self.deck.pause(self.paused)
        self.say("paused: a goes on, r asks once" if self.paused else "going on", "warn" if self.paused else "dim")
        self.draw()

    def on_key(self, event: events.Key) -> None:
        """A key that means nothing here: said once."""
        said = unbound_text(self, event) if self.focused is self.table else ""
        if said and not self._unbound_said:
            self._unbound_said = True
            self.say(said, "dim")
