"""What the Qarnot adapter does on the wire: few calls, no stolen lines, actions with their aim."""

import json
import socket
from typing import Any

import pytest

from tests.platforms.contract import MANY, Case, Desk, everything, first
from tests.platforms.test_contract import CASES
from tests.support.clocks import HeldClock
from tui.domain.action import Verb
from tui.domain.errors import Forbidden, NotFound, PlatformDown, Rejected, Sent, Unreachable
from tui.domain.log import Stream
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.domain.token import Token
from tui.platforms.http import asgi_transport
from tui.platforms.protocols import Connection, PushDown
from tui.platforms.qarnot.adapter import Qarnot

CASE: Case = next(case for case in CASES if case.platform == "qarnot")


@pytest.fixture
def desk() -> Desk:
    return Desk(CASE)


def served(answers: dict[tuple[str, str], Any]) -> Qarnot:
    """The adapter over fixed JSON answers by method and path; anything else is 404."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found = answers.get((scope["method"], scope["path"]))
        status = 404 if found is None else 200
        body = json.dumps({"message": "no such path"} if found is None else found).encode()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})

    connection = Connection("lab", "http://127.0.0.1", Token("token"))
    return Qarnot(connection, clock=HeldClock(), transport=asgi_transport(app))


def live(task: Task) -> bool:
    return task.status is TaskStatus.RUNNING


async def test_a_page_costs_two_calls_and_holds_tags_errors_and_counts(desk: Desk) -> None:
    async with desk.open() as platform:
        tasks = await everything(platform)
        assert desk.wire.calls.count(("POST", "/qarnot/lab/tasks/search")) == 2
        assert len(desk.wire.calls) == 4, "72 tasks are two pages of fifty, each with one search"
    assert any(task.tags for task in tasks)
    assert any(task.errors for task in tasks)
    assert all(task.arguments for task in tasks)


async def test_newest_asks_anew_only_for_what_can_have_changed(desk: Desk) -> None:
    """Ended tasks are held by their `lastModified`."""
    asked: list[int] = []
    async with desk.open() as platform:
        rows = platform._listing.rows
        platform._listing.rows = lambda ids: asked.append(len(ids)) or rows(ids)
        before = await platform.newest()
        after = await platform.newest()
    assert asked[0] == len(before.tasks) == 50
    assert asked[1] == sum(not task.status.is_final for task in before.tasks) < 25
    assert [t.ref for t in after.tasks] == [t.ref for t in before.tasks]


async def test_tags_are_asked_for_one_parameter_each(desk: Desk) -> None:
    queries: list[bytes] = []
    inner = desk.wire._app

    async def app(scope: Any, receive: Any, send: Any) -> None:
        queries.append(scope["query_string"])
        await inner(scope, receive, send)

    desk.wire._app = app
    async with desk.open() as platform:
        pages = [page async for page in platform.pages(PushDown(tags=("cfd", "md,x")))]
    assert b"tag=cfd&tag=md%2Cx" in queries
    tasks = [task for page in pages for task in page.tasks]
    assert tasks
    assert all({"cfd", "md", "x"} & set(task.tags) for task in tasks)


async def test_a_status_and_times_are_filtered_by_the_platform(desk: Desk) -> None:
    async with desk.open() as platform:
        everyone = await everything(platform)
        for status in (TaskStatus.FAILED, TaskStatus.RUNNING, TaskStatus.QUEUED):
            pages = [page async for page in platform.pages(PushDown(status=status))]
            found = {t.ref for page in pages for t in page.tasks}
            assert found == {t.ref for t in everyone if t.status is status} != set()
        since = everyone[20].created
        pages = [page async for page in platform.pages(PushDown(created_from=since, status=TaskStatus.DONE))]
        assert {t.ref for page in pages for t in page.tasks} == {
            t.ref for t in everyone[:21] if t.status is TaskStatus.DONE
        }


async def test_only_the_chosen_projects_are_shown(desk: Desk) -> None:
    async with desk.open() as platform:
        project = (await everything(platform))[0].project
        platform._projects = frozenset({"another"})
        assert await everything(platform) == []
        platform._projects = frozenset({project})
        assert len(await everything(platform)) == 72


async def test_a_cluster_without_pages_and_search_is_read_by_its_plain_lists() -> None:
    summary = {"uuid": "u1", "state": "Success", "creationDate": "2026-01-02T03:04:05Z", "name": "one"}
    answers = {("GET", "/tasks/summaries"): [summary], ("GET", "/tasks"): [{**summary, "tags": ["t"]}]}
    async with served(answers) as platform:
        (task,) = await everything(platform)
        assert task.tags == ("t",)
        assert [t.ref.id for t in (await platform.newest()).tasks] == ["u1"]


async def test_r20_an_unreadable_row_costs_one_row() -> None:
    rows = [{"uuid": "u1", "state": "Success"}, {"uuid": 7}, "nonsense"]
    page = {"data": rows, "total": 3, "isTruncated": False, "nextToken": None}
    answers = {("POST", "/tasks/summaries/paginate"): page, ("POST", "/tasks/search"): rows}
    async with served(answers) as platform:
        (only,) = [page async for page in platform.pages()]
    assert ([task.ref.id for task in only.tasks], only.unreadable) == (["u1"], 2)


@pytest.mark.parametrize("more", [(True, None), (False, "again"), (True, "same")])
async def test_r21_pages_end_when_nothing_new_is_named(more: tuple[bool, str | None]) -> None:
    """Truncated without a token, a token without truncation, the same token for ever: the list ends."""
    page = {"data": [{"uuid": "u1", "state": "Success"}], "isTruncated": more[0], "nextToken": more[1]}
    answers = {("POST", "/tasks/summaries/paginate"): page, ("POST", "/tasks/search"): []}
    async with served(answers) as platform:
        assert [task.ref.id for task in await everything(platform)] == ["u1"]


async def test_short_names_jobs_and_pools_are_found_one_by_one(desk: Desk) -> None:
    async with desk.open() as platform:
        groups = (await platform.groups()).tasks
        page = await platform.many([groups[0].ref, TaskRef("lab", "job.nobody"), TaskRef("lab", "no-such-name")])
    assert [task.ref for task in page.tasks] == [groups[0].ref]
    assert {ref.id for ref in page.gone} == {"job.nobody", "no-such-name"}


async def test_a_version_in_the_address_changes_nothing() -> None:
    desk = Desk(CASE)
    desk._url += "/v1"
    async with desk.open() as platform:
        task = (await everything(platform))[0]
        assert (await platform.detail(task.ref)).more["carbon"]["pue"] == 1.03


async def test_side_services_that_fail_leave_the_task_readable(desk: Desk) -> None:
    async with desk.open() as platform:
        task = first(await everything(platform), live)
        assert (await platform.detail(task.ref)).task.price is not None
        desk.wire.spoil = lambda method, path: 500 if "credits" in path or "carbon" in path else None
        detail = await platform.detail(task.ref)
    assert detail.task.price is None
    assert "carbon" not in detail.more


async def test_output_is_read_by_get_alone_and_followed_by_comparing(desk: Desk) -> None:
    """A POST would steal lines from the user's own scripts (section 5)."""
    async with desk.open() as platform:
        task = first(await everything(platform), live, lambda t: t.kind is Kind.BATCH)
        source = (await platform.logs(task.ref)).sources[0]
        assert (source.stream, source.growing) == (Stream.STDOUT, True)
        held = await platform.read_log(source, 0, 1 << 21)
        desk.world.clock.advance(120)
        more = await platform.read_log(source, held.end, 1 << 21)
        assert more.start == held.end
        assert more.data
        whole = await platform.read_log(source, 0, 1 << 21)
        assert whole.data == held.data + more.data
    posts = {path for method, path in desk.wire.calls if method == "POST"}
    assert posts == {"/qarnot/lab/tasks/summaries/paginate", "/qarnot/lab/tasks/search"}


