"""Which keys of the list lead nowhere for a task, and why: grey in the line of keys, and said when pressed."""

from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task
from tui.ui.present.successes import Successes

__all__ = ["LEADING", "why_useless"]

LEADING = ("triage", "batch", "log", "diff")
"""The actions that may lead nowhere."""
_ALONE = "not a batch, and not in one; the filter kind:batch shows the batches"


def why_useless(action: str, task: Task, successes: Successes | None = None) -> str:
    """Why `action` shows nothing of this task; empty where it does.

    Args:
        action: Its name.
        task: What it would be done with.
        successes: What is known to compare with; without it, anything could be.
    """
    match action:
        case "diff" if successes is not None and task.parent is None and not successes.beside(task):
            return "no success of the same app is known to compare it with; mark two tasks, then D"
        case "batch":
            return "" if task.kind is Kind.BATCH or task.parent is not None else _ALONE
        case "triage" if task.counts is not None:
            # What failed to be made is a failed batch without a failed child.
            return "" if task.counts.failed or task.status.is_bad else "none of its children failed"
        case "log" if task.status is TaskStatus.DRAFT or (task.status is TaskStatus.QUEUED and task.kind is Kind.TASK):
            return "it has not run, so there is no log"
    return ""
