"""Open batches are refreshed within what that may cost."""

import asyncio
from datetime import timedelta

from tests.support.clocks import virtual
from tests.support.deck import Stand
from tui.domain.errors import NotFound, PlatformDown
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.store.snapshot import Change

BATCH = TaskRef("cgc", "t00001")


def family(stand: Stand, children: int) -> None:
    api = stand.api["cgc"]
    api.rows["t00001"] |= {"batch": True, "execution_status": {"running": children, "queued": 0}}
    for number in range(children):
        api.add(f"c{number:04}", "RUNNING", parent="t00001")


@virtual
async def test_a_batch_is_loaded_when_opened_and_closed_when_left() -> None:
    """Its children come at once and whole; left, they are forgotten."""
    stand = Stand()
    family(stand, 250)
    async with stand.running(20):
        stand.deck.look([], [BATCH])
        await asyncio.sleep(1)
        feed = stand.store.snapshot.children[BATCH]
        assert len(feed.tasks) == 250
        assert feed.complete
        assert all(t.parent == BATCH for t in feed.tasks.values())
        stand.deck.look([], [])
        assert stand.store.snapshot.children == {}
        await asyncio.sleep(30)
        assert stand.store.snapshot.children == {}


@virtual
async def test_children_on_screen_are_asked_for_each_time_and_the_others_in_turn() -> None:
    """At most two hundred a cycle."""
    stand = Stand()
    family(stand, 1_000)
    async with stand.running(20):
        seen, unseen = TaskRef("cgc", "c0007"), TaskRef("cgc", "c0990")
        stand.deck.look([seen], [BATCH])
        await asyncio.sleep(3)
        before = len(stand.calls("/bulk"))
        rows = stand.api["cgc"].rows
        rows["c0007"]["status"] = rows["c0990"]["status"] = "COMPLETED"
        rows["t00001"]["execution_status"] = {"running": 998, "completed": 2}
        await asyncio.sleep(9)
        assert stand.store.snapshot.task(seen).status is TaskStatus.DONE
        await asyncio.sleep(120)
        assert stand.store.snapshot.task(unseen).status is TaskStatus.DONE
        assert len(stand.calls("/bulk")) - before <= 27 * 4


@virtual
async def test_a_batch_that_is_gone_costs_one_call_and_says_so() -> None:
    """The account itself goes on; `r` asks once more."""
    async with Stand().running(20) as stand:
        missing = TaskRef("cgc", "nothing")
        before = len(stand.calls("/tasks"))
        stand.deck.look([], [missing])
        await asyncio.sleep(1)
        assert isinstance(stand.store.snapshot.children[missing].error, NotFound)
        assert stand.feed().error is None
        asked = len(stand.calls("/tasks")) - before
        stand.deck.pause(True)
        await asyncio.sleep(60)
        assert len(stand.calls("/tasks")) - before <= asked + 2


@virtual
async def test_of_a_large_batch_the_few_failures_come_before_everything_else() -> None:
    """Nobody waits for ten thousand rows to see the three that failed."""
    stand = Stand()
    family(stand, 1_000)
    rows = stand.api["cgc"].rows
    for number in (5, 500, 999):
        rows[f"c{number:04}"]["status"] = "FAILED"
    rows["t00001"]["execution_status"] = {"running": 997, "failed": 3}
    seen: list[tuple[int, int]] = []

    def note(change: Change) -> None:
        feed = change.snapshot.children.get(BATCH)
        if feed is not None and feed.tasks:
            failed = sum(task.status is TaskStatus.FAILED for task in feed.tasks.values())
            seen.append((len(feed.tasks), failed))

    async with stand.running(20):
        stand.store.subscribe(note)
        stand.deck.look([], [BATCH])
        await asyncio.sleep(3)
    assert seen[0] == (3, 3)
    assert max(seen) == (1_000, 3)


