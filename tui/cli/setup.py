"""Commands that help to set up: accounts, doctor, paths, completion."""

import asyncio
import json
import locale
import os
import platform
import shutil
import sys
from typing import Any

from tui import __version__
from tui.cli.exits import Exit, exit_of, worst
from tui.cli.grammar import COMMANDS, OPTIONS
from tui.cli.output import say
from tui.cli.wiring import Session
from tui.domain.errors import TuiError, UsageError
from tui.settings import paths, read_token
from tui.store.deck import Deck

__all__ = ["completion", "doctor", "list_accounts", "print_paths", "sandbox", "test_accounts"]


def list_accounts(session: Session) -> int:
    """One line an account: name, platform, address, where its token comes from."""
    settings = session.settings()
    for account in settings.accounts:
        mode = "read-only" if account.read_only else "read-write"
        sys.stdout.write("\t".join((account.name, account.platform, account.url, mode, account.origin)) + "\n")
    return Exit.USAGE if settings.errors else Exit.FINE


async def test_accounts(session: Session) -> int:
    """Ask every platform who we are there."""
    settings = session.settings()
    async with session.deck(settings) as deck:
        return worst(await asyncio.gather(*(_test(deck, a.name) for a in settings.accounts)))


async def _test(deck: Deck, account: str) -> Exit:
    try:
        info = await deck.info(account)
    except TuiError as error:
        sys.stdout.write(f"{account}\tfailed\t{error}\n")
        return exit_of(error)
    sys.stdout.write(f"{account}\tok\t{info.user or '-'}\n")
    return Exit.FINE


def print_paths(session: Session) -> int:
    """One line a place."""
    places = {
        "config": paths.config_file(session.config)[0],
        "data": paths.data_dir(),
        "cache": paths.cache_dir(),
        "state": paths.state_dir(),
        "log": paths.log_dir(),
        "reports": paths.report_dir(),
    }
    sys.stdout.writelines(f"{name}\t{place}\n" for name, place in places.items())
    return Exit.FINE


def doctor(session: Session) -> int:
    """What this machine and terminal are, and whether every account's token can be read."""
    size = shutil.get_terminal_size()
    facts = {
        "taskdeck": __version__,
        "python": platform.python_version(),
        "terminal": f"{os.environ.get('TERM', '-')} {size.columns}x{size.lines}",
        "encoding": locale.getencoding(),
        "colour": "off (NO_COLOR)" if os.environ.get("NO_COLOR") else os.environ.get("COLORTERM", "-"),
        "remote": "ssh" if os.environ.get("SSH_TTY") else "no",
    }
    sys.stdout.writelines(f"{name}\t{value}\n" for name, value in facts.items())
    settings = session.settings()
    code = Exit.USAGE if settings.errors else Exit.FINE
    for account in settings.accounts:
        try:
            read_token(account.token)
        except TuiError as error:
            sys.stdout.write(f"account {account.name}\t{error}\n")
            code = Exit.USAGE
        else:
            sys.stdout.write(f"account {account.name}\ttoken read from {account.token}\n")
    if not settings.accounts:
        say("no account; `taskdeck paths` says where config.toml is looked for")
    return code


def completion(shell: str) -> int:
    """A completion script for bash, zsh or fish."""
    words = " ".join((*COMMANDS, *OPTIONS))
    scripts = {
        "bash": f"complete -o default -W '{words}' taskdeck\n",
        "zsh": f"#compdef taskdeck\n_arguments '1:command:({words})' '*:file:_files'\n",
        "fish": "".join(f"complete -c taskdeck -n __fish_use_subcommand -a {w}\n" for w in COMMANDS)
        + "".join(f"complete -c taskdeck -l {o.removeprefix('--')}\n" for o in OPTIONS),
    }
    sys.stdout.write(scripts[shell])
    return Exit.FINE


def sandbox(**options: Any) -> int:
    """Serve the pretend platforms until ended; one JSON line says where they are."""
    from tui.sandbox.serve import SandboxOptions, run

    def announce(accounts: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(accounts) + "\n")
        sys.stdout.flush()

    try:
        run(SandboxOptions(**options), announce)
    except (ValueError, OSError) as error:
        raise UsageError(f"sandbox: {error}") from None
    return Exit.FINE
