"""The official clients, unmodified, in a world that ages sixty times as fast as ours while they read it."""

import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.sandbox import START, served
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sevenbridges

    qarnot = pytest.importorskip("qarnot")

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def world() -> Sandbox:
    tasks = {"cgc": 260, "lab": 120, "et": 20}
    return Sandbox(seed=5, tasks=tasks, clock=WorldClock(START, 60.0), limit=100_000)


@pytest.fixture(scope="module")
def base(world: Sandbox) -> Iterator[str]:
    with served(world) as address:
        yield address


@pytest.fixture
def seven(base: str) -> Iterator[Any]:
    made = sevenbridges.Api(url=f"{base}/sevenbridges/cgc/v2", token="sandbox-cgc", debug=True, retry_count=0)
    yield made
    made.download_pool.shutdown()
    made.upload_pool.shutdown()
    made.session.close()


@pytest.fixture
def lab(base: str) -> Any:
    logger = logging.getLogger("qarnot-tests")
    return qarnot.Connection(client_token="sandbox-lab", cluster_url=f"{base}/qarnot/lab", logger=logger)


def test_u06_seven_bridges_loses_no_task_while_the_world_grows(seven: Any, world: Sandbox) -> None:
    """Newest first, offsets shift: what was there at the start is there, and every step of the client works."""
    before = {task.id for task in seven.tasks.query(order_by="created_time", order="desc", limit=100).all()}
    page = seven.tasks.query(order_by="created_time", order="desc", limit=50)
    seen = [task.id for task in page]
    while page.links and any(link.rel.lower() == "next" for link in page.links):
        world.clock.advance(300)
        page = page.next_page()
        seen += [task.id for task in page]
    assert before <= set(seen), "no task is lost"
    done = next(t for t in seven.tasks.query(order_by="created_time", order="desc", status="COMPLETED", limit=100))
    copy = done.clone(run=False)
    assert copy.status == "DRAFT"
    assert copy.run().status in {"CREATING", "QUEUED", "RUNNING"}
    copy.reload()
    assert copy.abort().status in {"ABORTING", "ABORTED"}
    group = next(iter(seven.billing_groups.query()))
    assert float(group.analysis_breakdown(limit=10)[0].analysis_cost.amount) > 0


def test_u06_qarnot_pages_neither_repeat_nor_lose_a_task(lab: Any, world: Sandbox) -> None:
    before = {task.uuid for task in lab.all_tasks()}
    seen, token = [], None
    for _ in range(60):
        page = lab.tasks_page(token=token, maximum=10)
        seen += [task.uuid for task in page.page_data]
        token = page.next_token
        if token is None:
            break
        world.clock.advance(300)
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_u06_qarnot_follows_a_snapshot_to_its_end(lab: Any, world: Sandbox) -> None:
    task = lab.create_task("living", "docker-batch", 2)
    task.submit()
    world.clock.advance(600)
    taken = task.instant()
    world.clock.advance(60)
    assert task.snapshot_status(taken)._status.is_completed
    task.abort()
    task.update(True)
    assert task.state in {"PendingCancel", "Cancelled", "UploadingResults"}
    task.delete()


def test_u06_et_engine_batches_are_read_while_they_run(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = pytest.importorskip("et_engine")
    monkeypatch.setenv("ET_ENGINE_API_KEY", "sandbox-et")
    client = engine.Engine(base_url=f"{base}/et-engine/et/v1")
    batches = client.batches.list_batches()
    assert len(batches) >= 20
    for batch in batches[:5]:
        status = batch.status()
        assert status.succeeded + status.failed >= 0
