"""What each job of the world does, decided by the seed: when it is submitted, waits, runs, and how it ends."""

import hashlib
from dataclasses import dataclass, field
from random import Random

__all__ = ["CAUSES", "Cause", "Fate", "Script", "make"]


@dataclass(frozen=True, slots=True)
class Cause:
    """One way to end."""

    state: str
    exit: str
    reason: str
    lines: tuple[str, ...]
    """What stands at the end of the log."""


GOOD = Cause("COMPLETED", "0:0", "None", ("done",))
_STEPD = "slurmstepd: error: *** JOB {j} ON n{h} CANCELLED"
CAUSES = (
    Cause("FAILED", "1:0", "NonZeroExitCode", ("[E::hts_open_format] Failed to open file s{n}.bam", "error: no input")),
    Cause("FAILED", "127:0", "NonZeroExitCode", ("/var/spool/slurmd/job{j}/script: line 4: gatk: command not found",)),
    Cause("OUT_OF_MEMORY", "0:125", "OutOfMemory", (
        "slurmstepd: error: Detected 1 oom_kill event in StepId={j}.batch. Some of the step tasks have been OOM "
        "Killed.",
    )),
    Cause("TIMEOUT", "0:15", "TimeLimit", (f"{_STEPD} AT 2026-11-24T15:12:01 DUE TO TIME LIMIT ***",)),
    Cause("FAILED", "0:11", "JobLaunchFailure", ("srun: error: n{h}: task 0: Segmentation fault",)),
    Cause("NODE_FAIL", "0:0", "NodeDown", (f"{_STEPD} DUE TO NODE FAILURE ***",)),
    Cause("FAILED", "0:53", "JobLaunchFailure", ()),
    Cause("PREEMPTED", "0:15", "None", (f"{_STEPD} DUE TO PREEMPTION ***",)),
)  # fmt: skip
"""What goes wrong."""
NAMES = (
    "align-wgs", "call-variants", "md-equilibrate", "cfd-wing", "assemble", "train-unet", "seismic-migrate", "qc-fastq",
    "vasp-relax", "blast-nr", "render-slices", "fit-mcmc", "post|process", "merge lanes",
)  # fmt: skip
WAITS = (
    "Priority", "Resources", "Dependency", "DependencyNeverSatisfied", "BeginTime", "JobHeldUser", "PartitionTimeLimit",
    "ReqNodeNotAvail, UnavailableNodes:n[04-05]", "QOSMaxCpuPerUserLimit", "AssocGrpCpuLimit", "PartitionDown",
)  # fmt: skip
"""What jobs that never start in this world wait for."""


@dataclass(frozen=True, slots=True)
class Fate:
    """One run of a job or element, in seconds."""

    start: float
    """After the world's begin; infinite for one that never starts."""
    run: float
    cause: Cause
    node: int
    peak: int
    """Megabytes."""

    @property
    def end(self) -> float:
        """After the world's begin."""
        return self.start + self.run


@dataclass(slots=True)
class Script:
    """One submission."""

    id: int
    name: str
    submitted: float
    """Seconds after the world's begin; negative before."""
    limit: int
    """Minutes; 0 for none."""
    cpus: int
    memory: int
    """Megabytes."""
    partition: str
    qos: str
    account: str
    indexes: range | tuple[int, ...] | None = None
    throttle: int = 0
    waits: str = ""
    """The reason of one that never starts."""
    seed: int = 1
    bad: float = 0.1
    """Share of elements that fail."""
    wait: float = 30.0
    run: float = 300.0
    output: str = ""
    """As given by `-o`; empty for the default."""
    stdin: bytes = field(default=b"#!/bin/sh\nsrun ./work\n", repr=False)
    comment: str = ""
    good: bool | None = None
    """How a single job ends, where that is decided."""
    _fates: dict[tuple[int | None, int], "Fate"] = field(default_factory=dict, repr=False)

    def fate(self, index: int | None, attempt: int = 0) -> Fate:
        """The run of an element, always the same; another one after a requeue."""
        key = index, attempt
        if (known := self._fates.get(key)) is None:
            known = self._fates[key] = self._drawn(index, attempt)
        return known

    def forget(self) -> None:
        """Draw all runs anew, since what they depend on was changed."""
        self._fates.clear()

    def _drawn(self, index: int | None, attempt: int) -> Fate:
        digest = hashlib.blake2b(f"{self.seed}:{self.id}:{index}:{attempt}".encode(), digest_size=20).digest()
        luck = [int.from_bytes(digest[at : at + 4]) / 2**32 for at in range(0, 20, 4)]
        place = 0 if index is None or self.indexes is None else self.indexes.index(index)
        wave = place // self.throttle if self.throttle else 0
        start = float("inf") if self.waits else self.submitted + self.wait + wave * self.run * 1.1
        fails = luck[0] < self.bad if self.good is None else not self.good
        cause = CAUSES[int(len(CAUSES) * luck[1] ** 2)] if fails else GOOD
        run = self.run * (0.6 + 0.4 * luck[2]) * (0.3 if fails and cause.state != "TIMEOUT" else 1.0)
        if cause.state == "TIMEOUT":
            run = self.limit * 60.0 if self.limit else run
        peak = int(self.memory * (1.0 if cause.state == "OUT_OF_MEMORY" else 0.15 + 0.45 * luck[3]))
        return Fate(start, run, cause, 1 + int(12 * luck[4]), peak)


def make(seed: int, tasks: int) -> list[Script]:
    """So many submissions of the last days, ids ascending by time: singles, arrays, one array of 10,000."""
    luck = Random(seed)
    scripts = []
    span = 2 * 86_400
    times = sorted(-span * (luck.random() ** 2) - 60 for _ in range(tasks))
    number = 4_000_000 + luck.randrange(900_000)
    for place, submitted in enumerate(times):
        number += 1 + luck.randrange(40)
        script = Script(
            id=number,
            name=f"{luck.choice(NAMES)}-{luck.randrange(1, 90)}",
            submitted=submitted,
            limit=luck.choice((0, 30, 60, 240, 1440)),
            cpus=luck.choice((1, 1, 2, 4, 8, 16)),
            memory=luck.choice((1000, 4000, 8000, 32000)),
            partition=luck.choice(("batch", "batch", "batch", "short", "gpu")),
            qos=luck.choice(("normal", "normal", "high")),
            account=luck.choice(("genomics", "geophys")),
            seed=seed,
            bad=0.18,
            wait=luck.uniform(5, 900),
            run=luck.choice((300.0, 1800.0, 7200.0, 20_000.0)),
        )
        kind = place % 10
        if kind == 3:
            script.waits = WAITS[(place // 10) % len(WAITS)]
            script.submitted = -luck.uniform(600, 20_000)
        elif kind == 6:
            script.indexes = range(luck.choice((8, 24, 96)))
            script.throttle = luck.choice((0, 8))
            script.bad = 0.1
            script.output = "logs/%x_%A_%a.out"
        scripts.append(script)
    if tasks:
        number += 7
        big = Script(
            number, "wgs-cohort", -7200.0, 240, 2, 4000, "batch", "normal", "genomics", range(10_000), 400, seed=seed,
            bad=0.012, run=600.0, output="logs/%x_%A_%a.out",
        )  # fmt: skip
        scripts.append(big)
    scripts.sort(key=lambda s: s.submitted)
    for place, script in enumerate(scripts):  # ids ascend by the time of submission, as a controller gives them
        script.id = 4_100_000 + seed % 1000 * 1000 + place * 37
    return scripts
