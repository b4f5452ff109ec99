"""From `config.toml` to `Settings`, checked by hand: this is start-up time."""

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import Field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from tui.domain.errors import ConfigError
from tui.settings import paths
from tui.settings.addresses import DEFAULT_URLS, SEVENBRIDGES, SHORT_NAMES, checked_url
from tui.settings.files import named_path
from tui.settings.model import GROUPS, PLATFORMS, Account, Settings
from tui.settings.secrets import token_source

__all__ = ["SCHEMA", "duration", "load", "parse"]

SCHEMA = 1
"""The version of the file's shape that this program writes and reads."""
_ACCOUNT_KEYS = ("platform", "environment", "url", "token", "projects", "read_only", "ca_file", "web_url")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def load(explicit: Path | None = None) -> Settings:
    """The settings of the file, with the accounts of the official tools where it names none.

    Raises:
        ConfigError: The file was asked for and is not there, or something in it is wrong.
    """
    path, asked = paths.config_file(explicit)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if asked:
            raise ConfigError(f"{path} is not there; --config and TASKDECK_CONFIG name a file that exists") from None
        data = {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is no TOML: {error}") from None
    return parse(data, path)


def parse(data: Mapping[str, Any], path: Path) -> Settings:
    """Settings from what the file says; see `load`."""
    schema = data.get("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA:
        raise ConfigError(f"{path}: schema {schema!r} is newer than this program knows ({SCHEMA}); update taskdeck")
    notices = _unknown(path, None, data, ("schema", "accounts", *GROUPS))
    groups = {}
    for name, kind in GROUPS.items():
        table = _table(data.get(name, {}), f"{path}: [{name}]")
        notices += _unknown(path, name, table, [f.name for f in fields(kind)])
        groups[name] = kind(**{f.name: _value(f, table, f"{path}: [{name}] ") for f in fields(kind)})
    accounts = []
    for name, value in _table(data.get("accounts", {}), f"{path}: [accounts]").items():
        table = _table(value, f"{path}: [accounts.{name}]")
        notices += _unknown(path, f"accounts.{name}", table, _ACCOUNT_KEYS)
        accounts.append(_account(name, table, path))
    errors: tuple[str, ...] = ()
    if not accounts:
        from tui.settings.discover import discover

        found = discover()
        accounts, errors = list(found.accounts), found.errors
        notices += found.warnings
    return Settings(path=path, accounts=tuple(accounts), notices=tuple(notices), errors=errors, **groups)


def _unknown(path: Path, table: str | None, data: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    notices = []
    names = list(known)
    for key in data:
        if key not in names:
            near = difflib.get_close_matches(key, names, 1)
            where = f" in [{table}]" if table else ""
            hint = f"; did you mean {near[0]}?" if near else ""
            notices.append(f"{path}: unknown key {key}{where} is ignored{hint}")
    return notices


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is no table")
    return value


def duration(text: str) -> timedelta:
    """`90s`, `15m`, `2h30m`, `3d`.

    Raises:
        ValueError: It is no such text, or too long a time.
    """
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no duration; write for example 5s, 15m or 2h30m")
    seconds = math.fsum(float(number) * _UNITS[unit] for number, unit in parts)
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"{text!r} is too long a time") from None


def _value(field: Field[Any], table: Mapping[str, Any], where: str) -> Any:
    """The field's value: from the file where it is there and of the default's kind, else the default."""
    default = field.default
    if field.name not in table:
        return default
    value, where = table[field.name], where + field.name
    match default:
        case bool():
            if not isinstance(value, bool):
                raise ConfigError(f"{where} is true or false")
        case int():
            if not isinstance(value, int) or isinstance(value, bool) or value < field.metadata.get("least", 0):
                raise ConfigError(f"{where} is a number from {field.metadata.get('least', 0)}")
        case timedelta():
            try:
                value = duration(value if isinstance(value, str) else repr(value))
            except ValueError as error:
                raise ConfigError(f"{where}: {error}") from None
            if value < timedelta(seconds=1):
                raise ConfigError(f'{where} is at least "1s"')
        case _:
            choices = field.metadata.get("choices")
            if not isinstance(value, str) or (choices and value not in choices):
                wanted = f"one of {', '.join(choices)}" if choices else "a text"
                raise ConfigError(f"{where} is {wanted}")
            if field.metadata.get("zone"):
                _check_zone(value, where)
    return value


def _check_zone(name: str, where: str) -> None:
    if name in {"local", "utc"}:  # what most files say costs no import
        return
    from tui.settings.zones import zone_of

    try:
        zone_of(name)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


def _account(name: str, table: Mapping[str, Any], path: Path) -> Account:
    where = f"{path}: [accounts.{name}]"
    if not _NAME.match(name):
        raise ConfigError(f"{where}: a name has letters, digits, dot, dash and underscore only")
    platform = table.get("platform")
    if platform is None:
        raise ConfigError(f"{where} has no platform; write one of {', '.join(PLATFORMS)}")
    if platform not in PLATFORMS:
        raise ConfigError(f"{where}: platform is one of {', '.join(PLATFORMS)}")
    if "token" not in table:
        raise ConfigError(f'{where} has no token; write for example token = {{ env = "NAME" }}')
    projects = table.get("projects", [])
    if not isinstance(projects, list) or not all(isinstance(p, str) for p in projects):
        raise ConfigError(f"{where}: projects is a list of texts")
    read_only = table.get("read_only", False)
    if not isinstance(read_only, bool):
        raise ConfigError(f"{where}: read_only is true or false")
    ca_file = _text(table, "ca_file", where)
    return Account(
        name=name,
        platform=platform,
        url=_url(platform, table, where),
        token=token_source(table["token"], name, f"{where}: token", path),
        projects=tuple(projects),
        read_only=read_only,
        ca_file=None if ca_file is None else named_path(ca_file, f"{where}: ca_file"),
        web_url=_text(table, "web_url", where),
    )


def _text(table: Mapping[str, Any], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is not None and not (isinstance(value, str) and value):
        raise ConfigError(f"{where}: {key} is a text")
    return value


def _url(platform: str, table: Mapping[str, Any], where: str) -> str:
    named = _text(table, "environment", where)
    if named is not None and platform != "sevenbridges":
        raise ConfigError(f"{where}: only sevenbridges has an environment; write url")
    if url := _text(table, "url", where):
        return checked_url(url, where)
    if platform != "sevenbridges":
        return DEFAULT_URLS[platform]
    if named is None:
        raise ConfigError(f"{where} has neither environment nor url; environment is one of {', '.join(SEVENBRIDGES)}")
    short = named.lower()
    if (known := SEVENBRIDGES.get(SHORT_NAMES.get(short, short))) is None:
        raise ConfigError(f"{where}: environment is one of {', '.join(SEVENBRIDGES)}")
    return known
