"""Slurm's text answers as records: one shape for what `squeue` and `sacct` tell of a job.

Fields are separated by the bytes 1F and 1E, which no job name holds; the name comes last, so that whatever stands in it
does no harm. A record that cannot be read is counted, and its neighbours are kept.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tui.platforms.slurm.exits import Exit
from tui.platforms.slurm.indexes import NONE, Indexes
from tui.platforms.slurm.states import base_state

__all__ = [
    "LIVE_FIELDS", "QUEUE_FIELDS", "RS", "SACCT_FIELDS", "SACCT_OPTIONAL", "US", "Key", "Record", "Step", "bytes_of",
    "live_steps", "pairs", "queue_records", "sacct_records", "span_of", "span_text", "step_records", "time_of",
]  # fmt: skip

US, RS = "\x1f", "\x1e"

QUEUE_FIELDS = (
    "JobArrayID", "JobID", "ArrayJobID", "ArrayTaskID", "State", "Reason", "UserName", "Partition", "Account", "QOS",
    "SubmitTime", "StartTime", "EndTime", "TimeUsed", "TimeLimit", "TimeLeft", "NumCPUs", "MinMemory", "NumNodes",
    "NodeList", "tres-alloc", "PriorityLong", "Dependency", "exit_code", "RestartCnt", "WorkDir", "StdOut", "StdErr",
    "Comment", "Name",
)  # fmt: skip
"""What `squeue -O` is asked for; the same on 20.11 to 26.05."""
SACCT_FIELDS = (
    "jobid", "jobidraw", "state", "exitcode", "derivedexitcode", "user", "account", "partition", "qos", "submit",
    "start", "end", "elapsedraw", "timelimitraw", "alloccpus", "reqmem", "nnodes", "nodelist", "workdir",
)  # fmt: skip
"""What `sacct -o` is asked for on every version; the optional ones follow, then the name and the cluster."""
SACCT_OPTIONAL = ("submitline", "stdout", "stderr")
"""What newer versions have besides."""
STEP_FIELDS = (
    "jobid", "state", "exitcode", "start", "end", "elapsedraw", "ncpus", "totalcpu", "maxrss", "reqmem", "ntasks",
    "nodelist", "timelimitraw", "jobname",
)  # fmt: skip
LIVE_FIELDS = ("jobid", "maxrss", "avecpu", "ntasks")
"""What `sstat -o` is asked for of a running job."""

_ABSENT = frozenset({"", "N/A", "NONE", "None", "Unknown", "(null)", "None assigned", "Partition_Limit", "n/a"})
_RECORD = re.compile(r"^(?=\d+(?:[_+](?:\d+|\[[^\]\x1f]*\]))?(?:\.[^\x1f\n]*)?\x1f)", re.MULTILINE)
"""Where a record of `sacct` starts: names may hold line ends, so that not every line is one."""
_ID = re.compile(r"(\d+)(?:_(?:(\d+)|\[(.*)\]?)|\+(\d+))?\Z", re.DOTALL)
_SPAN = re.compile(r"(?:(\d+)-)?(?:(\d+):)?(?:(\d+):)?(\d+)(\.\d+)?\Z")
_SIZE = re.compile(r"([\d.]+)([KMGTP]?)[nc]?\Z", re.IGNORECASE)
_UNITS = {"": 1 << 20, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50}
_NEVER = timedelta(days=365)
"""Partitions without a limit write it so for jobs that ran."""
_EARLIEST = 86_400
Key = tuple[str, int | None]
"""A job's id and None, or an array's id and the element's index. The id of a heterogeneous part is `17+0`."""


@dataclass(frozen=True, slots=True)
class Record:
    """One job, or one element of an array, or all waiting elements of an array together."""

    id: str
    """`17`, `17_3`, `17_[4-9]`, `17+0`."""
    job_id: str
    """Its own number, which differs from the array's for all but one of its elements."""
    array_id: str | None
    index: int | None = None
    waiting: Indexes = NONE
    """The elements that this one record stands for."""
    state: str = ""
    by: str | None = None
    """Who cancelled it, as a number of a user."""
    reason: str | None = None
    user: str | None = None
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    submitted: datetime | None = None
    started: datetime | None = None
    """When it started; of a waiting job Slurm's guess."""
    ended: datetime | None = None
    used: timedelta | None = None
    limit: timedelta | None = None
    left: timedelta | None = None
    cpus: int | None = None
    memory: int | None = None
    """Bytes asked for on a node, or for a CPU where `memory_per_cpu`."""
    memory_text: str | None = None
    nodes: int | None = None
    node_list: str | None = None
    tres: str | None = None
    priority: str | None = None
    dependency: str | None = None
    exit: Exit | None = None
    derived: Exit | None = None
    restarts: int | None = None
    workdir: str | None = None
    stdout: str | None = None
    stderr: str | None = None
    comment: str | None = None
    name: str = ""
    submit_line: str | None = None
    queued: bool = True
    """Told by the controller; False for accounting."""

    @property
    def key(self) -> Key:
        """Which job it is among all."""
        if self.array_id is not None:
            return self.array_id, self.index
        return self.id, None

    @property
    def parent(self) -> str:
        """The id of its row in the list: the array's, or its own."""
        return self.array_id or self.id

    @property
    def is_held(self) -> bool:
        """Waiting because somebody holds it; a hold of what runs already matters only after a requeue."""
        return base_state(self.state) == "PENDING" and (self.reason or "").startswith("JobHeld")

    @property
    def ran(self) -> bool:
        """Whether it ever started: one that was cancelled while it waited has its end as its start."""
        if base_state(self.state) in {"PENDING", "CONFIGURING"} or self.started is None:
            return False
        return self.node_list is not None or self.ended is None or self.ended > self.started


