"""Any size of the terminal."""

import random

from textual.events import Resize
from textual.geometry import Size

from tests.ui.world import table
from tui.ui.screens.small import SmallScreen
from tui.ui.screens.tasks import TasksScreen

KEYS = ("j", "p", "y", "comma", "question_mark", "exclamation_mark", "escape", "x", "escape", "q", "C", "escape")


async def test_r46_three_hundred_random_sizes_end_nothing() -> None:
    """They come five at a time, and keys are pressed meanwhile, so that every screen of the list has its share."""
    dice = random.Random(46)
    async with table(tasks=30) as at:
        for turn in range(300):
            size = Size(int(301 * dice.random() ** 3), int(201 * dice.random() ** 3))
            at.app.post_message(Resize(size, size))
            if turn % 5 == 0:
                await at.pilot.pause()
            key = KEYS[turn // 10 % len(KEYS)]
            leaves = key == "q" and isinstance(at.app.screen, SmallScreen | TasksScreen)
            if turn % 10 == 0 and not leaves:
                await at.pilot.press(key)
        assert at.app.is_running
        assert at.app.fault is None
        await at.pilot.resize_terminal(80, 24)
        await at.press("escape", "escape")
        assert not any(isinstance(screen, SmallScreen) for screen in at.app.screen_stack)


async def test_too_small_a_terminal_says_what_it_needs_and_no_key_reaches_what_cannot_be_seen() -> None:
    async with table(tasks=30) as at:
        await at.pilot.resize_terminal(52, 12)
        await at.pilot.pause()
        assert at.shown.strip() == "60x15 needed, now 52x12"
        await at.press("space", "x", "colon")
        await at.pilot.resize_terminal(60, 15)
        await at.pilot.pause()
        assert isinstance(at.app.screen, TasksScreen)
        assert at.list.table.marks == set()


async def test_the_header_goes_below_20_rows_and_the_keys_below_18() -> None:
    async with table(tasks=30) as at:
        for rows, header, keys in ((20, True, True), (19, False, True), (18, False, True), (17, False, False)):
            await at.pilot.resize_terminal(80, rows)
            await at.pilot.pause()
            assert at.list.query_one("#head").display is header
            assert at.list.query_one("#keys").display is keys
