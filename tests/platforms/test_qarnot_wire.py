"""Every byte sent to Qarnot is one that an official client sends (section 1.2, 8.3 and 8.4)."""

from datetime import UTC, datetime

import httpx
import pytest

from tests.platforms.contract import everything
from tests.platforms.recorded import Recorded, qarnot, sandbox_qarnot
from tests.support.sandbox import still
from tui.domain.errors import Rejected
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.platforms.protocols import PushDown

SELECTABLE = frozenset(
    {
        "Uuid", "Name", "Shortname", "Profile", "State", "PreviousState", "StateTransitionTime",
        "PreviousStateTransitionTime", "LastModified", "CreationDate", "EndDate", "PoolUuid", "JobUuid", "ProjectUuid",
        "InstanceCount", "RunningInstanceCount", "RunningCoreCount", "ExecutionTime", "WallTime", "Tags", "Labels",
        "Errors", "Status", "CompletedInstances", "Constants", "HardwareConstraints", "SchedulingType", "RetrySettings",
        "Dependencies.DependsOn",
    }
)  # fmt: skip
"""What the official C# client can select; written out here, for the adapter's own list is what is tested."""
UUID = "00000000-0000-4000-8000-{:012}"


@pytest.mark.parametrize("verb", ["clone", "retry", "resume", "recover", "rerun", "rerun_failed"])
async def test_u01_a_new_task_is_asked_for_with_a_json_body(verb: str) -> None:
    """The specification gives these routes a body; without one nothing says that it is JSON."""
    new = {"uuid": UUID.format(2)}
    wire = Recorded(reply=lambda request: httpx.Response(200, json=new))
    ref = TaskRef("lab", UUID.format(1))
    async with qarnot(wire) as platform:
        call = getattr(platform, verb)
        done = await (
            call(ref, None, {}) if verb == "rerun_failed" else call(ref, {}) if verb == "rerun" else call(ref)
        )
    (request,) = wire.requests
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/json"
    assert request.content == b"{}"
    assert done.new == TaskRef("lab", UUID.format(2))


async def test_u01_an_abort_goes_without_a_body_as_the_official_client_sends_it() -> None:
    wire = Recorded(reply=lambda request: httpx.Response(200) if request.method == "POST" else None)
    async with qarnot(wire) as platform:
        await platform.abort(TaskRef("lab", UUID.format(1)))
    request = wire.requests[0]
    assert (request.content, request.headers.get("content-type")) == (b"", None)


async def test_u02_only_what_official_clients_can_select_is_selected() -> None:
    """And what cannot be selected is still in the rows: progress, the instances, what a task depends on."""
    wire = Recorded(still(tasks={"lab": 72}))
    async with sandbox_qarnot(wire) as platform:
        tasks = await everything(platform)
        refreshed = {task.ref: task for task in (await platform.many([task.ref for task in tasks])).tasks}
    asked = [body["select"]["fields"] for body in wire.bodies("/tasks/search")]
    assert asked
    assert all(set(fields) <= SELECTABLE for fields in asked)
    for task in tasks:
        again = refreshed[task.ref]
        assert (again.counts, again.kind, again.status) == (task.counts, task.kind, task.status)
        assert (again.progress is None) == (task.progress is None)


async def test_u02_ranges_that_no_summary_told_are_read_whole_once() -> None:
    """`instanceCount` is 0 where ranges were chosen, and ranges cannot be selected."""
    whole = {"uuid": UUID.format(1), "state": "Success", "instanceCount": 0, "advancedRanges": "3-5,9"}
    part = {key: value for key, value in whole.items() if key != "advancedRanges"}

    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[part if b"select" in request.content else whole])

    wire = Recorded(reply=reply)
    async with qarnot(wire) as platform:
        for _ in range(3):
            (task,) = (await platform.many([TaskRef("lab", UUID.format(1))])).tasks
            assert task.counts is not None
            assert task.counts.done == 4
    assert ["select" in body for body in wire.bodies("/tasks/search")] == [True, False, True, True]


async def test_u02_a_cluster_that_refuses_select_is_asked_once_without_and_remembered() -> None:
    row = {"uuid": UUID.format(1), "state": "Success", "instanceCount": 1}

    def reply(request: httpx.Request) -> httpx.Response:
        if b"select" in request.content:
            return httpx.Response(400, json={"title": "Bad Request", "errors": {"Select": ["unknown"]}})
        return httpx.Response(200, json=[row])

    wire = Recorded(reply=reply)
    async with qarnot(wire) as platform:
        for _ in range(3):
            assert len((await platform.many([TaskRef("lab", UUID.format(1))])).tasks) == 1
    assert ["select" in body for body in wire.bodies("/tasks/search")] == [True, False, False, False]


async def test_u02_a_400_that_is_not_about_select_is_told_and_not_remembered() -> None:
    wire = Recorded(reply=lambda request: httpx.Response(400, json={"message": "The filter is too long"}))
    async with qarnot(wire) as platform:
        for _ in range(2):
            with pytest.raises(Rejected, match="too long"):
                await platform.many([TaskRef("lab", UUID.format(1))])
    assert ["select" in body for body in wire.bodies("/tasks/search")] == [True, False] * 2


async def test_u02_filters_go_to_the_whole_tasks_and_need_no_search() -> None:
    wire = Recorded(still(tasks={"lab": 72}))
    async with sandbox_qarnot(wire) as platform:
        everyone = await everything(platform)
        wire.requests.clear()
        pushes = (
            PushDown(status=TaskStatus.FAILED),
            PushDown(created_from=everyone[40].created),
            PushDown(ended_to=datetime(2026, 1, 4, tzinfo=UTC)),
        )
        found = [[task async for page in platform.pages(push) for task in page.tasks] for push in pushes]
    assert {request.url.path for request in wire.requests} == {"/qarnot/lab/tasks/paginate"}
    assert all(body["filter"] for body in wire.bodies("/tasks/paginate"))
    assert {task.ref for task in found[0]} == {t.ref for t in everyone if t.status is TaskStatus.FAILED} != set()
    assert all(task.errors or task.reason for task in found[0]), "whole tasks: the errors are in the rows"
    assert len(found[1]) >= 41


async def test_u02_answers_are_matched_by_uuid() -> None:
    """Out of order, with a task that nobody asked for, one twice, and one missing."""
    rows = [{"uuid": UUID.format(n), "state": "Success", "name": f"t{n}"} for n in (3, 9, 1, 3)]
    wire = Recorded(reply=lambda request: httpx.Response(200, json=rows))
    refs = [TaskRef("lab", UUID.format(n)) for n in (1, 2, 3)]
    async with qarnot(wire) as platform:
        page = await platform.many(refs)
    assert {task.ref.id: task.name for task in page.tasks} == {UUID.format(1): "t1", UUID.format(3): "t3"}
    assert len(page.tasks) == 2
    assert page.gone == (refs[1],)
