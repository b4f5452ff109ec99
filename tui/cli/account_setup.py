"""`accounts add`, `rename`, `remove` and `--quota`: accounts written into the configuration, and what they may use."""

import asyncio
import getpass
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tui.cli.confirm import can_ask
from tui.cli.exit_codes import Exit, exit_of, words_of, worst
from tui.cli.output import say, write_json
from tui.cli.wiring import Session
from tui.domain.errors import AuthRefused, ConfigError, TuiError, UsageError
from tui.domain.export import flat
from tui.domain.text import plain
from tui.platforms.door import PLATFORMS
from tui.settings import Settings, paths
from tui.settings.new_account import AccountFile, NewAccount, keep_token, token_place, token_variables

__all__ = ["Answers", "add", "add_tested", "print_quotas", "remove", "rename"]

_PASTE = "paste"
Answers = dict[str, str | None]
"""`platform`, `environment`, `url`, `host`, `token` as given by options; None where it was not given."""


async def add(session: Session, name: str | None, given: Answers) -> int:
    """Ask what is not given, test the account, and write it into the configuration.

    Raises:
        UsageError: Something is missing and nobody can be asked, or cannot be used.
        ConfigError: The configuration cannot be read or written.
    """
    file = AccountFile(paths.config_file(session.config)[0])
    new = await _asked(file, name, given)
    text = file.with_account(new)
    settings = file.checked(text)
    try:
        user = await _who(session, settings, new.called)
    except TuiError as error:
        say(f"{_why_not(error, new)}; {file.path} was not changed")
        return exit_of(error)
    lost = file.found
    file.write(text)
    sys.stdout.write(f"{new.called}\tok\t{user or '-'}\t{file.path}\n")
    if lost:
        say(f"found accounts are used only while none is configured; add {', '.join(lost)} as well to keep them")
    return Exit.FINE


async def add_tested(session: Session, new: NewAccount) -> None:
    """The same for a screen that has asked already.

    Raises:
        ConfigError: It cannot be written, or does not answer; the message says what to do next.
    """
    file = AccountFile(paths.config_file(session.config)[0])
    text = file.with_account(new)
    settings = file.checked(text)
    try:
        await _who(session, settings, new.called)
    except TuiError as error:
        raise ConfigError(_why_not(error, new)) from error
    file.write(text)


async def _who(session: Session, settings: Settings, name: str) -> str | None:
    """Ask the platform who we are there.

    Raises:
        TuiError: The token cannot be read, or the platform does not answer or refuses it.
    """
    found = Settings(path=settings.path, accounts=(), display=settings.display)
    mine = tuple(account for account in settings.accounts if account.name == name)
    async with replace(session, accounts=()).deck(replace(found, accounts=mine)) as deck:
        return (await deck.info(name)).user


def _why_not(error: TuiError, new: NewAccount) -> str:
    """What failed and what to do next, for an account that stands in no file yet."""
    if isinstance(error, AuthRefused):
        where = PLATFORMS[new.platform].token_at
        return f"{error}: the token is refused. Copy it anew from {where}, and see that the environment is right"
    return words_of(error)


async def _asked(file: AccountFile, name: str | None, given: Answers) -> NewAccount:
    """The answers: three questions at most, each with its choices by number."""
    titles = {key: entry.title for key, entry in PLATFORMS.items()}
    platform = given["platform"] or await _choose("platform", "Platform", titles)
    if platform not in PLATFORMS:
        raise UsageError(f"{platform} is not a platform; write one of {', '.join(PLATFORMS)}")
    entry = PLATFORMS[platform]
    values = {key: text for key in ("environment", "url", "host") if (text := given[key])}
    if entry.environments and not {"environment", "url"} & set(values):
        values["environment"] = await _choose("environment", "Environment", entry.environments)
    new = NewAccount(platform, values, name=name or "")
    if not entry.needs_token:
        return new
    if given["token"]:
        return replace(new, token=token_place(given["token"]))
    return replace(new, token=await _ask_token(file, new))


async def _ask_token(file: AccountFile, new: NewAccount) -> dict[str, Any]:
    """Where the token is; one that is pasted is read without showing it and kept in a file of its own."""
    candidates = token_variables(os.environ, (new.called, new.platform))
    default = f"; enter takes env:{candidates[0]}" if candidates else ""
    question = f"Where the token is (env:NAME, file:PATH, keyring:NAME, command:WORDS or {_PASTE}{default})"
    text = await _ask("token", question, default=f"env:{candidates[0]}" if candidates else "")
    if text != _PASTE:
        return token_place(text)
    return keep_token(file.path, new.called, await asyncio.to_thread(getpass.getpass, "Token (it is not shown): "))


async def _choose(option: str, question: str, choices: Any) -> str:
    """One of the choices, by its number or its word."""
    words: Sequence[str] = tuple(choices)
    if can_ask():
        for number, word in enumerate(words, 1):
            sys.stderr.write(f"  {number}  {word:<14}{choices[word]}\n")
    text = await _ask(option, f"{question} (1-{len(words)}, or the word)")
    return words[int(text) - 1] if text.isdecimal() and 0 < int(text) <= len(words) else text


async def _ask(option: str, question: str, *, default: str = "") -> str:
    """A line from the terminal.

    Raises:
        UsageError: Nobody can be asked, or the line is empty and there is no default.
    """
    if not can_ask():
        raise UsageError(f"--{option} is missing, and there is no terminal to ask on")
    sys.stderr.write(f"{question}: ")
    sys.stderr.flush()
    answer: str = (await asyncio.to_thread(sys.stdin.readline)).strip() or default
    if not answer:
        raise UsageError(f"nothing was typed; nothing was written. --{option} says it without a question")
    return answer


def rename(session: Session, old: str, new: str) -> int:
    """Give an account another name; comments and order stay."""
    file = AccountFile(paths.config_file(session.config)[0])
    text = file.renamed(old, new)
    file.checked(text)
    file.write(text)
    say(f"{old} is {new} now; the journal and the history keep the old name")
    return Exit.FINE


def remove(session: Session, name: str) -> int:
    """Take an account out of the configuration; its token stays where it is."""
    file = AccountFile(paths.config_file(session.config)[0])
    text = file.without(name)
    file.checked(text)
    file.write(text)
    say(f"{name} is no account any more; its token was not touched")
    return Exit.FINE


async def print_quotas(session: Session, *, as_json: bool) -> int:
    """What each account may use and does: limits, credits, billing groups; a line a fact or one object an account."""
    settings = session.settings()
    told: dict[str, Any] = {}
    codes = [Exit.USAGE] if settings.errors else []
    async with session.deck(settings) as deck:
        for name, asked in [(a.name, asyncio.create_task(deck.info(a.name))) for a in settings.accounts]:
            try:
                info = await asked
            except TuiError as error:
                say(words_of(error))
                codes.append(exit_of(error))
                continue
            sections = {t: [dict(row) for row in rows] for t, rows in info.sections.items() if t != "projects"}
            told[name] = {"user": info.user, **sections}
            if not as_json:
                _print(name, sections)
    if as_json:
        write_json(json.loads(json.dumps(told, default=str)), sys.stdout)
    return worst(codes)


def _print(account: str, sections: dict[str, list[dict[str, Any]]]) -> None:
    for title, rows in sections.items():
        for row in rows:
            facts = " ".join(
                f"{key}={plain(flat(_fact(value)), 200)}" for key, value in row.items() if value is not None
            )
            sys.stdout.write(f"{account}\t{title}\t{facts}\n")


def _fact(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | list | dict) else str(value)
