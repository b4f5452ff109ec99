from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.waiting import calls
from tui.domain.money import Money, Sum
from tui.domain.signature.classes import FailureClass
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskError, TaskRef
from tui.domain.triage import class_of, group_failures, signature_of, to_read
from tui.settings.rules import failure_rules

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
RULES = failure_rules()


def failed(number: int, reason: str | None = None, **fields: Any) -> Task:
    known: dict[str, Any] = {
        "ref": TaskRef("et", f"b{number}"), "platform": "et-engine", "name": f"job {number}", "index": number,
        "status": TaskStatus.FAILED, "native_status": "Failed", "reason": reason, "fetched": NOW,
        "ended": NOW - timedelta(minutes=number),
    }  # fmt: skip
    return (Job if "exit_code" in fields or "host" in fields else Task)(**known | fields)


def test_reasons_that_differ_in_numbers_are_one_group() -> None:
    """Count, first, last, exit, class, money: what the drawing of a batch shows."""
    tasks = [
        failed(n, f"OOM: killed at {15 + n / 10}G", exit_code=137, price=Money("CR", Decimal("0.20"))) for n in range(4)
    ]
    (group,) = group_failures(tasks, RULES, since=NOW - timedelta(minutes=2))
    assert (group.signature, group.count, group.exit, group.klass) == (
        "OOM: killed at <n>G", 4, 137, FailureClass.MEMORY,
    )  # fmt: skip
    assert (group.first, group.last, group.new) == (NOW - timedelta(minutes=3), NOW, 2)
    assert group.cost_lost == Sum((Money("CR", Decimal("0.80")),))
    assert group.refs == tuple(task.ref for task in tasks)
    assert not group.mixed


def test_largest_first_and_only_the_failed() -> None:
    """What is done, runs or was aborted is in no group."""
    tasks = [failed(1, "mesh.vtk missing"), *(failed(n, "disk is full") for n in (2, 3))]
    tasks += [failed(9, "user", status=s) for s in TaskStatus if s is not TaskStatus.FAILED]
    groups = group_failures(tasks, RULES)
    assert [(g.signature, g.count) for g in groups] == [("disk is full", 2), ("mesh.vtk missing", 1)]


def test_the_signature_says_as_much_as_all_members_agree_on() -> None:
    """The file's name stands in it while it is the same everywhere."""
    same = group_failures([failed(n, f"FileNotFound: /run{n}/mesh.vtk") for n in (1, 2)], RULES)
    assert [g.signature for g in same] == ["FileNotFound: <path>/mesh.vtk"]
    other = group_failures([failed(1, "FileNotFound: /a/mesh.vtk"), failed(2, "FileNotFound: /a/wing.vtk")], RULES)
    assert [g.signature for g in other] == ["FileNotFound: <path>"]
    assert same[0].key == other[0].key


def test_a_failure_without_a_word() -> None:
    """Neither reason nor exit code is a group of its own."""
    (group,) = group_failures([failed(1), failed(2)], RULES)
    assert (group.signature, group.klass) == ("(no log and no exit code)", FailureClass.INFRA)


def test_an_error_that_explains_wins_over_a_status_word() -> None:
    """`Task failed` is no reason where an error says more."""
    task = failed(1, "Task failed", errors=(TaskError("Traceback\nKeyError: 'a'"), TaskError("exited with code 1")))
    (group,) = group_failures([task], RULES)
    assert group.signature == "KeyError: 'a'"
    assert group.explained


def generic(count: int) -> list[Task]:
    return [failed(n, "Task failed: job bwa exited with code 1") for n in range(count)]


def test_samples_that_agree_name_the_whole_group() -> None:
    """Three logs of fifty were read and say the same: so do the others, as far as anybody knows."""
    tasks = generic(50)
    (before,) = group_failures(tasks, RULES)
    wanted = to_read([before], {})
    assert len(wanted) == 3
    assert wanted == before.samples
    (after,) = group_failures(tasks, RULES, lines={ref: f"KeyError: 'S{i}'" for i, ref in enumerate(wanted)})
    assert (after.signature, after.count, after.mixed, after.exit) == ("KeyError: 'S<n>'", 50, False, 1)
    assert to_read([after], {}) == ()


def test_samples_that_disagree_mark_the_group_mixed() -> None:
    """It stays one group under the platform's words, and says that there is more than one reason in it."""
    tasks = generic(50)
    lines = {tasks[0].ref: "KeyError: 'a'", tasks[25].ref: "KeyError: 'b'", tasks[49].ref: "No space left on device"}
    (group,) = group_failures(tasks, RULES, lines=lines)
    assert (group.signature, group.count, group.mixed) == ("Task failed: job bwa exited with code 1", 50, True)


