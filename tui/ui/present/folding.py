"""Which columns fold away because nothing is in them, and the currency that stands in the head for all rows."""

from collections.abc import Collection, Iterable

from tui.domain.query import Context
from tui.domain.task import TaskRef
from tui.ui.present.columns import empty_columns
from tui.ui.present.listing import Listing

__all__ = ["Folding"]


class Folding:
    """Looked at whole when other rows are shown, else only by what changed."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._anew = True
        self.currency = ""
        """The only one of the rows shown."""
        self.empty: frozenset[str] = frozenset()
        """Columns in which no row shown has anything."""

    def forget(self) -> None:
        """Other rows are shown now."""
        self._anew = True

    def renew(self, names: Iterable[str], context: Context, touched: Collection[TaskRef] = ()) -> bool:
        """Look again; whether anything is otherwise.

        Args:
            names: The columns.
            context: What a value may depend on.
            touched: Tasks that a change touched; a column that got a value unfolds.
        """
        listing, before = self._listing, (self.currency, self.empty)
        spent = listing.totals().money
        self.currency = next(iter(spent)) if len(spent) == 1 else ""
        if self._anew:
            self._anew = False
            tasks = list(map(listing.tasks.__getitem__, listing.rows))
            self.empty = empty_columns(names, tasks, context) if tasks else frozenset()
        elif self.empty and touched:
            changed = [task for ref in touched if (task := listing.tasks.get(str(ref)))]
            self.empty = empty_columns(self.empty, changed, context)
        return before != (self.currency, self.empty)
