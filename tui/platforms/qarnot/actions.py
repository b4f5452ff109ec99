"""What can be done to a Qarnot task, job or pool, and when (sections 2, 4 and 9 of the contract)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from tui.domain.action import Accepted, RerunPlan, Verb
from tui.domain.errors import Rejected, Sent
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.http import ApiClient
from tui.platforms.qarnot.convert import JOB, POOL, constants
from tui.platforms.qarnot.instances import instances
from tui.platforms.qarnot.timespan import compact
from tui.platforms.qarnot.wire import CREATED, TASK, TaskWire

__all__ = ["OFFERED", "Actions", "path_of", "refusal", "rerun_plan"]

OFFERED = frozenset(
    {
        Verb.ABORT, Verb.RETRY, Verb.RESUME, Verb.RECOVER, Verb.CLONE, Verb.RERUN, Verb.RERUN_FAILED, Verb.DELETE,
        Verb.TAG,
    }
)  # fmt: skip
"""The verbs this platform knows at all."""
_TASKS_ONLY = OFFERED - {Verb.ABORT, Verb.DELETE}
_MOST_TAGS, _LONGEST_TAG = 10, 511
_MASK = "[SECRET]"
_PLAIN = {"name": "name", "scheduling": "schedulingType", "reservation": "targetedReservationName"}
_CONSTANT = "constant."
_KNOWN = (*_PLAIN, "instances", f"{_CONSTANT}NAME")


def path_of(id_: str) -> str:
    """The path of a task, or of the job or pool that `job.UUID` and `pool.UUID` name; the id is quoted, so that it can
    neither climb nor add a query."""
    for prefix, collection in ((JOB, "jobs"), (POOL, "pools")):
        if id_.startswith(prefix):
            return f"/{collection}/{quote(id_[len(prefix) :], safe='')}"
    return f"/tasks/{quote(id_, safe='')}"


def refusal(verb: Verb, task: Task) -> str | None:
    """Why a verb is not offered in a state; None when it is."""
    if verb not in OFFERED:
        return _no_such(verb)
    word, status = task.native_status or "?", task.status
    if status is TaskStatus.UNKNOWN:
        return f"{word} is a status we do not know"
    if task.ref.id.startswith((JOB, POOL)) and verb in _TASKS_ONLY:
        return f"a Qarnot job or pool cannot be changed so; {verb.value} is for its tasks"
    if word.lower() in {"pendingdelete", "deleting"}:
        return "it is being deleted"
    failed = task.counts.failed if task.counts is not None else int(status is TaskStatus.FAILED)
    aborted = task.counts.aborted if task.counts is not None else int(status is TaskStatus.ABORTED)
    match verb:
        case Verb.ABORT if status.is_final:
            return f"only a live task can be aborted; this one is {word}"
        case Verb.ABORT if word.lower() in {"pendingcancel", "terminating", "closing"}:
            return f"the abort is under way; this one is {word}"
        case Verb.RETRY | Verb.RERUN_FAILED if not failed:
            return "no instance has failed"
        case Verb.RESUME if not aborted:
            return "no instance was cancelled"
        case Verb.RECOVER if not failed + aborted:
            return "no instance has failed or was cancelled"
    return None


def rerun_plan(task: Task, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]) -> RerunPlan:
    """A retry of all that failed, or a clone with the numbers of some."""
    every = failed is None or (task.counts is not None and len(failed) == task.counts.failed)
    reads = int(failed is not None) + int(any(name.startswith(_CONSTANT) for name in settings))
    return RerunPlan(f"one {'retry' if every else 'clone'} makes a new task of them", 1 + reads)


def _no_such(verb: Verb) -> str:
    match verb:
        case Verb.RUN:
            return "Qarnot has no drafts: a task starts when it is made"
        case Verb.RENAME:
            return "Qarnot keeps a task's name as it was made"
        case Verb.ALTER:
            return "Qarnot changes no setting and no priority of a task in place; rerun takes --set"
    return f"Qarnot has no {verb.value}"


class Actions:
    """The calls that change something; each is sent once."""

    def __init__(self, client: ApiClient, account: str) -> None:
        self._client = client
        self._account = account

    async def stop(self, ref: TaskRef) -> None:
        """Abort a task, terminate a job, close a pool."""
        word = "terminate" if ref.id.startswith(JOB) else "close" if ref.id.startswith(POOL) else "abort"
        await self._client.act("POST", f"{path_of(ref.id)}/{word}", doing=f"aborting {ref}")

    async def delete(self, ref: TaskRef) -> None:
        """Delete; a job whose tasks still run is refused by the platform, for `force` is never sent."""
        await self._client.act("DELETE", path_of(ref.id), doing=f"deleting {ref}")

    async def again(self, word: str, ref: TaskRef, body: Mapping[str, Any] | None, doing: str) -> TaskRef:
        """`clone`, `retry`, `resume` and `recover`: none changes the task, each answers a new one.

        The vendor's specification gives each a body, so one is sent even when nothing is changed: without a body
        there would be no `Content-Type` either, and the platform may answer 415.
        """
        path = f"{path_of(ref.id)}/{word}"
        answer = await self._client.act("POST", path, dict(body or {}), doing=doing, into=CREATED)
        return TaskRef(self._account, answer.value.uuid)

    async def _read(self, ref: TaskRef) -> TaskWire:
        answer = await self._client.get(path_of(ref.id), doing=f"reading {ref}", into=TASK)
        wire: TaskWire = answer.value
        return wire

    async def rerun(self, ref: TaskRef, settings: Mapping[str, str]) -> Accepted:
        """A clone, which Qarnot starts at once."""
        new = await self.again("clone", ref, await self._changes(ref, settings), f"rerunning {ref}")
        return Accepted(new=new, message="a new task of all instances was started; the old one stays")

    async def rerun_failed(
        self, ref: TaskRef, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]
    ) -> Accepted:
        """`retry`, which takes every failed instance; of some of them, a clone with exactly their numbers."""
        doing = f"rerunning what failed of {ref}"
        if failed is not None:
            found = instances(await self._read(ref))
            all_failed = {i for i, one in found.items() if one.status is TaskStatus.FAILED}
            chosen = {int(one.job) for one in failed if one.job is not None and one.job.isdigit()} & set(found)
            if not chosen:
                raise Rejected(self._account, doing, "none of these instances is in the task", sent=Sent.NO)
            if chosen != all_failed:
                body = {**(await self._changes(ref, settings) or {}), "advancedRanges": compact(list(chosen))}
                new = await self.again("clone", ref, body, doing)
                return Accepted(new=new, message=f"a new task of the instances {compact(list(chosen))} was started")
        new = await self.again("retry", ref, await self._changes(ref, settings, counted=False), doing)
        return Accepted(new=new, message="a new task of the failed instances was started; the old one stays")

    async def _changes(
        self, ref: TaskRef, settings: Mapping[str, str], *, counted: bool = True
    ) -> dict[str, Any] | None:
        """What the user asked to change, as the API wants it. Constants replace each other whole, so they are read."""
        body: dict[str, Any] = {}
        named: dict[str, str] = {}
        for name, text in settings.items():
            if name in _PLAIN:
                body[_PLAIN[name]] = text
            elif name == "instances" and counted and text.isdigit():
                body["instanceCount"] = int(text)
            elif name.startswith(_CONSTANT) and name != _CONSTANT:
                named[name.removeprefix(_CONSTANT)] = text
            else:
                why = f"there is no setting {name}={text} to change here; known: {', '.join(_KNOWN)}"
                raise Rejected(self._account, "changing settings", why, sent=Sent.NO)
        if named:
            held = self._open_constants(await self._read(ref), f"changing constants of {ref}")
            body["constants"] = [{"key": key, "value": value} for key, value in (held | named).items()]
        return body or None

    def _open_constants(self, wire: TaskWire, doing: str) -> dict[str, str]:
        """The constants as they can be sent back; a masked secret cannot, and sending the mask would destroy it."""
        held = constants(wire.constants)
        if _MASK in held.values():
            why = (
                "the task has a secret constant, which would be overwritten by its mask; change it in Qarnot's console"
            )
            raise Rejected(self._account, doing, why, sent=Sent.NO)
        return {c.key: str(c.value) for c in wire.constants or () if c is not None and c.value is not None}

    async def tag(self, ref: TaskRef, add: Sequence[str], remove: Sequence[str]) -> None:
        """Tags are replaced whole, together with the constants (quirk Q12): both are read first."""
        doing = f"changing the tags of {ref}"
        wire = await self._read(ref)
        kept = [tag for tag in wire.tags or () if tag and tag not in remove]
        tags = list(dict.fromkeys([*kept, *add]))
        if len(tags) > _MOST_TAGS:
            raise Rejected(self._account, doing, f"Qarnot takes at most {_MOST_TAGS} tags", sent=Sent.NO)
        if any(not tag.strip() or len(tag) > _LONGEST_TAG for tag in add):
            raise Rejected(self._account, doing, f"a tag has 1 to {_LONGEST_TAG} characters", sent=Sent.NO)
        held = self._open_constants(wire, doing)
        body = {"constants": [{"key": key, "value": value} for key, value in held.items()], "tags": tags}
        await self._client.act("PUT", path_of(ref.id), body, doing=doing)
