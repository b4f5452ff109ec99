"""Prompt and palette over a task: they do what the keys of that screen do."""

from tests.support.app import Table, table
from tui.ui.console.handlers import run_command
from tui.ui.screens.address import AddressScreen
from tui.ui.screens.command import CommandScreen
from tui.ui.screens.job import JobScreen
from tui.ui.screens.task import TaskScreen
from tui.ui.screens.triage import TriageScreen
from tui.ui.screens.work import WorkScreen


async def opened(at: Table) -> TaskScreen:
    await at.press("enter")
    await at.until(lambda: isinstance(at.app.screen, TaskScreen) and at.app.screen.panes.detail is not None, "the task")
    assert isinstance(at.app.screen, TaskScreen)
    return at.app.screen


async def test_palette_and_prompt_do_what_the_open_task_can_do() -> None:
    """ctrl+p finds the timeline and shows their key; `:log` is about the open task, and not about the list's cursor."""
    async with table(tasks=40, query="kind:task status:failed") as at:
        screen = await opened(at)
        await at.press("ctrl+p")
        assert isinstance(at.app.screen, CommandScreen)
        await at.type("timel")
        assert "the jobs as bars over the whole width" in at.shown
        await at.press("enter")
        await at.until(lambda: screen.panes.has_class("-timeline"), "the timeline")
        await at.press("escape", "colon")
        await at.type("task.t")
        await at.press("tab")
        assert at.app.screen.query_one("Input").value == "task.timeline"  # type: ignore[attr-defined]
        await at.press("escape")
        run_command(at.app, "log")
        await at.until(lambda: isinstance(at.app.screen, JobScreen), "the log")
        assert isinstance(at.app.screen, WorkScreen)
        assert at.app.screen.ref.task == screen.ref


async def test_ack_takes_its_note_in_the_triage_and_says_elsewhere_where_it_works() -> None:
    """`:ack TEXT` does what K does."""
    async with table(tasks=40) as at:
        run_command(at.app, "ack")
        await at.pilot.pause()
        assert "open the failures with E" in at.shown
        await at.press("E")
        await at.until(
            lambda: isinstance(at.app.screen, TriageScreen) and bool(at.app.screen.panes.failures.table.view), "triage"
        )
        screen = at.app.screen
        assert isinstance(screen, TriageScreen)
        first = screen.panes.failures.table.view[0]
        run_command(at.app, "ack known")
        await at.until(lambda: screen.panes.deck.seen.notes == {first: "known"}, "the note")


async def test_o_shows_the_whole_address_of_an_open_task_before_it_is_copied() -> None:
    """Nothing is copied or opened unseen, as in the list."""
    async with table(tasks=40, query="kind:task status:failed", web_url="http://127.0.0.1:9/") as at:
        screen = await opened(at)
        await at.press("o")
        await at.until(lambda: isinstance(at.app.screen, AddressScreen), "the address")
        assert "http://127.0.0.1:9/" in at.shown
        await at.press("escape")
        assert at.app.screen is screen


async def test_ctrl_e_takes_the_header_of_an_open_task_away_and_brings_it_back() -> None:
    async with table(tasks=40, query="kind:task status:failed") as at:
        screen = await opened(at)
        assert screen.query_one("#facts").display
        await at.press("ctrl+e")
        assert not screen.query_one("#facts").display
        await at.press("ctrl+e")
        assert screen.query_one("#facts").display


async def test_the_palette_finds_where_budget_and_quotas_stand() -> None:
    """Who looks for what is left of the money or of the requests types that, and not `accounts`."""
    async with table(tasks=10) as at:
        await at.press("ctrl+p")
        for word in ("budget", "quota"):
            await at.type(word)
            assert ":accounts" in at.shown
            await at.press("ctrl+u")


async def test_an_answer_that_finds_a_task_being_left_ends_nothing() -> None:
    """The widgets go before the screen does: what is drawn then is drawn nowhere."""
    async with table(tasks=40, query="kind:task status:failed") as at:
        screen = await opened(at)
        for gone in ("#facts", "#crumb"):
            await screen.query_one(gone).remove()
            screen.panes.draw()
        assert at.app.is_running
