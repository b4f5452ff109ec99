"""Keys, commands and filter fields as Markdown tables: the README's are made from the same declarations as the help."""

from collections.abc import Iterable, Sequence

from tui.domain.query import FIELDS, FLAGS, Type
from tui.ui.commands import COMMANDS, key_of
from tui.ui.keymap import Action, of_screen

__all__ = ["reference"]

_PLACES = {
    "task": "a task", "batch": "a batch", "job": "a job", "log": "a log", "triage": "the triage", "diff": "a diff",
    "tree": "a tree", "table": "a table", "strip": "a strip", "bars": "a timeline",
}  # fmt: skip
"""Places of the key map besides the list, as a heading names them."""


def reference() -> str:
    """Everything between the README's two `reference` marks."""
    digits = [("`0` `1`-`9`", "all accounts, one account")]
    commands = (
        (f"`:{' '.join((c.word, c.arguments)).strip()}`", " ".join(f"`{a}`" for a in c.aliases), key_of(c), c.help)
        for c in COMMANDS
    )
    fields = (
        (f"`{f.name}.KEY`" if f.type is Type.MAP else f"`{f.name}`", " ".join(f"`{a}`" for a in f.aliases), f.help,
         f"`{f.example}`")
        for f in FIELDS
    )  # fmt: skip
    flags = ((f"`{name}`", "", what, "") for name, (_, what) in FLAGS.items())
    return "\n\n".join(
        (
            "### Keys of the list",
            _table(("key", "does"), [*_keys(a for a in of_screen("tasks") if a.group != "scope"), *digits]),
            "### Keys of everything that opens from it",
            _table(("key", "does"), _keys(of_screen("screen"))),
            *(part for place in _PLACES for part in _place(place)),
            "### Commands after `:`",
            _table(("command", "also", "key", "does"), commands),
            "### Fields and flags of the filter",
            _table(("field", "also", "is", "example"), [*fields, *flags]),
        )
    )


def _place(place: str) -> tuple[str, str]:
    """Heading and table of a screen or pane."""
    return f"### Keys of {_PLACES[place]}", _table(("key", "does"), _keys(of_screen(place)))


def _keys(actions: Iterable[Action]) -> Iterable[tuple[str, str]]:
    return ((f"`{action.shown_keys}`", action.help) for action in actions)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
