"""What is sent to Seven Bridges, and what recorded answers of it say (issue 10, point 3)."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.platforms.samples import adapter, routed
from tests.support.servers import NOW
from tui.domain.errors import Forbidden, PlatformError, Rejected
from tui.domain.log import Stream
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.platforms.protocols import PushDown
from tui.platforms.sevenbridges.convert import Names, to_task
from tui.platforms.sevenbridges.explain import explain
from tui.platforms.sevenbridges.wire import TASK, TaskWire

ID = "00000205-0000-4000-8000-000000000205"
REF = TaskRef("cgc", ID)
TASK_ROW = {"id": ID, "status": "FAILED", "name": "failed one", "project": "user1/dev"}
S3 = "https://storage.example.org/log?signature=1"


def task(**changed: Any) -> Any:
    wire: TaskWire = TaskWire.model_validate({**TASK_ROW, **changed})
    return to_task(wire, Names("cgc", None), NOW)


def details(logs: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"status": "FAILED", "jobs": [{"name": "job1", "status": "FAILED", "logs": logs}], **more}


def answers(logs: dict[str, str], **more: Any) -> dict[str, Any]:
    return {f"GET /tasks/{ID}": TASK_ROW, f"GET /tasks/{ID}/execution_details": details(logs), **more}


async def test_u03_times_of_filters_have_no_z() -> None:
    wire = routed({"GET /tasks": {"items": [], "links": []}})
    at = datetime(2026, 1, 3, 13, tzinfo=UTC)
    push = PushDown(created_from=at, created_to=at, ended_from=at, ended_to=at)
    async with adapter(wire) as platform:
        assert [page async for page in platform.pages(push)]
    sent = dict(wire.requests[0].url.params)
    assert {sent[f"{part}_{end}"] for part in ("created", "ended") for end in ("from", "to")} == {"2026-01-03T13:00:00"}


@pytest.mark.parametrize("status", ["QUEUED", "CREATING", "queued"])
def test_u03_a_queued_task_that_has_not_run_has_no_start(status: str) -> None:
    """Recorded answers carry the time of the submission there."""
    told = {"status": status, "start_time": "2016-12-14T20:30:48Z"}
    assert task(**told).started is None
    assert task(**told, execution_status={"message": "In queue", "running_duration": 0}).started is None
    for trace in ({"running_duration": 9}, {"execution_duration": 1}, {"steps_completed": 1}):
        assert task(**told, execution_status=trace).started == datetime(2016, 12, 14, 20, 30, 48, tzinfo=UTC)
    batch = task(**told, batch=True, execution_status={"queued": 3, "completed": 1})
    assert batch.started is not None
    assert task(**{**told, "status": "RUNNING"}).started is not None


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"limit": -1, "remaining": 9223372036854775807}, ("unlimited", "unlimited")),
        ({"limit": 9223372036854775807, "remaining": 5}, ("unlimited", "unlimited")),
        ({"limit": 80, "remaining": 9223372036854775807}, (80, "unlimited")),
        ({"limit": 80, "remaining": 77}, (80, 77)),
        ({"limit": "80"}, (80, None)),
    ],
)
async def test_u03_a_limit_that_is_none_reads_unlimited(sent: Any, shown: Any) -> None:
    told = {"GET /user": {"username": "user1"}, "GET /rate_limit": {"instance_limit": sent}}
    async with adapter(routed(told)) as platform:
        (row,) = (await platform.info()).sections["limits"]
    assert (row["limit"], row["remaining"]) == shown


async def test_u03_records_of_the_platform_are_no_output() -> None:
    """Neither stdout nor stderr, and behind both of their job."""
    base = "https://cgc-api.sbgenomics.com/v2/files/567890abc9b0307bc0414164/download_info"
    names = ("cmd.log", "job.tree.log", "stdout", "job.err.log", "stderr")
    async with adapter(routed(answers(dict.fromkeys(names, base)))) as platform:
        sources = (await platform.logs(REF)).sources
    streams = {source.name: source.stream for source in sources}
    assert streams == {
        "cmd.log": Stream.RECORD, "job.tree.log": Stream.RECORD,
        "stdout": Stream.STDOUT, "job.err.log": Stream.STDERR, "stderr": Stream.STDERR,
    }  # fmt: skip
    assert [source.stream for source in sources][-2:] == [Stream.RECORD] * 2


async def test_u03_a_log_below_our_own_base_is_followed() -> None:
    """With the token, by range, as text."""
    path = "/tasks/t1/jobs/job1/logs/stdout_dm_bip.log"
    base = "https://cgc-api.sbgenomics.com/v2"
    text = httpx.Response(206, content=b"part", headers={"Content-Range": "bytes 2-5/6"})
    wire = routed(answers({"stdout.log": f"{base}{path}"}) | {f"GET {path}": text})
    async with adapter(wire) as platform:
        (source,) = (await platform.logs(REF)).sources
        part = await platform.read_log(source, 2, 4)
    assert (part.data, part.start, part.total) == (b"part", 2, 6)
    assert wire.requests[-1].headers["range"] == "bytes=2-5"
    assert "x-sbg-auth-token" in wire.requests[-1].headers


async def test_u03_a_log_below_our_own_base_may_name_a_signed_address() -> None:
    path = "/tasks/t1/jobs/job1/logs/stdout.log"
    told = answers({"out.log": f"https://cgc-api.sbgenomics.com/v2{path}"}) | {
        f"GET {path}": {"url": S3},
        "GET /log": httpx.Response(200, content=b"text of the log"),
    }
    wire = routed(told)
    async with adapter(wire) as platform:
        (source,) = (await platform.logs(REF)).sources
        assert (await platform.read_log(source, 0, 100)).data == b"text of the log"
    assert "x-sbg-auth-token" not in wire.requests[-1].headers


async def test_u03_a_log_at_an_unknown_address_is_named_and_not_opened() -> None:
    wire = routed(answers({"out.log": "https://elsewhere.example.org/v2/tasks/t1/jobs/job1/logs/out.log"}))
    async with adapter(wire) as platform:
        index = await platform.logs(REF)
    assert index.sources == ()
    assert index.why_none is not None
    assert "out.log at elsewhere.example.org" in index.why_none
    assert "cannot read addresses outside the platform" in index.why_none
    assert all(request.url.host == "cgc-api.sbgenomics.com" for request in wire.requests)


async def test_u03_a_fresh_address_that_answers_403_is_asked_for_anew_once() -> None:
    denied = httpx.Response(403, content=b"<?xml version='1.0'?><Error><Code>AccessDenied</Code>"
                            b"<Message>Request has expired</Message></Error>")  # fmt: skip
    refusals = [denied, denied]
    file = "https://cgc-api.sbgenomics.com/v2/files/567890abc9b0307bc0414164/download_info"

    def storage(request: httpx.Request) -> httpx.Response:
        return refusals.pop() if refusals else httpx.Response(200, content=b"text")

    told = answers({"err.log": file}) | {
        "GET /files/567890abc9b0307bc0414164/download_info": {"url": S3}, "GET /log": storage,
    }  # fmt: skip
    wire = routed(told)
    async with adapter(wire) as platform:
        (source,) = (await platform.logs(REF)).sources
        with pytest.raises(Forbidden) as failed:
            await platform.read_log(source, 0, 10)
        assert not refusals, "two signed addresses were tried"
        refusals.append(denied)
        assert (await platform.read_log(source, 0, 10)).data == b"text"
    assert "AccessDenied: Request has expired" in str(failed.value)
    assert "login" not in str(failed.value)
    assert "portal" not in str(failed.value)


async def test_u03_the_message_of_the_execution_is_shown() -> None:
    """In the detail, and as the reason of a task that has none."""
    told = answers({}) | {f"GET /tasks/{ID}/execution_details": details({}, message="Docker image pull failed")}
    async with adapter(routed(told)) as platform:
        detail = await platform.detail(REF)
    assert detail.task.reason == "Docker image pull failed"
    assert detail.more is not None
    assert detail.more["execution details"] == {"status": "FAILED", "message": "Docker image pull failed"}


async def test_u03_an_error_names_code_and_request(caplog: pytest.LogCaptureFixture) -> None:
    """On stderr and in `!` (both print the error), and in the log."""
    body = {"status": 403, "code": 7026, "message": "Editing is available only for drafts."}
    refused = httpx.Response(403, json=body, headers={"X-Request-Id": "9f3ac2"})
    with caplog.at_level("INFO"):
        async with adapter(routed({f"PATCH /tasks/{ID}": refused})) as platform:
            with pytest.raises(PlatformError) as failed:
                await platform.rename(REF, "other")
    assert isinstance(failed.value, Forbidden | Rejected)
    assert str(failed.value).endswith("Editing is available only for drafts. (code 7026) (request 9f3ac2)")
    assert any("code 7026" in line and "request 9f3ac2" in line for line in caplog.messages)


def test_u03_a_gateway_writes_a_word_for_a_status() -> None:
    told = explain(404, b'{"status": "NOT_FOUND", "message": "HTTP 404 Not Found"}')
    assert told is not None
    assert (told.message, told.code) == ("HTTP 404 Not Found", None)


async def test_u03_a_bulk_answer_is_matched_by_id() -> None:
    """In another order, with one that nobody asked for; an error names no id, so that what is silent is gone."""
    ids = [f"0000000{n}-0000-4000-8000-000000000000" for n in range(4)]
    rows: list[Any] = [{"resource": {**TASK_ROW, "id": ids[n], "name": f"t{n}"}} for n in (2, 0, 3)]
    items = [rows[0], {"error": {"status": 404, "code": 7002}}, rows[1], rows[2]]
    async with adapter(routed({"POST /bulk/tasks/get": {"items": items}})) as platform:
        page = await platform.many([TaskRef("cgc", id_) for id_ in ids[:3]])
    assert {t.ref.id: t.name for t in page.tasks} == {ids[0]: "t0", ids[2]: "t2"}
    assert page.gone == (TaskRef("cgc", ids[1]),)
    assert page.unreadable == 0


def test_u03_status_unknown_to_us_keeps_its_start() -> None:
    assert TASK.validate_json(b'{"id": "1", "status": "Active"}').status == "Active"
    assert task(status="Active", start_time="2015-11-15T15:56:11Z").status is TaskStatus.UNKNOWN


def growing(totals: list[int], *, deleted: bool = False) -> Any:
    """A list of 350 tasks whose total is another in each answer, in the order in which the pages are asked for."""

    def reply(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        rows = [
            {**TASK_ROW, "id": f"{n:08}-0000-4000-8000-000000000000"} for n in range(offset, min(offset + 100, 350))
        ]
        total = totals.pop(0) if totals else 350
        links = [{"rel": "next", "href": "x"}] if offset + 100 < 350 else []
        body = {"items": rows, "links": links}
        return httpx.Response(200, json=body, headers={"X-Total-Matching-Query": str(total)})

    return routed({"GET /tasks": reply})


@pytest.mark.parametrize("totals", [[345, 350, 348, 349], [345, 349, 350, 346], [350] * 4])
async def test_u06_a_list_that_only_grows_is_read_once(totals: list[int]) -> None:
    """Pages asked for together are answered in any order: the smaller total of the later page deletes nothing."""
    wire = growing([*totals])
    async with adapter(wire) as platform:
        rows = [task.ref for page in [p async for p in platform.pages()] for task in page.tasks]
    assert len(rows) == len(set(rows)) == 350
    assert len(wire.requests) == 4


async def test_u06_a_list_that_shrinks_is_read_once_more() -> None:
    wire = growing([350, 349, 349, 349])
    async with adapter(wire) as platform:
        rows = [task.ref for page in [p async for p in platform.pages()] for task in page.tasks]
    assert len(rows) == len(set(rows)) == 350
    assert len(wire.requests) == 8