def test_logs_read_on_demand_split_a_mixed_group() -> None:
    """What was read goes where its log says, the rest stays mixed; nothing is mixed when all is read."""
    tasks = generic(10)
    lines = {task.ref: ("KeyError: 'a'" if n % 2 else "No space left on device") for n, task in enumerate(tasks)}
    some = group_failures(tasks, RULES, lines=dict(list(lines.items())[:6]))
    assert [(g.count, g.mixed) for g in some] == [(4, True), (3, False), (3, False)]
    everything = group_failures(tasks, RULES, lines=lines)
    assert {(g.signature, g.count, g.klass, g.mixed) for g in everything} == {
        ("KeyError: 'a'", 5, FailureClass.INPUT, False),
        ("No space left on device", 5, FailureClass.DISK, False),
    }


def test_a_log_that_says_nothing_leaves_the_platforms_words() -> None:
    """Read in vain is not mixed."""
    tasks = generic(3)
    (group,) = group_failures(tasks, RULES, lines=dict.fromkeys((t.ref for t in tasks), None))
    assert (group.count, group.mixed) == (3, False)


def test_what_all_failed_share_is_named() -> None:
    """All nine on one host, two of 812 good ones there."""
    tasks: list[Task] = [failed(n, "lost contact", host="et-w17") for n in range(9)]
    tasks += [failed(100 + n, status=TaskStatus.DONE, host="et-w17") for n in range(2)]
    tasks += [failed(200 + n, status=TaskStatus.DONE, host=f"et-w{n % 40 + 20}") for n in range(810)]
    (group,) = group_failures(tasks, RULES)
    (host,) = [c for c in group.common if c.field == "host"]
    assert (host.value, host.failed, host.of_failed, host.succeeded, host.of_succeeded) == ("et-w17", 9, 9, 2, 812)


def test_one_tasks_signature_and_class() -> None:
    """What the filter's `sig` and `class` ask for; a task that did not fail has none."""
    task = failed(1, "OOM: killed at 15.8G")
    assert (signature_of(task), class_of(task, RULES)) == ("OOM: killed at <n>G", "memory")
    good = failed(2, "fine", status=TaskStatus.DONE)
    assert (signature_of(good), class_of(good, RULES)) == (None, None)


def test_p11_the_work_grows_with_the_failures_and_no_faster() -> None:
    """Reasons that all differ, beside as many that went well; `python -m tests.bench P11` measures the seconds."""

    def work(count: int) -> int:
        tasks = [
            failed(n, f"samtools: failed to open /data/{n}/NA{n}.bam: No such file", host=f"w{n % 99}",
                   arguments={"seed": str(n), "mode": "ab"[n % 2]}) for n in range(count)
        ]  # fmt: skip
        tasks += [
            failed(n, status=TaskStatus.DONE, host="w1", arguments={"seed": str(n)}) for n in range(count, 2 * count)
        ]
        group_failures(tasks, RULES)  # what is compiled and cached once is not counted
        (group,) = group_failures(tasks, RULES)
        assert group.count == count
        return calls(lambda: group_failures(tasks, RULES))

    few, many = work(500), work(2_000)
    assert few < 250 * 500
    assert many < 1.25 * 4 * few


@pytest.mark.parametrize(
    ("read", "succeeded", "said"),
    [
        (0, 812, "the successes to compare with are not read yet (0 of 812)"),
        (0, None, "the successes to compare with are not read yet"),
        (0, 0, "nothing succeeded to compare with"),
        (30, 812, "nothing: compared with the 30 of 812 successes that are read so far"),
        (30, None, "nothing: compared with the 30 successes that are read so far"),
        (30, 30, "nothing: compared with all 30 that succeeded"),
    ],
)
def test_nothing_in_common_is_only_said_of_successes_that_were_read(
    read: int, succeeded: int | None, said: str
) -> None:
    """A group says with how many successes it was compared, and how many there are."""
    good = [failed(n, status=TaskStatus.DONE, ended=NOW, index=None) for n in range(100, 100 + read)]
    tasks = [*(failed(n, "OOM", ended=NOW, index=None) for n in range(6)), *good]
    (group,) = group_failures(tasks, RULES)
    assert (group.compared, group.basis(succeeded)) == (read, said)
    (few,) = group_failures(tasks[:4], RULES)
    assert few.basis(succeeded) == "too few failures to say"
