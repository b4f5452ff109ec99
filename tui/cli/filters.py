"""A command's filter: read from its words, answered by as few accounts and rows as it can be."""

import asyncio
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from tui.cli.output import say
from tui.domain.errors import TuiError, UsageError
from tui.domain.task import Task
from tui.platforms.protocols import PushDown
from tui.settings import Account
from tui.store.acknowledged import Seen
from tui.store.deck import Deck

if TYPE_CHECKING:
    from tui.domain.query import Context, Node, Predicate

__all__ = ["Filter", "Moment", "name_projects"]

_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_ACCOUNT = re.compile(r"(?<!\S)@(\S+)")
_NESTED = re.compile(r"[\"/|()]")
"""Where an `@NAME` may be a part of something else, it is left to the language."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a filter is asked: what `today` is, and whose rules tell a class."""

    now: datetime
    zone: tzinfo
    """Days begin in it: the display zone."""
    config: Path | None = None
    """The configuration file that was named, beside which the rules of `class:` stand."""
    seen: Seen = field(default_factory=Seen)
    """What was acknowledged, and when the list was last looked at."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the user asked for; the empty one matches everything."""

    nodes: tuple["Node", ...] = ()
    """All of them have to match."""
    only: tuple[str, ...] = ()
    """Accounts named by `@NAME`; empty for all."""

    @classmethod
    def read(cls, words: Sequence[str], query: str | None = None, accounts: Iterable[Account] = ()) -> "Filter":
        """All words are one filter, `query` a second; `@NAME` among the words is an account, and the names of
        `accounts` begin references.

        Raises:
            UsageError: It cannot be read; the message names the part.
        """
        only = tuple(name for word in words if not _NESTED.search(word) for name in _ACCOUNT.findall(word))
        texts = (query or "", " ".join(w if _NESTED.search(w) else _ACCOUNT.sub("", w) for w in words))
        names = [account.name for account in accounts]
        return cls(tuple(_parsed(text, names) for text in texts if text.strip()), only)

    def accounts(self, accounts: Sequence[Account]) -> list[Account]:
        """Those that can hold a match: a filter that names its account asks no other.

        Raises:
            UsageError: `@NAME` is none of them.
        """
        names = [account.name for account in accounts]
        for name in self.only:
            if name not in names:
                raise UsageError(f"there is no account {name}; there are {', '.join(names) or 'none'}")
        chosen = [a for a in accounts if not self.only or a.name in self.only]
        for name, word in (("account", "name"), ("platform", "platform")):
            for wanted in self._words(name):
                chosen = [a for a in chosen if getattr(a, word).lower() in wanted]
        return chosen

    def _terms(self) -> Iterator["Node"]:
        """Terms that all have to match."""
        from tui.domain.query.nodes import And

        for node in self.nodes:
            yield from node.nodes if isinstance(node, And) else (node,)

    def _words(self, field: str) -> Iterator[frozenset[str]]:
        """The values that a word field is held to, one set a term."""
        from tui.domain.query.nodes import Compare, Op, Reference

        for term in self._terms():
            if isinstance(term, Compare) and term.field == field and term.op in {Op.HAS, Op.IS} and term.values:
                yield frozenset(str(v) for v in term.values)
            elif isinstance(term, Reference) and term.account is not None and field == "account":
                yield frozenset({term.account.lower()})

    def push(self, moment: "Moment") -> PushDown:
        """What a server may leave out."""
        if not self.nodes:
            return PushDown()
        from tui.domain.query import served
        from tui.domain.query.nodes import And
        from tui.store.polling.server_filter import pushed

        push = pushed(served(And(self.nodes), _context(moment)))
        return replace(push, outputs=any(_holds(node, _says_outputs) for node in self.nodes))

    async def of(self, deck: Deck, accounts: Sequence[str], moment: "Moment") -> "Predicate":
        """The test of one task. Who we are is asked only where the filter says `mine`, and what projects are called
        only where it looks at them."""
        if not self.nodes:
            return _every
        me: dict[str, str] = {}
        if any(_holds(node, _says_mine) for node in self.nodes):
            for name, user in await asyncio.gather(*(_who(deck, name) for name in accounts)):
                if user:
                    me[name] = user
        elif any(_holds(node, _says_project) for node in self.nodes):
            await asyncio.gather(*(name_projects(deck, name) for name in accounts))
        return self.test(moment, me, deck.projects)

    def test(self, moment: "Moment", me: Mapping[str, str], projects: Mapping[str, str]) -> "Predicate":
        """The test of one task, with what is known of users and projects; asks nobody."""
        if not self.nodes:
            return _every
        from tui.domain.query import matcher

        context = _context(moment, dict(me), projects)
        tests = [matcher(node, context) for node in self.nodes]
        return tests[0] if len(tests) == 1 else lambda task: all(test(task) for test in tests)

    def say_missing(self, rows: Collection[Task], moment: "Moment") -> None:
        """Say what is compared that none of these tasks has; an empty list would not tell."""
        if not self.nodes:
            return
        from tui.domain.query import missing_hints

        context = _context(moment)
        for hint in dict.fromkeys(hint for node in self.nodes for hint in missing_hints(node, rows, context)):
            say(f"filter: {hint}")


