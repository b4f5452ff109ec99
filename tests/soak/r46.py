"""R46: random sizes of the terminal, from no cell to 300x200, while keys are pressed."""

import asyncio
import random

from textual.events import Resize
from textual.geometry import Size

from tests.support.app import table
from tui.ui.screens.tasks import TasksScreen
from tui.ui.terminal.small import SmallScreen

__all__ = ["TITLE", "soak"]

TITLE = "300 random sizes from 0x0 to 300x200: no crash, and the list is there again at 80x24"
SIZES = 300
_KEYS = ("j", "p", "y", "comma", "question_mark", "exclamation_mark", "escape", "x", "escape", "q", "C", "escape")


async def _resized(count: int, rng: random.Random) -> None:
    """Sizes come five at a time, and keys are pressed meanwhile, so that every screen of the list has its share."""
    async with table(tasks=30) as at:
        for turn in range(count):
            size = Size(int(301 * rng.random() ** 3), int(201 * rng.random() ** 3))
            at.app.post_message(Resize(size, size))
            if turn % 5 == 0:
                await at.pilot.pause()
            key = _KEYS[turn * len(_KEYS) // count]
            leaves = key == "q" and isinstance(at.app.screen, SmallScreen | TasksScreen)
            if turn % 5 == 0 and not leaves:
                await at.pilot.press(key)
        assert at.app.is_running, "the program was left"
        assert at.app.fault is None, f"it crashed: {at.app.fault!r}"
        await at.pilot.resize_terminal(80, 24)
        await at.press("escape", "escape")
        assert not any(isinstance(screen, SmallScreen) for screen in at.app.screen_stack), "it still asks for room"


def soak(scale: float, seed: int) -> str:
    """So many of the sizes, sixty at least, so that each key is pressed.

    Raises:
        AssertionError: The program ended, or does not come back.
    """
    count = max(60, int(SIZES * scale))
    asyncio.run(_resized(count, random.Random(seed)))
    return f"{count} sizes"
