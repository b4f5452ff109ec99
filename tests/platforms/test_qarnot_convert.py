"""Qarnot's documents become the values they mean."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tui.domain.money import Money
from tui.domain.record import detail_record, task_record
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Tally
from tui.platforms.qarnot.account import to_info
from tui.platforms.qarnot.convert import JOB, POOL, Names, to_group, to_task
from tui.platforms.qarnot.detail import carbon_facts, to_detail
from tui.platforms.qarnot.explain import explain
from tui.platforms.qarnot.instances import to_jobs
from tui.platforms.qarnot.timespan import MOST_INSTANCES, compact, ranges, timespan
from tui.platforms.qarnot.wire import GROUP, INFO, TASK, TASKS, TaskWire

SAMPLES = Path(__file__).parent.parent / "samples" / "qarnot"
NOW = datetime(2026, 1, 2, 3, 10, 5, tzinfo=UTC)
NAMES = Names("lab", None)


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def wire(**changes: Any) -> TaskWire:
    """The live task with some fields replaced."""
    return TASK.validate_python(json.loads(sample("task_live")) | changes)


def test_the_published_summary_reads_as_documented() -> None:
    """The vendor's own example: done, 239 s from the wall time, one instance, so no batch."""
    (one,) = TASKS.validate_json(sample("summaries"))
    assert one is not None
    record = task_record(to_task(one, NAMES, NOW), NOW)
    assert record == record | {
        "ref": "lab:ff149809-9415-4132-aad1-faad5383ea11", "name": "hello constant", "kind": "task", "status": "done",
        "native_status": "Success", "reason": None, "app": "docker-batch", "tags": [], "parent": None, "errors": [],
        "created": "2022-12-23T16:59:11Z", "started": "2022-12-23T16:59:19Z", "ended": "2022-12-23T17:03:18Z",
        "duration": 239.0, "queued": 8.0, "progress": {"done": 1, "total": 1, "percent": 100.0}, "counts": None,
    }  # fmt: skip


def test_a_live_task_is_a_batch_of_its_instances() -> None:
    """Ranges, completed and running instances together: what is said of one goes before what is said of all."""
    task = to_task(wire(), NAMES, NOW)
    assert task.kind is Kind.BATCH
    assert task.status is TaskStatus.RUNNING
    assert task.counts == Tally(queued=1, starting=1, running=1, done=1, failed=1, aborted=1)
    assert task.progress is not None
    assert (task.progress.done, task.progress.total, task.progress.percent) == (3, 6, 41.5)
    assert task.started == datetime(2026, 1, 2, 3, 5, tzinfo=UTC)
    assert task.ended is None
    assert task.tags == ("t1", "t2,t3")
    assert str(task.parent) == "lab:job.7a1de0c2-3a62-4f0e-9d34-6a0a4e6b1c10"
    assert task.arguments == {"DOCKER_CMD": "simpleFoam -parallel", "QARNOT_SECRET__KEY": "[SECRET]"}
    assert task.instance == "16c-64g-x"
    assert task.spot is True


def test_instances_are_rows_with_what_is_measured_of_them() -> None:
    task = to_task(wire(), NAMES, NOW)
    jobs = {job.index: job for job in to_jobs(wire(), task)}
    assert list(jobs) == [0, 1, 2, 4, 5, 17]
    assert str(jobs[17].ref) == f"{task.ref}/17"
    assert [jobs[i].status.value for i in jobs] == ["done", "failed", "running", "aborted", "starting", "queued"]
    assert jobs[2].usage == {
        "phase": "execution", "cpu": "93.1 %", "frequency": "3.4 GHz", "memory": "8,000 MB (25 % of its allotment)",
        "network in": "0 kbps", "network out": "12 kbps", "port 8000": "fwd.example:50123",
    }  # fmt: skip
    assert jobs[2].started == datetime(2026, 1, 2, 3, 6, 50, tzinfo=UTC)
    assert jobs[2].region == "s1"
    assert jobs[1].reason == "The container exited with code 137"
    assert jobs[1].errors[0].type == "GHX0782I"
    assert jobs[1].attempt == 2
    assert jobs[0].usage == {"peak memory": "8,100 MB"}
    assert jobs[17].logs == ()
    assert jobs[0].logs == ("stdout", "stderr")
    assert jobs[0].exit_code is None, "the API has no exit code anywhere"
    assert jobs[0].queued(NOW) is None
    assert jobs[17].queued(NOW) == timedelta(minutes=6)


