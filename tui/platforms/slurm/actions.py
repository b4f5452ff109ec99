"""What can be done to a Slurm job. Slurm's exit codes prove little (`scancel` of an unknown job is silent, `hold` of an
array fails and is done), so every action is followed by a look at what became of the job."""

import re
from collections.abc import Callable, Mapping, Sequence

from tui.domain.action import Accepted, RerunPlan, Verb
from tui.domain.errors import NotFound, PlatformError, Rejected, Sent
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.text import plain
from tui.platforms.shell import Command, Finished, Shell
from tui.platforms.slurm import commands
from tui.platforms.slurm.accounting import Accounting
from tui.platforms.slurm.host import Host
from tui.platforms.slurm.indexes import Indexes
from tui.platforms.slurm.jobs import Jobs
from tui.platforms.slurm.resubmit import Resubmission
from tui.platforms.slurm.states import status_of

__all__ = ["Actions", "refusal", "rerun_plan"]

_LOOKS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each look at what became of a job."""
_OVERWRITTEN = "same id; its log is overwritten, and it starts in about 2 minutes at the soonest"
_CHANGES = {"limit": "TimeLimit", "time": "TimeLimit", "throttle": "ArrayTaskThrottle", "priority": "Priority"}
"""What may be altered in place by a job's owner."""
_NUMBERS = frozenset({"throttle", "priority"})
_PARTLY = re.compile(r"^\[?\d+_[\d,\-\[\]]+\]?: No error", re.MULTILINE)
_OFFERED = frozenset({
    Verb.ABORT, Verb.HOLD, Verb.RELEASE, Verb.REQUEUE, Verb.RERUN, Verb.RERUN_FAILED, Verb.RENAME, Verb.ALTER,
})  # fmt: skip
_S = TaskStatus


def refusal(verb: Verb, task: Task) -> str | None:
    """Why a verb is not offered for a task; None when it is."""
    if verb not in _OFFERED:
        return f"Slurm has no {verb.value}; rerun submits the script again, requeue runs the same job again"
    if task.ref.job is not None:
        return "a step is part of its job; act on the job"
    status, waits = task.status, task.counts.queued if task.counts else task.status is _S.QUEUED
    if status is _S.UNKNOWN:
        return "the cluster has forgotten the job"
    match verb:
        case Verb.ABORT:
            return None if status.is_open and status is not _S.FINISHING else f"it is {status.value} already"
        case Verb.HOLD if waits and _held(task):
            return "it is held already"
        case Verb.HOLD:
            return None if waits else "only what waits can be held, and it is not waiting"
        case Verb.RELEASE:
            return None if waits and _held(task) else "it is not held"
        case Verb.REQUEUE if task.counts is not None:
            return None if task.counts.failed else "no element of it failed"
        case Verb.REQUEUE:
            return None if status is not _S.QUEUED else "it is in the queue already"
        case Verb.RERUN_FAILED:
            return None if task.counts is not None and task.counts.failed else "no element is known to have failed"
        case Verb.RENAME | Verb.ALTER:
            return None if status.is_open else "it has ended"
    return None


def _held(task: Task) -> bool:
    return (task.reason or "").startswith("Held by")


def rerun_plan(failed: Sequence[TaskRef] | None) -> RerunPlan:
    """One submission of the stored script with the failed indexes."""
    of_them = f"of {len(failed):,} elements" if failed is not None else "of them"
    return RerunPlan(f"one new array {of_them}, from the script that Slurm holds; the old logs stay", 4)


