"""Where the layers are plugged together: settings become accounts, accounts become a deck."""

import io
import os
import sys
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from tui.cli import environment
from tui.cli.event_loop import run_command
from tui.cli.exit_codes import NoAccount
from tui.cli.filters import Moment
from tui.cli.output import say
from tui.clock import Clock, SystemClock
from tui.domain.errors import UsageError
from tui.domain.task import TaskRef
from tui.platforms.protocols import PATIENCE, Connection, Platform
from tui.settings import Account, Settings, load, paths
from tui.settings.model import Display
from tui.settings.secrets import Vault, renewal
from tui.settings.zones import zone_of
from tui.store.acknowledged import Seen
from tui.store.actions.journal import Journal
from tui.store.actions.plan import TYPED_OVER
from tui.store.cache.database import Cache
from tui.store.deck import AccountHandle, Deck
from tui.store.history.database import History

__all__ = ["Session", "handle"]

_SLOW_FPS = "4"
"""Drawings a second over a slow link."""
_LONG_PATIENCE = 20.0
"""Seconds until a rate limit's end that each read of a command waits: within the deadline of a read."""


def _connect(account: Account, clock: Clock, transport: Callable[[], Any], patience: float, vault: Vault) -> Platform:
    # Here, and not above: the adapters bring httpx and pydantic with them.
    from tui.platforms.registry import connect

    return connect(
        account.platform,
        Connection(
            account=account.name,
            url=account.url,
            token=None if account.token is None else vault.token(account.token),
            projects=account.projects,
            read_only=account.read_only,
            ca_file=account.ca_file,
            proxy=account.proxy,
            web_url=account.web_url,
            secrets=vault.tokens,
            patience=patience,
            options=account.options,
        ),
        clock=clock,
        transport=transport(),
    )


def handle(
    account: Account, clock: Clock, transport: Callable[[], Any] = lambda: None, *, patience: float = PATIENCE,
    vault: Vault | None = None,
) -> AccountHandle:  # fmt: skip
    """The account as the deck takes it; nothing is read or opened yet. A read waits `patience` for a rate limit's end.

    `transport` is called when the account is opened, in the thread that opens it; what it gives leads to the platform,
    and None is the network. `vault` holds the tokens of all configured accounts.
    """
    return AccountHandle(
        name=account.name,
        platform=account.platform,
        url=account.url,
        origin=account.origin,
        place=account.place,
        renewal=renewal(account.token),
        least_interval=0.0 if account.refresh is None else account.refresh.total_seconds(),
        connect=partial(_connect, account, clock, transport, patience, vault or Vault([account.token])),
        read_only=account.read_only,
    )


def _kept(path: Path, prefix: str, accounts: Sequence[str]) -> Collection[TaskRef]:
    """What the interface kept on disk of ids that begin so."""
    with Cache(path) as cache:
        return cache.beginning(prefix, accounts)


