"""Being told: the ways out of the program, and the rules of what is worth telling (`[notify]`, `[[watch]]`)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from tui.domain.errors import ConfigError
from tui.domain.status import TaskStatus
from tui.settings.secrets import TokenSource, token_source

__all__ = ["SHAPES", "WAYS", "Notify", "Outward", "WatchRule", "outward", "quiet_until", "watch_rules"]

WAYS = ("terminal", "bell", "command", "webhook", "mail")
"""How something can be told."""
SHAPES = ("json", "slack", "mattermost", "discord", "ntfy")
"""What the receiver of a webhook understands."""
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)\Z")
_ADDRESS = re.compile(r"[^\s@<>,;\"-][^\s@<>,;\"]*@[^\s@<>,;\"]+\Z")
_KEYS = ("name", "filter", "on", "ways")
DEFAULT_ON = (TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.ABORTED)


def _check_hours(text: str) -> None:
    if text and not _HOURS.match(text):
        raise ValueError('is a span of the day such as "22:00-07:00"')


def _check_address(text: str) -> None:
    if text and not _ADDRESS.match(text):
        raise ValueError("is one mail address")


@dataclass(frozen=True, slots=True)
class Notify:
    """Being told of what the rules in `[[watch]]` and the watched tasks do."""

    terminal: str = field(default="unfocused", metadata={"choices": ("unfocused", "always", "never")})
    """When the terminal shows a notification of its own."""
    bell: bool = False
    """Ring the terminal's bell, too."""
    shape: str = field(default="json", metadata={"choices": SHAPES})
    """The form in which the webhook wants a message."""
    mail: str = field(default="", metadata={"check": _check_address})
    """An address that the local `sendmail` delivers to; empty for none."""
    quiet: str = field(default="", metadata={"check": _check_hours})
    """Hours in which nothing is told, such as `22:00-07:00`; command, webhook and mail follow when they end."""


@dataclass(frozen=True, slots=True)
class Outward:
    """The ways that lead out of this machine's screen, besides mail."""

    command: tuple[str, ...] = ()
    """A program with its arguments; the message comes as JSON on its standard input. Never a shell's line."""
    webhook: TokenSource | None = None
    """Where the address is, which is a secret."""


@dataclass(frozen=True, slots=True)
class WatchRule:
    """One rule: tell when a task that matches gets one of these statuses."""

    name: str
    filter: str
    on: tuple[TaskStatus, ...] = DEFAULT_ON
    ways: tuple[str, ...] = WAYS
    """Of those that are configured."""


def outward(table: Mapping[str, Any], path: Path) -> Outward:
    """`command` and `webhook` of `[notify]`.

    Raises:
        ConfigError: One of them cannot be used.
    """
    where = f"{path}: [notify] "
    command = table.get("command", [])
    if not isinstance(command, list) or not all(isinstance(word, str) and "\0" not in word for word in command):
        raise ConfigError(f'{where}command is a list of texts, such as ["notify-send", "taskdeck"]')
    webhook = None
    if "webhook" in table:
        webhook = token_source(table["webhook"], "webhook", f"{where}webhook", path)
    return Outward(tuple(command), webhook)


def watch_rules(value: Any, path: Path) -> tuple[WatchRule, ...]:
    """The `[[watch]]` tables.

    Raises:
        ConfigError: One of them cannot be used; its filter is read later, with the saved views.
    """
    if not isinstance(value, list):
        raise ConfigError(f"{path}: watch is a list of tables; write [[watch]]")
    rules = tuple(_rule(table, f"{path}: [[watch]] {number}") for number, table in enumerate(value, 1))
    names = [rule.name for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"{path}: two [[watch]] are named {twice[0]}")
    return rules


def _rule(table: Any, where: str) -> WatchRule:
    if not isinstance(table, dict):
        raise ConfigError(f"{where} is not a table")
    if unknown := [key for key in table if key not in _KEYS]:
        raise ConfigError(f"{where}: unknown key {unknown[0]}; there are {', '.join(_KEYS)}")
    name, query = table.get("name"), table.get("filter", "")
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(f"{where} has no name")
    if not isinstance(query, str):
        raise ConfigError(f"{where}: filter is a text")
    words = {"on": [status.value for status in TaskStatus], "ways": list(WAYS)}
    for key, known in words.items():
        given = table.get(key)
        if given is not None and (not isinstance(given, list) or not all(word in known for word in given)):
            raise ConfigError(f"{where}: {key} is a list of {', '.join(known)}")
    on = tuple(TaskStatus(word) for word in table["on"]) if "on" in table else DEFAULT_ON
    return WatchRule(name.strip(), query, on, tuple(table.get("ways", WAYS)))


def quiet_until(hours: str, now: datetime, zone: tzinfo) -> datetime | None:
    """When the quiet that `now` is in ends; None where it is not quiet. Clocks are the zone's."""
    found = _HOURS.match(hours)
    if found is None:
        return None
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    local = now.astimezone(zone)
    clock = local.time()
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if start == end or not inside:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone)
