"""Accounts written into the configuration file: added with comments, renamed, removed; all other text stays."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from tui.domain.errors import ConfigError, TuiError, UsageError
from tui.domain.text import plain
from tui.platforms.door import PLATFORMS
from tui.settings.files import write_whole
from tui.settings.model import Account, Settings
from tui.settings.read import load
from tui.settings.secrets import checked as checked_token

__all__ = ["AccountFile", "NewAccount", "keep_token", "token_place", "token_variables"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_TOKENS = {"env": "a variable", "file": "a file", "keyring": "a keyring entry", "command": "a command"}
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_NAMED_SO = re.compile(r"(^|_)(TOKEN|API_KEY|APIKEY|AUTH_KEY)$")
_SHORTEST = 8
"""Characters of a variable's value for it to be offered as a token."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What was asked of the user."""

    platform: str
    values: Mapping[str, str] = field(default_factory=dict)
    """`environment`, `url` or `host`, as the platform has them."""
    token: Mapping[str, Any] | None = None
    """Where the token is, as the file says it: `{"env": "CGC_TOKEN"}`."""
    name: str = ""
    """Empty: named after the environment or the platform."""

    @property
    def called(self) -> str:
        """The account's name.

        Raises:
            UsageError: No account can be called so.
        """
        name = self.name or self.values.get("environment") or self.platform
        if not _NAME.fullmatch(name):
            raise UsageError(f"{plain(name, 40)!r} is not a name; use letters, digits, '-', '_' and '.'")
        return name

    def lines(self) -> list[str]:
        """Its table with comments."""
        lines = [
            f"[accounts.{_key(self.called)}]",
            f"# {PLATFORMS[self.platform].title}, added by: taskdeck accounts add",
            f"platform = {json.dumps(self.platform)}",
            *(f"{key} = {json.dumps(value)}" for key, value in self.values.items()),
        ]
        if self.token is not None:
            ((kind, where),) = self.token.items()
            lines.append(f"# the token is read from {_TOKENS[kind]} each time; it is not kept here")
            lines.append(f"token = {{ {kind} = {json.dumps(where)} }}")
        return [*lines, "# read_only = true   # offers and sends no action on this account"]


def token_place(text: str) -> dict[str, Any]:
    """`env:NAME`, `file:PATH`, `keyring:NAME`, `command:WORDS`, or a variable's name alone, as the file says it.

    Raises:
        UsageError: It is none of them; a token itself is not written down.
    """
    kind, colon, rest = text.partition(":")
    if not colon and _VARIABLE.fullmatch(text):
        kind, rest = "env", text
    if kind not in _TOKENS or not rest:
        raise UsageError(
            "no token is written down itself; say where it is: env:NAME, file:PATH, keyring:NAME or command:WORDS"
        )
    if kind == "command":
        try:
            return {"command": shlex.split(rest)}
        except ValueError as error:
            raise UsageError(f"command: {error}") from None
    return {kind: str(Path(rest).expanduser()) if kind == "file" else rest}


def token_variables(environment: Mapping[str, str], hints: Sequence[str]) -> list[str]:
    """Variables that may hold a token, by their names alone; those that name a hint (`cgc`) come first."""
    found = [name for name, value in environment.items() if _NAMED_SO.search(name) and len(value) >= _SHORTEST]
    wanted = [hint.upper().replace("-", "_") for hint in hints if hint]

    def place(name: str) -> tuple[bool, str]:
        return (not any(hint in name for hint in wanted), name)

    return sorted(found, key=place)


def keep_token(config: Path, name: str, text: str) -> dict[str, Any]:
    """Put a token that was pasted into a file beside the configuration that only its owner can read.

    Raises:
        ConfigError: It is not a token, or the file cannot be written.
    """
    token = checked_token(text, "what was pasted")
    path = config.with_name(f"{name}.token")
    try:
        path.unlink(missing_ok=True)  # a file that is there keeps its mode
        write_whole(path, token.reveal().encode() + b"\n")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from None
    return {"file": str(path)}


