"""Messages that travel further than one parent, and what the app may ask of a screen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from textual.message import Message

from tui.domain.action import Verb
from tui.domain.task import Task, TaskRef
from tui.store.snapshot import Change

__all__ = ["Acted", "AddressShown", "Copied", "Grouped", "OfTask", "Opened", "StoreChanged", "View"]


class StoreChanged(Message):
    """The store has a new snapshot; several that wait become one."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change

    def can_replace(self, message: Message) -> bool:
        """Take an older one's place, keeping what that one touched."""
        if not isinstance(message, StoreChanged):
            return False
        old, new = message.change, self.change
        touched = None if old.touched is None or new.touched is None else old.touched | new.touched
        self.change = Change(new.snapshot, touched, old.feeds | new.feeds)
        return True


class View(StrEnum):
    """What can be opened of a task or job."""

    DETAIL = "detail"
    BATCH = "batch"
    JOB = "job"
    LOG = "log"
    TRIAGE = "triage"
    DIFF = "diff"
    RAW = "raw"


@dataclass
class Opened(Message):
    """The user wants to see something; the app answers by pushing its screen."""

    ref: TaskRef
    """What."""
    view: View
    """How."""
    other: TaskRef | None = None
    """What it is compared with, for `DIFF`; None for the best match."""


@dataclass
class Copied(Message):
    """The user wants a text in the clipboard."""

    text: str


@dataclass
class AddressShown(Message):
    """The user wants to look at a web address, then to open or copy it."""

    url: str
    """Empty where there is none, which the app says."""


@dataclass
class Acted(Message):
    """The user wants to do something with tasks; the app answers with the menu or the plan."""

    refs: tuple[TaskRef, ...]
    """With which; empty for what `inside` names itself."""
    verb: Verb | None = None
    """What, or None for the menu."""
    inside: TaskRef | None = None
    """The batch, task or job whose screen asks, which may know them better than the list."""


@dataclass
class Grouped(Message):
    """The user wants the failures of the list by reason; the app answers with the triage."""

    query: str = ""
    """Of the tasks that match; empty for all that are loaded."""
    marked: tuple[TaskRef, ...] = ()
    """Of these alone, whatever the query says."""
    focus: TaskRef | None = None
    """The cursor begins on the group of this one."""


@runtime_checkable
class OfTask(Protocol):
    """A screen about one task, batch or job."""

    @property
    def ref(self) -> TaskRef:
        """What it is about."""

    @property
    def task_now(self) -> Task | None:
        """The same as last known by anyone."""

    @property
    def topic(self) -> str:
        """Its place in the key map, for the help."""
