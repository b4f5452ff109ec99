"""What users may change on the pretended Qarnot, by the platform's rules and words (sections 2, 3.7 and 9)."""

import copy
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random
from typing import Any

from tui.sandbox.ledger import Ledger
from tui.sandbox.qarnot.groups import Job, Pool
from tui.sandbox.qarnot.names import STUDIES
from tui.sandbox.qarnot.refused import Refused
from tui.sandbox.qarnot.script import FINAL, Script, State, state_at
from tui.sandbox.qarnot.texts import numbers
from tui.sandbox.qarnot.world import Account

__all__ = ["Changes", "lowered"]

_SHORTNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,2048}")


def lowered(body: dict[str, Any]) -> dict[str, Any]:
    """Property names are matched in any case: here all begin with a small letter, as documented."""
    return {key[:1].lower() + key[1:]: value for key, value in body.items()}


class Changes:
    """Actions on one account, each written to the ledger."""

    def __init__(self, account: Account, ledger: Ledger, quota: Callable[[], int]) -> None:
        self.account = account
        self._ledger = ledger
        self._quota = quota
        """Tasks that may be stored, ended ones too."""

    @property
    def now(self) -> datetime:
        """The world's time."""
        return self.account.clock.now()

    def _write(self, verb: str, id_: str, outcome: str = "done", new: str | None = None) -> None:
        self._ledger.write(self.now, "qarnot", self.account.name, verb, id_, outcome, new)

    def _refuse(self, verb: str, id_: str, status: int, message: str) -> Refused:
        self._write(verb, id_, f"refused {status}")
        return Refused(status, message)

    def find(self, id_: str) -> tuple[Script, State]:
        """The task as it is now."""
        script = self.account.find(id_, self.now)
        state = None if script is None else state_at(script, self.now)
        if script is None or state is None:
            raise Refused(404, f"No such task: {id_}")
        return script, state

    def job(self, id_: str) -> Job:
        """The job."""
        self.account.tasks(self.now)
        found = next((j for j in self.account.jobs.values() if id_ in {j.id, j.body.get("shortname")}), None)
        if found is None or found.deleted is not None:
            raise Refused(404, f"No such job: {id_}")
        return found

    def pool(self, id_: str) -> Pool:
        """The pool."""
        self.account.tasks(self.now)
        found = next((p for p in self.account.pools.values() if id_ in {p.id, p.body.get("shortname")}), None)
        if found is None or found.deleted is not None:
            raise Refused(404, f"No such pool: {id_}")
        return found

    # -- tasks

    def create(self, body: dict[str, Any]) -> Script:
        """A new task starts at once; there are no drafts."""
        body = lowered(body)
        ids, wrong = _ids(body), []
        name = body.get("name")
        if not isinstance(name, str) or not name or len(name) > 2048:
            wrong.append("name")
        if ids is None:
            wrong.append("range-length")
        short = body.get("shortname")
        if short is not None:
            if not _SHORTNAME.fullmatch(str(short)):
                wrong.append("shortname")
            elif self.account.find(str(short), self.now) is not None:
                wrong.append("shortname-uniqueness")
        constants = body.get("constants") or []
        if len(constants) > 150 or any(not _KEY.fullmatch(str(lowered(c).get("key", ""))) for c in constants):
            wrong.append("constants")
        tags = body.get("tags") or []
        if len(tags) > 10 or any(len(str(t)) >= 512 for t in tags):
            wrong.append("tags")
        if wrong:
            raise Refused(400, f"Invalid task file. Invalid fields: {', '.join(wrong)}")
        pool, job = self._places(body)
        if len(self.account.tasks(self.now)) >= self._quota():
            raise Refused(403, "Maximum number of tasks reached")
        script = self._made(body, str(name), ids or (), pool, job)
        self._write("create", script.id, new=script.id)
        return script

    def _places(self, body: dict[str, Any]) -> tuple[str | None, Job | None]:
        """The pool and the job it goes to; an unknown one is 400, not 404."""
        try:
            job = self.job(body["jobUuid"]) if body.get("jobUuid") else None
            pool = self.pool(body["poolUuid"]).id if body.get("poolUuid") else None
        except Refused as refused:
            raise Refused(400, refused.message) from None
        if not body.get("profile") and not pool and not (job and job.pool):
            raise Refused(400, "Invalid task file. Invalid fields: profile")
        if job is not None and job.pool is not None:
            pool = job.pool
        return pool, job

    def _made(self, body: dict[str, Any], name: str, ids: tuple[int, ...], pool: str | None, job: Job | None) -> Script:
        id_ = self.account.new_id()
        rng = Random(id_)
        study = next((s for s in STUDIES if s.profile == body.get("profile")), rng.choice(STUDIES))
        script = Script(
            id=id_, name=name, study=study, created=self.now, ids=ids, queue=4.0, minutes=study.minutes,
            slots=64, advanced=bool(body.get("advancedRanges")), body=body,
            tags=[str(t) for t in body.get("tags") or []],
            constants=_constants(body.get("constants") or []),
            pool=pool, job=job.id if job else None,
        )  # fmt: skip
        dependencies = lowered(body.get("dependencies") or {})
        before = [*(dependencies.get("dependsOn") or ())]
        before += [lowered(d).get("taskUuid") for d in dependencies.get("advancedDependsOn") or ()]
        if before and job is not None and job.depends:
            script.after = self.find(str(before[-1]))[0]
            advanced = dependencies.get("advancedDependsOn") or ()
            if advanced:
                script.wants = tuple(w.lower() for w in lowered(advanced[-1]).get("taskFinalStateCondition") or ())
        self.account.add(script)
        return script

    def update(self, id_: str, body: dict[str, Any]) -> None:
        """Constants and tags; every other property is ignored (quirk Q12)."""
        script, _ = self.find(id_)
        body = lowered(body)
        if isinstance(body.get("tags"), list):
            if len(body["tags"]) > 10:
                raise self._refuse("update", id_, 400, "Invalid task file. Invalid fields: tags")
            script.tags = [str(t) for t in body["tags"]]
        if isinstance(body.get("constants"), list):
            script.constants = _constants(body["constants"])
        script.touched = self.now
        self._write("update", script.id)

    def resources(self, id_: str) -> None:
        """PATCH: sent to the nodes anew, while there are any."""
        script, state = self.find(id_)
        if state.state not in {"PartiallyExecuting", "FullyExecuting"}:
            raise self._refuse("resources", id_, 400, f"The task is not running; it is {state.state}")
        self._write("resources", script.id)

    def abort(self, id_: str) -> None:
        """Live tasks only."""
        script, state = self.find(id_)
        if state.state in FINAL or state.state in {"PendingCancel", "PendingDelete"}:
            raise self._refuse("abort", id_, 403, f"The task cannot be aborted: it is {state.state}")
        script.aborted = script.touched = self.now
        self._write("abort", script.id)

    def delete(self, id_: str) -> None:
        """Aborts first where needed; a second call finds it done."""
        script, state = self.find(id_)
        if state.state == "PendingDelete":
            return
        if state.state not in FINAL and script.aborted is None:
            script.aborted = self.now
        script.deleted = script.touched = self.now
        self._write("delete", script.id)

    def again(self, verb: str, id_: str, body: dict[str, Any]) -> Script:
        """`clone`, `retry`, `resume`, `recover`: always another task, never a change of this one."""
        source, state = self.find(id_)
        body = lowered(body)
        if verb != "clone" and {"instanceCount", "advancedRanges"} & set(body):
            raise self._refuse(verb, id_, 400, "Invalid task file. Invalid fields: instanceCount")
        ids = _ids(body) if {"instanceCount", "advancedRanges"} & set(body) else _chosen(verb, source, state)
        if not ids:
            raise self._refuse(verb, id_, 403, f"Cannot {verb} this task: no such instances in state {state.state}")
        if len(self.account.tasks(self.now)) >= self._quota():
            raise self._refuse(verb, id_, 403, "Maximum number of tasks reached")
        script = copy.copy(source)
        script._instances = script._steps = None
        script.id, script.created, script.queue = self.account.new_id(), self.now, 4.0
        script.name = str(body.get("name") or source.name)
        script.ids, script.advanced = tuple(ids), ids != tuple(range(len(ids)))
        script.aborted = script.deleted = script.touched = script.refused = script.after = None
        script.share = 0.0
        """What failed of a passing cause succeeds the second time."""
        script.tags = [str(t) for t in body.get("tags") or source.tags]
        script.body = {**source.body, **body}
        script.body.pop("shortname", None)
        if isinstance(body.get("constants"), list):
            script.constants = _constants(body["constants"])
        self.account.add(script)
        self._write(verb, source.id, new=script.id)
        return script

    # -- groups

    def create_job(self, body: dict[str, Any]) -> Job:
        """A job; its `state` in the request is ignored."""
        body = lowered(body)
        if not body.get("name"):
            raise Refused(400, "Invalid job file. Invalid fields: name")
        pool = self._places({"profile": "-", "poolUuid": body.get("poolUuid")})[0] if body.get("poolUuid") else None
        job = Job(self.account.new_id(), str(body["name"]), self.now, [str(t) for t in body.get("tags") or []], pool,
                  bool(body.get("useDependencies")), body)  # fmt: skip
        self.account.tasks(self.now)
        self.account.jobs[job.id] = job
        self._write("create job", job.id, new=job.id)
        return job

    def terminate(self, id_: str) -> None:
        """The job and its remaining tasks stop."""
        job = self.job(id_)
        if job.stopped is None:
            job.stopped = self.now
        self._stop(self.account.members(self.now, job=job.id))
        self._write("terminate", job.id)

    def delete_job(self, id_: str, *, force: bool) -> None:
        """Refused while tasks run, unless forced."""
        job = self.job(id_)
        live = [s for s in self.account.members(self.now, job=job.id) if _live(s, self.now)]
        if live and not force:
            raise self._refuse("delete job", id_, 403, f"The job still has {len(live)} running tasks")
        self._stop(live)
        job.deleted = self.now
        self._write("delete job", job.id)

    def create_pool(self, body: dict[str, Any]) -> Pool:
        """A pool."""
        body = lowered(body)
        if not body.get("name") or not body.get("profile"):
            raise Refused(400, "Invalid pool file. Invalid fields: name, profile")
        pool = Pool(self.account.new_id(), str(body["name"]), self.now, int(body.get("instanceCount") or 0) or 1,
                    str(body["profile"]), [str(t) for t in body.get("tags") or []], body)  # fmt: skip
        self.account.tasks(self.now)
        self.account.pools[pool.id] = pool
        self._write("create pool", pool.id, new=pool.id)
        return pool

    def update_pool(self, id_: str, body: dict[str, Any]) -> None:
        """Constants, tags and scaling."""
        pool = self.pool(id_)
        body = lowered(body)
        if isinstance(body.get("tags"), list):
            pool.tags = [str(t) for t in body["tags"]]
        pool.body |= {key: body[key] for key in ("constants", "scaling", "elasticProperty") if body.get(key)}
        self._write("update pool", pool.id)

    def close(self, id_: str) -> None:
        """The pool's nodes go; its tasks stop."""
        pool = self.pool(id_)
        if pool.stopped is not None:
            raise self._refuse("close", id_, 403, f"The pool cannot be closed: it is {pool.state(self.now)[0]}")
        pool.stopped = self.now
        self._stop(self.account.members(self.now, pool=pool.id))
        self._write("close", pool.id)

    def delete_pool(self, id_: str) -> None:
        """Closes first."""
        pool = self.pool(id_)
        if pool.stopped is None:
            pool.stopped = self.now
            self._stop(self.account.members(self.now, pool=pool.id))
        pool.deleted = self.now
        self._write("delete pool", pool.id)

    def _stop(self, scripts: Iterable[Script]) -> None:
        for script in scripts:
            if _live(script, self.now) and script.aborted is None:
                script.aborted = self.now


