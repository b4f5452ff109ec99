"""What the command prompt offers for what was typed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tui.domain.query import FIELDS, Completion
from tui.ui.commands import COMMANDS, Takes, find, key_of
from tui.ui.keymap import Action

__all__ = ["Entry", "entries", "matching", "ways"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette."""

    word: str
    help: str
    arguments: str
    key: str
    needs: bool = False
    """It does nothing without arguments."""
    why: str = ""
    """Why it cannot be run now."""

    @property
    def is_action(self) -> bool:
        """Something of the screen: its word is an action's id, which has a dot."""
        return "." in self.word

    @property
    def usage(self) -> str:
        """As it is typed."""
        return f":{self.word} {self.arguments}".strip()


def entries(why: Callable[[str], str], aliases: Mapping[str, str], here: Iterable[Action] = ()) -> list[Entry]:
    """What the screen can do just now, then every command, then the user's aliases; of the list, where the commands are
    what is wanted most, its own keys stand last.

    Args:
        why: The reason a command cannot be run now, by its word; empty when it can.
        aliases: From `aliases.toml`.
        here: What works on the screen, besides commands.
    """
    done = {command.action for command in COMMANDS}
    actions = [(a, Entry(a.id, a.help, "", a.shown_keys.split(" ")[0])) for a in here if a.id not in done]
    own = [Entry(name, f"alias: {text}", "", "") for name, text in aliases.items()]
    return [
        *(entry for action, entry in actions if action.screen != "tasks"),
        *(Entry(c.word, c.help, c.arguments, key_of(c), c.needs, why(c.word)) for c in COMMANDS),
        *own,
        *(entry for action, entry in actions if action.screen == "tasks"),
    ]


def _score(typed: str, text: str) -> int | None:
    """How well the letters stand in the text in this order; smaller is better."""
    at, gaps = -1, 0
    for letter in typed:
        found = text.find(letter, at + 1)
        if found < 0:
            return None
        gaps += found - at - 1
        at = found
    return gaps


def matching(every: Iterable[Entry], typed: str, *, fuzzy: bool) -> list[Entry]:
    """The entries whose word begins so; fuzzy, whose word or help holds the letters in order, best first."""
    word = typed.strip().removeprefix(":").lower()
    if not fuzzy:
        first, space, _ = word.partition(" ")
        if space:
            command = find(first)
            return [e for e in every if e.word == (command.word if command else first)]
        return [e for e in every if e.word.startswith(first)]
    scored = []
    for place, entry in enumerate(every):
        found = [
            s for s in (_score(word, entry.word), _score(word, f"{entry.word} {entry.help}".lower())) if s is not None
        ]
        if found:
            scored.append((min(found), place, entry))
    return [entry for _, _, entry in sorted(scored, key=lambda item: item[:2])]


def ways(
    text: str, values: Mapping[Takes, Callable[[], Sequence[tuple[str, str]]]],
    filters: Callable[[str, int], Sequence[Completion]],
) -> list[tuple[str, str]]:  # fmt: skip
    """The lines that `text` can go on to.

    Args:
        values: What can stand for an argument, with what it means.
        filters: Completions of a filter.
    """
    text = text.removeprefix(":").lstrip()
    word, space, rest = text.partition(" ")
    if not space:
        return [(f"{c.word} " if c.arguments else c.word, c.help) for c in COMMANDS if c.word.startswith(word)]
    command = find(word)
    if command is None:
        return []
    if command.takes is Takes.FILTER:
        return [(f"{word} {rest[: c.start]}{c.text}", c.hint) for c in filters(rest, len(rest))]
    head, _, last = rest.rpartition(" ")
    sign = last[:1] if command.takes is Takes.COLUMNS and last[:1] in {"+", "-"} else ""
    last = last[len(sign) :]
    if command.takes is Takes.FIELDS:
        before, comma, last = last.rpartition(",")
        sign = before + comma
        offered: Sequence[tuple[str, str]] = [(field.name, field.help) for field in FIELDS]
    else:
        offered = values.get(command.takes, list)()
    lead = f"{word} {head} " if head else f"{word} "
    return [(f"{lead}{sign}{name}", what) for name, what in offered if name.lower().startswith(last.lower())]
