"""The documented quirks, each under its number in section 11 of the contract, met by the adapter."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.platforms.samples import CGC, adapter, routed, sample
from tests.support.sandbox import START
from tests.support.sevenbridges import Desk, everything
from tui.domain.errors import NotFound, PlatformDown, RateLimited, UnexpectedAnswer
from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.sevenbridges.adapter import explain
from tui.platforms.sevenbridges.convert import Names, to_task
from tui.platforms.sevenbridges.detail import to_detail
from tui.platforms.sevenbridges.wire import TASK


def task(**more: Any) -> Task:
    body = {**sample("running"), **more}
    return to_task(TASK.validate_json(json.dumps(body).encode()), Names("cgc", "https://cgc.sbgenomics.com"), START)


async def test_11_1_1_what_is_not_json_is_said_so() -> None:
    """Single quotes, a missing comma, a snip: our error, three tries, no parser's message."""
    broken = httpx.Response(200, content=b"{'items': [ <snip> ]}")
    transport = routed({"GET /tasks": broken})
    async with adapter(transport) as platform:
        with pytest.raises(UnexpectedAnswer, match="not JSON"):
            await everything(platform)
    assert len(transport.requests) == 3


async def test_11_1_2_foreign_addresses_are_never_followed() -> None:
    """`href` and `next` lead elsewhere; every request goes to our base all the same."""
    desk = Desk(tasks=300, odd=("foreign-href",))

    async with desk.adapter() as platform:
        tasks = await everything(platform)
        await platform.detail(tasks[0].ref)
    assert len(tasks) == 300
    assert {r.url.host for r in desk.requests} == {"127.0.0.1"}
    links = {"items": [sample("task")], "links": [{"rel": "next", "href": "https://evil.example/v2/tasks"}]}
    transport = routed({"GET /tasks": links})
    async with adapter(transport) as platform:
        await everything(platform)
    assert {str(r.url).partition("/tasks")[0] for r in transport.requests} == {CGC}


@pytest.mark.parametrize(
    ("value", "machine"),
    [
        ("c5.4xlarge;ebs-gp2;1024", "c5.4xlarge"),
        (["c4.2xlarge;ebs-gp2;2000", "x"], "c4.2xlarge"),
        ([], None),
        ("", None),
        ([5], None),
        (7, None),
        (None, None),
    ],
)
def test_11_1_3_an_instance_type_may_be_a_list(value: Any, machine: str | None) -> None:
    """The first counts; what is neither text nor list is no machine."""
    assert task(execution_settings={"instance_type": value}).instance == machine


@pytest.mark.parametrize(
    ("given", "money"),
    [
        ({"currency": "USD", "amount": 0.42}, "0.42"),
        ({"currency": "USD", "amount": "0.42"}, "0.42"),
        ({"currency": "USD", "amount": 3}, "3.00"),
        ({"currency": "usd", "amount": "1e-999999"}, "0.000000000000"),
        ({"currency": "USD", "amount": "free"}, None),
        ({"currency": "USD", "amount": "NaN"}, None),
        ({"currency": "USD"}, None),
        ({"amount": 3}, None),
        ({"currency": "", "amount": 3}, None),
        ({"currency": "USD", "amount": True}, None),
        (None, None),
        ("0.42", None),
    ],
)
def test_11_1_3_and_4_a_price_is_numbers_or_text_or_nothing(given: Any, money: str | None) -> None:
    """R23: what cannot be read is absent, never zero."""
    price = task(price=given).price
    assert (price.text if price else None) == money
    assert price is None or price.currency == "USD"


@pytest.mark.parametrize("value", [41000, 41000.0, "41000", "41000.0"])
def test_11_1_3_durations_are_numbers_or_text(value: Any) -> None:
    """Milliseconds all the same."""
    got = task(execution_status={"queued_duration": value, "running_duration": value, "duration": value})
    assert got.queued_time == got.run_time == got.total_time == timedelta(seconds=41)


@pytest.mark.parametrize("value", ["soon", "", None, -5, True, [], {}, "1e999", 1e300, "NaN"])
def test_11_1_3_impossible_durations_are_absent(value: Any) -> None:
    """R23."""
    got = task(execution_status={"queued_duration": value, "duration": value})
    assert (got.queued_time, got.total_time) == (None, None)


def test_11_1_4_errors_may_be_missing() -> None:
    """Absent, null and empty are alike."""
    body = sample("running")
    del body["errors"]
    assert to_task(TASK.validate_json(json.dumps(body).encode()), Names("cgc", None), START).errors == ()
    assert task(errors=None).errors == task(errors=[]).errors == ()


