"""The one status vocabulary, and what follows from a status."""

from enum import StrEnum

__all__ = ["EXPIRED", "TaskStatus"]

EXPIRED = "expired"
"""Our word, where the platform has none, for what it has forgotten: how this ended will never be known."""


class TaskStatus(StrEnum):
    """What a task is doing, in the words every platform is translated to.

    The members stand in the order of progress, which is also the order of the columns of a tally.
    """

    DRAFT = "draft"
    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    FINISHING = "finishing"
    DONE = "done"
    FAILED = "failed"
    ABORTED = "aborted"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether it has ended. A scheduler may run the same task again (`CanRequeue`), so that it is live again."""
        return self in _FINAL

    @property
    def is_active(self) -> bool:
        """Whether the platform is working on it, so that it can change without anybody's doing."""
        return self in _ACTIVE

    @property
    def is_open(self) -> bool:
        """Not final: drafts and unknown words count too."""
        return self not in _FINAL

    @property
    def is_bad(self) -> bool:
        """Failed, aborted or unknown: what a person wants to look at."""
        return self in _BAD


# Tuples, since a member is hashed by a Python call but found among four by identity: 100,000 rows ask at each refresh.
_FINAL = (TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.ABORTED)
_ACTIVE = (TaskStatus.QUEUED, TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.FINISHING)
_BAD = (TaskStatus.FAILED, TaskStatus.ABORTED, TaskStatus.UNKNOWN)