def _constants(sent: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"key": str(c.get("key")), "value": str(c.get("value"))} for c in map(lowered, sent)]


def _live(script: Script, now: datetime) -> bool:
    state = state_at(script, now)
    return state is not None and state.state not in FINAL


def _ids(body: dict[str, Any]) -> tuple[int, ...] | None:
    """The instances asked for; None for none or for nonsense."""
    ranged = body.get("advancedRanges")
    try:
        if ranged:
            return tuple(numbers(str(ranged)))
        count = int(body.get("instanceCount") or 0)
    except ValueError:
        return None
    return tuple(range(count)) if 0 < count <= 100_000 else None


def _chosen(verb: str, source: Script, state: State) -> tuple[int, ...]:
    """Failed instances for `retry`, cancelled ones for `resume`, both for `recover`, all for `clone`."""
    if verb == "clone":
        return source.ids
    failed, cancelled = set(), set()
    if source.refused is not None:
        failed = set(source.ids)
    else:
        failed = {one.number for one in source.instances if one.end <= state.stopped and one.cause is not None}
        ended = {one.number for one in source.instances if one.end <= state.stopped}
        cancelled = set(source.ids) - ended if state.state == "Cancelled" else set()
    wanted = {"retry": failed, "resume": cancelled, "recover": failed | cancelled}
    return tuple(sorted(wanted[verb]))
