"""The filter line over rows in memory."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from tests.support.app import table
from tests.support.screens import words
from tests.ui.list_gallery import desk, put, shown
from tui.domain.status import TaskStatus
from tui.platforms.protocols import PushDown
from tui.store.polling.server_filter import NOTHING
from tui.store.snapshot import Change, Snapshot


async def test_terms_that_the_platform_was_asked_for_are_marked_and_the_count_is_exact_when_it_answered() -> None:
    asked = PushDown(status=TaskStatus.FAILED)
    async with desk().run_test(size=(80, 24)) as pilot:
        await put(pilot, "full")
        screen, snapshot = pilot.app.screen, shown("full")

        def known(**feed: Any) -> None:
            feeds = {name: replace(f, complete=False, **feed) for name, f in snapshot.feeds.items()}
            screen.changed(Change(Snapshot(MappingProxyType(feeds)), None))

        known()
        await pilot.press("slash", *(c if c != " " else "space" for c in "cell status"))
        await pilot.press("colon", *"failed")
        assert screen.deck.sought == [NOTHING], "nothing is asked with every letter"
        await pilot.press("enter")
        await pilot.pause()
        assert screen.deck.sought[-1] == asked
        assert "/cell status:failed" in words(pilot.app)
        assert "1+ of 16+" in words(pilot.app)
        known(sought=asked)
        await pilot.pause()
        assert "/cell ^status:failed" in words(pilot.app)
        assert "1+ of 16+" in words(pilot.app)
        known(sought=asked, sought_whole=True)
        await pilot.pause()
        assert "1 of 16+" in words(pilot.app)
        await pilot.press("slash")
        await pilot.pause()
        assert "/cell status:failed" in words(pilot.app), "what is typed into is the text alone"


async def test_a_filter_is_typed_anew_or_gone_on_with_and_escape_leaves_the_old_one() -> None:
    async with desk().run_test(size=(80, 24)) as pilot:
        await put(pilot, "full")
        screen = pilot.app.screen
        await pilot.press("slash", *"star", "enter", "slash", *"cell")
        assert (screen.panes.bar.text, screen.query_of.place.query) == ("cell", "cell"), "the first letter begins anew"
        await pilot.press("escape")
        assert (screen.panes.bar.text, screen.query_of.place.query) == ("star", "star"), "what was typed is not meant"
        assert [screen.listing.tasks[key].name[:4] for key in screen.listing.rows] == ["STAR"]
        await pilot.press("slash", "space", *"batch", "enter")
        assert screen.query_of.place.query == "star batch"
        await pilot.press("left_square_bracket")
        assert screen.query_of.place.query == "star"


async def test_a_cursor_whose_task_was_hidden_is_on_it_again_when_it_is_shown() -> None:
    async with desk().run_test(size=(80, 24)) as pilot:
        await put(pilot, "full")
        screen = pilot.app.screen
        await pilot.press("U", "G")
        here = screen.here
        await pilot.press("slash", *"star", "enter")
        assert screen.here is None
        await pilot.press("escape")
        assert screen.here == here
        await pilot.press("slash", *"star", "enter", "k", "escape")
        assert screen.here.name.startswith("STAR"), "the user moved, so the cursor is another task's"


@pytest.mark.parametrize("query", ["out.vcf:none", "out.vcf:x", "not out.vcf:any", "status:done out.vcf:x"])
async def test_u07_on_screen_a_filter_by_outputs_says_that_they_are_not_read_there(query: str) -> None:
    """It matched all or nothing, whatever the tasks have; the command line asks for them."""
    async with table(size=(80, 24)) as at:
        at.list.show_filter(query)
        await at.until(lambda: "; only taskdeck tasks FILTER reads outputs" in at.shown, "the hint")
