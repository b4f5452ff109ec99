"""What the list is asked: filter, account, order, views, the way back; and which rows that leaves."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from tui.domain.errors import UsageError
from tui.domain.query import (
    EVERYTHING,
    Context,
    Language,
    Node,
    QueryError,
    Served,
    SortKey,
    compares,
    complete,
    matcher,
    missing_hints,
    parse_sort,
    served,
    served_terms,
    status_hint,
)  # fmt: skip
from tui.domain.query.fields import Field
from tui.domain.task import TaskRef
from tui.platforms.protocols import PushDown
from tui.settings.failure_words import FailureWords
from tui.settings.saved import SavedView, all_views
from tui.store.deck import Deck
from tui.store.polling.server_filter import NOTHING, covers, pushed
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.filter_history import Place, Trail
from tui.ui.present.header import rows_pieces
from tui.ui.present.listing import Listing, MarkedRefs
from tui.ui.present.text import Piece
from tui.ui.present.zone import display_zone

__all__ = ["TaskQuery"]

_DOWN = frozenset({"steps", "queued", "run", "dur", "cost", "updated", "created", "started", "ended", "pct"})
"""Columns that are first sorted by the largest."""


class TaskQuery:
    """Holds what is asked and the rows; draws nothing."""

    def __init__(self, deck: Deck, now: Callable[[], datetime]) -> None:
        self.listing = Listing(Context(now=now(), zone=display_zone()))
        self.place = Place()
        """What is asked for."""
        self.trail = Trail(self.place)
        self.snapshot: Snapshot = deck.store.snapshot
        """All lists as last known."""
        self.views: dict[str, SavedView] = {}
        """The user's own."""
        self.extra: Mapping[str, Field] = MappingProxyType({})
        """Computed columns, which a filter may name."""
        self.marks: set[str] = set()
        """The keys of the marked rows, shared with the table."""
        self.new: set[TaskRef] = set()
        """Failed since the user last looked at them."""
        self._deck = deck
        self._now = now
        self._asked = NOTHING
        """What of it a server can filter."""
        self._terms: tuple[tuple[int, Served], ...] = ()
        """The terms of it that a server can filter: where each begins, and what it asks."""
        self._missing: tuple[tuple[Node, int], tuple[str, ...]] | None = None
        self._words = FailureWords()
        self._since = deck.seen.last_look
        self._left: dict[str | None, Place] = {}
        """Where each view was left."""

    # --- the language --------------------------------------------------------------------------------------------

    @property
    def context(self) -> Context:
        """What a filter needs to know just now."""
        now = self._now()
        return Context(
            now=now,
            zone=display_zone(),
            me=self._deck.me,
            new=self.new,
            marked=MarkedRefs(self.marks),
            stale={name for name, feed in self.snapshot.feeds.items() if feed.stale(now)},
            extra=self.extra,
            projects=self._deck.projects,
            views=self.language.views,
            since=self._since,
            acknowledged=self._deck.seen.covers,
            signature=self._words.signature,
            error_class=self._words.error_class,
        )

    @property
    def language(self) -> Language:
        """What a filter may name: views, computed columns, accounts."""
        filters = {name: view.filter for name, view in all_views(self.views).items()}
        return Language(filters, self.extra, self._deck.handles)

    def parsed(self, text: str) -> Node:
        """A filter that may name views and computed columns.

        Raises:
            QueryError: It cannot be read.
        """
        return self.language.parse(text)

    def completions(self, text: str, cursor: int) -> list[tuple[int, str, str]]:
        """Fields, and values that were seen."""
        found = complete(text, cursor, self.listing.tasks.values(), self.context)
        return [(c.start, c.text, c.hint) for c in found]

    def matching(self, text: str) -> list[str]:
        """The keys of all tasks that a filter lets through, shown or not.

        Raises:
            UsageError: It cannot be read.
        """
        try:
            fits = matcher(self.parsed(text), self.context)
        except QueryError as error:
            raise UsageError(error.reason) from None
        return [key for key, task in self.listing.tasks.items() if fits(task)]

    # --- going somewhere -----------------------------------------------------------------------------------------

    def go(self, place: Place, *, keep: bool = True) -> None:
        """Ask for another place; with `keep` it goes into the history."""
        if keep:
            self.trail.visit(place)
        self.place = place
        self.listing.arrange(place.wanted, self.context)

    def seek(self) -> None:
        """Where a list is not whole, the platforms are asked for what they can filter."""
        context = self.context
        self._asked = pushed(served(self.place.wanted.node, context))
        self._terms = served_terms(self.place.node, context)
        self._deck.seek(self._asked, self.place.scope)

    def filtered(self, text: str) -> Place:
        """This place with another filter.

        Raises:
            QueryError: It cannot be read.
        """
        text = text.strip()
        return replace(self.place, query=text, node=self.parsed(text))

    def everything(self) -> Place | None:
        """The place without filter and view; None where neither narrows."""
        place = self.place
        if not (place.query or place.failed or place.view):
            return None
        return replace(place, query="", node=EVERYTHING, failed=False, view=None)

    def untyped(self) -> Place:
        """The place as it was before a filter was typed that was not taken."""
        return replace(self.place, query=self.trail.here.query, node=self.trail.here.node)

    def within(self, query: str) -> str:
        """The filter that shows only what also matches this one."""
        return f"({self.place.query}) {query}" if "|" in self.place.query else f"{self.place.query} {query}"

    def scoped(self, account: str | None) -> Place:
        """Only this account, or all.

        Raises:
            UsageError: There is no such account.
        """
        feeds = self.snapshot.feeds
        if account is not None and account not in feeds:
            raise UsageError(f"there is no account {account}; there are {', '.join(feeds) or 'none'}")
        return replace(self.place, scope=account)

    # --- order ---------------------------------------------------------------------------------------------------

    def sorted_by(self, name: str) -> Place:
        """Sorted by a column; by the same one again, the other way round."""
        first = self.place.sort[0]
        down = not first.descending if first.field == name else name in _DOWN
        return replace(self.place, sort=(SortKey(name, down),))

    def reversed(self) -> Place:
        """The other way round."""
        first, *others = self.place.sort
        return replace(self.place, sort=(replace(first, descending=not first.descending), *others))

    def sorted_as(self, text: str) -> Place:
        """`cost desc, name`.

        Raises:
            UsageError: A field is not known.
        """
        try:
            return replace(self.place, sort=parse_sort(text, self.extra))
        except QueryError as error:
            raise UsageError(error.reason) from None

    # --- views ---------------------------------------------------------------------------------------------------

    def leave_view(self, name: str | None) -> Place | None:
        """Remember where the view shown is left; where the one of this name was left, or None."""
        self._left[self.place.view] = self.place
        left = self._left.get(name)
        return None if left is None else replace(left, scope=self.place.scope)

    def saved(self, name: str | None) -> SavedView:
        """A view by its name; an empty one for None.

        Raises:
            UsageError: There is none of this name.
        """
        view = all_views(self.views).get(name) if name is not None else SavedView("")
        if view is None:
            raise UsageError(f"there is no view {name}; there are {', '.join(all_views(self.views))}")
        return view

    def place_of(self, name: str | None, view: SavedView) -> Place:
        """Where a view leads.

        Raises:
            QueryError: Its filter or its order cannot be read.
        """
        node = self.parsed(view.filter)
        return Place(view.filter, node, self.place.scope, sort=parse_sort(view.sort, self.extra), view=name)

    def as_view(self, name: str, columns: tuple[str, ...]) -> SavedView:
        """What is shown, under a name."""
        query = f"{self.place.query} status:failed".strip() if self.place.failed else self.place.query
        return SavedView(name, query, ", ".join(str(key) for key in self.place.sort), columns)

    # --- what is said of it --------------------------------------------------------------------------------------

    @property
    def feeds(self) -> list[Feed]:
        """Of the accounts in scope."""
        return [feed for name, feed in self.snapshot.feeds.items() if self.place.scope in {None, name}]

    @property
    def known(self) -> bool:
        """Every account in scope has answered, if only to say why it cannot: a count of zero is then a true zero."""
        return all(feed.fetched or feed.error for feed in self.feeds)

    def missing(self) -> tuple[str, ...]:
        """What the filter compares that no task here has; looked for once a filter and number of tasks."""
        asked = (self.place.node, self.listing.size)
        if self._missing is None or self._missing[0] != asked:
            hints = missing_hints(self.place.node, self.listing.tasks.values(), self.context)
            if self._outputs_unread:
                told = next((hint for hint in hints if " out" in hint), "this list holds no outputs")
                hints = (f"{told}; only taskdeck tasks FILTER reads outputs", *hints)
            self._missing = asked, hints
        return self._missing[1]

    @property
    def _outputs_unread(self) -> bool:
        """The filter looks at outputs, which lists on screen leave out: what it finds says nothing of the tasks."""
        asked = compares(self.place.node, "out", self.context)
        return asked and not any(task.outputs for task in self.listing.tasks.values())

    def hint(self) -> tuple[str, str] | None:
        """What to say of the filter, with the role of the words; None where it can be what was meant."""
        if hint := status_hint(self.place.query, self.place.node):
            return hint, "dim"
        return (missing[0], "warn") if (missing := self.missing()) else None

    def sent(self) -> set[int]:
        """Where the terms begin that the platforms were asked for."""
        sent = [feed.sought for feed in self.feeds if not feed.complete and covers(feed.sought, self._asked)]
        return {start for start, term in self._terms if any(_asks(push, pushed(term)) for push in sent)}

    def _whole(self, feed: Feed) -> bool:
        """Nothing that could be shown is missing: all is here, or all that the server let through."""
        return feed.complete or (feed.sought_whole and covers(feed.sought, self._asked))

    def counts(self, *, wide: bool) -> list[Piece]:
        """How many rows of how many tasks."""
        return rows_pieces(
            len(self.listing), self.listing.size, whole=all(map(self._whole, self.feeds)),
            complete=all(feed.complete for feed in self.feeds), failed=self.place.failed,
            marked=len(self.marks), wide=wide,
        )  # fmt: skip

    @property
    def title(self) -> str:
        """The view, in the head of the table."""
        return self.place.view.upper() if self.place.view else "TASKS"


def _asks(sent: PushDown, term: PushDown) -> bool:
    """Whether a term was among what was sent."""
    return sent != NOTHING and covers(term, sent)
