"""The official `sevenbridges-python`, unmodified, works against the sandbox over real HTTP."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.sandbox import served, still
from tui.sandbox.app import Sandbox

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sevenbridges
    from sevenbridges.errors import BadRequest, Forbidden, NotFound, TaskValidationError, Unauthorized

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


FIELDS = (
    "name", "status", "project", "app", "type", "created_by", "created_time", "batch", "parent", "errors", "warnings",
    "price", "inputs", "outputs", "execution_settings", "execution_status", "origin", "output_location",
    "use_interruptible_instances", "description", "batch_by", "batch_group",
)  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Sandbox:
    return still(tasks={"cgc": 180})


@pytest.fixture(scope="module")
def base(world: Sandbox) -> Iterator[str]:
    with served(world) as address:
        yield address


@pytest.fixture
def api(base: str) -> Iterator[Any]:
    """The SDK pointed at the first account."""
    made = sevenbridges.Api(url=f"{base}/sevenbridges/cgc/v2", token="sandbox-cgc", debug=True, retry_count=0)
    yield made
    made.download_pool.shutdown()
    made.upload_pool.shutdown()
    made.session.close()


def newest(api: Any, **query: Any) -> Any:
    return api.tasks.query(order_by="created_time", order="desc", limit=100, **query)


def files(api: Any, count: int) -> list[Any]:
    """So many files that are there: what other tasks read. The SDK asks for each before it names it."""
    seen: dict[str, Any] = {}
    for task in newest(api, project="labq/qc"):
        for port in task.inputs:
            value = api.tasks.get(task.id).inputs[port] if len(seen) < count else None
            seen |= {f.id: f for f in (value if isinstance(value, list) else []) if hasattr(f, "id")}
        if len(seen) >= count:
            break
    return list(seen.values())[:count]


def draft(api: Any, **more: Any) -> Any:
    given = {"threads": 8, "reads": files(api, 1)}
    return api.tasks.create(
        name="made by the sdk", project="labq/qc", app="labq/qc/fastqc/12", **{"inputs": given, **more}
    )


def test_it_lists_and_pages(api: Any) -> None:
    """Totals, links both ways, and `.all()`, which starts anew from the collection's own address."""
    page = api.tasks.query(limit=50)
    assert page.total == 180
    assert len(page) == 50
    second = page.next_page()
    assert [t.id for t in second.previous_page()] == [t.id for t in page]
    ids = [t.id for t in page.all()]
    assert len(ids) == len(set(ids)) == page.total
    times = [t.created_time for t in page]
    assert times == sorted(times)
    assert [t.id for t in newest(api)][:5] == ids[::-1][:5]


def test_it_gets_and_gets_in_bulk(api: Any, world: Sandbox) -> None:
    """Every field that the SDK knows can be read without a second request."""
    some = list(newest(api))[:5]
    before = world.mounted[0].app.rate.remaining
    task = api.tasks.get(some[0].id)
    for field in FIELDS:
        getattr(task, field)
    assert before - world.mounted[0].app.rate.remaining == 1
    assert isinstance(task.execution_status.running_duration, int)
    assert task.execution_status.system_limit in {True, False}
    records = api.tasks.bulk_get([t.id for t in some] + ["00000000-0000-4000-8000-000000000000"])
    assert [r.valid for r in records] == [True] * 5 + [False]
    assert [r.resource.id for r in records[:5]] == [t.id for t in some]
    assert records[5].error.code == 7002


def test_it_filters(api: Any) -> None:
    """Project, status in any case, batch by the SDK's capital booleans, time windows with and without zone."""
    in_project = newest(api, project="labq/qc")
    assert {t.project for t in in_project} == {"labq/qc"}
    assert {t.status for t in newest(api, status="failed")} == {"FAILED"}
    assert {t.batch for t in newest(api, batch=True)} == {True}
    assert {t.batch for t in newest(api, batch=False)} == {False}
    for bound in ("2026-01-04", "2026-01-04T00:00:00", "2026-01-04T02:00:00+02:00"):
        recent = newest(api, created_from=bound)
        assert recent.total == newest(api, created_from="2026-01-04T00:00:00").total > 0
        assert all(t.created_time.day in {4, 5} for t in recent)
    with pytest.raises(BadRequest) as failed:
        newest(api, status="CREATING")
    assert failed.value.code == 7006