async def test_an_instance_has_logs_of_its_own_or_says_why_not(desk: Desk) -> None:
    async with desk.open() as platform:
        task = max(await everything(platform), key=lambda t: t.counts.total if t.counts else 0)
        jobs = await platform.jobs(task.ref)
        failed = next(job for job in jobs if job.status is TaskStatus.FAILED)
        _, err = (await platform.logs(failed.ref)).sources
        assert err.key == f"/tasks/{task.ref.id}/stderr/{failed.ref.job}"
        assert (await platform.read_log(err, 0, 1 << 20)).data
        waiting = next(job for job in jobs if job.status is TaskStatus.QUEUED)
        assert "has not started" in str((await platform.logs(waiting.ref)).why_none)
        with pytest.raises(NotFound):
            await platform.logs(TaskRef("lab", task.ref.id, "99999"))
        groups = (await platform.groups()).tasks
        job = next(g for g in groups if g.ref.id.startswith("job."))
        assert "no output of its own" in str((await platform.logs(job.ref)).why_none)
        pool = next(g for g in groups if g.ref.id.startswith("pool."))
        source = (await platform.logs(pool.ref)).sources[0]
        assert b"node ready" in (await platform.read_log(source, 0, 1000)).data


async def test_opening_two_thousand_instances_costs_one_call(desk: Desk) -> None:
    async with desk.open() as platform:
        task = max(await everything(platform), key=lambda t: t.counts.total if t.counts else 0)
        desk.wire.calls.clear()
        rows = [row async for page in platform.children(task.ref) for row in page.tasks]
        assert len(rows) == 2_000
        some = await platform.child_details([row.ref for row in rows[:300]])
        assert len(some.tasks) == 300
    assert len(desk.wire.calls) == 2


