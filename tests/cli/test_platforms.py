"""What the commands mean on Qarnot and ET Engine (product, sections 1, 2 and 4)."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_lists import JOB_KEYS, TASK_KEYS
from tests.support.commands import BASE, World
from tui.domain.status import TaskStatus

GHOST = "00000000-0000-4000-8000-000000000000"


class Only(World):
    """A world whose configuration names the accounts of one platform."""

    def __init__(self, home: Path, only: str) -> None:
        self._only = only
        super().__init__(home)

    @property
    def accounts(self) -> list[dict[str, str]]:
        return [a for a in self.sandbox.accounts(BASE) if a["platform"] == self._only]


@pytest.fixture
def qarnot(home: Path) -> Only:
    return _served(Only(home, "qarnot"))


@pytest.fixture
def et(home: Path) -> Only:
    return _served(Only(home, "et-engine"))


@pytest.fixture(params=["qarnot", "et-engine"])
def either(home: Path, request: pytest.FixtureRequest) -> Only:
    return _served(Only(home, request.param))


def _served(world: Only) -> Only:
    if not world.accounts:
        pytest.skip("this sandbox does not serve the platform")
    return world


def _broken(world: World) -> dict[str, Any]:
    """A final batch with failed and other children."""
    rows = world.rows("batch:any", "status:failed")
    return next(row for row in rows if 0 < row["counts"]["failed"] < sum(row["counts"].values()))


def test_rows_are_the_same_objects_everywhere(either: Only) -> None:
    """A task of any platform has the same keys; counts have all nine statuses and add up."""
    rows = either.rows()
    assert all(list(row) == TASK_KEYS for row in rows)
    for row in rows:
        assert row["kind"] == "task" or row["counts"] is not None
        if row["counts"]:
            assert list(row["counts"]) == [str(s) for s in TaskStatus]
            assert sum(row["counts"].values()) == row["progress"]["total"]


def test_children_and_jobs_are_the_same_rows(either: Only) -> None:
    """`children` and `jobs` give the same rows on Qarnot and ET; a row's ref is taken back by every command."""
    batch = _broken(either)["ref"]
    rows = either("children", batch, "-o", "json").json
    assert rows == either("jobs", batch, "-o", "json").json
    assert all(list(row) == JOB_KEYS for row in rows)
    assert [row["ref"] for row in rows] == [f"{batch}/{row['id']}" for row in rows]
    failed = next(row for row in rows if row["status"] == "failed")
    assert either("children", batch, "status:failed", "-o", "json").json[0]["status"] == "failed"
    assert either("show", failed["ref"], "-o", "json").json["ref"] == failed["ref"]
    assert either("wait", failed["ref"]).code == 1
    assert either("logs", failed["ref"]).code == 0
    assert either("rerun", failed["ref"], "--yes").code == 8
    assert either("show", f"{batch}/no-such-job").code == 5


def test_an_unknown_id_is_not_found(either: Only) -> None:
    """An id that is not there exits 5 in every command."""
    name = either.accounts[0]["name"]
    for command in (["show"], ["children"], ["jobs"], ["logs"], ["wait"], ["abort", "--yes"], ["delete", "--yes"]):
        assert either(*command, f"{name}:{GHOST}").code == 5, command


def test_rerun_failed_is_qarnots_retry(qarnot: Only) -> None:
    """`rerun --failed` on Qarnot is one retry: a new task of the failed instances."""
    batch = _broken(qarnot)
    (done,) = qarnot("rerun", batch["ref"], "--failed", "--yes", "-o", "json").json
    assert (done["action"], done["outcome"]) == ("rerun", "done")
    assert [(row["verb"], row["id"]) for row in qarnot.ledger] == [("retry", batch["id"])]
    assert qarnot("show", done["new_ref"], "-o", "json").json["progress"]["total"] == batch["counts"]["failed"]


def test_rerun_failed_is_one_submission_on_et(et: Only) -> None:
    """`rerun --failed` on ET Engine submits the failed jobs once, as one new batch."""
    batch = _broken(et)
    (done,) = et("rerun", batch["ref"], "--failed", "--yes", "-o", "json").json
    assert (done["action"], done["outcome"], len(et.ledger)) == ("rerun", "done", 1)
    et.clock.advance(600)  # jobs appear some time after their batch
    assert len(et("jobs", done["new_ref"], "-o", "json").json) == batch["counts"]["failed"]


def test_et_is_never_said_to_be_aborted(et: Only) -> None:
    """ET Engine cannot stop jobs: abort is refused with what delete would do; delete is called forget and says so."""
    ref = et.ref("status:running")
    done = et("abort", ref, "--yes")
    assert (done.code, done.out, et.ledger) == (8, f"{ref} refused\n", [])
    assert "billed" in done.err
    plan = et("delete", ref, "--dry-run")
    assert (plan.code, f"forget {ref}" in plan.err, "billed" in plan.err) == (0, True, True)
    assert et("delete", ref, "--yes", "-o", "json").json[0]["action"] == "delete"
    assert et.ledger[0]["verb"] == "forget"


@pytest.mark.parametrize("verb", ["abort", "delete"])
def test_an_aim_reached_is_already(either: Only, verb: str) -> None:
    """A second delete by this program and the abort of a final task send nothing and exit 0."""
    ref = either.ref("status:done")
    if verb == "delete":
        assert either("delete", ref, "--yes").out == f"{ref} done\n"
    sent = len(either.ledger)
    again = either(verb, ref, "--yes")
    assert (again.code, again.out, len(either.ledger)) == (0, f"{ref} already\n", sent)


def test_groups_are_references_though_no_rows(qarnot: Only) -> None:
    """Qarnot's jobs and pools, `lab:job.UUID` and `lab:pool.UUID`, are shown and opened; `tasks` has none of them."""
    rows = qarnot.rows()
    assert all("." not in row["id"] for row in rows)
    groups = sorted({row["parent"] for row in rows if row["parent"]})
    assert {ref.split(":")[1].split(".")[0] for ref in groups} <= {"job", "pool"}
    for ref in groups:
        members = {row["ref"] for row in rows if row["parent"] == ref}
        assert members <= {row["ref"] for row in qarnot("children", ref, "-o", "json").json}
        shown = qarnot("show", ref, "-o", "json").json
        assert (shown["ref"], shown["kind"]) == (ref, "batch")
    assert groups


def test_the_plan_says_what_a_rerun_makes(either: Only) -> None:
    """Qarnot retries, ET submits once; ET has no price, and the jobs that failed have to be found first."""
    ref = _broken(either)["ref"]
    done = either("rerun", ref, "--failed", "--dry-run")
    assert done.code == 0
    way = "one retry makes a new task" if either.accounts[0]["platform"] == "qarnot" else "one submission makes a new"
    assert f"again: {way}" in done.err
    assert "requests: " in done.err
    assert either.ledger == []
