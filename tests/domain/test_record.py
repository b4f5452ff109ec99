"""The stable JSON of the outward contract."""

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from tests.domain.samples import NOW, make, make_job
from tui.domain.action import Outcome, Result, Verb
from tui.domain.detail import BatchRule, Event, FileRef, TaskDetail
from tui.domain.money import Money
from tui.domain.record import detail_record, fact, pick, result_record, task_record, time_text
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Progress, Tally, TaskError, TaskRef

KEYS = [
    "ref", "account", "platform", "id", "name", "kind", "status", "native_status", "reason", "project", "app",
    "created_by", "executed_by", "tags", "created", "started", "ended", "duration", "queued", "progress", "counts",
    "price", "exit_code", "parent", "errors", "url", "fetched", "stale",
]  # fmt: skip
JOB_KEYS = [*KEYS, "host", "instance", "attempt", "command", "logs"]


def test_a_task_without_facts() -> None:
    """Every key is there in the documented order; what is absent is null, lists are empty."""
    record = task_record(make(), NOW)
    assert list(record) == KEYS
    known = {"ref": "cgc:t1", "account": "cgc", "platform": "sevenbridges", "id": "t1", "name": "a name",
             "kind": "task", "status": "running", "native_status": "RUNNING", "tags": [], "errors": [],
             "fetched": "2026-11-24T16:30:00Z", "stale": False}  # fmt: skip
    assert record == dict.fromkeys(KEYS) | known
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_a_task_with_everything() -> None:
    """Times UTC with Z, durations in seconds, money as text, children's counts with all nine statuses."""
    task = make(
        kind=Kind.BATCH, status=TaskStatus.FAILED, native_status="FAILED", reason="why", project="p", app="a/b/3",
        created_by="u", executed_by="v", tags=("x", "y"), created=NOW - timedelta(hours=3),
        started=datetime(2026, 11, 24, 16, 0, 0, 250_000, timezone(timedelta(hours=1))), ended=NOW,
        queued_time=timedelta(seconds=1.5), progress=Progress.of(18, 19), counts=Tally(queued=1, running=5, done=2),
        price=Money("USD", Decimal("0.2")), parent=TaskRef("cgc", "p1"), errors=(TaskError("m", "T", "in"),),
        url="https://x/y",
    )  # fmt: skip
    record = task_record(task, NOW, stale=True)
    assert list(record) == KEYS
    assert record["started"] == "2026-11-24T15:00:00.250Z"
    assert (record["duration"], record["queued"]) == (5399.75, 1.5)
    assert record["progress"] == {"done": 18, "total": 19, "percent": 94.7}
    assert list(record["counts"].items()) == [
        ("draft", 0), ("queued", 1), ("starting", 0), ("running", 5), ("finishing", 0), ("done", 2), ("failed", 0),
        ("aborted", 0), ("unknown", 0),
    ]  # fmt: skip
    assert record["price"] == {"amount": "0.20", "currency": "USD"}
    assert record["parent"] == "cgc:p1"
    assert record["errors"] == [{"type": "T", "message": "m", "input": "in"}]
    assert record["stale"] is True


def test_a_job_says_more() -> None:
    """The task object plus host, instance, exit code, attempt, command and the names of its logs."""
    job = make_job("align", host="h", instance="c5", exit_code=137, attempt=2, command="run", logs=("job.err.log",))
    record = task_record(job, NOW)
    assert list(record) == JOB_KEYS
    assert (record["ref"], record["id"], record["kind"]) == ("cgc:t1/align", "align", "job")
    assert [record[k] for k in JOB_KEYS[-5:]] == ["h", "c5", 2, "run", ["job.err.log"]]
    assert record["exit_code"] == 137


