"""The exit code that a failed task's own words name. It stands apart from the signatures, which take 40 ms to load:
most lists show exit codes and group nothing."""

import re
from collections.abc import Iterator

from tui.domain.task import Job, Task

__all__ = ["exit_of", "texts_of"]

_EXIT = re.compile(r"(?i)\b(?:exit(?:ed)?|return(?:ed)?|status|code)\b[\s\w]{0,20}?[:=(\s]\s*(-?\d{1,3})\b")
_SIGNAL = re.compile(r"(?i)\bsignal[: =(]+(\d{1,2})\b")


def exit_of(task: Task) -> int | None:
    """The exit code: the job's own, else the one its reason names; 128 and the signal for one that a signal ended."""
    if isinstance(task, Job) and task.exit_code is not None:
        return task.exit_code
    for text in texts_of(task):
        if found := _EXIT.search(text):
            return int(found[1])
        if found := _SIGNAL.search(text):
            return 128 + int(found[1])
    return None


def texts_of(task: Task) -> Iterator[str]:
    """What the platform says of it in words."""
    for text in (task.reason, *(error.message for error in task.errors)):
        if text:
            yield text
