"""The adapter over the pretended platform: what it asks, and how often."""

from datetime import timedelta

import pytest

from tests.support.clocks import HeldClock
from tests.support.etengine import START, URL, Desk
from tests.support.servers import Scripted, answer
from tui.domain.action import Verb
from tui.domain.errors import Forbidden, NotFound, PlatformDown, Rejected, UnexpectedAnswer
from tui.domain.status import TaskStatus
from tui.domain.task import Tally, Task, TaskRef
from tui.domain.token import Token
from tui.platforms.etengine.adapter import EtEngine
from tui.platforms.etengine.jobs import FEW
from tui.platforms.protocols import Connection


async def everything(platform: EtEngine) -> list[Task]:
    return [task async for page in platform.pages(whole=True) for task in page.tasks]


async def children(platform: EtEngine, ref: TaskRef) -> list[Task]:
    return [task async for page in platform.children(ref) for task in page.tasks]


def of(tasks: list[Task], status: TaskStatus, jobs: int = 2) -> Task:
    """The first batch in this status with so many jobs at least."""
    return next(t for t in tasks if t.status is status and t.counts is not None and t.counts.total >= jobs)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("edition", ["current", "docs", "old"])
async def test_section_8_every_edition_reads_alike(edition: str) -> None:
    """Names, counts, sizes, jobs and arguments are the same, whatever the answers look like."""
    read = []
    for name in ("current", edition):
        async with Desk(edition=name).open() as platform:
            tasks = await everything(platform)
            batch = of(tasks, TaskStatus.FAILED)
            jobs = await children(platform, batch.ref)
            read.append(
                ([(t.ref, t.name, t.app, t.status, t.counts, t.instance) for t in tasks],
                 [(j.ref, j.name, j.index, dict(j.arguments), j.settings) for j in jobs])
            )  # fmt: skip
    assert read[0] == read[1]


@pytest.mark.parametrize("edition", ["current", "docs"])
async def test_jobs_have_states_reasons_and_times_in_both_printings(edition: str) -> None:
    """Milliseconds in one, text in the other."""
    async with Desk(edition=edition).open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED)
        jobs = await children(platform, batch.ref)
    assert Tally.of(job.status for job in jobs) == batch.counts
    for job in jobs:
        assert job.created is not None
        assert job.created <= (job.started or job.created) < (job.ended or START)
    assert all(job.reason for job in jobs if job.status is TaskStatus.FAILED)


async def test_section_5_1_the_old_services_submitting_is_not_believed() -> None:
    """It says SUBMITTING of every job that it finds; the counts say that all have ended."""
    async with Desk(edition="old").open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED)
        jobs = await children(platform, batch.ref)
    assert {(job.status, job.native_status) for job in jobs} == {(TaskStatus.UNKNOWN, "SUBMITTING")}


async def test_rule_11_a_list_costs_one_call_and_one_a_batch_few_at_a_time(desk: Desk) -> None:
    async with desk.open() as platform:
        tasks = await everything(platform)
        assert len(desk.calls) <= 10 + len(tasks)
        assert desk.most <= 8
        desk.calls.clear()
        again = await everything(platform)
    live = sum(t.status is not TaskStatus.DONE and t.status is not TaskStatus.FAILED for t in again)
    assert len(desk.calls) == 1 + live, "what has ended is not counted again"


async def test_rule_11_a_large_batch_opens_from_one_list_and_asks_for_what_is_looked_at() -> None:
    desk = Desk(tasks=100)
    async with desk.open() as platform:
        wide = next(t for t in await everything(platform) if t.counts and t.counts.total == 10_000)
        desk.calls.clear()
        rows = await children(platform, wide.ref)
        assert (len(rows), len(desk.calls)) == (10_000, 2)
        assert {row.native_status for row in rows} == {""}
        looked = await platform.child_details([row.ref for row in rows[40:80]])
        assert (len(looked.tasks), len(desk.calls)) == (40, 42)
        assert all(job.status.is_final and job.started for job in looked.tasks)
        assert [job.index for job in looked.tasks] == list(range(40, 80))
        assert (await platform.many([wide.ref])).tasks[0].created is not None, "the jobs told when it was made"
        desk.calls.clear()
        detail = await platform.detail(wide.ref)
        assert len(desk.calls) <= 3
        assert (detail.jobs, detail.inputs and detail.inputs["seed"]) == (None, "1 … 10000 (10,000 values)")


