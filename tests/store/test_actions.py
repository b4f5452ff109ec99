"""What changes something: planned, sent once, noted, looked after."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clocks import run_virtual, virtual
from tests.support.deck import Stand
from tui.domain.action import Outcome, Result, Verb
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.store.actions.journal import Journal
from tui.store.actions.plan import Plan
from tui.store.actions.service import rest

LOST = 502


def ref(number: int) -> TaskRef:
    return TaskRef("cgc", f"t{number:05}")


async def planned(stand: Stand, verb: Verb, *numbers: int) -> Plan:
    tasks = [await stand.deck.task(ref(n)) for n in numbers]
    return stand.deck.actions.plan(verb, tasks)


async def done(stand: Stand, plan: Plan, max_wait: float | None = None) -> list[Result]:
    return [r async for r in stand.deck.actions.execute(plan, max_wait=max_wait)]


def outcomes(results: list[Result]) -> list[str]:
    return [r.outcome.value for r in results]


@virtual
async def test_an_abort_from_plan_to_snapshot(tmp_path: Path) -> None:
    """Marked while it flies, noted before and after, its answer in the store, the poller woken."""
    journal = Journal(tmp_path / "journal")
    async with Stand(journal=journal).running(20) as stand:
        marks: list[Any] = []
        stand.store.subscribe(lambda change: marks.append(dict(change.snapshot.in_flight)))
        (result,) = await done(stand, await planned(stand, Verb.ABORT, 1))
        assert (result.outcome, result.status) == (Outcome.DONE, "aborted")
        assert {ref(1): Verb.ABORT} in marks
        assert stand.store.snapshot.in_flight == {}
        assert stand.store.snapshot.task(ref(1)).status is TaskStatus.ABORTED
        assert [(e.verb, e.ref, e.outcome) for e in journal.entries()] == [(Verb.ABORT, ref(1), Outcome.DONE)]
        assert stand.api["cgc"].ledger == [("abort", "t00001")]


@virtual
async def test_r41_an_aim_already_reached_is_an_outcome(tmp_path: Path) -> None:
    """Abort of a final task, run of a running one, delete of what we deleted: nothing is sent for the first two."""
    journal = Journal(tmp_path / "journal")
    async with Stand(journal=journal).running(20) as stand:
        assert outcomes(await done(stand, await planned(stand, Verb.ABORT, 30))) == ["already"]
        assert outcomes(await done(stand, await planned(stand, Verb.RUN, 1))) == ["already"]
        assert stand.api["cgc"].ledger == []
        assert journal.entries() == ()
        stand.api["cgc"].add("draft", "DRAFT")
        task = await stand.deck.task(TaskRef("cgc", "draft"))
        plan = stand.deck.actions.plan(Verb.DELETE, [task])
        assert outcomes(await done(stand, plan)) == ["done"]
        assert outcomes(await done(stand, plan)) == ["already"]


@virtual
async def test_a_job_is_not_run_already_because_it_runs() -> None:
    """It was never a draft that could be run: refused like every verb on a job."""
    async with Stand().running(20) as stand:
        task = await stand.deck.task(TaskRef("cgc", "t00001"))
        job = replace(task, ref=replace(task.ref, job="step"), kind=Kind.JOB)
        plan = stand.deck.actions.plan(Verb.RUN, [job])
        assert (plan.already, [why for _, why in plan.skipped]) == ((), ["a job is changed through its task"])


@virtual
async def test_r41_what_ended_meanwhile_is_looked_at_and_already() -> None:
    """A refusal because the task has ended is no refusal."""
    async with Stand().running(20) as stand:
        plan = await planned(stand, Verb.ABORT, 1)
        stand.api["cgc"].rows["t00001"]["status"] = "COMPLETED"
        (result,) = await done(stand, plan)
        assert (result.outcome, result.status) == (Outcome.ALREADY, "done")


@virtual
async def test_r42_read_only_sends_nothing() -> None:
    """Every verb is refused with the reason, also what is reached already."""
    async with Stand(read_only=True).running(20) as stand:
        results = await done(stand, await planned(stand, Verb.ABORT, 1, 30))
        assert outcomes(results) == ["refused", "refused"]
        assert all("read-only" in (r.message or "") for r in results)
        assert stand.calls(method="POST", word="/actions") == []


@pytest.mark.parametrize("happens", [True, False])
def test_r33_r35_an_unanswered_action_is_looked_after_and_never_sent_again(tmp_path: Path, happens: bool) -> None:
    """Done where the platform shows it; else unknown, watched for ten minutes, and then left to the user."""

    @virtual
    async def run() -> None:
        journal = Journal(tmp_path / "journal")
        async with Stand(journal=journal).running(20) as stand:
            plan = await planned(stand, Verb.ABORT, 1)
            stand.strike.on("POST", "/abort", LOST)
            if happens:
                stand.api["cgc"].rows["t00001"]["status"] = "ABORTED"
            (result,) = await done(stand, plan)
            sent = len(stand.calls("/abort"))
            assert sent == 1
            if happens:
                assert result.outcome is Outcome.DONE
                return
            assert result.outcome is Outcome.UNKNOWN
            assert [e.outcome for e in journal.unknown()] == [Outcome.UNKNOWN]
            said = [p.what for p in stand.store.snapshot.problems]
            assert said == [f"abort of {ref(1)}: outcome unknown, checking"]
            await asyncio.sleep(700)
            assert [p.what for p in stand.store.snapshot.problems] == [f"abort of {ref(1)}: outcome unknown"]
            assert "look before you repeat it" in (stand.store.snapshot.problems[0].advice or "")
            assert len(stand.calls("/abort")) == sent
            later = Stand(journal=Journal(tmp_path / "journal")).deck.actions.unknowns
            assert any("abort of cgc:t00001" in str(unknown) for unknown in later.left())

    run()


@virtual
async def test_r35_one_that_was_executed_late_is_noticed(tmp_path: Path) -> None:
    """Within ten minutes: the store shows it, the journal says done, the problem goes."""
    journal = Journal(tmp_path / "journal")
    async with Stand(journal=journal).running(20) as stand:
        plan = await planned(stand, Verb.ABORT, 1)
        stand.strike.on("POST", "/abort", LOST)
        assert outcomes(await done(stand, plan)) == ["unknown"]
        await asyncio.sleep(120)
        stand.api["cgc"].rows["t00001"]["status"] = "ABORTED"
        await asyncio.sleep(60)
        assert stand.store.snapshot.problems == ()
        assert journal.unknown() == ()
        assert journal.entries()[0].outcome is Outcome.DONE


@virtual
async def test_r35_a_rerun_without_an_answer_cannot_be_seen() -> None:
    """A new task elsewhere shows on no target: it is unknown at once."""
    async with Stand().running(20) as stand:
        plan = await planned(stand, Verb.RERUN, 30)
        stand.strike.on("POST", "/clone", LOST)
        before = asyncio.get_running_loop().time()
        assert outcomes(await done(stand, plan)) == ["unknown"]
        assert asyncio.get_running_loop().time() - before < 1
        assert len(stand.calls("/clone")) == 1


@virtual
async def test_r36_targets_are_frozen_and_read_again() -> None:
    """A change of status, name or project, and a target that is gone, are told; others are not."""
    async with Stand().running(20) as stand:
        plan = await planned(stand, Verb.ABORT, 1, 2, 3, 4)
        rows = stand.api["cgc"].rows
        rows["t00001"]["status"] = "COMPLETED"
        rows["t00002"]["name"] = "renamed"
        del rows["t00003"]
        rows["t00004"]["price"] = {"amount": 3, "currency": "USD"}
        changed = (await stand.deck.actions.recheck(plan)).changed
        assert [c.what for c in changed] == [
            "cgc:t00001: status was running, is done; left out: nothing to do, it is COMPLETED",
            "cgc:t00002: name was task t00002, is renamed",
            "cgc:t00003: it is gone",
        ]
        assert [t.ref for t in plan.targets] == [ref(n) for n in (1, 2, 3, 4)]


@virtual
async def test_t08_a_plan_is_judged_anew_before_it_is_sent() -> None:
    """Every property that changed is told; what the action does not fit any more drops out, with the reason, and so
    does what is under way; a plan of which nothing changed is the same plan."""
    async with Stand().running(20) as stand:
        rows = stand.api["cgc"].rows
        for number in range(1, 5):
            rows[f"t{number:05}"]["status"] = "DRAFT"
        stand.deck.refresh()
        await asyncio.sleep(20)
        plan = await planned(stand, Verb.DELETE, 1, 2, 3, 4)
        assert (await stand.deck.actions.recheck(plan)).plan is plan
        rows["t00001"] |= {"status": "RUNNING", "name": "renamed", "project": "v/q"}
        rows["t00002"]["project"] = "v/q"
        del rows["t00003"]
        found = await stand.deck.actions.recheck(plan)
        assert [c.what for c in found.changed] == [
            "cgc:t00001: status was draft, is running; name was task t00001, is renamed; project was u/p, is v/q; "
            "left out: only drafts can be deleted; this one is RUNNING",
            "cgc:t00002: project was u/p, is v/q",
            "cgc:t00003: it is gone",
        ]
        assert [task.ref for task in found.plan.targets] == [ref(2), ref(4)]
        assert found.plan.targets[0].project == "v/q"
        results = {result.ref: result.outcome for result in await done(stand, found.plan)}
        assert results == {
            ref(1): Outcome.REFUSED, ref(2): Outcome.DONE, ref(3): Outcome.REFUSED, ref(4): Outcome.DONE,
        }  # fmt: skip
        assert stand.api["cgc"].ledger == [("delete", "t00002"), ("delete", "t00004")]


@virtual
async def test_r39_one_action_per_target_at_a_time() -> None:
    """Pressed again it is under way, in the plan and in a plan that was made before; a task counts once in a plan."""
    async with Stand().running(20) as stand:
        plan = await planned(stand, Verb.ABORT, 1)
        stand.strike.on("POST", "/abort", "stall")
        flying = asyncio.ensure_future(done(stand, plan))
        await asyncio.sleep(1)
        assert outcomes(await done(stand, plan)) == ["skipped"]
        task = plan.targets[0]
        assert stand.deck.actions.offers(task)[Verb.RENAME] == "abort is under way"
        assert stand.deck.actions.plan(Verb.ABORT, [task]).skipped == ((task, "abort is under way"),)
        flying.cancel()
        await asyncio.gather(flying, return_exceptions=True)
        older = replace(task, fetched=task.fetched - timedelta(1))
        assert len(stand.deck.actions.plan(Verb.ABORT, [task, older]).targets) == 1


@virtual
async def test_r34_cut_off_on_its_way_is_unknown_and_before_it_not_sent(tmp_path: Path) -> None:
    """Whatever ends the program gently, the journal says what is known and no mark stays."""
    journal = Journal(tmp_path / "journal")
    async with Stand(journal=journal).running(20) as stand:
        stand.strike.on("POST", "/abort", "stall")
        flying = asyncio.ensure_future(done(stand, await planned(stand, Verb.ABORT, 1)))
        await asyncio.sleep(1)
        flying.cancel()
        await asyncio.gather(flying, return_exceptions=True)
        assert stand.store.snapshot.in_flight == {}
        assert [e.outcome for e in journal.unknown()] == [Outcome.UNKNOWN]


@virtual
async def test_r34_cut_off_while_its_outcome_is_written_it_is_what_the_platform_said(tmp_path: Path) -> None:
    """The answer was here: a slow disk makes no unknown action of it."""
    journal = Journal(tmp_path / "journal")
    async with Stand(journal=journal).running(20) as stand:
        actions: Any = stand.deck.actions
        reached = asyncio.Event()

        async def slow(intent: str, result: Result) -> None:
            reached.set()
            await asyncio.sleep(5)

        actions._note = slow
        flying = asyncio.ensure_future(done(stand, await planned(stand, Verb.RERUN, 2)))
        await reached.wait()
        flying.cancel()
        await asyncio.gather(flying, return_exceptions=True)
        (entry,) = journal.entries()
        assert entry.outcome is Outcome.DONE
        assert entry.new is not None
        assert journal.unknown() == ()


def most_at_once(stand: Stand) -> list[int]:
    counts: list[int] = []
    stand.store.subscribe(lambda change: counts.append(len(change.snapshot.in_flight)))
    return counts


@virtual
async def test_r40_bulk_is_four_at_a_time_and_adds_up() -> None:
    """Each target has one outcome, each is sent once."""
    async with Stand(tasks=60, active=40).running(20) as stand:
        counts, stand.latency = most_at_once(stand), 0.2
        results = await done(stand, await planned(stand, Verb.ABORT, *range(50)))
        assert max(counts) == 4
        assert sorted(outcomes(results)) == ["already"] * 10 + ["done"] * 40
        assert sorted(r.ref for r in results) == [ref(n) for n in range(50)]
        assert sorted(stand.api["cgc"].ledger) == sorted(("abort", f"t{n:05}") for n in range(40))


@virtual
async def test_r40_three_failures_in_a_row_stop_and_the_rest_can_go_on() -> None:
    """The rest is not tried, and continuing takes exactly that."""
    async with Stand(tasks=60, active=40).running(20) as stand:
        plan = await planned(stand, Verb.ABORT, *range(20))
        stand.strike.on("POST", "/abort", 403, 403, 403, 403, 403, 403)
        results = await done(stand, plan)
        assert outcomes(results).count("refused") in {3, 4, 5, 6}
        left = [r for r in results if r.outcome is Outcome.NOT_TRIED]
        assert len(results) == 20
        assert all(r.message == "stopped after 3 failures in a row" for r in left)
        stand.strike.clear()
        again = rest(plan, results)
        assert [t.ref for t in again.targets] == [r.ref for r in left]
        assert outcomes(await done(stand, again)) == ["done"] * len(left)
        assert len(stand.calls("/abort")) == 20


@virtual
async def test_r40_a_rate_limit_pauses_until_the_reset_and_is_no_failure() -> None:
    """What was answered by 429 is not sent again; the others follow after the reset, and the outcome comes at once."""
    async with Stand(tasks=60, active=40).running(20) as stand:
        plan = await planned(stand, Verb.ABORT, *range(12))
        stand.api["cgc"].spend()
        results, times = [], []
        async for result in stand.deck.actions.execute(plan):
            results.append(result)
            times.append(asyncio.get_running_loop().time())
        found = outcomes(results)
        assert 1 <= found.count("refused") <= 4
        assert found.count("done") == 12 - found.count("refused")
        assert times[0] < 30
        assert times[-1] > 250
        assert len(stand.calls("/abort")) == 12


@virtual
async def test_r40_a_command_does_not_wait_longer_than_a_minute() -> None:
    """It stops, and says until when."""
    async with Stand(tasks=60, active=40).running(20) as stand:
        plan = await planned(stand, Verb.ABORT, *range(12))
        stand.api["cgc"].spend()
        results = await done(stand, plan, max_wait=60)
        assert outcomes(results).count("not_tried") >= 8
        assert all(
            "takes no more requests until" in (r.message or "") for r in results if r.outcome.value == "not_tried"
        )
        assert len(results) == 12


@virtual
async def test_r40_never_more_than_half_of_the_remaining_budget() -> None:
    """With six left three fly; with one left it waits for the reset."""
    async with Stand(tasks=60, active=40, limit=60).running(20) as stand:
        plan = await planned(stand, Verb.ABORT, *range(6))
        stand.deck.pause(True)
        api = stand.api["cgc"]
        api._used = 60 - 7
        await stand.deck.task(ref(40))
        counts, stand.latency = most_at_once(stand), 0.2
        begin = asyncio.get_running_loop().time()
        assert outcomes(await done(stand, plan)) == ["done"] * 6
        assert max(counts) <= 3
        assert asyncio.get_running_loop().time() - begin > 200
        assert api.refused == 0


@virtual
async def test_closing_waits_for_what_left_and_sends_nothing_more() -> None:
    """esc in the middle of a bulk action leaves no unknown outcome."""
    async with Stand(tasks=60, active=40).running(20) as stand:
        plan = await planned(stand, Verb.ABORT, *range(20))
        stand.latency = 0.2
        results = stand.deck.actions.execute(plan)
        await anext(results)
        await results.aclose()
        sent = len(stand.calls("/abort"))
        assert sent <= 8
        assert len(stand.api["cgc"].ledger) == sent
        assert stand.store.snapshot.in_flight == {}


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from([None, None, None, 403, 404, 409, 429, 500, LOST, "cut", "html"]), max_size=12),
    st.lists(st.integers(0, 25), min_size=1, max_size=12, unique=True),
)
def test_r33_r40_whatever_happens_each_target_is_sent_once_at_most_and_has_one_outcome(
    faults: list[Any], numbers: list[int]
) -> None:
    """The counts add up to the targets; the ledger never holds one twice."""

    async def run() -> None:
        async with Stand(tasks=30, active=20).running(6) as stand:
            plan = await planned(stand, Verb.ABORT, *numbers)
            stand.strike.on("POST", "/abort", *faults)
            results = await done(stand, plan)
            assert sorted(r.ref for r in results) == sorted(ref(n) for n in numbers)
            sent = [path for _, path in stand.calls("/abort")]
            assert len(sent) == len(set(sent)) <= len(numbers)
            left = rest(plan, results)
            assert {t.ref for t in left.targets} == {r.ref for r in results if r.outcome is Outcome.NOT_TRIED}
            assert stand.store.snapshot.in_flight == {}

    run_virtual(run())


def test_plans_say_what_matters() -> None:
    """A removal, many targets and other people's tasks need the count typed; money and losses are said."""

    @virtual
    async def run() -> None:
        async with Stand(tasks=60, active=40).running(20) as stand:
            await stand.deck.info("cgc")
            one = await planned(stand, Verb.ABORT, 1)
            assert not one.typed
            assert "This cannot be undone." in one.sentences
            assert (await planned(stand, Verb.ABORT, *range(6))).typed
            stand.api["cgc"].rows["t00001"]["created_by"] = "somebody"
            theirs = await planned(stand, Verb.ABORT, 1)
            assert theirs.typed
            assert theirs.others == ("somebody",)
            rerun = await planned(stand, Verb.RERUN, 30)
            assert any("costs money" in s for s in rerun.sentences)
            assert any("new task is created" in s for s in rerun.sentences)
            assert any("noted only until the program ends" in s for s in rerun.sentences)
            task: Task = rerun.targets[0]
            assert rerun.without(task.ref).targets == ()

    run()