# -- actions


async def test_every_new_task_is_named_and_the_old_one_stays(desk: Desk) -> None:
    async with desk.open() as platform:
        tasks = await everything(platform)
        for verb in (Verb.RETRY, Verb.RESUME, Verb.RECOVER, Verb.CLONE):
            task = first(tasks, lambda t, v=verb: platform.refusal(v, t) is None and t.kind is Kind.BATCH)
            done = await getattr(platform, verb.value)(task.ref)
            assert "a new task of" in done.message
            (new,) = (await platform.many([done.new])).tasks
            total = new.counts.total if new.counts else 1
            wanted = {
                Verb.RETRY: task.counts.failed, Verb.RESUME: task.counts.aborted,
                Verb.RECOVER: task.counts.failed + task.counts.aborted, Verb.CLONE: task.counts.total,
            }[verb]  # fmt: skip
            assert total == wanted
            (old,) = (await platform.many([task.ref])).tasks
            assert (old.status, old.counts) == (task.status, task.counts)


async def test_rerun_failed_is_a_retry_and_of_some_a_clone_of_their_numbers(desk: Desk) -> None:
    async with desk.open() as platform:
        task = max(await everything(platform), key=lambda t: t.counts.failed if t.counts else 0)
        failed = [job.ref for job in await platform.jobs(task.ref) if job.status is TaskStatus.FAILED]
        await platform.rerun_failed(task.ref, None, {})
        await platform.rerun_failed(task.ref, failed, {})
        done = await platform.rerun_failed(task.ref, failed[:2], {})
        assert {job.ref.job for job in await platform.jobs(done.new)} == {ref.job for ref in failed[:2]}
        with pytest.raises(Rejected) as refused:
            await platform.rerun_failed(task.ref, [TaskRef("lab", task.ref.id, "99999")], {})
        assert refused.value.sent is Sent.NO
    assert [row["verb"] for row in desk.done] == ["retry", "retry", "clone"]


async def test_a_rerun_can_change_name_instances_and_constants(desk: Desk) -> None:
    async with desk.open() as platform:
        task = first(await everything(platform), lambda t: t.kind is Kind.BATCH and t.status is TaskStatus.DONE)
        changes = {"name": "again", "instances": "3", "constant.TOLERANCE": "1e-9"}
        done = await platform.rerun(task.ref, changes)
        (new,) = (await platform.many([done.new])).tasks
        assert (new.name, new.counts.total, new.arguments["TOLERANCE"]) == ("again", 3, "1e-9")
        assert new.arguments["CASE"] == task.arguments["CASE"]
        with pytest.raises(Rejected, match="there is no setting colour=red to change here; known: name"):
            await platform.rerun(task.ref, {"colour": "red"})


async def test_tags_are_added_and_removed_and_constants_stay(desk: Desk) -> None:
    async with desk.open() as platform:
        task = first(await everything(platform), lambda t: len(t.tags) > 1)
        done = await platform.tag(task.ref, ["new"], [task.tags[0]])
        assert done.task.tags == (*task.tags[1:], "new")
        assert done.task.arguments == task.arguments
        with pytest.raises(Rejected, match="at most 10 tags"):
            await platform.tag(task.ref, [f"t{n}" for n in range(10)], [])
        with pytest.raises(Rejected, match="1 to 511"):
            await platform.tag(task.ref, ["x" * 512], [])
    assert len(desk.done) == 1


