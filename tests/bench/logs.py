"""The log: a million lines held, read and walked; all of it in memory, so what is measured is the screen."""

import asyncio
import time
import tracemalloc
from collections.abc import Iterable
from typing import Any

from tests.bench.report import Figure
from tests.support.memory_deck import REF, MemoryDeck, make_detail
from tests.support.screens import Desk
from tui.domain.log import LogPart
from tui.ui.screens.job import JobScreen

__all__ = ["figures"]

LINES = 1_000_000
HELD, KEY = 100 * 1024 * 1024, 0.050
SIZE = (160, 48)


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"


def figures() -> Iterable[Figure]:
    """A million lines held, and the slowest of the keys that walk and search them."""
    data = b"".join(b"2026-11-24T10:%02d:%02dZ step %d residual 3.1e-05\n" % (n // 60 % 60, n % 60, n)
                    for n in range(LINES))  # fmt: skip
    held, slowest, key = asyncio.run(_walked(data))
    yield Figure(
        "log", f"{LINES:,} lines held", f"{held / 2**20:.0f} MiB", f"text {len(data) / 2**20:.0f} MiB",
        f"<= {HELD // 2**20} MiB", held <= HELD,
    )  # fmt: skip
    yield Figure("log", f"slowest key ({key})", _milliseconds(slowest), "-", f"<= {_milliseconds(KEY)}", slowest <= KEY)


async def _found(view: Any) -> None:
    """Wait until nothing is searched any more."""
    while view.busy:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def _walked(data: bytes) -> tuple[int, float, str]:
    deck = MemoryDeck()
    deck.details[REF] = make_detail()
    deck.texts = {"job.err.log": b"begin\n"}
    app = Desk(lambda held, clock: JobScreen(REF, held, clock), deck)
    async with app.run_test(size=SIZE) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        screen: Any = app.screen
        view = screen.panes.pane.view
        view.clear()
        tracemalloc.start()
        for start in range(0, len(data), 1 << 20):
            piece = data[start : start + (1 << 20)]
            view.add(LogPart(piece, start, len(data)))
        await _found(view)
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        await pilot.pause()
        spent: dict[str, float] = {}
        for key, do in {
            "j": lambda: view.action_move(1), "pgup": lambda: view.action_page(-1.0), "g": view.action_top,
            "G": view.action_bottom, "n": lambda: view.step(view.errors, 1),
            "/": lambda: setattr(view, "needle", "step 999999"), "&": lambda: setattr(view, "only", "residual"),
        }.items():  # fmt: skip
            # Of the processor: others may use the machine.
            started = time.process_time()
            do()
            for y in range(view.size.height):
                view.render_line(y)
            spent[key] = time.process_time() - started
            await _found(view)
        slowest = max(spent, key=lambda name: spent[name])
        return held, spent[slowest], slowest
