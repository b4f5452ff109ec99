"""Raw, wherever it is asked for, shows the platform's own answer and not a folded line that leads to it."""

import json

from tests.support.app import table
from tests.support.memory_deck import REF, MemoryDeck, make_detail
from tests.support.screens import Desk, words
from tui.domain.task import TaskRef
from tui.ui.present.job import Tab
from tui.ui.screens.job import JobScreen
from tui.ui.screens.task import TaskScreen

MERGE = TaskRef(REF.account, REF.id, "merge.chr7")


def desk(raw: bytes | None = make_detail().raw, *, job: bool = False) -> Desk:
    deck = MemoryDeck()
    deck.details[REF] = make_detail(raw=raw)
    deck.texts = {"job.err.log": b"quiet\n"}
    if job:
        return Desk(lambda d, clock: JobScreen(MERGE, d, clock, tab=Tab.RAW), deck)
    return Desk(lambda d, clock: TaskScreen(REF, d, clock, raw=True), deck)


async def settled(app: Desk, pilot) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        await app.workers.wait_for_complete()
        await pilot.pause()


async def test_u14_raw_stands_unfolded() -> None:
    """The fields the platform sent are on the screen, with the cursor above them."""
    for size in ((80, 24), (160, 48)):
        app = desk()
        async with app.run_test(size=size) as pilot:
            await settled(app, pilot)
            before, raw = words(app).split(">v raw")
            assert "7f3c9a21" in raw
            assert "id        7f3c9a21" not in before


async def test_u14_raw_that_is_long_begins_at_the_top_of_the_screen() -> None:
    app = desk(json.dumps({f"field{n}": n for n in range(40)}).encode())
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        lines = words(app).split("\n")
        assert lines[3].startswith(">v raw")
        assert "field0 " in lines[4]


async def test_u14_raw_of_a_job_shows_its_raw_tab() -> None:
    app = desk(job=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        assert "[raw]" in words(app)
        assert "native_status" in words(app)


async def test_u14_raw_that_was_not_kept_is_said() -> None:
    app = desk(raw=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        assert [n.message for n in app._notifications] == ["the platform's own answer was not kept"]


async def test_u14_v_and_raw_in_the_list_show_it_too() -> None:
    for keys in (["v"], ["colon", *"raw", "enter"]):
        async with table(rare=True) as at:
            await at.press(*keys)
            await at.until(lambda: ">v raw" in at.shown, f"raw by {keys}")
            assert "href" in at.shown
