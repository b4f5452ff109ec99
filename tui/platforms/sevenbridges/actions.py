"""What can be done to a Seven Bridges task, and when (sections 3 and 12 of the contract)."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from json import loads
from typing import Any
from urllib.parse import quote

from tui.domain.action import Accepted, RerunPlan, Verb
from tui.domain.errors import PlatformError, Rejected, Sent, UnexpectedAnswer
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.text import plain
from tui.platforms.http import Answer, ApiClient
from tui.platforms.sevenbridges.convert import Names
from tui.platforms.sevenbridges.listing import LIMIT, ROW_FIELDS, Listing
from tui.platforms.sevenbridges.wire import TASK, TaskWire

__all__ = ["OFFERED", "Actions", "refusal", "rerun_plan", "task_path"]

_SETTINGS = ("instance_type", "max_parallel_instances", "use_memoization", "use_elastic_disk")
_SPOT = ("spot", "use_interruptible_instances")
_INPUT = "in."
"""Before the name of an input whose value is changed."""

OFFERED = frozenset({Verb.RUN, Verb.ABORT, Verb.RERUN, Verb.RERUN_FAILED, Verb.CLONE, Verb.RENAME, Verb.DELETE})
"""The verbs this platform knows at all."""


def refusal(verb: Verb, task: Task) -> str | None:
    """Why a verb is not offered in a task's state; None when it is (the table in section 12)."""
    if verb is Verb.ALTER:
        return "Seven Bridges changes no setting and no priority of a task in place; rerun takes --set"
    if verb not in OFFERED:
        return f"Seven Bridges has no {verb.value}; rerun starts a new task"
    word, status = task.native_status or "?", task.status
    if status is TaskStatus.UNKNOWN:
        return f"{word} is a status we do not know"
    match verb:
        case Verb.RUN if status is not TaskStatus.DRAFT:
            return f"only a draft can be run; this one is {word}"
        case Verb.RUN if task.errors:
            return f"the draft has errors: {'; '.join(map(str, task.errors))}"
        case Verb.ABORT if status not in {TaskStatus.QUEUED, TaskStatus.STARTING, TaskStatus.RUNNING}:
            return f"only a queued or running task can be aborted; this one is {word}"
        case Verb.DELETE if status is not TaskStatus.DRAFT:
            return f"only drafts can be deleted; this one is {word}"
        case Verb.RENAME if word.upper() not in {"DRAFT", "RUNNING", "COMPLETED"}:
            return f"only a draft, running or completed task can be renamed; this one is {word}"
        case Verb.RERUN_FAILED if task.counts is None:
            return "not a batch: rerun starts the whole task anew"
        case Verb.RERUN_FAILED if not task.counts or not task.counts.failed:
            return "no child has failed"
    return None


