"""Every action ever sent: a line before it leaves, a line when it ended (R34). Append, fsync, 0600."""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tui.domain.action import Outcome, Verb
from tui.domain.task import TaskRef

__all__ = ["Entry", "Journal"]

_LARGEST = 4 * 1024 * 1024
"""Bytes of the journal before it is turned over to `.1`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action, with how it ended as far as the journal knows."""

    intent: str
    at: datetime
    verb: Verb
    ref: TaskRef
    outcome: Outcome | None
    """None: the program ended before the action did, so it may have happened."""
    new: TaskRef | None = None
    message: str | None = None


class Journal:
    """The file; without one (a read-only home) actions still work, and the dialog says that nothing is noted."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.failure: str | None = None if path else "no place to write a journal"
        """Why nothing is noted, if that is so."""

    def begin(self, at: datetime, verb: Verb, ref: TaskRef) -> str:
        """Note that an action is about to be sent; the id that `end` wants."""
        intent = secrets.token_hex(8)
        self._append({"intent": intent, "at": at.isoformat(), "verb": verb.value, "ref": str(ref)})
        return intent

    def end(self, intent: str, at: datetime, outcome: Outcome, new: TaskRef | None, message: str | None) -> None:
        """Note how it ended."""
        line = {"intent": intent, "ended": at.isoformat(), "outcome": outcome.value}
        if new is not None:
            line["new"] = str(new)
        if message:
            line["message"] = message[:300]
        self._append(line)

    def _append(self, line: dict[str, Any]) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size > _LARGEST:
                self._path.replace(self._path.with_suffix(".1"))
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.write(handle, json.dumps(line).encode() + b"\n")
                os.fsync(handle)
            finally:
                os.close(handle)
            self.failure = None
        except OSError as error:
            self.failure = f"the journal cannot be written: {error.strerror or error}"

    def entries(self) -> tuple[Entry, ...]:
        """All actions in the file, oldest first; a torn line is passed over."""
        begun: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            intent = line.get("intent")
            if isinstance(intent, str):
                begun[intent] = {**begun.get(intent, {}), **line}
        return tuple(entry for line in begun.values() if (entry := _entry(line)) is not None)

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            text = self._path.read_text("utf-8", "replace") if self._path else ""
        except OSError:
            return
        for row in text.splitlines():
            try:
                value = json.loads(row)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value

    def unknown(self) -> tuple[Entry, ...]:
        """Actions whose outcome nobody knows: of a run that ended in between, or left as unknown."""
        return tuple(e for e in self.entries() if e.outcome in {None, Outcome.UNKNOWN})

    def deleted(self, ref: TaskRef) -> bool:
        """Whether this program has deleted it."""
        gone = {Verb.DELETE, Verb.FORGET}
        return any(e.ref == ref and e.verb in gone and e.outcome is Outcome.DONE for e in self.entries())


def _entry(line: dict[str, Any]) -> Entry | None:
    try:
        return Entry(
            intent=line["intent"],
            at=datetime.fromisoformat(line["at"]),
            verb=Verb(line["verb"]),
            ref=TaskRef.parse(line["ref"]),
            outcome=Outcome(line["outcome"]) if "outcome" in line else None,
            new=TaskRef.parse(line["new"]) if "new" in line else None,
            message=line.get("message"),
        )
    except (KeyError, ValueError, TypeError):
        return None
