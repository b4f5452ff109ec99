"""Where tokens come from. A token never comes from an argument, and never leaves as anything but `Token`."""

import contextlib
import importlib
import os
import re
import selectors
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, assert_never

from tui.domain.errors import ConfigError
from tui.domain.text import plain
from tui.domain.token import Token
from tui.settings.files import named_path, read_private

__all__ = [
    "CommandToken",
    "EnvToken",
    "FileToken",
    "HeldToken",
    "KeyringToken",
    "TokenSource",
    "Vault",
    "checked",
    "read_token",
    "renewal",
    "token_source",
]

KEYRING_SECONDS = 3.0
"""A keyring that waits for somebody to unlock it is given up after this."""
COMMAND_SECONDS = 30.0
"""A command may ask for a passphrase in its own window."""
_MOST = 16_384
"""Bytes of a command's output; no token is longer."""
_LOOK = 0.05
"""Seconds between two looks whether the command has ended."""


@dataclass(frozen=True, slots=True)
class EnvToken:
    """An environment variable."""

    name: str

    def __str__(self) -> str:
        return f"environment variable {self.name}"


@dataclass(frozen=True, slots=True)
class FileToken:
    """A file that holds the token and nothing else."""

    path: Path

    def __str__(self) -> str:
        return f"file {self.path}"


@dataclass(frozen=True, slots=True)
class KeyringToken:
    """The system's keyring, by service name; the user name is the account's."""

    service: str
    user: str

    def __str__(self) -> str:
        return f"keyring entry {self.service}"


