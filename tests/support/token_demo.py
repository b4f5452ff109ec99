"""`taskdeck WORDS` over a sandbox that takes nothing but the tripwire token, and says it back in every error (R8).

A file `trouble` in the working directory makes every call fail; ctrl+l is a bug that holds the token in a local.
"""

import base64
import json
import os
import sys
from typing import Any

from tests.support.tripwire import Tripwire
from tui.cli.event_loop import no_core_dumps
from tui.cli.fault_report import note_strays
from tui.cli.logfile import open_log
from tui.cli.main import main
from tui.platforms.http import asgi_transport
from tui.sandbox.app import Sandbox
from tui.settings import paths
from tui.ui.app import TaskdeckApp

__all__ = ["COMMAND", "TOKEN_FILE"]

COMMAND = (sys.executable, "-m", "tests.support.token_demo")
TOKEN_FILE = "token"
"""Below the configuration directory; the only place where the token may be found."""


class _Echo:
    """ASGI middleware: the tripwire in place of the sandbox's own tokens."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._app = sandbox.app
        self._tokens = {m.place.path: m.place.token.encode() for m in sandbox.mounted}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass it on, or fail and quote the token."""
        token = Tripwire.token.encode()
        own = next(own for path, own in self._tokens.items() if scope["path"].startswith(path))
        headers = dict(scope["headers"])
        given = headers.get(b"x-sbg-auth-token") or headers.get(b"authorization")
        known = given is None or token in given  # a log's address takes no token
        scope = {**scope, "headers": [(name, value.replace(token, own)) for name, value in scope["headers"]]}
        if known and not os.path.exists("trouble"):  # noqa: ASYNC240, PTH110
            await self._app(scope, receive, send)
            return
        said = f"no {Tripwire.token} here, nor {base64.b64encode(token).decode()}"
        body = json.dumps({"code": 1, "message": said, "status": 500}).encode()
        headers = [(b"content-type", b"application/json"), (b"x-request-id", token)]
        await send({"type": "http.response.start", "status": 500, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _fail(app: TaskdeckApp) -> None:
    token = Tripwire.token
    raise ZeroDivisionError(token)


def _run(words: list[str]) -> int:
    no_core_dumps()
    note_strays()
    open_log()
    sandbox = Sandbox(tasks=60)
    place = paths.config_dir()
    place.mkdir(parents=True, exist_ok=True)
    (place / TOKEN_FILE).touch(0o600)
    (place / TOKEN_FILE).write_text(Tripwire.token)
    source = f"token = {{ file = {json.dumps(str(place / TOKEN_FILE))} }}\n"
    accounts = sandbox.accounts("http://127.0.0.1")
    (place / "config.toml").write_text(
        "".join(f'[accounts.{a["name"]}]\nplatform = "{a["platform"]}"\nurl = "{a["url"]}"\n{source}' for a in accounts)
    )
    TaskdeckApp.action_redraw = _fail  # type: ignore[method-assign]
    return main(words, ends_process=True, transport=asgi_transport(_Echo(sandbox)))


if __name__ == "__main__":
    raise SystemExit(_run(sys.argv[1:]))
