"""The batch screen by keys."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from tests.support.memory_deck import BATCH, NOW, MemoryDeck, make_batch, make_children, make_detail, make_task
from tests.support.screens import Desk, words
from tests.support.waiting import calls
from tui.domain.errors import PlatformDown
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.store.snapshot import Feed, Snapshot
from tui.ui.messages import View
from tui.ui.screens.batch import BatchScreen


def snapshot(number: int, **feed: Any) -> Snapshot:
    children = make_children(number)
    batch = make_batch(children)
    given: dict[str, Any] = {"tasks": {str(c.ref): c for c in children}, "fetched": NOW, "complete": True} | feed
    return Snapshot(
        MappingProxyType({"et": Feed(tasks={str(BATCH): batch}, fetched=NOW)}), MappingProxyType({BATCH: Feed(**given)})
    )


def desk() -> Desk:
    deck = MemoryDeck()
    deck.details[BATCH] = make_detail(make_batch(make_children(100)))
    return Desk(lambda d, clock: BatchScreen(BATCH, d, clock), deck)


async def opened(app: Desk, pilot: Any, number: int = 400, **feed: Any) -> BatchScreen:
    await app.workers.wait_for_complete()
    app.give(snapshot(number, **feed))
    await pilot.pause()
    screen = app.screen
    assert isinstance(screen, BatchScreen)
    return screen


async def test_opens_from_the_counts_before_any_child_is_here() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "● 13" in words(app)
        assert "loading" in words(app)


async def test_shows_counts_strip_failures_and_children() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        shown = words(app)
        assert "porosity mc 2000" in shown
        assert "OOM: killed at 15.8G" in shown
        assert "400 of 400" in shown
        assert "CHILDREN IN ORDER" in shown
        assert "red: failed, tallest 1 of 6" in shown


async def test_n_goes_to_failures_and_enter_opens_the_child() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("n", "n", "enter", "l")
        assert [m.ref.id for m in app.opened] == ["b-91cc02-29", "b-91cc02-29"]
        assert app.opened[1].view is View.LOG


async def test_filter_and_failed_only() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("F")
        assert all(screen.panes.listed.tasks[k].status is TaskStatus.FAILED for k in screen.panes.rows.table.view)
        await pilot.press("F", "slash", *"key:seed=7", "enter")
        assert "of 400" in words(app)
        assert 0 < len(screen.panes.rows.table.view) < 60


async def test_the_cursor_on_the_strip_lists_the_children_of_a_cell() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("shift+tab", "right", "right", "enter")
        assert list(screen.panes.rows.table.view) == [f"et:b-91cc02-{n}" for n in range(12, 18)]
        await pilot.press("escape")
        assert len(screen.panes.rows.table.view) == 400


async def test_a_platform_that_is_down_is_said_and_the_children_stay() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        app.held.passed = 41.0
        app.give(snapshot(400, error=PlatformDown("et", "listing jobs", "503")))
        await pilot.pause()
        shown = words(app)
        assert "STALE 41s old" in shown
        assert "! et: listing jobs: 503" in shown
        assert "400 of 400" in shown


async def test_r25_the_age_of_children_is_measured_by_how_often_they_are_asked_for() -> None:
    """A budget that lets them be asked for once a minute does not make them stale after twelve seconds."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        app.held.passed = 41.0
        app.give(snapshot(400, interval=timedelta(seconds=60)))
        await pilot.pause()
        assert "STALE" not in words(app)
        assert "41s old" in words(app)


async def test_enter_on_a_group_shows_its_children_and_space_marks_them_all() -> None:
    """The marked children are what an action is about."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("tab", "enter")
        group = screen.panes.grouping.groups[0]
        assert list(screen.panes.rows.table.view) == sorted(
            map(str, group.refs), key=lambda ref: int(ref.rsplit("-", 1)[1])
        )
        await pilot.press("escape", "tab", "space", "x")
        assert set(app.acted[-1].refs) == set(group.refs)


async def test_beside_the_groups_stands_what_is_known_of_the_one_under_the_cursor() -> None:
    """And the child again when the children have the keys."""
    app = desk()
    async with app.run_test(size=(160, 48)) as pilot:
        screen = await opened(app, pilot)
        await app.workers.wait_for_complete()
        await pilot.press("tab")
        await pilot.pause()
        assert "do  rerun with" in words(app)
        assert "they share" in words(app)
        await pilot.press("shift+tab")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "they share" not in words(app)
        assert screen.panes.rows.child is not None
        assert f"JOB {screen.panes.rows.child.index} " in words(app)


async def test_after_a_filter_took_the_row_away_the_next_keys_mean_the_row_the_cursor_is_on() -> None:
    """The user changed what is shown and sees where the cursor stands."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("F")
        assert screen.panes.rows.child is not None
        assert screen.panes.rows.child.status is TaskStatus.FAILED
        await pilot.press("l")
        assert app.opened[-1].ref == screen.panes.rows.child.ref


async def test_v_marks_from_the_last_mark_to_here() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("V")
        assert not screen.panes.rows.table.marks
        await pilot.press("space", "j", "j", "V")
        assert screen.panes.rows.table.marks == set(screen.panes.rows.table.view[:4])


