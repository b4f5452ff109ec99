"""A filter as a tree of frozen nodes; every node knows where it stands in the text."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

__all__ = ["And", "Compare", "Flag", "Fuzzy", "Labels", "Moment", "Node", "Not", "Op", "Or", "QueryError",
           "Reference", "Regex", "Value", "Word"]  # fmt: skip


class QueryError(ValueError):
    """A filter that cannot be read: which part, and why."""

    def __init__(self, start: int, end: int, reason: str) -> None:
        super().__init__(reason)
        self.start = start
        """Offset of the first wrong character."""
        self.end = end
        """Offset behind the last one; `end > start` except at the end of the text."""
        self.reason = reason
        """In words, naming what would be right."""


class Op(StrEnum):
    """How a field is compared."""

    HAS = ":"
    IS = "="
    IS_NOT = "!="
    MATCHES = "~"
    MORE = ">"
    AT_LEAST = ">="
    LESS = "<"
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as typed: a span of the clock, relative to a `now` that is known only when matching."""

    kind: str
    """`ago` (so long before now), `day` (so many days before today), `date`, `clock` (today at), `at`."""
    ago: timedelta = timedelta(0)
    days: int = 0
    at: datetime | None = None
    """Naive: read in the display zone. For `date` its midnight; for `clock` and days only the time of day counts."""
    minutes: bool = False
    """A time without seconds means the whole minute."""


Value: TypeAlias = str | float | timedelta | Moment | tuple[Decimal, str | None] | re.Pattern[str] | None
"""A value by the field's type; money carries its currency if one was typed; None is the word `none`."""


@dataclass(frozen=True, slots=True)
class Word:
    """Text looked for in name, id, app, project, sample key and reason."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Letters that stand in the name in this order."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Regex:
    """A pattern looked for where a word is."""

    pattern: re.Pattern[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """`lab:UUID`, `lab:UUID/3` or a task's web address, pasted: one task, and what is inside it."""

    account: str | None
    """None where an address was pasted."""
    id: str
    """The id; of an address the whole of it. In small letters: ids are the same in any case."""
    job: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Flag:
    """`open`, `mine`, the name of a view."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Labels:
    """`-l k=v,k2!=v2`: tags and metadata."""

    pairs: tuple[tuple[str, Op, str], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Compare:
    """A field compared with one of several values."""

    field: str
    """The field's full name."""
    key: str | None
    """What stands behind the dot of `meta.X`."""
    op: Op
    values: tuple[Value, ...]
    """Any of these, None for a missing one; an empty tuple is the word `any`."""
    upto: Value
    """The end of a range `a..b`, both included; then `values` holds its beginning alone."""
    ranged: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary, also where a value is missing."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of them; none is everything."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    nodes: tuple["Node", ...]


Node: TypeAlias = Word | Fuzzy | Regex | Reference | Flag | Labels | Compare | Not | And | Or
