"""Everything a platform says about one task, as a tree of facts that any platform can fill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from tui.domain.money import Money
from tui.domain.task import Job, Task, TaskError

__all__ = ["GARBLED", "BatchRule", "Event", "Fact", "Facts", "FileRef", "Garbled", "TaskDetail"]


class Garbled(Enum):
    """The value of what the platform sent but nobody can read (R23)."""

    GARBLED = "?"

    def __str__(self) -> str:
        return "?"


GARBLED = Garbled.GARBLED


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file or folder on the platform, as an input or an output."""

    id: str
    name: str | None = None
    folder: bool = False
    size: int | None = None
    """Bytes."""
    secondary: tuple["FileRef", ...] = ()
    """Index files that go with it."""


Fact: TypeAlias = (
    None
    | bool
    | int
    | float
    | str
    | Decimal
    | datetime
    | timedelta
    | Money
    | FileRef
    | Garbled
    | Sequence["Fact"]
    | Mapping[str, "Fact"]
)
"""A value of the tree; texts are cleaned."""
Facts: TypeAlias = Mapping[str, Fact]
"""Named values in the platform's order."""


@dataclass(frozen=True, slots=True)
class BatchRule:
    """How a batch splits, and which part this one is."""

    by: str | None = None
    """`ITEM`, `CRITERIA`, or the platform's own word."""
    criteria: tuple[str, ...] = ()
    input: str | None = None
    """The input port that is split."""
    group: str | None = None
    """A child's own value."""
    fields: Mapping[str, str] | None = None
    """A child's own criteria with their values."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the task, as the platform or we saw it."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetail:
    """One task in full. A group that the platform does not have is None; an empty one was reported empty."""

    task: Task
    people: Facts | None = None
    """Who created it, who ran it."""
    times: Facts | None = None
    """Points in time and durations, each under the platform's name in snake_case."""
    limits: Facts | None = None
    """What holds it back: quotas, machine shortage, retry settings."""
    inputs: Facts | None = None
    outputs: Facts | None = None
    settings: Facts | None = None
    jobs: tuple[Job, ...] | None = None
    """Work inside, by start; None where it was not asked for or the platform has none for this task."""
    price_breakdown: Mapping[str, Money | Garbled] | None = None
    batch: BatchRule | None = None
    warnings: tuple[TaskError, ...] | None = None
    events: tuple[Event, ...] | None = None
    more: Mapping[str, Facts] | None = None
    """Groups that only this platform has, by title, in display order: `usage`, `dependencies`."""
    raw: bytes | None = None
    """The untouched answer; JSON as the platform sent it. Not cleaned: never shown as it is."""
