"""What follows from a task's facts: the figures of the outward contract, to the letter."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.samples import NOW, make
from tui.domain.status import TaskStatus as S
from tui.domain.task import Progress, Tally, TaskRef

H = timedelta(hours=1)
ZERO = timedelta(0)


@pytest.mark.parametrize(
    ("fields", "duration"),
    [
        ({"total_time": 3 * H, "started": NOW - 2 * H}, 3 * H),
        ({"total_time": ZERO, "started": NOW - 2 * H}, 2 * H),
        ({"total_time": -H, "started": NOW - 2 * H}, 2 * H),
        ({"started": NOW - 5 * H, "ended": NOW - 2 * H, "status": S.DONE}, 3 * H),
        ({"started": NOW - 5 * H}, 5 * H),
        ({"started": NOW + H}, ZERO),
        ({"created": NOW - 5 * H, "status": S.QUEUED}, None),
        ({"started": NOW - 5 * H, "status": S.FAILED}, None),
        ({}, None),
    ],
)
def test_duration(fields: dict[str, Any], duration: timedelta | None) -> None:
    """The platform's total if above zero, else from start to end or now, else nothing; never negative.

    A final task whose end the platform does not tell does not go on growing.
    """
    assert make(**fields).duration(NOW) == duration


@pytest.mark.parametrize(
    ("fields", "ran"),
    [
        ({"status": S.QUEUED, "total_time": H, "queued_time": H, "started": NOW - H}, None),
        ({"status": S.DRAFT, "started": NOW - H}, None),
        ({"status": S.RUNNING, "total_time": 3 * H, "queued_time": H, "run_time": 2 * H}, 2 * H),
        ({"status": S.RUNNING, "total_time": 3 * H, "queued_time": H}, 2 * H),
        ({"status": S.ABORTED, "total_time": H, "queued_time": H}, ZERO),
        ({"status": S.RUNNING, "started": NOW - 2 * H, "queued_time": H}, 2 * H),
        ({"status": S.DONE, "started": NOW - 5 * H, "ended": NOW - 2 * H, "run_time": ZERO}, 3 * H),
        ({"status": S.RUNNING}, None),
    ],
)
def test_a_task_that_waits_does_not_run(fields: dict[str, Any], ran: timedelta | None) -> None:
    """The platform's running time, else the duration, less the queue where the platform's total counts it."""
    assert make(**fields).ran(NOW) == ran


@pytest.mark.parametrize(
    ("fields", "queued"),
    [
        ({"queued_time": H, "created": NOW - 5 * H, "started": NOW}, H),
        ({"queued_time": ZERO, "created": NOW - 5 * H, "started": NOW - 4 * H}, H),
        ({"queued_time": -H, "created": NOW - 5 * H, "started": NOW - 4 * H}, H),
        ({"created": NOW - 5 * H, "status": S.QUEUED}, 5 * H),
        ({"created": NOW - 5 * H, "status": S.STARTING}, 5 * H),
        ({"created": NOW - 5 * H, "status": S.RUNNING}, None),
        ({"created": NOW - 5 * H, "status": S.UNKNOWN}, None),
        ({"created": NOW - 5 * H, "ended": NOW - 3 * H, "status": S.ABORTED}, 2 * H),
        ({"created": NOW - 5 * H, "status": S.DONE}, None),
        ({"created": NOW - 5 * H, "status": S.DRAFT}, None),
        ({"created": NOW, "started": NOW - H}, ZERO),
        ({"started": NOW - H}, None),
    ],
)
def test_queued(fields: dict[str, Any], queued: timedelta | None) -> None:
    """The platform's figure if above zero, else from creation to start, or to now while it waits."""
    assert make(**fields).queued(NOW) == queued


def test_r30_age_is_never_negative() -> None:
    """Now minus creation, nothing where creation is not known, zero where the platform's clock goes before ours."""
    assert make(created=NOW - 3 * H).age(NOW) == 3 * H
    assert make(created=NOW + H).age(NOW) == ZERO
    assert make().age(NOW) is None


@given(st.lists(st.none() | st.integers(0, 1000), min_size=4, max_size=4))
def test_updated_is_the_latest_of_what_is_known(hours: list[int | None]) -> None:
    """Of created, started, ended and the change that was seen."""
    times = [None if h is None else NOW - h * H for h in hours]
    task = make(created=times[0], started=times[1], ended=times[2], changed=times[3])
    assert task.updated == max((t for t in times if t), default=None)


@given(st.lists(st.sampled_from(list(S)), max_size=60))
def test_counts_have_all_nine_and_add_up(statuses: list[S]) -> None:
    """Each status once, in the order of progress; the sum is the number of children."""
    tally = Tally.of(statuses)
    assert [status for status, _ in tally.items()] == list(S)
    assert sum(n for _, n in tally.items()) == tally.total == len(statuses)
    assert tally.finished == sum(s.is_final for s in statuses)
    assert all(tally[s] == statuses.count(s) for s in S)


@pytest.mark.parametrize(("done", "total", "percent"), [(18, 19, 94.7), (0, 5, 0.0), (5, 5, 100.0), (0, 0, None)])
def test_percent(done: int, total: int, percent: float | None) -> None:
    """One decimal; nothing where there is nothing to do."""
    assert Progress.of(done, total) == Progress(done, total, percent)


NAMES = st.text(st.characters(categories=("L", "N"), include_characters="-._%~"), min_size=1)


@given(NAMES, NAMES, st.none() | NAMES)
def test_a_reference_is_read_back(account: str, id_: str, job: str | None) -> None:
    """`parse` takes what `str` gives, with blanks round it."""
    ref = TaskRef(account, id_, job)
    assert TaskRef.parse(f" {ref}\n") == ref
    assert ref.task == TaskRef(account, id_)


@pytest.mark.parametrize("text", ["", "cgc", "cgc:", ":id", "cgc:id/", "cgc:/job", "cgc:a b", "cgc: x", ":"])
def test_what_is_no_reference(text: str) -> None:
    """Without an account, an id, or the job behind a slash."""
    with pytest.raises(ValueError, match="is not a reference"):
        TaskRef.parse(text)


@pytest.mark.parametrize(
    ("app", "revision"),
    [("u/p/star/14", "14"), ("u/p/star", None), ("14", None), (None, None), ("tool/2.7.11b", None)],
)
def test_revision(app: str | None, revision: str | None) -> None:
    """The app's last part where it is a number behind a slash."""
    assert make(app=app).revision == revision


def test_tasks_are_hashable_values() -> None:
    """With mappings inside, too; equal facts are one task."""
    one, two = make(metadata={"a": "b"}), make(metadata={"a": "b"})
    assert len({one, two}) == 1


def test_jobs_stand_in_the_order_of_their_numbers() -> None:
    """A task stands before its jobs, 2 before 10, numbers before names; a number of any length does no harm."""
    refs = [TaskRef("lab", "x", job) for job in ("b", "a", "9" * 5_000, "10", "2", None)]
    assert sorted(refs, key=lambda ref: ref.place) == refs[::-1]
    assert TaskRef("lab", "w", "99").place < TaskRef("lab", "x").place < TaskRef("lab-2", "a").place
