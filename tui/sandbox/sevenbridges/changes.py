"""What the Seven Bridges sandbox lets users change, by the platform's own rules and numbers (sections 3, 5.2, 8)."""

import copy
import uuid
from dataclasses import replace
from random import Random
from typing import Any

from tui.sandbox.ledger import Ledger
from tui.sandbox.sevenbridges.children import SandboxChildren, state_of
from tui.sandbox.sevenbridges.names import MACHINES, PIPELINES
from tui.sandbox.sevenbridges.refused import Refused
from tui.sandbox.sevenbridges.script import Script
from tui.sandbox.sevenbridges.world import VALIDATION, Account

__all__ = ["Changes"]

_NOT_EDITABLE = (
    "Editing is available only for tasks which are in `DRAFT` status. "
    "Tasks which are in `RUNNING` and `COMPLETED` states can only be renamed."
)
_ABORTABLE = frozenset({"CREATING", "QUEUED", "RUNNING"})


class Changes:
    """Actions on one account, each written to the ledger."""

    def __init__(self, account: Account, ledger: Ledger) -> None:
        self._account = account
        self._ledger = ledger

    def find(self, id_: str) -> Script:
        """The task, or the platform's refusal."""
        try:
            uuid.UUID(id_)
        except ValueError:
            raise Refused(400, 7005, "Task id is not a valid UUID.") from None
        script = self._account.find(id_, self._account.clock.now())
        if script is None:
            raise Refused(404, 7002, "Requested task does not exist.")
        return script

    def status(self, script: Script) -> str:
        """The word the platform would say now; a parent's follows from its children."""
        return state_of(script, self._account.clock.now())[0].status

    def _write(self, verb: str, id_: str, outcome: str = "done", new: str | None = None) -> None:
        self._ledger.write(self._account.clock.now(), "sevenbridges", self._account.name, verb, id_, outcome, new)

    def _refuse(self, verb: str, id_: str, refused: Refused) -> Refused:
        self._write(verb, id_, f"refused {refused.code}")
        return refused

    def create(self, body: dict[str, Any], *, run: bool, as_batch: bool = True) -> Script:
        """A draft, or a running task when nothing is wrong with it."""
        if not as_batch and not run:
            raise Refused(400, 7021, "Batching can be disabled only when the task is run.")
        if not body.get("project") or not body.get("app"):
            raise Refused(400, 7012, "project and app are required")
        parts = str(body["app"]).split("/")
        pipeline = next((p for p in PIPELINES if len(parts) > 2 and p.app == parts[2]), PIPELINES[0])
        now, id_ = self._account.clock.now(), self._account.new_id()
        rng = Random(id_)
        script = Script(
            id=id_,
            name=str(body.get("name") or f"{pipeline.app} run - {now:%m-%d-%y %H:%M:%S}"),
            project=str(body["project"]),
            pipeline=pipeline,
            user=self._account.user,
            created=now,
            queue=20.0,
            init=30.0,
            run=pipeline.minutes * 60,
            outcome="COMPLETED",
            machine=rng.choice(MACHINES),
            spot=bool(body.get("use_interruptible_instances", False)),
            sample=f"NEW-{rng.randrange(1000, 9999)}",
            app=str(body["app"]),
        )
        self._edit(script, body)
        self._account.add(script)
        self._write("create", id_, new=id_)
        if run and not script.errors:
            if not as_batch:
                script.batch_by = script.batch_input = script.children = None
            self._start(script)
        return script

    def _edit(self, script: Script, body: dict[str, Any]) -> None:
        _checked(body)
        for key in ("name", "description", "project", "app"):
            if body.get(key) is not None:
                setattr(script, key, str(body[key]))
        script.inputs = {**script.inputs, **(body.get("inputs") or {})}
        script.settings = {**script.settings, **(body.get("execution_settings") or {})}
        if body.get("use_interruptible_instances") is not None:
            script.spot = bool(body["use_interruptible_instances"])
        if "batch_by" in body:
            script.batch_by, script.batch_input = body["batch_by"], body["batch_input"]
        if body.get("batch") is False:
            script.batch_by, script.batch_input = None, None
        script.children = () if script.batch_by else None
        script.errors = _validated(script)

    def patch(self, id_: str, body: dict[str, Any]) -> Script:
        """Drafts can be edited; a running or completed task can be renamed."""
        script = self.find(id_)
        word = self.status(script)
        renames = set(body) == {"name"} and word in {"RUNNING", "COMPLETED"}
        if word != "DRAFT" and not renames:
            raise self._refuse("patch", id_, Refused(403, 7026, _NOT_EDITABLE))
        self._edit(script, body) if word == "DRAFT" else setattr(script, "name", str(body["name"]))
        self._write("patch", id_)
        return script

    def _start(self, script: Script) -> None:
        script.begun, script.executed_by = self._account.clock.now(), self._account.user
        if script.batch_by is not None and script.batch_input is not None:
            value = script.inputs.get(script.batch_input)
            files = [f for f in (value if isinstance(value, list) else [value]) if isinstance(f, dict)]
            self._account.spawn(script, [{"name": f"item {n}", **f} for n, f in enumerate(files)])

    def run(self, id_: str, *, as_batch: bool, spot: bool | None = None) -> Script:
        """Start a draft."""
        script = self.find(id_)
        word = self.status(script)
        if word != "DRAFT":
            raise self._refuse("run", id_, Refused(400, 7010, f"Task must be in DRAFT state to run; it is {word}."))
        if script.errors:
            raise self._refuse("run", id_, Refused(400, 7024, "Task has validation errors and cannot be started."))
        if not as_batch:
            if script.batch_by is None:
                raise self._refuse("run", id_, Refused(400, 7022, "Batching can be disabled only on batch tasks."))
            script.batch_by = script.batch_input = script.children = None
        if spot is not None:
            script.spot = spot
        self._start(script)
        self._write("run", id_)
        return script

    def abort(self, id_: str) -> Script:
        """Stop a live task; a parent takes its live children along."""
        script = self.find(id_)
        now, word = self._account.clock.now(), self.status(script)
        if word not in _ABORTABLE:
            why = f"Only CREATING, RUNNING or QUEUED tasks can be aborted; it is {word}."
            raise self._refuse("abort", id_, Refused(400, 7011, why))
        script.aborted = now
        if isinstance(script.children, SandboxChildren):
            script.children.abort(now)
        if script.parent is not None:
            children = self.find(script.parent).children
            if isinstance(children, SandboxChildren):
                children.changed()
        self._write("abort", id_)
        return script

    def clone(self, id_: str, *, run: bool) -> Script:
        """A copy with a new id, as a draft or running."""
        source = self.find(id_)
        script = replace(
            source,
            id=self._account.new_id(),
            created=self._account.clock.now(),
            user=self._account.user,
            inputs=copy.deepcopy(source.inputs),
            settings=copy.deepcopy(source.settings),
            children=None if source.children is None else (),
            begun=None,
            aborted=None,
            executed_by=None,
            parent=None,
            group=None,
            cause=None,
            outcome="COMPLETED",
            queue=20.0,
            requeued=None,
            run=max(source.run, source.pipeline.minutes * 60),
        )
        script.errors = _validated(script) if source.errors else []
        self._account.add(script)
        self._write("clone", id_, new=script.id)
        if run and not script.errors:
            self._start(script)
        return script

    def delete(self, id_: str) -> None:
        """Drafts only."""
        script = self.find(id_)
        word = self.status(script)
        if word != "DRAFT":
            raise self._refuse("delete", id_, Refused(400, 7010, f"Only DRAFT tasks can be deleted; it is {word}."))
        self._account.remove(script)
        self._write("delete", id_)


