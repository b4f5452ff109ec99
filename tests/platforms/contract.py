"""The desks of our own platforms for the contract suite: the sandbox behind a transport that can spoil answers."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.support.clocks import HeldClock
from tui.domain.errors import (
    AuthRefused,
    Forbidden,
    NotFound,
    PlatformDown,
    RateLimited,
    Rejected,
    Sent,
    UnexpectedAnswer,
    Unreachable,
)
from tui.domain.token import Token
from tui.platforms import http
from tui.platforms.http import asgi_transport
from tui.platforms.protocols import Connection, Platform
from tui.platforms.registry import connect
from tui.platforms.shell import Command, Fault, Finished
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock
from tui.testing import START, AdapterContract, Case
from tui.testing.contract import everything, first

__all__ = ["AdapterContract", "Case", "Desk", "ShellDesk", "Wire", "everything", "first"]

HTTP_FAULTS = {
    "401": (AuthRefused,),
    "403": (Forbidden, NotFound),
    "404": (NotFound,),
    "429": (RateLimited,),
    "500": (PlatformDown,),
    "503": (PlatformDown,),
    "html": (UnexpectedAnswer,),
    "empty": (UnexpectedAnswer,),
    "garbage": (UnexpectedAnswer,),
    "shape": (UnexpectedAnswer,),
    "cut": (UnexpectedAnswer,),
    "stall": (Unreachable,),
}
"""A status or a word of `Wire`, and the errors it stands for."""


Spoil = Callable[[str, str], str | int | None]
"""Method and path in; None lets the call pass, a number answers with that status, a word spoils the answer."""


class Wire:
    """The sandbox behind a wire on which calls are counted and can be struck."""

    def __init__(self, app: Any, spoil: Spoil | None = None) -> None:
        self._app = app
        self.spoil: Spoil = spoil or (lambda method, path: None)
        self.calls: list[tuple[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls.append((scope["method"], scope["path"]))
        fault = self.spoil(scope["method"], scope["path"])
        match fault:
            case None:
                await self._app(scope, receive, send)
            case int():
                await _answer(send, fault, b'{"message": "struck"}', b"application/json")
            case "stall":
                await asyncio.Event().wait()
            case "html":
                await _answer(send, 200, b"<html><body>log in</body></html>", b"text/html")
            case "empty":
                await _answer(send, 200, b"", b"application/json")
            case "garbage":
                await _answer(send, 200, b'\x00\xff{"not json', b"application/json")
            case "shape":
                await _answer(send, 200, b'"another shape"', b"application/json")
            case _:
                await _answer(send, 200, b'{"items": [{"id": "abc", "na', b"application/json")


async def _answer(send: Any, status: int, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


MANY = {"cgc": 144, "lab": 72, "et": 60}
"""Tasks of the accounts that cases look at, so many that every kind is among them."""


class Desk:
    """A world, the wire to it, and the way to open an account of it."""

    def __init__(self, case: Case, tasks: int | None = None) -> None:
        self.case = replace(case, faults=HTTP_FAULTS, act_faults=("503", "cut", "429"), passing="503")
        counts = MANY if tasks is None else {case.account: tasks}
        self.world = Sandbox(seed=3, tasks=counts, clock=WorldClock(START, 0.0), limit=100_000)
        self.wire = Wire(self.world.app)
        self.clock = HeldClock(START)
        found = next(a for a in self.world.accounts("http://127.0.0.1") if a["name"] == case.account)
        assert found["platform"] == case.platform
        self._url, self._token = found["url"], found["token"]
        self._stalls = False

    def open(self, *, read_only: bool = False, token: str | None = None) -> Platform:
        """The adapter as the registry makes it, not yet entered."""
        connection = Connection(self.case.account, self._url, Token(token or self._token), read_only=read_only)
        transport = asgi_transport(self.wire)
        defaults = http.ApiClient.__init__.__kwdefaults__
        usual = defaults["deadline"]
        try:
            if self._stalls:  # nothing else may meet a deadline, however busy the machine is
                defaults["deadline"] = 0.05
            return connect(self.case.platform, connection, clock=self.clock, transport=transport)
        finally:
            defaults["deadline"] = usual

    @property
    def calls(self) -> int:
        """Requests so far."""
        return len(self.wire.calls)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What the world was told to change."""
        rows: list[dict[str, Any]] = self.world.ledger.rows
        return rows

    @property
    def done(self) -> list[dict[str, Any]]:
        """What the world says it changed."""
        return [row for row in self.changes if row["outcome"] == "done"]

    def advance(self, seconds: float) -> None:
        """Let the world's time pass."""
        self.world.clock.advance(seconds)

    def spoil(self, fault: str | None) -> None:
        """Every call fails so."""
        self._stalls = fault == "stall"
        self.wire.spoil = lambda method, path: _word(fault)

    def spoil_acts(self, fault: str) -> list[object]:
        """Calls that change something fail so: not a GET, and not a POST that a list was read by before."""
        asked = {call for call in self.wire.calls if call[0] == "POST"}
        sent: list[object] = []

        def spoil(method: str, path: str) -> str | int | None:
            if method == "GET" or (method, path) in asked:
                return None
            sent.append((method, path))
            return _word(fault)

        self.wire.spoil = spoil
        return sent

    def spoil_once(self) -> list[object]:
        """The first answers of three paths are 503."""
        struck: list[object] = []

        def spoil(method: str, path: str) -> int | None:
            if len(struck) < 3 and (method, path) not in struck:
                struck.append((method, path))
                return 503
            return None

        self.wire.spoil = spoil
        return struck


