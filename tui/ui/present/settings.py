"""Every setting as a row: its group, its name, what holds now, and where that comes from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import Field, dataclass, fields
from datetime import timedelta
from typing import Any

from tui.domain.duration import duration
from tui.domain.errors import ConfigError, UsageError
from tui.settings import Settings
from tui.settings.looks import THEMES, Looks
from tui.settings.model import GROUPS, PLANNED
from tui.settings.zones import zone_of
from tui.ui.present.format import label_text

__all__ = ["Row", "find", "parsed", "rows_of", "written"]

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Row:
    """One setting."""

    key: str
    """`display.theme`; of an account its name."""
    group: str
    name: str
    value: str
    """As it is written in the file."""
    holds: str
    """What that comes to here, where it leaves something open: `dark`, `off`."""
    origin: str
    choices: tuple[str, ...] = ()
    """All values there are; empty for free ones."""
    help: str = ""
    fixed: bool = False
    """Not changed here."""


def written(value: Any) -> Value:
    """The value as the file has it: durations are texts."""
    if isinstance(value, timedelta):
        return _span(value)
    if isinstance(value, bool | int):
        return value
    return str(value)


def _span(span: timedelta) -> str:
    seconds = span.total_seconds()
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)}{unit}"
    return f"{seconds:g}s"


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choices(key: str, field: Field[Any]) -> tuple[str, ...]:
    if key == "display.theme":
        return ("auto", *THEMES)
    if isinstance(field.default, bool):
        return ("true", "false")
    return tuple(field.metadata.get("choices", ()))


def parsed(key: str, text: str) -> Value:
    """A typed value as the file would have it.

    Raises:
        UsageError: There is no such setting, or it cannot be that.
    """
    group, _, name = key.partition(".")
    field = next((f for f in fields(GROUPS.get(group, Row)) if f.name == name and group in GROUPS), None)
    if group in PLANNED:
        raise UsageError(f"{key}: planned, not implemented yet")
    if field is None:
        raise UsageError(f"there is no setting {key}")
    choices = _choices(key, field)
    if choices and text not in choices:
        raise UsageError(f"{key} is one of {', '.join(choices)}")
    match field.default:
        case bool():
            return text == "true"
        case int():
            least = field.metadata.get("least", 0)
            if not text.isdigit() or int(text) < least:
                raise UsageError(f"{key} is a number from {least}")
            return int(text)
        case timedelta():
            try:
                shortest = field.metadata.get("least", "1s")
                if duration(text) < duration(shortest):
                    raise UsageError(f"{key} is at least {shortest}")
            except ValueError as error:
                raise UsageError(f"{key}: {error}") from None
    if check := field.metadata.get("check"):
        try:
            check(text)
        except ValueError as error:
            raise UsageError(f"{key} {error}") from None
    if field.metadata.get("zone"):
        try:
            zone_of(text)
        except ConfigError as error:
            raise UsageError(f"{key}: {error}") from None
    return text


def find(word: str) -> str:
    """The whole key of a typed one: `theme` is `display.theme`.

    Raises:
        UsageError: There is none, or more than one.
    """
    if word.partition(".")[0] in PLANNED:
        raise UsageError(f"{word}: planned, not implemented yet")
    keys = [f"{group}.{field.name}" for group, kind in GROUPS.items() for field in fields(kind)]
    found = [key for key in keys if word == key] or [key for key in keys if key.partition(".")[2] == word]
    if len(found) != 1:
        raise UsageError(f"{'more than one setting ends in' if found else 'there is no setting'} {word}; see :settings")
    return found[0]


def _holds(key: str, looks: Looks) -> str:
    match key:
        case "display.theme":
            return looks.theme
        case "display.color":
            return "on" if looks.color else "off"
        case "display.ascii":
            return "on" if looks.ascii else "off"
        case "display.mouse":
            return "on" if looks.mouse else "off"
    return ""


def rows_of(
    settings: Settings, looks: Looks, in_file: Collection[str], states: Mapping[str, str], read_only: bool
) -> Sequence[Row]:
    """All settings in the order of the file's tables, then the accounts.

    Args:
        in_file: The keys that the file sets, as `GROUP.NAME`.
        states: How each account is.
        read_only: Nothing can be changed in this run, by the command line.
    """
    rows = []
    for group, kind in GROUPS.items():
        table = getattr(settings, group)
        for field in fields(kind):
            key, value = f"{group}.{field.name}", getattr(table, field.name)
            origin = settings.path.name if key in in_file else "default"
            if group == "display" and (why := looks.origins.get(field.name)):
                origin = why if why.startswith("env") else f"default ({why})"
            if key == "safety.read_only" and read_only and key not in in_file:
                origin = "--read-only"
            text, holds = _shown(written(value)), _holds(key, looks)
            rows.append(
                Row(
                    key, group, label_text(field.name), text, "" if holds == text else holds, origin,
                    _choices(key, field), "",
                )
            )  # fmt: skip
    for account in settings.accounts:
        state = states.get(account.name, "")
        rows.append(Row(account.name, "accounts", account.name, account.origin, "", state, fixed=True))
    return rows
