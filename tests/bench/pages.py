"""A list of Seven Bridges tasks over HTTP that costs its server nothing: `python -m tests.bench.pages TASKS MS`.

Every page is made beforehand, so what is measured against it is the client. It prints its address, then serves.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from subprocess import PIPE, Popen
from urllib.parse import parse_qs, urlsplit

from tui.platforms.sevenbridges.listing import ROW_FIELDS
from tui.sandbox.clock import WorldClock
from tui.sandbox.sevenbridges.render import task_json
from tui.sandbox.sevenbridges.world import Account

__all__ = ["served"]

LIMIT = 100


def _bodies(base: str, tasks: int) -> dict[tuple[bool, int], bytes]:
    """Whole answers by (every field, offset)."""
    account = Account("cgc", 1, tasks, WorldClock(datetime(2026, 1, 5, 12, tzinfo=UTC), 0))
    now = account.clock.now()
    handles = list(account.handles(now))[:tasks]
    names = ROW_FIELDS.split(",")
    answers = {}
    for offset in range(0, len(handles), LIMIT):
        rows = [task_json(account.script(h), base, now) for h in handles[offset : offset + LIMIT]]
        for row in rows:  # a batch of 10,000 files would be measured instead of 10,000 tasks
            row["inputs"] = {k: v[:2] if isinstance(v, list) else v for k, v in row["inputs"].items()}
        for whole in (False, True):
            at = f"{base}/tasks?limit={LIMIT}&fields={'_all' if whole else ROW_FIELDS}&offset="
            links = (
                [{"rel": "next", "method": "GET", "href": f"{at}{offset + LIMIT}"}]
                if offset + LIMIT < len(handles)
                else []
            )
            shown = rows if whole else [{k: row[k] for k in names} for row in rows]
            body = json.dumps({"href": f"{at}{offset}", "items": shown, "links": links}).encode()
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                f"X-Total-Matching-Query: {len(handles)}\r\n"
                "X-RateLimit-Limit: 100000\r\nX-RateLimit-Remaining: 99999\r\n\r\n"
            )
            answers[whole, offset] = head.encode() + body
    return answers


async def _serve(tasks: int, latency: float) -> None:
    answers: dict[tuple[bool, int], bytes] = {}
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                target = urlsplit(head.split(b" ", 2)[1].decode())
                query = parse_qs(target.query)
                await asyncio.sleep(latency)
                key = ("_all" in query.get("fields", ["_all"]), int(query.get("offset", ["0"])[0]))
                writer.write(answers.get(key, missing) if target.path.rstrip("/").endswith("/tasks") else missing)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2"
    answers.update(_bodies(base, tasks))
    print(base, flush=True)
    await server.serve_forever()


@contextmanager
def served(tasks: int, latency_ms: float) -> Iterator[str]:
    """The API's base, served by another process."""
    command = [sys.executable, "-m", "tests.bench.pages", str(tasks), str(latency_ms)]
    with Popen(command, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
