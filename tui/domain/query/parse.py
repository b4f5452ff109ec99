"""Text to a tree of nodes (the grammar stands in section 4 of the screens contract)."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from tui.domain.query.compare import Typed, compared
from tui.domain.query.fields import ALIASES, FIELDS, FLAGS, PLANNED, Field, Type, lookup
from tui.domain.query.nodes import And, Flag, Fuzzy, Labels, Node, Not, Op, Or, QueryError, Reference, Regex, Word
from tui.domain.query.values import pattern

__all__ = ["parse"]

_FIELD = re.compile(r"([A-Za-z_]+)(\.[^\s:=!<>~|()\"]+)?(!=|>=|<=|[:=<>~])")
_LABEL = re.compile(r"([^=!,\s]+)(!=|==?)([^,\s]*)\Z")
_OR = re.compile(r"or(?=[\s(]|\Z)")
_REFERENCE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*):(?=[^\s|():=!<>~,\"]+)")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_CLOCK = re.compile(r"\s+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.\.[^\s|()]*)?)(?=[\s|()]|\Z)")
_LISTS = frozenset({Op.HAS, Op.IS, Op.IS_NOT})
"""Operators whose value may be several, by comma."""
_ACCOUNT = next(field for field in FIELDS if field.name == "account")
"""What `@NAME` means."""
_ONE_SIDED = "something must stand on both sides of an or"
_LONGEST = 4_000
_DEEPEST = 50


def parse(
    text: str,
    views: Collection[str] = (),
    extra: Mapping[str, Field] = MappingProxyType({}),
    accounts: Collection[str] = (),
) -> Node:
    """The tree of a filter.

    Args:
        text: As typed.
        views: Names of saved views, which are flags.
        extra: Computed columns, which are fields.
        accounts: Names of accounts, which begin references.

    Raises:
        QueryError: And nothing else, whatever the text.
    """
    if len(text) > _LONGEST:
        raise QueryError(_LONGEST, len(text), f"a filter has at most {_LONGEST:,} characters")
    stripped = text.lstrip()
    at = len(text) - len(stripped)
    if stripped.startswith("-f "):
        return Fuzzy(stripped[3:].strip(), at, len(text))
    if stripped.startswith("-l "):
        return _labels(stripped[3:], at + 3)
    return _Parser(text, views, extra, accounts).whole()


def _labels(text: str, at: int) -> Node:
    pairs = []
    for part in text.strip().split(","):
        found = _LABEL.match(part.strip())
        if not found:
            raise QueryError(at, at + len(text), "write -l key=value,key2!=value2")
        pairs.append((found.group(1), Op.IS_NOT if found.group(2) == "!=" else Op.IS, found.group(3)))
    return Labels(tuple(pairs), at, at + len(text))


class _Parser:
    """Recursive descent over one text."""

    def __init__(
        self, text: str, views: Collection[str], extra: Mapping[str, Field], accounts: Collection[str]
    ) -> None:
        self.text = text
        self.views = views
        self.extra = extra
        self.accounts = accounts
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        node = self.either()
        if self.at < len(self.text):
            raise QueryError(self.at, self.at + 1, "this bracket closes nothing")
        return node

    def space(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def at_or(self) -> bool:
        """Step over `|` or the word `or`."""
        self.space()
        if self.text.startswith("|", self.at):
            self.at += 1
            return True
        if self.at > 0 and _OR.match(self.text, self.at):
            self.at += 2
            return True
        return False

    def either(self) -> Node:
        nodes = [self.every()]
        while self.at_or():
            if nodes == [And(())]:
                raise QueryError(self.at - 1, self.at, _ONE_SIDED)
            nodes.append(self.every(needed=True))
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def every(self, needed: bool = False) -> Node:
        nodes: list[Node] = []
        while True:
            self.space()
            here = self.text[self.at : self.at + 1]
            if not here or here in "|)" or (nodes and _OR.match(self.text, self.at)):
                break
            nodes.append(self.term())
        if needed and not nodes:
            raise QueryError(max(0, self.at - 1), max(1, self.at), _ONE_SIDED)
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def term(self) -> Node:
        here = self.text[self.at]
        following = self.text[self.at + 1 : self.at + 2]
        if here in "!-" and following and not following.isspace():
            self.at += 1
            self.deeper(self.at)
            node = self.term()
            self.depth -= 1
            return Not(node)
        if here == "(":
            return self.group()
        if here == "/":
            start = self.at
            body = self.delimited("/")
            return Regex(pattern(body, start, self.at), start, self.at)
        if here == '"':
            start = self.at
            return Word(self.delimited('"'), start, self.at)
        if here == "~":
            start = self.at
            self.at += 1
            letters = self.delimited('"') if self.text.startswith('"', self.at) else self.word()
            return Fuzzy(letters, start, self.at)
        if (reference := self.reference()) is not None:
            return reference
        if found := _FIELD.match(self.text, self.at):
            return self.field(found)
        start = self.at
        word = self.word()
        if not word:
            raise QueryError(start, start + 1, f"{self.text[start]!r} cannot stand here; quote it to search it")
        if word in PLANNED and word not in self.views:
            raise QueryError(start, self.at, f"{word}: planned, not implemented yet; in quotes it is a text")
        if word in FLAGS or word in self.views:
            return Flag(word, start, self.at)
        if len(word) > 1 and word.startswith("@"):
            name = Typed(word[1:], True, start + 1, self.at)
            return compared(_ACCOUNT, None, Op.IS, [name], (start, self.at))
        return Word(word, start, self.at)

    def reference(self) -> Node | None:
        """A pasted reference or web address; None where none stands here. Where an account is called like a field, what
        stands here may be either."""
        start = self.at
        if _ADDRESS.match(self.text, start):
            return Reference(None, self.word().rstrip("/").lower(), None, start, self.at)
        found = _REFERENCE.match(self.text, start)
        account = next((name for name in self.accounts if found and name.lower() == found[1].lower()), None)
        if found is None or account is None:
            return None
        if field := _FIELD.match(self.text, start) if lookup(found[1], self.extra) else None:
            try:
                either = self.field(field)
            except QueryError:
                either = None
            self.at = start
        else:
            either = None
        self.at = found.end()
        id_, _, job = self.word().lower().partition("/")
        node = Reference(account, id_, job or None, start, self.at)
        return node if either is None else Or((node, either))

    def deeper(self, at: int) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise QueryError(at, at + 1, "too many brackets within brackets")

    def group(self) -> Node:
        start = self.at
        self.deeper(start)
        self.at += 1
        node = self.either()
        self.space()
        if not self.text.startswith(")", self.at):
            raise QueryError(start, start + 1, "this bracket is not closed")
        self.at += 1
        self.depth -= 1
        if node == And(()):
            raise QueryError(start, self.at, "nothing stands between the brackets")
        return node

    def delimited(self, mark: str) -> str:
        """Text up to the closing mark; a backslash takes the mark's meaning away."""
        start = self.at
        self.at += 1
        out = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "\\" and self.text[self.at + 1 : self.at + 2] == mark:
                out.append(mark)
                self.at += 2
                continue
            self.at += 1
            if char == mark:
                return "".join(out)
            out.append(char)
        raise QueryError(start, len(self.text), f"the closing {mark} is missing")

    def word(self, stops: str = "") -> str:
        """Up to a space, `|`, a bracket that was not opened in the word, or one of `stops`."""
        start, depth = self.at, 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isspace() or char in stops or (char in "|)" and not depth):
                break
            depth += {"(": 1, ")": -1}.get(char, 0)
            self.at += 1
        return self.text[start : self.at]

    def field(self, found: re.Match[str]) -> Node:
        start = self.at
        name = found.group(1) + (found.group(2) or "")
        known = lookup(name, self.extra)
        if known is None and name.lower() in PLANNED:
            raise QueryError(start, found.end(1), f"{name}: planned, not implemented yet")
        if known is None:
            raise QueryError(start, found.end(1), _no_field(found.group(1), self.extra))
        field, key = known
        if (field.type is Type.MAP) != (key is not None) and not (field.name == "tag" and key is None):
            why = f"write {field.name}.KEY" if field.type is Type.MAP else f"{field.name} has no parts"
            raise QueryError(start, found.end(2) if found.group(2) else found.end(1), why)
        op = Op(found.group(3))
        self.at = found.end()
        if op is Op.HAS and self.text.startswith("re:", self.at):
            op = Op.MATCHES
            self.at += 3
        if op is Op.HAS and self.text.startswith("/", self.at):
            op = Op.MATCHES
        typed = [self.typed(op)]
        while op in _LISTS and self.text.startswith(",", self.at):
            self.at += 1
            typed.append(self.typed(op))
        given = [one for one in typed if one.text or one.quoted]
        clock = _CLOCK.match(self.text, self.at) if field.type is Type.TIME else None
        if clock and given and not given[-1].quoted:
            raise QueryError(start, clock.end(), _parted(self.text[start : self.at], clock[1], op))
        if not given:
            raise QueryError(start, self.at, f"a value is missing; for example {field.example}")
        return compared(field, key, op, given, (start, self.at))

    def typed(self, op: Op) -> Typed:
        """One value behind a field's operator: quoted, a pattern, or a word."""
        start = self.at
        here = self.text[start : start + 1]
        if here == '"' or (here == "/" and op is Op.MATCHES):
            text = self.delimited(here)
            return Typed(text, True, start, self.at)
        text = self.word("," if op in _LISTS else "")
        return Typed(text, False, start, self.at)


def _parted(term: str, clock: str, op: Op) -> str:
    """A date and a time of day that a space parts: how they are written as one."""
    head, sign, date = term.partition(op.value)
    joined = "" if ".." in clock else f" or {head}{sign}{date}T{clock}"
    return f'a time of day belongs to its date: write {head}{sign}"{date} {clock}"{joined}'


def _no_field(name: str, extra: Collection[str]) -> str:
    near = get_close_matches(name.lower(), [*ALIASES, *extra], 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else f"fields are {', '.join(f.name for f in FIELDS[:8])}, ..."
    return f"there is no field {name!r}; {hint} In quotes it is a text."
