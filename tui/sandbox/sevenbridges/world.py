"""A world of Seven Bridges tasks that lives by a seed and a clock: the same every run.

Tasks lie behind each other in time by a fixed rule, and an id can be read back, so a page of a list costs a page and
not the world; each task's script is drawn from the seed, the account and its number, when somebody first looks at it.
"""

import hashlib
import heapq
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from random import Random
from typing import Any
from zlib import crc32

from tui.sandbox.clock import WorldClock
from tui.sandbox.sevenbridges.causes import CAUSES
from tui.sandbox.sevenbridges.children import Life, SandboxChildren
from tui.sandbox.sevenbridges.names import MACHINES, PIPELINES, PROJECTS, USERS, Pipeline
from tui.sandbox.sevenbridges.script import Script

__all__ = ["GREAT_BATCH", "Account", "file_value"]

_SPAN = 21 * 86_400.0
"""Seconds of history the first tasks are spread over."""
_NEW_EVERY = 75.0
"""Seconds between new tasks while the world lives."""
_BUSY, _BUSY_SPACING = 40, 110.0
"""So many of the newest tasks lie so many seconds apart: it is a working day."""
GREAT_BATCH = 10_000
"""Children of the greatest batch."""
_GREAT_AT, _BATCH_EVERY = 45, 17
_FAIL_SHARE = 0.12
_WEIGHTS = [cause.weight for cause in CAUSES]


