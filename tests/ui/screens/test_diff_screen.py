"""The diff screen by keys."""

import json
from dataclasses import replace
from typing import cast

from tests.support.memory_deck import REF, make_job, make_task
from tests.support.screens import Desk, words
from tests.ui.gallery import GOOD, deck, desk, settled
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.store.deck import Deck
from tui.store.snapshot import Feed, Snapshot
from tui.ui.messages import View
from tui.ui.screens.diff import DiffScreen
from tui.ui.screens.job import JobScreen


async def test_shows_only_what_differs_and_copies_it_as_the_documented_json() -> None:
    app = desk("diff", "full")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        shown = words(app)
        assert "inputs.ploidy" in shown
        assert "intervals" not in shown
        await pilot.press("Y")
        value = json.loads(app.copied[-1])
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
        assert list(app.screen.panes.table.view) == ["inputs.emit"]  # type: ignore[attr-defined]
        await pilot.press("O")
        assert app.opened[-1].ref == GOOD


async def test_u14_a_step_is_compared_with_the_same_step_of_the_last_good_run() -> None:
    """Not with another step of its own task, however good that is."""
    known = deck()
    good_step = make_job("merge.chr7", 40, 9, ref=TaskRef(GOOD.account, GOOD.id, "merge.chr7"), exit_code=0)
    known.details[GOOD] = replace(known.details[GOOD], jobs=(make_job("sort", 30, 2), good_step))
    snapshot = Snapshot({REF.account: Feed(tasks={str(GOOD): make_task(GOOD, status=TaskStatus.DONE)})})
    app = Desk(lambda d, clock: JobScreen(TaskRef(REF.account, REF.id, "merge.chr7"), d, clock), known)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("D")
        assert (app.opened[-1].view, app.opened[-1].other) == (View.DIFF, None)
        app.push_screen(DiffScreen(app.opened[-1].ref, cast(Deck, known), app.held))
        await pilot.pause()
        app.give(snapshot)
        await pilot.press("r")
        await settled(pilot)
        assert app.screen.panes.other == good_step.ref  # type: ignore[attr-defined]