def test_it_creates_runs_aborts_and_deletes(api: Any, world: Sandbox) -> None:
    """The whole life, with the ledger as witness."""
    start = len(world.ledger.rows)
    task = draft(api)
    assert task.status == "DRAFT"
    task.run()
    assert task.status in {"CREATING", "QUEUED", "RUNNING"}
    world.clock.advance(60)
    task.reload()
    assert task.status == "RUNNING"
    with pytest.raises(BadRequest) as failed:
        task.run()
    assert failed.value.code == 7010
    with pytest.raises(BadRequest):
        task.delete()
    task.abort()
    assert task.status == "ABORTING"
    world.clock.advance(20)
    task.reload()
    assert task.status == "ABORTED"
    assert task.end_time is not None
    with pytest.raises(BadRequest) as failed:
        task.abort()
    assert failed.value.code == 7011
    other = draft(api)
    other.delete()
    with pytest.raises(NotFound):
        api.tasks.get(other.id)
    assert [(r["verb"], r["outcome"]) for r in world.ledger.rows[start:]] == [
        ("create", "done"), ("run", "done"), ("run", "refused 7010"), ("delete", "refused 7010"), ("abort", "done"),
        ("abort", "refused 7011"), ("create", "done"), ("delete", "done"),
    ]  # fmt: skip


def test_it_clones_with_and_without_running(api: Any) -> None:
    """Any state may be copied; the copy has an id of its own and no past."""
    source = next(t for t in newest(api) if t.status == "FAILED" and not t.batch)
    copy = source.clone(run=False)
    assert copy.id != source.id
    assert (copy.status, copy.name, copy.app) == ("DRAFT", source.name, source.app)
    assert copy.price is None or copy.price.amount is None
    running = source.clone()
    assert running.status in {"CREATING", "QUEUED", "RUNNING"}


def test_it_edits(api: Any, world: Sandbox) -> None:
    """A draft in everything, a running task in its name; the rest is refused."""
    task = draft(api, execution_settings={"max_parallel_instances": 1})
    task.name = "another name"
    task.description = "why"
    task.inputs["threads"] = 16
    task.save()
    again = api.tasks.get(task.id)
    assert (again.name, again.description, again.inputs["threads"]) == ("another name", "why", 16)
    assert again.execution_settings["max_parallel_instances"] == 1
    again.run()
    world.clock.advance(60)
    again.reload()
    again.name = "renamed while running"
    again.save()
    assert api.tasks.get(task.id).name == "renamed while running"
    again.description = "too late"
    with pytest.raises(Forbidden) as failed:
        again.save()
    assert failed.value.code == 7026


def test_validation_is_no_http_error(api: Any) -> None:
    """The draft is made and holds the errors; only the SDK's own `run=True` turns them into an exception."""
    bad = {"reads": ["no file"], "reference": [{"class": "File", "path": "x", "name": "two words.fa"}]}
    task = draft(api, inputs=bad)
    assert task.status == "DRAFT"
    assert {e["type"].rsplit("/", 1)[1] for e in task.errors} == {"schema", "invalid_name_files"}
    with pytest.raises(TaskValidationError):
        draft(api, inputs=bad, run=True)
    with pytest.raises(BadRequest) as failed:
        task.run()
    assert failed.value.code == 7024


def test_it_walks_a_batch(api: Any) -> None:
    """Children by `parent`, and the parent's counters and price equal to theirs."""
    parent = next(t for t in newest(api, batch=True) if t.status != "DRAFT" and t.execution_status.failed)
    children = list(parent.get_batch_children().all())
    status = parent.execution_status
    told = status.queued + status.running + status.completed + status.failed + status.aborted
    assert told == len(children) == parent.get_batch_children().total
    assert {c.parent for c in children} == {parent.id}
    assert all(c.batch is False for c in children)
    for word, count in (("COMPLETED", status.completed), ("FAILED", status.failed)):
        assert sum(c.status == word for c in children) == count
    assert parent.price.amount == pytest.approx(sum(c.price.amount for c in children), abs=0.01)
    assert children[0].batch_group.value