async def test_rule_11_jobs_that_are_all_in_one_state_are_not_asked_for(desk: Desk) -> None:
    async with desk.open() as platform:
        done = of(await everything(platform), TaskStatus.DONE)
        desk.calls.clear()
        rows = await children(platform, done.ref)
        assert {row.status for row in rows} == {TaskStatus.DONE}
        assert desk.counted("/jobs/") == 0
        assert all(job.ended for job in await platform.jobs(done.ref)), "who asks for the jobs gets their times"


async def test_children_and_jobs_are_the_same_rows(desk: Desk) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED)
        assert tuple(await children(platform, batch.ref)) == await platform.jobs(batch.ref)


async def test_one_job_is_read_without_its_siblings(desk: Desk) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED, 12)
        ref = (await children(platform, batch.ref))[5].ref
        desk.calls.clear()
        (job,) = await platform.jobs(ref)
        assert (job.ref, job.index) == (ref, 5)
        assert desk.counted("/jobs/") == 1
        assert await platform.jobs(TaskRef("et", batch.ref.id, "nothing")) == ()
        gone = await platform.child_details([TaskRef("et", batch.ref.id, "nothing")])
        assert gone.gone == (TaskRef("et", batch.ref.id, "nothing"),)


async def test_section_4_3_lost_counts_are_expired_and_cost_no_call_a_job(desk: Desk) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.UNKNOWN)
        assert batch.native_status == "expired"
        rows = await children(platform, batch.ref)
        assert {row.status for row in rows} == {TaskStatus.UNKNOWN}
        assert len(await platform.jobs(batch.ref)) == len(rows)
        detail = await platform.detail(batch.ref)
        assert detail.inputs
        assert platform.refusal(Verb.RERUN, batch) is None, "the jobs' arguments are still there"


async def test_section_4_3_what_was_told_before_is_not_forgotten(desk: Desk) -> None:
    """The platform loses the states of what has ended; who has seen them keeps them."""
    async with desk.open() as platform:
        before = of(await everything(platform), TaskStatus.FAILED)
        desk.later(days=30)
        (after,) = (await platform.many([before.ref])).tasks
    assert (after.status, after.counts) == (before.status, before.counts)
    async with desk.open() as platform:
        (fresh,) = (await platform.many([before.ref])).tasks
    assert fresh.native_status == "expired"


async def test_section_5_3_a_new_batch_is_queued_until_it_is_counted_also_for_another_program(desk: Desk) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.DONE)
        done = await platform.rerun(batch.ref, {})
        assert done.new is not None
        assert done.task is not None
        assert (done.task.status, done.task.counts) == (TaskStatus.QUEUED, Tally(queued=done.task.progress.total or 0))  # type: ignore[union-attr]
    async with desk.open() as platform:
        (seen,) = (await platform.many([done.new])).tasks
        assert (seen.status, seen.native_status) == (TaskStatus.QUEUED, "queued")
        assert (await platform.newest()).tasks
        desk.later(minutes=2)
        (seen,) = (await platform.many([done.new])).tasks
        assert seen.status is TaskStatus.RUNNING
        desk.later(hours=9)
        (seen,) = (await platform.many([done.new])).tasks
        assert seen.status is TaskStatus.DONE


async def test_what_comes_while_we_watch_stands_first(desk: Desk) -> None:
    async with desk.open() as platform:
        tasks = await everything(platform)
        desk.later(seconds=1)
        submitted = (await desk.open().rerun(of(tasks, TaskStatus.DONE).ref, {})).new
        page = await platform.newest()
        assert [t.ref for t in page.tasks] == [submitted]
        assert (await everything(platform))[0].ref == submitted
        desk.calls.clear()
        assert len((await platform.newest()).tasks) == 1
        assert len(desk.calls) <= 2


async def test_a_watched_load_stops_and_says_how_far_it_came() -> None:
    desk = Desk(tasks=200)
    async with desk.open() as platform:
        first = await everything(platform)
        assert len(first) == 200
        async with desk.open() as another:
            for _ in range(30):
                await another.rerun(of(first, TaskStatus.DONE).ref, {})
        pages = [page async for page in platform.pages()]
        assert [page.capped for page in pages][-1] == "the counts of 200 of 230 batches are read so far"
        rest = [task async for page in platform.pages(skip=200) for task in page.tasks]
        held = {t.ref for page in pages for t in page.tasks}
        assert len(held | {t.ref for t in rest}) == 230


