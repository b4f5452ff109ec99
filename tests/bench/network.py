"""P8 and P12 as figures: loading over a network with latency, beside the official SDK and beside the bare transfer."""

from collections.abc import Iterator

from tests.bench import p8, p12
from tests.bench.report import Figure

__all__ = ["loading", "printing"]


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