def _checked(body: dict[str, Any]) -> None:
    """The shapes of a create or an edit."""
    if ("batch_input" in body) != ("batch_by" in body):
        raise Refused(400, 7023, "batch_input and batch_by must be given together")
    for key in ("inputs", "execution_settings"):
        if not isinstance(body.get(key) or {}, dict):
            raise Refused(400, 90000, f"{key} must be an object")
    rule = body.get("batch_by")
    if rule is None:
        return
    kind = str(rule.get("type", "")).upper() if isinstance(rule, dict) else ""
    if kind not in {"ITEM", "CRITERIA"}:
        raise Refused(400, 7020, "Batch type must be ITEM or CRITERIA.")
    if kind == "CRITERIA" and not rule.get("criteria"):
        raise Refused(400, 7019, "Batch criteria are missing.")
    if not body.get("batch_input"):
        raise Refused(400, 7018, "Batch input is empty.")


def _validated(script: Script) -> list[dict[str, Any]]:
    """The four errors of section 5.4, by what the inputs look like."""
    errors = []
    messages = dict(VALIDATION)
    for port, value in script.inputs.items():
        values = value if isinstance(value, list) else [value]
        names = [str(v.get("name", "")) for v in values if isinstance(v, dict)]
        if port == script.pipeline.port and any(not isinstance(v, dict) for v in values):
            kind = "schema"
        elif any(" " in name for name in names):
            kind = "invalid_name_files"
        elif any(isinstance(v, dict) and str(v.get("path", "")).startswith("missing") for v in values):
            kind = "files_missing"
        elif any(name.endswith(".noindex.bam") for name in names):
            kind = "secondary_files_missing"
        else:
            continue
        errors.append({"type": f"error/task_validation/input/{kind}", "message": messages[kind], "input_id": port})
    return errors
