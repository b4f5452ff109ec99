"""Every action ever sent: a line before it leaves, a line when it ended (R34). Append, fsync, 0600."""

import json
import os
import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tui.domain.action import VERBS, Outcome, Verb
from tui.domain.task import TaskRef
from tui.settings.files import own_directory

__all__ = ["ACTING", "Entry", "Journal", "acting", "new_intent", "this_host"]

ACTING = timedelta(minutes=10)
"""An action of another instance that still runs may be under way for so long."""
_TAIL = 256 * 1024
"""Bytes at the end of the journal in which an action that is under way is looked for."""

_LARGEST = 4 * 1024 * 1024
"""Bytes of the journal before it is turned over to `.1`."""

_State = tuple[tuple[int, int, int] | None, int]
"""The file's inode, size and time, if there is one, and the lines that are held besides."""
_REMOVES = frozenset({Verb.DELETE, Verb.FORGET})


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
    by: str | None = None
    """The host and the process that sent it, with a space between."""
    settled: bool = False
    """The user has looked, so that an unknown outcome is not named any more."""
    campaign: str | None = None
    """The command that this is a part of, where one goes on after an interruption."""

    @property
    def action(self) -> str:
        """`abort of cgc:t1 at 2026-11-24 16:00 UTC`."""
        return f"{self.verb.value} of {self.ref} at {self.at:%Y-%m-%d %H:%M} UTC"


def this_host() -> str:
    """The name of the machine we run on."""
    return os.uname().nodename if hasattr(os, "uname") else ""


def new_intent() -> str:
    """A fresh id for one action on one target."""
    return secrets.token_hex(8)


class Journal:
    """The file; without one (a read-only home, a demo) actions still work, and the dialog says that they are noted no
    longer than the program runs."""

    def __init__(self, path: Path | None, *, why_none: str = "no place to write a journal") -> None:
        self._path = path
        self.failure: str | None = _obstacle(path) if path else why_none
        """Why what is noted goes with the program, if that is so."""
        self._gone: frozenset[TaskRef] = frozenset()
        """What this program has deleted, by the file as it was when `_read` was its state."""
        self._read: _State | None = None
        self.written = 0
        """Lines of this run, so that who read the journal knows whether to read it again."""
        self.mine: set[str] = set()
        """Intents of this run."""
        self._held: list[dict[str, Any]] = []
        """What is in no file: known as long as the program runs."""

    def begin(self, intent: str, at: datetime, verb: Verb, ref: TaskRef, campaign: str | None = None) -> None:
        """Note that an action is about to be sent."""
        self.mine.add(intent)
        by = f"{this_host()} {os.getpid()}"
        line = {"intent": intent, "at": at.isoformat(), "verb": verb.value, "ref": str(ref), "by": by}
        self._append(line | ({"campaign": campaign} if campaign else {}))

    def end(self, intent: str, at: datetime, outcome: Outcome, new: TaskRef | None, message: str | None) -> None:
        """Note how it ended."""
        line = {"intent": intent, "ended": at.isoformat(), "outcome": outcome.value}
        if new is not None:
            line["new"] = str(new)
        if message:
            line["message"] = message[:300]
        self._append(line)

    def settle(self, intent: str, at: datetime) -> None:
        """Note that the user has looked: it is not named any more, though nobody knows how it ended."""
        self._append({"intent": intent, "settled": at.isoformat()})

    def _append(self, line: dict[str, Any]) -> None:
        self._keep(line)
        self.written += 1  # last: who reads on seeing it grow finds the line

    def _keep(self, line: dict[str, Any]) -> None:
        if self._path is None:
            self._held.append(line)
            return
        try:
            own_directory(self._path.parent)
            if self._path.exists() and self._path.stat().st_size > _LARGEST:
                self._path.replace(self._older)
            _append_line(self._path, json.dumps(line).encode() + b"\n")
            self.failure = None
        except OSError as error:
            self._held.append(line)
            self.failure = f"the journal cannot be written: {error.strerror or error}"

    @property
    def _older(self) -> Path:
        assert self._path is not None, "asked for only where there is a journal"
        return self._path.with_name(f"{self._path.name}.1")

    def entries(self) -> tuple[Entry, ...]:
        """All actions in the file, and those of this run that it could not take, oldest first; a torn line is passed
        over."""
        begun: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            intent = line.get("intent")
            if isinstance(intent, str):
                begun[intent] = {**begun.get(intent, {}), **line}
        return tuple(entry for line in begun.values() if (entry := _entry(line)) is not None)

    def rival(self, intent: str, ref: TaskRef, now: datetime) -> Entry | None:
        """What another program on this host has begun with `ref` before `intent` was noted, and has not ended.

        Lines are appended whole, so of two that begin in the same moment exactly one finds the other.
        """
        found: dict[str, Entry] = {}
        lines = _text(self._path, _TAIL).split("\n") if self._path else ()
        begun: dict[str, dict[str, Any]] = {}
        for line in map(_object, lines):
            if isinstance(name := line.get("intent"), str):
                begun[name] = {**begun.get(name, {}), **line}
        for name, line in begun.items():
            if name == intent:
                break
            entry = _entry(line)
            if entry is not None and entry.ref == ref and entry.outcome is None and name not in self.mine:
                found[name] = entry
        return next((e for e in found.values() if now - e.at <= ACTING and acting(e.by)), None)

    def _lines(self) -> Iterator[dict[str, Any]]:
        for path in (self._older, self._path) if self._path else ():
            for row in _text(path).split("\n"):
                if value := _object(row):
                    yield value
        yield from self._held

    def unknown(self) -> tuple[Entry, ...]:
        """Actions whose outcome nobody knows: of a run that ended in between, or left as unknown.

        One that was repeated with success is not among them, where twice is not more than once.
        """
        open_: dict[str, Entry] = {}
        for entry in self.entries():
            if entry.outcome in {None, Outcome.UNKNOWN}:
                if not entry.settled:
                    open_[entry.intent] = entry
            elif entry.outcome in {Outcome.DONE, Outcome.ALREADY} and not VERBS[entry.verb].creates:
                mine = [e.intent for e in open_.values() if (e.verb, e.ref) == (entry.verb, entry.ref)]
                for intent in mine:
                    del open_[intent]
        return tuple(open_.values())

    def deleted(self, ref: TaskRef) -> bool:
        """Whether this program has deleted it. The file is read anew only where it has changed."""
        if (state := self._state()) != self._read:
            self._gone = frozenset(e.ref for e in self.entries() if e.verb in _REMOVES and e.outcome is Outcome.DONE)
            self._read = state
        return ref in self._gone

    def _state(self) -> "_State":
        """What tells that nothing was noted since, here or by another instance."""
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            found = None
        return found and (found.st_ino, found.st_size, found.st_mtime_ns), len(self._held)


