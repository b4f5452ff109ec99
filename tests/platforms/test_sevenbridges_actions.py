"""What can be done to a task, what is offered in which state, and what is said when it goes wrong half way."""

import json
from typing import Any

import httpx
import pytest

from tests.platforms.samples import adapter, routed, sample
from tests.support.sandbox import START
from tests.support.sevenbridges import Desk, everything
from tui.domain.action import Verb
from tui.domain.errors import NotFound, PlatformError, ReadOnly, Rejected, Sent, UnexpectedAnswer
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.sevenbridges.adapter import SevenBridges
from tui.platforms.sevenbridges.convert import Names, to_task
from tui.platforms.sevenbridges.wire import TASK

DRAFT = {"project": "labq/qc", "app": "labq/qc/fastqc/12", "name": "mine"}


async def make(platform: SevenBridges, **more: Any) -> TaskRef:
    """A draft made behind the adapter's back."""
    answer = await platform._client.act("POST", "/tasks", {**DRAFT, **more}, doing="making a draft", into=TASK)
    return TaskRef("cgc", answer.value.id)


async def look(platform: SevenBridges, ref: TaskRef) -> Task:
    return (await platform.many([ref])).tasks[0]


async def test_a_draft_is_run_aborted_and_its_state_comes_back() -> None:
    """Each answer holds the task as it is now."""
    desk = Desk()
    async with desk.adapter() as platform:
        ref = await make(platform)
        begun = await platform.run(ref)
        assert begun.task is not None
        assert begun.task.status is TaskStatus.STARTING
        desk.world.clock.advance(60)
        stopped = await platform.abort(ref)
        assert stopped.task is not None
        assert (stopped.task.status, stopped.task.native_status) == (TaskStatus.FINISHING, "ABORTING")
        desk.world.clock.advance(20)
        assert (await look(platform, ref)).status is TaskStatus.ABORTED
        with pytest.raises(Rejected, match="7011") as failed:
            await platform.abort(ref)
        assert failed.value.sent is Sent.REFUSED
        with pytest.raises(Rejected, match="7010"):
            await platform.run(ref)


@pytest.mark.parametrize("verb", ["run", "abort", "clone", "rerun"])
async def test_u01_an_action_is_sent_as_json(verb: str) -> None:
    """Every official client declares JSON on every call; a server may refuse an action that does not."""
    desk = Desk()
    async with desk.adapter() as platform:
        ref = await make(platform)
        if verb == "abort":
            await platform.run(ref)
        await (platform.rerun(ref, {}) if verb == "rerun" else getattr(platform, verb)(ref))
    sent = [r for r in desk.requests if "/actions/" in r.url.path][-1]
    assert sent.headers["content-type"] == "application/json"
    assert sent.content == b"{}"


async def test_a_batch_draft_can_run_as_one_task() -> None:
    """`batch=False` goes along, and only then."""
    desk = Desk()
    files = [{"class": "File", "path": f"{n:024x}", "name": f"f{n}.bam"} for n in range(3)]
    given = {"inputs": {"reads": files}, "batch_input": "reads", "batch_by": {"type": "ITEM"}}
    async with desk.adapter() as platform:
        single, batch = await make(platform, **given), await make(platform, **given)
        await platform.run(single, as_batch=False)
        await platform.run(batch)
        assert (await look(platform, single)).counts is None
        assert (await look(platform, batch)).counts is not None
    runs = [r for r in desk.requests if r.url.path.endswith("/run")]
    assert [r.url.params.get("batch") for r in runs] == ["False", None]


