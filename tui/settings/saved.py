"""Small files beside the configuration: histories of what was typed, aliases, views. All are conveniences (R47)."""

import logging
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tui.settings import paths
from tui.settings.files import write_whole

__all__ = [
    "BUILT_IN",
    "SavedView",
    "all_views",
    "read_aliases",
    "read_history",
    "read_views",
    "save_history",
    "save_views",
]

log = logging.getLogger(__name__)

_MOST = 500
"""Lines of a history."""
_LONGEST = 4_000
"""Characters of a line; a filter has no more."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter with its order and columns, under a name."""

    name: str
    filter: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    """Names, or `NAME = EXPR` of a computed one; empty for whatever is shown."""


BUILT_IN: Final[Mapping[str, SavedView]] = {
    "failed": SavedView("failed", "status:failed"),
    "running": SavedView("running", "status:starting,running,finishing"),
    "mine": SavedView("mine", "mine"),
}
"""There for everybody; a saved view of the same name takes its place."""


def all_views(saved: Mapping[str, SavedView]) -> dict[str, SavedView]:
    """Every view by name, the built-in ones first."""
    return {**BUILT_IN, **saved}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _table(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        log.warning("%s cannot be read: %s", path, error)
        return {}


def read_history(name: str) -> list[str]:
    """What was typed before, oldest first; `name` is `commands` or `filters`."""
    return [line for line in _text(paths.state_dir() / f"{name}.history").splitlines() if line][-_MOST:]


def save_history(name: str, lines: Sequence[str]) -> None:
    """Keep the newest lines but those that nobody typed; what cannot be written is only logged."""
    text = "".join(f"{line}\n" for line in lines[-_MOST:] if len(line) <= _LONGEST)
    try:
        write_whole(paths.state_dir() / f"{name}.history", text.encode("utf-8", "replace"))
    except OSError as error:
        log.warning("the history of %s is not kept: %s", name, error)


def read_aliases() -> dict[str, str]:
    """`aliases.toml`: `lu = "tasks project:luad status:failed"`; `$1` stands for the first argument."""
    found = _table(paths.config_dir() / "aliases.toml")
    return {name: text for name, text in found.items() if isinstance(text, str)}


def read_views() -> dict[str, SavedView]:
    """`views.toml`: one table a view."""
    views = {}
    for name, table in _table(paths.config_dir() / "views.toml").items():
        if isinstance(table, dict):
            columns = table.get("columns", [])
            views[name] = SavedView(
                name,
                str(table.get("filter", "")),
                str(table.get("sort", "")),
                tuple(str(column) for column in columns) if isinstance(columns, list) else (),
            )
    return views


def save_views(views: Mapping[str, SavedView]) -> None:
    """Write them all.

    Raises:
        OSError: The file is untouched then.
    """
    import tomlkit

    document = tomlkit.document()
    for view in views.values():
        table = tomlkit.table()
        table["filter"] = view.filter
        if view.sort:
            table["sort"] = view.sort
        if view.columns:
            table["columns"] = list(view.columns)
        document[view.name] = table
    write_whole(paths.config_dir() / "views.toml", tomlkit.dumps(document).encode())
