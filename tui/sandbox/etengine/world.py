"""An account of batches that lives by a seed and a clock: the same every run, the newest still at work, the oldest
forgotten by the machinery behind it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tui.sandbox.clock import WorldClock
from tui.sandbox.etengine.causes import FAILURES, Failure
from tui.sandbox.etengine.names import FILESYSTEMS, TOOLS, Filesystem, Tool
from tui.sandbox.etengine.script import Batch, Hardware, new_id, schedule

__all__ = ["LONG_BATCH", "WIDE_BATCH", "World"]

LONG_BATCH = 2_000
"""Jobs of a batch that has been running for hours."""
WIDE_BATCH = 10_000
"""Jobs of the largest batch, which has ended."""
_GREAT_FROM = 80
"""Batches at the start from which on the two great ones are among them."""
_LONG_AT, _WIDE_AT = 9, 15
_BUSY, _SPACING = 12, 1_500.0
"""So many of the newest batches lie so many seconds apart."""
_DAY = 86_400.0
_OLD_SHARE = 0.15
"""Of the batches, so many are older than AWS Batch remembers."""
_NEW_EVERY = 900.0
"""Seconds between new batches while the world lives."""


class World:
    """One account's batches, tools and filesystems."""

    def __init__(self, name: str, seed: int, batches: int, clock: WorldClock) -> None:
        self.name = name
        self.clock = clock
        self._seed = seed
        self._count = batches
        """At the start; an empty account stays empty but for what users submit."""
        self._great = batches >= _GREAT_FROM
        self._drawn: dict[int, Batch] = {}
        self._made: dict[str, Batch] = {}
        self._forgotten: dict[str, Batch] = {}
        self._by_id: dict[str, Batch] = {}
        """As they were when one was last looked for and not found."""
        self.tools: dict[str, Tool] = {tool.id: tool for tool in TOOLS}
        self.built: dict[str, datetime] = {}
        """Tools that users made, and when."""
        self.filesystems: dict[str, Filesystem] = {f.id: f for f in FILESYSTEMS}
        self._rng = self._source("users")

    def _source(self, *parts: object) -> Random:
        return Random(":".join(map(str, (self._seed, self.name, "et", *parts))))

    def new_id(self) -> str:
        """An id for what users make; the same in every run with the same doings."""
        return new_id(self._rng)

    def now(self) -> float:
        """The world's time in seconds since the epoch."""
        return self.clock.now().timestamp()

    # -- batches

    def _created(self, number: int) -> datetime:
        """Batch 0 is the newest of the first day; negative numbers come while the world lives."""
        jitter = self._source("at", number).random()
        if number < 0:
            return self.clock.start + timedelta(seconds=_NEW_EVERY * (-number - 1 + jitter))
        if number == _LONG_AT:
            age = 4.8 * 3600
        elif number == _WIDE_AT:
            age = 22.0 * 3600
        elif number < _BUSY:
            age = 30 + (number + jitter * 0.8) * _SPACING
        else:
            place = (number - _BUSY + jitter) / max(1, self._count - _BUSY)
            fresh = 1 - _OLD_SHARE
            days = 0.3 + 6.2 * place / fresh if place < fresh else 8 + 13 * (place - fresh) / _OLD_SHARE
            age = days * _DAY
        return self.clock.start - timedelta(seconds=age)

    def batches(self) -> list[Batch]:
        """Every batch that exists and is not forgotten, in no order that means anything."""
        return sorted(self._all(), key=lambda batch: batch.id)

    def _all(self) -> Iterator[Batch]:
        now = self.clock.now()
        newest = -int((now - self.clock.start).total_seconds() / _NEW_EVERY) - 1 if self._count else 0
        for number in range(newest, self._count):
            batch = self._drawn.get(number) or self._draw(number)
            if batch.created <= now and batch.id not in self._forgotten:
                yield batch
        yield from (batch for batch in self._made.values() if batch.id not in self._forgotten)

    def find(self, id_: str) -> Batch | None:
        """The batch of this id, if it is there."""
        if id_ not in self._by_id:
            self._by_id = {batch.id: batch for batch in self._all()}
        batch = self._by_id.get(id_)
        return batch if batch is not None and id_ not in self._forgotten else None

    def _draw(self, number: int) -> Batch:
        rng = self._source("batch", number)
        great = self._great and number in {_LONG_AT, _WIDE_AT}
        tool = TOOLS[0] if great else rng.choice(TOOLS)
        sizes = {_LONG_AT: LONG_BATCH, _WIDE_AT: WIDE_BATCH}
        size = sizes[number] if great else 1 if not tool.varied else rng.choice((6, 12, 24, 48, 96, 160))
        filesystems = FILESYSTEMS if tool.logs else FILESYSTEMS[: rng.randrange(2)]
        batch = Batch(new_id(rng), tool, Hardware(filesystems, tool.cpu, tool.memory), self._created(number))
        parallel = max(3, size // 5)
        if great:
            hours = 11.5 if number == _LONG_AT else 9.0
            parallel = int(size * tool.minutes * 1.12 / (hours * 60))
        schedule(batch, list(_arguments(batch, size, rng)), rng, parallel, doomed=_Doom(tool, rng))
        self._drawn[number] = batch
        return batch

    def submit(self, tool: Tool, arguments: list[dict[str, Any]], hardware: Hardware) -> Batch:
        """A batch of the user's own: it succeeds, unless an argument `sim_fail` says otherwise."""
        batch = Batch(self.new_id(), tool, hardware, self.clock.now())
        rng = self._source("made", batch.id)
        schedule(batch, arguments, rng, max(4, len(arguments) // 4), doomed=_asked)
        self._made[batch.id] = batch
        return batch

    def forget(self, batch: Batch) -> None:
        """Its records go; its jobs run on."""
        self._forgotten[batch.id] = batch

    def unseen(self) -> int:
        """Jobs at work of batches that were forgotten: billed, and shown to nobody."""
        now = self.now()
        states = ("SUBMITTED", "RUNNABLE", "STARTING", "RUNNING")
        return sum(batch.counts(now)[state] for batch in self._forgotten.values() for state in states)

    def log(self, path: str) -> bytes | None:
        """The text of a job's log, if `path` on a filesystem is one and is begun."""
        parts = path.split("/")
        if len(parts) < 3 or parts[0] != "logs":
            return None
        now = self.now()
        # The latest writer counts, and a forgotten batch leaves its files.
        for batch in (*reversed(self._made.values()), *self._drawn.values()):
            job = batch.by_log.get(path)
            text = batch.log(job, now) if job is not None else None
            if text is not None:
                return text
        return None

    def logs(self) -> list[str]:
        """The paths of all logs that are begun."""
        now = self.now()
        jobs = ((batch, job) for batch in self._all() for job in batch.jobs if "log_file" in job.arguments)
        return [str(job.arguments["log_file"]) for _, job in jobs if job.running <= now]


def _arguments(batch: Batch, size: int, rng: Random) -> Iterator[dict[str, Any]]:
    """What each job is given: the fixed part, a number of its own, and values of what varies."""
    tool = batch.tool
    for number in range(size):
        given: dict[str, Any] = dict(tool.fixed)
        if tool.varied:
            given["seed"] = str(number + 1)
            given |= {name: rng.choice(values) for name, values in tool.varied.items()}
        if tool.logs:
            given["log_file"] = f"logs/{tool.name}/{batch.id[:8]}/{number + 1:05d}.log"
        yield given


class _Doom:
    """Who fails: mostly the jobs with one value of one argument, by one cause; a few others by any."""

    def __init__(self, tool: Tool, rng: Random) -> None:
        self._share = 0.0 if not tool.varied or rng.random() < 0.35 else rng.uniform(0.25, 0.6)
        self._name, values = next(iter(tool.varied.items()), ("", ("",)))
        self._value = rng.choice(values)
        self._planted = rng.choices(FAILURES, [f.weight for f in FAILURES])[0]

    def __call__(self, given: dict[str, Any], rng: Random) -> Failure | None:
        if self._share and given.get(self._name) == self._value and rng.random() < self._share:
            return self._planted
        return rng.choices(FAILURES, [f.weight for f in FAILURES])[0] if rng.random() < 0.006 else None


def _asked(given: dict[str, Any], rng: Random) -> Failure | None:
    """The failure a user asked for: `sim_fail=1`, or the key of one."""
    word = str(given.get("sim_fail", "")).lower()
    if word in {"", "0", "false", "none"}:
        return None
    return next((f for f in FAILURES if f.key == word), FAILURES[1])
