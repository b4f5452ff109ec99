"""One suite that every adapter passes, ours or of another package: inherit `AdapterContract`, and give it a `desk`.

    class TestMine(AdapterContract):
        @pytest.fixture
        def desk(self) -> Desk:
            return MyDesk()

A `Desk` opens an account of a pretended platform and can spoil what that answers. Nothing in here knows a platform.
"""

import contextlib
import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from tui.domain.action import VERBS, Accepted, Verb
from tui.domain.errors import AuthRefused, NotFound, PlatformError, ReadOnly
from tui.domain.record import detail_record, task_record
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Tally, Task, TaskRef
from tui.platforms import actions, protocols
from tui.platforms.protocols import Page, Platform
from tui.testing.desk import START, Case, Desk

__all__ = ["AdapterContract", "do", "everything", "first"]

CAPABILITIES: dict[str, type] = {
    name: getattr(module, name)
    for module in (actions, protocols)
    for name in module.__all__
    if name.startswith(("Can", "Has"))
}
_CAN: dict[Verb, str] = {
    Verb.RUN: "CanRun", Verb.ABORT: "CanAbort", Verb.RERUN: "CanRerun", Verb.RERUN_FAILED: "CanRerunFailed",
    Verb.CLONE: "CanClone", Verb.RENAME: "CanRename", Verb.TAG: "CanTag", Verb.RETRY: "CanRetry",
    Verb.RESUME: "CanResume", Verb.RECOVER: "CanRecover", Verb.DELETE: "CanDelete", Verb.FORGET: "CanForget",
    Verb.HOLD: "CanHold", Verb.RELEASE: "CanHold", Verb.REQUEUE: "CanRequeue", Verb.ALTER: "CanAlter",
}  # fmt: skip


async def everything(platform: Platform) -> list[Task]:
    """The whole list."""
    return [task async for page in platform.pages(whole=True) for task in page.tasks]


def first(tasks: list[Task], *keep: Callable[[Task], bool]) -> Task:
    """The first task that every predicate keeps."""
    return next(task for task in tasks if all(k(task) for k in keep))


def lacks(desk: Desk, capability: str) -> bool:
    """Whether the platform cannot do this; then the adapter must not claim it either."""
    if capability in desk.case.claims:
        return False
    assert not isinstance(desk.open(), CAPABILITIES[capability])
    return True


def shown(task: Task) -> dict[str, Any]:
    """What users see of a task, but for the moment it was asked."""
    return task_record(task, START) | {"fetched": None}


Ask = Callable[[Platform], Coroutine[Any, Any, object]]


def _detail_of(desk: Desk) -> Ask:
    return lambda platform: platform.detail(TaskRef(desk.case.account, desk.case.unknown))


def _info(platform: Platform) -> Coroutine[Any, Any, object]:
    return platform.info()


def _newest(platform: Platform) -> Coroutine[Any, Any, object]:
    return platform.newest()


async def do(platform: Any, verb: Verb, task: Task, case: Case) -> Accepted:
    """One action as the store sends it."""
    match verb:
        case Verb.RERUN:
            answer = platform.rerun(task.ref, {})
        case Verb.RERUN_FAILED:
            answer = platform.rerun_failed(task.ref, None, {})
        case Verb.RENAME:
            answer = platform.rename(task.ref, "another name")
        case Verb.ALTER:
            answer = platform.alter(task.ref, dict(case.alters))
        case Verb.TAG:
            answer = platform.tag(task.ref, ["contract"], [])
        case _:
            answer = getattr(platform, verb.value)(task.ref)
    done: Accepted = await answer
    return done


