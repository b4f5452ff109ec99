"""The task screen by keys."""

import json
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from tests.support.memory_deck import HOSTILE, LOG, NOW, REF, MemoryDeck, make_detail, make_task
from tests.support.screens import Desk, words
from tui.domain.errors import PlatformDown
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.domain.text import plain
from tui.store.snapshot import Feed, Snapshot
from tui.ui.messages import View
from tui.ui.screens.task import TaskScreen
from tui.ui.widgets.detail_tree import DetailTree


def desk(deck: MemoryDeck | None = None, ref: TaskRef = REF) -> Desk:
    if deck is None:
        deck = MemoryDeck()
        deck.details[REF] = make_detail()
        deck.texts = {"job.err.log": LOG}
    return Desk(lambda d, clock: TaskScreen(ref, d, clock), deck)


async def settle(app: Desk, pilot) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        await app.workers.wait_for_complete()
        await pilot.pause()


async def test_says_why_it_failed_and_what_to_press() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        shown = words(app)
        assert "FAILED 41m ago" in shown
        assert "S3 read: AccessDenied" in shown
        assert "next: l log of merge.chr7" in shown


async def test_two_panes_show_timeline_job_and_log_from_140_columns_on() -> None:
    app = desk()
    async with app.run_test(size=(160, 48)) as pilot:
        await settle(app, pilot)
        shown = words(app)
        assert "TIMELINE" in shown
        assert "SELECTED  merge.chr7" in shown
        assert "09:42:21 Killed" in shown


async def test_l_opens_the_log_of_the_failed_job_and_enter_the_job() -> None:
    app = desk()
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(app, pilot)
        await pilot.press("l")
        await pilot.press("slash", *"gatk merge", "enter", "k", "k", "k", "k", "k", "k")
        assert app.opened[0].ref.job == "merge.chr7"
        assert app.opened[0].view is View.LOG


async def test_find_goes_to_the_line_and_y_copies_its_value() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("slash", *"ploidy", "enter", "y")
        await pilot.pause()
        assert app.copied[-1] == "2"


async def test_an_account_that_is_down_is_said_and_the_tree_stays() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        app.memory.fails = PlatformDown("cav", "reading a task", "503 from the platform")
        await pilot.press("r")
        await settle(app, pilot)
        assert "! cav: reading a task: 503" in words(app)
        assert "S3 read: AccessDenied" in words(app)


async def test_a_task_that_is_not_there_is_said() -> None:
    app = desk(MemoryDeck())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        assert "there is no such task" in words(app)


async def test_live_refresh_leaves_the_cursor_on_its_line() -> None:
    app = desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await pilot.press("slash", *"ploidy", "enter", "escape")
        app.memory.change(REF, status=TaskStatus.ABORTED, tags=("x",))
        await pilot.press("r")
        await settle(app, pilot)
        await pilot.press("y")
        assert "ABORTED" in words(app)
        assert app.copied[-1] == "2"


async def test_r13_a_hostile_name_changes_nothing_but_the_text() -> None:
    deck = MemoryDeck()
    name = plain(HOSTILE)
    detail = make_detail(make_task(name=name, reason=name, project=name, app=name))
    deck.details[REF] = replace(detail, inputs={name: name}, more={name: {name: name}})
    app = desk(deck)
    async with app.run_test(size=(60, 15)) as pilot:
        await settle(app, pilot)
        await pilot.press(*"jjjjjjjj", "right", "l", "v", "G")
        assert "[/foo]" in words(app)


async def test_what_differs_from_the_last_good_run_is_marked_and_can_stand_alone() -> None:
    """The failed run had another interval list; `F` leaves only that."""
    good = TaskRef(REF.account, "good")
    deck = MemoryDeck()
    failed = make_detail()
    was = make_task(good, status=TaskStatus.DONE, native_status="COMPLETED", reason=None, errors=())
    deck.details[REF] = failed
    deck.details[good] = replace(failed, task=was, inputs={**(failed.inputs or {}), "ploidy": 1})
    app = Desk(lambda d, clock: TaskScreen(REF, d, clock), deck)
    async with app.run_test(size=(80, 24)) as pilot:
        feed = Feed(tasks={str(t.ref): t for t in (failed.task, was)}, fetched=NOW)
        app.give(Snapshot(MappingProxyType({REF.account: feed}), MappingProxyType({})))
        app.screen.action_reload()  # type: ignore[attr-defined]
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("F")
        await pilot.pause()
        shown = words(app)
        assert "1 differs from the last good run" in shown
        line = next(row for row in shown.splitlines() if "ploidy" in row)
        assert line.startswith("!")
        assert line.rstrip().endswith("was 1")
        assert "status" not in shown.split("─")[-1]
        await pilot.press("F")
        await pilot.pause()
        assert "status" in words(app)


async def test_u14_y_copies_the_value_and_not_what_is_drawn_of_it() -> None:
    """A point in time without its age or what stands beside it, a number without its comma, a group as JSON."""
    app = desk()
    detail = make_detail()
    settings = {"reads": 12_345, "begun": NOW, "took": timedelta(minutes=77), "flags": ["a", "b", "c", "d"]}
    app.memory.details[REF] = replace(detail, settings=settings)
    async with app.run_test(size=(80, 60)) as pilot:
        await settle(app, pilot)
        tree = app.screen.query_one(DetailTree)
        for ages in (False, True):
            copied = {}
            for path in (
                ("status",), ("status", "started"), ("status", "ended"), ("settings", "reads"), ("settings", "begun"),
                ("settings", "took"), ("settings", "flags"), ("price",), ("inputs", "intervals"),
            ):  # fmt: skip
                tree.put_cursor(path)
                await pilot.press("y")
                copied["/".join(path)] = app.copied[-1]
            assert copied == {
                "status": "failed",
                "status/started": "2026-11-24T09:04:09Z",
                "status/ended": "2026-11-24T10:21:09Z",
                "settings/reads": "12345",
                "settings/begun": "2026-11-24T11:02:09Z",
                "settings/took": "4620.0",
                "settings/flags": '["a", "b", "c", "d"]',
                "price": "6.90 USD",
                "inputs/intervals": "f9a1",
            }, f"with ages {ages}"
            await pilot.press("t")
        for group, value in (("raw", json.loads(detail.raw or b"")), ("people", {"created by": "rfranklin"})):
            tree.put_cursor((group,))
            await pilot.press("y")
            assert value.items() <= json.loads(app.copied[-1]).items()
