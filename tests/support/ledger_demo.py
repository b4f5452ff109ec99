"""`taskdeck WORDS` over a sandbox in this process that writes down what it executed, in `ledger.json` (R33, R38)."""

import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from tui.cli.main import main
from tui.platforms.http import asgi_transport
from tui.sandbox.app import Sandbox
from tui.settings import paths

__all__ = ["COMMAND", "FULL", "LEDGER"]

COMMAND = (sys.executable, "-m", "tests.support.ledger_demo")
FULL = "TESTS_DISK_FULL"
"""A variable: no file can grow by a byte, as over quota."""
LEDGER = "ledger.json"
"""In the working directory; a list of calls in the order in which they were executed."""


class _Noted:
    """ASGI middleware: the ledger is on disk before the answer is on its way."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass it on; note what it did."""

        async def noted(message: Any) -> None:
            if message["type"] == "http.response.start" and scope["method"] != "GET":
                with suppress(OSError):  # a disk that is full on purpose
                    _write(self._sandbox.ledger.rows)
            await send(message)

        await self._sandbox.app(scope, receive, noted)


def _write(rows: list[Any]) -> None:
    Path(f"{LEDGER}.new").write_text(json.dumps(rows))
    Path(f"{LEDGER}.new").replace(LEDGER)


def _run(words: list[str]) -> int:
    sandbox = Sandbox(tasks=60)
    place = paths.config_dir()
    place.mkdir(parents=True, exist_ok=True)
    text = ""
    for account in sandbox.accounts("http://127.0.0.1"):
        token = place / f"{account['name']}.token"
        token.touch(0o600)
        token.write_text(account["token"])
        text += f'[accounts.{account["name"]}]\nplatform = "{account["platform"]}"\nurl = "{account["url"]}"\n'
        text += f"token = {{ file = {json.dumps(str(token))} }}\n"
    (place / "config.toml").write_text(text)
    if FULL in os.environ:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    return main(words, ends_process=True, transport=asgi_transport(_Noted(sandbox)))


if __name__ == "__main__":
    raise SystemExit(_run(sys.argv[1:]))
