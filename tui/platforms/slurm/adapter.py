"""One Slurm account: commands in, domain values out."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from tui.clock import Clock, SystemClock
from tui.domain.account import AccountInfo, Budget
from tui.domain.action import Accepted, RerunPlan, Verb
from tui.domain.detail import TaskDetail
from tui.domain.errors import NotFound
from tui.domain.log import LogIndex, LogPart, LogSource
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskRef
from tui.platforms.protocols import Connection, Page, PushDown
from tui.platforms.shell import CallRunner, LocalRunner, Runner, Shell
from tui.platforms.slurm.accounting import Accounting
from tui.platforms.slurm.actions import Actions, rerun_plan
from tui.platforms.slurm.cluster import account_info
from tui.platforms.slurm.detail import to_detail
from tui.platforms.slurm.host import Host
from tui.platforms.slurm.jobs import Jobs, Scope
from tui.platforms.slurm.logs import Logs
from tui.platforms.slurm.submit import Submitter
from tui.platforms.slurm.usage import step_jobs
from tui.platforms.slurm.wire import Record, Step
from tui.platforms.ssh import SshRunner

__all__ = ["Slurm"]

_PAGE = 100
_CHILDREN = 1000
"""Children in a page: each is made when its page is asked for."""
_SLICE = 200
"""Children that are converted before keys get their turn: a few milliseconds."""
_NEW = 2000
"""Rows of a look at most."""
_STEPS_OF = 1000
"""Elements of an array whose steps are asked for to tell its efficiency."""
_ID = re.compile(r"\d+(?:_\d+|\+\d+)?\Z")


class Slurm:
    """The list is asked for seldom and whole: one answer serves rows, children and everything on the screen."""

    platform = "slurm"

    def __init__(self, connection: Connection, *, clock: Clock | None = None, transport: Any = None) -> None:
        self.account = connection.account
        self._clock = clock or SystemClock()
        options = connection.options
        host, path = options.get("host") or "", options.get("path")
        self._shell = Shell(
            self.account,
            _runner(host, path, transport),
            host=host,
            read_only=connection.read_only,
            sleep=self._clock.sleep,
        )
        scope = Scope(options.get("user"), timedelta(seconds=float(options.get("since") or 7 * 86_400)))
        self._host = Host(self.account, self._shell, self._clock)
        self._accounting = Accounting(self._host)
        self._jobs = Jobs(self._host, self._accounting, scope)
        self._logs = Logs(self._host, self._jobs)
        self._actions = Actions(self._host, self._shell, self._jobs, self._accounting)
        self.submitter = Submitter(self._host, self._shell)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    @property
    def budget(self) -> Budget | None:
        """Slurm tells none: it answers late instead."""
        return None

    # -- how often

    def least_interval(self, *, focused: bool) -> float:
        """Seconds at least between two automatic looks."""
        return self._jobs.pace.least(focused=focused)

    @property
    def least_pause(self) -> float:
        """Seconds at least between two looks that the user asks for."""
        return self._jobs.pace.by_hand

    @property
    def _young(self) -> float:
        """Seconds for which the list at hand answers questions about single jobs.

        Longer than watching ever pauses, whose intervals vary by a tenth: so `wait` beside it asks nothing more.
        """
        return 1.2 * self._jobs.pace.least(focused=True)

    @property
    def why_seldom(self) -> str:
        """For the header."""
        return self._jobs.pace.why

    # -- reading

    async def pages(self, push: PushDown = PushDown(), *, skip: int = 0, whole: bool = False) -> AsyncIterator[Page]:
        """Every job and array, newest first. Source: `squeue`, and `sacct` where the cluster keeps accounting."""
        await self._jobs.look(self.least_pause)
        await self._jobs.history()
        rows = (await self._jobs.rows())[skip:]
        for start in range(0, max(1, len(rows)), _PAGE):
            part = tuple(rows[start : start + _PAGE])
            yield Page(part, len(rows) + skip, 0 if start else self._jobs.unreadable)
            await asyncio.sleep(0)

    async def newest(self) -> Page:
        """The list down to the last row that the controller told of: a requeued job is live again, however old."""
        await self._jobs.look(self.least_pause)
        await self._jobs.history()
        rows, queued = await self._jobs.rows(), self._jobs.in_queue()
        last = max((i for i, task in enumerate(rows) if task.ref.id in queued), default=0)
        return Page(tuple(rows[: max(_PAGE, min(last + 1, _NEW))]), len(rows), self._jobs.unreadable)

    async def many(self, refs: Sequence[TaskRef]) -> Page:
        """These as the last list has them; what it does not hold is asked of accounting."""
        if not refs:
            return Page(())
        await self._jobs.look(self._young)
        found, gone = [], []
        for ref in dict.fromkeys(ref.task for ref in refs):
            task = self._jobs.task(ref) or await self._older(ref)
            if task is None:
                gone.append(ref)
            else:
                found.append(task)
        return Page(tuple(found), gone=tuple(gone))

    async def _older(self, ref: TaskRef) -> Task | None:
        """A job that is in no list: of longer ago than the scope, or somebody else's."""
        if not _ID.match(ref.id):
            return None
        await self._jobs.look()  # it may have been submitted since
        if (task := self._jobs.task(ref)) is None:
            await self._jobs.fetch_older(ref.id)
            task = self._jobs.task(ref)
        return task

    async def _task(self, ref: TaskRef, doing: str) -> Task:
        await self._jobs.look(self._young)
        task = self._jobs.task(ref.task) or await self._older(ref.task)
        if task is None:
            raise NotFound(self.account, doing, "the cluster knows no such job (any more)")
        return task

    async def detail(self, ref: TaskRef) -> TaskDetail:
        """The record, what the controller still holds, and what was used of what was asked for."""
        task = await self._task(ref, f"reading {ref}")
        told = await self._host.controller(task.ref.id)
        steps = await self._steps(task, f"reading the steps of {ref}")
        array = self._jobs.array(task.ref.id)
        record = array.any if array is not None else self._jobs.find(task.ref.id)
        assert record is not None
        if steps and array is None and task.status is TaskStatus.RUNNING:
            steps = await self._accounting.live(steps, record.job_id, f"asking what {ref} uses")
        attempts = await self._accounting.attempts(task.ref.id) if array is None and record.restarts else []
        return to_detail(task, record, told, steps, attempts, is_array=array is not None)

    async def _steps(self, task: Task, doing: str) -> list[Step] | None:
        """None without accounting, and for an array of very many."""
        if task.counts is not None and task.counts.total > _STEPS_OF:
            return None
        return await self._accounting.steps(task.ref.id, doing)

    async def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """The elements by index, a page at a time: those that wait are made only here."""
        await self._task(ref, f"listing the elements of {ref}")
        array = self._jobs.array(ref.id)
        if array is None:
            yield Page((), 0)
            return
        part: list[Task] = []
        total = array.count().total
        for child in self._jobs.children(array):
            part.append(child)
            if len(part) == _CHILDREN:
                yield Page(tuple(part), total)
                part = []
            if len(part) % _SLICE == 0:
                await asyncio.sleep(0)
        if part or not total:
            yield Page(tuple(part), total)

    async def child_details(self, refs: Sequence[TaskRef]) -> Page:
        """These elements as the last list has them."""
        return await self.many(refs)

    async def failed_children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """The elements that failed, from the same list."""
        failed = await self._ended(ref, TaskStatus.FAILED)
        for start in range(0, len(failed), _SLICE):
            yield Page(tuple(self._jobs.tasks_of(failed[start : start + _SLICE])), len(failed))
            await asyncio.sleep(0)

    async def done_children(self, ref: TaskRef, total: int, number: int) -> Page:
        """A sample of those that ended well, spread over their order."""
        done = await self._ended(ref, TaskStatus.DONE)
        step = max(1, len(done) // max(1, number))
        return Page(tuple(self._jobs.tasks_of(done[::step][:number])), len(done))

    async def _ended(self, ref: TaskRef, status: TaskStatus) -> list[Record]:
        await self._task(ref, f"listing the elements of {ref}")
        array = self._jobs.array(ref.id)
        return [] if array is None else self._jobs.ended(array, status)

    async def jobs(self, ref: TaskRef) -> tuple[Job, ...]:
        """The steps of a job or element, from accounting; none of an array, whose children have them."""
        task = await self._task(ref, f"listing the steps of {ref}")
        if task.counts is not None:
            return ()
        steps = await self._accounting.steps(task.ref.id, f"listing the steps of {ref}")
        made = step_jobs(self.account, steps or (), task.ref, self._clock.now())
        return made if ref.job is None else tuple(job for job in made if job.ref == ref)

    async def logs(self, ref: TaskRef) -> LogIndex:
        """Where the output is, as `sbatch` was told."""
        task = await self._task(ref, f"looking for the logs of {ref}")
        if task.status is TaskStatus.QUEUED:
            await self._jobs.look(self.least_pause)  # it may have started since
        return await self._logs.index(ref.task)

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        """A part of such a file, read on the host."""
        return await self._logs.read(source, start, limit)

    async def info(self) -> AccountInfo:
        """Who we are there, the cluster, its partitions, our share."""
        return await account_info(self._host, self._accounting, self._jobs)

    def refusal(self, verb: Verb, task: Task) -> str | None:
        """Why an action is not offered."""
        return self._actions.refusal(verb, task)

    def ref_of_url(self, address: str) -> TaskRef | None:
        """Slurm has no web pages."""
        return None

    # -- acting

    async def abort(self, ref: TaskRef) -> Accepted:
        """End it. Source: `scancel`."""
        return await self._actions.abort(ref)

    async def hold(self, ref: TaskRef) -> Accepted:
        """Keep it from starting. Source: `scontrol hold`."""
        return await self._actions.hold(ref)

    async def release(self, ref: TaskRef) -> Accepted:
        """Let it start. Source: `scontrol release`."""
        return await self._actions.release(ref)

    async def requeue(self, ref: TaskRef) -> Accepted:
        """Run the same job again; of an array what failed of it. Source: `scontrol requeue`."""
        await self._jobs.look()
        await self._task(ref, f"requeueing {ref}")
        return await self._actions.requeue(ref)

    async def rename(self, ref: TaskRef, name: str) -> Accepted:
        """Give it another name. Source: `scontrol update`."""
        return await self._actions.rename(ref, name)

    async def alter(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """Lower its time limit, or change how many of an array run at once. Source: `scontrol update`."""
        return await self._actions.alter(ref, settings)

    async def rerun(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """Submit the stored script as a new job. Source: `sbatch`."""
        await self._task(ref, f"rerunning {ref}")
        return await self._actions.rerun(ref, settings)

    async def rerun_failed(
        self, ref: TaskRef, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]
    ) -> Accepted:
        """Submit the stored script as a new array of the failed indexes."""
        await self._task(ref, f"rerunning what failed of {ref}")
        return await self._actions.rerun_failed(ref, failed, settings)

    def rerun_plan(self, task: Task, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]) -> RerunPlan:
        """What that creates."""
        return rerun_plan(failed)


def _runner(host: str, path: str | None, transport: Any) -> Runner:
    if transport is not None:
        return transport if hasattr(transport, "run") else CallRunner(transport)
    return SshRunner(host, path) if host else LocalRunner(path)
