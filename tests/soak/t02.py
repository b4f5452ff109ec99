"""T02 (issue 9, point 2): every screen is opened and left at every moment of a slow answer."""

import asyncio
import random
from collections import Counter
from typing import Any
from unittest.mock import patch

from textual import events

from tests.support.app import table
from tests.support.clocks import VirtualLoop

__all__ = ["TITLE", "soak"]

TITLE = "2,000 screens opened and left at every moment of an answer that takes 300 ms: no crash"
OPENINGS = 2_000
LATENCY = 0.3
_TOGETHER = 50
_WAYS = (
    ("enter",), ("enter", "l"), ("l",), ("b",), ("b", "enter"), ("b", "enter", "l"), ("E",), ("b", "E"), ("D",), ("x",),
    ("X",), ("y",), ("exclamation_mark",), ("question_mark",), ("ctrl+p",), ("comma",), ("a",), ("r",), ("d",), ("v",),
    ("enter", "v"), ("enter", "D"), ("E", "enter"), ("E", "x"), ("enter", "x"), ("l", "G", "slash", "a"), ("colon",),
    ("colon", *"accounts", "enter"), ("colon", *"actions", "enter"), ("colon", *"triage", "enter"), ("p", "j", "j"),
)  # fmt: skip


class _Loop(VirtualLoop):
    """Threads are real; time is not."""

    run_in_executor = asyncio.SelectorEventLoop.run_in_executor


class _Slow:
    """The sandbox, far away."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(LATENCY)
        await self._app(scope, receive, send)


async def _run(openings: int, rng: random.Random, seen: Counter[str]) -> None:
    async with table(tasks=60, size=(160, 48), around=_Slow, loaded=False) as at:
        await asyncio.sleep(5)
        app = at.app
        for _ in range(openings):
            keys = [*rng.choices(("j", "k", "G", "g"), k=2), *rng.choice(_WAYS)]
            for key in keys:
                app.post_message(events.Key(key, key if len(key) == 1 else None))
                await asyncio.sleep(rng.choice((0.0, 0.01, rng.uniform(0, 2 * LATENCY))))
            seen[type(app.screen).__name__] += 1
            await asyncio.sleep(rng.uniform(0, 3 * LATENCY))
            for _ in range(12):
                if app.screen is app.list_screen:
                    break
                app.post_message(events.Key("escape", None))
                await asyncio.sleep(rng.choice((0.0, 0.001, 0.05)))
            assert app.fault is None, f"after {keys} it crashed: {app.fault!r}"
            assert app.return_code is None, f"after {keys} it ended"


def soak(scale: float, seed: int) -> str:
    """Open and leave so many.

    Raises:
        AssertionError: With the keys that did it.
    """
    rng, seen, left = random.Random(seed), Counter[str](), round(OPENINGS * scale)
    while left > 0:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            loop = runner.get_loop()
            with patch("textual._time.get_time", loop.time):
                runner.run(_run(min(left, _TOGETHER), rng, seen))
        left -= _TOGETHER
    return f"{seen.total():,} openings of {len(seen)} screens, " + ", ".join(f"{n} {c}" for n, c in seen.most_common())