async def test_a_secret_constant_is_never_overwritten_by_its_mask(desk: Desk) -> None:
    async with desk.open() as platform:
        task = (await everything(platform))[0]
        api = next(m.app for m in desk.world.mounted if m.place.name == "lab")
        script = api.account.find(task.ref.id, desk.world.clock.now())
        script.constants.append({"key": "QARNOT_SECRET__KEY", "value": "hush"})
        with pytest.raises(Rejected, match="secret constant") as refused:
            await platform.tag(task.ref, ["new"], [])
        assert refused.value.sent is Sent.NO
        with pytest.raises(Rejected, match="secret constant"):
            await platform.rerun(task.ref, {"constant.A": "b"})
        await platform.rerun(task.ref, {})
    assert script.constants[-1]["value"] == "hush"


async def test_a_job_is_terminated_a_pool_closed_and_neither_forced_away(desk: Desk) -> None:
    """Quirk Q17: there is no abort of a pool in the API; deleting a job that runs is never forced."""
    async with desk.open() as platform:
        groups = (await platform.groups()).tasks
        pool = next(g for g in groups if g.ref.id.startswith("pool.") and g.status is TaskStatus.RUNNING)
        assert (await platform.abort(pool.ref)).task.native_status == "Closing"
        tasks = await everything(platform)
        busy = next(t for t in tasks if t.parent and t.parent.id.startswith("job.") and not t.status.is_final)
        with pytest.raises(Forbidden, match="running tasks"):
            await platform.delete(busy.parent)
        assert (await platform.abort(busy.parent)).task.native_status == "Terminating"
        assert platform.refusal(Verb.TAG, pool) is not None
    assert [row["verb"] for row in desk.done] == ["close", "terminate"]


@pytest.mark.parametrize("state", ["Hibernating", "UnSubmitted"])
async def test_r22_an_unknown_state_offers_nothing(state: str) -> None:
    async with served({("GET", "/tasks/u"): {"uuid": "u", "state": state, "instanceCount": 2}}) as platform:
        (task,) = (await platform.many([TaskRef("lab", "u")])).tasks
        assert all(platform.refusal(verb, task) for verb in Verb)


def test_addresses_of_tasks_jobs_and_pools_are_read() -> None:
    task = "11111111-2222-4333-8444-555555555555"
    platform = Qarnot(Connection("lab", "https://api.qarnot.com", Token("token")))
    for address, id_ in (
        (f"https://api.qarnot.com/v1/tasks/{task}", task),
        (f"https://tasq.qarnot.com/tasks/{task}/", task),
        (f"https://console.qarnot.com/app/pools/{task}", f"pool.{task}"),
        (f"https://api.qarnot.com/jobs/{task.upper()}", f"job.{task}"),
    ):
        assert platform.ref_of_url(address) == TaskRef("lab", id_)
    assert platform.ref_of_url(f"https://evil.example/tasks/{task}") is None
    elsewhere = Qarnot(Connection("lab", "https://cluster.example", Token("token")))
    assert elsewhere.ref_of_url(f"https://tasq.qarnot.com/tasks/{task}") is None


def test_an_account_on_this_machine_takes_the_pages_of_the_console() -> None:
    """It is the sandbox or a tunnel, which have no pages of their own."""
    task = "11111111-2222-4333-8444-555555555555"
    platform = Qarnot(Connection("lab", "http://127.0.0.1:8000/qarnot/lab", Token("token")))
    assert platform.ref_of_url(f"https://tasq.qarnot.com/tasks/{task}") == TaskRef("lab", task)


# -- quirks, by their number in the contract


async def test_quirks_q4_and_q5_six_hundred_tasks_cost_two_dozen_calls() -> None:
    desk = Desk(CASE, tasks=600)
    async with desk.open() as platform:
        assert len(await everything(platform)) == 600
    assert len(desk.wire.calls) == 24


