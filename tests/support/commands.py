"""Commands against the sandbox in this process, in a time that stands still until a command waits."""

import json
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from tests.support.clocks import WorldTime
from tui.cli.main import main
from tui.platforms.http import asgi_transport
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock
from tui.sandbox.faults import parse

START = datetime(2026, 11, 24, 16, tzinfo=UTC)
BASE = "http://127.0.0.1:8765"
REFRESH = '[refresh]\nvisible = "60s"\n'


class Screen(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def cells(self) -> list[list[str]]:
        """The lines of tsv."""
        return [line.split("\t") for line in self.lines]


@dataclass
class Answer:
    """What comes instead of the sandbox's own answer to calls that match."""

    method: str
    path: str
    """Part of the path."""
    status: int
    body: bytes = b'{"message": "a fault"}'
    headers: tuple[tuple[bytes, bytes], ...] = ((b"content-type", b"application/json"),)
    times: int = 1_000_000
    after: int = 0
    """So many calls are let through first."""
    executed: bool = False
    """The sandbox does what was asked before this answer is given."""


class World:
    """A sandbox, a configuration that names its accounts, and the command line."""

    def __init__(self, home: Path, *, platform: str = "sevenbridges", **options: Any) -> None:
        self.platform = platform
        """Only the accounts of this one are in the configuration."""
        self.clock = WorldClock(START, 0.0)
        self.sandbox = Sandbox(**({"tasks": 200} | options), clock=self.clock)
        self.calls: list[tuple[str, str]] = []
        """Method and path of every request."""
        self.queries: list[str] = []
        """Their query strings."""
        self.answers: list[Answer] = []
        self.home = home
        self.config = home / "taskdeck.toml"
        self.configure({a["name"]: {} for a in self.accounts})

    @property
    def accounts(self) -> list[dict[str, str]]:
        return [a for a in self.sandbox.accounts(BASE) if a["platform"] == self.platform]

    def configure(self, accounts: dict[str, dict[str, Any]], extra: str = REFRESH) -> None:
        """Name these of the sandbox's accounts, each with a token file and the changes asked for."""
        lines = []
        for account in self.accounts:
            if account["name"] not in accounts:
                continue
            token = self.home / f"{account['name']}.token"
            token.write_text(account["token"])
            token.chmod(0o600)
            values = {
                "platform": json.dumps(account["platform"]),
                "url": json.dumps(account["url"]),
                "token": f"{{ file = {json.dumps(str(token))} }}",
            }
            lines.append(f"[accounts.{account['name']}]")
            lines += [f"{key} = {value}" for key, value in (values | accounts[account["name"]]).items()]
        self.config.write_text("\n".join(lines) + "\n" + extra)

    def faults(self, spec: str) -> None:
        """Inject from now on."""
        self.sandbox.rules.rules = parse(spec)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls.append((scope["method"], scope["path"]))
        self.queries.append(scope["query_string"].decode())
        for answer in self.answers:
            if answer.method == scope["method"] and answer.path in scope["path"] and answer.times > 0:
                if answer.after > 0:
                    answer.after -= 1
                    continue
                answer.times -= 1
                if answer.executed:
                    await self.sandbox.app(scope, receive, _nowhere)
                await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
                await send({"type": "http.response.body", "body": answer.body})
                return
        await self.sandbox.app(scope, receive, send)

    @property
    def posts(self) -> list[str]:
        """Paths of the requests that can change something."""
        return [path for method, path in self.calls if method != "GET" and "/bulk/" not in path]

    @property
    def ledger(self) -> list[dict[str, Any]]:
        return list(self.sandbox.ledger.rows)

    def __call__(self, *words: str, terminal: bool = False) -> Run:
        out, err = (Screen(), Screen()) if terminal else (StringIO(), StringIO())
        with redirect_stdout(out), redirect_stderr(err):
            code = self.call(words)
        return Run(code, out.getvalue(), err.getvalue())

    def call(self, words: Sequence[str]) -> int:
        return main(
            ["--config", str(self.config), *words],
            transport=asgi_transport(self._app),
            clock=WorldTime(self.clock),
        )

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """The list as JSON."""
        done = self("tasks", *words, "-o", "json")
        assert done.code == 0, done.err
        return list(done.json)

    def ref(self, *words: str) -> str:
        """The first task that matches."""
        return str(self.rows(*words)[0]["ref"])


async def _nowhere(message: Any) -> None:
    return None
