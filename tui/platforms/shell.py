"""The one way to commands: on this machine, or over ssh on another (the second transport beside `http.py`).

Commands are lists of words and never pass through a shell's own reading: what a shell must read (ssh always hands one
to the other side) is quoted here. Every run has a deadline and a cap, and ends with its whole process group. ssh never
asks for a password: `BatchMode`, and one connection that calls share.
"""

import asyncio
import logging
import os
import re
import shlex
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Protocol
from weakref import WeakKeyDictionary

from tui.domain.errors import (
    PlatformDown,
    PlatformError,
    ReadOnly,
    Rejected,
    Sent,
    UnexpectedAnswer,
    Unreachable,
)
from tui.domain.text import plain

__all__ = [
    "CAP", "DEADLINE", "NOT_THERE", "CallRunner", "Command", "Fault", "Finished", "Judge", "Late", "LocalRunner",
    "Program", "Runner", "Shell", "collect",
]  # fmt: skip

log = logging.getLogger(__name__)

DEADLINE = 45.0
"""Seconds for a read with its repetition: a client waits 9 s for a controller that is down, `scontrol` 18 s."""
ACT_DEADLINE = 60.0
"""Seconds for an action, which is sent once."""
CAP = 64 << 20
"""Bytes of output that are taken: half a million jobs."""
_ERR_CAP = 64 << 10
_SSH_LINE = re.compile(
    r"^(Warning: Permanently added|\*\* WARNING|\*\* This session|\*\* The server|debug\d:|mux_client|"
    r"Shared connection to|ControlSocket )",
)
"""What ssh says that is not a failure."""
NOT_THERE = frozenset({126, 127})
"""Exit codes that say that there is no such program."""


@dataclass(frozen=True, slots=True)
class Command:
    """One program with its words, and what its environment needs to hold or to lack."""

    words: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    stdin: bytes = b""

    @property
    def name(self) -> str:
        """The program."""
        return self.words[0]


@dataclass(frozen=True, slots=True)
class Finished:
    """What a program left behind."""

    code: int
    """Its exit code; negative for a signal."""
    out: bytes = b""
    err: str = ""
    """Cleaned, without ssh's own notes."""

    @property
    def why(self) -> str:
        """Its last words, or its exit code."""
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        return plain(lines[-1], 400) if lines else f"exit {self.code} and no message"


class Fault(Exception):
    """The transport failed, so that nothing is known of the program."""

    def __init__(self, kind: type[PlatformError], why: str, *, sent: Sent, passing: bool = False) -> None:
        super().__init__(why)
        self.kind = kind
        self.sent = sent
        self.passing = passing
        """It may be gone at the next attempt."""


class Late(Exception):
    """A program did not end in time; the message is what it said last, after a colon, or nothing."""

    def __init__(self, so_far: Finished) -> None:
        super().__init__(f"; it said: {so_far.why}" if so_far.err.strip() else "")


class Runner(Protocol):
    """Runs one command to its end: here, over ssh, or (in the demo and in tests) in a small world of its own."""

    async def run(self, command: Command, deadline: float, cap: int) -> Finished:
        """Run it.

        Raises:
            Fault: It could not be run, or nobody knows how it ended.
        """
        ...


def _environment(command: Command, path: str | None) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in command.unset}
    env |= command.env
    if path:
        env["PATH"] = f"{path}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env


def _end(process: asyncio.subprocess.Process) -> None:
    """Kill the whole group: a client may have started others."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


async def collect(words: Sequence[str], env: Mapping[str, str], stdin: bytes, deadline: float, cap: int) -> Finished:
    """Run one program in a process group of its own.

    Raises:
        Late: It took longer than `deadline`.
        OSError: It cannot be started.
        Fault: It says more than `cap` bytes.
    """
    with tempfile.TemporaryFile() as errors:  # a file, since a connection that ssh leaves open would hold a pipe
        process = await asyncio.create_subprocess_exec(
            *words,
            env=dict(env),
            stdin=asyncio.subprocess.PIPE if stdin else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(deadline):
                out = await _output(process, stdin, cap)
                code = await process.wait()
        except TimeoutError:
            raise Late(Finished(0, b"", _words_of(errors))) from None
        finally:
            if process.returncode is None:
                _end(process)
                with suppress(Exception):
                    await process.communicate()
        return Finished(code, out, _words_of(errors))


async def _output(process: asyncio.subprocess.Process, stdin: bytes, cap: int) -> bytes:
    assert process.stdout is not None
    if process.stdin is not None:
        with suppress(ConnectionError):
            process.stdin.write(stdin)
            await process.stdin.drain()
        process.stdin.close()
    parts: list[bytes] = []
    held = 0
    while part := await process.stdout.read(1 << 16):
        parts.append(part)
        held += len(part)
        if held > cap:
            raise Fault(UnexpectedAnswer, f"the answer is larger than {cap >> 20} MB", sent=Sent.MAYBE)
    return b"".join(parts)


def _words_of(errors: IO[bytes]) -> str:
    """What it said on stderr, cleaned: the end of it, without ssh's notes."""
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - _ERR_CAP))
    text = errors.read().decode("utf-8", "replace").replace("\r", "")
    lines = [line for line in text.splitlines() if not _SSH_LINE.match(line)]
    return plain("\n".join(lines), lines=True)


