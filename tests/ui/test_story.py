"""The story: which of ten thousand children failed, why, what do they share, and those alone once more."""

import pytest

from tests.support.app import Table, table
from tui.domain.action import Outcome
from tui.sandbox.sevenbridges import world
from tui.ui.screens.batch import BatchScreen
from tui.ui.screens.confirm import ConfirmScreen
from tui.ui.screens.triage import TriageScreen

MOST = 12
"""Keys."""


class Counted:
    """Presses keys and counts them."""

    def __init__(self, at: Table) -> None:
        self.at = at
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.at.press(*keys)


async def find_the_batch(at: Table, hand: Counted, size: int = 10_000) -> BatchScreen:
    await hand.press("slash", *str(size), "enter", "enter")
    await at.until(lambda: isinstance(at.app.screen, BatchScreen), "the batch")
    screen = at.app.screen
    assert isinstance(screen, BatchScreen)
    await at.until(lambda: bool(screen.panes.failures.rows.table.view), "the groups")
    return screen


async def send(at: Table, hand: Counted) -> ConfirmScreen:
    """Say yes to the plan that stands there and names how many children it is about and which; await the outcome."""
    dialog = await at.dialog()
    failed = dialog.plan.failed
    assert failed
    assert f"{len(failed):,} failed child" in at.shown
    assert failed[0].id[:8] in at.shown
    assert "children affected" not in at.shown
    await hand.press("y")
    await at.until(lambda: bool(at.app.actions.runs) and at.app.actions.runs[-1].over, "the outcome")
    return dialog


async def test_which_failed_why_and_those_once_more_in_twelve_keys() -> None:
    """The groups stand on the batch's own screen; `x` on one plans the rerun of exactly that one."""
    async with table(tasks=1_000, size=(160, 48)) as at:
        hand = Counted(at)
        screen = await find_the_batch(at, hand)
        await at.until(lambda: any(g.common for g in screen.panes.grouping.groups), "what they share")
        await at.until(lambda: not screen.panes.grouping.unread, "the names that the logs give")
        group = screen.panes.grouping.groups[0]
        assert "WHY THEY FAIL" in at.shown
        assert group.signature[:40] in at.shown
        assert f"{group.common[0].field} {group.common[0].value}"[:20] in at.shown
        await hand.press("tab", "x")
        dialog = await send(at, hand)
        plan = dialog.plan
        assert plan.failed is not None
        assert set(plan.failed) == {ref for g in screen.panes.grouping.groups if g.key == group.key for ref in g.refs}
        assert [result.outcome for result in at.app.actions.runs[-1].results] == [Outcome.DONE]
        made = [row for row in at.sandbox.ledger.rows if row["verb"] == "create"]
        assert len(made) == 1
        assert hand.keys <= MOST


async def test_the_triage_tells_it_in_a_small_terminal_in_twelve_keys_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no room for what they share beside the children; the whole screen of the triage has it."""
    monkeypatch.setattr(world, "GREAT_BATCH", 1_500)  # the world of the other test has the ten thousand
    async with table(tasks=1_000, size=(80, 24)) as at:
        hand = Counted(at)
        screen = await find_the_batch(at, hand, 1_500)
        await at.until(lambda: len(screen.panes.listed.tasks) == 1_500, "the children")
        await hand.press("E")
        await at.until(lambda: isinstance(at.app.screen, TriageScreen) and "they share" in at.shown, "the triage")
        assert "1,500" not in at.shown
        triage = at.app.screen
        assert isinstance(triage, TriageScreen)
        await at.until(lambda: bool(triage.panes.group and triage.panes.group.common), "what they share")
        assert triage.panes.group is not None
        wanted = set(triage.panes.group.refs)
        assert str(triage.panes.group.common[0].value) in at.shown
        await hand.press("x", "r")
        dialog = await send(at, hand)
        assert set(dialog.plan.failed or ()) == wanted
        assert hand.keys <= MOST


async def test_a_batch_and_the_rerun_of_its_failures_are_counted_as_one_piece_of_work() -> None:
    """After the rerun the old batch's screen says how many of its children have a success in any try."""
    async with table(tasks=1_000, size=(160, 48), query="status:failed,done") as at:
        rows = at.list.listing.tasks
        row = next(
            n
            for n, key in enumerate(at.list.listing.rows)
            if (counts := rows[key].counts) is not None and counts.failed and counts.total < 100 and not counts.running
        )
        at.list.table.go(row)
        total = rows[at.list.listing.rows[row]].counts.total
        hand = Counted(at)
        await hand.press("enter")
        await at.until(lambda: isinstance(at.app.screen, BatchScreen), "the batch")
        screen = at.app.screen
        assert isinstance(screen, BatchScreen)
        await at.until(
            lambda: len(screen.panes.listed.tasks) == total and bool(screen.panes.failures.rows.table.view),
            "the children",
        )
        await hand.press("x", "f")
        await at.dialog()
        await hand.press("y")
        await at.until(lambda: bool(at.app.actions.runs) and at.app.actions.runs[-1].over, "the outcome")
        new = at.app.actions.runs[-1].results[0].new
        await at.until(lambda: new in screen.panes.facts.lineage.batches, "the new try")
        await at.advance(20)
        await at.until(lambda: "have a success over 2 tries" in at.shown, "the count over both")
        assert f" of {total:,} have a success over 2 tries" in at.shown
