"""Slurm's words for states, and what they mean here."""

from collections.abc import Mapping

from tui.domain.status import TaskStatus

__all__ = ["GONE", "NOT_OURS", "base_state", "status_of"]

_S = TaskStatus
_STATES: Mapping[str, TaskStatus] = {
    "PENDING": _S.QUEUED, "REQUEUED": _S.QUEUED, "REQUEUE_HOLD": _S.QUEUED, "REQUEUE_FED": _S.QUEUED,
    "RESV_DEL_HOLD": _S.QUEUED, "SPECIAL_EXIT": _S.QUEUED,
    "CONFIGURING": _S.STARTING, "POWER_UP_NODE": _S.STARTING,
    "RUNNING": _S.RUNNING, "SUSPENDED": _S.RUNNING, "STOPPED": _S.RUNNING, "RESIZING": _S.RUNNING,
    "SIGNALING": _S.RUNNING, "UPDATE_DB": _S.RUNNING,
    "COMPLETING": _S.FINISHING, "STAGE_OUT": _S.FINISHING,
    "COMPLETED": _S.DONE,
    "FAILED": _S.FAILED, "TIMEOUT": _S.FAILED, "OUT_OF_MEMORY": _S.FAILED, "NODE_FAIL": _S.FAILED,
    "BOOT_FAIL": _S.FAILED, "DEADLINE": _S.FAILED, "PREEMPTED": _S.FAILED, "LAUNCH_FAILED": _S.FAILED,
    "RECONFIG_FAIL": _S.FAILED,
    "CANCELLED": _S.ABORTED, "REVOKED": _S.ABORTED,
}  # fmt: skip
GONE = "expired"
"""The word for a job that left the queue of a cluster without accounting before anybody saw it end."""
NOT_OURS = frozenset({"PREEMPTED", "NODE_FAIL", "BOOT_FAIL", "LAUNCH_FAILED"})
"""Ends that are not the job's own fault, so that it can simply run again."""


def base_state(text: str) -> str:
    """The first word: `CANCELLED by 1001` is CANCELLED; flags may follow a plus sign or a comma."""
    words = text.replace("+", " ").replace(",", " ").split()
    return words[0].upper() if words else ""


def status_of(state: str) -> TaskStatus:
    """What a state means; a word that is not known is `unknown`, never an error."""
    return _STATES.get(base_state(state), TaskStatus.UNKNOWN)
