"""The accounts that the official SDKs and tools would use, so that who has one of them starts with no set-up."""

import configparser
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tui.domain.errors import ConfigError
from tui.domain.token import Token
from tui.settings.addresses import DEFAULT_URLS, checked_url
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

    def add(self, name: str, platform: str, url: str, token: str, where: str) -> None:
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
        self.accounts.append(Account(self._free(plain_name), platform, address, held, found=True))

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
    """Look in every place the official tools look in, the files' accounts before those of variables."""
    finder = _Finder()
    _sevenbridges(finder)
    _qarnot(finder)
    if key := os.environ.get("ET_ENGINE_API_KEY"):
        finder.add("et-engine", "et-engine", DEFAULT_URLS["et-engine"], key, "environment variable ET_ENGINE_API_KEY")
    return Found(tuple(finder.accounts), tuple(finder.warnings), tuple(finder.errors))


def _ini(finder: _Finder, text: str, path: Path) -> configparser.RawConfigParser | None:
    # Raw: a token may hold a percent sign. Not strict: the SDKs take a section that comes twice.
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.Error:
        # The parser's own message quotes the line, which may be the token.
        finder.errors.append(f"{path} is no INI file; write [SECTION] and KEY = VALUE lines")
        return None
    return parser


def _sevenbridges(finder: _Finder) -> None:
    path = Path.home() / ".sevenbridges" / "credentials"
    text = finder.read(path)
    parser = None if text is None else _ini(finder, text, path)
    for section in parser.sections() if parser else ():
        values = parser[section] if parser else {}
        url, token = values.get("api_endpoint"), values.get("auth_token")
        if url and token:
            finder.add(section, "sevenbridges", url, token, f"{path} [{section}]")
        else:
            finder.warnings.append(f"{path}: [{section}] needs api_endpoint and auth_token; it is passed by")
    url, token = os.environ.get("SB_API_ENDPOINT"), os.environ.get("SB_AUTH_TOKEN")
    if url and token:
        where = "environment variables SB_API_ENDPOINT and SB_AUTH_TOKEN"
        finder.add("sb-env", "sevenbridges", url, token, where)


def _qarnot(finder: _Finder) -> None:
    default = DEFAULT_URLS["qarnot"]
    conf = Path("qarnot.conf")
    text = finder.read(conf, foreign_dir=True)
    parser = None if text is None else _ini(finder, text, conf)
    if parser is not None:
        token = parser.get("client", "token", fallback="") or parser.get("client", "auth", fallback="")
        # Its address goes with its own token only: whoever wrote the file must not be sent another's.
        if token:
            finder.add("qarnot", "qarnot", parser.get("cluster", "url", fallback="") or default, token, str(conf))
    cli = _qarnot_cli_file()
    text = None if cli is None else finder.read(cli, foreign_dir=not cli.is_absolute())
    if text is not None:
        pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        values = {key.strip(): value.strip() for key, value in pairs.items()}
        if token := values.get("token"):
            finder.add("qarnot", "qarnot", values.get("uri") or default, token, str(cli))
    if token := os.environ.get("QARNOT_CLIENT_TOKEN"):
        url = os.environ.get("QARNOT_CLUSTER_URL") or default
        finder.add("qarnot", "qarnot", url, token, "environment variable QARNOT_CLIENT_TOKEN")


def _qarnot_cli_file() -> Path | None:
    """The first that exists of the places the Qarnot command line looks in."""
    named = [os.environ.get("QARNOT_LOCAL_PATH"), os.environ.get("QARNOT_GLOBAL_PATH")]
    places = [*(Path(n) for n in named if n), Path(".Qarnot/cli.config"), Path.home() / ".Qarnot" / "cli.config"]
    return next((p for p in places if p.exists()), None)
