"""The sandbox on a real loopback socket, in a thread, with its world in the test's hands."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import uvicorn

from tests.support.waiting import PATIENCE
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock

START = datetime(2026, 1, 5, 12, 0, 0, tzinfo=UTC)


def still(seed: int = 1, tasks: int | Mapping[str, int] = 300, **options: Any) -> Sandbox:
    """A world in which time moves only by hand."""
    return Sandbox(seed=seed, tasks=tasks, clock=WorldClock(START, 0), **options)


@contextmanager
def served(sandbox: Sandbox) -> Iterator[str]:
    """Serve it; the address without a path."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        sandbox.app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1,
        server_header=False, date_header=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined,unused-ignore]
    ready = threading.Event()

    async def main() -> None:
        async def watch() -> None:
            while not server.started:  # noqa: ASYNC110
                await asyncio.sleep(0.005)  # uvicorn tells nobody when it has started
            ready.set()

        watching = asyncio.ensure_future(watch())
        await server.serve(sockets=[listener])
        watching.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()