class Actions:
    """The commands that change something; each is sent once, and what it did is looked at."""

    def __init__(self, host: Host, shell: Shell, jobs: Jobs, accounting: Accounting) -> None:
        self._account = host.account
        self._host = host
        self._shell = shell
        self._jobs = jobs
        self._clock = host.clock
        self._resubmission = Resubmission(host, jobs, accounting, self._act)

    async def abort(self, ref: TaskRef) -> Accepted:
        """Source: `scancel`; TERM, then KILL after the cluster's KillWait."""
        before = await self._known(ref, f"aborting {ref}")
        if before.status.is_final:
            return Accepted(before, message=f"it is {before.native_status} already", already=True)
        await self._act(commands.scancel(_target(ref)), f"aborting {ref}")
        ended = await self._until(ref, lambda t: t.status.is_final or t.status is _S.FINISHING)
        if ended is None or not (ended.status.is_final or ended.status is _S.FINISHING):
            return Accepted(ended, message="asked to end; it has the cluster's grace time to do so")
        return Accepted(ended)

    async def hold(self, ref: TaskRef) -> Accepted:
        """Source: `scontrol hold`; of an array what waits of it."""
        return await self._hold(ref, "hold", held=True)

    async def release(self, ref: TaskRef) -> Accepted:
        """Source: `scontrol release`."""
        return await self._hold(ref, "release", held=False)

    async def _hold(self, ref: TaskRef, word: str, *, held: bool) -> Accepted:
        doing = f"{'holding' if held else 'releasing'} {ref}"
        refused = await self._partly(commands.slurm("scontrol", word, _target(ref)), doing)
        now = await self._until(ref, lambda t: _held(t) is held)
        if now is not None and _held(now) is held:
            return Accepted(now)
        if refused is not None:
            raise refused
        raise Rejected(self._account, doing, "Slurm accepted it, and yet nothing changed; look at the job")

    async def requeue(self, ref: TaskRef) -> Accepted:
        """Source: `scontrol requeue`: the same job runs again, and is live again wherever it was final."""
        doing = f"requeueing {ref}"
        failed = self._failed(ref)
        if not failed and self._jobs.array(ref.id) is not None:
            raise Rejected(self._account, doing, "no element that failed is known to the controller", sent=Sent.NO)
        refused = await self._partly(commands.slurm("scontrol", "requeue", ",".join(failed) or _target(ref)), doing)
        parts = [TaskRef(ref.account, id_) for id_ in failed] or [ref]

        def alive() -> int:
            return sum(task is not None and task.status.is_open for task in map(self._jobs.task, parts))

        await self._until(ref, lambda _: alive() == len(parts))
        if not (number := alive()):
            why = "Slurm accepted it, and yet nothing changed; look at the job"
            raise refused or Rejected(self._account, doing, why)
        some = f"{number:,} of {len(parts):,} elements: " if number < len(parts) else ""
        return Accepted(self._jobs.task(ref), message=some + _OVERWRITTEN)

    def _failed(self, ref: TaskRef) -> list[str]:
        """The elements of an array that failed and that the controller still knows."""
        array = self._jobs.array(ref.id)
        elements = sorted(array.elements.items()) if array is not None else []
        ids = [f"{ref.id}_{index}" for index, record in elements if status_of(record.state) is _S.FAILED]
        return [id_ for id_ in ids if not self._jobs.is_forgotten(id_)]

    def refusal(self, verb: Verb, task: Task) -> str | None:
        """Why a verb is not offered for a task, as far as the list tells; None when it is."""
        if (why := refusal(verb, task)) is not None or verb is not Verb.REQUEUE:
            return why
        if task.counts is not None and not self._failed(task.ref):
            return "the controller has forgotten what failed of it; rerun --failed submits that as a new array"
        if task.status.is_final and self._jobs.is_forgotten(task.ref.id):
            return "the controller has forgotten it; a rerun submits its script as a new job"
        return None

    async def rename(self, ref: TaskRef, name: str) -> Accepted:
        """Source: `scontrol update JobName=`."""
        doing = f"renaming {ref}"
        if not name.strip() or any(ord(c) < 32 for c in name):
            raise Rejected(self._account, doing, "a name is one line and not empty", sent=Sent.NO)
        refused = await self._partly(_update(ref, f"JobName={name}"), doing)
        now = await self._until(ref, lambda t: t.name == name)
        if now is not None and now.name == name:
            return Accepted(now)
        raise refused or Rejected(self._account, doing, "Slurm accepted it, and yet the name is another")

    async def alter(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """Source: `scontrol update TimeLimit=`, `ArrayTaskThrottle=`; an owner may lower a limit and not raise it;
        `Priority=`, which sites leave to operators."""
        doing = f"altering {ref}"
        if unknown := [name for name in settings if name not in _CHANGES]:
            why = f"{unknown[0]} cannot be altered in place; limit, throttle and priority can"
            raise Rejected(self._account, doing, why, sent=Sent.NO)
        before = await self._known(ref, doing)
        words = [f"{_CHANGES[name]}={_value(name, value, self._account, doing)}" for name, value in settings.items()]
        refused = await self._partly(_update(ref, *words), doing)
        now = await self._until(ref, lambda t: t.settings != before.settings)
        if refused is not None and (now is None or now.settings == before.settings):
            raise refused
        return Accepted(now)

    async def rerun(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """Source: `scontrol write batch_script`, `sbatch`: the stored script as a new job."""
        return await self._resubmission.submit(ref, settings, None)

    async def rerun_failed(
        self, ref: TaskRef, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]
    ) -> Accepted:
        """The same with the failed indexes as a new array: the old records and logs stay."""
        doing = f"rerunning the failed elements of {ref}"
        array = self._jobs.array(ref.id)
        if failed is not None:
            indexes = [int(f.id.rpartition("_")[2]) for f in failed if f.id.rpartition("_")[2].isdigit()]
        else:
            indexes = [i for i, r in (array.elements if array else {}).items() if status_of(r.state) is _S.FAILED]
        if not indexes:
            raise Rejected(self._account, doing, "no failed element is known", sent=Sent.NO)
        return await self._resubmission.submit(ref, settings, Indexes.of(indexes))

    async def _act(self, command: Command, doing: str) -> Finished:
        try:
            judge = commands.judge(self._account, doing, self._host.where)
            return await self._shell.act(command, doing=doing, judge=judge)
        finally:
            self._host.pace.acted()

    async def _partly(self, command: Command, doing: str) -> PlatformError | None:
        """An action of which exit 1 does not mean that nothing happened: the refusal, to be raised if that is so."""
        try:
            await self._act(command, doing)
        except (Rejected, NotFound) as error:
            if error.sent is Sent.NO:
                raise
            return error
        return None

    async def _known(self, ref: TaskRef, doing: str) -> Task:
        await self._jobs.look()
        if self._jobs.task(ref) is None:  # submitted since
            await self._jobs.look(since=self._clock.monotonic())
        if (task := self._jobs.task(ref)) is None:
            raise NotFound(self._account, doing, "no such job is known", sent=Sent.NO)
        return task

    async def _until(self, ref: TaskRef, shows: Callable[[Task], bool]) -> Task | None:
        """Look until the task shows what was asked for; the last that was seen of it.

        A look that fails proves nothing about the action, which was accepted.
        """
        seen: Task | None = None
        for wait in _LOOKS:
            if wait:
                await self._clock.sleep(wait)
            try:
                await self._jobs.look(since=self._clock.monotonic())
            except PlatformError:
                continue
            seen = self._jobs.task(ref) or seen
            if seen is not None and shows(seen):
                return seen
        return seen


def _target(ref: TaskRef) -> str:
    """What a command calls it: all parts of a heterogeneous job are one."""
    return ref.id.partition("+")[0]


def _update(ref: TaskRef, *words: str) -> Command:
    return commands.slurm("scontrol", "update", f"JobId={_target(ref)}", *words)


def _value(name: str, value: str, account: str, doing: str) -> str:
    """Slurm's own form of a limit (`10`, `2:00:00`) or ours (`2h30m`); a number for a throttle."""
    value = value.strip()
    if re.fullmatch(r"[\d:-]+", value):
        return value
    parts = re.findall(r"(\d+)([dhms])", value)
    if name in _NUMBERS or not parts or "".join(n + u for n, u in parts) != value:
        wanted = "a number" if name in _NUMBERS else "minutes, H:MM:SS or 2h30m"
        raise Rejected(account, doing, f"{name} is {wanted}, not {plain(value, 40)!r}", sent=Sent.NO)
    seconds = sum(int(n) * {"d": 86_400, "h": 3_600, "m": 60, "s": 1}[u] for n, u in parts)
    return str(max(1, seconds // 60))
