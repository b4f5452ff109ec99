"""P8: a list of 10,000 tasks at 50 ms, a hundred a page, beside the official SDK (`python -m tests.bench.p8`)."""

import asyncio
import contextlib
import time
import warnings
from dataclasses import dataclass

from tests.bench import programs
from tests.bench.measure import keys_until
from tests.bench.pages import served
from tui.domain.token import Token
from tui.platforms.protocols import Connection
from tui.platforms.sevenbridges.adapter import SevenBridges

__all__ = ["Loading", "loading"]

TASKS, LATENCY_MS = 10_000, 50.0
FASTER, FIRST, KEYS = 6.0, 0.050, 0.040


@dataclass(frozen=True, slots=True)
class Loading:
    """Seconds."""

    ours: float
    """Until the last row."""
    first: float
    """Until the first rows."""
    round_trip: float
    """One request and its answer, connection and all, thrown away."""
    sdk: float
    """The official SDK, page after page."""
    keys: float
    """From a cursor key to its paint in the interface meanwhile, at the 95th percentile."""

    @property
    def holds(self) -> bool:
        """Whether all targets are met."""
        return self.sdk / self.ours >= FASTER and self.first - self.round_trip <= FIRST and self.keys <= KEYS


async def _ours(base: str, tasks: int) -> tuple[float, float]:
    started, first, rows = time.perf_counter(), 0.0, 0
    async with SevenBridges(Connection("bench", base, Token("t0ken"))) as platform:
        async for page in platform.pages(whole=True):
            first = first or time.perf_counter() - started
            rows += len(page.tasks)
    assert rows == tasks, f"{rows} rows came"
    return time.perf_counter() - started, first


async def _round_trip(base: str) -> float:
    host, port = base.removeprefix("http://").removesuffix("/v2").split(":")
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /v2/tasks?fields=id&offset=0 HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    took = time.perf_counter() - started
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return took


def _sdk(base: str, tasks: int) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import sevenbridges
        from sevenbridges.errors import PaginationError

    api = sevenbridges.Api(url=base, token="t0ken", debug=True)
    started, rows = time.perf_counter(), 0
    page = api.tasks.query(limit=100)
    while True:
        rows += len(page)
        try:
            page = page.next_page()
        except PaginationError:
            break
    took = time.perf_counter() - started
    assert rows == tasks, f"the SDK got {rows} rows"
    api.session.close()
    return took


def _keys(base: str, tasks: int, rounds: int) -> float:
    """The 95th percentile over some loads; with the first row there, until the last is."""
    latencies = list[float]()
    for _ in range(rounds):
        with programs.loading(base) as (terminal, _seconds):
            latencies += keys_until(terminal, "\x1b[B", f"{tasks:,}".encode())
    return sorted(latencies)[int(len(latencies) * 0.95)]


def loading(tasks: int = TASKS, latency_ms: float = LATENCY_MS, rounds: int = 3) -> Loading:
    """The best of some rounds of ours, and one of the SDK's."""
    with served(tasks, latency_ms) as base:
        trip = min(asyncio.run(_round_trip(base)) for _ in range(rounds))
        runs = [asyncio.run(_ours(base, tasks)) for _ in range(rounds)]
        sdk = _sdk(base, tasks)
        keys = _keys(base, tasks, rounds)
    return Loading(min(all_ for all_, _ in runs), min(first for _, first in runs), trip, sdk, keys)


if __name__ == "__main__":
    seen = loading()
    print(
        f"ours {seen.ours:.2f} s, first rows {1000 * seen.first:.0f} ms (round trip {1000 * seen.round_trip:.0f} ms), "
        f"SDK {seen.sdk:.2f} s: {seen.sdk / seen.ours:.1f} times as fast, keys {1000 * seen.keys:.0f} ms; "
        f"{'ok' if seen.holds else 'MISSED'}"
    )
