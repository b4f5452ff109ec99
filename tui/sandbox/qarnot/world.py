"""One Qarnot account's tasks, jobs and pools: drawn from the seed and the account's name, living by the clock."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from tui.sandbox.clock import WorldClock
from tui.sandbox.qarnot.causes import CAUSES
from tui.sandbox.qarnot.groups import Job, Pool
from tui.sandbox.qarnot.names import ACCOUNTS, MACHINES, STUDIES, Study
from tui.sandbox.qarnot.script import DELETING, Script, state_at

__all__ = ["GREAT", "Account"]

GREAT = 2_000
"""Instances of the greatest task."""
_NAMESPACE = uuid.UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
_SPAN = 14 * 86_400.0
_NEW_EVERY = 240.0
_BUSY, _BUSY_SPACING = 24, 150.0
_GREAT_AT = 12
_HELD = frozenset({2, 6, 17})
"""They wait for a free machine for two hours: the account is busy."""
_REFUSED = "The task waited longer than maxTimeQueueSeconds: no machine was free under the current quota"


class Account:
    """Everything one token sees."""

    def __init__(self, name: str, seed: int, tasks: int, clock: WorldClock) -> None:
        self.name = name
        self.clock = clock
        self.email, self._kinds = ACCOUNTS[name]
        self.project = self._id(seed, "project")
        self._seed = seed
        self._first = tasks
        self._spacing = max(60.0, _SPAN / max(1, tasks))
        self._scripts: dict[str, Script] = {}
        self._begun, self._grown = False, 0
        self._made = 0
        self.jobs: dict[str, Job] = {}
        self.pools: dict[str, Pool] = {}

    def _id(self, *parts: object) -> str:
        return str(uuid.uuid5(_NAMESPACE, ":".join(map(str, (self.name, *parts)))))

    def new_id(self) -> str:
        """An id for something that a user makes."""
        self._made += 1
        return self._id(self._seed, "made", self._made)

    def tasks(self, now: datetime) -> list[Script]:
        """Every task that exists at `now`, newest first."""
        self._grow(now)
        gone = [s.id for s in self._scripts.values() if s.deleted and now >= s.deleted + timedelta(seconds=DELETING)]
        for id_ in gone:
            del self._scripts[id_]
        found = [s for s in self._scripts.values() if s.created <= now]
        return sorted(found, key=lambda s: (s.created, s.id), reverse=True)

    def find(self, id_: str, now: datetime) -> Script | None:
        """By uuid or short name."""
        self._grow(now)
        script = self._scripts.get(id_.lower())
        if script is None:
            script = next((s for s in self._scripts.values() if s.body.get("shortname") == id_), None)
        if script is None or script.created > now or state_at(script, now) is None:
            return None
        return script

    def add(self, script: Script) -> None:
        """A task that a user made."""
        self._scripts[script.id] = script

    def members(self, now: datetime, *, job: str | None = None, pool: str | None = None) -> Iterator[Script]:
        """The tasks of a job or pool, newest first."""
        return (s for s in self.tasks(now) if (s.job == job if job else s.pool == pool))

    # -- the world's own tasks

    def _grow(self, now: datetime) -> None:
        if not self._begun:
            self._begun = True
            self._groups()
            for number in range(self._first - 1, -1, -1):
                self._draw(number)
        while self._first and self._at(-self._grown - 1) <= now:
            self._grown += 1
            self._draw(-self._grown)

    def _rng(self, *parts: object) -> Random:
        return Random(":".join(map(str, ("qarnot", self._seed, self.name, *parts))))

    def _at(self, number: int) -> datetime:
        """Task 0 is the newest of the first day; negative numbers come while the world lives."""
        jitter = self._rng("at", number).random() * 0.9
        if number < 0:
            return self.clock.start + timedelta(seconds=_NEW_EVERY * (-number - 1 + jitter))
        calm = max(0, number - _BUSY)
        busy = min(number, _BUSY) + jitter
        return self.clock.start - timedelta(seconds=25 + busy * _BUSY_SPACING + calm * self._spacing)

    def _groups(self) -> None:
        start = self.clock.start
        for number, (name, nodes, days) in enumerate(
            (("always-on", 8, 9.0), ("night-shift", 24, 1.5), ("trial", 4, 12.0))
        ):
            pool = Pool(
                self._id(self._seed, "pool", number), f"{self.name}-{name}", start - timedelta(days=days), nodes
            )
            pool.tags, pool.body = ["shared"], {"projectUuid": self.project}
            pool.stopped = pool.created + timedelta(days=1) if name == "trial" else None
            self.pools[pool.id] = pool
        for number, name in enumerate(("nightly", "parameter-study", "release-check", "archive-2025")):
            job = Job(self._id(self._seed, "job", number), f"{name}", start - timedelta(days=10 - number), ["ci"])
            job.depends = name == "release-check"
            job.body = {"projectUuid": self.project}
            job.stopped = start - timedelta(days=3) if number == 3 else None
            self.jobs[job.id] = job

    def _draw(self, number: int) -> None:
        rng = self._rng("task", number)
        kind = rng.choice(self._kinds)
        study = next(s for s in STUDIES if s.key == kind)
        count = 1 if rng.random() < 0.45 else rng.choice((2, 4, 8, 12, 16, 24, 48, 96))
        case = rng.choice(study.cases)
        script = Script(
            id=self._id(self._seed, "task", number),
            name=study.title.format(s=case, n=rng.randrange(1, 300)),
            study=study,
            created=self._at(number),
            ids=tuple(range(count)),
            queue=rng.expovariate(1 / 60),
            minutes=study.minutes,
            slots=max(2, count // rng.choice((1, 2, 3))),
            uploading=rng.uniform(6, 11),
            tags=[
                *rng.sample(study.tags, rng.randrange(0, len(study.tags) + 1)),
                *(["paper"] if rng.random() < 0.1 else []),
            ],
            constants=_constants(study, case, rng),
            body={"projectUuid": self.project, "retrySettings": {"maxTotalRetries": 20, "maxPerInstanceRetries": 2}},
        )
        self._fate(script, number, rng)
        self._scripts[script.id] = script

    def _fate(self, script: Script, number: int, rng: Random) -> None:
        """Failures, aborts, groups, and the one great task."""
        draw = rng.random()
        if draw < 0.12:
            script.share = 1.0 if len(script.ids) == 1 else rng.uniform(0.05, 0.3)
        elif draw < 0.17:
            script.aborted = script.created + timedelta(seconds=script.queue + script.minutes * 60 * rng.random() * 1.2)
        elif draw < 0.185:
            script.refused, script.queue = _REFUSED, 3_600.0
            script.body["maxTimeQueueSeconds"] = 3_600
        elif draw < 0.21:
            script.body["schedulingType"] = "onDemand"
        elif draw < 0.24:
            script.ids, script.advanced = tuple(sorted(rng.sample(range(60), min(12, len(script.ids) + 2)))), True
        if number in _HELD:
            script.queue, script.aborted = 7_200.0, None
        script.planted = rng.choices(CAUSES, [c.weight for c in CAUSES])[0]
        if number == _GREAT_AT and self._first >= 40:
            great = GREAT if self.name == "lab" else GREAT // 2
            script.name, script.ids, script.advanced = (
                f"{script.study.key} design space {great}",
                tuple(range(great)),
                False,
            )
            script.slots, script.share, script.minutes = 160, 0.04, 6.0
            script.weak, script.aborted, script.refused = MACHINES[1].key, None, None
        elif number >= 0 and number % 9 == 5:
            script.pool = list(self.pools)[number % 2]
        elif number >= 0 and number % 8 == 3:
            self._into_job(script, list(self.jobs.values())[number // 8 % 4], number)

    def _into_job(self, script: Script, job: Job, number: int) -> None:
        """Old tasks go into the job that was completed since; in the dependent job each waits for the one before."""
        if job.stopped is not None and script.created > job.stopped - timedelta(hours=6):
            return
        script.job = job.id
        late = max(timedelta(0), job.created + timedelta(minutes=1 + number % 50) - script.created)
        script.created += late
        script.aborted = script.aborted + late if script.aborted else None
        if job.depends:
            before = [s for s in self._scripts.values() if s.job == job.id and s.created < script.created]
            script.after = before[-1] if before else None


def _constants(study: Study, case: str, rng: Random) -> list[dict[str, str]]:
    named = {
        "DOCKER_REPO": f"registry.example/{study.key}",
        "DOCKER_TAG": rng.choice(("2.0", "2.1", "latest")),
        "DOCKER_CMD": study.command.format(s=case),
        "CASE": case,
        "TOLERANCE": rng.choice(("1e-4", "1e-5", "1e-6")),
    }
    return [{"key": key, "value": value} for key, value in named.items()]