async def test_a_copy_is_a_draft_and_a_rerun_runs() -> None:
    """Both name the new task; a rerun is one call."""
    desk = Desk()
    async with desk.adapter() as platform:
        failed = next(t for t in await everything(platform) if t.status is TaskStatus.FAILED and t.counts is None)
        copied = await platform.clone(failed.ref)
        assert copied.new is not None
        assert (await look(platform, copied.new)).status is TaskStatus.DRAFT
        del desk.requests[:]
        again = await platform.rerun(failed.ref, {})
        assert len(desk.requests) == 1
        assert desk.requests[0].url.params["action"] == "run"
        assert again.new not in {None, failed.ref, copied.new}
        assert again.new is not None
        assert (await look(platform, again.new)).status.is_active


async def test_a_rerun_with_other_settings_changes_the_copy_first() -> None:
    """Copy, change, run; what is not changed stays; the source is left alone."""
    desk = Desk()
    async with desk.adapter() as platform:
        source = next(t for t in await everything(platform) if t.status is TaskStatus.DONE and t.counts is None)
        given = {"instance_type": "r5.8xlarge;ebs-gp2;512", "spot": "no", "max_parallel_instances": "7"}
        done = await platform.rerun(source.ref, {**given, "use_memoization": "yes"})
        assert done.new is not None
        new = await platform.detail(done.new)
        old = await platform.detail(source.ref)
    assert [p.split("/")[-1].split(" ")[0] for p in desk.paths() if "POST" in p or "PATCH" in p][:1] == ["clone"]
    assert new.settings is not None
    assert old.settings is not None
    assert new.settings["instance_type"] == "r5.8xlarge;ebs-gp2;512"
    assert (new.settings["max_parallel_instances"], new.settings["use_memoization"]) == (7, True)
    assert new.settings["use_elastic_disk"] == old.settings["use_elastic_disk"]
    assert new.task.spot is False
    assert new.inputs == old.inputs
    assert new.task.status.is_active


async def test_a_rerun_can_change_inputs() -> None:
    """As values of the kind that the task has there; what is none of them is refused before a copy is made."""
    desk = Desk()
    async with desk.adapter() as platform:
        source = next(t for t in await everything(platform) if t.status is TaskStatus.FAILED and t.counts is None)
        done = await platform.rerun(source.ref, {"in.threads": "7", "spot": "no"})
        assert done.new is not None
        new, old = await platform.detail(done.new), await platform.detail(source.ref)
        assert new.inputs == {**(old.inputs or {}), "threads": 7}
        asked = len([p for p in desk.paths() if not p.startswith("GET")])
        for settings, why in (({"in.thread": "7"}, "no input thread; it has"), ({"in.threads": "many"}, "write JSON")):
            with pytest.raises(Rejected, match=why) as failed:
                await platform.rerun(source.ref, settings)
            assert failed.value.sent is Sent.NO
        assert len([p for p in desk.paths() if not p.startswith("GET")]) == asked


async def test_failed_children_can_be_rerun_with_another_input() -> None:
    """The batch's own inputs with the change; the children's items stay what the batch is made of."""
    desk = Desk()
    async with desk.adapter() as platform:
        batch = next(t for t in await everything(platform) if t.counts and 0 < t.counts.failed < 50)
        old = await platform.detail(batch.ref)
        port = next(name for name, value in (old.inputs or {}).items() if isinstance(value, int))
        done = await platform.rerun_failed(batch.ref, None, {f"in.{port}": "3"})
        assert done.new is not None
        new = await platform.detail(done.new)
    assert new.inputs is not None
    assert new.inputs[port] == 3
    assert len(new.inputs[str(old.batch and old.batch.input)]) == batch.counts.failed


@pytest.mark.parametrize("settings", [{"colour": "red"}, {"max_parallel_instances": "many"}])
async def test_an_unknown_setting_is_refused_before_anything_is_sent(settings: dict[str, str]) -> None:
    """With what there is to change."""
    desk = Desk(tasks=12)
    async with desk.adapter() as platform:
        for call in (platform.rerun(TaskRef("cgc", "x"), settings),):
            with pytest.raises(Rejected, match="instance_type") as failed:
                await call
            assert failed.value.sent is Sent.NO
    assert desk.requests == []


