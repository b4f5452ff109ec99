"""The accounts that the official SDKs and tools would use, so that who has one of them starts with no set-up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tui.domain.errors import ConfigError
from tui.domain.token import Token
from tui.platforms.account import Reach, checked_url
from tui.platforms.door import PLATFORMS
from tui.platforms.network import Proxy
from tui.settings.files import read_private
from tui.settings.model import Account
from tui.settings.secrets import HeldToken, checked

__all__ = ["Found", "discover"]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and what was found unfit."""

    accounts: tuple[Account, ...] = ()
    """Names are unique; an address and token that were found twice count once."""
    warnings: tuple[str, ...] = ()
    """Files that others can read, with the `chmod`."""
    errors: tuple[str, ...] = ()
    """Files and variables that cannot be used, and why."""


class _Finder:
    """Collects accounts in the order of their places."""

    def __init__(self) -> None:
        self.accounts: list[Account] = []
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self._known: set[tuple[str, Token]] = set()

    def read(self, path: Path, *, foreign_dir: bool = False) -> str | None:
        """An official file's text; None where there is none or it cannot be trusted.

        `foreign_dir`: it lies in the working directory, which may be anybody's, so it is passed by with a warning only.
        """
        try:
            private = read_private(path, official=True)
        except FileNotFoundError:
            return None
        except ConfigError as error:
            (self.warnings if foreign_dir else self.errors).append(str(error))
            return None
        if private.exposed:
            self.warnings.append(private.exposed)
        return private.text

    def warn(self, text: str) -> None:
        """Tell of something that was passed by."""
        self.warnings.append(text)

    def fail(self, text: str) -> None:
        """Tell of a file or variable that cannot be used."""
        self.errors.append(text)

    def add_local(self, name: str, platform: str, reach: Reach, where: str) -> None:
        """Add an account that needs neither an address nor a token."""
        self.accounts.append(
            Account(self._free(name), platform, options=reach.options, address=reach.address, found=True, source=where)
        )

    def add(
        self, name: str, platform: str, url: str, token: str, where: str, *,
        proxy: Proxy | None = None, ca_file: Path | None = None,
    ) -> None:  # fmt: skip
        """Add an account, or say why not; a known address and token is the same account."""
        try:
            address = checked_url(url, where)
            held = HeldToken(checked(token, f"{where}: the token"), where)
        except ConfigError as error:
            self.errors.append(str(error))
            return
        if (address, held.token) in self._known:
            return
        self._known.add((address, held.token))
        plain_name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or platform
        self.accounts.append(
            Account(self._free(plain_name), platform, address, held, found=True, proxy=proxy, ca_file=ca_file)
        )

    def _free(self, name: str) -> str:
        taken = {a.name for a in self.accounts}
        return next(n for n in _numbered(name) if n not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


def discover() -> Found:
    """Look in every place the official tools look in, platform by platform in the order of the door."""
    finder = _Finder()
    for platform in PLATFORMS.values():
        if platform.discover is not None:
            platform.discover(finder)
    return Found(tuple(finder.accounts), tuple(finder.warnings), tuple(finder.errors))