def acting(by: str | None) -> bool:
    """Whether the process that sent it is another one and still runs."""
    node, _, number = (by or "").rpartition(" ")
    if node != this_host() or not number.isdecimal() or int(number) in {0, os.getpid()}:
        return False
    try:
        os.kill(int(number), 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def _obstacle(path: Path) -> str | None:
    """Why a line could not be written just now, found out without writing one."""
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    if os.access(place, os.W_OK) and (place == path or place.is_dir()):
        return None
    return f"the journal cannot be written: no right to write {place}"


def _object(row: str) -> dict[str, Any]:
    """One line of the file; empty where it is torn."""
    try:
        value = json.loads(row)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(path: Path, tail: int | None = None) -> str:
    """What a regular file holds, or its last `tail` bytes; nothing where it cannot be read. Anything else could hold us
    for ever."""
    try:
        with open(path, "rb", opener=_at_once) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                return ""
            file.seek(0 if tail is None else max(0, found.st_size - tail))
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK)


def _append_line(path: Path, line: bytes) -> None:
    """Append and fsync; a line that was torn by a full disk or a kill is closed first, so that it costs only itself."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError("it is not a regular file")
        if stat.S_IMODE(found.st_mode) != 0o600:
            os.fchmod(handle, 0o600)
        if found.st_size and os.pread(handle, 1, found.st_size - 1) != b"\n":
            line = b"\n" + line
        if os.write(handle, line) != len(line):
            raise OSError("the disk is full")
        os.fsync(handle)
    finally:
        os.close(handle)


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
            by=str(line.get("by", "")) or None,
            settled="settled" in line,
            campaign=str(line.get("campaign", "")) or None,
        )
    except (KeyError, ValueError, TypeError):
        return None