async def test_rename_and_delete() -> None:
    """A name changes where the platform lets it; a draft goes, and is not found afterwards."""
    desk = Desk()
    async with desk.adapter() as platform:
        ref = await make(platform)
        renamed = await platform.rename(ref, "better")
        assert renamed.task is not None
        assert renamed.task.name == "better"
        gone = await platform.delete(ref)
        assert gone.task is None
        with pytest.raises(NotFound):
            await platform.detail(ref)
        with pytest.raises(NotFound):
            await platform.delete(ref)
    assert [r["verb"] for r in desk.world.ledger.rows] == ["create", "patch", "delete"]


async def batch_of(platform: SevenBridges, desk: Desk) -> tuple[Task, list[Task]]:
    """A batch with failures, and its failed children."""
    parent = next(
        t for t in await everything(platform) if t.counts is not None and t.counts.failed > 1 and t.counts.total < 99
    )
    children = [t async for page in platform.children(parent.ref) for t in page.tasks]
    return parent, [c for c in children if c.status is TaskStatus.FAILED]


@pytest.mark.parametrize("chosen", [None, 1])
async def test_only_what_failed_runs_again_as_one_batch(chosen: int | None) -> None:
    """One draft with the failed children's inputs, looked at, then run; each failed input is in it once."""
    desk = Desk(tasks=540)
    async with desk.adapter() as platform:
        parent, failed = await batch_of(platform, desk)
        wanted = failed if chosen is None else failed[:chosen]
        del desk.requests[:]
        done = await platform.rerun_failed(
            parent.ref, None if chosen is None else [c.ref for c in wanted], {"spot": "true"}
        )
        changes = [p for p in desk.paths() if not p.startswith("GET")]
        assert done.new is not None
        assert changes == ["POST /tasks", f"POST /tasks/{done.new.id}/actions/run"]
        desk.world.clock.advance(30)
        new = await look(platform, done.new)
        assert new.counts is not None
        assert new.counts.total == len(wanted)
        assert new.app == parent.app
        assert new.project == parent.project
        assert new.spot is True
        detail = await platform.detail(done.new)
        assert detail.batch is not None
        old = await platform.detail(parent.ref)
        assert old.batch is not None
        assert (detail.batch.by, detail.batch.criteria, detail.batch.input) == (
            old.batch.by,
            old.batch.criteria,
            old.batch.input,
        )
    assert str(len(wanted)) in (done.message or "")


async def test_a_batch_without_failures_is_not_rerun() -> None:
    """Nothing is made."""
    desk = Desk(tasks=540)
    async with desk.adapter() as platform:
        fine = next(
            t for t in await everything(platform) if t.counts is not None and t.counts.total and not t.counts.failed
        )
        with pytest.raises(Rejected, match="no failed child") as refused:
            await platform.rerun_failed(fine.ref, None, {})
    assert refused.value.sent is Sent.NO
    assert desk.world.ledger.rows == []