class LocalRunner:
    """Programs of this machine."""

    def __init__(self, path: str | None = None) -> None:
        self._path = path
        """A folder that is searched before the others."""

    async def run(self, command: Command, deadline: float, cap: int) -> Finished:
        """Run it here."""
        try:
            env = _environment(command, self._path)
            return await collect(command.words, env, command.stdin, deadline, cap)
        except FileNotFoundError:
            return Finished(127, b"", f"{command.name}: command not found")
        except PermissionError:
            return Finished(126, b"", f"{command.name}: permission denied")
        except Late as late:
            why = f"{command.name} did not end within {deadline:.0f} s and was killed{late}"
            raise Fault(Unreachable, why, sent=Sent.MAYBE) from None
        except (OSError, ValueError) as error:
            raise Fault(Unreachable, f"{command.name} cannot be started: {error}", sent=Sent.NO) from None


Program = Callable[[Sequence[str], Mapping[str, str], bytes], tuple[int, bytes, bytes]]
"""Words, environment and input to exit code, output and messages: a program that is a function of this process."""


class CallRunner:
    """Programs that are functions of this process: the demo, and tests."""

    def __init__(self, program: Program) -> None:
        self._program = program

    async def run(self, command: Command, deadline: float, cap: int) -> Finished:
        """Call it in a thread: making a world must not hold the screen."""
        try:
            async with asyncio.timeout(deadline):
                code, out, err = await asyncio.to_thread(self._program, command.words, command.env, command.stdin)
        except TimeoutError:
            why = f"{command.name} did not end within {deadline:.0f} s and was killed"
            raise Fault(Unreachable, why, sent=Sent.MAYBE) from None
        return Finished(code, out, plain(err.decode("utf-8", "replace"), lines=True))


Judge = Callable[[Finished], "PlatformError | None"]
"""An adapter's reader of exit codes and messages: None where the answer is one."""


class _Lanes:
    """How many calls a host gets at once: a read of lists and accounting, a read of the open log, an action."""

    def __init__(self) -> None:
        self.read = asyncio.Lock()
        self.log = asyncio.Lock()
        self.act = asyncio.Lock()


_hosts: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _Lanes]]" = WeakKeyDictionary()


def _lanes(host: str) -> _Lanes:
    """The lanes of a host, shared by all accounts on it."""
    return _hosts.setdefault(asyncio.get_running_loop(), {}).setdefault(host, _Lanes())


class Shell:
    """One account's commands: who may run what, how often, and what a failure means."""

    def __init__(
        self,
        account: str,
        runner: Runner,
        *,
        host: str = "",
        read_only: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        deadline: float = DEADLINE,
    ) -> None:
        self.account = account
        self.host = host
        self._runner = runner
        self._read_only = read_only
        self._sleep = sleep
        self._deadline = deadline
        self.calls = 0
        """Commands run so far."""

    async def read(self, command: Command, *, doing: str, judge: Judge, lane: str = "read", cap: int = CAP) -> Finished:
        """A command that changes nothing: repeated once, within the same deadline, where the failure may pass.

        Raises:
            PlatformError: It failed.
        """
        async with getattr(_lanes(self.host), lane):
            begun = time.monotonic()
            try:
                return await self._judged(command, doing, judge, self._deadline, cap)
            except _Passing as first:
                left = self._deadline - (time.monotonic() - begun)
                if left < self._deadline / 2:
                    raise first.error from None
                log.info("%s: %s: once more: %s", self.account, doing, first.error.why)
                await self._sleep(1.0)
            try:
                return await self._judged(command, doing, judge, left, cap)
            except _Passing as second:
                raise second.error from None

    async def act(self, command: Command, *, doing: str, judge: Judge) -> Finished:
        """A command that changes something: run once, never repeated; refused on a read-only account.

        Raises:
            PlatformError: It failed; `sent` says what that proves.
        """
        if self._read_only:
            raise ReadOnly(self.account, doing, "the account is read-only here", sent=Sent.NO)
        async with _lanes(self.host).act:
            try:
                return await self._judged(command, doing, judge, ACT_DEADLINE, CAP)
            except _Passing as once:
                raise once.error from None

    async def _judged(self, command: Command, doing: str, judge: Judge, deadline: float, cap: int) -> Finished:
        begun = time.perf_counter()
        said = "failed"
        try:
            self.calls += 1
            finished = await self._runner.run(command, deadline, cap)
            said = f"exit {finished.code}, {len(finished.out):,} bytes"
        except Fault as fault:
            error = fault.kind(self.account, doing, plain(str(fault), 500), sent=fault.sent)
            raise (_Passing(error) if fault.passing else error) from None
        finally:
            where = f"{self.host}: " if self.host else ""
            words = plain(shlex.join(command.words), 300)
            log.info("%s%s %s %.0f ms", where, words, said, 1000 * (time.perf_counter() - begun))
        if finished.code in NOT_THERE and not finished.out:
            raise self._missing(command, doing, finished)
        if (refusal := judge(finished)) is not None:
            raise _Passing(refusal) if isinstance(refusal, PlatformDown) else refusal
        return finished

    def _missing(self, command: Command, doing: str, finished: Finished) -> PlatformError:
        where = f"on {self.host}" if self.host else "on this machine"
        why = f'{command.name} was not found {where}; name its folder in the account: path = "/opt/slurm/bin"'
        if finished.code == 126:
            why = f"{command.name} may not be run {where}"
        return Rejected(self.account, doing, why, sent=Sent.NO)


class _Passing(Exception):
    """This attempt failed in a way that may pass."""

    def __init__(self, error: PlatformError) -> None:
        super().__init__(str(error))
        self.error = error