@pytest.mark.parametrize(
    ("value", "json_value"),
    [
        (None, None), (True, True), (3, 3), (1.5, 1.5), (math.nan, None), (math.inf, None), ("x", "x"),
        (Decimal("0.10"), "0.10"), (NOW, "2026-11-24T16:30:00Z"), (timedelta(minutes=2), 120.0),
        (Money("EUR", Decimal("3")), {"amount": "3.00", "currency": "EUR"}), ([1, ["x"]], [1, ["x"]]), ((), []),
        ({"a": {"b": None}}, {"a": {"b": None}}),
        (FileRef("id1", "f.bam", size=7, secondary=(FileRef("id2"),)),
         {"class": "File", "path": "id1", "name": "f.bam", "size": 7,
          "secondaryFiles": [{"class": "File", "path": "id2", "name": None}]}),
        (FileRef("id3", "d", folder=True), {"class": "Directory", "path": "id3", "name": "d"}),
    ],
)  # fmt: skip
def test_facts(value: Any, json_value: Any) -> None:
    """Each kind of fact as JSON; a number that JSON has no word for is null."""
    assert fact(value) == json_value
    json.dumps(fact(value), allow_nan=False)


def test_detail() -> None:
    """The groups in the documented order, absent ones null; the platform's own groups come last."""
    task = make(price=Money("USD", Decimal("6.90")))
    detail = TaskDetail(
        task=task, people={"created_by": "u"}, inputs={}, jobs=(make_job(),), warnings=(TaskError("w"),),
        price_breakdown={"compute": Money("USD", Decimal("6.61"))}, events=(Event(NOW, "failed"),),
        batch=BatchRule("CRITERIA", ("metadata.sample",), "reads"), more={"usage": {"cpu": 3}},
    )  # fmt: skip
    record = detail_record(detail, NOW)
    assert list(record) == [*KEYS, "detail"]
    inner = record["detail"]
    assert list(inner) == [
        "people", "times", "limits", "inputs", "outputs", "settings", "jobs", "price", "batch", "warnings", "events",
        "usage",
    ]  # fmt: skip
    assert (inner["people"], inner["times"], inner["inputs"]) == ({"created_by": "u"}, None, {})
    assert inner["price"] == {"amount": "6.90", "currency": "USD", "breakdown": {"compute": "6.61"}}
    assert inner["batch"] == {"by": "CRITERIA", "criteria": ["metadata.sample"], "input": "reads", "group": None}
    assert inner["events"] == [{"at": "2026-11-24T16:30:00Z", "what": "failed"}]
    assert list(inner["jobs"][0]) == JOB_KEYS


def test_a_bare_detail_is_null_all_over() -> None:
    """Nothing is made up for groups the platform does not have."""
    assert set(detail_record(TaskDetail(task=make()), NOW)["detail"].values()) == {None}


def test_a_child_says_its_own_group() -> None:
    """A child of a batch has no rule of its own, but its part."""
    rule = BatchRule(group="s31", fields={"sample_id": "s31"})
    batch = detail_record(TaskDetail(task=make(), batch=rule), NOW)["detail"]["batch"]
    assert batch == {"by": None, "criteria": None, "input": None, "group": {"value": "s31", "fields": rule.fields}}


def test_action_results() -> None:
    """Six keys; the status and the new reference where known."""
    ref = TaskRef("cgc", "a")
    assert result_record(Result(ref, Verb.RERUN, Outcome.DONE, "queued", TaskRef("cgc", "b"), "made")) == {
        "ref": "cgc:a", "action": "rerun", "outcome": "done", "status": "queued", "new_ref": "cgc:b", "message": "made",
    }  # fmt: skip
    assert list(result_record(Result(ref, Verb.ABORT, Outcome.UNKNOWN)).values())[3:] == [None, None, None]


def test_times() -> None:
    """In UTC with Z; milliseconds only where there are any."""
    assert time_text(None) is None
    assert time_text(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == "2025-12-31T23:00:00Z"
    assert time_text(datetime(2026, 1, 1, 0, 0, 0, 5_999, tzinfo=UTC)) == "2026-01-01T00:00:00.005Z"


def test_pick() -> None:
    """Dotted paths; nothing where they lead nowhere."""
    record = {"price": {"amount": "1.00"}, "name": "x"}
    assert [pick(record, p) for p in ("price.amount", "name", "name.x", "zzz", "price")] == [
        "1.00", "x", None, None, {"amount": "1.00"},
    ]  # fmt: skip
