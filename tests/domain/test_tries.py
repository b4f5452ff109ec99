from datetime import UTC, datetime
from typing import Any

from tui.domain.lineage import lineage, over_tries
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)
DONE, FAILED, RUNNING = TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.RUNNING


def child(id_: str, status: TaskStatus, **fields: Any) -> Task:
    known: dict[str, Any] = {
        "ref": TaskRef("et", id_), "platform": "et-engine", "name": "x", "status": status, "native_status": "",
        "fetched": NOW,
    }  # fmt: skip
    return Task(**known | fields)


def batch(name: str, statuses: dict[int, TaskStatus]) -> list[Task]:
    return [
        child(f"{name}-{seed}", status, index=place, arguments={"seed": str(seed)})
        for place, (seed, status) in enumerate(statuses.items())
    ]


def test_1994_of_2000_have_a_success() -> None:
    """31 failed, a rerun of these mended 25; what is left is named by its last try."""
    first = batch("b1", {n: FAILED if n < 31 else DONE for n in range(2000)})
    second = batch("b2", {n: FAILED if n < 6 else DONE for n in range(31)})
    told = over_tries([first, second])
    assert (told.total, told.succeeded, told.open, told.tries) == (2000, 1994, 0, 2)
    assert told.missing == tuple(TaskRef("et", f"b2-{n}") for n in range(6))
    assert str(told) == "1,994 of 2,000 have a success over 2 tries, 6 have none"


def test_a_success_is_not_lost_by_a_later_failure() -> None:
    """Run again for another reason and failed: it has its success."""
    told = over_tries([batch("b1", {1: DONE}), batch("b2", {1: FAILED})])
    assert (told.succeeded, told.missing) == (1, ())


def test_what_still_runs_is_neither() -> None:
    """A rerun under way is open; other work in the later batch does not count."""
    told = over_tries([batch("b1", {1: FAILED, 2: DONE}), batch("b2", {1: RUNNING, 77: FAILED})])
    assert (told.total, told.succeeded, told.open, told.missing) == (2, 1, 1, ())
    assert str(told) == "1 of 2 have a success over 2 tries, 1 still run"


def test_children_that_nothing_tells_apart_are_counted_singly() -> None:
    """Three without arguments, key or metadata; two failed, one of these was mended."""
    first = [child(f"a{n}", FAILED if n else DONE) for n in range(3)]
    told = over_tries([first, [child("b0", DONE)]])
    assert (told.total, told.succeeded, told.missing) == (3, 2, (TaskRef("et", "a2"),))


def test_the_lineage_goes_back_to_the_first_batch_and_on_to_the_last() -> None:
    """From any of them; a circle, which a damaged history may hold, ends."""
    a, b, c, d, x = (TaskRef("et", n) for n in "abcdx")
    links = {b: a, c: b, d: a, x: x}
    assert lineage(c, links) == (a, b, d, c)
    assert lineage(a, links) == (a, b, d, c)
    assert lineage(x, links) == (x,)
    assert lineage(TaskRef("et", "new"), links) == (TaskRef("et", "new"),)
