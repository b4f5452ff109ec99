"""What every dialog over the list has in common."""

import pytest
from textual.widget import Widget

from tests.support.app import Table, table
from tui.domain.status import TaskStatus
from tui.ui.widgets.dialog import Dialog


@pytest.mark.parametrize("key", ["y", "question_mark", "exclamation_mark", "comma", "x", "W"])
async def test_the_list_stays_in_sight_behind_a_dialog(key: str) -> None:
    async with table(tasks=30, size=(160, 48)) as at:
        await at.press(key)
        await at.until(lambda: at.app.screen is not at.list, "the dialog")
        await at.pilot.pause()
        assert "STATUS" in at.shown
        assert "p hides" in at.shown


@pytest.mark.parametrize("size", [(160, 48), (80, 24), (60, 15)], ids=str)
@pytest.mark.parametrize(
    ("keys", "last"),
    [
        (["y"], "esc cancel"),
        (["x"], "esc cancel"),
        (["question_mark"], "q close"),
        (["exclamation_mark"], "esc hide"),
        (["comma"], "q back"),
        (["s"], "esc cancel"),
        (["C"], "esc cancel"),
        (["colon"], "esc close"),
        (["ctrl+p"], "esc close"),
        (["x", "e"], "esc cancel"),
        (["x", "a"], "esc cancel"),
    ],
)
async def test_t07_every_dialog_fits_and_names_its_keys(size: tuple[int, int], keys: list[str], last: str) -> None:
    """The box is on the screen as a whole, with its question above, its keys below, and every field and button."""
    async with table(tasks=30, size=size) as at:
        at.list.table.go(at.list.listing.rows.index(running(at)))
        for key in keys:
            await at.press(key)
        await at.until(lambda: bool(at.app.screen.query(Dialog)), "the dialog")
        await at.pilot.pause()
        dialog = at.app.screen.query_one(Dialog)
        assert at.app.screen.region.contains_region(dialog.region)
        lines = at.shown.splitlines()[dialog.region.y : dialog.region.bottom]
        assert str(dialog.border_title).strip() in lines[0]
        assert last in lines[-1]
        for part in dialog.query("Input, Button, OptionList"):
            if part.display and all(above.display for above in part.ancestors if isinstance(above, Widget)):
                assert dialog.content_region.contains_region(part.region), part
                assert part.region.height > 0


def running(at: Table) -> str:
    """A running task, with which most can be done."""
    return next(key for key, task in at.list.listing.tasks.items() if task.status is TaskStatus.RUNNING)
