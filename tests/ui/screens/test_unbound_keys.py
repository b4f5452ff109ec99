"""A key that does nothing says so, on every screen about one thing, in the line above the keys."""

from typing import Any

import pytest

from tests.support.screens import words
from tests.ui.gallery import desk, settled
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
