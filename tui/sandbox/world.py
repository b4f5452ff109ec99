"""A world of Seven Bridges tasks that lives by a seed and a clock: the same every run.

Tasks lie behind each other in time by a fixed rule, so a page of a list costs a page and not the world; each task's
script is drawn from the seed, the account and its number alone, when somebody first looks at it.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tui.sandbox.causes import CAUSES, Cause
from tui.sandbox.clock import WorldClock
from tui.sandbox.names import MACHINES, PIPELINES, PROJECTS, USERS, Machine, Pipeline
from tui.sandbox.script import Script

__all__ = ["GREAT_BATCH", "Account", "file_value"]

_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
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


def _file_id(*parts: object) -> str:
    return uuid.uuid5(_NAMESPACE, "file:" + ":".join(map(str, parts))).hex[:24]


def file_value(*parts: object, name: str) -> dict[str, Any]:
    """An input or output file as the API shows it."""
    return {"class": "File", "path": _file_id(*parts), "name": name}


class Account:
    """One environment's tasks."""

    def __init__(self, name: str, seed: int, tasks: int, clock: WorldClock) -> None:
        self.name = name
        self.clock = clock
        self.user = USERS[name][0]
        self._seed = seed
        self._count = tasks
        self._spacing = max(15.0, _SPAN / max(tasks, 1))
        self._drawn: dict[int, Script] = {}
        self._numbers: dict[str, int] = {}
        self._made: dict[str, Script] = {}
        """Tasks that users created, by id."""
        self._children: dict[str, Script] = {}
        self._deleted: set[str] = set()

    def _rng(self, *parts: object) -> Random:
        return Random(":".join(map(str, (self._seed, self.name, *parts))))

    def _created(self, number: int) -> datetime:
        """Task 0 is the newest of the first day; negative numbers come while the world lives."""
        jitter = self._rng("at", number).random() * 0.9
        if number < 0:
            return self.clock.start + timedelta(seconds=_NEW_EVERY * (-number - 1 + jitter))
        busy = min(number, _BUSY) + (jitter if number < _BUSY else 0)
        calm = number - _BUSY + jitter if number >= _BUSY else 0
        return self.clock.start - timedelta(seconds=20 + busy * _BUSY_SPACING + calm * self._spacing)

    def _id(self, *parts: object) -> str:
        return str(uuid.uuid5(_NAMESPACE, ":".join(map(str, (self._seed, self.name, *parts)))))

    def _newest(self, now: datetime) -> int:
        """The most negative number that has been created by `now`."""
        return -int((now - self.clock.start).total_seconds() / _NEW_EVERY) - 1

    def tasks(self, now: datetime) -> Iterator[Script]:
        """Every top-level task that exists at `now`, newest first."""
        made = sorted(self._made.values(), key=lambda s: s.created, reverse=True)
        position = 0
        for number in range(self._newest(now), self._count):
            created = self._created(number)
            if created > now:
                continue
            while position < len(made) and made[position].created >= created:
                yield made[position]
                position += 1
            script = self._drawn.get(number) or self._draw(number)
            if script.id not in self._deleted:
                yield script
        yield from made[position:]

    def count(self, now: datetime) -> int:
        """How many top-level tasks exist at `now`, without drawing them."""
        fresh = sum(1 for n in range(self._newest(now), 0) if self._created(n) <= now)
        return self._count + fresh + len(self._made) - sum(1 for i in self._deleted if i in self._numbers)

    def find(self, id_: str, now: datetime) -> Script | None:
        """The task or child of this id, if it exists at `now`."""
        if id_ in self._deleted:
            return None
        script = self._made.get(id_) or self._children.get(id_)
        if script is None:
            if not self._numbers:
                newest = self._newest(now + timedelta(days=2))
                self._numbers = {self._id("task", n): n for n in range(newest, self._count)}
            number = self._numbers.get(id_)
            script = None if number is None else self._drawn.get(number) or self._draw(number)
        if script is None:  # a child whose parent nobody has opened yet
            for number in range(self._newest(now), self._count):
                if number >= 0 and self._is_batch(number) and number not in self._drawn:
                    self._draw(number)
            script = self._children.get(id_)
        return script if script is not None and script.created <= now else None

    def _is_batch(self, number: int) -> bool:
        return number == _GREAT_AT or number % _BATCH_EVERY == 4

    def _draw(self, number: int) -> Script:
        rng = self._rng("task", number)
        created = self._created(number)
        pipeline = rng.choice(PIPELINES)
        script = self._script(rng, self._id("task", number), pipeline, created)
        if rng.random() < 0.03 and number > 2:
            script.begun, script.executed_by = None, None
            if rng.random() < 0.4:
                script.errors = [draft_error(rng, pipeline.port)]
        elif self._is_batch(number):
            great = number == _GREAT_AT and self._count >= 200 and self.name == "cgc"
            self._make_batch(rng, script, GREAT_BATCH if great else rng.choice((8, 12, 24, 36, 48, 60, 96)))
        self._drawn[number] = script
        return script

    def _script(self, rng: Random, id_: str, pipeline: Pipeline, created: datetime) -> Script:
        sample = f"{rng.choice(('TCGA', 'NA', 'KF', 'LUAD', 'AML'))}-{rng.randrange(1000, 9999)}"
        machine = rng.choice(MACHINES)
        run = pipeline.minutes * 60 * rng.lognormvariate(0, 0.5)
        failed = rng.random() < _FAIL_SHARE
        cause = rng.choices(CAUSES, [c.weight for c in CAUSES])[0] if failed else None
        project = rng.choice(PROJECTS[self.name])
        user = rng.choice(USERS[self.name] + (self.user,) * 3)
        script = Script(
            id=id_,
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
        self.spawn(script, files, size)

    def spawn(self, script: Script, files: list[dict[str, Any]], size: int) -> None:
        """Make the children of a batch that runs. A planted cause strikes those on one machine type."""
        assert script.begun is not None
        rng = self._rng("batch", script.id)
        planted = rng.choices(CAUSES, [c.weight for c in CAUSES])[0]
        weak = rng.choice(MACHINES)
        others = [m for m in MACHINES if m is not weak][:2]
        parallel = max(4, size // 12)
        children = []
        for k in range(size):
            child = self._child(script, k, files[k], planted, weak, others, parallel)
            children.append(child)
            self._children[child.id] = child
        script.children = children

    def _child(
        self, parent: Script, k: int, file: dict[str, Any], planted: Cause, weak: Machine, others: list[Machine],
        parallel: int,
    ) -> Script:  # fmt: skip
        rng = self._rng("child", parent.id, k)
        assert parent.begun is not None
        created = parent.begun + timedelta(seconds=2 + k // 400)
        child = self._script(rng, self._id("child", parent.id, k), parent.pipeline, created)
        child.machine = weak if rng.random() < 0.25 else rng.choice(others)
        chance = 0.11 if child.machine is weak else 0.012
        failed = rng.random() < chance
        child.cause = (planted if rng.random() < 0.85 else rng.choice(CAUSES)) if failed else None
        child.outcome = "FAILED" if failed else "COMPLETED"
        child.failing_step = rng.randrange(len(child.pipeline.steps)) if failed else 0
        child.aborted, child.requeued, child.missing_outputs = None, None, False
        minutes = parent.pipeline.minutes * min(1.0, 600 / max(1, 60 * (k // parallel + 1)))
        child.run = max(40.0, minutes * 60 * rng.lognormvariate(0, 0.3) * (rng.uniform(0.2, 0.9) if failed else 1))
        child.queue = (k // parallel) * parent.pipeline.minutes * 60 * 0.8 + rng.expovariate(1 / 60)
        child.name, child.parent = f"{parent.name} - {file['name']}", parent.id
        child.project, child.app, child.user = parent.project, parent.app, parent.user
        child.executed_by, child.begun, child.sample = parent.executed_by, created, file["name"].split(".")[0]
        by_item = (parent.batch_by or {}).get("type", "").upper() == "ITEM"
        child.group = (
            {"value": file["name"], "fields": {}}
            if by_item
            else {"value": child.sample, "fields": {"metadata.sample_id": child.sample}}
        )
        child.settings = {**parent.settings, "instance_type": f"{child.machine.type};ebs-gp2;512"}
        child.inputs = {**parent.inputs, parent.pipeline.port: [file]}
        return child

    def add(self, script: Script) -> None:
        """A task that a user created."""
        self._made[script.id] = script

    def remove(self, script: Script) -> None:
        """A draft that a user deleted."""
        self._deleted.add(script.id)
        self._made.pop(script.id, None)

    def new_id(self) -> str:
        """An id for a task that a user creates."""
        return self._id("made", len(self._made), len(self._deleted), self.clock.now().isoformat())


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