class AccountFile:
    """The configuration file, as far as accounts stand in it.

    Raises:
        ConfigError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.text = path.read_text("utf-8") if path.exists() else ""
            self._accounts: Any = tomlkit.parse(self.text).get("accounts") or {}
        except (OSError, ValueError, TOMLKitError) as error:
            raise ConfigError(f"{path} cannot be read, so nothing was changed: {error}") from None

    @property
    def found(self) -> list[str]:
        """Accounts of official tools, which are used only while none is configured."""
        return [account.name for account in self._loaded() if account.found]

    def with_account(self, new: NewAccount) -> str:
        """The text with one more account.

        Raises:
            UsageError: There is one of that name.
        """
        if new.called in self._accounts:
            raise UsageError(f"there is an account {new.called} already; give another NAME, or remove it first")
        return self.text.rstrip() + ("\n\n" if self.text.strip() else "") + "\n".join(new.lines()) + "\n"

    def renamed(self, old: str, new: str) -> str:
        """The text with another name for an account; comments and order stay.

        Raises:
            UsageError: There is no such account, or one of the new name; or its table has no line of its own.
        """
        self._must_have(old)
        NewAccount("", name=new).called  # noqa: B018  it raises
        if new in self._accounts:
            raise UsageError(f"there is an account {new} already; choose another name")
        quoted = rf"""(?:"{re.escape(old)}"|'{re.escape(old)}'|{re.escape(old)})"""
        header = re.compile(rf"^(\s*\[\s*accounts\s*\.\s*){quoted}(?=\s*[\].])", re.M)
        changed, count = header.subn(rf"\g<1>{_key(new)}", self.text)
        if not count:
            raise UsageError(
                f"{self.path} does not name {old} in a line of its own ([accounts.{old}]); rename it there"
            )
        return changed

    def without(self, name: str) -> str:
        """The text without an account.

        Raises:
            UsageError: There is no such account.
        """
        self._must_have(name)
        document = tomlkit.parse(self.text)
        accounts: Any = document["accounts"]
        del accounts[name]
        return tomlkit.dumps(document)

    def checked(self, text: str) -> Settings:
        """The settings as they would be with this text.

        Raises:
            ConfigError: It could not be used; nothing is left behind.
        """
        trial = self.path.with_name(f".{self.path.name}.trial")
        try:
            write_whole(trial, text.encode())
            settings = load(trial)
        except ConfigError as error:
            raise ConfigError(f"{error}; nothing was changed".replace(str(trial), str(self.path))) from None
        except OSError as error:
            raise ConfigError(f"{self.path} cannot be written: {error.strerror or error}") from None
        finally:
            trial.unlink(missing_ok=True)
        if settings.errors:
            raise ConfigError(f"{settings.errors[0]}; {self.path} was not changed".replace(str(trial), str(self.path)))
        return settings

    def write(self, text: str) -> None:
        """Replace the file.

        Raises:
            ConfigError: It cannot be written.
        """
        try:
            write_whole(self.path, text.encode())
        except OSError as error:
            raise ConfigError(f"{self.path} cannot be written: {error.strerror or error}") from None

    def _must_have(self, name: str) -> None:
        if name in self._accounts:
            return
        found = next((a for a in self._loaded() if a.name == name and a.found), None)
        if found is not None:
            raise UsageError(f"{name} was found ({found.token}) and stands in no file of ours; change it there")
        raise UsageError(f"there is no account {name} in {self.path}; there are {', '.join(self._accounts) or 'none'}")

    def _loaded(self) -> tuple[Account, ...]:
        try:
            return load(self.path if self.path.exists() else None).accounts
        except TuiError:
            return ()


def _key(name: str) -> str:
    """A name as TOML writes it in a header."""
    return json.dumps(name) if "." in name else name
