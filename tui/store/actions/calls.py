"""What each verb asks of a platform: the capability, the call, and when there is nothing left to ask for."""

from collections.abc import Mapping
from typing import Any

from tui.domain.action import Accepted, Verb
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms import actions
from tui.store.actions.plan import Plan

__all__ = ["CAPABILITY", "reached", "sent"]

CAPABILITY: Mapping[Verb, type] = {
    Verb.RUN: actions.CanRun,
    Verb.ABORT: actions.CanAbort,
    Verb.RERUN: actions.CanRerun,
    Verb.RERUN_FAILED: actions.CanRerunFailed,
    Verb.CLONE: actions.CanClone,
    Verb.RENAME: actions.CanRename,
    Verb.TAG: actions.CanTag,
    Verb.RETRY: actions.CanRetry,
    Verb.RESUME: actions.CanResume,
    Verb.RECOVER: actions.CanRecover,
    Verb.HOLD: actions.CanHold,
    Verb.RELEASE: actions.CanHold,
    Verb.REQUEUE: actions.CanRequeue,
    Verb.ALTER: actions.CanAlter,
    Verb.DELETE: actions.CanDelete,
    Verb.FORGET: actions.CanForget,
}
"""What a platform must be able to do."""
_UNDER_WAY = frozenset({TaskStatus.QUEUED, TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.FINISHING})


def reached(verb: Verb, task: Task) -> bool:
    """Whether the aim is reached without sending anything (R41)."""
    if verb is Verb.ABORT:
        return task.status.is_final or task.status is TaskStatus.FINISHING
    return verb is Verb.RUN and task.ref.job is None and task.status in _UNDER_WAY


async def sent(platform: Any, plan: Plan, ref: TaskRef) -> Accepted:
    """Ask for it: one call of the platform's, and its answer.

    Raises:
        PlatformError: It was refused, not sent, or nobody knows.
    """
    match plan.verb:
        case Verb.RUN if not plan.as_batch:
            answer = platform.run(ref, as_batch=False)
        case Verb.RERUN:
            answer = platform.rerun(ref, plan.settings)
        case Verb.RERUN_FAILED:
            answer = platform.rerun_failed(ref, plan.failed, plan.settings)
        case Verb.RENAME:
            answer = platform.rename(ref, plan.name or "")
        case Verb.ALTER:
            answer = platform.alter(ref, plan.settings)
        case Verb.TAG:
            answer = platform.tag(ref, plan.add, plan.remove)
        case verb:
            answer = getattr(platform, verb.value)(ref)
    done: Accepted = await answer
    return done
