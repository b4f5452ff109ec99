"""What the first word means: a command, a slip of the finger, or the beginning of a filter."""

from collections.abc import Sequence

__all__ = ["COMMANDS", "LATER", "OPTIONS", "distance", "split"]

COMMANDS = (
    "tasks", "show", "children", "jobs", "logs", "run", "abort", "rerun", "delete", "triage", "diff", "wait",
    "accounts", "doctor", "paths", "keys", "completion", "sandbox",
)  # fmt: skip
LATER = ("watch", "digest", "plot", "report")
"""Commands that are promised and not there yet."""
OPTIONS = {"--config": True, "--account": True, "--read-only": False, "--demo": False, "--partial": False}
"""Options that stand before or behind the command, and whether a value follows."""


def distance(a: str, b: str) -> int:
    """How many letters have to be put in, taken out or changed to make one word of the other."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def split(words: Sequence[str]) -> tuple[list[str], str | None, list[str], str | None]:
    """Take the options that stand everywhere out of the words.

    Returns:
        Those options, the command (None for the terminal interface), the words left for it, and the command that the
        first word was perhaps meant to be.
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
            if OPTIONS[name] and "=" not in word and queue:
                common.append(queue.pop(0))
        else:
            rest.append(word)
    if not rest:
        return common, None, [], None
    first = rest[0]
    if first == "--":
        return common, None, rest[1:], None
    if first in COMMANDS or first in LATER:
        return common, first, rest[1:], None
    near = min((*COMMANDS, *LATER), key=lambda c: distance(first, c))
    meant = near if not first.startswith("-") and distance(first, near) <= 2 else None
    return common, None, rest, meant
