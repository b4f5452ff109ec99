"""What the user has seen of failures: groups that were acknowledged, with a note, and when each place was looked at."""

import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.settings.files import own_directory

if TYPE_CHECKING:
    from tui.domain.triage import Group

__all__ = ["LIST", "Seen"]

log = logging.getLogger(__name__)

LIST = "list"
"""The place whose look `new` counts from."""
_KEPT = 2_000
"""Acknowledgements and places kept; the oldest go first."""


@dataclass(slots=True)
class Seen:
    """A small file of ours; without one, or with one that cannot be read, nothing is remembered beyond the program."""

    path: Path | None = None
    notes: dict[str, str] = field(default_factory=dict)
    """The note by the key of an acknowledged group; an empty note is one too."""
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """References of the tasks that an acknowledged group had, by its key: a log may have named it, not their fields."""
    places: dict[str, datetime] = field(default_factory=dict)
    """When a place was last looked at: a batch's reference, or empty for everything."""

    _index: tuple[dict[str, list[str]], dict[str, list[str]]] | None = field(default=None, repr=False, compare=False)
    """See `_known`; made anew after each acknowledgement."""

    @classmethod
    def read(cls, path: Path | None) -> "Seen":
        """What the file says."""
        try:
            value = json.loads(path.read_text("utf-8")) if path is not None else {}
            notes, members = _texts(value.get("notes")), value.get("members") or {}
            known = {key: tuple(map(str, members.get(key) or ())) for key in notes}
            return cls(path, notes, known, _times(value.get("seen")))
        except (OSError, ValueError, AttributeError) as error:
            if not isinstance(error, FileNotFoundError):
                log.warning("%s: %s", path, error)
            return cls(path)

    def acknowledge(self, key: str, note: str | None, refs: Iterable[TaskRef] = ()) -> str | None:
        """Keep a group quiet until it says something else; with None let it be heard again. Why no file keeps it."""
        self._index = None
        self.notes.pop(key, None)
        self.members.pop(key, None)
        if note is not None:
            self.notes[key] = note
            self.members[key] = tuple(map(str, islice(refs, _KEPT)))
        return self._write()

    def note_of(self, group: "Group") -> str | None:
        """The note that a group was acknowledged with; None for one that was not.

        It is known again when its logs have named it anew, under the names of earlier versions, and in the parts that
        a mixed group falls into.
        """
        key = self._kept(group)
        return None if key is None else self.notes[key]

    def hear(self, group: "Group") -> str | None:
        """Let an acknowledged group be heard again. Why no file keeps that, or None."""
        why = None
        while (key := self._kept(group)) is not None:
            why = self.acknowledge(key, None)
        return why

    def _kept(self, group: "Group") -> str | None:
        if not self.notes:
            return None
        from tui.domain.signature.reason import says_only_that_it_failed  # here: the list is painted without it

        if group.key in self.notes:
            return group.key
        names, holders = self._known()
        refs = [str(ref) for ref in group.refs]
        for key in holders.get(refs[0], ()):
            if set(refs) <= set(self.members[key]):
                return key
        for name in (group.key, *sorted(group.aliases)):
            for key in names.get(name, ()):
                members = self.members.get(key, ())
                # A sentence that says nothing stands for whatever failed then, not for what fails next.
                if not members or not says_only_that_it_failed(key) or not set(refs).isdisjoint(members):
                    return key
        return None

    def _known(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Acknowledged keys by each name they may have now, and by each of their members."""
        if self._index is None:
            from tui.domain.signature.mask import coarse

            names: dict[str, list[str]] = {}
            holders: dict[str, list[str]] = {}
            for key in self.notes:
                for name in {key, coarse(key)}:
                    names.setdefault(name, []).append(key)
                for ref in self.members.get(key, ()):
                    holders.setdefault(ref, []).append(key)
            self._index = (names, holders)
        return self._index

    def look(self, place: str, at: datetime) -> datetime | None:
        """Note a look; when the one before was."""
        before = self.places.pop(place, None)
        self.places[place] = at
        self._write()
        return before

    def covers(self, task: Task) -> bool:
        """Whether a failed task is of an acknowledged group, by what it says itself or as one of its members."""
        if not self.notes or task.status is not TaskStatus.FAILED:
            return False
        from tui.domain.triage import key_of  # here: the list is painted without it

        return key_of(task) in self.notes or any(str(task.ref) in refs for refs in self.members.values())

    @property
    def last_look(self) -> datetime:
        """When the list was last left; the beginning of time where it never was."""
        return self.places.get(LIST, datetime.min.replace(tzinfo=UTC))

    def _write(self) -> str | None:
        if self.path is None:
            return None
        notes = dict(list(self.notes.items())[-_KEPT:])
        members = {key: refs for key, refs in self.members.items() if key in notes}
        seen = {place: at.isoformat() for place, at in list(self.places.items())[-_KEPT:]}
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            own_directory(self.path.parent)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"notes": notes, "seen": seen, "members": members}, file)
            fresh.replace(self.path)
        except OSError as error:
            return f"{self.path} cannot be written: {error.strerror}"
        return None


def _texts(value: Any) -> dict[str, str]:
    return {str(k): v for k, v in value.items() if isinstance(v, str)} if isinstance(value, Mapping) else {}


def _times(value: Any) -> dict[str, datetime]:
    found = {}
    for place, text in _texts(value).items():
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            found[place] = at
    return found