@dataclass(frozen=True, slots=True)
class CommandToken:
    """A program that prints the token."""

    command: tuple[str, ...]

    def __str__(self) -> str:
        return f"command {self.command[0]}"


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A token that stood in a file read already."""

    token: Token
    where: str
    """The file or variable, for a person."""

    def __str__(self) -> str:
        return self.where


def renewal(source: "TokenSource | None") -> str:
    """How a refused token is renewed where reading it again in this run would find the same; empty elsewhere."""
    match source:
        case EnvToken(name):
            return f"quit, export {name} with a new token, and start again: a running program keeps its environment"
        case HeldToken():
            return f"renew the token where it was found ({source}), quit, and start again: it is read at the start only"
    return ""


TokenSource: TypeAlias = EnvToken | FileToken | KeyringToken | CommandToken | HeldToken
"""`str(source)` says where the token is, never the token."""


def checked(text: str, where: str) -> Token:
    """The token in a text; a bad one is described, not shown (R6).

    Raises:
        ConfigError: It is empty, or no header could carry it.
    """
    stripped = text.strip()
    if not stripped:
        raise ConfigError(f"{where} is empty; a token is expected there")
    if (wrong := _wrapped(stripped)) is not None:
        raise ConfigError(f"{where} {wrong}; only the token itself is expected there")
    if any(c.isspace() for c in stripped):
        raise ConfigError(f"{where} holds more than one word; a token has no space inside")
    if not all("!" <= c <= "~" for c in stripped):
        raise ConfigError(f"{where} holds characters that are not printable ASCII; copy the token again")
    return Token(stripped)


_ASSIGNED = re.compile(
    r"(?:export\s+)?(?:[A-Z][A-Z0-9_]+\s*=|(?i:[\w-]*(?:token|key|secret|auth|password))\s*[=:])\s*\S"
)
_VARIABLE = re.compile(r"\$\{\w+\}|\$\(.*\)|\$[A-Za-z_]\w*|%\w+%|\{\{.*\}\}")


def _wrapped(text: str) -> str | None:
    """What a pasted token stands in, in words that do not show it; None where nothing is wrong with it."""
    quotes = "\"'`“”‘’"
    if text[0] in quotes or text[-1] in quotes:
        return "is in quotes, and they would be sent as part of it: take them out"
    if _VARIABLE.fullmatch(text):
        return "is the name of a variable that nothing has filled in: write its value, or { env = ... }"
    if text.lower().startswith(("bearer ", "basic ", "token ")):
        return "holds more than one word, and the first belongs to the header: leave it out"
    if _ASSIGNED.match(text):
        return "is an assignment (NAME=...): leave the name out"
    return None


def read_token(source: TokenSource) -> Token:
    """The token of a source, stripped and checked.

    Raises:
        ConfigError: There is none, or it cannot be read; the message names the source and what to do.
    """
    match source:
        case HeldToken():
            return source.token
        case EnvToken():
            if (value := os.environ.get(source.name)) is None:
                raise ConfigError(f"{source} is not set; set it to the account's token")
            return checked(value, str(source))
        case FileToken():
            try:
                return checked(read_private(source.path).text, str(source))
            except FileNotFoundError:
                raise ConfigError(f"{source} does not exist; write the token into it, mode 0600") from None
        case KeyringToken():
            return checked(_from_keyring(source), str(source))
        case CommandToken():
            return checked(_from_command(source), str(source))
        case _:
            assert_never(source)


class Vault:
    """The tokens of all configured accounts: read once each, so that a text of one account is searched for all."""

    def __init__(self, sources: Iterable["TokenSource | None"]) -> None:
        self._sources = [source for source in sources if source is not None]
        self._read: dict[TokenSource, Token] = {}
        """As last read. What costs nothing (variables, files) is read for the search, too; no program or keyring is
        asked for it."""

    def token(self, source: TokenSource) -> Token:
        """`read_token`, remembered for the search only: every call reads anew."""
        token = self._read[source] = read_token(source)
        return token

    def tokens(self) -> tuple[Token, ...]:
        """Those that are known."""
        for source in self._sources:
            if source not in self._read and isinstance(source, EnvToken | FileToken | HeldToken):
                with contextlib.suppress(ConfigError):
                    self.token(source)
        return tuple(self._read.values())


def _from_keyring(source: KeyringToken) -> str:
    try:
        keyring: Any = importlib.import_module("keyring")
    except ImportError:
        raise ConfigError(f"{source} cannot be read: install taskdeck with the extra `keyring`") from None
    answers: list[str | None] = []
    failures: list[str] = []

    def ask() -> None:
        try:
            answers.append(keyring.get_password(source.service, source.user))
        except Exception as error:  # back ends raise whatever their bus or file raises
            failures.append(type(error).__name__)

    thread = threading.Thread(target=ask, daemon=True, name="keyring")
    thread.start()
    thread.join(KEYRING_SECONDS)
    if answers and answers[0] is not None:
        return answers[0]
    why = failures[0] if failures else "no such entry" if answers else f"no answer within {KEYRING_SECONDS:.0f} s"
    raise ConfigError(f"{source} cannot be read: {why}")


def _from_command(source: CommandToken) -> str:
    try:
        # No shell, so no word of the list is ever anything but an argument. Its errors are kept off the terminal, where
        # our screen may be by now; who asks for a passphrase opens the terminal itself.
        process = subprocess.Popen(
            source.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL in a word
        why = error.strerror if isinstance(error, OSError) else "a word of it cannot be an argument"
        raise ConfigError(f"{source} cannot be started: {why}") from None
    try:
        said, complained = _output(process, source)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
    if process.returncode:
        last = (complained.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
        why = f": {plain(last, 200)}" if last else ""
        raise ConfigError(f"{source} ended with status {process.returncode}{why}")
    return said.decode("ascii", "replace")


def _output(process: "subprocess.Popen[bytes]", source: CommandToken) -> tuple[bytes, bytes]:
    """What it prints on both its outputs until it has ended; a process that it left behind may keep them open."""
    assert process.stdout is not None
    assert process.stderr is not None
    data = {process.stdout.fileno(): b"", process.stderr.fileno(): b""}
    end = time.monotonic() + COMMAND_SECONDS
    with selectors.DefaultSelector() as waiting:
        for pipe in data:
            waiting.register(pipe, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(0.0 if (ended := process.poll() is not None) else _LOOK)
            for key, _ in ready:
                part = os.read(key.fd, _MOST)
                if not part:
                    waiting.unregister(key.fd)
                data[key.fd] = (data[key.fd] + part)[: _MOST + 1]
            if len(data[process.stdout.fileno()]) > _MOST:
                raise ConfigError(f"{source} prints more than a token")
            if ended and not ready:
                break
            if time.monotonic() > end:
                raise ConfigError(f"{source} did not end within {COMMAND_SECONDS:.0f} s")
    try:
        process.wait(max(0.0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise ConfigError(f"{source} did not end within {COMMAND_SECONDS:.0f} s") from None
    return data[process.stdout.fileno()], data[process.stderr.fileno()]


def token_source(value: object, account: str, where: str, config: Path) -> TokenSource:
    """What `token = ...` of an account says.

    Args:
        value: As read from TOML: a table with one key, or the token itself.
        account: The account's name.
        where: The key, for messages.
        config: The configuration file, which has to be private if it holds a token.

    Raises:
        ConfigError: It is none of the known sources.
    """
    keys = set(value) if isinstance(value, Mapping) else set()
    subject = value if len(keys) <= 1 else None
    match subject:
        case {"env": str(name)} if name:
            return EnvToken(name)
        case {"file": str(path)} if path:
            return FileToken(named_path(path, where))
        case {"keyring": str(service)} if service:
            return KeyringToken(service, account)
        case {"command": [str(), *_] as command} if all(isinstance(w, str) for w in command):
            return CommandToken(tuple(command))
        case str() as text:
            read_private(config)
            return HeldToken(checked(text, where), f"{config}")
    named = f" (found {', '.join(sorted(map(str, keys)))})" if keys else ""
    raise ConfigError(
        f'{where} is not a token source{named}; write {{ env = "NAME" }}, {{ file = "PATH" }}, '
        '{ keyring = "SERVICE" } or { command = ["PROGRAM", "ARGUMENT"] }'
    )
