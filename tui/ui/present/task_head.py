"""What stands around one task: its two lines above, and the keys that lead on from it."""

from datetime import datetime

from tui.domain.status import TaskStatus
from tui.domain.task import Job, Kind, Task
from tui.ui.present.format import cost_text, span_text, status_text
from tui.ui.present.head import Head

__all__ = ["task_head", "task_next"]


def task_head(task: Task, project: str | None, now: datetime, *, wide: bool) -> Head:
    """Name, status, account; project, app, money, id.

    Args:
        task: The task.
        project: Its project by name.
        now: What ages are counted to.
        wide: There is room for who made it.
    """
    app = task.app.removeprefix(f"{task.project}/") if task.app and task.project else task.app
    below = (
        project,
        app,
        cost_text(task),
        f"run {span_text(span)}" if (span := task.ran(now)) is not None else None,
        f"id {task.ref.id}",
        f"by {task.created_by}" if wide and task.created_by else None,
    )
    return Head(task.name, status_text(task, now), task.status, (task.ref.account,), below)


def task_next(task: Task, job: Job | None) -> str:
    """The keys that lead on; `job` is the one whose log `l` opens."""
    words = ["l log of " + job.name] if job else []
    if task.kind is Kind.BATCH:
        words.append("b children")
    if task.status is TaskStatus.FAILED:
        words += ["E similar", "D diff with last good", "x r rerun"]
    elif task.status is TaskStatus.DRAFT:
        words.append("x n run this draft")
    elif not task.status.is_final:
        words.append("x a abort")
    return "next: " + "   ".join(words) if words else ""
