from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tui.domain.detail import Facts, FileRef, TaskDetail
from tui.domain.diff import differences, json_of, last_good, nearest_good, same_step
from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)


def task(id_: str, **fields: Any) -> Task:
    known: dict[str, Any] = {
        "ref": TaskRef("cgc", id_), "platform": "sevenbridges", "name": id_, "status": TaskStatus.DONE,
        "native_status": "COMPLETED", "fetched": NOW, "app": "lab/wes/bwa/3", "project": "lab/wes",
    }  # fmt: skip
    return Task(**known | fields)


def changed(one: Facts, other: Facts) -> dict[str, tuple[Any, Any]]:
    """The inputs that differ, as JSON values."""
    found = differences(TaskDetail(task=task("a"), inputs=one), TaskDetail(task=task("b"), inputs=other), NOW)
    return {d["path"]: (d["a"], d["b"]) for d in map(json_of, found)}


def test_files_are_compared_by_id() -> None:
    """A renamed file is the same, another id under the same name is not."""
    same = changed({"ref": FileRef("f1", "hg38.fa")}, {"ref": FileRef("f1", "renamed.fa")})
    assert same == {}
    assert changed({"ref": FileRef("f1", "hg38.fa")}, {"ref": FileRef("f2", "hg38.fa")}) == {
        "inputs.ref": (
            {"class": "File", "path": "f1", "name": "hg38.fa"}, {"class": "File", "path": "f2", "name": "hg38.fa"},
        )
    }  # fmt: skip


def test_lists_are_compared_as_sets() -> None:
    """Another order is no difference; of two lists only what the other has not is shown."""
    one, two, three = FileRef("f1"), FileRef("f2"), FileRef("f3")
    assert changed({"reads": [one, two]}, {"reads": [two, one]}) == {}
    found = changed({"reads": [one, two], "chroms": ["1", "2"]}, {"reads": [two, three], "chroms": ["2", "1", "X"]})
    assert found["inputs.chroms"] == ([], ["X"])
    assert [file["path"] for side in found["inputs.reads"] for file in side] == ["f1", "f3"]


def test_nested_values_have_dotted_paths_and_absent_ones_are_null() -> None:
    """True is not 1, 2 is 2.0, and a value that only one task has differs."""
    one = {"opts": {"min": 2, "fast": True, "gone": "x"}, "n": 2}
    assert changed(one, {"opts": {"min": 2.0, "fast": 1}, "n": 3}) == {
        "inputs.opts.fast": (True, 1),
        "inputs.opts.gone": ("x", None),
        "inputs.n": (2, 3),
    }


def test_revision_machine_settings_money_and_times_are_compared() -> None:
    """In the order of the documentation; names, ids and the moments of a run are not compared."""
    a = task(
        "a", status=TaskStatus.FAILED, instance="c5", price=Money("USD", Decimal("0.10")), created=NOW,
        started=NOW + timedelta(minutes=1), ended=NOW + timedelta(minutes=3), metadata={"sample": "x"},
    )  # fmt: skip
    b = task(
        "b", app="lab/wes/bwa/2", instance="m5", price=Money("USD", Decimal("0.30")), tags=("night",),
        created=NOW - timedelta(days=1), total_time=timedelta(seconds=90), metadata={"sample": "x"},
    )  # fmt: skip
    found = differences(TaskDetail(task=a, settings={"spot": True}), TaskDetail(task=b, settings={"spot": False}), NOW)
    assert [d.path for d in found] == [
        "status", "app", "instance", "tags", "settings.spot", "price", "duration", "queued",
    ]  # fmt: skip
    assert json_of(found[-2]) == {"path": "duration", "a": 120.0, "b": 90.0}
    assert differences(TaskDetail(task=a), TaskDetail(task=a), NOW) == ()


def test_the_last_success_of_the_same_app() -> None:
    """Any revision; the own project before the others, there the own sample, then the latest."""
    bad = task("bad", status=TaskStatus.FAILED, key="NA1")
    others = [
        task("other-app", app="lab/wes/gatk/3", ended=NOW),
        task("failed", status=TaskStatus.FAILED, ended=NOW),
        task("elsewhere", project="lab/x", key="NA1", ended=NOW),
        task("old", app="lab/wes/bwa/1", key="NA2", ended=NOW - timedelta(days=2)),
        task("new", app="lab/wes/bwa/2", key="NA2", ended=NOW - timedelta(days=1)),
    ]
    assert last_good(bad, others) == others[4]
    sample = task("same-sample", key="NA1", ended=NOW - timedelta(days=9))
    assert last_good(bad, [*others, sample]) == sample
    assert last_good(bad, others[:2]) is None
    assert last_good(task("no-app", app=None), others) is None


def test_the_nearest_good_sibling() -> None:
    """By arguments: numbers by their distance, texts same or not; then by place in the batch."""

    def child(index: int, seed: int, mode: str, status: TaskStatus = TaskStatus.DONE) -> Task:
        return task(f"c{index}", index=index, status=status, arguments={"seed": str(seed), "mode": mode})

    bad = child(5, 41, "cg", TaskStatus.FAILED)
    siblings = [bad, child(1, 40, "cg"), child(4, 60, "cg"), child(6, 41, "lu"), child(7, 41, "cg", TaskStatus.FAILED)]
    near = nearest_good(bad, siblings)
    assert near is not None
    assert near.ref.id == "c1"
    beside = nearest_good(task("x", index=5), [task("far", index=90), task("near", index=6)])
    assert beside is not None
    assert beside.ref.id == "near"
    assert nearest_good(bad, [bad]) is None


def test_u14_the_same_step_is_the_one_of_that_name_and_of_its_tries_the_last() -> None:
    """Without one of its name another piece of it; never a step that does something else."""
    jobs = [
        task("t/align.1", name="align.1"),
        task("t/call", name="call"),
        task("t/call~2", name="call", ended=NOW),
        task("t/merge", name="merge", status=TaskStatus.FAILED),
    ]
    assert same_step(task("x", name="call"), jobs) is jobs[2]
    assert same_step(task("x", name="align.7"), jobs) is jobs[0]
    assert same_step(task("x", name="merge"), jobs) is None