def _digest(*parts: object) -> str:
    return hashlib.md5(":".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def file_value(*parts: object, name: str) -> dict[str, Any]:
    """An input or output file as the API shows it."""
    return {"class": "File", "path": _digest("file", *parts)[:24], "name": name}


class _Kind(IntEnum):
    """What an id names."""

    TASK = 0
    CHILD = 1
    MADE = 2
    CHILD_OF_MADE = 3


class _Ids:
    """Ids that look random and can be read back, so that no task has to be drawn to find another."""

    def __init__(self, seed: int, account: str) -> None:
        self._key = f"{seed}:{account}"
        self._mask = int(_digest("mask", self._key)[:12], 16)

    def make(self, kind: _Kind, number: int, k: int = 0) -> str:
        """The id of a task, or of its child number `k`."""
        turned = 2 * number if number >= 0 else -2 * number - 1
        tail = ((kind << 46) | (turned << 20) | k) ^ self._mask
        head = int(_digest(self._key, tail)[:20], 16)
        return str(uuid.UUID(int=(head << 48) | tail, version=5))

    def read(self, text: str) -> tuple[_Kind, int, int] | None:
        """What an id names; None for one that was not made here."""
        tail = (uuid.UUID(text).int & (2**48 - 1)) ^ self._mask
        kind, turned, k = _Kind(tail >> 46), (tail >> 20) & (2**26 - 1), tail & (2**20 - 1)
        number = turned // 2 if turned % 2 == 0 else -(turned + 1) // 2
        return (kind, number, k) if self.make(kind, number, k) == text.lower() else None


Handle = int | Script
"""A task that may not have been drawn yet: its number, or the script of one that a user made."""


class Account:
    """One environment's tasks."""

    def __init__(self, name: str, seed: int, tasks: int, clock: WorldClock) -> None:
        self.name = name
        self.clock = clock
        self.user = USERS[name][0]
        self._seed = seed
        self._count = tasks
        self._spacing = max(15.0, _SPAN / max(tasks, 1))
        self._ids = _Ids(seed, name)
        self._drawn: dict[int, Script] = {}
        self._made: list[Script] = []
        """Tasks that users created, in that order; a deleted one stays, so that no id comes twice."""
        self._deleted: set[str] = set()

    def _rng(self, *parts: object) -> Random:
        return Random(":".join(map(str, (self._seed, self.name, *parts))))

    def _chance(self, what: str, number: int) -> float:
        """From 0 to 1, the same every time: what must be known of a task that is not drawn."""
        return crc32(f"{self._seed}:{self.name}:{what}:{number}".encode()) / 2**32

    def created(self, number: int) -> datetime:
        """Task 0 is the newest of the first day; negative numbers come while the world lives."""
        jitter = self._chance("at", number) * 0.9
        if number < 0:
            return self.clock.start + timedelta(seconds=_NEW_EVERY * (-number - 1 + jitter))
        busy = min(number, _BUSY) + (jitter if number < _BUSY else 0)
        calm = number - _BUSY + jitter if number >= _BUSY else 0
        return self.clock.start - timedelta(seconds=20 + busy * _BUSY_SPACING + calm * self._spacing)

    def project(self, number: int) -> str:
        """The project of a task that is not drawn."""
        projects = PROJECTS[self.name]
        return projects[int(self._chance("project", number) * len(projects))]

    def _newest(self, now: datetime) -> int:
        """The most negative number that has been created by `now`; an empty account stays empty."""
        if not self._count:
            return 0
        number = -int(max(0.0, (now - self.clock.start).total_seconds()) / _NEW_EVERY) - 1
        while number < 0 and self.created(number) > now:
            number += 1
        return number

    def handles(self, now: datetime, project: str | None = None) -> Sequence[Handle]:
        """Every top-level task that exists at `now`, newest first, none of them drawn."""
        numbers: Sequence[Handle] = range(self._newest(now), self._count)
        if project is not None:
            numbers = [n for n in numbers if isinstance(n, int) and self.project(n) == project]
        gone = {n for n in (self._ids.read(id_) for id_ in self._deleted) if n is not None and n[0] is _Kind.TASK}
        if gone:
            left = {number for _, number, _ in gone}
            numbers = [n for n in numbers if n not in left]
        made = [s for s in self._made if s.id not in self._deleted and project in {None, s.project}]
        if not made:
            return numbers
        return list(heapq.merge(numbers, reversed(made), key=self._age))

    def _age(self, handle: Handle) -> float:
        return -(self.created(handle) if isinstance(handle, int) else handle.created).timestamp()

    def script(self, handle: Handle) -> Script:
        """The task behind a handle."""
        if not isinstance(handle, int):
            return handle
        return self._drawn.get(handle) or self._draw(handle)

    def find(self, id_: str, now: datetime) -> Script | None:
        """The task or child of this id, if it exists at `now`."""
        named = self._ids.read(id_)
        if named is None or id_ in self._deleted:
            return None
        kind, number, k = named
        if kind in {_Kind.MADE, _Kind.CHILD_OF_MADE}:
            script = self._made[number] if 0 <= number < len(self._made) else None
        else:
            script = self.script(number) if self._newest(now) <= number < self._count else None
        if script is None or kind in {_Kind.TASK, _Kind.MADE}:
            return script
        children = script.children or ()
        return children[k] if k < len(children) else None

    def _is_batch(self, number: int) -> bool:
        return number == _GREAT_AT or number % _BATCH_EVERY == 4

    def _draw(self, number: int) -> Script:
        rng = self._rng("task", number)
        pipeline = rng.choice(PIPELINES)
        script = self._script(rng, number, pipeline)
        if rng.random() < 0.03 and number > 2:
            script.begun, script.executed_by, script.aborted = None, None, None
            if rng.random() < 0.4:
                script.errors = [draft_error(rng, pipeline.port)]
        elif self._is_batch(number):
            great = number == _GREAT_AT and self._count >= 200 and self.name == "cgc"
            self._make_batch(rng, script, GREAT_BATCH if great else rng.choice((8, 12, 24, 36, 48, 60, 96)))
        self._drawn[number] = script
        return script

    def _script(self, rng: Random, number: int, pipeline: Pipeline) -> Script:
        created, project = self.created(number), self.project(number)
        sample = f"{rng.choice(('TCGA', 'NA', 'KF', 'LUAD', 'AML'))}-{rng.randrange(1000, 9999)}"
        machine = rng.choice(MACHINES)
        run = pipeline.minutes * 60 * rng.lognormvariate(0, 0.5)
        failed = rng.random() < _FAIL_SHARE
        cause = rng.choices(CAUSES, _WEIGHTS)[0] if failed else None
        user = rng.choice(USERS[self.name] + (self.user,) * 3)
        script = Script(
            id=self._ids.make(_Kind.TASK, number),
            name=pipeline.title.format(s=sample, n=rng.randrange(1, 400)),
            project=project,
            pipeline=pipeline,
            user=user,
            created=created,
            queue=rng.expovariate(1 / 90),
            init=rng.uniform(60, 170),
            run=run * (rng.random() if failed else 1.0),
            outcome="FAILED" if failed else "COMPLETED",
            machine=machine,
            spot=rng.random() < 0.4,
            sample=sample,
            cause=cause,
            failing_step=rng.randrange(len(pipeline.steps)) if failed else 0,
            preempted_step=0 if rng.random() < 0.06 else None,
            requeued=(run * 0.3, rng.uniform(60, 900)) if rng.random() < 0.08 else None,
            app=f"{project}/{pipeline.app}/{pipeline.revision}",
            begun=created,
            executed_by=user,
            missing_outputs=rng.random() < 0.01,
        )
        if not failed and rng.random() < 0.04:
            script.aborted = created + timedelta(seconds=script.queue + run * rng.random())
        script.settings = {
            "instance_type": f"{machine.type};ebs-gp2;{rng.choice((512, 1024))}",
            "max_parallel_instances": rng.choice((1, 1, 2, 4)),
            "use_memoization": rng.random() < 0.5,
            "use_elastic_disk": False,
        }
        script.inputs = self._inputs(rng, script)
        return script

    def _inputs(self, rng: Random, script: Script) -> dict[str, Any]:
        pipeline = script.pipeline
        files = [file_value(script.id, lane, name=f"{script.sample}_{lane}{pipeline.suffix}") for lane in (1, 2)]
        return {
            pipeline.port: files,
            "reference": file_value("reference", script.project, name="GRCh38_full_analysis_set.fa"),
            "threads": rng.choice((8, 16, 32)),
            "min_quality": rng.choice((20, 30)),
            "known_sites": None,
        }

    def _make_batch(self, rng: Random, script: Script, size: int) -> None:
        pipeline = script.pipeline
        by_item = rng.random() < 0.4
        script.name = f"{pipeline.title.split(' {')[0]} batch {size}"
        script.batch_input = pipeline.port
        script.batch_by = {"type": "ITEM"} if by_item else {"type": "CRITERIA", "criteria": ["metadata.sample_id"]}
        script.requeued, script.cause, script.missing_outputs = None, None, False
        files = [file_value(script.id, k, name=f"{script.sample}-{k:05d}{pipeline.suffix}") for k in range(size)]
        script.inputs = {**script.inputs, pipeline.port: files}
        children = self.spawn(script, files)
        if size == GREAT_BATCH:
            script.aborted = None
        if script.aborted is not None:
            children.abort(script.aborted)

    def spawn(self, script: Script, files: list[dict[str, Any]]) -> SandboxChildren:
        """Give a batch that runs its children, one a file."""
        assert script.begun is not None
        named = self._ids.read(script.id)
        assert named is not None
        kind = _Kind.CHILD if named[0] is _Kind.TASK else _Kind.CHILD_OF_MADE

        def child(k: int, life: Life) -> Script:
            return _child(script, self._ids.make(kind, named[1], k), files[k], life)

        children = SandboxChildren(
            script.begun, script.spot, len(files), lambda: self._lives(script, len(files)), child
        )
        script.children = children
        return children

    def _lives(self, parent: Script, size: int) -> list[Life]:
        """How each child fares. A planted cause strikes those on one machine type."""
        rng = self._rng("batch", parent.id)
        planted = rng.choices(CAUSES, _WEIGHTS)[0]
        weak = rng.choice(MACHINES)
        others = [m for m in MACHINES if m is not weak][:2]
        parallel, steps = max(4, size // 12), len(parent.pipeline.steps)
        lives = []
        for k in range(size):
            machine = weak if rng.random() < 0.25 else others[k % 2]
            failed = rng.random() < (0.11 if machine is weak else 0.012)
            cause = (planted if rng.random() < 0.85 else rng.choice(CAUSES)) if failed else None
            minutes = parent.pipeline.minutes * min(1.0, 600 / max(1, 60 * (k // parallel + 1)))
            run = minutes * 60 * rng.lognormvariate(0, 0.3) * (rng.uniform(0.2, 0.9) if failed else 1)
            queue = (k // parallel) * parent.pipeline.minutes * 60 * 0.8 + rng.expovariate(1 / 60)
            step = rng.randrange(steps) if failed else 0
            lives.append(
                Life(2.0 + k // 400, queue, rng.uniform(60, 170), max(40.0, run), failed, cause, step, machine)
            )
        return lives

    def add(self, script: Script) -> None:
        """A task that a user created, with an id of `new_id`."""
        self._made.append(script)

    def remove(self, script: Script) -> None:
        """A draft that a user deleted."""
        self._deleted.add(script.id)

    def new_id(self) -> str:
        """An id for the next task that a user creates."""
        return self._ids.make(_Kind.MADE, len(self._made))


def _child(parent: Script, id_: str, file: dict[str, Any], life: Life) -> Script:
    """The whole script of one child."""
    assert parent.begun is not None
    created = parent.begun + timedelta(seconds=life.created)
    sample = str(file["name"]).split(".")[0]
    by_item = str((parent.batch_by or {}).get("type", "")).upper() == "ITEM"
    group = {"value": file["name"], "fields": {}}
    if not by_item:
        group = {"value": sample, "fields": {"metadata.sample_id": sample}}
    return Script(
        id=id_,
        name=f"{parent.name} - {file['name']}",
        project=parent.project,
        pipeline=parent.pipeline,
        user=parent.user,
        created=created,
        queue=life.queue,
        init=life.init,
        run=life.run,
        outcome="FAILED" if life.failed else "COMPLETED",
        machine=life.machine,
        spot=parent.spot,
        sample=sample,
        cause=life.cause,
        failing_step=life.step,
        parent=parent.id,
        group=group,
        inputs={**parent.inputs, parent.batch_input or parent.pipeline.port: [file]},
        settings={**parent.settings, "instance_type": f"{life.machine.type};ebs-gp2;512"},
        app=parent.app,
        begun=created,
        executed_by=parent.executed_by,
    )


def draft_error(rng: Random, port: str) -> dict[str, Any]:
    """One of the four validation errors."""
    kind, message = rng.choice(VALIDATION)
    return {"type": f"error/task_validation/input/{kind}", "message": message, "input_id": port}


VALIDATION: tuple[tuple[str, str], ...] = (
    ("schema", "Value for this input does not match the expected type."),
    (
        "invalid_name_files",
        "Some files on this input contain impermissible characters in their name. Please change the file names before "
        "running the task since irregular file names can often lead to certain tools failing.",
    ),
    ("files_missing", "Some files found in this input cannot be found in the project."),
    (
        "secondary_files_missing",
        "Some secondary (index) files required by this input cannot be found in the project",
    ),
)