async def test_columns_that_no_child_fills_take_no_room() -> None:
    """Seven Bridges numbers no children and tells no hosts."""
    app = desk()
    async with app.run_test(size=(160, 48)) as pilot:
        await app.workers.wait_for_complete()
        children = [make_task(TaskRef("cgc", f"c{n}"), name=f"sample {n}") for n in range(20)]
        feed = Feed(tasks={str(c.ref): c for c in children}, fetched=NOW, complete=True)
        app.give(Snapshot(MappingProxyType({}), MappingProxyType({BATCH: feed})))
        await pilot.pause()
        head = next(line for line in words(app).splitlines() if line.startswith("   STATUS"))
        assert "IDX" not in head
        assert "HOST" not in head
        assert "KEY" in head


async def test_l06_the_strip_has_its_scale_before_all_children_are_here() -> None:
    """The batch knows how many there are; a cell stands for as many from the first frame on."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        given = snapshot(10_000)
        feed = given.children[BATCH]
        some = dict(list(feed.tasks.items())[:300])
        app.give(replace(given, children={BATCH: replace(feed, tasks=some, complete=False, loading=True)}))
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, BatchScreen)
        before = screen.panes.strip.band
        app.give(given)
        await pilot.pause()
        after = screen.panes.strip.band
        assert (before.per, before.total, len(before.ground)) == (after.per, after.total, len(after.ground))
        assert before.ground[-1] == after.ground[-1] == "wait"


async def test_l06_the_pane_with_the_keys_is_named_by_a_heavy_line() -> None:
    """And only that one."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await app.workers.wait_for_complete()
        await pilot.pause()
        for pane in ("CHILDREN ", "WHY THEY FAIL", "CHILDREN IN ORDER"):
            heavy = [line for line in words(app).splitlines() if line.startswith("━━ ")]
            assert len(heavy) == 1
            assert heavy[0].startswith(f"━━ {pane}")
            await pilot.press("tab")
            await pilot.pause()


async def test_l06_run_times_are_drawn_against_the_median_of_the_done() -> None:
    """The mark stands in the same column of every row."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await app.workers.wait_for_complete()
        await pilot.pause()
        rows = [line for line in words(app).splitlines() if " DONE " in line]
        assert len(rows) > 3
        assert len({next(x for x, sign in enumerate(row) if sign in "┊┿") for row in rows}) == 1


async def test_a_filter_that_cannot_be_read_is_said_and_the_rows_stay() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("slash", "(")
        assert "column" in words(app)
        assert len(screen.panes.rows.table.view) == 400


async def test_p11_ten_thousand_children_are_painted_from_memory() -> None:
    """`python -m tests.bench P11` measures how fast; here a child costs a few calls, for only what fits is drawn."""
    app = desk()
    async with app.run_test(size=(160, 48)) as pilot:
        await app.workers.wait_for_complete()
        given = snapshot(10_000)
        work = calls(lambda: app.give(given))
        await pilot.pause()
        assert work < 16 * 10_000
        assert "10,000 of 10,000" in words(app)


async def test_while_failures_are_unread_nobody_is_told_that_there_were_none() -> None:
    """The counts know of them before a single child is here."""
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        given = snapshot(400, complete=False, loading=True)
        batch = replace(given.feeds["et"].tasks[str(BATCH)], status=TaskStatus.FAILED)
        feed = replace(given.children[BATCH], tasks={})
        app.give(Snapshot(MappingProxyType({"et": Feed(tasks={str(BATCH): batch})}), MappingProxyType({BATCH: feed})))
        await pilot.pause()
        assert "without a failure" not in words(app)
        assert "failed; which and why is still being read" in words(app)


async def test_a_filter_that_leaves_no_child_says_how_to_see_them_again() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("slash", *"zzz", "enter")
        assert "no child matches; esc shows them again" in words(app)
        await pilot.press("escape")
        assert len(screen.panes.rows.table.view) == 400


async def test_how_many_end_an_hour_is_told_once_all_children_are_here() -> None:
    """Of a part only some are counted: what they cost can be told from them, when all are done cannot."""
    app = desk()
    async with app.run_test(size=(160, 48)) as pilot:
        screen = await opened(app, pilot, 400, complete=False)
        feed = screen.snapshot.children[BATCH]
        lately = {
            key: replace(t, ended=NOW - timedelta(minutes=9) if t.ended else None) for key, t in feed.tasks.items()
        }
        for complete in (False, True):
            app.give(replace(screen.snapshot, children={BATCH: replace(feed, tasks=lately, complete=complete)}))
            await pilot.pause()
            await app.workers.wait_for_complete()
            screen.panes.draw()
            await pilot.pause()
            assert "forecast" in words(app)
            assert ("/h  eta" in words(app)) is complete


async def test_children_without_times_have_no_timeline_and_the_project_goes_by_its_name() -> None:
    """Qarnot tells no times of finished instances: no empty axis pretends to be one."""
    app = desk()
    app.memory.projects = {"geo-lab": "Geophysics"}
    async with app.run_test(size=(160, 48)) as pilot:
        screen = await opened(app, pilot, 20)
        feed = screen.snapshot.children[BATCH]
        bare = {key: replace(task, started=None, ended=None) for key, task in feed.tasks.items()}
        app.give(replace(screen.snapshot, children={BATCH: replace(feed, tasks=bare)}))
        await pilot.pause()
        await pilot.press("T")
        await pilot.pause()
        assert "the platform tells no times of these" in words(app)
        assert "1 col" not in words(app)
        assert "Geophysics" in words(app)
        assert "geo-lab" not in words(app)
