"""Help as lines: keys by group from the key map, commands, fields and flags of the filter language."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from textual.content import Content

from tui.domain.query import FIELDS, FLAGS, Type
from tui.ui.commands import COMMANDS, key_of
from tui.ui.keymap import Action, of_screen
from tui.ui.present.columns import WORDS

__all__ = ["TOPICS", "help_lines", "live_lines"]

TOPICS = ("keys", "commands", "filter", "status")
_HEADS = {
    "move": "MOVE",
    "look": "LOOK",
    "act": "ACT (always asks)",
    "arrange": "ARRANGE",
    "mark": "MARK",
    "refresh": "REFRESH",
    "copy": "COPY",
    "scope": "ACCOUNTS",
}
_TABLE = (("j k", "row"), ("g G", "top, end"), ("^d ^u", "half page"), ("left right", "scroll columns"))
_WIDTH = 36
_KEY = 11
"""Cells for the keys."""


def help_lines(topic: str = "") -> list[Content]:
    """A topic's page; without one, the keys."""
    match topic:
        case "filter":
            return _filter()
        case "commands":
            return _commands()
        case "status":
            return [Content(f"{word.word:<10}{word.short:<6}{status.value}") for status, word in WORDS.items()]
    return _keys(of_screen("tasks"))


def live_lines(keys: Sequence[tuple[str, str]]) -> list[Content]:
    """Two columns of keys with what they do."""
    half = -(-len(keys) // 2)
    rows = zip_longest(keys[:half], keys[half:], fillvalue=("", ""))
    return [
        Content.assemble(
            (f"{one[0]:<11}", "$text-primary"), f"{one[1][:24]:<26}", (f"{two[0]:<11}", "$text-primary"), two[1][:24]
        )
        for one, two in rows
    ]


def _keys(actions: Sequence[Action]) -> list[Content]:
    blocks: list[list[Content]] = []
    for group, head in _HEADS.items():
        rows = list(_rows([a for a in actions if a.group == group]))
        if group == "move":
            rows = [*_TABLE, *rows]
        block = [Content.styled(head, "bold")]
        block += [Content.assemble((f"{keys:<{_KEY}}", "$text-primary"), what) for keys, what in rows]
        blocks.append([*block, Content("")])
    left, right = _balanced(blocks)
    lines = [
        Content.assemble(a, " " * max(1, _WIDTH + 1 - a.cell_length), b)
        for a, b in zip_longest(left, right, fillvalue=Content(""))
    ]
    lines += [
        Content.styled("More: :help commands   :help filter   :help status", "dim"),
        Content.styled("This screen is made from the live key map.", "dim"),
    ]
    return lines


def _rows(actions: Iterable[Action]) -> Iterable[tuple[str, str]]:
    """Keys and words; digits become one line."""
    for action in actions:
        if action.action.startswith("scope("):
            if action.keys == "0":
                yield "0", action.help
            elif action.keys == "1":
                yield "1-9", "one account"
        else:
            # A sentence where it fits, else the word of the key line: nothing is cut.
            yield action.shown_keys, action.help if len(action.help) <= _WIDTH - _KEY else action.label


def _balanced(blocks: Sequence[Sequence[Content]]) -> tuple[list[Content], list[Content]]:
    left: list[Content] = []
    right: list[Content] = []
    for block in blocks:
        (left if len(left) <= len(right) else right).extend(block)
    return left, right


def _commands() -> list[Content]:
    lines = []
    for command in COMMANDS:
        words = ", ".join((command.word, *command.aliases))
        usage = f":{words} {command.arguments}".rstrip()
        lines += [Content.assemble((f"{usage:<40}", "$text-primary"), (key_of(command), "bold"))]
        lines += [Content(f"    {command.help}")]
    return lines


def _filter() -> list[Content]:
    lines = [Content.styled("FIELDS   name:contains  name=exact  name~regex  name>5  a..b  none  any", "bold")]
    for field in FIELDS:
        names = ", ".join((f"{field.name}.KEY" if field.type is Type.MAP else field.name, *field.aliases))
        lines.append(
            Content.assemble((f"{names:<18}", "$text-primary"), f"{field.help[:34]:<35}", (field.example, "dim"))
        )
    lines += [Content(""), Content.styled("FLAGS", "bold")]
    lines += [Content.assemble((f"{name:<18}", "$text-primary"), what) for name, (_, what) in FLAGS.items()]
    lines += [Content(""), Content('a space means and, | or, ! or - not; ( ) group; /regex/  ~fuzzy  "text"')]
    return lines
