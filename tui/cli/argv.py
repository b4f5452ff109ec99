"""What the first word means: a command, a slip of the finger, or the beginning of a filter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tui.domain.errors import UsageError

__all__ = ["COMMANDS", "FILTERED", "LATER", "OPTIONS", "Words", "distance", "positive", "removals", "split"]

COMMANDS = (
    "tasks", "show", "children", "jobs", "logs", "outputs", "run", "abort", "rerun", "retry", "resume", "recover",
    "clone", "submit", "delete", "hold", "release", "requeue", "alter", "rename", "tag", "priority", "triage", "diff",
    "wait", "watch", "digest", "ticket", "grep", "cost", "accounts", "doctor", "login", "paths", "keys",
    "completion", "sandbox",
)  # fmt: skip
LATER = ("plot", "report", "matrix")
"""Commands that are planned: each says so, instead of being read as a filter."""
FILTERED = frozenset({None, "tasks", "children", "jobs", "watch", "digest"})
"""Commands whose words are a filter; None is the terminal interface."""
OPTIONS = {
    "--config": True, "--account": True, "--read-only": False, "--demo": False, "--partial": False,
    "--ascii": False, "--plain": False, "--color": True, "--slow-link": False, "--no-mouse": False,
}  # fmt: skip
"""Options accepted before and after the command, and whether a value follows."""

_ASKING = frozenset({"help", "version"})
"""First words that ask about the program: no slips, however near a command is."""
_NEAR = 2
"""Letters that may be wrong in a command for it to be taken as a slip."""
_REMOVAL = re.compile(r"-(?!-|o\Z|h\Z|ojson\Z).+")
_NEGATED = re.compile(r"-([A-Za-z_]+)(?:(\.[^\s:=!<>~|()\"]+)?(!=|>=|<=|[:=<>~])|\Z)")


def distance(a: str, b: str) -> int:
    """How many letters have to be put in, taken out or changed to make one word of the other."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


@dataclass(frozen=True, slots=True)
class Words:
    """A command line taken apart."""

    common: tuple[str, ...] = ()
    """The options that stand everywhere, with their values."""
    command: str | None = None
    """None is the terminal interface."""
    rest: tuple[str, ...] = ()
    """What is left for the command; a `--` in it is kept."""
    meant: str | None = None
    """The command that the first word was perhaps meant to be."""


def split(words: Sequence[str]) -> Words:
    """Take the options that stand everywhere out of the words, and tell the command from a filter.

    Raises:
        UsageError: The last word is an option that wants a value; put first, it would swallow the command.
    """
    common: list[str] = []
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--":
            rest += [word, *queue]
            break
        name = word.split("=", 1)[0]
        if name in OPTIONS:
            common.append(word)
            if OPTIONS[name] and "=" not in word:
                if not queue:
                    raise UsageError(f"{word} needs a value")
                common.append(queue.pop(0))
        else:
            rest.append(word)
    first = rest[0] if rest else "--"
    if first in COMMANDS or first in LATER:
        return Words(tuple(common), first, tuple(rest[1:]))
    known = first.startswith("-") or first in _ASKING
    alike = [] if known else [c for c in (*COMMANDS, *LATER) if abs(len(c) - len(first)) <= _NEAR]
    near = min(alike, key=lambda c: distance(first, c), default=None)
    slip = near is not None and distance(first, near) <= _NEAR and not _is_flag(first)
    return Words(tuple(common), None, tuple(rest), near if slip else None)


def removals(words: Sequence[str]) -> list[str]:
    """The words of `tag` with `-old` as `!old`, not an option; `-o` and `-h` stay options, with their values."""
    end = words.index("--") if "--" in words else len(words)
    taken = [f"!{word[1:]}" if _REMOVAL.fullmatch(word) else word for word in words[:end]]
    return [*taken, *words[end:]]


def _is_flag(word: str) -> bool:
    """A flag of the filter language is meant, however near it is to a command: `bad` and `tag`."""
    from tui.domain.query.fields import FLAGS  # the language is loaded only where it is spoken

    return word in FLAGS


def positive(words: Sequence[str]) -> list[str]:
    """A filter's words with `-term` as `!term`, which means the same and is not an option.

    Only where what follows is a field or a flag of the language, so that a mistyped option stays a mistake.
    """
    if not any(map(_NEGATED.match, words)):
        return list(words)
    from tui.domain.query.fields import FLAGS, lookup  # the language is loaded only where it is spoken

    plain: list[str] = []
    for place, word in enumerate(words):
        if word == "--":
            return plain + list(words[place:])
        found = _NEGATED.match(word)
        known = found is not None and (lookup(found[1] + (found[2] or "")) if found[3] else found[1] in FLAGS)
        plain.append(f"!{word[1:]}" if known else word)
    return plain
