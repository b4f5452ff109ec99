"""What can be configured: frozen values, each with a default and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tui.platforms.network import Proxy
from tui.settings.notify import Notify, Outward, WatchRule
from tui.settings.secrets import TokenSource

__all__ = ["GROUPS", "PLANNED", "Account", "Clipboard", "Display", "Refresh", "Remembered", "Safety", "Settings"]


@dataclass(frozen=True, slots=True)
class Account:
    """One set of credentials on one platform."""

    name: str
    """The short name the user chose: the first half of every reference."""
    platform: str
    """The platform's word in `platforms/door.py`."""
    url: str = ""
    """The API's base, without a trailing slash; `http` only for this machine. Empty where the platform has none."""
    token: TokenSource | None = None
    """Where the token is; it is read when the account is first used. None where the platform takes none."""
    projects: tuple[str, ...] = ()
    """Only these projects; empty for all."""
    read_only: bool = False
    """No action is offered or sent."""
    ca_file: Path | None = None
    """A private certificate authority (PEM)."""
    proxy: Proxy | None = None
    """The account's own, or that of an SDK's file, which the environment's goes before."""
    web_url: str | None = None
    """The platform's web interface, where it cannot be told from `url`."""
    found: bool = False
    """Not configured: an official tool's own account."""
    options: Mapping[str, str] = field(default_factory=dict)
    """The platform's own settings, as its entry read them."""
    address: str = ""
    """Where it is, for a person."""
    refresh: timedelta | None = None
    """The shortest time between two looks, whatever `Refresh` says."""
    source: str = ""
    """Where an account without a token was found."""

    @property
    def place(self) -> str:
        """Where it is, for a person: an address, a host."""
        return self.address or self.url

    @property
    def origin(self) -> str:
        """Where the account and its token come from, for a person."""
        where = self.source or ("no token" if self.token is None else str(self.token))
        return f"found: {where}" if self.found else where


@dataclass(frozen=True, slots=True)
class Refresh:
    """How often platforms are asked."""

    visible: timedelta = field(default=timedelta(seconds=5), metadata={"least": "2s"})
    """Between two looks at an account that is on the screen; 2s at least."""
    hidden: timedelta = field(default=timedelta(seconds=30), metadata={"least": "2s"})
    """Between two looks at an account that is not; 2s at least."""
    full: timedelta = field(default=timedelta(minutes=10), metadata={"least": "10m"})
    """Between two loads of a whole list; 10m at least."""


@dataclass(frozen=True, slots=True)
class Display:
    """How it looks."""

    theme: str = "auto"
    """A theme's name, or `auto` for one that fits the terminal."""
    color: str = field(default="auto", metadata={"choices": ("auto", "always", "never", "truecolor")})
    """When to use colour."""
    ascii: str = field(default="auto", metadata={"choices": ("auto", "always", "never")})
    """When to keep to ASCII."""
    glyphs: str = field(default="auto", metadata={"choices": ("auto", "full", "basic", "ascii")})
    """Which signs to draw with; `basic` keeps to what every font has, `auto` is `full` where the locale is UTF-8."""
    cursor: str = field(default="auto", metadata={"choices": ("auto", "chip", "band")})
    """How the row under the cursor stands out: its status in reverse, or a band as well; `auto` saves the band over
    SSH."""
    mouse: str = field(default="auto", metadata={"choices": ("auto", "always", "never")})
    """When to take the mouse; `auto` leaves it to the terminal over SSH."""
    title: bool = True
    """Write counts into the terminal's title."""
    preview: bool = True
    """Show the highlighted task beside the list where there is room."""
    zone: str = field(default="local", metadata={"zone": True})
    """The time zone of days and clocks: `local` (`TZ`, else the machine's own), `utc`, or a name: `Europe/Berlin`."""


@dataclass(frozen=True, slots=True)
class Safety:
    """What stands between a key and a mistake."""

    read_only: bool = False
    """No action on any account."""
    count_above: int = field(default=5, metadata={"least": 1})
    """More targets than this need their number typed."""


@dataclass(frozen=True, slots=True)
class Clipboard:
    """How texts are copied."""

    via: str = field(default="auto", metadata={"choices": ("auto", "osc52", "native", "tmux", "file", "off")})
    """The way to the clipboard; `auto` is OSC 52 over SSH, else the system's own tool."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is kept of tasks that were seen (`history.db`)."""

    keep: timedelta = field(default=timedelta(days=400), metadata={"least": "1d"})
    """How long what was seen of tasks is kept; 1d at least."""
    megabytes: int = field(default=256, metadata={"least": 1})
    """The largest size of the file; the oldest goes first."""


GROUPS: dict[str, type] = {
    "refresh": Refresh,
    "display": Display,
    "safety": Safety,
    "clipboard": Clipboard,
    "history": Remembered,
    "notify": Notify,
}
"""Tables of the file besides `accounts`."""

PLANNED: tuple[str, ...] = ()
"""Tables that are planned, not implemented yet."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the program was told, by file or by the official tools' own files."""

    path: Path
    """The configuration file; it need not exist."""
    accounts: tuple[Account, ...] = ()
    """In the order of the file."""
    sources: tuple[TokenSource | None, ...] = ()
    """Where the tokens of all accounts are, also of those that this run leaves out."""
    refresh: Refresh = Refresh()
    display: Display = Display()
    safety: Safety = Safety()
    clipboard: Clipboard = Clipboard()
    history: Remembered = Remembered()
    notify: Notify = field(default_factory=Notify)
    outward: Outward = field(default_factory=Outward)
    """The command and the webhook of `[notify]`."""
    watches: tuple[WatchRule, ...] = ()
    """What is worth telling."""
    notices: tuple[str, ...] = ()
    """What the user should know, in one line each: unknown keys, files that others can read."""
    errors: tuple[str, ...] = ()
    """Accounts that were found and cannot be used, in one line each."""