async def test_quirk_q6_tasks_of_a_job_are_tasks_like_others(desk: Desk) -> None:
    async with desk.open() as platform:
        tasks = {t.ref: t for t in await everything(platform)}
        parent = next(t.parent for t in tasks.values() if t.parent and t.parent.id.startswith("job."))
        rows = [row async for page in platform.children(parent) for row in page.tasks]
    assert {row.ref for row in rows} == {t.ref for t in tasks.values() if t.parent == parent}


async def test_quirk_q7_a_pending_abort_is_not_the_end(desk: Desk) -> None:
    async with desk.open() as platform:
        task = first(await everything(platform), live)
        done = await platform.abort(task.ref)
        assert (done.task.native_status, done.task.status) == ("PendingCancel", TaskStatus.FINISHING)
        assert not done.task.status.is_final
        desk.world.clock.advance(60)
        assert (await platform.many([task.ref])).tasks[0].status is TaskStatus.ABORTED


async def test_quirks_q8_and_q15_a_refused_connection_is_repeated_and_names_the_address() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    platform = Qarnot(Connection("lab", f"http://127.0.0.1:{port}", Token("token")), clock=HeldClock())
    async with platform:
        with pytest.raises(Unreachable, match=f"127.0.0.1:{port}"):
            await platform.detail(TaskRef("lab", "11111111-2222-4333-8444-555555555555"))
        assert platform._client.requests >= 3


async def test_quirk_q9_carbon_is_shown_under_either_set_of_names() -> None:
    from tui.sandbox.app import Sandbox
    from tui.sandbox.clock import WorldClock

    desk = Desk(CASE)
    desk.world = Sandbox(
        seed=3, tasks=MANY, clock=WorldClock(desk.clock.now(), 0.0), limit=100_000, odd=["camel-carbon"]
    )
    desk.wire._app = desk.world.app
    async with desk.open() as platform:
        task = first(await everything(platform), lambda t: t.status is TaskStatus.DONE)
        assert (await platform.detail(task.ref)).more["carbon"]["energy_wh"] > 0


async def test_quirk_q10_an_abort_that_comes_too_late_is_done_already(desk: Desk) -> None:
    async with desk.open() as platform:
        task = first(await everything(platform), live, lambda t: t.kind is Kind.TASK)
        desk.world.clock.advance(100_000)
        done = await platform.abort(task.ref)
    assert done.already
    assert done.task.status.is_final


async def test_quirk_q11_tags_of_jobs_are_there_at_once(desk: Desk) -> None:
    async with desk.open() as platform:
        groups = (await platform.groups()).tasks
    assert all(g.tags == ("ci",) for g in groups if g.ref.id.startswith("job."))


async def test_quirk_q14_ended_tasks_count_and_a_delete_takes_the_output_along(desk: Desk) -> None:
    async with desk.open() as platform:
        tasks = await everything(platform)
        quota = next(row for row in (await platform.info()).sections["quotas"] if "finished" in row["name"])
        assert quota["used"] == len(tasks)
        task = first(tasks, lambda t: t.status is TaskStatus.DONE)
        source = (await platform.logs(task.ref)).sources[0]
        await platform.delete(task.ref)
        desk.world.clock.advance(60)
        with pytest.raises(NotFound):
            await platform.read_log(source, 0, 100)


async def test_quirk_q16_what_vanished_between_two_polls_is_gone_and_no_error(desk: Desk) -> None:
    async with desk.open() as platform:
        tasks = (await everything(platform))[:60]
        await platform.delete(tasks[3].ref)
        desk.world.clock.advance(60)
        page = await platform.many([task.ref for task in tasks])
    assert page.gone == (tasks[3].ref,)
    assert len(page.tasks) == 59


async def test_a_request_timeout_of_the_platform_is_repeated(desk: Desk) -> None:
    """408 is transient (section 9)."""
    struck: list[str] = []

    def spoil(method: str, path: str) -> int | None:
        struck.append(path)
        return 408 if len(struck) == 1 else None

    desk.wire.spoil = spoil
    async with desk.open() as platform:
        assert len(await everything(platform)) == 72
        desk.wire.spoil = lambda method, path: 408 if path.endswith("/abort") else None
        with pytest.raises(PlatformDown) as failed:
            await platform.abort(first(await everything(platform), live).ref)
    assert failed.value.sent is Sent.MAYBE, "it may have been executed"
