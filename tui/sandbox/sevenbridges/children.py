"""The children of a batch: ten thousand lives in a few numbers each, and a whole script only for those looked at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import overload

from tui.sandbox.sevenbridges.causes import Cause
from tui.sandbox.sevenbridges.names import Machine
from tui.sandbox.sevenbridges.script import CREATING, FINAL, Phase, Script, phase

__all__ = ["Life", "SandboxChildren", "Totals", "cost", "state_of"]

_COUNTED = {"CREATING": "queued", "QUEUED": "queued", "RUNNING": "running", "ABORTING": "running",
            "COMPLETED": "completed", "FAILED": "failed", "ABORTED": "aborted"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Life:
    """What was decided for one child; seconds, the first after its parent began."""

    created: float
    queue: float
    init: float
    run: float
    failed: bool
    cause: Cause | None
    step: int
    machine: Machine

    @property
    def start(self) -> float:
        """When it starts to run, in seconds after its parent began."""
        return self.created + CREATING + self.queue

    @property
    def end(self) -> float:
        """When it ends if nothing stops it."""
        return self.start + self.init + self.run


@dataclass(frozen=True, slots=True)
class Totals:
    """All children at one moment."""

    counts: dict[str, int]
    """By the platform's own keys: queued, running, completed, failed, aborted."""
    cost: float
    started: datetime | None
    """When the first one started."""
    ended: datetime | None
    """When the last one ended; None while any is at work."""


def cost(machine: Machine, spot: bool, running: float) -> float:
    """What so many seconds of running cost, in USD."""
    rate = machine.rate * (0.35 if spot else 1.0)
    return round(rate * running / 3600 + 0.004, 2) if running else 0.0


class SandboxChildren(Sequence[Script]):
    """The children in order; a script is made when somebody asks for it."""

    def __init__(
        self,
        begun: datetime,
        spot: bool,
        size: int,
        plan: Callable[[], list[Life]],
        make: Callable[[int, Life], Script],
    ) -> None:
        self._begun = begun
        self._spot = spot
        self._size = size
        self._plan = plan
        self._make = make
        self._lives: list[Life] = []
        self._whole: dict[int, Script] = {}
        self._aborted: datetime | None = None
        self._known: tuple[datetime, Totals] | None = None

    def __len__(self) -> int:
        return self._size

    def lives(self) -> list[Life]:
        """What was decided, drawn at the first call."""
        if not self._lives and self._size:
            self._lives = self._plan()
        return self._lives

    @overload
    def __getitem__(self, place: int) -> Script: ...

    @overload
    def __getitem__(self, place: slice) -> list[Script]: ...

    def __getitem__(self, place: int | slice) -> Script | list[Script]:
        if isinstance(place, slice):
            return [self.child(k) for k in range(self._size)[place]]
        return self.child(range(self._size)[place])

    def __iter__(self) -> Iterator[Script]:
        return (self.child(k) for k in range(self._size))

    def child(self, k: int) -> Script:
        """The child of that number."""
        script = self._whole.get(k)
        if script is None:
            script = self._whole[k] = self._make(k, self.lives()[k])
            self._stop(script)
        return script

    def newest_first(self) -> list[int]:
        """The numbers of the children by creation, newest first."""
        lives = self.lives()
        return sorted(range(self._size), key=lambda k: -lives[k].created)

    def abort(self, now: datetime) -> None:
        """Stop every child that is still at work."""
        self._aborted, self._known = now, None
        for script in self._whole.values():
            self._stop(script)

    def _stop(self, script: Script) -> None:
        at = self._aborted
        if at is not None and script.aborted is None and phase(script, at).status not in FINAL:
            script.aborted = at

    def changed(self) -> None:
        """A child was changed from outside."""
        self._known = None

    def totals(self, now: datetime) -> Totals:
        """Counts and cost at that moment: always what the children themselves say."""
        if self._known is not None and (self._known[0] == now or (self._known[1].ended and self._known[0] <= now)):
            return self._known[1]
        counts = {"queued": 0, "running": 0, "completed": 0, "failed": 0, "aborted": 0}
        spent, started, ended, live = 0.0, [], [], False
        passed = (now - self._begun).total_seconds()
        for k, life in enumerate(self.lives()):
            if self._aborted is None and k not in self._whole:
                key, running, end = _lived(life, passed)
                start = life.start if running else None
            else:
                state = phase(self.child(k), now)
                key, running = _COUNTED[state.status], state.running
                start = (state.started - self._begun).total_seconds() if state.started else None
                end = (state.ended - self._begun).total_seconds() if state.ended else None
            counts[key] += 1
            spent += cost(life.machine, self._spot, running)
            live = live or end is None
            if start is not None:
                started.append(start)
            if end is not None:
                ended.append(end)
        totals = Totals(
            counts,
            spent,
            self._begun + timedelta(seconds=min(started)) if started else None,
            self._begun + timedelta(seconds=max(ended)) if ended and not live else None,
        )
        self._known = (now, totals)
        return totals


def _lived(life: Life, passed: float) -> tuple[str, float, float | None]:
    """The counter a child is in, the seconds it ran, and its end: `phase` in short, for a child nobody touched."""
    if passed >= life.end:
        return ("failed" if life.failed else "completed"), life.init + life.run, life.end
    if passed >= life.start:
        return "running", passed - life.start, None
    return "queued", 0.0, None


def state_of(script: Script, now: datetime) -> tuple[Phase, Totals | None]:
    """A task at one moment. A parent is final when all its children are: completed, aborted when it was aborted
    itself, else failed; its totals come along."""
    own = phase(script, now)
    if script.children is None:
        return own, None
    if not isinstance(script.children, SandboxChildren):
        return own, Totals(dict.fromkeys(("queued", "running", "completed", "failed", "aborted"), 0), 0.0, None, None)
    totals = script.children.totals(now)
    if own.status == "CREATING":
        return own, totals
    aborted = script.aborted is not None and now >= script.aborted
    if totals.ended is None:
        live = "RUNNING" if totals.started else "QUEUED"
        return Phase("ABORTING" if aborted else live, totals.started, None, script.queue), totals
    bad = totals.counts["failed"] or totals.counts["aborted"]
    word = "ABORTED" if aborted else ("FAILED" if bad else "COMPLETED")
    return Phase(word, totals.started, totals.ended, script.queue), totals