def test_11_1_5_a_batch_group_proves_no_child() -> None:
    """An empty one says nothing at all."""
    got = task(batch_group={"fields": {}})
    assert (got.parent, got.key, dict(got.metadata)) == (None, None, {})
    body = json.dumps({**sample("running"), "batch_group": {"fields": {}}}).encode()
    assert to_detail(TASK.validate_json(body), Names("cgc", None), START, None, None).batch is None


def test_11_1_6_and_r22_an_unknown_word_is_shown_as_sent() -> None:
    """`Active` exists nowhere else: unknown, not final, kept."""
    got = task(status="Active")
    assert (got.status, got.native_status, got.status.is_final) == (TaskStatus.UNKNOWN, "Active", False)
    assert task(status="completed").status is TaskStatus.DONE


def test_11_1_7_creating_and_aborting_are_known() -> None:
    """Both are in the SDK, though not in the filter list."""
    assert task(status="CREATING").status is TaskStatus.STARTING
    assert task(status="ABORTING").status is TaskStatus.FINISHING


@pytest.mark.parametrize("factor", [1, 1000])
async def test_11_1_8_a_reset_is_seconds_or_milliseconds(factor: int) -> None:
    """A 429 names when it ends; nothing is asked again before."""
    reset = int((START + timedelta(seconds=120)).timestamp()) * factor
    headers = {
        "X-RateLimit-Reset": str(reset),
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "0",
        "Date": START.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }
    limited = httpx.Response(429, json={"status": 429, "code": 1000, "message": "Rate limit"}, headers=headers)
    transport = routed({"GET /tasks": limited})
    async with adapter(transport) as platform:
        with pytest.raises(RateLimited) as failed:
            await everything(platform)
        now = platform._clock.now()
    assert failed.value.code == 1000
    assert failed.value.retry_at is not None
    assert (failed.value.retry_at - now).total_seconds() == 120
    assert len(transport.requests) == 1


def test_11_1_9_old_names_are_not_looked_for() -> None:
    """`created_on` and `batch_parent` appear in no answer about tasks."""
    body = {**sample("task"), "created_on": "2020-01-01T00:00:00Z", "batch_parent": "x"}
    got = to_task(TASK.validate_json(json.dumps(body).encode()), Names("cgc", None), START)
    assert (got.created, got.parent) == (None, None)


async def test_11_1_10_the_alias_that_redirects_is_not_used() -> None:
    """A project's tasks are asked for with a filter."""
    desk = Desk(tasks=60)
    async with desk.adapter(projects=("labq/qc",)) as platform:
        await everything(platform)
    assert set(desk.paths()) == {"GET /tasks"}


def test_11_2_5_missing_keys_cost_nothing() -> None:
    """The least a task can be."""
    got = to_task(TASK.validate_json(b'{"id": "x", "status": "QUEUED"}'), Names("cgc", None), START)
    assert (got.name, got.ref, got.status) == ("x", TaskRef("cgc", "x"), TaskStatus.QUEUED)


def test_11_3_new_keys_are_ignored() -> None:
    """A new key in answers broke another client."""
    assert task(cost_centre={"code": 7}, execution_settings={"new": [1, {"a": 2}]}).ref.id == sample("running")["id"]


def test_11_3_a_completed_task_without_outputs_is_flagged() -> None:
    """All null, or `{}` per port; a batch has none of its own."""
    assert "every output is empty" in (task(status="COMPLETED", outputs={"a": None, "b": {}}).reason or "")
    assert task(status="COMPLETED", outputs={"a": None, "b": 1}).reason is None
    assert task(status="COMPLETED", outputs={}).reason is None
    assert task(status="COMPLETED", outputs={"a": None}, batch=True).reason is None
    assert "empty" not in (task(status="FAILED", outputs={"a": None}).reason or "")


def test_5_1_a_drafts_start_is_no_start() -> None:
    """Some drafts show it equal to their creation."""
    got = task(status="DRAFT", start_time="2025-03-01T09:00:00Z")
    assert (got.started, got.duration(START), got.queued(START) is None) == (
        None,
        timedelta(milliseconds=1301000),
        False,
    )


