"""Writing what the user changed in the program, with comments, order and unknown keys kept."""

from collections.abc import Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from tui.domain.errors import ConfigError
from tui.settings.files import write_whole
from tui.settings.model import GROUPS
from tui.settings.read import SCHEMA

__all__ = ["save"]


def save(path: Path, changes: Mapping[str, str | int | bool | None]) -> None:
    """Set these keys in the configuration file, as it is on disk now; nothing else in it changes.

    Args:
        changes: Values by `GROUP.KEY`: `{"refresh.visible": "10s"}`; None takes the key out. Accounts are never
            written.

    Raises:
        ConfigError: The file cannot be read as ours, is of a newer schema, or cannot be written; it is untouched.
    """
    try:
        document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    except (OSError, ValueError, TOMLKitError) as error:
        raise ConfigError(f"{path} cannot be read, so nothing was saved: {error}") from None
    schema = document.get("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA:
        raise ConfigError(f"{path} was written for a newer taskdeck (schema {schema}); nothing was saved")
    for dotted, value in changes.items():
        group, _, key = dotted.partition(".")
        if group not in GROUPS or not key:
            raise ConfigError(f"{dotted} is not a setting that can be saved")
        table = document.get(group)
        if table is None:
            table = document[group] = tomlkit.table()
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: [{group}] is not a table; nothing was saved")
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    try:
        write_whole(path, tomlkit.dumps(document).encode())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
