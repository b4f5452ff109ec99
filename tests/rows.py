"""A Qarnot cluster that shows given rows and nothing else, for commands and for the screen."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.support.app import Table
from tests.support.commands import Run, Screen
from tui.cli.main import main
from tui.cli.wiring import handle
from tui.domain.token import Token
from tui.platforms.http import asgi_transport
from tui.settings import Account, Settings
from tui.settings.model import Display
from tui.settings.secrets import HeldToken
from tui.store.actions.journal import Journal
from tui.store.deck import Deck
from tui.ui.app import TaskdeckApp

__all__ = ["NOW", "Rows", "uuid_of"]

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
_PLAIN: Mapping[str, Any] = {
    "profile": "docker-batch", "poolUuid": None, "jobUuid": None, "progress": 100.0, "state": "Success",
    "instanceCount": 1, "runningInstanceCount": 0, "runningCoreCount": 0, "executionTime": "00:01:00",
    "wallTime": "00:02:00", "maxRetriesPerInstance": 0, "creationDate": "2026-11-03T09:00:00Z",
    "endDate": "2026-11-03T10:00:00Z", "stateTransitionTime": "2026-11-03T10:00:00Z",
    "previousStateTransitionTime": "2026-11-03T09:30:00Z", "lastModified": "2026-11-03T10:00:00Z",
}  # fmt: skip
_URL = "http://127.0.0.1:8765/qarnot"


def uuid_of(name: str) -> str:
    """The id of the row of that name."""
    return str(uuid5(NAMESPACE_URL, name))


class _Clock:
    """Time stands still."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await _forever() if seconds > 1 else None


async def _forever() -> None:
    import asyncio

    await asyncio.Event().wait()


class Rows:
    """The cluster, its account `lab`, the command line over it and the interface over it."""

    def __init__(self, home: Path, rows: Sequence[Mapping[str, Any]]) -> None:
        self.tasks = []
        for row in rows:
            id_ = uuid_of(row["name"])
            self.tasks.append(dict(_PLAIN) | {"uuid": id_, "shortname": id_} | dict(row))
        self.config = home / "rows.toml"
        token = home / "rows.token"
        token.write_text("rows-token")
        token.chmod(0o600)
        self._account = f'[accounts.lab]\nplatform = "qarnot"\nurl = "{_URL}"\ntoken = {{ file = "{token}" }}\n'
        self.configure()

    def configure(self, extra: str = "") -> None:
        """The account, and more of the file."""
        self.config.write_text(self._account + extra)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """The platform, as far as lists, details and errors go."""
        message = await receive()
        body = json.loads(message.get("body") or b"null")
        path = scope["path"].removeprefix("/qarnot")
        answer: Any = None
        if path.endswith("/paginate"):
            data = self.tasks if path.startswith("/tasks") else []
            answer = {"data": data, "nextToken": None, "isTruncated": False}
        elif path == "/tasks/search":
            wanted = set(body["filter"]["values"])
            answer = [task for task in self.tasks if task["uuid"] in wanted]
        elif path in {"/tasks", "/tasks/summaries"}:
            answer = self.tasks
        elif path == "/info":
            answer = {}
        elif path.startswith("/tasks/"):
            answer = next((task for task in self.tasks if path == f"/tasks/{task['uuid']}"), None)
        status = 200 if answer is not None else 404
        head = {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        await send(head)
        await send({"type": "http.response.body", "body": json.dumps(answer or {}).encode()})

    def __call__(self, *words: str, terminal: bool = False) -> Run:
        """A command."""
        out, err = (Screen(), Screen()) if terminal else (StringIO(), StringIO())
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["--config", str(self.config), *words], transport=asgi_transport(self.app), clock=_Clock())
        return Run(code, out.getvalue(), err.getvalue())

    def names(self, *words: str) -> list[str]:
        """The names of the tasks that a filter finds, in the order of the list."""
        run = self("tasks", *words, "-o", "json")
        assert run.code == 0, run.err
        return [row["name"] for row in run.json]

    @asynccontextmanager
    async def screen(
        self, query: str = "", *, size: tuple[int, int] = (160, 48), zone: str = "utc", whole: bool = True
    ) -> AsyncIterator[Table]:
        """The interface, once the list is whole."""
        account = Account("lab", "qarnot", _URL, HeldToken(Token("rows-token"), "the test"))
        clock, transport = _Clock(), asgi_transport(self.app)
        settings = Settings(path=self.config, accounts=(account,), display=Display(zone=zone))
        async with Deck([handle(account, clock, lambda: transport)], clock=clock, journal=Journal(None)) as deck:
            app = TaskdeckApp(deck, settings, query=query)
            async with app.run_test(size=size) as pilot:
                table = Table(app, pilot, None)  # type: ignore[arg-type]
                if whole:
                    await table.until(lambda: all(f.complete for f in app.snapshot.feeds.values()), "the list")
                yield table
