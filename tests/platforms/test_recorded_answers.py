"""Recorded answers, rewritten without names: each is read whole and right, in list, detail and tree."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.platforms.recorded import Recorded, qarnot
from tests.platforms.samples import adapter, routed
from tests.support.servers import NOW
from tui.domain.detail import TaskDetail
from tui.domain.record import task_record
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.platforms.qarnot.account import to_info
from tui.platforms.qarnot.explain import explain
from tui.platforms.qarnot.wire import INFO
from tui.ui.present.tree import detail_nodes

RECORDED = Path(__file__).parent.parent / "samples" / "recorded"
SEVEN = sorted(path.stem for path in (RECORDED / "sevenbridges").glob("task-*"))
QARNOT = sorted(path.stem for path in (RECORDED / "qarnot").glob("task-*"))


def sample(folder: str, name: str) -> Any:
    return json.loads((RECORDED / folder / f"{name}.json").read_bytes())


async def seven(name: str, execution: str | None = None) -> TaskDetail:
    body = sample("sevenbridges", name)
    told = {f"GET /tasks/{body['id']}": body}
    if execution is not None:
        told[f"GET /tasks/{body['id']}/execution_details"] = sample("sevenbridges", execution)
    async with adapter(routed(told | {"GET /tasks": {"items": [body], "links": []}})) as platform:
        detail = await platform.detail(TaskRef("cgc", body["id"]))
        (row,) = (await platform.newest()).tasks
    assert (row.status, row.started, row.ended) == (detail.task.status, detail.task.started, detail.task.ended)
    return detail


async def qarnot_detail(name: str) -> TaskDetail:
    body = sample("qarnot", name)

    def reply(request: httpx.Request) -> httpx.Response | None:
        path = request.url.path
        if path == "/tasks/search":
            return httpx.Response(200, json=[body])
        return httpx.Response(200, json=body) if path.startswith(("/tasks/", "/pools/")) else None

    id_ = str(body.get("uuid", "00000106-0000-4000-8000-000000000106"))
    body["uuid"] = id_
    body.setdefault("state", "Success")
    async with qarnot(Recorded(reply=reply)) as platform:
        detail = await platform.detail(TaskRef("lab", id_))
        (row,) = (await platform.many([TaskRef("lab", id_)])).tasks
    assert (row.status, row.counts, row.ended) == (detail.task.status, detail.task.counts, detail.task.ended)
    return detail


def shown(detail: TaskDetail) -> str:
    """The tree as a screen draws it, all branches open; nothing of it may fail or be garbled."""
    json.dumps(task_record(detail.task, NOW))
    assert not detail.task.garbled
    lines: list[str] = []

    def walk(nodes: Any) -> None:
        for node in nodes:
            lines.append(f"{node.label} {node.value}")
            walk(node.children() if node.children is not None else ())

    walk(detail_nodes(detail, NOW))
    return "\n".join(lines)


@pytest.mark.parametrize("name", SEVEN)
async def test_u05_every_task_of_seven_bridges(name: str) -> None:
    text = shown(await seven(name))
    assert "garbled" not in text
    assert "unreadable" not in text


@pytest.mark.parametrize("name", QARNOT)
async def test_u05_every_task_of_qarnot(name: str) -> None:
    detail = await qarnot_detail(name)
    assert "unreadable" not in shown(detail)
    if detail.task.status.is_final:
        assert not any(job.usage.get("phase") for job in detail.jobs or ()), "nothing runs in a final task"


async def test_u05_what_seven_bridges_recorded() -> None:
    queued = (await seven("task-2016-queued-md5")).task
    assert (queued.status, queued.started, queued.reason) == (TaskStatus.QUEUED, None, "In queue")
    done = await seven("task-openapi-completed", "execution-details-openapi")
    assert (done.task.progress, str(done.task.price.amount if done.task.price else "")) != (None, "")
    assert done.task.run_time is None, "every duration is 0 there"
    assert [job.name for job in done.jobs or ()] == ["FastQC_1_0_s", "SBG_Html2b64_1_0_s"]
    assert (done.jobs or ())[0].instance == "c4.2xlarge"
    active = (await seven("task-openapi-abort-answer")).task
    assert (active.status, active.native_status) == (TaskStatus.UNKNOWN, "Active")


async def test_u05_logs_that_seven_bridges_recorded() -> None:
    body = sample("sevenbridges", "task-failed-for-logs")
    told = {f"GET /tasks/{body['id']}": body}
    told[f"GET /tasks/{body['id']}/execution_details"] = sample("sevenbridges", "execution-details-task-path-logs")
    async with adapter(routed(told)) as platform:
        index = await platform.logs(TaskRef("cgc", body["id"]))
    assert "stderr_dm_bip.log at api.sb.test" in (index.why_none or "")
    async with adapter(routed(told), url="https://api.sb.test/v2") as platform:
        index = await platform.logs(TaskRef("cgc", body["id"]))
    assert [(s.name, s.stream.value) for s in index.sources] == [
        ("stderr_dm_bip.log", "stderr"),
        ("stdout_dm_bip.log", "stdout"),
    ]


async def test_u05_what_qarnot_recorded() -> None:
    four = (await qarnot_detail("task-2019-node-4instances")).task
    assert four.counts is not None
    assert (four.counts.done, four.counts.total) == (4, 4)
    assert (four.total_time or NOW - NOW).total_seconds() == 145
    nulls = await qarnot_detail("task-2023-rs-openapi")
    assert nulls.task.counts is not None
    assert (nulls.task.counts.done, nulls.task.counts.running, nulls.task.counts.total) == (4, 0, 4)
    assert nulls.task.progress is not None
    assert nulls.task.progress.percent == 100.0
    running = (await qarnot_detail("task-2024-rs-running-status")).task
    assert (running.status, running.reason) == (TaskStatus.RUNNING, "restarted 5 times")


async def test_u04_a_restarted_instance_says_so() -> None:
    detail = await qarnot_detail("task-2021-py-success")
    assert (detail.more or {})["state"]["restarts"] == 42
    (job,) = detail.jobs or ()
    assert job.attempt == 43
    two = await qarnot_detail("task-2021-py-running")
    assert [job.reason for job in two.jobs or ()] == [None, "restarted; this is attempt 2"]


async def test_u04_a_pool_shows_its_nodes() -> None:
    """From the block that tasks have, too; frequencies of that year are megahertz under the name of gigahertz."""
    body = sample("qarnot", "pool-2017-node")
    wire = Recorded(reply=lambda r: httpx.Response(200, json=[] if r.url.path.endswith("/tasks") else body))
    async with qarnot(wire) as platform:
        detail = await platform.detail(TaskRef("lab", f"pool.{body['uuid']}"))
    nodes: Any = (detail.more or {})["nodes"]
    assert list(nodes) == ["node 0", "node 1"]
    assert nodes["node 1"]["phase"] == "execution"
    assert nodes["node 1"]["frequency"] == "3.9 GHz"
    assert detail.task.total_time is not None
    assert "node 1" in shown(detail)


def test_u04_the_flat_plans_of_an_account() -> None:
    """Limits alone: what runs in each plan is not told, and so neither is what is left."""
    info = to_info(INFO.validate_python(sample("qarnot", "info-2024-go")), None, ())
    rows = {row["name"]: (row["limit"], row["used"], row["remaining"]) for row in info.sections["quotas"]}
    assert rows["flex instances"] == (128, None, None)
    assert rows["on demand cores"] == (0, None, None)
    assert rows["running tasks"] == (10, 0, 10)
    assert rows["buckets"] == (100, None, None)


def test_u04_problem_answers_tell_their_detail() -> None:
    body = {"type": "t", "title": "Unsupported Media Type", "status": 415, "detail": "send application/json"}
    for sent, said in (
        (body, "Unsupported Media Type: send application/json"),
        ({"detail": "only this"}, "only this"),
        ({**body, "errors": {"Name": ["is needed"]}}, "Name: is needed"),
    ):
        told = explain(415, json.dumps(sent).encode())
        assert told is not None
        assert told.message == said


async def test_u04_a_task_that_is_being_deleted_keeps_its_end() -> None:
    body = sample("qarnot", "task-2021-py-success") | {"state": "PendingDelete", "previousState": "Success"}
    async with qarnot(Recorded(reply=lambda request: httpx.Response(200, json=[body]))) as platform:
        (task,) = (await platform.many([TaskRef("lab", body["uuid"])])).tasks
    assert (task.status, task.native_status) == (TaskStatus.FINISHING, "PendingDelete")
    assert task.ended is not None


async def test_u04_the_results_bucket_and_its_prefix_are_shown() -> None:
    body = sample("qarnot", "task-2024-go-success")
    body |= {"resultBucket": None, "resultsBucket": "out", "resultsBucketPrefix": "run-7/"}
    wire = Recorded(reply=lambda r: httpx.Response(200, json=body) if r.url.path.startswith("/tasks/") else None)
    async with qarnot(wire) as platform:
        outputs = (await platform.detail(TaskRef("lab", body["uuid"]))).outputs or {}
    assert (outputs["result_bucket"], outputs["result_prefix"]) == ("out", "run-7/")
