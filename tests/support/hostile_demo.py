"""The sandbox as a hostile platform: every text of its answers carries what could obey a terminal or a layout.

`python -m tests.support.hostile_demo WORDS` is `taskdeck WORDS` over it, in one process.
"""

import json
import re
import sys
from typing import Any

from tui.cli.event_loop import no_core_dumps
from tui.cli.main import main
from tui.platforms.http import asgi_transport
from tui.sandbox.app import Sandbox
from tui.settings import paths

__all__ = ["HOSTILE", "NOISE", "Hostile"]

HOSTILE = (
    "[/]", "[/foo]", "[@click=app.quit]x[/]", "[bold red", "[$x]", "\\[", "{0!r}", "%s%n",
    "\x1b[31mred\x1b[0m", "\x1b]52;c;ZXZpbA==\x07", "\x1b]0;title\x1b\\", "\x1bP1$r\x1b\\", "\x1b[?1049l\x1b[2J",
    "\x1bc", "\x9b31m", "\x9d52;c;ZXZpbA==\x9c", "\x90q\x9c", "\x00\x07\x08\x0b\x0c\x0d\x7f", "a\nb\tc\rd",
    "\u202eevil\u202c", "\u2066x\u2069", "\u200b\u200d\ufeff", "\u2028\u2029", "e" + "\u0301" * 50,
    "\ue000\U000e0041\uffff", "", "   ", "\u3000", "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\u5b57\u5b57", "-",
    "..",
)  # fmt: skip
"""One of each kind that has broken some program."""
NOISE = "".join(HOSTILE).encode() + b"\xff\xfe\xed\xa0\x80\n" + b"\x1b[" * 2_000 + b"\n"
"""The same in a log, with bytes that are no text."""
_LEFT = re.compile(r"(?:https?://|[0-9a-fA-F-]{24,}$|\d{4}-\d\d-\d\d|[\d.:]+$)")
"""Addresses, ids, dates and numbers, without which nothing at all would be shown."""
_MEANT = frozenset({
    "id", "uuid", "href", "url", "next", "previous", "rel", "method", "status", "state", "type", "class", "parent",
    "job_id", "batch_id", "task_id", "currency", "kind", "execution_status", "batch_by", "price", "code", "by",
    "profile", "jobUuid", "poolUuid", "taskUuid", "created_time",
})  # fmt: skip
"""Fields by whose words a program finds its way."""


class Hostile:
    """ASGI middleware."""

    def __init__(self, app: Any, longest: int = 0) -> None:
        self._app = app
        self._count = 0
        self._longest = longest
        """Characters of every hundredth text; 0 for none so long."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Spoil the answer."""
        start: dict[str, Any] = {}
        body = b""

        async def collect(message: Any) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, collect)
        try:
            body = json.dumps(self._spoil("", json.loads(body))).encode()
        except ValueError:
            body = NOISE[: len(body)] if start["status"] == 206 else body + NOISE if body else b""
        start["headers"] = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        start["headers"] += [(b"x-request-id", b"\x1b[31m[/]\x9b"), (b"server", b"[/]\x1b]0;x\x07")]
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _spoil(self, key: str, value: Any) -> Any:
        match value:
            case dict():
                spoiled = {k: self._spoil(k, v) for k, v in value.items()}
                if key in {"inputs", "outputs", "metadata", "constants", "arguments", "execution_settings"}:
                    spoiled |= {text: text for text in HOSTILE}
                return spoiled
            case list():
                return [self._spoil(key, v) for v in value]
            case str() if key not in _MEANT and not _LEFT.match(value):
                self._count += 1
                if self._longest and self._count % 100 == 0:
                    return "\n[/]" * (self._longest // 4)
                text = HOSTILE[self._count % len(HOSTILE)]
                return value + text if self._count % 3 else text
        return value


def _run(words: list[str]) -> int:
    no_core_dumps()
    sandbox = Sandbox(tasks=60)
    config = paths.config_dir() / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    text = ""
    for a in sandbox.accounts("http://127.0.0.1"):
        place = config.parent / f"{a['name']}.token"
        place.touch(0o600)
        place.write_text(a["token"])
        text += f'[accounts.{a["name"]}]\nplatform = "{a["platform"]}"\nurl = "{a["url"]}"\n'
        text += f"token = {{ file = {json.dumps(str(place))} }}\n"
    config.write_text(text)
    return main(words, ends_process=True, transport=asgi_transport(Hostile(sandbox.app, 100_000)))


if __name__ == "__main__":
    raise SystemExit(_run(sys.argv[1:]))