def _text(value: str) -> str | None:
    value = value.strip()
    return None if value in _ABSENT else value


def _number(value: str) -> int | None:
    return int(value) if value.isdigit() and len(value) < 16 else None


def time_of(text: str) -> datetime | None:
    """Seconds since 1970 as aware UTC; Slurm's words for "not yet" are None."""
    text = text.strip()
    if not text.isdigit() or not _EARLIEST < int(text) < 1 << 34:
        return None
    return datetime.fromtimestamp(int(text), UTC)


def span_of(text: str) -> timedelta | None:
    """`1-02:03:04`, `2:00:00`, `0:18`, `00:00.105`; `UNLIMITED` and a year are none."""
    found = _SPAN.match(text.strip())
    if found is None:
        return None
    days, first, second, seconds, part = found.groups()
    hours, minutes = (first, second) if second is not None else ("0", first or "0")
    span = timedelta(
        days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=int(seconds) + float(part or 0)
    )
    return span if span < _NEVER else None


def span_text(span: timedelta) -> str:
    """`2h`, `1h59m42s`, `1d4h`: as filters take it."""
    seconds = int(span.total_seconds())
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"


def bytes_of(text: str) -> int | None:
    """`100M`, `50Mn`, `4552K`, `2G`: bytes; a bare number is megabytes, as Slurm has it."""
    found = _SIZE.match(text.strip())
    if found is None or found[1].count(".") > 1 or found[1] == ".":
        return None
    return int(float(found[1]) * _UNITS[found[2].upper()])


def _place(text: str) -> tuple[str, str | None, int | None, Indexes] | None:
    """Id, array, index and waiting indexes of `17`, `17_3`, `17_[4-9%2]`, `17+1`."""
    found = _ID.match(text)
    if found is None:
        return None
    number, index, waiting, _ = found.groups()
    if index is not None:
        return text, number, int(index), NONE
    if waiting is not None:
        return text, number, None, Indexes.parse(waiting)
    return text, None, None, NONE


def queue_records(data: bytes, fields: Sequence[str] = QUEUE_FIELDS) -> tuple[list[Record], int]:
    """The records of `squeue -h -O`, and how many cannot be read."""
    records, unreadable = [], 0
    for text in data.decode("utf-8", "replace").split(RS):
        text = text.removeprefix("\n")
        if not text:
            continue
        values = text.split(US, len(fields) - 1)
        place = _place(values[0].strip())
        if len(values) != len(fields) or place is None:
            unreadable += 1
            continue
        records.append(_queued(dict(zip(fields, values, strict=True)), *place))
    return records, unreadable


def _queued(row: Mapping[str, str], id_: str, array: str | None, index: int | None, waiting: Indexes) -> Record:
    state = row["State"].strip()
    return Record(
        id=id_,
        job_id=row["JobID"].strip(),
        array_id=array,
        index=index,
        waiting=waiting,
        state=state,
        reason=_text(row["Reason"]),
        user=_text(row["UserName"]),
        partition=_text(row["Partition"]),
        account=_text(row["Account"]),
        qos=_text(row["QOS"]),
        submitted=time_of(row["SubmitTime"]),
        started=time_of(row["StartTime"]),
        ended=time_of(row["EndTime"]),
        used=span_of(row["TimeUsed"]),
        limit=span_of(row["TimeLimit"]),
        left=span_of(row["TimeLeft"]),
        cpus=_number(row["NumCPUs"].strip()),
        memory=bytes_of(row["MinMemory"]),
        memory_text=_text(row["MinMemory"]),
        nodes=_number(row.get("NumNodes", "").strip()),
        node_list=_text(row["NodeList"]),
        tres=_text(row["tres-alloc"]),
        priority=_text(row["PriorityLong"]),
        dependency=_text(row["Dependency"]),
        exit=Exit.parse(row["exit_code"]),
        restarts=_number(row["RestartCnt"].strip()),
        workdir=_text(row["WorkDir"]),
        stdout=_text(row["StdOut"]),
        stderr=_text(row["StdErr"]),
        comment=_text(row["Comment"]),
        name=row["Name"],
    )


def sacct_records(data: bytes, optional: Sequence[str]) -> tuple[list[Record], int]:
    """The records of `sacct -X -n -P` with `SACCT_FIELDS`, these optional ones, the name and the cluster."""
    records, unreadable = [], 0
    names = (*SACCT_FIELDS, *optional)
    for text in _RECORD.split(data.decode("utf-8", "replace")):
        if not text.strip():
            continue
        values = text.removesuffix("\n").split(US)
        place = _place(values[0].strip())
        if len(values) < len(names) + 2 or place is None:
            unreadable += 1
            continue
        row = dict(zip(names, values, strict=False))
        records.append(_accounted(row, US.join(values[len(names) : -1]), *place))
    return records, unreadable


