"""The sandbox over real HTTP, on loopback only."""

import asyncio
import contextlib
import getpass
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["SandboxOptions", "run"]

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What `taskdeck sandbox` can be told."""

    port: int = 0
    """0 takes a free one."""
    seed: int = 1
    speed: float = 1.0
    tasks: int = 2_000
    latency_ms: float = 0.0
    faults: str = ""
    slurm: bool = False
    """A folder with Slurm's commands, too."""


def run(options: SandboxOptions, announce: Callable[[dict[str, Any]], None]) -> int | None:
    """Serve until SIGINT, SIGTERM or SIGHUP; `announce` is called once, when connections are taken.

    Returns:
        The signal that ended it.

    Raises:
        ValueError: The fault specification cannot be read.
        OSError: The port is taken.
    """
    from tui.sandbox.app import Sandbox  # starlette is loaded only where the sandbox is

    sandbox = Sandbox(
        seed=options.seed,
        tasks=options.tasks,
        speed=options.speed,
        faults=options.faults,
        latency=options.latency_ms / 1000,
    )
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, options.port))
        listener.listen(128)
        base = f"http://{HOST}:{listener.getsockname()[1]}"
        with contextlib.suppress(KeyboardInterrupt), _cluster(sandbox, base, options) as entries:
            told = {"accounts": [*sandbox.accounts(base), *entries]}
            return asyncio.run(_serve(sandbox.app, listener, lambda: announce(told)))
    return signal.SIGINT


@contextlib.contextmanager
def _cluster(sandbox: Any, base: str, options: SandboxOptions) -> Iterator[list[dict[str, str]]]:
    """The cluster's entry, and its folder for as long as the world is served."""
    if not options.slurm:
        yield []
        return
    from tui.sandbox.slurm.folder import make_folder

    with tempfile.TemporaryDirectory(prefix="taskdeck-slurm-") as folder:
        cluster = sandbox.slurm.cluster
        cluster.user, cluster.workdir, cluster.logs_are_files = getpass.getuser(), f"{folder}/work", True
        make_folder(Path(folder), base)
        yield [{"name": cluster.account, "platform": "slurm", "path": folder}]


def _breakable(app: Any) -> Any:
    """The application, told how a connection is broken: by the transport that uvicorn's `send` is bound to."""
    from tui.sandbox.faults import DROP

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        if (transport := getattr(getattr(send, "__self__", None), "transport", None)) is not None:
            scope[DROP] = transport.abort
        await app(scope, receive, send)

    return wrapped


async def _serve(app: Any, listener: socket.socket, ready: Callable[[], None]) -> int | None:
    import uvicorn

    config = uvicorn.Config(
        _breakable(app), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1,
        server_header=False, date_header=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():  # noqa: ASYNC110
        await asyncio.sleep(0.005)  # uvicorn tells nobody when it has started
    loop = asyncio.get_running_loop()
    caught: list[int] = []

    def stop(number: int) -> None:
        caught.append(number)
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop, number)
    ready()
    await serving
    return caught[0] if caught else None
