"""The official Python client, unmodified, against the pretended Qarnot over real loopback HTTP."""

import asyncio
import contextlib
import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import uvicorn

from tests.support.waiting import PATIENCE
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock

qarnot = pytest.importorskip("qarnot")
from qarnot import exceptions  # noqa: E402

START = datetime(2026, 11, 24, 16, tzinfo=UTC)
TOKEN = "sandbox-lab"


@dataclass(frozen=True)
class Served:
    """A world behind a real port."""

    world: Sandbox
    base: str

    def connection(self, token: str = TOKEN, account: str = "lab") -> Any:
        logger = logging.getLogger("qarnot-tests")
        return qarnot.Connection(client_token=token, cluster_url=f"{self.base}/qarnot/{account}", logger=logger)

    def pass_(self, seconds: float) -> None:
        """Let the world age."""
        self.world.clock.advance(seconds)


@contextlib.contextmanager
def serving(**options: Any) -> Iterator[Served]:
    """The sandbox in a thread; its time stands still."""
    world = Sandbox(seed=3, tasks={"lab": 72}, clock=WorldClock(START, 0.0), limit=100_000, **options)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(32)
        config = uvicorn.Config(world.app, log_config=None, access_log=False, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        try:
            while not server.started:
                time.sleep(0.005)  # a real server in a real thread
            yield Served(world, f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as one:
        yield one


@pytest.fixture
def conn(served: Served) -> Any:
    return served.connection()


def test_the_client_connects_and_reads_its_account(conn: Any) -> None:
    info = conn.user_info
    assert info.email == "mesh.lab@example.org"
    assert info.task_count == 72
    assert info.max_task == 1_000
    assert info.computing_quotas.user.flex.max_instances == 512
    assert conn.credits().amount_in_euros > 0
    assert conn.get_user_computing_quotas().flex.max_cores == 8_192
    assert "docker-batch" in conn.profiles_names()
    assert conn.retrieve_profile("blender").name == "blender"
    assert len(list(conn.all_hardware_constraints())) == 7
    assert conn.search_cpu_model_constraints("ryzen")


def test_a_wrong_token_is_found_out_by_the_first_call(served: Served) -> None:
    with pytest.raises(exceptions.UnauthorizedException):
        list(served.connection("wrong").all_tasks())


def test_tasks_are_listed_whole_and_by_pages(conn: Any) -> None:
    everything = list(conn.all_tasks(summary=False))
    assert len({task._uuid for task in everything}) == len(everything) == 72
    with pytest.warns(DeprecationWarning, match="all_tasks"):
        assert [t._uuid for t in conn.tasks()] == [t._uuid for t in everything]
    page = conn.tasks_page(maximum=10)
    assert (len(page.page_data), page.is_truncated) == (10, True)
    following = conn.tasks_page(token=page.next_token, maximum=10)
    assert [t._uuid for t in page.page_data + following.page_data] == [t._uuid for t in everything[:20]]
    with pytest.raises(exceptions.QarnotGenericException, match="Bad Request"):
        conn.tasks_page(token="nonsense")


def test_tags_choose_any_or_all(conn: Any) -> None:
    tagged = list(conn.all_tasks(tags=["cfd", "md"]))
    assert tagged
    for task in tagged:
        assert set(task.tags) & {"cfd", "md"}
    both = list(conn.all_tasks(tags_intersect=["cfd", "aero"]))
    assert both
    assert all({"cfd", "aero"} <= set(task.tags) for task in both)


def test_every_task_of_the_world_can_be_read_in_full(conn: Any) -> None:
    """Status, errors, completed instances and dependencies of each parse in the official classes."""
    for task in conn.all_tasks(summary=False):
        task.auto_update = False
        assert task.state
        assert task.creation_date.year == 2026
        assert all(error.message for error in task.errors)
        if task.status is not None:
            assert task.status.instance_count >= 0
        assert all(done.state in {"Success", "Failure"} for done in task.completed_instances)


def test_a_task_is_submitted_runs_prints_and_succeeds(served: Served, conn: Any) -> None:
    task = conn.create_task("from the client", "docker-batch", 2, shortname="client-1")
    task.constants["DOCKER_CMD"] = "echo hello"
    task.tags = ["mine", "t2,t3"]
    task.submit()
    assert task.state == "Submitted"
    assert conn.retrieve_task("client-1").uuid == task.uuid
    served.pass_(300)
    task.update(True)
    assert task.state == "FullyExecuting"
    assert task.status.running_instances_info.per_running_instance_info[0].phase == "execution"
    whole = task.stdout()
    assert "0> " in whole
    assert "1> " in whole
    assert task.stdout(0).startswith("+ ")
    assert task.fresh_stdout() == whole
    assert task.fresh_stdout() == "", "the cursor is on the server"
    assert task.stdout() == whole, "a GET neither moves it nor is moved by it"
    served.pass_(60)
    more = task.fresh_stdout()
    assert more
    assert task.stdout() == whole + more
    served.pass_(20_000)
    task.update(True)
    assert task.state == "Success"
    assert (task.previous_state, task.progress) == ("UploadingResults", 100.0)
    assert len(task.completed_instances) == 2
    assert task.credits().amount_in_euros > 0
    assert task.carbon_facts().PUE == 1.03
    with pytest.raises(exceptions.MissingTaskInstanceException):
        task.stdout(7)


def test_what_was_changed_is_in_the_ledger(served: Served, conn: Any) -> None:
    task = conn.create_task("ledger", "docker-batch", 1)
    task.submit()
    task.tags = ["one"]
    task.commit()
    task.abort()
    uuid = task.uuid
    task.delete()
    rows = [(row["verb"], row["outcome"]) for row in served.world.ledger.rows if row["id"] == uuid]
    assert rows == [("create", "done"), ("update", "done"), ("abort", "done"), ("delete", "done")]


def test_quotas_are_kept(served: Served) -> None:
    with serving(odd=["full-quota"]) as full:
        task = full.connection().create_task("one too many", "docker-batch", 1)
        with pytest.raises(exceptions.MaxTaskException):
            task.submit()


def test_invalid_tasks_are_refused_in_the_documented_words(conn: Any) -> None:
    with pytest.raises(exceptions.QarnotGenericException, match="Invalid fields: shortname"):
        conn.create_task("x", "docker-batch", 1, shortname="-bad-").submit()
    with pytest.raises(exceptions.MissingTaskException, match="No such task"):
        conn.retrieve_task("00000000-0000-4000-8000-000000000000")


def test_several_tasks_are_submitted_at_once(conn: Any) -> None:
    good, bad = conn.create_task("good", "docker-batch", 1), conn.create_task("", "docker-batch", 1)
    with pytest.raises(exceptions.QarnotGenericException):
        conn.submit_tasks([good, bad])
    assert good.uuid is not None
    many = [conn.create_task(f"n{n}", "docker-batch", 1) for n in range(3)]
    conn.submit_tasks(many)
    assert len({task.uuid for task in many}) == 3


def test_jobs_hold_tasks_and_stop_with_them(served: Served, conn: Any) -> None:
    job = conn.create_job("client job", useDependencies=True)
    job.submit()
    first = conn.create_task("first", "docker-batch", 1, job=job)
    first.submit()
    second = conn.create_task("second", "docker-batch", 1, job=job)
    second.set_task_dependencies_from_tasks([first])
    second.submit()
    served.pass_(400)
    second.update(True)
    assert second.state == "Submitted", "a dependent task waits"
    assert {t._uuid for t in job.tasks} == {first.uuid, second.uuid}
    with pytest.raises(exceptions.UnauthorizedException, match="running tasks"):
        job.delete()
    job.terminate()
    served.pass_(60)
    first.update(True)
    assert first.state == "Cancelled"
    assert conn.retrieve_job(job.uuid).state == "Completed"
    job.delete()
    assert len(list(conn.all_jobs())) == 4


def test_pools_are_made_listed_and_closed(served: Served, conn: Any) -> None:
    assert {pool._name for pool in conn.all_pools(summary=False)} == {"lab-always-on", "lab-night-shift", "lab-trial"}
    pool = conn.create_pool("client pool", "docker-batch", 2)
    pool.submit()
    served.pass_(200)
    pool.update(True)
    assert pool.state == "FullyExecuting"
    task = conn.create_task("in the pool", pool, 2)
    task.submit()
    served.pass_(30)
    assert "node ready" in pool.stdout()
    pool.close()
    served.pass_(30)
    pool.update(True)
    assert pool.state == "Closed"
    with pytest.raises(exceptions.UnauthorizedException):
        pool.close()


# -- quirks, by their number in the contract


def count(served: Served, act: Any) -> int:
    """Requests that reach the sandbox while `act` runs."""
    calls = []
    api = next(m.app for m in served.world.mounted if m.place.name == "lab")
    router = api._router

    async def counted(*asgi: Any) -> None:
        calls.append(1)
        await router(*asgi)

    api._router = counted
    try:
        act()
    finally:
        api._router = router
    return len(calls)


def test_quirk_q1_null_breaks_the_client_and_is_never_sent_by_default() -> None:
    with serving(odd=["nulls"]) as odd, pytest.raises(TypeError):
        list(odd.connection().all_tasks(summary=False))


def test_quirk_q2_seven_digits_break_the_client() -> None:
    with serving(odd=["long-dates"]) as odd, pytest.raises(ValueError, match="does not match"):
        list(odd.connection().all_tasks())


def test_quirk_q3_the_client_reads_ticks_as_milliseconds() -> None:
    from qarnot._util import parse_timedelta

    assert parse_timedelta("00:00:25.1000003").total_seconds() == 1025.003


def test_quirk_q4_a_client_asks_for_every_task_where_we_ask_for_pages(served: Served, conn: Any) -> None:
    """Reading one property beyond the basic ones costs it a call a task."""
    tasks = list(conn.all_tasks())[:10]
    assert count(served, lambda: [task.tags for task in tasks]) == 10


def test_quirk_q5_tags_make_the_client_fetch_whole_tasks_twice(served: Served, conn: Any) -> None:
    tasks = list(conn.all_tasks(tags=["md"]))[:3]
    assert count(served, lambda: [task.errors for task in tasks]) == len(tasks) > 0


def test_quirk_q6_tasks_of_a_job_cannot_refresh_themselves(conn: Any) -> None:
    job = next(job for job in conn.all_jobs() if job.tasks)
    with pytest.raises(AttributeError):
        job.tasks[0].update(True)


def test_quirk_q7_the_client_takes_a_pending_abort_for_the_end(conn: Any) -> None:
    task = conn.create_task("abort me", "docker-batch", 1)
    task.submit()
    task.abort()
    assert task.state == "PendingCancel"
    assert task.wait(timeout=0.01) is True


def test_quirk_q10_an_abort_of_an_ended_task_surfaces_as_unauthorized(served: Served, conn: Any) -> None:
    task = conn.create_task("quick", "docker-batch", 1)
    task.submit()
    served.pass_(20_000)
    with pytest.raises(exceptions.UnauthorizedException, match="Success"):
        task.abort()


def test_quirk_q11_the_client_drops_the_tags_of_a_job_at_first(conn: Any) -> None:
    """They are in the answer; the client's object has none until it is refreshed."""
    job = next(iter(conn.all_jobs()))
    assert job._tags in (None, [], ["ci"])
    raw = conn._get(f"/jobs/{job._uuid}").json()
    assert raw["tags"] == ["ci"]


def test_quirk_q12_a_commit_sends_everything_and_changes_two_things(conn: Any) -> None:
    task = conn.create_task("before", "docker-batch", 2)
    task.submit()
    task._name = "after"
    task.tags = ["kept"]
    task.commit()
    task.update(True)
    assert (task.name, list(task.tags)) == ("before", ["kept"])


def test_quirk_q13_a_storage_address_makes_the_client_ask_for_the_account() -> None:
    """Without one nothing but `/settings` is asked for; with one a wrong token is noticed at once."""
    with serving(odd=["storage"]) as stored:
        with pytest.raises(exceptions.UnauthorizedException):
            stored.connection("wrong")
        assert stored.connection().s3client is not None