@virtual
async def test_with_the_few_failures_of_a_large_batch_comes_a_sample_of_its_successes() -> None:
    """What the failed share and the successful do not is known before the thousands are; the sample is spread over
    them, for the newest alone would share an hour."""
    stand = Stand()
    family(stand, 3_000)
    rows = stand.api["cgc"].rows
    for number in range(3_000):
        rows[f"c{number:04}"]["status"] = "FAILED" if number < 3 else "COMPLETED" if number < 2_000 else "QUEUED"
    rows["t00001"]["execution_status"] = {"queued": 1_000, "failed": 3, "completed": 1_997}
    seen: list[list[int]] = []

    def note(change: Change) -> None:
        feed = change.snapshot.children.get(BATCH)
        if feed is not None:
            seen.append([int(t.ref.id[1:]) for t in feed.tasks.values() if t.status is TaskStatus.DONE])

    async with stand.running(20):
        stand.store.subscribe(note)
        stand.deck.look([], [BATCH])
        await asyncio.sleep(3)
    first = next(done for done in seen if done)
    assert len(first) == 500
    assert {number // 400 for number in first} == {0, 1, 2, 3, 4}
    assert len(seen[-1]) == 1_997


@virtual
async def test_children_on_screen_are_shown_before_the_others_are_asked_for() -> None:
    """Two hundred answers are not waited for to learn what is looked at."""
    stand = Stand()
    family(stand, 400)
    seen, done = TaskRef("cgc", "c0007"), list[int]()

    def note(change: Change) -> None:
        feed = change.snapshot.children.get(BATCH)
        if feed is not None and (now := {t.ref for t in feed.tasks.values() if t.status is TaskStatus.DONE}):
            assert seen in now
            done.append(len(now))

    async with stand.running(20):
        stand.deck.look([seen], [BATCH])
        await asyncio.sleep(3)
        for number in range(400):
            stand.api["cgc"].rows[f"c{number:04}"]["status"] = "COMPLETED"
        stand.api["cgc"].rows["t00001"]["execution_status"] = {"completed": 400}
        stand.store.subscribe(note)
        await asyncio.sleep(9)
    assert list(dict.fromkeys(done))[:3] == [1, 101, 200]


@virtual
async def test_r25_children_are_stale_by_the_interval_at_which_their_account_is_asked() -> None:
    """While nobody looks it is asked every half minute: children of twenty seconds are not old then."""
    stand = Stand()
    family(stand, 50)
    async with stand.running(20):
        stand.deck.look([], [BATCH])
        stand.deck.focus(False)
        await asyncio.sleep(95)
        feed = stand.store.snapshot.children[BATCH]
        assert feed.interval == stand.feed().interval
        assert feed.fetched is not None
        assert not feed.stale(feed.fetched + timedelta(seconds=40))


@virtual
async def test_children_that_cannot_be_loaded_say_why_and_do_not_load_for_ever() -> None:
    stand = Stand()
    family(stand, 50)
    async with stand.running(20):
        stand.strike.on("GET", "/tasks", None, *[503] * 40)  # the list itself is answered
        stand.deck.look([], [BATCH])
        await asyncio.sleep(4)
        feed = stand.store.snapshot.children[BATCH]
        assert (type(feed.error), feed.loading) == (PlatformDown, False)
        stand.strike.clear()
        await asyncio.sleep(60)
        assert len(stand.store.snapshot.children[BATCH].tasks) == 50
        assert stand.store.snapshot.children[BATCH].error is None


@virtual
async def test_a_batch_that_was_left_while_it_loaded_stays_closed() -> None:
    """Whatever the answers under way turn out to be: what nobody looks at is not begun anew."""
    for fault in (None, 503):
        stand = Stand()
        family(stand, 450)
        async with stand.running(20):
            stand.latency = 0.5
            if fault:
                stand.strike.on("GET", "/tasks", None, *[fault] * 40)
            stand.deck.look([], [BATCH])
            await asyncio.sleep(1.2)
            stand.deck.look([], [])
            await asyncio.sleep(0.7)
            await asyncio.sleep(60)
            assert stand.store.snapshot.children == {}
