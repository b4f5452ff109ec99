"""P12: `taskdeck tasks -o json` of 10,000 tasks beside the transfer itself (`python -m tests.bench.p12`).

The reference is a process of its own too, which sends the same requests and throws the bodies away.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.pages import served

__all__ = ["Headless", "headless"]

TASKS, LATENCY_MS = 10_000, 50.0
TARGET = 1.3


@dataclass(frozen=True, slots=True)
class Headless:
    """Seconds of whole processes."""

    ours: float
    transfer: float

    @property
    def holds(self) -> bool:
        """Whether the target is met."""
        return self.ours <= TARGET * self.transfer


async def _transfer(base: str, tasks: int) -> None:
    from tui.domain.token import Token
    from tui.platforms.http import ApiClient, Auth
    from tui.platforms.sevenbridges.listing import LIMIT, ROW_FIELDS

    client = ApiClient("bench", base, Auth("X-SBG-Auth-Token", Token("t0ken")), explain=lambda status, body: None)

    async def page(offset: int) -> None:
        query = [("order_by", "created_time"), ("order", "desc"), ("offset", str(offset)), ("limit", str(LIMIT))]
        await client.get("/tasks", [*query, ("fields", ROW_FIELDS)], doing="transferring")

    async with client:
        await page(0)
        gate = asyncio.Semaphore(16)

        async def gated(offset: int) -> None:
            async with gate:
                await page(offset)

        await asyncio.gather(*(gated(offset) for offset in range(LIMIT, tasks, LIMIT)))


def _timed(command: list[str], environment: dict[str, str]) -> tuple[float, bytes]:
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    return time.perf_counter() - started, done.stdout


def headless(tasks: int = TASKS, latency_ms: float = LATENCY_MS, rounds: int = 3) -> Headless:
    """The best of some rounds of each, taken in turn."""
    with served(tasks, latency_ms) as base, tempfile.TemporaryDirectory() as place:
        config = Path(place) / "config.toml"
        config.write_text(f'[accounts.bench]\nplatform = "sevenbridges"\nurl = "{base}"\ntoken = {{ env = "T" }}\n')
        ours, transfers = [], []
        for _ in range(rounds):
            given = {**os.environ, "HOME": place, "T": "t0ken", "TASKDECK_CONFIG": str(config)}
            given.pop("PYTHONDONTWRITEBYTECODE", None)  # installed programs run from compiled bytecode
            took, out = _timed([sys.executable, "-m", "tui", "tasks", "-o", "json"], given)
            assert out.count(b'"ref": ') == tasks, f"{out.count(b'ref')} rows were printed"
            ours.append(took)
            transfers.append(_timed([sys.executable, "-m", "tests.bench.p12", base, str(tasks)], given)[0])
    return Headless(min(ours), min(transfers))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(_transfer(sys.argv[1], int(sys.argv[2])))
    else:
        seen = headless()
        print(
            f"ours {seen.ours:.2f} s, transfer {seen.transfer:.2f} s: {seen.ours / seen.transfer:.2f} times; "
            f"{'ok' if seen.holds else 'MISSED'}"
        )
