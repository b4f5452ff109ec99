"""`doctor`: what machine, terminal, directories and accounts are like, line by line, and as one bundle."""

import asyncio
import locale
import os
import platform
import shutil
import stat
import sys
import time
from asyncio import Future
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tui import __version__
from tui.cli.exit_codes import Exit, exit_of, words_of, worst
from tui.cli.output import say
from tui.cli.wiring import Session
from tui.domain.errors import TuiError, UsageError
from tui.domain.redact import redacted
from tui.domain.text import plain
from tui.platforms.network import PROXIES, bundle, checked_proxy, proxy_for
from tui.platforms.protocols import HasSkew
from tui.settings import Account, Settings, paths, read_token
from tui.settings.files import write_whole
from tui.settings.looks import looks_of
from tui.settings.secrets import Vault
from tui.store.cache.database import Cache
from tui.store.deck import Deck
from tui.ui.terminal.clipboard import Clipboard

__all__ = ["as_they_answer", "doctor"]

_SKEWED = 30.0
"""Seconds by which the clocks may differ before it is worth a word of its own."""
_HELD_UP = 2.0
"""Seconds for which an account that answers waits for its turn in the order of the file."""
_Told = tuple[list[str], Exit]
"""The lines of an account, and what they mean for the exit code."""
_LOG = 64 * 1024
"""Bytes of the program's own log in a bundle."""


async def doctor(session: Session, target: Path | None) -> int:
    """Print a line a fact, the accounts as they answer; with `target` the same and more into one file without secrets.

    Raises:
        UsageError: The file cannot be written.
    """
    told = _Lines()
    for name, value in _machine():
        told.fact(name, value)
    settings = session.settings()
    for name, value in (*_terminal(settings), *_directories(session)):
        told.fact(name, value)
    codes = [Exit.USAGE] if settings.errors else []
    try:
        async with session.deck(settings) as deck:
            asked = [asyncio.ensure_future(_diagnosed(deck, account)) for account in settings.accounts]
            async for lines, code in as_they_answer(asked, _HELD_UP):
                told.write(lines)
                codes.append(code)
    finally:
        if target is not None:
            _write_bundle(target, told.text, settings)
    return worst(codes)


async def as_they_answer(asked: Sequence[Future[_Told]], patience: float) -> AsyncIterator[_Told]:
    """Each answer: in the order asked, until one is late by so many seconds; then those that are there go before it."""
    waiting = list(asked)
    while waiting:
        await asyncio.wait(waiting[:1], timeout=patience)
        ready = waiting[:1] if waiting[0].done() else [one for one in waiting if one.done()]
        if not ready:
            ready = list((await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED))[0])
        for one in ready:
            waiting.remove(one)
            yield one.result()


class _Lines:
    """What was printed so far."""

    def __init__(self) -> None:
        self.text = ""

    def fact(self, name: str, value: str) -> None:
        """One line."""
        self.write([f"{name}\t{plain(value)}"])

    def write(self, lines: list[str]) -> None:
        """Several at once; they are seen at once, too."""
        text = "".join(f"{line}\n" for line in lines)
        self.text += text
        sys.stdout.write(text)
        sys.stdout.flush()


def _machine() -> Iterator[tuple[str, str]]:
    yield "taskdeck", __version__
    yield "python", f"{platform.python_version()} on {platform.system()} {platform.release()}"
    language = next(
        (f"{name}={os.environ[name]}" for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), "-"
    )
    yield "locale", f"{language}, encoding {locale.getencoding()}"
    proxies = [
        str(checked_proxy(name, value))
        for upper in PROXIES
        for name in (upper.lower(), upper)
        if (value := os.environ.get(name))
    ]
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    yield "proxy", ", ".join(proxies) + (f"; not for {spared}" if spared else "") if proxies else "none"
    named = bundle()
    yield "certificates", str(named) if named else "those that come with the program"


def _terminal(settings: Settings) -> Iterator[tuple[str, str]]:
    """Size and looks as the interface would have them, and each way to a clipboard; nothing is sent to any of them."""
    size, looks = shutil.get_terminal_size(), looks_of(settings.display, os.environ)
    inside = [name for name, variable in (("tmux", "TMUX"), ("screen", "STY")) if os.environ.get(variable)]
    within = f" in {inside[0]}" if inside else ""
    yield "terminal", f"{os.environ.get('TERM', '-')} {size.columns}x{size.lines}{within}"
    depth = os.environ.get("COLORTERM", "") or "as TERM says"
    why = f" ({looks.origins['color']})" if "color" in looks.origins else ""
    yield "colour", f"off{why}" if not looks.color else f"{depth}, theme {looks.theme}{why}"
    yield "signs", "ASCII" if looks.ascii else "basic" if looks.basic else "Unicode"
    yield "remote", "ssh: drawn at most 4 times a second" if looks.calm else "no"
    board = Clipboard(settings.clipboard.via, os.environ, lambda _: None, paths.state_dir() / "clipboard.txt")
    yield "clipboard", "; ".join(f"{way}: {found}" for way, found in board.probed()) or "off"


