"""What a log is to the rest of the program: named sources, read by byte ranges."""

from dataclasses import dataclass
from enum import StrEnum

from tui.domain.task import TaskRef

__all__ = ["TAIL_BYTES", "LogIndex", "LogPart", "LogSource", "Stream"]

TAIL_BYTES = 65_536
"""What is fetched of a log at first: its end."""


class Stream(StrEnum):
    """Which of a job's two outputs, or a record that the platform wrote itself."""

    STDOUT = "stdout"
    STDERR = "stderr"
    RECORD = "record"
    """`cmd.log`, `job.tree.log`: no output of the program; read by its name."""

    @property
    def short(self) -> str:
        """In three letters: `out`, `err`, `rec`."""
        return {Stream.STDOUT: "out", Stream.STDERR: "err", Stream.RECORD: "rec"}[self]


@dataclass(frozen=True, slots=True)
class LogSource:
    """One log that can be read."""

    ref: TaskRef
    """The task or job that wrote it."""
    name: str
    """The platform's name of it: `job.err.log`, `stderr`."""
    stream: Stream
    key: str
    """What the adapter needs to find it again: a file id, a path. Nothing secret."""
    size: int | None = None
    """Bytes, when known without reading it."""
    growing: bool = False
    """The job is still running, so more may come."""


@dataclass(frozen=True, slots=True)
class LogIndex:
    """Every log of a task or job, a failed job's first; or the one sentence why there is none."""

    sources: tuple[LogSource, ...] = ()
    why_none: str | None = None
    note: str | None = None
    """What is not among the sources and why, in one sentence."""


@dataclass(frozen=True, slots=True)
class LogPart:
    """Bytes of a log, as the platform sent them (not cleaned: the reader decodes and cleans)."""

    data: bytes
    start: int
    """Offset of the first byte in the whole log."""
    total: int | None
    """Size of the whole log when it was read, if the platform said so."""

    @property
    def end(self) -> int:
        """Offset behind the last byte."""
        return self.start + len(self.data)
