"""An account as the configuration has it: what a platform reads of its table, and what it finds on this machine.

Settings read what all accounts have in common (name, token, projects); the rest belongs to the platform, whose entry in
`door.py` names a reader that gets the table through `Own` and answers with a `Reach`.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from tui.domain.errors import ConfigError
from tui.platforms.network import Proxy

__all__ = ["Finder", "Own", "Reach", "Snippet", "checked_url", "web_reach"]


@dataclass(frozen=True, slots=True)
class Reach:
    """How an account is reached."""

    url: str = ""
    """The API's base, without a trailing slash; empty where there is none."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What else the adapter is told (`Connection.options`)."""
    address: str = ""
    """Where that is, for a person; empty where `url` says it."""


@dataclass(frozen=True, slots=True)
class Own:
    """One account's table, read by names."""

    table: Mapping[str, Any]
    where: str
    """How messages call it: `config.toml: [accounts.hpc]`."""

    def text(self, key: str) -> str | None:
        """A text that is not empty; None where the key is not there.

        Raises:
            ConfigError: It is something else.
        """
        value = self.table.get(key)
        if value is not None and not (isinstance(value, str) and value):
            raise ConfigError(f"{self.where}: {key} is a text")
        return value

    def word(self, key: str) -> str | None:
        """A text that no command line can take for an option: no dash at its start, no control character.

        Raises:
            ConfigError: It is something else.
        """
        value = self.text(key)
        if value is not None and (value.startswith("-") or not value.isprintable()):
            raise ConfigError(f"{self.where}: {key} may not begin with a dash or hold control characters")
        return value

    def url(self, default: str | None = None) -> str:
        """The address under `url`, or the default.

        Raises:
            ConfigError: It is not the address of an API, or there is neither.
        """
        if url := self.text("url"):
            return checked_url(url, self.where)
        if default is None:
            raise ConfigError(f"{self.where} has no url; write https://HOST/PATH")
        return default


class Finder(Protocol):
    """Where a platform's entry puts the accounts that it finds on this machine."""

    def read(self, path: Path, *, foreign_dir: bool = False) -> str | None:
        """An official file's text; None where there is none or it cannot be trusted."""
        ...

    def warn(self, text: str) -> None:
        """Tell of something that was passed by."""
        ...

    def fail(self, text: str) -> None:
        """Tell of a file or variable that cannot be used, and why."""
        ...

    def add(
        self, name: str, platform: str, url: str, token: str, where: str, *,
        proxy: Proxy | None = None, ca_file: Path | None = None,
    ) -> None:  # fmt: skip
        """An account with an address and a token; with the proxy and the authorities that its file names."""
        ...

    def add_local(self, name: str, platform: str, reach: Reach, where: str) -> None:
        """An account that needs neither."""
        ...


@dataclass(frozen=True, slots=True)
class Snippet:
    """A line or program about one task for the clipboard."""

    word: str
    """`curl`, `python` (of the platform's SDK), or `native`: the platform's own command."""
    text: str


def checked_url(url: str, where: str) -> str:
    """An API base without its trailing slash; `http` only for this machine (R3).

    Raises:
        ConfigError: It is not such an address.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise ConfigError(f"{where}: url is not a web address") from None
    if parts.scheme not in {"https", "http"} or not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError(f"{where}: url is not a plain web address; write https://HOST/PATH")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ConfigError(f"{where}: url would send the token in clear text; write https://")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or as a number; `127.evil.example` is somebody's name."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def web_reach(own: Own, default: str | None = None) -> Reach:
    """An account of which only the address differs."""
    return Reach(own.url(default))