@dataclass(frozen=True, slots=True)
class Session:
    """The options that stand everywhere, and what is made of them."""

    config: Path | None = None
    accounts: tuple[str, ...] = ()
    """Only these; empty for all."""
    read_only: bool = False
    demo: bool = False
    partial: bool = False
    """Rows of an account that could not be read completely are printed too."""
    plain: bool = False
    """The interface is numbered lines, without the alternate screen."""
    ascii: bool = False
    """Nothing but ASCII is written."""
    color: str | None = None
    """One of `COLORS`; None leaves it to the environment and the settings."""
    slow_link: bool = False
    """Draw rarely and without a preview."""
    no_mouse: bool = False
    """The mouse is the terminal's."""
    header: bool = True
    """Tables and csv begin with the names of their columns."""
    end: str = "\n"
    """What stands behind each reference of `-o name`."""
    ends_process: bool = False
    """We are the process's own program and may end it."""
    transport: Any = None
    """Leads to the platforms; None is the network. A test gives another."""
    clock: Clock = field(default_factory=SystemClock)
    make_deck: Callable[..., Deck] = Deck
    """Builds the deck; a test gives another."""

    def __post_init__(self) -> None:
        """Let the options hold for everything that our own process writes."""
        if not self.ends_process:
            return
        if self.ascii:
            for stream in (sys.stdout, sys.stderr):
                if isinstance(stream, io.TextIOWrapper):
                    stream.reconfigure(encoding="ascii", errors="replace")
        if self.color is not None:
            os.environ["TASKDECK_COLOR"] = self.color
        if self.slow_link:
            os.environ.update(TASKDECK_REDUCED_MOTION="1", TEXTUAL_FPS=_SLOW_FPS)

    def _shown(self, display: Display) -> Display:
        """How it looks, as the options want it."""
        if self.ascii:
            display = replace(display, ascii="always")
        if self.no_mouse:
            display = replace(display, mouse="never")
        return replace(display, preview=False) if self.slow_link else display

    def settings(self) -> Settings:
        """The settings with the options applied, checked and their notices said.

        Raises:
            ConfigError: They cannot be used.
            UsageError: `--account` names one that is not there.
        """
        environment.check()
        if self.demo:
            from tui.cli.demo import demo_accounts

            return Settings(
                path=paths.config_file()[0], accounts=self._selected(demo_accounts()), display=self._shown(Display())
            )
        settings = load(self.config)
        for line in (*settings.notices, *settings.errors):
            say(line)
        accounts = self._selected(settings.accounts, safe=settings.safety.read_only)
        if found := [f"{a.name} ({a.token})" for a in accounts if a.found]:
            say(f"{paths.config_file(self.config)[0]} names no account; found: {', '.join(found)}")
        sources = tuple(account.token for account in settings.accounts)
        return replace(settings, accounts=accounts, sources=sources, display=self._shown(settings.display))

    def _selected(self, accounts: tuple[Account, ...], *, safe: bool = False) -> tuple[Account, ...]:
        names = [a.name for a in accounts]
        for name in self.accounts:
            if name not in names:
                raise UsageError(f"there is no account {name}; there are {', '.join(names) or 'none'}")
        return tuple(
            replace(a, read_only=a.read_only or self.read_only or safe)
            for a in accounts
            if not self.accounts or a.name in self.accounts
        )

    @asynccontextmanager
    async def deck(
        self, settings: Settings, *, screen: bool = False, history: History | None = None
    ) -> AsyncIterator[Deck]:
        """The deck over the accounts, closed at the end; what its store sees is noted in the `history`.

        Actions of an earlier run whose outcome nobody knows are named, with what the platform shows of them now; a
        `screen` shows them itself.

        Raises:
            NoAccount: There is none.
        """
        if not settings.accounts:
            raise NoAccount
        # A screen shows until when it is held back, and looks again automatically; a command has nothing else to do.
        patience = PATIENCE if screen else _LONG_PATIENCE
        vault = Vault(settings.sources or [account.token for account in settings.accounts])
        handles = [
            handle(a, self.clock, partial(self._transport, a.name), patience=patience, vault=vault)
            for a in settings.accounts
        ]
        more: dict[str, Any] = {}
        if screen and not self.demo:
            more["cache"] = Cache(paths.cache_dir() / "tasks.db")
            more["seen"] = self._seen()
        elif not self.demo and (kept := paths.cache_dir() / "tasks.db").exists():
            more["kept"] = partial(_kept, kept)
        if history is not None:
            more["history"] = history
        if settings.safety.count_above != TYPED_OVER:
            more["count_above"] = settings.safety.count_above
        async with self.make_deck(handles, clock=self.clock, journal=self.journal(), **more) as deck:
            unknowns = deck.actions.unknowns
            for unknown in () if screen else await unknowns.seen(unknowns.left(), {a.name for a in settings.accounts}):
                say(f"{unknown}" if unknown.outcome else f"{unknown}; look at it before you repeat it")
            yield deck

    def _transport(self, account: str) -> Any:
        if not self.demo:
            return self.transport
        # Called by the thread that opens an account: making a world must not hold the first paint.
        from tui.cli.demo import demo_transport

        return demo_transport(account)

    def _seen(self) -> Seen:
        return Seen() if self.demo else Seen.read(paths.data_dir() / "triage.json")

    def history(self, settings: Settings) -> History:
        """What was seen of tasks by all runs; of a demo, in memory."""
        path = None if self.demo else paths.data_dir() / "history.db"
        return History(path, keep=settings.history.keep, largest=settings.history.megabytes * 1024 * 1024)

    def journal(self) -> Journal:
        """Every action ever sent. What a demo does happens nowhere, so it is not noted for longer than it runs."""
        return Journal(None if self.demo else paths.data_dir() / "journal", why_none="this is a demo")

    def moment(self, settings: Settings) -> Moment:
        """What a filter is asked with, now."""
        return Moment(self.clock.now(), zone_of(settings.display.zone), self.config, self._seen())

    def run(self, main: Coroutine[Any, Any, int]) -> int:
        """Run a command to its exit code."""
        return run_command(main, ends_process=self.ends_process)
