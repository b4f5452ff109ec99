"""Messages that travel further than one parent."""

from dataclasses import dataclass

from textual.message import Message

from tui.domain.action import Verb
from tui.domain.task import TaskRef
from tui.store.snapshot import Change

__all__ = ["Acted", "Grouped", "StoreChanged"]


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


@dataclass
class Acted(Message):
    """The user wants to do something with tasks; the app answers with the menu or the plan."""

    refs: tuple[TaskRef, ...]
    """With which."""
    verb: Verb | None = None
    """What, or None for the menu."""


@dataclass
class Grouped(Message):
    """The user wants the failures of the list by reason; the app answers with the triage."""

    query: str = ""
    """Of the tasks that match; empty for all that are loaded."""
    marked: tuple[TaskRef, ...] = ()
    """Of these alone, whatever the query says."""
    focus: TaskRef | None = None
    """The cursor begins on the group of this one."""
