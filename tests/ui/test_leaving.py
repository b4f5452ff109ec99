"""A worker ends with the screen or widget it works for (issue 9, point 2)."""

import asyncio

import pytest
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from tui.ui.terminal.signals import GuardedApp


class Asking(Screen[None]):
    """Shows an answer that comes when `answer` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = asyncio.Event()
        self.went_on = self.cleaned = False

    def compose(self) -> ComposeResult:
        yield Static(id="answer")

    def on_mount(self) -> None:
        self.run_worker(self.ask())

    async def ask(self) -> None:
        try:
            await self.answer.wait()
            self.went_on = True
            self.query_one("#answer", Static).update("here")
        finally:
            self.cleaned = True


@pytest.mark.parametrize("turns", range(12))
async def test_t02_an_answer_for_a_screen_that_is_left_goes_nowhere(turns: int) -> None:
    """Whenever it comes while the screen goes, the worker ends, does what has to be done at its end, and no fault
    follows."""
    app = GuardedApp()
    async with app.run_test() as pilot:
        screen = Asking()
        app.push_screen(screen)
        await pilot.pause()
        gone = app.pop_screen()
        for _ in range(turns):
            await asyncio.sleep(0)
        screen.answer.set()
        await gone
        await pilot.pause()
        assert screen.cleaned
        assert not screen.went_on
        assert app.fault is None
    assert app.return_code in {0, None}


async def test_t02_an_answer_for_a_screen_that_is_there_is_shown() -> None:
    """Nothing is lost where nobody left."""
    app = GuardedApp()
    async with app.run_test() as pilot:
        screen = Asking()
        app.push_screen(screen)
        await pilot.pause()
        screen.answer.set()
        await pilot.pause()
        assert screen.went_on
        assert str(screen.query_one("#answer", Static).content) == "here"