def _accounted(
    row: Mapping[str, str], name: str, id_: str, array: str | None, index: int | None, waiting: Indexes
) -> Record:
    state, _, by = row["state"].strip().partition(" by ")
    minutes = _number(row["timelimitraw"].strip())
    limit = None if minutes is None else timedelta(minutes=minutes)
    started, ended = time_of(row["start"]), time_of(row["end"])
    node_list = _text(row["nodelist"])
    return Record(
        id=id_,
        job_id=row["jobidraw"].strip(),
        array_id=array,
        index=index,
        waiting=waiting,
        state=state,
        by=by.strip() or None,
        user=_text(row["user"]),
        partition=_text(row["partition"]),
        account=_text(row["account"]),
        qos=_text(row["qos"]),
        submitted=time_of(row["submit"]),
        started=started,
        ended=ended,
        used=span_of(row["elapsedraw"]) if row["elapsedraw"].strip() else None,
        limit=limit if limit is not None and limit < _NEVER else None,
        cpus=_number(row["alloccpus"].strip()),
        memory=bytes_of(row["reqmem"]),
        memory_text=_text(row["reqmem"]),
        nodes=_number(row["nnodes"].strip()),
        node_list=node_list,
        exit=Exit.parse(row["exitcode"]),
        derived=Exit.parse(row["derivedexitcode"]),
        workdir=_text(row["workdir"]),
        stdout=_text(row.get("stdout", "")),
        stderr=_text(row.get("stderr", "")),
        submit_line=_text(row.get("submitline", "")),
        name=name,
        queued=False,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job, or (with no `step`) the job itself with what its steps used."""

    id: str
    """The job's id: `17_3`."""
    step: str | None
    """`batch`, `extern`, `0`."""
    state: str
    exit: Exit | None
    started: datetime | None
    ended: datetime | None
    used: timedelta | None
    cpus: int | None
    cpu_time: timedelta | None
    peak: int | None
    """Bytes of memory at most."""
    memory: str | None
    tasks: int | None
    node_list: str | None
    limit: timedelta | None
    name: str


def step_records(data: bytes) -> list[Step]:
    """The records of `sacct -n -P` with `STEP_FIELDS`: each job, then its steps."""
    steps = []
    for text in _RECORD.split(data.decode("utf-8", "replace")):
        values = text.removesuffix("\n").split(US, len(STEP_FIELDS) - 1)
        if len(values) != len(STEP_FIELDS):
            continue
        row = dict(zip(STEP_FIELDS, values, strict=True))
        id_, dot, step = row["jobid"].strip().partition(".")
        minutes = _number(row["timelimitraw"].strip())
        limit = None if minutes is None else timedelta(minutes=minutes)
        steps.append(
            Step(
                id=id_,
                step=step if dot else None,
                state=row["state"].strip(),
                exit=Exit.parse(row["exitcode"]),
                started=time_of(row["start"]),
                ended=time_of(row["end"]),
                used=span_of(row["elapsedraw"]),
                cpus=_number(row["ncpus"].strip()),
                cpu_time=span_of(row["totalcpu"]),
                peak=bytes_of(row["maxrss"]) if row["maxrss"].strip() else None,
                memory=_text(row["reqmem"]),
                tasks=_number(row["ntasks"].strip()),
                node_list=_text(row["nodelist"]),
                limit=limit if limit is not None and limit < _NEVER else None,
                name=row["jobname"],
            )
        )
    return steps


def live_steps(data: bytes, number: str, steps: Sequence[Step]) -> list[Step]:
    """The steps of a running job with what `sstat` tells of them; accounting tells it only of those that ended.

    Args:
        data: Of `sstat -n -P` with `LIVE_FIELDS`; of an array it has the steps of other elements too.
        number: The job's own number.
        steps: As accounting has them.
    """
    told: dict[str, tuple[int | None, timedelta | None]] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        id_, *values = line.split("|")
        job, _, step = id_.partition(".")
        if job == number and step and len(values) == len(LIVE_FIELDS) - 1:
            cpu, tasks = span_of(values[1]), _number(values[2])
            told[step] = bytes_of(values[0]) if values[0] else None, cpu * (tasks or 1) if cpu else None
    return [
        replace(s, peak=told[s.step][0] or s.peak, cpu_time=told[s.step][1] or s.cpu_time) if s.step in told else s
        for s in steps
    ]


def pairs(text: str) -> dict[str, str]:
    """`scontrol -o show job`: names and values; a value may hold spaces, so a name is a word before `=` at a place
    where a value has ended."""
    found = list(re.finditer(r"(?:^|\s)([A-Z][A-Za-z0-9/:_]*)=", text.strip()))
    ends = [*(match.start() for match in found[1:]), len(text)]
    return {match[1]: text.strip()[match.end() : end].strip() for match, end in zip(found, ends, strict=False)}
