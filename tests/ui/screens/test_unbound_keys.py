"""A key that does nothing says so, on every screen, in the line of keys or the one above."""

from typing import Any

import pytest

from tests.support.app import table
from tests.support.screens import words
from tests.ui.gallery import desk, settled
from tui.ui.console.handlers import run_command
from tui.ui.screens.help import HelpScreen
from tui.ui.screens.work import WorkScreen


@pytest.mark.parametrize("place", ["task", "batch", "job", "triage", "diff"])
async def test_u14_a_key_that_does_nothing_is_named_until_the_next_key(place: str) -> None:
    app = desk(place, "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        screen: Any = app.screen
        assert isinstance(screen, WorkScreen)
        await pilot.press("Z")
        assert words(app).split("\n")[-2].startswith("Z is not used here, ? for help")
        await pilot.press("j")
        assert "is not used here" not in words(app)
        await pilot.press("ctrl+g")
        assert "^g is not used here, ? for help" in words(app)


async def test_u14_what_is_typed_into_a_prompt_is_no_unbound_key() -> None:
    app = desk("task", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"Zz")
        assert "is not used here" not in words(app)


@pytest.mark.parametrize("line", ["accounts", "actions", "group app"])
async def test_u14_small_screens_name_it_in_their_line_of_keys(line: str) -> None:
    async with table(size=(80, 24)) as at:
        run_command(at.app, line)
        await at.until(lambda: at.app.screen is not at.list, "the screen")
        await at.press("Z")
        assert at.shown.split("\n")[-1].startswith("Z is not used here, ? for help")
        await at.press("j")
        assert "is not used here" not in at.shown
        assert "q back" in at.shown.split("\n")[-1]
        await at.press("question_mark")
        assert "back" in at.shown
        assert isinstance(at.app.screen, HelpScreen)
