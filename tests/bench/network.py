"""P8, P12 and the start of a command as figures."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tests.bench import p8, p12
from tests.bench.report import Figure

__all__ = ["commands", "loading", "printing"]


def loading() -> Iterator[Figure]:
    """P8: 10,000 tasks, 100 a page."""
    seen = p8.loading()
    ratio = seen.sdk / seen.ours
    most = seen.round_trip + 0.05
    yield Figure(
        "P8", f"load {p8.TASKS:,} tasks", f"{seen.ours:.2f} s", f"official SDK {seen.sdk:.2f} s",
        f">= 6 x faster, is {ratio:.1f}", ratio >= 6,
    )  # fmt: skip
    yield Figure(
        "P8", "first rows", f"{seen.first * 1e3:.0f} ms", f"round trip {seen.round_trip * 1e3:.0f} ms",
        f"<= {most * 1e3:.0f} ms", seen.first <= most,
    )  # fmt: skip
    yield Figure(
        "P8", "cursor key meanwhile, p95", f"{seen.keys * 1e3:.0f} ms", "", f"<= {p8.KEYS * 1e3:.0f} ms",
        seen.keys <= p8.KEYS,
    )  # fmt: skip


def printing() -> Iterator[Figure]:
    """P12: the same as JSON on standard output."""
    seen = p12.headless()
    ratio = seen.ours / seen.transfer
    yield Figure(
        "P12", f"tasks -o json of {p12.TASKS:,}", f"{seen.ours:.2f} s", f"transfer {seen.transfer:.2f} s",
        f"<= 1.3 x, is {ratio:.2f}", ratio <= 1.3,
    )  # fmt: skip


def commands() -> Iterator[Figure]:
    """Processor time of a command that asks nobody, which is what every command spends before its own work."""
    with tempfile.TemporaryDirectory() as place:
        environment = {**os.environ, "HOME": place}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def seconds() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [sys.executable, "-m", "tui", "paths"]
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

        took = min(seconds() for _ in range(5))
    yield Figure("start", "a command that asks nobody", f"{took * 1e3:.0f} ms", "", "<= 400 ms", took <= 0.4)
