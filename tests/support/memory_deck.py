"""Tasks, details and a deck that answers from memory, for screens under test."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

from tui.domain.account import AccountInfo
from tui.domain.detail import BatchRule, Event, FileRef, TaskDetail
from tui.domain.errors import NotFound, PlatformError
from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.money import Money
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Kind, Tally, Task, TaskError, TaskRef
from tui.platforms.protocols import Page
from tui.store.acknowledged import Seen
from tui.store.actions.journal import Journal
from tui.store.snapshot import EMPTY

NOW = datetime(2026, 11, 24, 11, 2, 9, tzinfo=UTC)
REF = TaskRef("cav", "7f3c9a21-2d0e-4b5c-9d11-0a64b5b0a111")
BATCH = TaskRef("et", "b-91cc02")
HOSTILE = "[/foo] \x1b[31mred\x1b[0m \u202eevil\u200b [@click=app.quit]x[/] \n\n" + "z" * 600


def make_task(ref: TaskRef = REF, **fields: object) -> Task:
    """A failed task of 41 minutes ago."""
    given: dict[str, object] = {
        "ref": ref,
        "platform": "sevenbridges",
        "name": "wgs-joint-call chr1-22",
        "status": TaskStatus.FAILED,
        "native_status": "FAILED",
        "reason": "S3 read: AccessDenied",
        "project": "rfranklin/kf-brain",
        "app": "rfranklin/kf-brain/gatk-joint/14",
        "created_by": "rfranklin",
        "executed_by": "rfranklin",
        "created": NOW - timedelta(hours=2),
        "started": NOW - timedelta(minutes=118),
        "ended": NOW - timedelta(minutes=41),
        "price": Money("USD", Decimal("6.90")),
        "fetched": NOW - timedelta(seconds=3),
        "errors": (TaskError("S3 read: AccessDenied", "access"),),
    }
    return Task(**(given | fields))  # type: ignore[arg-type]


def make_job(name: str, start: int, minutes: int, status: TaskStatus = TaskStatus.DONE, **fields: object) -> Job:
    """A job that started so many minutes into the task."""
    begin = NOW - timedelta(minutes=118 - start)
    given: dict[str, object] = {
        "ref": TaskRef(REF.account, REF.id, name),
        "platform": "sevenbridges",
        "name": name,
        "status": status,
        "native_status": status.value,
        "created": begin - timedelta(minutes=2),
        "started": begin,
        "ended": begin + timedelta(minutes=minutes) if status.is_final else None,
        "fetched": NOW,
        "instance": "c5.4xlarge",
    }
    return Job(**(given | fields))  # type: ignore[arg-type]


def make_detail(task: Task | None = None, **fields: object) -> TaskDetail:
    """Everything of a task with four jobs, one of them failed."""
    jobs = (
        make_job("align.1", 2, 14),
        make_job("call.chr1", 17, 11),
        make_job("sort", 30, 2),
        make_job(
            "merge.chr7",
            38,
            38,
            TaskStatus.FAILED,
            reason="S3 read: AccessDenied",
            exit_code=1,
            host="i-0a2f",
            attempt=2,
            command="gatk MergeVcfs -I chr7.list -O chr7.vcf.gz",
            logs=("job.err.log", "job.out.log"),
        ),
    )
    given: dict[str, object] = {
        "task": task or make_task(),
        "people": {"created_by": "rfranklin", "executed_by": "rfranklin"},
        "times": {"created": NOW - timedelta(hours=2), "running_duration": timedelta(minutes=77)},
        "limits": {"system_limit": False},
        "inputs": {
            "cram_dir": FileRef("64f1ab", "crams", folder=True),
            "intervals": FileRef("f9a1", "wgs.hg38.chr7.list", size=2_100),
            "ploidy": 2,
            "reads": [FileRef(f"r{n}", f"reads_{n}.fastq.gz", size=3_100_000_000) for n in range(6)],
        },
        "outputs": {},
        "settings": {"instance_type": "c5.4xlarge;ebs-gp3;1000", "max_parallel_instances": 4, "use_memoization": True},
        "jobs": jobs,
        "price_breakdown": {"compute": Money("USD", Decimal("6.61")), "storage": Money("USD", Decimal("0.29"))},
        "batch": BatchRule(by="ITEM", input="cram_dir"),
        "warnings": (),
        "events": (Event(NOW - timedelta(minutes=41), "failed"),),
        "more": {"dependencies": {"after": "nothing"}},
        "raw": b'{"id": "7f3c9a21", "status": "FAILED", "inputs": {"ploidy": 2, "deep": [1, [2, [3]]]}}',
    }
    return TaskDetail(**(given | fields))  # type: ignore[arg-type]


def make_children(number: int, parent: TaskRef = BATCH) -> tuple[Task, ...]:
    """Children of a batch by index: the first two fifths done or failed, then running, then queued."""
    return tuple(_child(n, number, parent) for n in range(number))


def _child(n: int, number: int, parent: TaskRef) -> Task:
    share = n / number
    status = TaskStatus.QUEUED if share > 0.55 else TaskStatus.RUNNING if share > 0.42 else TaskStatus.DONE
    if status is TaskStatus.DONE and n % 26 == 3:
        status = TaskStatus.FAILED
    begin = NOW - timedelta(hours=4) + timedelta(seconds=7 * n)
    return make_task(
        TaskRef(parent.account, f"{parent.id}-{n}"),
        platform="et-engine",
        name=f"porosity mc {n}",
        status=status,
        native_status=status.value,
        reason=("OOM: killed at 15.8G" if n % 52 == 3 else "mesh.vtk missing") if status is TaskStatus.FAILED else None,
        parent=parent,
        index=n,
        key=f"seed={n % 97} por=0.{10 + n % 30}",
        created=begin,
        started=begin if status is not TaskStatus.QUEUED else None,
        ended=begin + timedelta(minutes=9 + n % 40) if status.is_final else None,
        price=Money("CR", Decimal("0.26")) if status.is_final else None,
        errors=(),
        project="geo-lab",
        app="seis-por/3",
    )


def make_batch(children: tuple[Task, ...], ref: TaskRef = BATCH) -> Task:
    """The batch that these are the children of."""
    return make_task(
        ref,
        platform="et-engine",
        name="porosity mc 2000",
        kind=Kind.BATCH,
        status=TaskStatus.RUNNING,
        native_status="RUNNING",
        reason=None,
        ended=None,
        errors=(),
        project="geo-lab",
        app="seis-por/3",
        started=NOW - timedelta(hours=4, minutes=48),
        created=NOW - timedelta(hours=5),
        price=Money("CR", Decimal("19.35")),
        counts=Tally.of(c.status for c in children),
    )


LOG = b"".join(b"09:%02d:%02d step %d res 6.0e-03 mem 8.9 G\n" % (n // 60 % 60, n % 60, n) for n in range(3000)) + (
    b"09:40:12 \x1b[33mWARN\x1b[0m  memory at 92% of limit\n09:42:20 step 881 alloc 15.6 G\n09:42:21 Killed\n"
)


class MemoryDeck:
    """The questions screens ask of a deck, answered from dictionaries; an error put in `fails` is raised instead."""

    def __init__(self) -> None:
        self.actions = SimpleNamespace(journal=Journal(None))
        self.store = SimpleNamespace(snapshot=EMPTY)
        self.seen = Seen()
        self.details: dict[TaskRef, TaskDetail] = {}
        self.batches: dict[TaskRef, tuple[Task, ...]] = {}
        self.texts: dict[str, bytes] = {}
        self.why_no_log: str | None = None
        self.fails: PlatformError | None = None
        self.projects: dict[str, str] = {}
        self.handles: dict[str, object] = {}
        self.me: dict[str, str] = {}
        self.reads: list[tuple[int, int]] = []
        self.growing = False
        self.asked: list[TaskRef] = []
        """What jobs were asked of."""
        self.hangs = False
        """Nothing ever answers."""

    async def detail(self, ref: TaskRef) -> TaskDetail:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise self.fails
        if ref.job is not None and ref not in self.details:
            return TaskDetail(task=await self.task(ref))
        if ref not in self.details:
            raise NotFound(ref.account, "reading a task", "there is no such task")
        return self.details[ref]

    async def task(self, ref: TaskRef) -> Task:
        if ref.job is None:
            return (await self.detail(ref)).task
        return next(job for job in await self.jobs(ref.task) if job.ref == ref)

    async def jobs(self, ref: TaskRef) -> tuple[Job, ...]:
        self.asked.append(ref)
        return (await self.detail(ref.task)).jobs or ()

    async def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        if self.fails:
            raise self.fails
        yield Page(self.batches.get(ref, ()), total=len(self.batches.get(ref, ())))

    async def child_details(self, refs: Sequence[TaskRef]) -> Page:
        held = {task.ref: task for tasks in self.batches.values() for task in tasks}
        return Page(tuple(held[ref] for ref in refs if ref in held))

    async def logs(self, ref: TaskRef) -> LogIndex:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails:
            raise self.fails
        if self.why_no_log:
            return LogIndex(why_none=self.why_no_log)
        return LogIndex(
            tuple(
                LogSource(ref, name, Stream.STDERR if "err" in name else Stream.STDOUT, name, len(text), self.growing)
                for name, text in self.texts.items()
            )
        )

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        if self.fails:
            raise self.fails
        self.reads.append((start, limit))
        data = self.texts[source.key]
        begin = max(0, len(data) + start) if start < 0 else min(start, len(data))
        return LogPart(data[begin : begin + limit], begin, len(data))

    async def platform(self, account: str) -> "MemoryDeck":
        return self

    budget = None

    def look(self, visible: object, batches: object = ()) -> None:
        """Nothing is fetched; tests give the snapshot."""

    async def info(self, account: str) -> AccountInfo:
        return AccountInfo("rfranklin", {"projects": ({"name": "kf-brain"},)})

    def change(self, ref: TaskRef, **fields: object) -> Task:
        """Let a task be different from now on."""
        detail = self.details[ref]
        task = replace(detail.task, **fields)  # type: ignore[arg-type]
        self.details[ref] = replace(detail, task=task)
        return task
