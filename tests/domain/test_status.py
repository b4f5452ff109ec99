"""The one status vocabulary."""

import pytest

from tui.domain.status import TaskStatus as S


@pytest.mark.parametrize(
    ("status", "final", "active", "bad"),
    [
        (S.DRAFT, False, False, False), (S.QUEUED, False, True, False), (S.STARTING, False, True, False),
        (S.RUNNING, False, True, False), (S.FINISHING, False, True, False), (S.DONE, True, False, False),
        (S.FAILED, True, False, True), (S.ABORTED, True, False, True), (S.UNKNOWN, False, False, True),
    ],
)  # fmt: skip
def test_r22_what_follows_from_a_status(status: S, final: bool, active: bool, bad: bool) -> None:
    """Final, active and bad are as listed; open is what is not final, and an unknown word is open."""
    assert (status.is_final, status.is_active, status.is_bad, status.is_open) == (final, active, bad, not final)


def test_the_words_are_the_documented_nine() -> None:
    """In the order of progress."""
    assert " ".join(S) == "draft queued starting running finishing done failed aborted unknown"
