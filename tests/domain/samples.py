"""Tasks for tests of what is said about tasks."""

from datetime import UTC, datetime
from typing import Any

from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskRef

NOW = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
"""A Tuesday."""


def make(id_: str = "t1", of: type[Task] = Task, **fields: Any) -> Any:
    """A running task (or job) with nothing but what is asked for."""
    given: dict[str, Any] = {
        "ref": TaskRef("cgc", id_), "platform": "sevenbridges", "name": "a name", "status": TaskStatus.RUNNING,
        "native_status": "RUNNING", "fetched": NOW,
    }  # fmt: skip
    return of(**given | fields)


def make_job(name: str = "j1", **fields: Any) -> Job:
    """A job of the task `t1`."""
    job: Job = make(of=Job, **{"ref": TaskRef("cgc", "t1", name)} | fields)
    return job
