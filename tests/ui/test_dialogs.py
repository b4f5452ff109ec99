"""What every dialog over the list has in common."""

import pytest

from tests.ui.world import table


@pytest.mark.parametrize("key", ["y", "question_mark", "exclamation_mark", "comma", "x", "W"])
async def test_the_list_stays_in_sight_behind_a_dialog(key: str) -> None:
    async with table(tasks=30, size=(160, 48)) as at:
        await at.press(key)
        await at.until(lambda: at.app.screen is not at.list, "the dialog")
        await at.pilot.pause()
        assert "STATUS" in at.shown
        assert "UPDATED" in at.shown
