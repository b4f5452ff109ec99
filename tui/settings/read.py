"""From `config.toml` to `Settings`, checked by hand: this is start-up time."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import Field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tui.domain.duration import duration
from tui.domain.errors import ConfigError
from tui.platforms.account import Own
from tui.platforms.door import entry, names
from tui.platforms.entry import Entry
from tui.platforms.network import checked_proxy
from tui.settings import paths
from tui.settings.files import named_path
from tui.settings.model import GROUPS, PLANNED, Account, Settings
from tui.settings.notify import outward, watch_rules
from tui.settings.secrets import token_source

__all__ = ["SCHEMA", "load", "parse"]

SCHEMA = 1
"""The version of the file's shape that this program writes and reads."""
_ACCOUNT_KEYS = ("platform", "token", "projects", "read_only", "ca_file", "proxy", "web_url", "refresh")
"""What accounts of all platforms can have; the others are the platform's own."""
_FURTHER = {"notify": ("command", "webhook")}
"""Keys of a group that are not simple values."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


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
            raise ConfigError(
                f"{path} does not exist; --config and TASKDECK_CONFIG must name an existing file"
            ) from None
        data = {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from None
    return parse(data, path)


def parse(data: Mapping[str, Any], path: Path) -> Settings:
    """Settings from what the file says; see `load`."""
    schema = data.get("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA:
        raise ConfigError(f"{path}: schema {schema!r} is newer than this program knows ({SCHEMA}); update taskdeck")
    if planned := [name for name in PLANNED if name in data]:
        raise ConfigError(f"{path}: [{planned[0]}]: planned, not implemented yet; take it out")
    notices = _unknown(path, None, data, ("schema", "accounts", "watch", *GROUPS))
    groups = {}
    for name, kind in GROUPS.items():
        table = _table(data.get(name, {}), f"{path}: [{name}]")
        notices += _unknown(path, name, table, [*(f.name for f in fields(kind)), *_FURTHER.get(name, ())])
        groups[name] = kind(**{f.name: _value(f, table, f"{path}: [{name}] ") for f in fields(kind)})
    accounts = []
    for name, value in _table(data.get("accounts", {}), f"{path}: [accounts]").items():
        table = _table(value, f"{path}: [accounts.{name}]")
        platform = _platform(name, table, path)
        notices += _unknown(path, f"accounts.{name}", table, (*_ACCOUNT_KEYS, *platform.keys))
        accounts.append(_account(name, platform, table, path))
    errors: tuple[str, ...] = ()
    if not accounts:
        from tui.settings.discover import discover

        found = discover()
        accounts, errors = list(found.accounts), found.errors
        notices += found.warnings
    return Settings(
        path=path,
        accounts=tuple(accounts),
        notices=tuple(notices),
        errors=errors,
        outward=outward(data.get("notify", {}), path),
        watches=watch_rules(data.get("watch", []), path),
        **groups,
    )


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
        raise ConfigError(f"{where} is not a table")
    return value


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
            least = field.metadata.get("least", "1s")
            if value < duration(least):
                raise ConfigError(f'{where} is at least "{least}"')
        case _:
            choices = field.metadata.get("choices")
            if not isinstance(value, str) or (choices and value not in choices):
                wanted = f"one of {', '.join(choices)}" if choices else "a text"
                raise ConfigError(f"{where} is {wanted}")
            if field.metadata.get("zone"):
                _check_zone(value, where)
            if check := field.metadata.get("check"):
                try:
                    check(value)
                except ValueError as error:
                    raise ConfigError(f"{where} {error}") from None
    return value


def _check_zone(name: str, where: str) -> None:
    if name in {"local", "utc"}:  # what most files say costs no import
        return
    from tui.settings.zones import zone_of

    try:
        zone_of(name)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


def _platform(name: str, table: Mapping[str, Any], path: Path) -> Entry:
    where = f"{path}: [accounts.{name}]"
    if not _NAME.match(name):
        raise ConfigError(f"{where}: a name has letters, digits, dot, dash and underscore only")
    platform = table.get("platform")
    if platform is None:
        near = difflib.get_close_matches("platform", table, 1)
        hint = f"; did you mean platform by {near[0]}?" if near else ""
        raise ConfigError(f"{where} has no platform{hint}; write one of {', '.join(names())}")
    if not isinstance(platform, str):
        raise ConfigError(f"{where}: platform is one of {', '.join(names())}")
    return entry(platform, where)


def _account(name: str, platform: Entry, table: Mapping[str, Any], path: Path) -> Account:
    where = f"{path}: [accounts.{name}]"
    own = Own(table, where)
    if platform.needs_token and "token" not in table:
        raise ConfigError(f'{where} has no token; write for example token = {{ env = "NAME" }}')
    projects = table.get("projects", [])
    if not isinstance(projects, list) or not all(isinstance(p, str) for p in projects):
        raise ConfigError(f"{where}: projects is a list of texts")
    read_only = table.get("read_only", False)
    if not isinstance(read_only, bool):
        raise ConfigError(f"{where}: read_only is true or false")
    ca_file, proxy = own.text("ca_file"), own.text("proxy")
    reach = platform.read(own)
    return Account(
        name=name,
        platform=platform.name,
        url=reach.url,
        token=token_source(table["token"], name, f"{where}: token", path) if "token" in table else None,
        projects=tuple(projects),
        read_only=read_only,
        ca_file=None if ca_file is None else named_path(ca_file, f"{where}: ca_file"),
        proxy=None if proxy is None else replace(checked_proxy(f"{where}: proxy", proxy), chosen=True),
        web_url=own.text("web_url"),
        options=reach.options,
        address=reach.address or reach.url,
        refresh=_refresh(table, where),
    )


def _refresh(table: Mapping[str, Any], where: str) -> timedelta | None:
    """How often at most this one account is asked."""
    value = table.get("refresh")
    if value is None:
        return None
    try:
        span = duration(value if isinstance(value, str) else repr(value))
    except ValueError as error:
        raise ConfigError(f"{where}: refresh: {error}") from None
    if span < timedelta(seconds=1):
        raise ConfigError(f'{where}: refresh is at least "1s"')
    return span