def test_5_2_a_task_that_fell_back_to_the_queue_says_why() -> None:
    """It keeps its start; the limit that holds it is named."""
    got = task(status="QUEUED", execution_status={"account_limit": True})
    assert got.started is not None
    assert "parallel instances" in (got.reason or "")
    assert "machines" in (task(status="QUEUED", execution_status={"system_limit": True}).reason or "")
    assert task(execution_status={"instance_init": True}).status is TaskStatus.STARTING


@pytest.mark.parametrize(
    "odd", ["text-durations", "text-price", "instance-list", "absent-keys", "unknown-keys", "foreign-href"]
)
async def test_every_oddity_of_the_sandbox_reads_like_the_plain_answer(odd: str) -> None:
    """Rows and details are equal but for the raw bytes."""
    plain, strange = Desk(tasks=120), Desk(tasks=120, odd=(odd,))
    async with plain.adapter() as one, strange.adapter() as other:
        left, right = await everything(one), await everything(other)
        if odd == "instance-list":  # the setting itself is a list there, which shows
            left, right = [[t.instance for t in rows] for rows in (left, right)]  # type: ignore[assignment]
        assert left == right
        ref = (await one.newest()).tasks[1].ref
        assert (await one.detail(ref)).jobs == (await other.detail(ref)).jobs


@pytest.mark.parametrize(
    ("status", "body", "says", "kind"),
    [
        (400, {"code": 7024, "message": "no"}, "no (code 7024)", None),
        (400, {"code": 7005, "message": "not a UUID"}, "not a UUID (code 7005)", NotFound),
        (400, {"code": 7004, "message": ""}, "HTTP 400 (code 7004)", NotFound),
        (503, {"code": 0, "message": "back soon"}, "the platform is down for maintenance: back soon", None),
        (500, {"message": "\x1b[2Jx"}, "␛[2Jx", None),
    ],
)
def test_errors_are_told_in_the_platforms_words(status: int, body: dict[str, Any], says: str, kind: Any) -> None:
    """Message and number, cleaned."""
    refusal = explain(status, json.dumps(body).encode())
    assert refusal is not None
    assert (refusal.message, refusal.kind) == (says, kind)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'"x"', b'{"message": 5}', b'{"code": "x"}', b"\xff", b"[" * 9999]
)
def test_other_error_bodies_are_nobodys_words(body: bytes) -> None:
    """A proxy in front answers as it likes."""
    assert explain(502, body) is None


async def test_maintenance_is_said_with_its_page_too() -> None:
    """503 as HTML and as JSON are the platform's, not ours."""
    for answer in (httpx.Response(503, text="<html>"), httpx.Response(503, json={"code": 0, "message": "Maintenance"})):
        async with adapter(routed({"GET /tasks": answer})) as platform:
            with pytest.raises(PlatformDown, match="maintenance"):
                await everything(platform)


def test_money_keeps_its_digits() -> None:
    """No float on the way from text."""
    assert task(price={"currency": "USD", "amount": "0.10"}).price == Money(
        "USD", __import__("decimal").Decimal("0.10")
    )


HOSTILE = "\x1b]52;c;aGk=\x07[/red]\u202e\u200b\ud83d\n" + "x" * 9000


def test_r13_every_text_of_a_row_is_cleaned() -> None:
    """Each slot that a stranger can fill, wherever it stands."""
    text = HOSTILE.encode("utf-8", "replace").decode()
    body = {
        **sample("running"),
        "name": text,
        "description": text,
        "project": text,
        "app": text,
        "created_by": text,
        "executed_by": text,
        "status": text,
        "batch_input": text,
        "batch_by": {"type": text, "criteria": [text]},
        "batch_group": {"value": text, "fields": {text: text}},
        "parent": text,
        "errors": [{"type": text, "message": text, "input_id": text}],
        "warnings": [{"message": text}],
        "execution_settings": {"instance_type": text, text: text},
        "execution_status": {"message": text},
        "inputs": {
            text: {"class": "File", "path": text, "name": text, "secondaryFiles": [{"path": text, "name": text}]}
        },
        "outputs": {text: [text, {text: text}]},
        "price": {"currency": text, "amount": 1, "breakdown": {text: 1}},
    }
    wire = TASK.validate_json(json.dumps(body).encode())
    detail = to_detail(wire, Names("cgc", "https://cgc.sbgenomics.com"), START, None, None)
    said = repr(detail)
    for bad in ("\\x1b", "\\x07", "\\u202e", "\\u200b", "\x1b", "\u202e", "x" * 5000):
        assert bad not in said
    assert detail.task.url is None or detail.task.url.isascii()
