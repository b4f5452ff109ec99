"""Commands that help to set up: accounts, doctor, paths, keys, sandbox."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tui.cli.exit_codes import Exit, NoAccount, exit_of, words_of, worst
from tui.cli.output import say
from tui.cli.wiring import Session
from tui.domain.errors import TuiError, UsageError
from tui.domain.text import plain
from tui.settings import paths
from tui.settings.files import write_whole
from tui.store.deck import Deck
from tui.ui.keymap import ACTIONS

__all__ = ["list_accounts", "login", "print_keys", "print_paths", "sandbox", "test_accounts"]


def list_accounts(session: Session) -> int:
    """One line an account: name, platform, address, mode, where its token comes from."""
    settings = session.settings()
    if not settings.accounts:
        raise NoAccount
    for account in settings.accounts:
        mode = "read-only" if account.read_only else "read-write"
        sys.stdout.write("\t".join((account.name, account.platform, account.place, mode, account.origin)) + "\n")
    return Exit.USAGE if settings.errors else Exit.FINE


async def test_accounts(session: Session) -> int:
    """Ask every platform who we are there, all at once; the lines stand in the order of the accounts."""
    settings = session.settings()
    codes = []
    async with session.deck(settings) as deck:
        for asked in [asyncio.create_task(_test(deck, a.name)) for a in settings.accounts]:
            code, line = await asked
            sys.stdout.write(line)
            codes.append(code)
    return worst([*codes, Exit.USAGE if settings.errors else Exit.FINE])


async def _test(deck: Deck, account: str) -> tuple[Exit, str]:
    started = time.monotonic()
    try:
        info = await deck.info(account)
    except TuiError as error:
        return exit_of(error), f"{account}\tfailed\t{plain(words_of(error))}\n"
    milliseconds = 1000 * (time.monotonic() - started)
    return Exit.FINE, f"{account}\tok\t{info.user or '-'}\t{milliseconds:.0f} ms\n"


def print_paths(session: Session) -> int:
    """One line a place."""
    places = {
        "config": paths.config_file(session.config)[0],
        "data": paths.data_dir(),
        "journal": paths.data_dir() / "journal",
        "cache": paths.cache_dir(),
        "state": paths.state_dir(),
        "log": paths.log_dir(),
        "reports": paths.report_dir(),
    }
    sys.stdout.writelines(f"{name}\t{place}\n" for name, place in places.items())
    return Exit.FINE


def login(session: Session, name: str) -> int:
    """Run ssh in the foreground, which may ask; what it opens stays open for later calls.

    Raises:
        UsageError: The account is reached without ssh.
        ConfigError: The host is not a host name, or ssh is not installed.
    """
    from tui.platforms.ssh import login_words

    account = next((a for a in session.settings().accounts if a.name == name), None)
    host = name if account is None else account.options.get("host")
    if not host:
        raise UsageError(f"{name} is reached without ssh: there is nothing to log in to")
    code = subprocess.run(login_words(host), check=False).returncode
    if code:
        say(f"ssh to {host} ended with {code}")
        return Exit.LOGIN
    say(f"the connection to {host} is open")
    return Exit.FINE


def print_keys() -> int:
    """One line an action of the interface: screen, keys, command, what it does."""
    for action in ACTIONS:
        command = f":{action.command}" if action.command else ""
        sys.stdout.write("\t".join((action.screen, action.shown_keys, command, action.help)) + "\n")
    return Exit.FINE


_WRITTEN = "# written by taskdeck sandbox; the next one writes it anew"


def _write_config(path: Path, accounts: Sequence[Mapping[str, Any]]) -> None:
    """A configuration that names the sandbox's accounts, with their tokens: for its owner alone.

    Raises:
        UsageError: Somebody else's file is there, or it cannot be written.
    """
    lines = [_WRITTEN]
    for account in accounts:
        lines += ["", f"[accounts.{account['name']}]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in account.items() if key != "name"]
    try:
        if path.exists() and not path.read_text("utf-8").startswith(_WRITTEN):
            raise UsageError(f"{path} is there, and no sandbox wrote it; name another file")
        write_whole(path, ("\n".join(lines) + "\n").encode())
        path.chmod(0o600)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be written: {error}") from None


def sandbox(config: Path | None, **options: Any) -> int:
    """Serve the simulated platforms until ended; one JSON line says where they are, and `config` names the file that
    gets a configuration for them before that line is printed.

    Returns:
        The code of the signal that ended it.
    """
    from tui.sandbox.serve import SandboxOptions, run

    def announce(accounts: dict[str, Any]) -> None:
        if config is not None:
            _write_config(config, accounts["accounts"])
        sys.stdout.write(json.dumps(accounts) + "\n")
        sys.stdout.flush()

    try:
        ended_by = run(SandboxOptions(**options), announce)
    except (ValueError, OSError) as error:
        raise UsageError(f"sandbox: {error}") from None
    return Exit.FINE if ended_by is None else Exit(128 + ended_by)