def _every(task: Task) -> bool:
    return True


def _parsed(text: str, accounts: Collection[str]) -> "Node":
    from tui.domain.query import Language, QueryError, status_hint
    from tui.settings.saved import all_views, read_views

    filters = {name: view.filter for name, view in all_views(read_views()).items()}
    language = Language(filters, accounts=accounts)
    try:
        node = language.parse(text)
        if hint := status_hint(text, node):
            say(f"filter: {hint}")
        return _meant(node, language.views)
    except QueryError as error:
        raise UsageError(f"filter: {error.reason} (at {text[error.start : error.end] or 'the end'!r})") from None


def _meant(node: "Node", views: Mapping[str, "Node"]) -> "Node":
    """The filter with what the views in it stand for."""
    from tui.domain.query import FLAGS
    from tui.domain.query.nodes import And, Flag, Not, Or

    match node:
        case And(nodes):
            return And(tuple(_meant(inner, views) for inner in nodes))
        case Or(nodes):
            return Or(tuple(_meant(inner, views) for inner in nodes))
        case Not(inner):
            return Not(_meant(inner, views))
        case Flag(name) if name not in FLAGS:
            return views.get(name, node)
    return node


def _context(moment: "Moment", me: dict[str, str] | None = None, projects: Mapping[str, str] = _NO_NAMES) -> "Context":
    from tui.domain.query import Context
    from tui.settings.failure_words import FailureWords

    words = FailureWords(moment.config)
    return Context(
        now=moment.now,
        zone=moment.zone,
        me=me or {},
        projects=projects,
        since=moment.seen.last_look,
        acknowledged=moment.seen.covers,
        signature=words.signature,
        error_class=words.error_class,
    )


def _holds(node: "Node", asked: Callable[["Node"], bool]) -> bool:
    """Whether any term of the filter is such."""
    from tui.domain.query.nodes import And, Not, Or

    match node:
        case And(nodes) | Or(nodes):
            return any(_holds(inner, asked) for inner in nodes)
        case Not(inner):
            return _holds(inner, asked)
    return asked(node)


def _says_mine(node: "Node") -> bool:
    from tui.domain.query.nodes import Flag

    return isinstance(node, Flag) and node.name == "mine"


def _says_project(node: "Node") -> bool:
    """A word looks at the project, too."""
    from tui.domain.query.nodes import Compare, Regex, Word

    return isinstance(node, Word | Regex) or (isinstance(node, Compare) and node.field == "project")


def _says_outputs(node: "Node") -> bool:
    from tui.domain.query.nodes import Compare

    return isinstance(node, Compare) and node.field == "out"


async def name_projects(deck: Deck, account: str) -> None:
    """Learn what an account's projects are called; where that cannot be read, it is said."""
    try:
        await deck.name_projects(account)
    except TuiError as error:
        say(f"{error}; so projects are found by their ids only")


async def _who(deck: Deck, account: str) -> tuple[str, str | None]:
    try:
        return account, (await deck.info(account)).user
    except TuiError as error:
        say(f"{error}; so all its tasks count as mine")
        return account, None