def test_the_detail_holds_every_documented_group() -> None:
    task = to_task(wire(), NAMES, NOW)
    detail = detail_record(to_detail(wire(), task, to_jobs(wire(), task), b"{}"), NOW)["detail"]
    assert detail["times"]["execution_time"] == 98_210.5
    assert detail["times"]["environment_time"] == 104.0
    assert detail["limits"]["max_total_retries"] == 12
    assert detail["limits"]["max_time_in_queue"] == 3600.0
    assert detail["inputs"]["resource_buckets"] == ["motorbike-in"]
    assert detail["outputs"]["files"] == ["s3://storage.qarnot.com/bucket/file"]
    assert detail["settings"]["scheduling"] == "flex"
    assert detail["state"]["phases"] == {"execution": 1, "environment": 1}
    assert detail["state"]["failed"] == "1"
    assert detail["usage"]["time_by_machine"] == {"16c-64g-x": 380.0}
    assert detail["dependencies"]["depends_on"] == ["ff149809-9415-4132-aad1-faad5383ea11"]
    assert detail["labels"] == {"mesh": "fine"}
    assert [event["what"] for event in detail["events"]] == ["created", "FullyDispatched", "PartiallyExecuting"]
    assert len(detail["jobs"]) == 6


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("Submitted", "queued"), ("PartiallyDispatched", "starting"), ("FullyDispatched", "starting"),
        ("PartiallyExecuting", "running"), ("FullyExecuting", "running"), ("UploadingResults", "finishing"),
        ("DownloadingResults", "finishing"), ("PendingCancel", "finishing"), ("PendingDelete", "finishing"),
        ("Cancelled", "aborted"), ("Success", "done"), ("Failure", "failed"), ("UnSubmitted", "unknown"),
        ("Resurrecting", "unknown"),
    ],
)  # fmt: skip
def test_r22_each_state_has_one_status_and_keeps_its_word(state: str, status: str) -> None:
    task = to_task(wire(state=state), NAMES, NOW)
    assert (task.status.value, task.native_status) == (status, state)


@pytest.mark.parametrize("state", ["Success", "Failure", "Cancelled", "Submitted", "FullyExecuting", "PendingCancel"])
@pytest.mark.parametrize("count", [0, 1, 7])
def test_counts_add_up_also_where_nothing_is_told_of_instances(state: str, count: int) -> None:
    one = wire(
        state=state, status=None, completedInstances=None, advancedRanges=None, totalInstanceCount=count,
        runningInstanceCount=2, endDate="2026-01-02T04:00:00Z",
    )  # fmt: skip
    task = to_task(one, NAMES, NOW)
    assert (task.kind is Kind.BATCH) == (count > 1)
    assert len(to_jobs(one, task)) == count
    if task.counts is not None:
        assert task.counts.total == count


def test_an_older_payload_without_the_new_fields_is_read() -> None:
    one = TASK.validate_python({"uuid": "u", "state": "FullyExecuting", "instanceCount": 3, "unheard": {"of": 1}})
    task = to_task(one, NAMES, NOW)
    assert task.counts == Tally(running=3)
    assert task.name == "u"


def test_nobody_is_no_job_and_no_pool() -> None:
    """Null, absent and the all-zero uuid mean none; a pool is the parent of a task that is in no job."""
    zero = "00000000-0000-0000-0000-000000000000"
    assert to_task(wire(jobUuid=zero, poolUuid=zero), NAMES, NOW).parent is None
    assert str(to_task(wire(jobUuid=None, poolUuid="p1"), NAMES, NOW).parent) == "lab:pool.p1"


def test_jobs_and_pools_are_batches_named_by_what_they_are() -> None:
    job = to_group(GROUP.validate_json(sample("job")), JOB, NAMES, NOW, Tally(done=2, failed=1))
    assert str(job.ref) == "lab:job.7a1de0c2-3a62-4f0e-9d34-6a0a4e6b1c10"
    assert (job.kind, job.status, job.native_status) == (Kind.BATCH, TaskStatus.RUNNING, "Active")
    assert job.parent is None
    pool = to_group(GROUP.validate_python({"uuid": "p", "state": "Closed"}), POOL, NAMES, NOW)
    assert (str(pool.ref), pool.status) == ("lab:pool.p", TaskStatus.DONE)


def test_the_account_shows_quotas_of_every_plan() -> None:
    """A quota leaf is read under either spelling of its cores; tasks count finished ones too (quirk Q14)."""
    info = to_info(INFO.validate_json(sample("info")), Money("EUR", 12), ())
    assert info.user == "user1@example.org"
    rows = {row["name"]: row for row in info.sections["quotas"]}
    assert rows["tasks, finished ones too"] == {
        "name": "tasks, finished ones too", "limit": 100, "used": 7, "remaining": 93,
    }  # fmt: skip
    assert rows["flex cores"]["used"] == 80
    assert rows["on demand cores"]["used"] == 0
    assert rows["reserved team-a instances"]["limit"] == 4
    assert info.sections["credits"][0]["amount"] == Money("EUR", 12)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "Not enough credits"}, "Not enough credits"),
        ({"error": {"message": "Bad authentication token", "code": 401}, "data": {}}, "Bad authentication token"),
        ({"error": "no such budget"}, "no such budget"),
        (
            {"title": "One or more errors.", "status": 400, "errors": {"Filter": ["unknown field"]}},
            "Filter: unknown field",
        ),
        ({"title": "Bad Request", "status": 400}, "Bad Request"),
        ([{"statusCode": 403, "uuid": None, "message": "Invalid fields: name"}], "Invalid fields: name"),
    ],
)
def test_each_of_the_error_shapes_gives_its_sentence(body: object, words: str) -> None:
    refusal = explain(400, json.dumps(body).encode())
    assert refusal is not None
    assert refusal.message == words


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"message": ""}', b"[]", b"7", b'{"error": {"code": 1}}'])
def test_a_body_without_words_is_left_to_its_status(body: bytes) -> None:
    assert explain(500, body) is None


