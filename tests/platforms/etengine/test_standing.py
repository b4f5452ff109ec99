"""What a batch is follows from its counts (contract 4.3 and 5.2); what a job is, from its own answer (5.1)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tui.domain.status import TaskStatus
from tui.domain.task import Task
from tui.platforms.etengine import wire
from tui.platforms.etengine.convert import (
    Times,
    batch_task,
    job_key,
    job_row,
    one_state,
    ordered,
    read_job,
    varied_names,
)
from tui.platforms.etengine.wire import BatchWire, CountsWire, HardwareWire, JobWire, ToolWire

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)


def batch(n_jobs: int, expired: bool = False, **counts: int) -> Task:
    row = BatchWire("0af1-22", ToolWire("t", "porosity-mc"), n_jobs, HardwareWire(2, 2048))
    counted = CountsWire({name.upper(): count for name, count in counts.items()})
    return batch_task(row, counted, "et", NOW, Times(), expired=expired)


@pytest.mark.parametrize(
    ("counts", "status", "word"),
    [
        ({"submitted": 2, "pending": 1, "runnable": 7}, TaskStatus.QUEUED, "queued"),
        ({}, TaskStatus.QUEUED, "queued"),
        ({"runnable": 9, "starting": 1}, TaskStatus.RUNNING, "running"),
        ({"running": 1, "succeeded": 9}, TaskStatus.RUNNING, "running"),
        ({"runnable": 4, "succeeded": 6}, TaskStatus.RUNNING, "running"),
        ({"succeeded": 6}, TaskStatus.RUNNING, "running"),
        ({"succeeded": 10}, TaskStatus.DONE, "done"),
        ({"succeeded": 9, "failed": 1}, TaskStatus.FAILED, "failed"),
        ({"failed": 10}, TaskStatus.FAILED, "failed"),
        ({"succeeded": 9, "thawing": 1}, TaskStatus.UNKNOWN, "THAWING"),
    ],
)
def test_a_batch_is_what_its_counts_say(counts: dict[str, int], status: TaskStatus, word: str) -> None:
    task = batch(10, **counts)
    assert (task.status, task.native_status) == (status, word)
    assert task.counts is not None
    assert task.counts.total == 10
    assert task.progress is not None
    assert task.progress.done == counts.get("succeeded", 0) + counts.get("failed", 0)


def test_a_failed_batch_says_how_many() -> None:
    assert batch(100, succeeded=95, failed=5).reason == "failed 5/100"
    assert batch(100, succeeded=5, failed=5, running=90).reason == "failed 5/100 so far"


@pytest.mark.parametrize("counts", [{}, {"succeeded": 7}, {"succeeded": 6, "failed": 1}])
def test_an_expired_batch_is_unknown_never_running(counts: dict[str, int]) -> None:
    task = batch(10, expired=True, **counts)
    assert (task.status, task.native_status) == (TaskStatus.UNKNOWN, "expired")
    assert task.counts is not None
    assert (task.counts.total, task.counts.unknown) == (10, 10 - sum(counts.values()))
    assert f"of {10 - sum(counts.values())} of 10 jobs" in str(task.reason)


def test_a_batch_is_called_by_its_tool_and_a_short_id() -> None:
    task = batch(1, succeeded=1)
    assert (task.name, task.app, task.instance) == ("porosity-mc 0af1", "porosity-mc", "2 vCPU 2048 MB")
    assert task.kind == "batch"
    assert (task.project, task.created_by, task.price, task.created) == (None, None, None, None)


def test_more_counted_than_announced_is_believed() -> None:
    assert batch(2, succeeded=5).progress == batch(5, succeeded=5).progress


def test_one_state_for_all_is_seen_in_the_counts() -> None:
    assert one_state(CountsWire({"SUCCEEDED": 5, "FAILED": 0}), 5) is TaskStatus.DONE
    assert one_state(CountsWire({"SUCCEEDED": 5}), 6) is None
    assert one_state(CountsWire({"SUCCEEDED": 5, "FAILED": 1}), 6) is None


JOBS = [JobWire(f"j{k}", {"grid": "64", "seed": str(k), "log_file": f"l/{k}"}) for k in (10, 9, 2)]


def test_jobs_are_ordered_and_named_by_what_varies() -> None:
    """Numbers by size; a path of a log is no difference between jobs, unless it is the only one."""
    varied = varied_names(JOBS)
    assert varied == ("seed", "log_file")
    assert [job.id for job in ordered(JOBS, varied)] == ["j2", "j9", "j10"]
    assert job_key(JOBS[0].arguments, varied) == "seed=10"
    assert job_key(JOBS[0].arguments, ("log_file",)) == "log_file=l/10"
    assert varied_names(JOBS[:1]) == ()


def job(detail: dict[str, Any] | None, *, contradicted: bool = False) -> Any:
    row = job_row(JOBS[0], batch(3, running=3), 0, ("seed",), None)
    read = None if detail is None else wire.detail({"job_id": "j10", **detail})
    return read_job(row, read, NOW, contradicted=contradicted)


def test_a_job_of_the_list_has_no_word_until_it_is_asked_for() -> None:
    row = job_row(JOBS[0], batch(3, running=3), 0, ("seed",), None)
    assert (row.status, row.native_status, row.name) == (TaskStatus.UNKNOWN, "", "seed=10")
    assert "not been asked" in str(row.reason)
    assert job_row(JOBS[0], batch(3, failed=3), 0, ("seed",), TaskStatus.FAILED).status is TaskStatus.FAILED


@pytest.mark.parametrize(
    ("word", "status"),
    [("SUBMITTING", "queued"), ("SUBMITTED", "queued"), ("PENDING", "queued"), (" runnable ", "queued"),
     ("STARTING", "starting"), ("Running", "running"), ("SUCCEEDED", "done"), ("FAILED", "failed"),
     ("DEPROVISIONING", "unknown"), ("", "unknown")],
)  # fmt: skip
def test_rule_07_states_are_trimmed_and_any_other_word_is_kept(word: str, status: str) -> None:
    read = job({"status": word})
    assert (read.status, read.native_status) == (status, word.strip() or "?")


def test_section_5_1_submitting_against_the_counts_is_unknown() -> None:
    read = job({"status": "SUBMITTING", "create_time": ""}, contradicted=True)
    assert (read.status, read.native_status) == (TaskStatus.UNKNOWN, "SUBMITTING")
    assert "counts say otherwise" in read.reason


def test_a_job_tells_reason_and_times() -> None:
    read = job({"status": "FAILED", "reason": "OutOfMemoryError", "create_time": 1721300000123,
                "start_time": "2024-07-18T10:55:00Z", "stop_time": "2024-07-18 10:56:00"})  # fmt: skip
    assert (read.reason, read.queued(NOW).total_seconds(), read.duration(NOW).total_seconds()) == (
        "OutOfMemoryError", 99.877, 60.0,
    )  # fmt: skip
    assert job({"status": "SUCCEEDED", "reason": "Essential container in task exited"}).reason is None
    assert job({"status": "RUNNING", "stop_time": 1721300000123}).ended is None


def test_a_job_that_the_platform_lost_stays_unknown() -> None:
    read = job(None)
    assert (read.status, read.native_status) == (TaskStatus.UNKNOWN, "lost")
    assert not read.is_expired


def test_r13_remote_text_is_cleaned() -> None:
    row = BatchWire("b\x1b", ToolWire("t", "tool\x1b[2J"), 1)
    task = batch_task(row, CountsWire({"SUCCEEDED": 1}), "et", NOW, Times(), expired=False)
    assert "\x1b" not in f"{task.ref}{task.name}{task.app}"
    evil = JobWire("j\x1b", {"a\x1b": "v\x1b"})
    read = job_row(evil, task, 0, ("a\x1b",), None)
    assert "\x1b" not in f"{read.ref}{read.name}{read.key}{dict(read.arguments)}"
