"""What a failure says with the fields at hand."""

import pytest

from tests.domain.samples import make
from tui.domain.signature.reason import CHILDREN, NOTHING, said_by
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Tally


@pytest.mark.parametrize("reason", [None, "failed", "failed 5/48", "failed 1,200/10,000"])
def test_a_batch_that_only_counts_says_that_children_failed(reason: str | None) -> None:
    """The reasons are the children's: a log of the batch, which has none, is not what to read next."""
    counts = Tally(done=43, failed=5)
    batch = make("b", kind=Kind.BATCH, status=TaskStatus.FAILED, native_status="failed", reason=reason, counts=counts)
    assert said_by(batch).text == CHILDREN


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("failed 5/48 of the reads", "failed 5/48 of the reads"),
        ("failed 5/48", NOTHING),
        ("OOM", "OOM"),
        (None, NOTHING),
    ],
)
def test_what_says_more_is_kept(reason: str | None, said: str) -> None:
    """Only a bare count is passed over; a task without children that says no more says nothing."""
    assert said_by(make("t", status=TaskStatus.FAILED, native_status="FAILED", reason=reason)).text == said
