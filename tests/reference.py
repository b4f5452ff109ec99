"""What is made from the program's declarations: tables of help topics, the man page, the completions.

`python -m tests.reference` writes them.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.manpage import page
from tui import help as topics
from tui.cli.commands import tree
from tui.cli.completion import source
from tui.cli.exit_codes import Exit
from tui.domain.query import FIELDS, FLAGS, Type
from tui.settings.model import GROUPS
from tui.ui.commands import COMMANDS, key_of
from tui.ui.keymap import Action, of_screen

__all__ = ["FILES", "FOLDER", "MADE", "filled"]

FOLDER = Path(topics.__file__).parent
_PLACES = {
    "task": "a task", "batch": "a batch", "job": "a job", "log": "a log", "triage": "the triage", "diff": "a diff",
    "tree": "a tree", "table": "a table", "strip": "a strip", "bars": "a timeline",
}  # fmt: skip
"""Places of the key map besides the list, as a heading names them."""


def keys() -> str:
    """Every key, one table a screen."""
    digits = [("`0` `1`-`9`", "all accounts, one account")]
    return "\n\n".join(
        (
            "## The list",
            _table(("key", "does"), [*_keys(a for a in of_screen("tasks") if a.group != "scope"), *digits]),
            "## Every screen that opens from it",
            _table(("key", "does"), _keys(of_screen("screen"))),
            *(part for place in _PLACES for part in _place(place)),
        )
    )


def prompt() -> str:
    """The commands after `:`."""
    commands = (
        (f"`:{' '.join((c.word, c.arguments)).strip()}`", " ".join(f"`{a}`" for a in c.aliases), key_of(c), c.help)
        for c in COMMANDS
    )
    return _table(("command", "also", "key", "does"), commands)


def filter_fields() -> str:
    """Fields and flags of the filter language."""
    rows = (
        (f"`{f.name}.KEY`" if f.type is Type.MAP else f"`{f.name}`", " ".join(f"`{a}`" for a in f.aliases), f.help,
         f"`{f.example}`")
        for f in FIELDS
    )  # fmt: skip
    flags = ((f"`{name}`", "", what, "") for name, (_, what) in FLAGS.items())
    return _table(("field", "also", "is", "example"), [*rows, *flags])


def settings() -> str:
    """Every setting with its default."""
    rows = []
    for group, table in GROUPS.items():
        said = _meanings(table)
        for field in fields(table):
            choices = field.metadata.get("choices", ())
            among = f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
            assert field.default is not MISSING
            rows.append((f"`{group}.{field.name}`", f"`{_written(field.default)}`", said[field.name] + among))
    return _table(("key", "default", "means"), rows)


def exit_codes() -> str:
    """Every exit code."""
    return _table(("code", "means"), [(str(int(code)), code.meaning) for code in Exit])


MADE: Mapping[str, tuple[str, Callable[[], str]]] = {
    "keys": ("keys", keys),
    "prompt": ("prompt", prompt),
    "filter": ("fields", filter_fields),
    "settings": ("settings", settings),
    "exit-codes": ("exit-codes", exit_codes),
}
"""By topic: the name of its generated part, and what makes it."""


FILES: Mapping[str, Callable[[], str]] = {
    "man/taskdeck.1": page,
    "completion/taskdeck.bash": partial(source, tree, "bash"),
    "completion/_taskdeck": partial(source, tree, "zsh"),
    "completion/taskdeck.fish": partial(source, tree, "fish"),
}
"""Files that are made whole: where the wheel puts them is said in `pyproject.toml`."""


def filled(topic: str) -> str:
    """The file of a topic as it should be."""
    name, make = MADE[topic]
    text = (FOLDER / f"{topic}.md").read_text("utf-8")
    mark, end = f"<!-- made: {name} -->", "<!-- end -->"
    return re.sub(f"{mark}\n.*?{end}", lambda _: f"{mark}\n{make()}\n{end}", text, flags=re.DOTALL)


def _meanings(table: type) -> dict[str, str]:
    """What stands below each field of a settings class."""
    found: dict[str, str] = {}
    body = ast.parse(inspect.getsource(table)).body[0].body  # type: ignore[attr-defined]
    for at, node in enumerate(body[:-1]):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(body[at + 1], ast.Expr):
            found[node.target.id] = ast.literal_eval(body[at + 1].value).replace("\n", " ")
    return found


def _place(place: str) -> tuple[str, str]:
    return f"## {_PLACES[place][0].upper()}{_PLACES[place][1:]}", _table(("key", "does"), _keys(of_screen(place)))


def _keys(actions: Iterable[Action]) -> Iterable[tuple[str, str]]:
    return ((f"`{action.shown_keys}`", action.help) for action in actions)


def _written(value: object) -> str:
    """A default as the file has it."""
    if isinstance(value, timedelta):
        if value % timedelta(days=1) == timedelta():
            return f'"{value.days}d"'
        seconds = int(value.total_seconds())
        return f'"{seconds // 60}m"' if seconds % 60 == 0 else f'"{seconds}s"'
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    for topic in MADE:
        (FOLDER / f"{topic}.md").write_text(filled(topic), "utf-8")
    for file, make in FILES.items():
        (FOLDER / file).write_text(make(), "utf-8")