def _directories(session: Session) -> Iterator[tuple[str, str]]:
    path, _ = paths.config_file(session.config)
    yield "config", f"{path}{'' if path.exists() else ' (does not exist yet)'}"
    places = {"data": paths.data_dir(), "cache": paths.cache_dir(), "state": paths.state_dir(), "log": paths.log_dir()}
    for name, place in places.items():
        yield name, f"{place} ({_rights(place)})"
    yield "journal", session.journal().failure or "can be written"
    kept = paths.cache_dir() / "tasks.db"
    if not kept.exists():
        yield "list on disk", "none yet"
        return
    with Cache(kept) as cache:
        yield "list on disk", cache.notice or f"{kept.stat().st_size:,} bytes, can be read"


def _rights(place: Path) -> str:
    """Whether a directory of ours can be used, and by whom."""
    there = place
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        return f"cannot be written: {there} is not a directory"
    if not os.access(there, os.W_OK | os.X_OK):
        return f"cannot be written: no right to write {there}"
    if there != place:
        return "will be made"
    mode = stat.S_IMODE(place.stat().st_mode)
    return "can be written" if not mode & 0o077 else f"can be written; others may look in ({mode:04o})"


async def _diagnosed(deck: Deck, account: Account) -> _Told:
    """One account: its ways, its token's place, whether the platform takes it, how fast, and how its clock stands."""
    mode = "read-only" if account.read_only else "read-write"
    lines = [f"account {account.name}\t{account.platform} {account.place} {mode}", *_ways(account)]
    if account.token is not None:
        try:
            await asyncio.to_thread(read_token, account.token)
        except TuiError as error:
            return [*lines, f"  token\t{plain(str(error))}"], exit_of(error)
        lines.append(f"  token\tread from {account.origin.removeprefix('found: ')}")
    started = time.monotonic()
    try:
        info = await deck.info(account.name)
    except TuiError as error:
        return [*lines, f"  reach\t{plain(words_of(error))}"], exit_of(error)
    milliseconds = 1000 * (time.monotonic() - started)
    who = f"answers as {info.user}" if info.user else "answers, and names no user"
    lines += [f"  reach\t{plain(who)}", f"  latency\t{milliseconds:.0f} ms for all that it tells of the account"]
    found = await deck.platform(account.name)
    if isinstance(found, HasSkew) and found.skew is not None:
        lines.append(f"  clock\t{_skew(found.skew)}")
    if found.budget is not None:
        lines.append(f"  budget\t{found.budget.remaining:,} requests left")
    for facts in info.sections.get("cluster", ()):
        lines += [f"  {name}\t{plain(str(value))}" for name, value in facts.items() if name != "user"]
    return lines, Exit.FINE


def _skew(seconds: float) -> str:
    """How the platform's clock stands to ours; answers carry whole seconds, and take a while."""
    if abs(seconds) <= _SKEWED:
        return "agrees with ours"
    ahead = "ahead of" if seconds > 0 else "behind"
    return f"{abs(seconds):,.0f} s {ahead} ours: ages, and waits for a limit's reset, are reckoned by the platform's"


def _ways(account: Account) -> list[str]:
    """What leads to an account, where that is not the straight way."""
    parts = urlsplit(account.url)
    if not parts.hostname:
        return []
    proxy = proxy_for(parts.scheme, parts.hostname, parts.port, account.proxy)
    lines = [] if proxy is None else [f"  proxy\t{proxy}"]
    return lines + ([] if account.ca_file is None else [f"  certificates\t{bundle(account.ca_file)}"])


def _write_bundle(target: Path, said: str, settings: Settings) -> None:
    """All that was said, the configuration and the end of the program's log, without secrets, for a bug report."""
    vault = Vault(settings.sources or [account.token for account in settings.accounts])
    parts = {"doctor": said, "config.toml": _text(settings.path), "log": _text(paths.log_dir() / "taskdeck.log")}
    reports = sorted(paths.report_dir().glob("*"))[-1:] if paths.report_dir().is_dir() else []
    parts |= {f"report {path.name}": _text(path) for path in reports}
    whole = "\n".join(f"# {title}\n\n```\n{text.rstrip()}\n```\n" for title, text in parts.items() if text)
    known = [token.reveal() for token in vault.tokens()]
    try:
        write_whole(target, redacted(whole, known).encode())
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror or error}") from None
    say(f"{target} holds all this, the configuration and the log without secrets; look through it before you send it")


def _text(path: Path) -> str:
    """The end of a file; empty where there is none."""
    try:
        data = path.read_bytes()[-_LOG:]
    except OSError:
        return ""
    return "\n".join(plain(line, 2000) for line in data.decode("utf-8", "replace").splitlines())
