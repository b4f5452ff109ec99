"""Why a job waits, and how it ended: every code is one plain sentence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.servers import NOW
from tui.platforms.slurm.convert import task_of
from tui.platforms.slurm.exits import Exit
from tui.platforms.slurm.indexes import Indexes
from tui.platforms.slurm.reasons import CODES, code_of, ended_sentence, waiting_sentence
from tui.platforms.slurm.wire import Record

JOB = Record(
    "17", "17", None, state="PENDING", partition="debug", account="lab", qos="normal", cpus=4, memory_text="8G",
    limit=timedelta(hours=2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Priority", ["before it", "partition debug"]),
        ("Resources", ["4 CPUs, 8G"]),
        ("JobHeldUser", ["Held by you", "release"]),
        ("JobHeldAdmin", ["administrators"]),
        ("PartitionTimeLimit", ["2h", "partition debug", "never starts"]),
        ("PartitionConfig", ["4 CPUs, 8G"]),
        ("PartitionDown", ["closed"]),
        ("ReqNodeNotAvail, UnavailableNodes:n[1-3]", ["n[1-3]", "down"]),
        ("ReqNodeNotAvail, Reserved for maintenance", ["maintenance"]),
        ("ReqNodeNotAvail, May be reserved for other job", ["another job"]),
        ("AssocGrpCpuLimit", ["Account lab", "CPUs"]),
        ("AssocGrpMemLimit", ["memory"]),
        ("AssocGrpGRESMinutes", ["budget", "GPU"]),
        ("AssocGrpCPURunMinutesLimit", ["time left"]),
        ("QOSMaxCpuPerUserLimit", ["QOS normal", "CPUs"]),
        ("QOSMaxJobsPerUserLimit", ["as many jobs"]),
        ("QOSGrpNodeLimit", ["Everyone in QOS normal", "nodes"]),
        ("QOSMinGRES", ["less"]),
        ("AssocMaxSubmitJobLimit", ["in the queue"]),
        ("AssocMaxWallDurationPerJobLimit", ["run time", "never starts"]),
        ("MaxMemPerLimit", ["memory", "never starts"]),
        ("InvalidQOS", ["QOS normal"]),
        ("BurstBufferResources", ["burst buffer"]),
        ("Licenses", ["licence"]),
        ("None", ["not looked at it"]),
        ("SomethingNew, with words", ["SomethingNew", "with words"]),
    ],
)
def test_each_waiting_reason_is_a_sentence(reason: str, words: list[str]) -> None:
    text = waiting_sentence(replace(JOB, reason=reason)) or ""
    assert all(word in text for word in words), text
    assert text.endswith(".")
    assert text[0].isupper()
    assert "{" not in text


def test_no_sentence_has_a_place_left_open() -> None:
    bare = Record("17", "17", None, state="PENDING")
    for code in CODES:
        text = waiting_sentence(replace(bare, reason=code)) or ""
        assert "{" not in text
        assert "None" not in text
        assert text.endswith(".")


def test_times_limits_and_dependencies_are_filled_in() -> None:
    waits = replace(JOB, reason="Resources", started=NOW)
    assert "Slurm's guess: about 2026-01-05 12:00 UTC" in (waiting_sentence(waits) or "")
    begins = replace(JOB, reason="BeginTime", started=NOW, restarts=1)
    assert "requeue" in (waiting_sentence(begins) or "")
    depends = replace(JOB, reason="Dependency", dependency="afterok:3(unfulfilled),afterany:4_1(unfulfilled)")
    assert waiting_sentence(depends) == "Waits for afterok:3,afterany:4_1."
    never = replace(JOB, reason="DependencyNeverSatisfied", dependency="afterok:12(failed)")
    assert "12 did not end as required" in (waiting_sentence(never) or "")


def test_an_array_that_waits_for_several_reasons_names_each() -> None:
    """They are joined by a comma without a space; the words of one follow a comma with one."""
    record = replace(JOB, reason="JobArrayTaskLimit,JobHeldUser", waiting=Indexes.parse("4-9%2"))
    text = waiting_sentence(record) or ""
    assert "at most 2 at once" in text
    assert "Held by you" in text


@pytest.mark.parametrize(
    ("state", "exit_", "reason", "words"),
    [
        ("TIMEOUT", "0:15", "TimeLimit", "time limit of 2h"),
        ("OUT_OF_MEMORY", "0:125", "OutOfMemory", "more than the 8G"),
        ("NODE_FAIL", "0:0", "NodeDown", "not your fault"),
        ("PREEMPTED", "0:15", "None", "not your fault"),
        ("FAILED", "7:0", "NonZeroExitCode", "exit 7"),
        ("FAILED", "127:0", "NonZeroExitCode", "command not found"),
        ("FAILED", "0:53", "JobLaunchFailure", "output file"),
        ("FAILED", "0:9", "None", "memory"),
        ("FAILED", "0:11", "RaisedSignal:11(Segmentation fault)", "SIGSEGV"),
        ("FAILED", "1:0", "BadConstraints", "No node has"),
        ("FAILED", "0:0", "JobLaunchFailure", "could not start it"),
    ],
)
def test_how_it_ended_is_a_sentence(state: str, exit_: str, reason: str, words: str) -> None:
    record = replace(JOB, state=state, exit=Exit.parse(exit_), reason=reason)
    assert words in (ended_sentence(record) or "")


def test_a_stale_reason_of_accounting_is_never_shown() -> None:
    """`sacct` keeps the last reason a job waited for, also when it failed later."""
    record = replace(JOB, state="FAILED", exit=Exit(7, 0), reason="JobArrayTaskLimit", queued=False)
    assert ended_sentence(record) == "exit 7"


def test_a_step_that_failed_inside_a_good_job_is_told() -> None:
    record = replace(JOB, state="COMPLETED", exit=Exit(0, 0), derived=Exit(1, 0))
    assert "a step ended with exit 1" in (ended_sentence(record) or "")


@pytest.mark.parametrize(
    ("text", "parsed"),
    [("1792", Exit(7, 0)), ("4021", Exit(0, 53)), ("253", Exit(0, 125)), ("11", Exit(0, 11)), ("0:9", Exit(0, 9)),
     ("", None), ("x", None)],
)  # fmt: skip
def test_a_raw_status_with_a_signal_holds_no_code(text: str, parsed: Exit | None) -> None:
    assert Exit.parse(text) == parsed
    assert Exit(0, 53).shell_code is None
    assert Exit(0, 125).shell_code is None


def test_the_code_is_the_word_before_the_details() -> None:
    assert code_of("RaisedSignal:11(Segmentation fault)") == "RaisedSignal"
    assert code_of("launch failed requeued held") == "launch"


@pytest.mark.parametrize("exit_", [Exit(0, 15), Exit(143, 0), Exit(0, 0)])
def test_the_signal_of_a_cancelled_job_is_slurms_own(exit_: Exit) -> None:
    """Whichever of the forms accounting keeps: which one depends on whether the job's shell was quicker."""
    cancelled = replace(JOB, state="CANCELLED", exit=exit_, started=NOW, ended=NOW)
    assert task_of("hpc", cancelled, NOW).exit_code is None
