"""What a filter may name besides the fields, in one value: list, triage, batches and the command line share it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tui.domain.query.fields import FLAGS, Context, Field
from tui.domain.query.nodes import And, Node, QueryError
from tui.domain.query.parse import parse

__all__ = ["FilterScope", "Language"]

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_FIELDS: Mapping[str, Field] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Language:
    """The filter language with this user's own words."""

    filters: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """What each view filters by, by its name; a flag of the same name goes before it."""
    extra: Mapping[str, Field] = field(default_factory=lambda: _NO_FIELDS)
    """Computed columns."""
    accounts: Collection[str] = ()
    """Names of accounts, which begin references."""

    def parse(self, text: str) -> Node:
        """The tree of a filter; an empty one is everything.

        Raises:
            QueryError: It cannot be read.
        """
        named = [name for name in self.filters if name not in FLAGS]
        return parse(text, named, self.extra, self.accounts) if text.strip() else And(())

    @property
    def views(self) -> dict[str, Node]:
        """What each view stands for; one that cannot be read, or leans on other views, is none."""
        found = {}
        for name, text in self.filters.items():
            try:
                node = parse(text, (), self.extra, self.accounts) if text.strip() else And(())
            except QueryError:
                continue
            if name not in FLAGS:
                found[name] = node
        return found


@dataclass(frozen=True, slots=True)
class FilterScope:
    """How the list filters, for screens that filter as it does: in which language, knowing what at the moment."""

    language: Language
    context: Callable[[], Context]