async def test_reruns_submit_what_the_jobs_were_given(desk: Desk) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED)
        jobs = await platform.jobs(batch.ref)
        done = await platform.rerun(batch.ref, {})
        assert done.new is not None
        desk.later(minutes=1)
        again = await platform.jobs(done.new)
        assert [dict(j.arguments) for j in again] == [dict(j.arguments) for j in jobs]
        assert {j.instance for j in again} == {batch.instance}
    assert [row["verb"] for row in desk.changes] == ["submit"]


@pytest.mark.parametrize("edition", ["current", "docs"])
async def test_only_what_failed_is_submitted_again_in_one_batch(edition: str) -> None:
    desk = Desk(edition=edition)
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED)
        failed = [j for j in await platform.jobs(batch.ref) if j.status is TaskStatus.FAILED]
        done = await platform.rerun_failed(batch.ref, None, {"memory": "65536"})
        assert done.new is not None
        desk.later(minutes=1)
        again = await platform.jobs(done.new)
        assert [dict(j.arguments) for j in again] == [dict(j.arguments) for j in failed]
        assert {j.settings["memory"] for j in again} == {"65536"}
        one = await platform.rerun_failed(batch.ref, [failed[0].ref], {})
        assert str(one.message).startswith("1 job was submitted as a new batch")
    assert [row["verb"] for row in desk.changes] == ["submit", "submit"]


async def test_failures_among_thousands_are_looked_for_no_longer_than_needed() -> None:
    desk = Desk(tasks=100)
    async with desk.open() as platform:
        wide = next(t for t in await everything(platform) if t.counts and t.counts.total == 2_000)
        assert wide.counts is not None
        desk.calls.clear()
        done = await platform.rerun_failed(wide.ref, None, {})
        assert str(done.message).startswith(f"{wide.counts.failed} jobs were submitted as a new batch")
        assert desk.counted("/jobs/") < 2_000 - FEW, "those still queued were not asked for"


async def test_the_old_edition_takes_its_own_hardware_and_answers_an_id() -> None:
    desk = Desk(edition="old")
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.DONE)
        done = await platform.rerun(batch.ref, {"cpu": "16"})
        assert done.task is not None
        assert (done.task.app, done.task.settings["cpu"]) == (batch.app, "16")
        assert done.task.counts == Tally(queued=batch.counts.total if batch.counts else 0)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"sede": "1"}, "there is no argument sede; there are cpu, memory, "), ({"cpu": "two"}, "whole number"),
     ({"memory": "0"}, "whole number")],
)  # fmt: skip
async def test_a_setting_without_a_place_sends_nothing(desk: Desk, settings: dict[str, str], said: str) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.DONE)
        with pytest.raises(Rejected, match=said):
            await platform.rerun(batch.ref, settings)
    assert desk.changes == []


async def test_an_argument_can_be_changed_in_every_job(desk: Desk) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED)
        name = next(iter((await platform.jobs(batch.ref))[0].arguments))
        done = await platform.rerun(batch.ref, {name: "other"})
        assert done.new is not None
        desk.later(minutes=1)
        assert {j.arguments[name] for j in await platform.jobs(done.new)} == {"other"}


async def test_r33_a_submission_is_never_repeated(desk: Desk) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.DONE)
        desk.spoil = lambda method, path: 504 if method == "POST" else None
        with pytest.raises(PlatformDown):
            await platform.rerun(batch.ref, {})
    assert desk.counted("POST /tools/") == 1


async def test_forgetting_removes_records_and_jobs_run_on(desk: Desk) -> None:
    async with desk.open() as platform:
        running = of(await everything(platform), TaskStatus.RUNNING)
        done = await platform.forget(running.ref)
        assert "billed" in str(done.message)
        assert (await platform.many([running.ref])).gone == (running.ref,)
        with pytest.raises(NotFound):
            await platform.forget(running.ref)
        assert desk.world.mounted[-1].app.world.unseen() > 0
    assert [row["verb"] for row in desk.changes] == ["forget"]


async def test_section_2_nothing_is_ever_called_cancel_and_nothing_deletes_all(desk: Desk) -> None:
    async with desk.open() as platform:
        running = of(await everything(platform), TaskStatus.RUNNING)
        for verb in (Verb.ABORT, Verb.DELETE):
            assert "billed" in str(platform.refusal(verb, running))
        assert platform.refusal(Verb.FORGET, running) is None
        for verb in set(Verb) - {Verb.FORGET, Verb.RERUN, Verb.RERUN_FAILED}:
            assert platform.refusal(verb, running)
        await platform.forget(running.ref)
    assert "DELETE /batches" not in desk.calls


