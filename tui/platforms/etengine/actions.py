"""What can be done to an ET Engine batch: submit its jobs again, forget its records. Nothing stops a job."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tui.domain.action import Accepted, RerunPlan, Verb
from tui.domain.errors import Rejected, Sent, UnexpectedAnswer
from tui.domain.task import Task, TaskRef
from tui.platforms.coerce import number
from tui.platforms.etengine import wire
from tui.platforms.etengine.batch_cache import BatchCache, BatchInfo, batch_path
from tui.platforms.etengine.jobs import Jobs
from tui.platforms.etengine.wire import Arguments, BatchWire, HardwareWire
from tui.platforms.http import ApiClient

__all__ = ["Actions", "refusal", "rerun_plan"]

_NO_STOP = "ET Engine cannot stop jobs; forget removes only the records, and running jobs go on and are billed"
_OFFERED = frozenset({Verb.RERUN, Verb.RERUN_FAILED, Verb.FORGET})


def refusal(verb: Verb, task: Task) -> str | None:
    """Why a verb is not offered; None when it is."""
    if verb is Verb.ABORT:
        return _NO_STOP
    if verb is Verb.DELETE:
        return "ET Engine deletes records only: forget, and running jobs go on and are billed"
    if verb is Verb.ALTER:
        return "ET Engine changes no setting and no priority of a batch in place; rerun takes --set"
    if verb not in _OFFERED:
        return f"ET Engine has no {verb.value}; rerun submits the jobs again as a new batch"
    if verb is Verb.RERUN_FAILED and (task.counts is None or not task.counts.failed):
        return "no job is known to have failed"
    return None


def rerun_plan(task: Task, failed: Sequence[TaskRef] | None) -> RerunPlan:
    """One submission; which jobs failed has to be looked for, a call each, until the counts say that it is all."""
    counts = task.counts
    alike = counts is not None and counts.failed == counts.total
    looks = counts.total if counts is not None and failed is None and not alike else 0
    searched = ", once they are found" if looks else ""
    # The counts, the list of jobs, the submission.
    return RerunPlan(f"one submission makes a new batch of them{searched}", 3 + looks)


class Actions:
    """The calls that change something; each is sent once."""

    def __init__(self, client: ApiClient, account: str, cache: BatchCache, jobs: Jobs) -> None:
        self._client = client
        self._account = account
        self._cache = cache
        self._jobs = jobs

    async def rerun(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """All jobs again."""
        known = await self._jobs.open(ref)
        return await self._submit(ref, known, [job.arguments for job in known.jobs or ()], settings)

    async def rerun_failed(
        self, ref: TaskRef, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]
    ) -> Accepted:
        """The failed jobs again, in one submission; `failed` names them, else they are looked for."""
        known = await self._jobs.open(ref)
        if failed is None:
            failed = [job.ref async for part in self._jobs.failed(known) for job in part]
        wanted = {job.job for job in failed}
        chosen = [job.arguments for job in known.jobs or () if job.id in wanted]
        if not chosen:
            raise self._unfit(f"rerunning the failed jobs of {ref}", "no failed job was found")
        return await self._submit(ref, known, chosen, settings)

    async def forget(self, ref: TaskRef) -> Accepted:
        """Source: `DELETE /batches/{id}`; only records go."""
        await self._cache.known(ref)  # an id that no batch has never comes near `DELETE /batches`, which forgets all
        await self._client.act("DELETE", batch_path(ref.id), doing=f"forgetting {ref}")
        self._cache.drop(ref.id)
        return Accepted(message="the records are forgotten; jobs that run go on and are billed")

    async def _submit(
        self, ref: TaskRef, known: BatchInfo, jobs: Sequence[Arguments], settings: Mapping[str, str]
    ) -> Accepted:
        """One new batch. Source: `POST /tools/{tool_id}`; section 5.3."""
        doing = f"submitting the jobs of {ref} again"
        row = known.wire
        if row.tool is None or row.hardware is None or not jobs:
            raise self._unfit(doing, "its tool, hardware and jobs are not reported, so it cannot be repeated")
        changes = self._checked(jobs, settings, doing)
        hardware = self._hardware(row.hardware, settings, doing)
        body = {"fixed_args": {}, "variable_args": [{**job, **changes} for job in jobs], "hardware": hardware}
        path = f"/tools/{quote(row.tool.id, safe='')}"
        answer = await self._client.act("POST", path, body, doing=doing)
        found = wire.submitted(answer.body)
        if found is None:
            why = "the answer names no batch; look at the list before you repeat it"
            raise UnexpectedAnswer(self._account, doing, why, sent=Sent.MAYBE, status=answer.status)
        new = self._cache.add(_filled(found, row, len(jobs), wire.hardware(hardware)))
        task = self._cache.task(new)
        message = f"{len(jobs):,} {'jobs were' if len(jobs) != 1 else 'job was'} submitted as a new batch"
        if any("log_file" in job for job in jobs) and "log_file" not in changes:
            message += "; they write over the log files of these"
        return Accepted(task=task, new=task.ref, message=message)

    def _checked(self, jobs: Sequence[Arguments], settings: Mapping[str, str], doing: str) -> dict[str, str]:
        """The arguments to change in every job: only those that the jobs have, for any other name is a slip."""
        names = dict.fromkeys(name for job in jobs for name in job)
        changes = {key: value for key, value in settings.items() if key not in _SIZES}
        if strange := [key for key in changes if key not in names]:
            known = ", ".join((*_SIZES, *names))
            raise self._unfit(doing, f"there is no argument {', '.join(strange)}; there are {known}")
        return changes

    def _hardware(self, hardware: HardwareWire, settings: Mapping[str, str], doing: str) -> dict[str, Any]:
        """In the form of the edition that told it."""
        if hardware.by_id:
            body: dict[str, Any] = {"filesystems": [f.id for f in hardware.filesystems]}
        else:
            names = [{"filesystem_id": f.id, "filesystem_name": f.name or ""} for f in hardware.filesystems]
            body = {"filesystem_list": names}
        for key, held in (("cpu", hardware.cpu), ("memory", hardware.memory)):
            body[key] = held
            if key in settings:
                figure = number(settings[key])
                if figure is None or figure <= 0 or figure != int(figure):
                    raise self._unfit(doing, f"{key}={settings[key]} is not a whole number above 0")
                body[key] = int(figure)
        return body

    def _unfit(self, doing: str, why: str) -> Rejected:
        return Rejected(self._account, doing, why, sent=Sent.REFUSED)


_SIZES = ("cpu", "memory")


def _filled(found: BatchWire, old: BatchWire, n_jobs: int, hardware: HardwareWire | None) -> BatchWire:
    """The new batch with what the answer may leave out."""
    tool = found.tool if found.tool is not None and found.tool.name else old.tool
    return BatchWire(found.id, tool, found.n_jobs or n_jobs, found.hardware or hardware)
