"""The job and log screen by keys."""

from tests.ui.desk import Desk, words
from tests.ui.fakes import LOG, REF, MemoryDeck, make_detail
from tui.domain.errors import Unreachable
from tui.domain.log import TAIL_BYTES
from tui.domain.task import TaskRef
from tui.ui.screens.job import JobScreen
from tui.ui.screens.work import View

MERGE = TaskRef(REF.account, REF.id, "merge.chr7")


def desk(log: bytes = LOG) -> Desk:
    deck = MemoryDeck()
    deck.details[REF] = make_detail()
    deck.texts = {"job.err.log": log, "job.out.log": b"quiet\n"}
    return Desk(lambda d, clock: JobScreen(MERGE, d, clock), deck)


async def settle(app: Desk, pilot) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        await app.workers.wait_for_complete()
        await pilot.pause()


async def test_shows_the_end_of_the_log_and_the_errors_found_in_it() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        shown = words(app)
        assert "FAILED 42m ago exit 1" in shown
        assert "errors found (2)" in shown
        assert app.memory.reads == [(-TAIL_BYTES, TAIL_BYTES)]
        assert "last 65.5 KB of" in shown


async def test_n_jumps_to_the_line_that_says_why_and_y_copies_it() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("N", "y")
        assert (app.opened[-1].view, app.opened[-1].text) == (View.COPY, "09:42:21 Killed")


async def test_search_filter_and_escape() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("slash", *"alloc", "enter")
        assert "match 1/1" in words(app)
        await pilot.press("escape", "ampersand", *"memory", "enter")
        await settle(app, pilot)
        assert "only 'memory'" in words(app)
        assert "step 2999" not in words(app)
        await pilot.press("escape")
        await settle(app, pilot)
        assert "only" not in words(app)


async def test_top_twice_reads_the_part_before() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("g")
        await pilot.press("g")
        await settle(app, pilot)
        assert len(app.memory.reads) == 2
        assert "all " in words(app)


async def test_s_reads_the_other_stream_and_tabs_show_facts() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("s")
        await settle(app, pilot)
        assert "quiet" in words(app)
        await pilot.press("right_curly_bracket")
        assert "gatk MergeVcfs" in words(app)


async def test_says_why_there_is_no_log() -> None:
    app = desk()
    app.memory.why_no_log = "ET Engine keeps no logs."
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "ET Engine keeps no logs." in words(app)


async def test_a_read_that_fails_is_said_and_the_text_stays() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        app.memory.fails = Unreachable("cav", "reading a log", "timed out")
        await pilot.press("g")
        await pilot.press("g")
        await settle(app, pilot)
        assert "! cav: reading a log: timed out" in words(app)
        assert "step " in words(app)
