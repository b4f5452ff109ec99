"""The diff screen by keys."""

import json

from tests.ui.desk import Desk, words
from tests.ui.fakes import REF, make_task
from tests.ui.gallery import GOOD, deck, desk, settled
from tui.domain.status import TaskStatus
from tui.store.snapshot import Feed, Snapshot
from tui.ui.screens.diff import DiffScreen


async def test_shows_only_what_differs_and_copies_it_as_the_documented_json() -> None:
    app = desk("diff", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        shown = words(app)
        assert "inputs.ploidy" in shown
        assert "intervals" not in shown
        await pilot.press("Y")
        value = json.loads(app.opened[-1].text)
        assert (value["a"], value["b"]) == (str(REF), str(GOOD))
        assert {"path": "inputs.ploidy", "a": 2, "b": 1} in value["differences"]


async def test_without_a_second_task_the_last_success_of_the_same_app_is_taken() -> None:
    app = Desk(lambda d, clock: DiffScreen(REF, d, clock), deck())
    good = make_task(GOOD, status=TaskStatus.DONE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "mark two tasks, then D" in words(app)
        app.give(Snapshot({REF.account: Feed(tasks={str(GOOD): good, str(REF): make_task()})}))
        await pilot.press("r")
        await settled(pilot)
        assert "diff with 11aa22bb" in words(app)


async def test_find_narrows_and_capital_o_opens_the_other() -> None:
    app = desk("diff", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"GVCF", "enter")
        assert list(app.screen.table.view) == ["inputs.emit"]  # type: ignore[attr-defined]
        await pilot.press("O")
        assert app.opened[-1].ref == GOOD
