"""Sizes of the terminal; random ones are in tests/soak/r46.py."""

from tests.support.app import table
from tui.ui.screens.tasks import TasksScreen


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