# -- quirks, by their number in the contract


def test_quirk_q1_null_is_read_wherever_the_specification_allows_it() -> None:
    nulls = dict.fromkeys(
        ("errors", "completedInstances", "constants", "hardwareConstraints", "privileges", "retrySettings", "tags",
         "secretsAccessRights", "labels", "dependencies", "status", "advancedRanges")
    )  # fmt: skip
    task = to_task(wire(**nulls, instanceCount=2, totalInstanceCount=None), NAMES, NOW)
    assert task.counts == Tally(running=2)
    assert (task.tags, task.errors, dict(task.arguments)) == ((), (), {})


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05.123Z", datetime(2026, 1, 2, 3, 4, 5, 123_000, tzinfo=UTC)),
        ("2026-01-02T03:04:05.1234567Z", datetime(2026, 1, 2, 3, 4, 5, 123_456, tzinfo=UTC)),
        ("2026-01-02T05:04:05+02:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
    ],
)
def test_quirk_q2_dates_are_read_with_any_fraction_and_offset(text: str, time: datetime | None) -> None:
    """Seven digits and offsets, which the official client refuses; year 1 means unset."""
    assert to_task(wire(creationDate=text), NAMES, NOW).created == time


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("00:03:59", timedelta(seconds=239)),
        ("00:00:25.1000003", timedelta(seconds=25, microseconds=100_000)),
        ("1.03:16:50.5000000", timedelta(days=1, hours=3, minutes=16, seconds=50.5)),
        ("12.00:00:00", timedelta(days=12)),
        ("10675199.02:48:05.4775807", timedelta(days=10675199, hours=2, minutes=48, seconds=5, microseconds=477_580)),
        ("00:00:00", timedelta(0)),
        ("3 days", None),
        ("", None),
        (None, None),
    ],
)
def test_quirk_q3_timespans_count_ticks_and_any_number_of_days(text: str | None, span: timedelta | None) -> None:
    assert timespan(text) == span


def test_quirk_q9_carbon_facts_are_read_under_both_sets_of_names() -> None:
    snake = carbon_facts({"total_consumed_energy_Wh": 12.5, "qarnot_carbon_footprint": 3.1, "PUE": 1.05})
    camel = carbon_facts({"totalConsumedEnergyWh": 12.5, "carbonFootprintC02Eq": 3.1, "pue": 1.05})
    assert snake == camel == {"energy_wh": 12.5, "footprint_g": 3.1, "pue": 1.05}
    assert carbon_facts({"unheard": 1}) is None


def test_ranges_and_their_texts_are_each_others_inverse() -> None:
    assert ranges("0-2,4-5,17") == (0, 1, 2, 4, 5, 17)
    assert compact(list(ranges("0-2,4-5,17"))) == "0-2,4-5,17"
    assert ranges("") == ranges(None) == ()
    assert ranges("5-3,x,-1,7") == (7,)
    assert len(ranges("0-999999999")) == MOST_INSTANCES


@pytest.mark.parametrize("body", [{}, {"uuid": "u"}, {"state": "Success"}, {"uuid": None, "state": "Success"}])
def test_r20_only_a_row_without_uuid_or_state_is_unreadable(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TASK.validate_python(body)
    assert TASKS.validate_python([body, {"uuid": "u", "state": "Success"}])[0] is None


def test_r13_hostile_text_is_cleaned_wherever_it_stands() -> None:
    bad = "\x1b[31m[/]\u202e"
    one = wire(
        name=bad, state=bad, tags=[bad], profile=bad, labels={bad: bad}, errors=[{"code": bad, "message": bad}],
        constants=[{"key": bad, "value": bad}], schedulingType=bad, shortname=bad, previousState=bad,
        completedInstances=[{"instanceId": 0, "state": bad, "error": bad, "results": [bad], "cpuModel": bad}],
    )  # fmt: skip
    task = to_task(one, NAMES, NOW)
    text = repr(to_detail(one, task, to_jobs(one, task), None))
    assert "\\x1b" not in text
    assert "\\u202e" not in text
    assert "␛" in text