class AdapterContract:
    """Inherit, and give a `desk` fixture."""

    # -- what is claimed

    def test_it_claims_exactly_what_its_platform_can(self, desk: Desk) -> None:
        platform = desk.open()
        assert isinstance(platform, Platform)
        found = {name for name, capability in CAPABILITIES.items() if isinstance(platform, capability)}
        assert found == desk.case.claims

    async def test_every_verb_is_offered_or_refused_with_a_sentence(self, desk: Desk) -> None:
        """A verb that is not claimed is refused for every task; each reason is a sentence."""
        async with desk.open() as platform:
            tasks = await everything(platform)
            offered = set()
            for task in tasks:
                for verb in Verb:
                    why = platform.refusal(verb, task)
                    assert why is None or (why.strip() and "\n" not in why)
                    offered |= {verb} if why is None else set()
        claimed = {verb for verb, name in _CAN.items() if name in desk.case.claims}
        assert offered == claimed, "each claimed verb is offered for some task of a large world, and no other"

    # -- reading

    async def test_the_list_is_whole_newest_first_and_each_task_once(self, desk: Desk) -> None:
        async with desk.open() as platform:
            pages = [page async for page in platform.pages(whole=True)]
        tasks = [task for page in pages for task in page.tasks]
        assert len(pages) > 1, "the world is larger than a page"
        assert len({task.ref for task in tasks}) == len(tasks) > 50
        assert {task.ref.account for task in tasks} == {desk.case.account}
        assert {task.platform for task in tasks} == {desk.case.platform}
        assert all(page.unreadable == 0 and page.capped is None for page in pages)
        times = [task.created for task in tasks if task.created is not None]
        assert times == sorted(times, reverse=True)
        totals = {page.total for page in pages if page.total is not None}
        assert not totals or totals == {len(tasks)}

    async def test_the_world_shows_every_status_that_matters(self, desk: Desk) -> None:
        async with desk.open() as platform:
            tasks = await everything(platform)
        statuses = {task.status for task in tasks}
        assert {TaskStatus.RUNNING, TaskStatus.DONE} <= statuses
        assert TaskStatus.FAILED in statuses or any(t.counts and t.counts.failed for t in tasks)

    async def test_a_list_costs_a_bounded_number_of_calls(self, desk: Desk) -> None:
        async with desk.open() as platform:
            tasks = await everything(platform)
        assert desk.calls <= 10 + len(tasks), "at most one call a task, and the pages"

    async def test_newest_is_the_start_of_the_list(self, desk: Desk) -> None:
        async with desk.open() as platform:
            tasks = await everything(platform)
            page = await platform.newest()
        assert page.tasks
        assert [t.ref for t in page.tasks] == [t.ref for t in tasks[: len(page.tasks)]]

    async def test_many_agree_with_the_list_and_name_what_is_gone(self, desk: Desk) -> None:
        async with desk.open() as platform:
            tasks = (await everything(platform))[:7]
            missing = TaskRef(desk.case.account, desk.case.unknown)
            page = await platform.many([*(t.ref for t in tasks), missing])
            assert await platform.many([]) == Page(())
        assert {t.ref: shown(t) for t in page.tasks} == {t.ref: shown(t) for t in tasks}
        assert page.gone == (missing,)

    async def test_details_agree_with_the_list(self, desk: Desk) -> None:
        """One task of each status; the record can be written as JSON, and the raw answer is what the platform sent."""
        async with desk.open() as platform:
            tasks = await everything(platform)
            for status in {task.status for task in tasks}:
                task = next(task for task in tasks if task.status is status)
                detail = await platform.detail(task.ref)
                assert (detail.task.ref, detail.task.status, detail.task.name) == (task.ref, task.status, task.name)
                assert detail.task.counts == task.counts
                record = json.loads(json.dumps(detail_record(detail, START)))
                assert record["ref"] == str(task.ref)
                if detail.raw is not None:
                    json.loads(detail.raw)

    async def test_an_unknown_id_is_not_found(self, desk: Desk) -> None:
        async with desk.open() as platform:
            with pytest.raises(NotFound):
                await platform.detail(TaskRef(desk.case.account, desk.case.unknown))

    async def test_figures_are_what_they_must_be(self, desk: Desk) -> None:
        """Times are aware UTC in order, durations not negative, percents within bounds, finals have ended."""
        async with desk.open() as platform:
            tasks = await everything(platform)
        for task in tasks:
            record = task_record(task, START)
            times = [t for t in (task.created, task.started, task.ended) if t is not None]
            assert all(t.utcoffset() == timedelta(0) for t in times)
            assert times == sorted(times), record
            for figure in (record["duration"], record["queued"]):
                assert figure is None or figure >= 0
            if task.progress is not None and task.progress.percent is not None:
                assert 0 <= task.progress.percent <= 100
            if task.ended is not None:
                assert task.status.is_final, record
            assert (task.counts is not None) == (task.kind is Kind.BATCH)

    async def test_children_add_up_to_their_parent(self, desk: Desk) -> None:
        if lacks(desk, "HasChildren"):
            return
        async with desk.open() as platform:
            assert isinstance(platform, protocols.HasChildren)
            batches = [t for t in await everything(platform) if t.kind is Kind.BATCH and t.status.is_final]
            for batch in batches[:3]:
                rows = [row async for page in platform.children(batch.ref) for row in page.tasks]
                assert len({row.ref for row in rows}) == len(rows)
                assert Tally.of(row.status for row in rows) == batch.counts
                assert all(row.parent == batch.ref for row in rows)
                some = await platform.child_details([row.ref for row in rows[:5]])
                assert {row.ref for row in some.tasks} == {row.ref for row in rows[:5]}
            assert batches

    async def test_jobs_lie_inside_their_task(self, desk: Desk) -> None:
        if lacks(desk, "HasJobs"):
            return
        async with desk.open() as platform:
            assert isinstance(platform, protocols.HasJobs)
            for task in [t for t in await everything(platform) if t.status is TaskStatus.DONE][:5]:
                jobs = await platform.jobs(task.ref)
                for job in jobs:
                    assert job.ref.task == task.ref
                    assert job.ref.job
                    assert TaskRef.parse(str(job.ref)) == job.ref
                    assert job.kind is Kind.JOB
                assert len({job.ref for job in jobs}) == len(jobs)

    async def test_groups_open_like_batches(self, desk: Desk) -> None:
        if lacks(desk, "HasGroups"):
            return
        async with desk.open() as platform:
            assert isinstance(platform, protocols.HasGroups)
            assert isinstance(platform, protocols.HasChildren)
            page = await platform.groups()
            assert page.tasks
            for group in page.tasks:
                assert group.kind is Kind.BATCH
                rows = [row async for part in platform.children(group.ref) for row in part.tasks]
                now = (await platform.many([group.ref])).tasks[0]
                assert now.counts == Tally.of(row.status for row in rows)

    async def test_logs_are_read_in_parts_and_as_a_whole(self, desk: Desk) -> None:
        if lacks(desk, "HasLogs"):
            return
        async with desk.open() as platform:
            assert isinstance(platform, protocols.HasLogs)
            read = 0
            tasks = await everything(platform)
            for task in [t for t in tasks if t.status in {TaskStatus.FAILED, TaskStatus.DONE}][:6]:
                index = await platform.logs(task.ref)
                assert index.sources or index.why_none
                for source in index.sources[:2]:
                    whole = await platform.read_log(source, 0, 1 << 20)
                    tail = await platform.read_log(source, -100, 1 << 20)
                    assert whole.start == 0
                    assert tail.data == whole.data[-100:]
                    assert tail.start == max(0, len(whole.data) - 100)
                    middle = await platform.read_log(source, 10, 20)
                    assert middle.data == whole.data[10:30]
                    behind = await platform.read_log(source, whole.end, 1 << 20)
                    assert behind.data == b""
                    read += bool(whole.data)
            assert read, "some task has left a log with text"

    async def test_the_account_says_who_we_are(self, desk: Desk) -> None:
        async with desk.open() as platform:
            info = await platform.info()
        assert info.user or info.sections

    def test_addresses_of_other_hosts_are_nobodys(self, desk: Desk) -> None:
        platform = desk.open()
        task = "11111111-2222-4333-8444-555555555555"
        for address in (f"https://elsewhere.example/tasks/{task}", "https://", "http://127.0.0.1/", "ftp://x/tasks/a"):
            assert platform.ref_of_url(address) is None

    # -- acting

    @pytest.mark.parametrize("verb", list(_CAN))
    async def test_an_action_does_what_it_says_once(self, desk: Desk, verb: Verb) -> None:
        """Where it is claimed, it is executed once, and what it answers can be read back."""
        if lacks(desk, _CAN[verb]):
            return
        async with desk.open() as platform:
            task = first(await everything(platform), lambda t: platform.refusal(verb, t) is None)
            before = len(desk.done)
            done = await do(platform, verb, task, desk.case)
            assert len(desk.done) > before, "the world changed"
            if VERBS[verb].creates:
                assert done.new is not None
                assert done.new != task.ref
                assert [t.ref for t in (await platform.many([done.new])).tasks] == [done.new]
            if VERBS[verb].removes:
                left = (await platform.many([task.ref])).tasks
                assert all(t.status is TaskStatus.FINISHING for t in left), "gone, or on its way"
                desk.advance(60)
                assert (await platform.many([task.ref])).gone == (task.ref,)
            if verb is Verb.ABORT:
                now = (await platform.many([task.ref])).tasks[0]
                assert now.status in {TaskStatus.FINISHING, TaskStatus.ABORTED}
                assert platform.refusal(Verb.ABORT, now) is not None

    @pytest.mark.parametrize("verb", list(_CAN))
    async def test_a_read_only_account_changes_nothing(self, desk: Desk, verb: Verb) -> None:
        if lacks(desk, _CAN[verb]):
            return
        async with desk.open(read_only=True) as platform:
            task = first(await everything(platform), lambda t: platform.refusal(verb, t) is None)
            with pytest.raises(ReadOnly):
                await do(platform, verb, task, desk.case)
        assert not desk.changes

    @pytest.mark.parametrize("verb", list(_CAN))
    @pytest.mark.parametrize("number", range(3))
    async def test_r33_an_action_is_sent_once(self, desk: Desk, verb: Verb, number: int) -> None:
        """Whatever answers it: the call that changes something is never repeated."""
        if lacks(desk, _CAN[verb]) or number >= len(desk.case.act_faults):
            return
        async with desk.open() as platform:
            task = first(await everything(platform), lambda t: platform.refusal(verb, t) is None)
            sent = desk.spoil_acts(desk.case.act_faults[number])
            with contextlib.suppress(PlatformError):  # a body that nobody needs may be cut without harm
                await do(platform, verb, task, desk.case)
        assert len(sent) == len({str(call) for call in sent}) >= 1

    # -- failing

    async def test_each_failure_is_one_of_ours(self, desk: Desk) -> None:
        """List, bulk, detail and account fail with the error that the answer stands for, naming the account."""
        assert desk.case.faults
        for fault, kinds in desk.case.faults.items():
            desk.spoil(fault)
            async with desk.open() as platform:
                for ask in (everything, _detail_of(desk), _info, _newest):
                    with pytest.raises(PlatformError) as failed:
                        await ask(platform)
                    assert isinstance(failed.value, kinds), f"{fault}: {failed.value!r}"
                    assert failed.value.account == desk.case.account
                    assert "\n" not in str(failed.value)

    async def test_a_wrong_token_is_refused(self, desk: Desk) -> None:
        if not desk.case.takes_token:
            return
        async with desk.open(token="wrong") as platform:
            with pytest.raises(AuthRefused):
                await platform.info()
            with pytest.raises(AuthRefused):
                await everything(platform)

    async def test_r26_one_transient_fault_is_repeated(self, desk: Desk) -> None:
        """Calls that fail once in a passing way are repeated: nobody notices."""
        if desk.case.passing is None:
            return
        async with desk.open() as platform:
            calm = await everything(platform)
        async with desk.open() as platform:
            struck = desk.spoil_once()
            assert [t.ref for t in await everything(platform)] == [t.ref for t in calm]
        assert struck
