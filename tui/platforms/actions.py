"""One small protocol per action that a platform may take.

An action means the same everywhere: an adapter that cannot keep the meaning does not claim it (ET Engine has no
`CanAbort`, since deleting a batch there leaves its jobs running and billed). Callers ask with `isinstance`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from tui.domain.action import Accepted, RerunPlan
    from tui.domain.submission import Checked, Row, Submission
    from tui.domain.task import Task, TaskRef

__all__ = [
    "CanAbort",
    "CanAlter",
    "CanClone",
    "CanDelete",
    "CanForget",
    "CanHold",
    "CanRecover",
    "CanRename",
    "CanRequeue",
    "CanRerun",
    "CanRerunFailed",
    "CanResume",
    "CanRetry",
    "CanRun",
    "CanSubmit",
    "CanTag",
    "Submitter",
]


@runtime_checkable
class CanRun(Protocol):
    """Start a draft."""

    async def run(self, ref: TaskRef, *, as_batch: bool = True) -> Accepted:
        """Start it; with `as_batch=False` a batch draft runs as one single task."""
        ...


@runtime_checkable
class CanAbort(Protocol):
    """Stop a task for good: what runs is stopped and not billed on."""

    async def abort(self, ref: TaskRef) -> Accepted:
        """Stop it; `already` when it is final."""
        ...


@runtime_checkable
class CanRerun(Protocol):
    """Start a new task with the same inputs."""

    async def rerun(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """`settings` are changes asked for by the user; `Rejected` names one the platform has no place for."""
        ...


@runtime_checkable
class CanRerunFailed(Protocol):
    """Start anew only what failed of a batch."""

    async def rerun_failed(
        self, ref: TaskRef, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]
    ) -> Accepted:
        """`failed` names the children; None for all that failed."""
        ...

    def rerun_plan(self, task: Task, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]) -> RerunPlan:
        """What that would create, and how many calls it would take; nothing is asked."""
        ...


@runtime_checkable
class CanClone(Protocol):
    """Copy as a draft."""

    async def clone(self, ref: TaskRef) -> Accepted:
        """Make the draft; its reference is in `new`."""
        ...


@runtime_checkable
class CanRename(Protocol):
    """Change the name."""

    async def rename(self, ref: TaskRef, name: str) -> Accepted:
        """Give it another name."""
        ...


@runtime_checkable
class CanTag(Protocol):
    """Change the tags."""

    async def tag(self, ref: TaskRef, add: Sequence[str], remove: Sequence[str]) -> Accepted:
        """Add and remove tags."""
        ...


@runtime_checkable
class CanRetry(Protocol):
    """A new task with the failed instances."""

    async def retry(self, ref: TaskRef) -> Accepted:
        """Start it; the new task is in `new`."""
        ...


@runtime_checkable
class CanResume(Protocol):
    """A new task with the cancelled instances."""

    async def resume(self, ref: TaskRef) -> Accepted:
        """Start it; the new task is in `new`."""
        ...


@runtime_checkable
class CanRecover(Protocol):
    """A new task with the failed and the cancelled instances."""

    async def recover(self, ref: TaskRef) -> Accepted:
        """Start it; the new task is in `new`."""
        ...


@runtime_checkable
class CanDelete(Protocol):
    """Remove the task, and stop it first where the platform does so."""

    async def delete(self, ref: TaskRef) -> Accepted:
        """Delete it."""
        ...


@runtime_checkable
class CanHold(Protocol):
    """Keep what waits from starting, and let it go again."""

    async def hold(self, ref: TaskRef) -> Accepted:
        """Hold it; of a batch what waits of it."""
        ...

    async def release(self, ref: TaskRef) -> Accepted:
        """Let it start."""
        ...


@runtime_checkable
class CanRequeue(Protocol):
    """Run the same task again under the same reference: what was final is live again."""

    async def requeue(self, ref: TaskRef) -> Accepted:
        """Queue it again; of a batch what failed of it. The message says what is lost."""
        ...


@runtime_checkable
class CanAlter(Protocol):
    """Change settings of a task in place."""

    async def alter(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """Change them; `Rejected` names one that cannot be changed in place."""
        ...


@runtime_checkable
class CanForget(Protocol):
    """Remove the platform's records; what runs goes on and is billed."""

    async def forget(self, ref: TaskRef) -> Accepted:
        """Forget it."""
        ...


class Submitter(Protocol):
    """New tasks from rows of parameters."""

    starts: bool
    """What is made runs, and costs, at once; else it is a draft."""

    async def check(self, rows: Sequence[Row]) -> Checked:
        """What would be sent for each row, and what is wrong with the others; nothing is made."""
        ...

    async def submit(self, submissions: Sequence[Submission]) -> Accepted:
        """Make the tasks of these rows: one, or those of one `group`. The new reference is in `new`."""
        ...


@runtime_checkable
class CanSubmit(Protocol):
    """Tasks can be made from a file of parameters."""

    submitter: Submitter
