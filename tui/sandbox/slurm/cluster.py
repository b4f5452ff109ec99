"""The cluster's state at any moment: what the scripts say, changed by what users did."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tui.sandbox.clock import WorldClock
from tui.sandbox.ledger import Ledger
from tui.sandbox.slurm.script import Fate, Script, make

__all__ = ["Cluster", "Element", "Refused"]

_KEPT = 300.0
"""Seconds for which the controller keeps jobs that ended (MinJobAge)."""
_REQUEUE = 120.0
"""Seconds before a requeued job starts again."""
_ID = re.compile(r"(\d+)(?:_(\d+)|_\[?([\d,:-]+)(?:%\d+)?\]?)?\Z")


class Refused(Exception):
    """What a command prints, and its exit code."""

    def __init__(self, words: str, code: int = 1) -> None:
        super().__init__(words)
        self.code = code


@dataclass(slots=True)
class _Change:
    """What was done to a job or element, besides its script."""

    ended: float | None = None
    """Cancelled at this moment."""
    requeued: float | None = None
    attempt: int = 0
    held: bool = False
    name: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One job, or one element of an array, as it stands."""

    script: Script
    index: int | None
    state: str
    reason: str
    start: float | None
    end: float | None
    fate: Fate
    attempt: int
    name: str
    limit: int
    requeued: bool = False

    @property
    def id(self) -> str:
        """`17` or `17_3`."""
        return str(self.script.id) if self.index is None else f"{self.script.id}_{self.index}"

    @property
    def number(self) -> int:
        """Its own number: the array's last element has the array's."""
        if self.index is None or self.script.indexes is None or self.index == self.script.indexes[-1]:
            return self.script.id
        return self.script.id + 1 + self.script.indexes.index(self.index)

    @property
    def exit(self) -> str:
        """`7:0`."""
        if self.state in {"PENDING", "RUNNING"}:
            return "0:0"
        return (
            "0:15"
            if self.state == "CANCELLED" and self.start is not None
            else ("0:0" if self.state == "CANCELLED" else self.fate.cause.exit)
        )

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.state not in {"PENDING", "RUNNING", "COMPLETING"}


