"""Many expressions as one, each tried only on texts that hold a word which it cannot match without."""

import re
from collections.abc import Sequence

__all__ = ["AnyOf", "any_of", "needle"]

_LEAST = 4
"""Letters of a word that is worth looking for first."""
_ESCAPED_TEXT = frozenset(".-/()[]{}*+?|^$: ")


class AnyOf:
    """What `re.Pattern.search` does with `a|b|c`, at a tenth of its price for texts that match nothing."""

    def __init__(self, patterns: Sequence[str], flags: int = 0) -> None:
        self.patterns = tuple(patterns)
        self.flags = flags
        loose = [pattern for pattern in patterns if not needle(pattern)]
        self._loose = re.compile("|".join(loose), flags) if loose else None
        told: dict[str, list[str]] = {}
        for pattern in patterns:
            if word := needle(pattern):
                told.setdefault(word, []).append(pattern)
        self._told = [(word, re.compile("|".join(found), flags)) for word, found in told.items()]

    def search(self, text: str) -> re.Match[str] | None:
        """A match of any of the expressions, or None."""
        low = text.lower()
        for word, regex in self._told:
            if word in low and (found := regex.search(text)):
                return found
        return self._loose.search(text) if self._loose is not None else None


def any_of(*patterns: str, flags: int = 0) -> AnyOf:
    """One expression for all of them."""
    return AnyOf(patterns, flags)


def needle(pattern: str) -> str:
    """The longest word, in small letters, that stands in every text which the expression matches; empty for none.

    Only plain letters outside of groups and classes are taken, so it may miss one, but never names a wrong one.
    """
    best = run = ""
    depth = 0
    at = 0
    while at < len(pattern):
        char = pattern[at]
        literal = ""
        if char == "\\":
            at += 1
            if depth == 0 and pattern[at] in _ESCAPED_TEXT:
                literal = pattern[at]
        elif char == "[":
            at = _class_end(pattern, at)
        elif char == "{":
            at = pattern.index("}", at)
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char == "|" and depth == 0:
            return ""
        elif depth == 0 and (char.isalnum() or char in " :=_,'\"`"):
            literal = char
        after = pattern[at + 1 : at + 2]
        if literal and after not in {"?", "*", "{", "+"}:
            run += literal
        else:
            run = ""
        best = max(best, run, key=len)
        at += 1
    return best.lower() if len(best.strip()) >= _LEAST else ""


def _class_end(pattern: str, at: int) -> int:
    """Where the class that begins at this place ends."""
    at += 1
    if pattern[at : at + 1] == "^":
        at += 1
    if pattern[at : at + 1] == "]":
        at += 1
    while pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at