def _word(fault: str | None) -> str | int | None:
    return int(fault) if fault is not None and fault.isdigit() else fault


SHELL_FAULTS = {
    "down": (PlatformDown,),
    "munge": (PlatformDown,),
    "refused": (AuthRefused,),
    "missing": (Rejected,),
    "no conf": (Rejected,),
    "stall": (Unreachable,),
    "garbage": (UnexpectedAnswer, Rejected),
    "cut": (UnexpectedAnswer, Rejected),
}
_SAID = {
    "down": (1, "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"),
    "munge": (1, "squeue: error: If munged is up, restart with --num-threads=10\nslurm_load_jobs error: Protocol "
                 "authentication error"),
    "missing": (127, "squeue: command not found"),
    "no conf": (1, "squeue: fatal: Could not establish a configuration source"),
}  # fmt: skip
_ACTS = {"scancel", "sbatch"}
_CHANGES = {"hold", "release", "requeue", "update"}


class ShellDesk:
    """The same for a platform that is reached by commands."""

    def __init__(self, case: Case, tasks: int = 120) -> None:
        self.case = replace(
            case, faults=SHELL_FAULTS, act_faults=("down", "stall", "cut"), passing="down", takes_token=False
        )
        self.world = Sandbox(seed=3, tasks={case.account: tasks}, clock=WorldClock(START, 0.0))
        self.clock = HeldClock(START)
        self.commands: list[tuple[str, ...]] = []
        self.strike: Callable[[Command], str | None] = lambda command: None

    def open(self, *, read_only: bool = False, token: str | None = None) -> Platform:
        """The adapter, not yet entered."""
        connection = Connection(self.case.account, read_only=read_only)
        return connect(self.case.platform, connection, clock=self.clock, transport=self)

    async def run(self, command: Command, deadline: float, cap: int) -> Finished:
        """As a runner does."""
        await asyncio.sleep(0)
        self.commands.append(command.words)
        fault = self.strike(command)
        if fault == "stall":
            raise Fault(Unreachable, f"{command.name} did not end and was killed", sent=Sent.MAYBE)
        if fault == "refused":
            raise Fault(AuthRefused, "ssh to login was refused", sent=Sent.NO)
        if fault in _SAID:
            code, err = _SAID[fault]
            return Finished(code, b"", err)
        code, out, said = self.world.slurm(command.words, command.env, command.stdin)
        if fault == "garbage":
            return Finished(0, b"\x00\xffno such answer", "")
        if fault == "cut":
            return Finished(0, out[: len(out) * 2 // 3 or 1] or b"x", "")
        return Finished(code, out, said.decode())

    @property
    def calls(self) -> int:
        """Commands so far."""
        return len(self.commands)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What the world was told to change."""
        rows: list[dict[str, Any]] = self.world.ledger.rows
        return rows

    @property
    def done(self) -> list[dict[str, Any]]:
        """What it did change."""
        return [row for row in self.changes if row["outcome"] == "done"]

    def advance(self, seconds: float) -> None:
        """Let time pass on both sides."""
        self.world.clock.advance(seconds)
        self.clock.passed += seconds

    def spoil(self, fault: str | None) -> None:
        """Every command fails so."""
        self.strike = lambda command: fault

    def spoil_acts(self, fault: str) -> list[object]:
        """Commands that change something fail so."""
        sent: list[object] = []

        def strike(command: Command) -> str | None:
            if command.name in _ACTS or _CHANGES & set(command.words[1:3]):
                sent.append(command.words)
                return fault
            return None

        self.strike = strike
        return sent

    def spoil_once(self) -> list[object]:
        """The first list and the first history say that the controller is down."""
        struck: list[object] = []

        def strike(command: Command) -> str | None:
            if command.name in struck:
                return None
            struck.append(command.name)
            return "down"

        self.strike = strike
        return struck
