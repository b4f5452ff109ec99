"""Which keys of the list lead nowhere for a task, and why: grey in the line of keys, and said when pressed."""

from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task

__all__ = ["LEADING", "why_useless"]

LEADING = ("triage", "batch", "log")
"""The actions that may lead nowhere."""
_ALONE = "not a batch, and not in one; the filter kind:batch shows the batches"


def why_useless(action: str, task: Task) -> str:
    """Why `action` shows nothing of this task; empty where it does."""
    match action:
        case "batch":
            return "" if task.kind is Kind.BATCH or task.parent is not None else _ALONE
        case "triage" if task.counts is not None:
            # What failed to be made is a failed batch without a failed child.
            return "" if task.counts.failed or task.status.is_bad else "none of its children failed"
        case "log" if task.status is TaskStatus.DRAFT or (task.status is TaskStatus.QUEUED and task.kind is Kind.TASK):
            return "it has not run, so there is no log"
    return ""
