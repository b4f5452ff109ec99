"""The commands on a Qarnot account, in a world of its own."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import Answer, World

TASK_KEYS = [
    "ref", "account", "platform", "id", "name", "kind", "status", "native_status", "reason", "project", "app",
    "created_by", "executed_by", "tags", "created", "started", "ended", "duration", "queued", "progress", "counts",
    "price", "exit_code", "parent", "errors", "url", "fetched", "stale",
]  # fmt: skip
JOB_KEYS = ["host", "instance", "attempt", "command", "logs"]


@pytest.fixture
def qarnot(home: Path) -> World:
    return World(home, platform="qarnot", tasks=360, limit=100_000)


def chosen(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    return next(row for row in rows if all(row[key] == value for key, value in wanted.items()))


def greatest(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return max(rows, key=lambda row: row["progress"]["total"] if row["account"] == "lab" else 0)


def test_tasks_are_the_documented_objects(qarnot: World) -> None:
    run = qarnot("tasks", "-o", "json")
    assert run.code == 0
    for row in run.json:
        assert list(row) == TASK_KEYS
        assert row["platform"] == "qarnot"
        assert row["kind"] == ("batch" if row["progress"]["total"] > 1 else "task")
        assert (row["counts"] is None) == (row["kind"] == "task")
        assert row["counts"] is None or sum(row["counts"].values()) == row["progress"]["total"]
        assert row["ref"] == f"{row['account']}:{row['id']}"
    assert {row["account"] for row in run.json} == {"lab", "render"}


def test_instances_are_children_and_jobs_alike_and_their_references_are_taken_back(qarnot: World) -> None:
    batch = greatest(qarnot("tasks", "-o", "json").json)
    jobs = qarnot("jobs", batch["ref"], "-o", "json").json
    children = qarnot("children", batch["ref"], "-o", "json").json
    assert len(jobs) == 2_000
    assert jobs == children
    assert list(jobs[0]) == TASK_KEYS + JOB_KEYS
    third = chosen(jobs, id="3")
    assert (third["ref"], third["kind"], third["parent"]) == (f"{batch['ref']}/3", "job", batch["ref"])
    shown = qarnot("show", third["ref"], "-o", "json").json
    assert (shown["ref"], shown["status"]) == (third["ref"], third["status"])


def test_the_one_instance_of_a_plain_task_is_its_job_and_its_child(qarnot: World) -> None:
    task = chosen(qarnot("tasks", "-o", "json").json, kind="task", status="done")
    (only,) = qarnot("jobs", task["ref"], "-o", "json").json
    assert only["ref"] == f"{task['ref']}/0"
    assert qarnot("children", task["ref"], "-o", "json").json == [only]


def test_show_holds_the_whole_task(qarnot: World) -> None:
    task = chosen(qarnot("tasks", "-o", "json").json, status="failed")
    shown = qarnot("show", task["ref"], "-o", "json", "--raw").json
    detail = shown["detail"]
    for group in (
        "people",
        "times",
        "limits",
        "inputs",
        "outputs",
        "settings",
        "jobs",
        "price",
        "batch",
        "warnings",
        "events",
    ):
        assert group in detail
    assert shown["price"]["currency"] == "EUR"
    assert shown["raw"]["uuid"] == task["id"]
    assert shown["errors"]


def test_logs_print_both_streams_and_follow_what_is_added(qarnot: World) -> None:
    rows = qarnot("tasks", "-o", "json").json
    task = chosen(rows, kind="task", status="running", account="lab")
    assert qarnot("logs", task["ref"], "--tail", "3").lines[-1].startswith("0> ")
    qarnot.calls.clear()
    run = qarnot("logs", task["ref"], "--follow")
    whole = qarnot("logs", task["ref"])
    assert run.code == 0
    assert run.lines == whole.lines, "followed to its end, nothing lost, nothing twice"
    assert not [path for method, path in qarnot.calls if method == "POST" and "std" in path]


def test_an_action_changes_what_it_names(qarnot: World) -> None:
    rows = qarnot("tasks", "-o", "json").json
    live = chosen(rows, status="running", account="lab")
    (aborted,) = qarnot("abort", live["ref"], "--yes", "-o", "json").json
    assert aborted == aborted | {"ref": live["ref"], "action": "abort", "outcome": "done", "status": "finishing"}
    (again,) = qarnot("abort", live["ref"], "--yes", "-o", "json").json
    assert again["outcome"] == "already"
    batch = next(row for row in rows if row["counts"] and row["counts"]["failed"] and row["account"] == "lab")
    run = qarnot("rerun", batch["ref"], "--failed", "--yes", "-o", "json")
    (retried,) = run.json
    assert (run.code, retried["outcome"], retried["action"]) == (0, "done", "rerun")
    new = qarnot("show", retried["new_ref"], "-o", "json").json
    assert new["progress"]["total"] == batch["counts"]["failed"]
    verbs = [row["verb"] for row in qarnot.sandbox.ledger.rows]
    assert verbs == ["abort", "retry"]


def test_a_deleted_task_is_gone_and_a_second_delete_finds_it_so(qarnot: World) -> None:
    task = chosen(qarnot("tasks", "-o", "json").json, status="done")
    assert qarnot("delete", task["ref"], "--yes").out == f"{task['ref']} done\n"
    qarnot.clock.advance(60)
    assert qarnot("show", task["ref"]).code == 5


def test_jobs_and_pools_open_by_their_references(qarnot: World) -> None:
    rows = qarnot("tasks", "-o", "json").json
    for kind in ("job", "pool"):
        parent = next(row["parent"] for row in rows if row["parent"] and f":{kind}." in row["parent"])
        shown = qarnot("show", parent, "-o", "json").json
        assert (shown["kind"], shown["ref"]) == ("batch", parent)
        inside = qarnot("children", parent, "-o", "json").json
        assert {row["ref"] for row in inside} == {row["ref"] for row in rows if row["parent"] == parent}
        assert sum(shown["counts"].values()) == len(inside)
        jobs = qarnot("jobs", parent, "-o", "json").json
        assert [row["ref"] for row in jobs] == [row["ref"] for row in inside], "both commands give the same rows"


def test_what_is_forbidden_by_the_state_exits_8_and_an_unknown_id_5(qarnot: World) -> None:
    task = chosen(qarnot("tasks", "-o", "json").json, status="done")
    run = qarnot("run", task["ref"], "--yes")
    assert run.code == 8
    assert "no drafts" in run.err
    assert qarnot("show", "lab:00000000-0000-4000-8000-000000000000").code == 5


def test_instances_stand_in_the_order_of_their_numbers(qarnot: World) -> None:
    """Where the platform tells no time of their own, or the same, 2 stands before 10: in children and in jobs."""
    batch = next(row for row in qarnot.rows() if row["progress"]["total"] > 20)
    for command in ("children", "jobs"):
        rows = qarnot(command, batch["ref"], "-o", "json").json
        by_time: dict[Any, list[int]] = {}
        for row in rows:
            by_time.setdefault(row["created"], []).append(int(row["ref"].rpartition("/")[2]))
        assert max(map(len, by_time.values())) > 10
        assert all(numbers == sorted(numbers) for numbers in by_time.values())


def test_a_project_is_found_by_the_name_that_the_list_shows(qarnot: World) -> None:
    """By a field or a word, name or uuid; the JSON keeps the uuid, and one call an account tells the names."""
    every = qarnot.rows()
    names = {row["project"] for row in every}
    assert all(len(name) == 36 for name in names)
    qarnot.calls.clear()
    assert qarnot.rows("project:default") == every
    assert [path for _, path in qarnot.calls].count("/qarnot/lab/info") == 1
    assert qarnot.rows("project=Default") == qarnot.rows("default") == every
    assert qarnot.rows("project!=Default") == []
    mine = [row for row in every if row["project"] == every[0]["project"]]
    assert qarnot.rows(f"project={every[0]['project']}") == mine != every


def test_names_of_projects_that_cannot_be_read_are_said(qarnot: World) -> None:
    """What is found then is found by uuid only."""
    qarnot.answers.append(Answer("GET", "/lab/info", 403))
    run = qarnot("tasks", "project:default", "-o", "json")
    assert {row["account"] for row in run.json} == {"render"}
    assert "projects are found by their ids only" in run.err