def hide_batch_input(desk: Desk) -> None:
    """The children do not show what they were given, so the batch cannot be rebuilt."""

    def before(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and request.url.params.get("parent"):
            fields = ",".join(f for f in request.url.params["fields"].split(",") if f != "inputs")
            request.url = request.url.copy_set_param("fields", fields)
        return None

    desk.before = before


async def test_a_batch_that_cannot_be_rebuilt_is_rerun_child_by_child() -> None:
    """Clones, one each, and the message says so."""
    desk = Desk(tasks=540)
    async with desk.adapter() as platform:
        parent, failed = await batch_of(platform, desk)
        hide_batch_input(desk)
        done = await platform.rerun_failed(parent.ref, None, {})
    clones = [r for r in desk.world.ledger.rows if r["verb"] == "clone"]
    assert {r["id"] for r in clones} == {c.ref.id for c in failed}
    assert done.new == TaskRef("cgc", clones[0]["new_id"])
    assert "cannot be rebuilt" in (done.message or "")


async def test_r33_what_was_started_before_a_failure_is_named() -> None:
    """The second clone cannot be sent: "not sent" would be a lie, since the first one runs."""
    desk = Desk(tasks=540)
    async with desk.adapter() as platform:
        parent, _ = await batch_of(platform, desk)
        hide_batch_input(desk)
        inner = desk.before
        clones = 0

        def before(request: httpx.Request) -> httpx.Response | None:
            nonlocal clones
            clones += request.url.path.endswith("/clone")
            if clones == 2:
                raise httpx.ConnectError("refused")
            return inner(request) if inner else None

        desk.before = before
        with pytest.raises(PlatformError, match=r"1 of .* children were cloned") as failed:
            await platform.rerun_failed(parent.ref, None, {})
    assert failed.value.sent is Sent.MAYBE
    assert len(desk.world.ledger.rows) == 1
    assert desk.world.ledger.rows[0]["new_id"] in failed.value.why
    assert desk.world.ledger.rows[0]["new_id"] in str(failed.value)


async def test_a_rerun_that_stays_a_draft_is_no_success() -> None:
    """A validation error is no HTTP error here: the copy has errors and does not run, so its errors are told."""
    errors = sample("error_types")["errors"]
    copy = {"id": "11111111-0000-4000-8000-000000000000", "status": "DRAFT", "errors": errors}
    ref = TaskRef("cgc", "22222222-0000-4000-8000-000000000000")
    async with adapter(routed({f"POST /tasks/{ref.id}/actions/clone": copy})) as platform:
        with pytest.raises(Rejected, match=r"port_1.*port_2.*port_3") as refused:
            await platform.rerun(ref, {})
    assert copy["id"] in str(refused.value)


async def test_a_run_that_stays_a_draft_is_no_success() -> None:
    """The answer to a run can be the draft itself, with what is wrong with it."""
    ref = TaskRef("cgc", "11111111-0000-4000-8000-000000000000")
    draft = {"id": ref.id, "status": "DRAFT", "errors": sample("error_types")["errors"]}
    async with adapter(routed({f"POST /tasks/{ref.id}/actions/run": draft})) as platform:
        with pytest.raises(Rejected, match="port_1"):
            await platform.run(ref)


async def test_a_new_batch_with_errors_is_made_known_and_not_run() -> None:
    """The draft is named; what is wrong with which input is said."""
    child = {
        "id": "33333333-0000-4000-8000-000000000000", "status": "FAILED", "parent": sample("batch")["id"],
        "inputs": {"FASTQ": [{"class": "File", "path": "abc", "name": "a.fq"}]},
    }  # fmt: skip
    parent = sample("batch")
    draft = {"id": "44444444-0000-4000-8000-000000000000", "status": "DRAFT", **sample("errors")}
    transport = routed({
        f"GET /tasks/{parent['id']}": parent, "GET /tasks": {"items": [child], "links": []}, "POST /tasks": draft,
    })  # fmt: skip
    async with adapter(transport) as platform:
        with pytest.raises(Rejected, match=r"draft .* was made, then: .*FASTQ") as refused:
            await platform.rerun_failed(TaskRef("cgc", parent["id"]), None, {})
    assert draft["id"] in str(refused.value)
    sent = [r for r in transport.requests if r.method == "POST"]
    assert len(sent) == 1
    body = json.loads(sent[0].content)
    assert body["inputs"]["FASTQ"] == child["inputs"]["FASTQ"]
    assert body["inputs"]["Known_SNPs"] == parent["inputs"]["Known_SNPs"]
    assert body["batch_by"] == parent["batch_by"]
    assert body["batch"] is True


async def test_r33_a_step_that_fails_after_the_copy_names_the_copy() -> None:
    """The change of the copied draft cannot be sent; the draft is there all the same."""
    desk = Desk()
    async with desk.adapter() as platform:
        source = next(t for t in await everything(platform) if t.status is TaskStatus.DONE and t.counts is None)

        def before(request: httpx.Request) -> httpx.Response | None:
            if request.method == "PATCH":
                raise httpx.ConnectError("refused")
            return None

        desk.before = before
        with pytest.raises(PlatformError, match=r"draft .* was made, then") as failed:
            await platform.rerun(source.ref, {"spot": "yes"})
    assert failed.value.sent is Sent.MAYBE
    assert [r["verb"] for r in desk.world.ledger.rows] == ["clone"]


async def test_r42_a_read_only_account_refuses_every_verb() -> None:
    """The ledger stays empty; lists, bulk gets, details and logs go on."""
    desk = Desk()
    async with desk.adapter(read_only=True) as platform:
        tasks = await everything(platform)
        assert len((await platform.many([t.ref for t in tasks[:5]])).tasks) == 5
        ref = tasks[0].ref
        batch = next(t.ref for t in tasks if t.counts is not None and t.counts.failed)
        for call in (
            platform.run(ref), platform.abort(ref), platform.clone(ref), platform.rerun(ref, {}),
            platform.rerun_failed(batch, None, {}), platform.rename(ref, "x"), platform.delete(ref),
        ):  # fmt: skip
            with pytest.raises(ReadOnly):
                await call
    assert desk.world.ledger.rows == []


TABLE = {
    "DRAFT": "run clone rerun rename delete",
    "CREATING": "abort clone rerun",
    "QUEUED": "abort clone rerun",
    "RUNNING": "abort clone rerun rename",
    "ABORTING": "clone rerun",
    "COMPLETED": "clone rerun rename",
    "FAILED": "clone rerun",
    "ABORTED": "clone rerun",
    "Active": "",
}


@pytest.mark.parametrize(("word", "offered"), TABLE.items())
def test_each_state_offers_what_the_platform_allows(word: str, offered: str) -> None:
    """The table of section 12; an unknown word offers nothing (R22); what is not offered has a reason."""
    wire = TASK.validate_json(json.dumps({**sample("running"), "status": word}).encode())
    task = to_task(wire, Names("cgc", None), START)
    platform = adapter(routed({}))
    verbs = [Verb.RUN, Verb.ABORT, Verb.CLONE, Verb.RERUN, Verb.RENAME, Verb.DELETE]
    assert {v.value for v in verbs if platform.refusal(v, task) is None} == set(offered.split())
    for verb in Verb:
        why = platform.refusal(verb, task)
        assert why is None or (len(why) > 10 and "None" not in why)
    assert platform.refusal(Verb.RERUN_FAILED, task) is not None


def test_a_draft_with_errors_is_not_run() -> None:
    """The reason is the first error."""
    body = {**sample("run"), "status": "DRAFT", **sample("errors")}
    task = to_task(TASK.validate_json(json.dumps(body).encode()), Names("cgc", None), START)
    assert "does not match the expected type" in (adapter(routed({})).refusal(Verb.RUN, task) or "")


async def test_quirk_11_1_6_an_answer_with_the_old_id_names_no_new_task() -> None:
    """The documented clone shows the source's own id; it must not pass for the copy, and must never be changed."""
    ref = TaskRef("cgc", "22222222-0000-4000-8000-000000000000")
    same = {"id": ref.id, "status": "DRAFT"}
    transport = routed({f"POST /tasks/{ref.id}/actions/clone": same, f"PATCH /tasks/{ref.id}": same})
    async with adapter(transport) as platform:
        done = await platform.clone(ref)
        assert done.new is None
        assert "did not say" in (done.message or "")
        with pytest.raises(UnexpectedAnswer):
            await platform.rerun(ref, {"spot": "yes"})
    assert not any(r.method == "PATCH" for r in transport.requests)
