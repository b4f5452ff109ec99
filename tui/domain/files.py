"""Files that a task produced, as a platform lists them."""

from dataclasses import dataclass

from tui.domain.task import TaskRef

__all__ = ["OutputFile", "OutputIndex"]


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file that can be read."""

    ref: TaskRef
    """The task whose output it is."""
    port: str
    """The output it belongs to, or the filesystem it lies on."""
    name: str
    """The platform's name of it, which may hold slashes; nothing of it is trusted."""
    key: str
    """What the adapter needs to find it again. Nothing secret."""
    size: int | None = None
    """Bytes, where the platform says so."""


@dataclass(frozen=True, slots=True)
class OutputIndex:
    """Every file of a task, or the one sentence why there is none."""

    files: tuple[OutputFile, ...] = ()
    why_none: str | None = None
    note: str | None = None
    """What is not among the files and why, in one sentence."""
