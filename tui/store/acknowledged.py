"""What the user has seen of failures: groups that were acknowledged, with a note, and when each place was looked at."""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

__all__ = ["Seen"]

log = logging.getLogger(__name__)

_KEPT = 2_000
"""Acknowledgements and places kept; the oldest go first."""


@dataclass(slots=True)
class Seen:
    """A small file of ours; without one, or with one that cannot be read, nothing is remembered beyond the program."""

    path: Path | None = None
    notes: dict[str, str] = field(default_factory=dict)
    """The note by the key of an acknowledged group; an empty note is one too."""
    places: dict[str, datetime] = field(default_factory=dict)
    """When a place was last looked at: a batch's reference, or empty for everything."""

    @classmethod
    def read(cls, path: Path | None) -> "Seen":
        """What the file says."""
        try:
            value = json.loads(path.read_text("utf-8")) if path is not None else {}
            return cls(path, _texts(value.get("notes")), _times(value.get("seen")))
        except (OSError, ValueError, AttributeError) as error:
            if not isinstance(error, FileNotFoundError):
                log.warning("%s: %s", path, error)
            return cls(path)

    def acknowledge(self, key: str, note: str | None) -> str | None:
        """Keep a group quiet until it says something else; with None let it be heard again. Why no file keeps it."""
        self.notes.pop(key, None)
        if note is not None:
            self.notes[key] = note
        return self._write()

    def look(self, place: str, at: datetime) -> datetime | None:
        """Note a look; when the one before was."""
        before = self.places.pop(place, None)
        self.places[place] = at
        self._write()
        return before

    def _write(self) -> str | None:
        if self.path is None:
            return None
        notes = dict(list(self.notes.items())[-_KEPT:])
        seen = {place: at.isoformat() for place, at in list(self.places.items())[-_KEPT:]}
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"notes": notes, "seen": seen}, file)
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