def rerun_plan(task: Task, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]) -> RerunPlan:
    """One new batch, where it can be rebuilt from the children's input; that shows only when they are read."""
    listed = task.counts.failed if task.counts else 0
    count = listed if failed is None else len(failed)
    each = "cloned, changed and run" if settings else "cloned and run"
    what = f"one draft batch is made of them, checked and run (or each is {each})"
    # Read the parent and its failed children, create, run.
    return RerunPlan(what, 3 + max(1, -(-max(listed, count) // LIMIT)))


def task_path(id_: str) -> str:
    """The path of a task; the id is quoted, so that it can neither climb nor add a query."""
    return f"/tasks/{quote(id_, safe='')}"


class Actions:
    """The calls that change something; each is sent once."""

    def __init__(self, client: ApiClient, names: Names, listing: Listing) -> None:
        self._client = client
        self._names = names
        self._listing = listing

    async def send(self, verb: str, ref: TaskRef, params: Sequence[tuple[str, str]] = (), doing: str = "") -> TaskWire:
        """`POST /tasks/{id}/actions/{verb}`, with an empty object: every official client declares its body as JSON."""
        path = f"{task_path(ref.id)}/actions/{verb}"
        answer = await self._client.act("POST", path, {}, params=params, doing=doing or f"{verb} {ref}", into=TASK)
        wire: TaskWire = answer.value
        return wire

    async def run(self, ref: TaskRef, params: Sequence[tuple[str, str]] = (), doing: str = "") -> TaskWire:
        """Start a draft; one that stays a draft for its errors is refused, though the answer is none (3.1)."""
        return self._begun(await self.send("run", ref, params, doing))

    def _begun(self, wire: TaskWire) -> TaskWire:
        """The task, unless it should run and stays a draft for its errors."""
        if wire.status.upper() == "DRAFT":
            self._no_errors(wire, TaskRef(self._names.account, wire.id))
        return wire

    async def patch(self, ref: TaskRef, body: Mapping[str, Any], doing: str) -> TaskWire:
        """`PATCH /tasks/{id}`."""
        answer = await self._client.act("PATCH", task_path(ref.id), dict(body), doing=doing, into=TASK)
        wire: TaskWire = answer.value
        return wire

    async def rerun(self, ref: TaskRef, settings: Mapping[str, str]) -> TaskWire:
        """A clone that runs; with changed settings a draft first, which is changed and then started."""
        changes = self.changes(settings)
        if "inputs" in changes:  # before a draft is made that could not be changed as asked
            query = [("fields", "id,status,inputs")]
            held = await self._client.get(task_path(ref.id), query, doing=f"reading the inputs of {ref}", into=TASK)
            changes["inputs"] = self._valued(changes["inputs"], held.value)
        if not changes:
            return self._begun(await self.send("clone", ref, (("action", "run"),), f"rerunning {ref}"))
        draft = await self.send("clone", ref, (), f"copying {ref}")
        copy = TaskRef(ref.account, draft.id)
        if draft.id == ref.id:  # a documented sample shows the old id; that one must not be changed
            why = "the platform did not say the id of the copy; look for a new draft"
            raise UnexpectedAnswer(ref.account, f"copying {ref}", why, sent=Sent.MAYBE)
        with _made(f"draft {copy} was made"):
            changed = await self.patch(copy, self._merged(draft, changes), f"changing the settings of draft {copy}")
            self._no_errors(changed, copy)
            return await self.run(copy, (), f"running draft {copy}")

    def changes(self, settings: Mapping[str, str]) -> dict[str, Any]:
        """What the user asked to change, as the API wants it."""
        body: dict[str, Any] = {}
        execution: dict[str, Any] = {}
        for name, text in settings.items():
            if name in _SPOT:
                body["use_interruptible_instances"] = text.lower() in {"1", "true", "yes", "on"}
            elif name == "max_parallel_instances" and text.isdigit():
                execution[name] = int(text)
            elif name in {"use_memoization", "use_elastic_disk"}:
                execution[name] = text.lower() in {"1", "true", "yes", "on"}
            elif name == "instance_type":
                execution[name] = text
            elif name.startswith(_INPUT) and name != _INPUT:
                body.setdefault("inputs", {})[name.removeprefix(_INPUT)] = text
            else:
                known = ", ".join((*_SETTINGS, _SPOT[0], f"{_INPUT}NAME"))
                why = f"there is no setting {name}={text} to change here; known: {known}"
                raise Rejected(self._names.account, "changing settings", why, sent=Sent.NO)
        if execution:
            body["execution_settings"] = execution
        return body

    def _valued(self, asked: Mapping[str, str], wire: TaskWire) -> dict[str, Any]:
        """The asked inputs as values: a text where the task has a text there, else JSON (a number, true, a file)."""
        held, values = wire.inputs or {}, dict[str, Any]()
        for port, text in asked.items():
            why = None
            try:
                values[port] = text if isinstance(held.get(port), str) else loads(text)
            except ValueError:
                values[port] = text
                why = None if held.get(port) is None else f"input {port} is not a text; write JSON, such as 16 or true"
            if port not in held:
                why = f"the task has no input {port}; it has {plain(', '.join(held), 300) or 'none'}"
            if why:
                raise Rejected(self._names.account, "changing inputs", why, sent=Sent.NO)
        return values

    @staticmethod
    def _merged(draft: TaskWire, changes: Mapping[str, Any]) -> dict[str, Any]:
        if "execution_settings" not in changes:
            return dict(changes)
        return {**changes, "execution_settings": {**(draft.execution_settings or {}), **changes["execution_settings"]}}

    def _no_errors(self, wire: TaskWire, ref: TaskRef) -> None:
        if wire.errors:
            said = "; ".join(
                f"{plain(e.message or e.type or '?', 200)} (input {plain(e.input_id or '?', 80)})" for e in wire.errors
            )
            raise Rejected(self._names.account, f"checking draft {ref}", f"draft {ref} has errors: {said}")

    async def rerun_failed(
        self, parent: TaskWire, failed: Sequence[TaskRef] | None, settings: Mapping[str, str]
    ) -> Accepted:
        """One draft batch from the failed children's batch input, checked, then run; clones where that cannot be."""
        changes = self.changes(settings)
        wanted = None if failed is None else {ref.id for ref in failed}
        children = [wire async for wire in self._failed(parent.id) if wanted is None or wire.id in wanted]
        if not children:
            raise Rejected(self._names.account, "rerunning failed children", "no failed child was found", sent=Sent.NO)
        if "inputs" in changes:
            changes["inputs"] = self._valued(changes["inputs"], parent)
        merged = _union(children, parent.batch_input)
        if merged is None or parent.batch_by is None:
            return await self._clones(children, settings)
        inputs = {**(parent.inputs or {}), **changes.pop("inputs", {}), str(parent.batch_input): merged}
        body = {
            "name": f"{parent.name or parent.id} - rerun of {len(children)} failed",
            "project": parent.project,
            "app": parent.app,
            "inputs": inputs,
            "batch": True,
            "batch_input": parent.batch_input,
            "batch_by": parent.batch_by.model_dump(exclude_none=True),
            "use_interruptible_instances": parent.use_interruptible_instances,
            "execution_settings": parent.execution_settings,
            "output_location": parent.output_location,
            **self._merged(parent, changes),
        }
        body = {key: value for key, value in body.items() if value is not None}
        answer: Answer = await self._client.act("POST", "/tasks", body, doing="creating the batch draft", into=TASK)
        ref = TaskRef(self._names.account, answer.value.id)
        with _made(f"draft {ref} was made"):
            self._no_errors(answer.value, ref)
            await self.run(ref, (), f"running draft {ref}")
        noun = "child" if len(children) == 1 else "children"
        return Accepted(new=ref, message=f"a new batch of the {len(children)} failed {noun} was started")

    async def _clones(self, children: Sequence[TaskWire], settings: Mapping[str, str]) -> Accepted:
        refs: list[TaskRef] = []
        for child in children:
            with _made(f"{len(refs)} of {len(children)} children were cloned ({_names(refs)})" if refs else ""):
                wire = await self.rerun(TaskRef(self._names.account, child.id), settings)
            refs.append(TaskRef(self._names.account, wire.id))
        message = f"the batch cannot be rebuilt; {len(refs)} children were cloned: {_names(refs)}"
        return Accepted(new=refs[0], message=message)

    async def _failed(self, parent: str) -> AsyncIterator[TaskWire]:
        params = (("parent", parent), ("status", "FAILED"))
        async for wire in self._listing.wires(params, f"{ROW_FIELDS},inputs"):
            if wire.status.upper() == "FAILED":
                yield wire


def _names(refs: Sequence[TaskRef]) -> str:
    return ", ".join(str(ref) for ref in refs[:5]) + (" ..." if len(refs) > 5 else "")


@contextmanager
def _made(what: str) -> Iterator[None]:
    """Says what is there already when a later step fails; "not sent" would be a lie then."""
    try:
        yield
    except PlatformError as error:
        if what:
            error.sent = Sent.MAYBE if error.sent is Sent.NO else error.sent
            error.why = f"{what}, then: {error.why}"
        raise


def _union(children: Sequence[TaskWire], port: str | None) -> list[Any] | None:
    """The children's values of the batch input together, each file once; None where a child's is not at hand."""
    if port is None:
        return None
    together: dict[str, Any] = {}
    for child in children:
        value = (child.inputs or {}).get(port)
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, dict) or not isinstance(one.get("path"), str):
                return None
            together[one["path"]] = one
    return list(together.values())
