"""`accounts add`, `rename`, `remove` and `--quota`: accounts written into the configuration, and what they may use."""

import asyncio
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from tui.cli.exit_codes import Exit, exit_of, words_of, worst
from tui.cli.output import say, write_json
from tui.cli.wiring import Session
from tui.domain.errors import ConfigError, TuiError, UsageError
from tui.domain.export import flat
from tui.domain.text import plain
from tui.platforms.door import PLATFORMS
from tui.settings import Settings, load, paths
from tui.settings.files import write_whole

__all__ = ["Answers", "add", "print_quotas", "remove", "rename"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_TOKENS = {"env": "a variable", "file": "a file", "keyring": "a keyring entry", "command": "a command"}
Answers = dict[str, str | None]
"""`platform`, `environment`, `url`, `host`, `token` as given by options; None where it was not given."""


async def add(session: Session, name: str | None, given: Answers) -> int:
    """Ask what is not given, test the account, and write it into the configuration.

    Raises:
        UsageError: Something is missing and nobody can be asked, or cannot be used.
        ConfigError: The configuration cannot be read or written.
    """
    path = paths.config_file(session.config)[0]
    before = _read(path)
    platform = given["platform"] or await _ask("platform", f"Platform ({', '.join(PLATFORMS)})")
    if platform not in PLATFORMS:
        raise UsageError(f"{platform} is no platform; write one of {', '.join(PLATFORMS)}")
    name = name or platform
    if not _NAME.fullmatch(name):
        raise UsageError(f"{plain(name, 40)!r} is no name; use letters, digits, '-', '_' and '.'")
    values: dict[str, Any] = {"platform": platform}
    values |= {key: given[key] for key in ("environment", "url", "host") if given[key]}
    if "environment" in PLATFORMS[platform].keys and not {"environment", "url"} & set(values):
        values["environment"] = await _ask("environment", "Environment (us, eu, cn, cgc, cavatica, bdc)")
    if PLATFORMS[platform].needs_token:
        token = given["token"] or await _ask(
            "token", "Where the token is (env:NAME, file:PATH, keyring:NAME, command:...)"
        )
        values["token"] = _token(token)
    text = _with(before, name, values)
    settings = _checked(path, text)
    found = Settings(path=path, accounts=(), display=settings.display)
    mine = tuple(account for account in settings.accounts if account.name == name)
    try:
        async with replace(session, accounts=()).deck(replace(found, accounts=mine)) as deck:
            info = await deck.info(name)
    except TuiError as error:
        say(f"{words_of(error)}; {path} was not changed")
        return exit_of(error)
    lost = [account.name for account in _loaded(path) if account.found]
    _write(path, text)
    sys.stdout.write(f"{name}\tok\t{info.user or '-'}\t{path}\n")
    if lost:
        say(f"found accounts are used only while none is configured; add {', '.join(lost)} as well to keep them")
    return Exit.FINE


def rename(session: Session, old: str, new: str) -> int:
    """Give an account another name; comments and order stay."""
    path, text = _configured(session, old)
    if not _NAME.fullmatch(new):
        raise UsageError(f"{plain(new, 40)!r} is no name; use letters, digits, '-', '_' and '.'")
    if new in tomlkit.parse(text)["accounts"]:
        raise UsageError(f"there is an account {new} already; choose another name")
    header = re.compile(
        rf"""^(\s*\[\s*accounts\s*\.\s*)(?:"{re.escape(old)}"|'{re.escape(old)}'|{re.escape(old)})(?=\s*[\].])""", re.M
    )
    changed, count = header.subn(rf"\g<1>{json.dumps(new) if '.' in new else new}", text)
    if not count:
        raise UsageError(f"{path} does not name {old} in a line of its own ([accounts.{old}]); rename it there")
    _checked(path, changed)
    _write(path, changed)
    say(f"{old} is {new} now; the journal and the history keep the old name")
    return Exit.FINE


def remove(session: Session, name: str) -> int:
    """Take an account out of the configuration; its token stays where it is."""
    path, text = _configured(session, name)
    document = tomlkit.parse(text)
    accounts: Any = document["accounts"]
    del accounts[name]
    changed = tomlkit.dumps(document)
    _checked(path, changed)
    _write(path, changed)
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


async def _ask(option: str, question: str) -> str:
    """A line from the terminal.

    Raises:
        UsageError: Nobody can be asked, or the line is empty.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"--{option} is missing, and there is no terminal to ask on")
    sys.stderr.write(f"{question}: ")
    sys.stderr.flush()
    answer: str = (await asyncio.to_thread(sys.stdin.readline)).strip()
    if not answer:
        raise UsageError(f"nothing was typed; nothing was written. --{option} says it without a question")
    return answer


def _token(text: str) -> dict[str, Any]:
    kind, colon, rest = text.partition(":")
    if not colon and re.fullmatch(r"[A-Z][A-Z0-9_]*", text):
        kind, rest = "env", text
    if kind not in _TOKENS or not rest:
        raise UsageError(
            "no token is written down itself; say where it is: env:NAME, file:PATH, keyring:NAME or command:WORDS"
        )
    if kind == "command":
        import shlex

        return {"command": shlex.split(rest)}
    return {kind: str(Path(rest).expanduser()) if kind == "file" else rest}


def _with(text: str, name: str, values: dict[str, Any]) -> str:
    document = tomlkit.parse(text)
    accounts: Any = document.get("accounts")
    if accounts is not None and name in accounts:
        raise UsageError(f"there is an account {name} already; give another NAME, or remove it first")
    kind = next(iter(values["token"])) if "token" in values else None
    shown = {key: value for key, value in values.items() if key != "token"}
    header = json.dumps(name) if "." in name else name
    lines = [f"[accounts.{header}]", f"# {PLATFORMS[values['platform']].title}, added by: taskdeck accounts add"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in shown.items()]
    if kind is not None:
        lines.append(f"# the token is read from {_TOKENS[kind]} each time; it is not kept here")
        lines.append(f"token = {{ {kind} = {json.dumps(values['token'][kind])} }}")
    lines += ["# read_only = true   # offers and sends no action on this account"]
    return text.rstrip() + ("\n\n" if text.strip() else "") + "\n".join(lines) + "\n"


def _configured(session: Session, name: str) -> tuple[Path, str]:
    path = paths.config_file(session.config)[0]
    text = _read(path)
    accounts: Any = tomlkit.parse(text).get("accounts") or {}
    if name not in accounts:
        found = next((a for a in _loaded(path) if a.name == name and a.found), None)
        if found is not None:
            raise UsageError(f"{name} was found ({found.token}) and stands in no file of ours; change it there")
        raise UsageError(f"there is no account {name} in {path}; there are {', '.join(accounts) or 'none'}")
    return path, text


def _loaded(path: Path) -> tuple[Any, ...]:
    try:
        return load(path if path.exists() else None).accounts
    except TuiError:
        return ()


def _read(path: Path) -> str:
    try:
        text = path.read_text("utf-8") if path.exists() else ""
        tomlkit.parse(text)
    except (OSError, ValueError, TOMLKitError) as error:
        raise ConfigError(f"{path} cannot be read, so nothing was changed: {error}") from None
    return text


def _checked(path: Path, text: str) -> Settings:
    """The settings as they would be with this text.

    Raises:
        ConfigError: It could not be used; nothing is left behind.
    """
    trial = path.with_name(f".{path.name}.trial")
    try:
        write_whole(trial, text.encode())
        settings = load(trial)
    except ConfigError as error:
        raise ConfigError(f"{error}; nothing was changed".replace(str(trial), str(path))) from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        trial.unlink(missing_ok=True)
    if settings.errors:
        raise ConfigError(f"{settings.errors[0]}; {path} was not changed".replace(str(trial), str(path)))
    return settings


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from None