@dataclass(slots=True)
class Cluster:
    """Scripts, changes, and the clock."""

    account: str
    seed: int
    tasks: int
    clock: WorldClock
    ledger: Ledger
    user: str = "rfranklin"
    workdir: str = "/home/rfranklin/work"
    logs_are_files: bool = False
    """What jobs write lies below the working directory, for programs that read it there."""
    scripts: dict[int, Script] = field(default_factory=dict)
    changes: dict[tuple[int, int | None], _Change] = field(default_factory=dict)
    _begin: datetime = field(default_factory=datetime.now)

    def __post_init__(self) -> None:
        self.scripts = {script.id: script for script in make(self.seed, self.tasks)}
        self._begin = self.clock.start

    def now(self) -> float:
        """Seconds after the world's begin."""
        return (self.clock.now() - self._begin).total_seconds()

    def stamp(self, moment: float) -> int:
        """Seconds since 1970."""
        return int((self._begin + timedelta(seconds=moment)).timestamp())

    # -- reading

    def element(self, script: Script, index: int | None) -> Element:
        """As it stands now."""
        now = self.now()
        change = self.changes.get((script.id, index)) or self.changes.get((script.id, None)) or _Change()
        fate = script.fate(index, change.attempt)
        start, end = fate.start, fate.end
        if change.requeued is not None:
            start = change.requeued + _REQUEUE
            end = start + fate.run
        state, reason = "PENDING", script.waits or ("JobArrayTaskLimit" if script.throttle else "Priority")
        begun: float | None = None
        over: float | None = None
        if change.ended is not None:
            state, over, reason = "CANCELLED", change.ended, "None"
            begun = start if start < change.ended else None
        elif change.held:
            reason = "JobHeldUser"
        elif change.requeued is not None and now < start:
            reason, begun = "BeginTime", start
        elif now >= end:
            state, reason, begun, over = fate.cause.state, fate.cause.reason, start, end
        elif now >= start:
            state, reason, begun = "RUNNING", "None", start
        name = change.name or script.name
        limit = script.limit if change.limit is None else change.limit
        return Element(
            script, index, state, reason, begun, over, fate, change.attempt, name, limit, change.requeued is not None
        )

    def elements(self, script: Script) -> Iterator[Element]:
        """All of them."""
        for index in [None] if script.indexes is None else script.indexes:
            yield self.element(script, index)

    def visible(self) -> list[Script]:
        """What was submitted by now, the newest first."""
        now = self.now()
        return sorted((s for s in self.scripts.values() if s.submitted <= now), key=lambda s: -s.submitted)

    def is_kept(self, element: Element) -> bool:
        """Whether the controller still knows it."""
        return element.end is None or self.now() - element.end < _KEPT

    def find(self, word: str) -> list[Element]:
        """What an id of a command names.

        Raises:
            Refused: There is no such job.
        """
        found = _ID.match(word)
        script = self.scripts.get(int(found[1])) if found else None
        if found is None or script is None or script.submitted > self.now():
            raise Refused("Invalid job id specified")
        _, index, several = found.groups()
        if script.indexes is None:
            if index or several:
                raise Refused("Invalid job id specified")
            return [self.element(script, None)]
        wanted = set(_indexes(several)) if several else {int(index)} if index else None
        chosen = [e for e in self.elements(script) if wanted is None or e.index in wanted]
        if not chosen:
            raise Refused("Invalid job id specified")
        return chosen

    # -- changing

    def _change(self, element: Element) -> _Change:
        return self.changes.setdefault((element.script.id, element.index), _Change())

    def write(self, verb: str, id_: str, outcome: str = "done", new: str | None = None) -> None:
        """Into the ledger."""
        self.ledger.write(self.clock.now(), "slurm", self.account, verb, id_, outcome, new)

    def cancel(self, word: str) -> None:
        """As `scancel` does: silent for what is not there or has ended."""
        try:
            open_ = [e for e in self.find(word) if not e.is_over]
        except Refused:
            return
        for element in open_:
            self._change(element).ended = self.now()
        if open_:
            self.write("abort", word)

    def hold(self, word: str, *, held: bool) -> None:
        """Hold or release.

        Raises:
            Refused: It has ended; of an array that it was done in part.
        """
        elements = self.find(word)
        open_ = [e for e in elements if not e.is_over]
        if not open_:
            raise Refused(f"Job has already finished for job {word}\nslurm_suspend error: Job has already finished")
        script = elements[0].script
        if not held and script.waits == "JobHeldUser":  # submitted with --hold: it starts soon from now on
            script.waits, script.wait = "", self.now() - script.submitted + 20.0
            script.forget()
        for element in open_:
            self._change(element).held = held and element.state == "PENDING"
        self.write("hold" if held else "release", word)
        if len(open_) < len(elements):
            ended = ",".join(str(e.index) for e in elements if e.is_over)
            raise Refused(f"{word}: No error\n{word}_{ended}: Job has already finished")

    def requeue(self, words: str) -> None:
        """Run again under the same id.

        Raises:
            Refused: It waits already, or the controller has forgotten it.
        """
        for word in words.split(","):
            elements = self.find(word)
            if not all(map(self.is_kept, elements)) and not any(map(self.is_kept, elements)):
                raise Refused(f"Invalid job id specified for job {word}")
            ran = [e for e in elements if e.state != "PENDING"]
            if not ran:
                raise Refused(f"Job is pending execution for job {word}")
            for element in ran:
                change = self._change(element)
                change.requeued, change.ended, change.attempt = self.now(), None, change.attempt + 1
            self.write("requeue", word)

    def update(self, word: str, name: str, value: str) -> None:
        """`scontrol update`.

        Raises:
            Refused: It has ended, or owners may not.
        """
        elements = self.find(word)
        if all(e.is_over for e in elements):
            raise Refused(f"Job has already finished for job {word}")
        script = elements[0].script
        for element in elements:
            change = self._change(element)
            match name.lower():
                case "jobname":
                    change.name = value
                case "timelimit":
                    minutes = _minutes(value)
                    if element.limit and minutes > element.limit:
                        raise Refused(f"Access/permission denied for job {word}")
                    change.limit = minutes
                case "arraytaskthrottle":
                    script.throttle = int(value)
                case _:
                    raise Refused(f"Update of this parameter is not supported: {name}={value}")
        self.write("rename" if name.lower() == "jobname" else "alter", word)

    def submit(self, script: Script) -> int:
        """A new job; its id."""
        script.id = max(self.scripts, default=4_100_000) + 11_003
        self.scripts[script.id] = script
        self.write("rerun", str(script.id), new=str(script.id))
        return script.id


def _indexes(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        last, _, step = last.partition(":")
        yield from range(int(first), int(last or first) + 1, int(step or 1))


def _minutes(text: str) -> int:
    days, dash, rest = text.rpartition("-")
    parts = [int(part) for part in rest.split(":")]
    if len(parts) == 3:
        return int(days or 0) * 1440 + parts[0] * 60 + parts[1]
    return int(days or 0) * 1440 + parts[0] if not dash else int(days) * 1440 + parts[0] * 60
