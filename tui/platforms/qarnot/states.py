"""Qarnot's words for states, phases and ends, and the one status each of them means."""

from collections.abc import Mapping

from tui.domain.status import TaskStatus

__all__ = ["ENDS", "JOB_STATES", "PHASES", "POOL_STATES", "TASK_STATES", "known"]

_DISPATCH = {"partiallydispatched": TaskStatus.STARTING, "fullydispatched": TaskStatus.STARTING}
_EXECUTE = {"partiallyexecuting": TaskStatus.RUNNING, "fullyexecuting": TaskStatus.RUNNING}

TASK_STATES: Mapping[str, TaskStatus] = {
    "submitted": TaskStatus.QUEUED,
    **_DISPATCH,
    **_EXECUTE,
    "uploadingresults": TaskStatus.FINISHING,
    "downloadingresults": TaskStatus.FINISHING,
    "pendingcancel": TaskStatus.FINISHING,
    "pendingdelete": TaskStatus.FINISHING,
    "success": TaskStatus.DONE,
    "failure": TaskStatus.FAILED,
    "cancelled": TaskStatus.ABORTED,
}
"""Section 4; every other word is unknown and shown as sent."""

JOB_STATES: Mapping[str, TaskStatus] = {
    "active": TaskStatus.RUNNING,
    "terminating": TaskStatus.FINISHING,
    "deleting": TaskStatus.FINISHING,
    "completed": TaskStatus.DONE,
}
"""Section 6."""

POOL_STATES: Mapping[str, TaskStatus] = {
    "submitted": TaskStatus.QUEUED,
    **_DISPATCH,
    **_EXECUTE,
    "closing": TaskStatus.FINISHING,
    "pendingdelete": TaskStatus.FINISHING,
    "closed": TaskStatus.DONE,
    "failure": TaskStatus.FAILED,
}
"""Section 7."""

PHASES: Mapping[str, TaskStatus] = {
    "download": TaskStatus.STARTING,
    "dispatch": TaskStatus.STARTING,
    "environment": TaskStatus.STARTING,
    "execution": TaskStatus.RUNNING,
    "shutdown": TaskStatus.FINISHING,
    "upload": TaskStatus.FINISHING,
}
"""What an instance does on its node (3.4)."""

ENDS: Mapping[str, TaskStatus] = {
    "success": TaskStatus.DONE,
    "failure": TaskStatus.FAILED,
    "cancelled": TaskStatus.ABORTED,
}
"""How an instance ended (3.5)."""


def known(table: Mapping[str, TaskStatus], word: str | None) -> TaskStatus:
    """The status of a word in any case."""
    return table.get((word or "").strip().lower(), TaskStatus.UNKNOWN)