def test_it_makes_a_batch(api: Any, world: Sandbox) -> None:
    """`batch_input` and `batch_by` alone make one, as the SDK does it; its children can be had and aborted."""
    six = files(api, 6)
    task = draft(api, inputs={"reads": six}, batch_input="reads", batch_by={"type": "item"}, run=True)
    assert task.batch is True
    world.clock.advance(40)
    children = list(task.get_batch_children())
    assert len(children) == 6
    assert api.tasks.get(children[3].id).parent == task.id
    task.abort()
    world.clock.advance(30)
    task.reload()
    assert task.status == "ABORTED"
    assert task.execution_status.aborted == 6
    alone = draft(api, inputs={"reads": six}, batch_input="reads", batch_by={"type": "ITEM"})
    alone.run(batch=False)
    assert api.tasks.get(alone.id).batch is False


def test_it_reads_execution_details_and_logs(api: Any) -> None:
    """Jobs with their machines; a failed job's log tells why, and the storage gets no token."""
    task = next(t for t in newest(api) if t.status == "FAILED" and not t.batch)
    jobs = task.get_execution_details().jobs
    assert jobs[-1].status == "FAILED"
    assert jobs[0].instance.type
    assert jobs[0].start_time is not None
    name = next(n for n in jobs[-1].logs if "err" in n)
    log = jobs[-1].logs[name]
    assert log.size > 0
    text = b"".join(log.stream())
    assert len(text) == log.size
    assert text.decode().strip()


def test_a_parent_and_a_draft_have_no_jobs(api: Any) -> None:
    """No `jobs` key at all, which the SDK reads as an empty list after asking once more."""
    parent = next(t for t in newest(api, batch=True) if t.status != "DRAFT")
    assert list(parent.get_execution_details().jobs or []) == []
    assert list(draft(api).get_execution_details().jobs or []) == []


def test_it_sees_people_projects_apps_files_and_money(api: Any) -> None:
    """What stands round the tasks."""
    assert api.users.me().username == "rfranklin"
    assert api.users.get("mwilkins").username == "mwilkins"
    assert {p.id for p in api.projects.query().all()} >= {"labq/qc", "rfranklin/wes"}
    assert [p.id for p in api.projects.query(name="wes")] == ["rfranklin/wes"]
    assert api.projects.get("labq/qc").name == "qc"
    with pytest.raises(NotFound):
        api.projects.get("labq/nothing")
    assert api.apps.query(project="labq/qc", limit=5).total == 12
    assert api.apps.get("labq/qc/fastqc/12").name == "fastqc"
    assert api.billing_groups.query()[0].name == "Sandbox billing"
    done = next(t for t in newest(api) if t.status == "COMPLETED" and not t.batch)
    made = list(api.files.query(project=done.project, origin={"task": done.id}))
    assert made
    assert api.files.get(made[0].id).name == made[0].name
    read = files(api, 1)[0]
    assert api.files.get(read.id).size > 0


def test_the_rate_limit_is_free_and_true(api: Any, world: Sandbox) -> None:
    """Asking for it costs nothing."""
    before = world.mounted[0].app.rate.remaining
    limit = api.rate_limit.get()
    assert limit.rate.limit == 1000
    assert limit.rate.remaining == before
    assert limit.instance_limit.limit == 80


def test_a_wrong_token_is_refused(base: str) -> None:
    """401, as for none at all; the endpoint list alone is anonymous."""
    wrong = sevenbridges.Api(url=f"{base}/sevenbridges/cgc/v2", token="nonsense", debug=True, retry_count=0)
    with pytest.raises(Unauthorized):
        wrong.users.me()
    assert wrong.endpoints.get().tasks_url.endswith("/tasks")
    wrong.session.close()
