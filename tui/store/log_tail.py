"""The end of a log: which of a job's outputs it is, and its last bytes."""

from dataclasses import dataclass
from typing import Protocol

from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.task import TaskRef

__all__ = ["LogTail", "Logs", "read_tail", "telling_source"]

_BYTES = 8192
"""Read from the end: 40 lines of 200 characters."""


class Logs(Protocol):
    """What a deck knows of logs."""

    async def logs(self, ref: TaskRef) -> LogIndex:
        """The logs there are, or why there is none."""

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        """A part of a log; a negative start counts from the end."""


@dataclass(frozen=True, slots=True)
class LogTail:
    """The end of a log, or why there is none."""

    source: LogSource | None = None
    part: LogPart | None = None
    why_none: str = ""


def telling_source(index: LogIndex, *, failed: bool) -> LogSource | None:
    """The log to show first: of a failed job what it wrote to stderr, where that is not empty; else the first."""
    first = next(iter(index.sources), None)
    if first is None or not failed:
        return first
    own = (one for one in index.sources if one.ref == first.ref and one.stream is Stream.STDERR and one.size != 0)
    return next(own, first)


async def read_tail(logs: Logs, ref: TaskRef, *, failed: bool) -> LogTail:
    """The end of the log of a task or job.

    Raises:
        PlatformError: It cannot be read.
    """
    index = await logs.logs(ref)
    source = telling_source(index, failed=failed)
    if source is None:
        return LogTail(why_none=index.why_none or "there is no log")
    part = await logs.read_log(source, -_BYTES, _BYTES)
    first = index.sources[0]
    if part.total == 0 and source is not first:  # its size was not known before
        source, part = first, await logs.read_log(first, -_BYTES, _BYTES)
    return LogTail(source, part)