async def test_section_3_an_unknown_job_leaves_its_siblings_alone(desk: Desk) -> None:
    """500 stands for a job that the platform does not know; the others are still shown."""
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED)
        lost = (await platform.jobs(batch.ref))[1].ref
        desk.spoil = lambda method, path: 500 if path.endswith(str(lost.job)) else None
        jobs = await platform.jobs(batch.ref)
        assert [j.ref for j in jobs if j.status is TaskStatus.UNKNOWN] == [lost]


async def test_section_3_one_500_is_asked_again(desk: Desk) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED)
        struck: list[str] = []
        desk.spoil = lambda method, path: 500 if "/jobs/" in path and not struck and not struck.append(path) else None  # type: ignore[func-returns-value]
        assert Tally.of(j.status for j in await platform.jobs(batch.ref)) == batch.counts
        desk.spoil = lambda method, path: 503 if "/jobs/" in path else None
        with pytest.raises(PlatformDown):
            await platform.jobs(batch.ref)


async def test_the_detail_holds_tool_hardware_filesystems_and_arguments(desk: Desk) -> None:
    async with desk.open() as platform:
        batch = of(await everything(platform), TaskStatus.FAILED)
        detail = await platform.detail(batch.ref)
    assert detail.more is not None
    assert detail.inputs is not None
    assert detail.settings is not None
    assert detail.batch is not None
    assert detail.more["tool"]["name"] == batch.app
    assert set(detail.more["counts"]) >= {"succeeded", "failed", "runnable"}
    assert len(detail.more["arguments"]) == len(detail.jobs or ())
    assert set(detail.batch.criteria) <= set(detail.inputs)
    assert detail.task.created is not None
    assert detail.task.ended is not None
    assert START - detail.task.created < timedelta(days=30)
    assert {str(j.parent) for j in detail.jobs or ()} == {str(batch.ref)}


async def test_the_account_shows_tools_filesystems_and_keys(desk: Desk) -> None:
    async with desk.open() as platform:
        info = await platform.info()
        assert list(info.sections) == ["tools", "filesystems", "keys"]
        assert {"porosity-mc", "seismic-inv"} <= {str(t["name"]) for t in info.sections["tools"]}
        (key,) = info.sections["keys"]
        assert (key["created"], key["expires"]) == (START - timedelta(days=12), START + timedelta(days=18))
        desk.spoil = lambda method, path: 401 if path == "/keys" else None
        assert "keys" not in (await platform.info()).sections


def test_the_apis_own_addresses_are_references(desk: Desk) -> None:
    platform = desk.open()
    id_, job = "0af1c2d3-0000-4000-8000-000000000000", "1af1c2d3-0000-4000-8000-000000000000"
    base = "http://127.0.0.1/et-engine/et/v1/batches/"
    assert platform.ref_of_url(base + id_) == TaskRef("et", id_)
    assert platform.ref_of_url(f"{base}{id_}/jobs/{job}") == TaskRef("et", id_, job)
    for other in (f"{base}{id_}/jobs", base, f"https://elsewhere.example/batches/{id_}", "http://127.0.0.1/"):
        assert platform.ref_of_url(other) is None


async def test_an_id_cannot_leave_its_place(desk: Desk) -> None:
    async with desk.open() as platform:
        for id_ in ("../tools", "a/b", "x?y=1", "%2e%2e", ".", ""):
            with pytest.raises(NotFound):
                await platform.forget(TaskRef("et", id_))
    assert set(desk.calls) == {"GET /batches"}


async def test_r25_another_answer_is_no_list_with_one_unreadable_batch() -> None:
    """An object stands for a list of one only where it is a batch; anything else would show as no tasks."""
    connection = Connection("et", URL, Token("sandbox-et"))
    async with EtEngine(
        connection, clock=HeldClock(), transport=Scripted(answer(json={"message": "later"}))
    ) as platform:
        with pytest.raises(UnexpectedAnswer, match="not a list of batches"):
            await everything(platform)


async def test_section_3_a_refusal_of_the_whole_list_is_no_batch_that_is_gone(desk: Desk) -> None:
    """403 on an id means that it is not there or not ours; the list has no id, so there it is a refusal."""
    async with desk.open() as platform:
        ref = (await everything(platform))[0].ref
        desk.spoil = lambda method, path: 403
        with pytest.raises(Forbidden, match="listing batches"):
            await everything(platform)
        desk.spoil = lambda method, path: 404
        with pytest.raises(NotFound):
            await everything(platform)
        desk.spoil = lambda method, path: 403 if ref.id in path else None
        page = await platform.many([ref])
    assert (page.tasks, page.gone) == ((), (ref,))
