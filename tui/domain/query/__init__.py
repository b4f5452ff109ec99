"""The filter language of the list, the command line and the views: parse, match, sort, complete; pure functions."""

from tui.domain.query.complete import Completion, complete
from tui.domain.query.compute import computed
from tui.domain.query.fields import FIELDS, FLAGS, Context, Field, Type, lookup
from tui.domain.query.hint import compares, missing_hints, status_hint
from tui.domain.query.language import FilterScope, Language
from tui.domain.query.match import Predicate, haystack, matcher, words_in
from tui.domain.query.nodes import And, Node, QueryError
from tui.domain.query.parse import parse
from tui.domain.query.server import Served, served, served_terms
from tui.domain.query.sort import DEFAULT, SortKey, order, parse_sort, ranker, sorted_tasks
from tui.domain.query.values import duration

__all__ = [
    "DEFAULT",
    "EVERYTHING",
    "FIELDS",
    "FLAGS",
    "Completion",
    "Context",
    "Field",
    "FilterScope",
    "Language",
    "Node",
    "Predicate",
    "QueryError",
    "Served",
    "SortKey",
    "Type",
    "compares",
    "complete",
    "computed",
    "duration",
    "haystack",
    "lookup",
    "matcher",
    "missing_hints",
    "order",
    "parse",
    "parse_sort",
    "ranker",
    "served",
    "served_terms",
    "sorted_tasks",
    "status_hint",
    "words_in",
]  # fmt: skip

EVERYTHING: Node = And(())
"""The empty filter."""
