"""The pretended ET Engine answers as its contract says, section by section."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tui.sandbox.app import Sandbox, demo_app
from tui.sandbox.clock import WorldClock

START = datetime(2026, 11, 24, 16, tzinfo=UTC)


class Http:
    """Calls of an application, one after the other."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, path, **more)

        return asyncio.run(send())

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)


class World:
    """A sandbox, and calls to its ET account."""

    def __init__(self, *, tasks: int = 60, edition: str = "current", seed: int = 1) -> None:
        self.clock = WorldClock(START, 0.0)
        self.sandbox = Sandbox(seed=seed, tasks={"et": tasks}, clock=self.clock, odd=(f"et-{edition}",))
        self.http = Http(self.sandbox.app)

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        headers = {"Authorization": "sandbox-et"} | more.pop("headers", {})
        content = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
        return self.http.request(method, f"/et-engine/et{path}", content=content, headers=headers, **more)

    def get(self, path: str) -> Any:
        return self.call("GET", f"/v1{path}").json()

    def submit(self, *, variable: list[dict[str, Any]], fixed: dict[str, Any] | None = None) -> str:
        tool = self.get("/tools")[0]["tool_id"]
        hardware = {"filesystem_list": self.get("/filesystems"), "cpu": 1, "memory": 256}
        body = {"fixed_args": fixed or {}, "variable_args": variable, "hardware": hardware}
        batch = self.call("POST", f"/v1/tools/{tool}", body).json()
        assert batch["n_jobs"] == max(1, len(variable))
        return str(batch["batch_id"])


@pytest.fixture
def world() -> World:
    return World()


def test_section_1_1_it_answers_with_and_without_a_version_and_tells_its_health(world: World) -> None:
    assert world.get("/batches") == world.call("GET", "/batches").json()
    health = world.http.get("/et-engine/et/")
    assert (health.status_code, health.text) == (200, "")
    options = world.http.request("OPTIONS", "/et-engine/et/v1/batches")
    assert (options.status_code, options.headers["access-control-allow-origin"]) == (200, "*")


def test_section_1_2_a_key_is_sent_bare_or_as_bearer(world: World) -> None:
    assert world.call("GET", "/v1/tools", headers={"Authorization": "Bearer sandbox-et"}).status_code == 200
    assert world.call("GET", "/v1/tools", headers={"Authorization": "other"}).status_code == 401
    assert world.http.get("/et-engine/et/v1/tools").status_code == 401


def test_section_1_4_answers_do_not_say_that_they_are_json(world: World) -> None:
    answer = world.call("GET", "/v1/batches", b"{}")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert len(answer.json()) == 60
    assert world.call("GET", "/v1/batches", b"no json at all").status_code == 200


def test_section_3_errors_are_text_in_the_order_of_their_checks(world: World) -> None:
    unknown = "/v1/batches/00000000-0000-4000-8000-000000000000"
    assert world.call("GET", unknown, headers={"Authorization": "x"}).status_code == 401
    refused = world.call("GET", unknown)
    assert (refused.status_code, refused.headers["content-type"][:10]) == (403, "text/plain")
    assert world.call("DELETE", unknown).status_code == 403
    assert world.call("GET", "/v1/nothing/x").status_code == 401
    assert world.call("GET", "/v1/nothing").status_code == 404
    batch = world.get("/batches")[0]["batch_id"]
    assert world.call("GET", f"/v1/batches/{batch}/jobs/x").status_code == 500
    assert world.call("PUT", f"/v1/batches/{batch}").status_code == 405
    for body in (b"no json", b"[]", b"{}", b'{"fixed_args": {}, "variable_args": [], "hardware": {}}'):
        assert world.call("POST", f"/v1/tools/{world.get('/tools')[0]['tool_id']}", body).status_code == 400


def test_section_4_the_objects_have_exactly_the_documented_members(world: World) -> None:
    """One member more in the small ones makes the official client fail."""
    batch = world.get("/batches")[0]
    assert set(batch) == {"batch_id", "batch_tool", "n_jobs", "hardware", "batch_hardware"}
    assert batch["hardware"] == batch["batch_hardware"]
    assert set(batch["hardware"]) == {"filesystem_list", "cpu", "memory"}
    assert set(batch["batch_tool"]) == {"tool_id", "tool_name", "tool_description"} == set(world.get("/tools")[0])
    assert set(world.get("/filesystems")[0]) == {"filesystem_id", "filesystem_name"}
    states = {"submitted", "pending", "runnable", "starting", "running", "succeeded", "failed"}
    assert set(world.get(f"/batches/{batch['batch_id']}")) == states
    job = world.get(f"/batches/{batch['batch_id']}/jobs")[0]
    assert set(job) == {"job_id", "job_tool", "job_log_id", "job_argument_list"}
    assert all(set(a) == {"argument_key", "argument_value"} for a in job["job_argument_list"])


def test_section_8_the_editions_differ_as_the_table_says() -> None:
    docs, old = World(edition="docs"), World(edition="old")
    batch = docs.get("/batches")[0]
    assert "batch_hardware" not in batch
    id_ = next(b["batch_id"] for b in docs.get("/batches") if docs.get(f"/batches/{b['batch_id']}")["succeeded"])
    job = docs.get(f"/batches/{id_}/jobs")[0]["job_id"]
    (detail,) = docs.get(f"/batches/{id_}/jobs/{job}")
    assert isinstance(detail["args"], dict)
    assert isinstance(detail["create_time"], str)
    assert old.get("/tools")[0] == ["porosity-mc", docs.get("/tools")[0]["tool_id"]]
    row = next(b for b in old.get("/batches") if b["batch_id"] == id_)
    assert set(row) == {"batch_id", "tool_id", "n_jobs", "hardware"}
    assert set(old.get(f"/batches/{id_}")["submitted_jobs"]) == {
        "SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED",
    }  # fmt: skip
    detail = old.get(f"/batches/{id_}/jobs/{job}")
    assert (detail["status"], detail["create_time"], detail["stop_time"]) == ("SUBMITTING", "", "")
    assert set(old.get(f"/batches/{id_}/jobs")[0]) == {"job_id", "log_id", "args"}
    body = {"fixed_args": {}, "variable_args": [], "hardware": {"filesystems": [], "cpu": 1, "memory": 512}}
    new = old.call("POST", f"/v1/tools/{old.get('/tools')[0][1]}", body).text
    assert new in {b["batch_id"] for b in old.get("/batches")}
    assert "submitted_jobs" not in old.get(f"/batches/{new}"), "left out while nothing is submitted"


def test_section_10_jobs_pass_through_every_state(world: World) -> None:
    """None is counted at first; then they move on together, and the steered ones as they were told."""
    id_ = world.submit(
        variable=[{"sim_seconds": "20", "n": str(k)} for k in range(8)] + [{"sim_fail": "oom", "sim_seconds": "9"}]
    )
    seen, history = set(), []
    for _ in range(200):
        counts = world.get(f"/batches/{id_}")
        history.append(sum(counts.values()))
        seen |= {state for state, count in counts.items() if count}
        if counts["succeeded"] + counts["failed"] == 9:
            break
        world.clock.advance(1)
    assert history[0] == 0
    assert history == sorted(history)
    assert seen == {"submitted", "runnable", "starting", "running", "succeeded", "failed"}
    details = [world.get(f"/batches/{id_}/jobs/{j['job_id']}") for j in world.get(f"/batches/{id_}/jobs")]
    (failed,) = [d for d in details if d["status"] == "FAILED"]
    assert "OutOfMemoryError" in failed["reason"]
    assert len({d["log_id"] for d in details}) == 1
    assert all(isinstance(d["stop_time"], int) and d["create_time"] < d["stop_time"] for d in details)


def test_section_4_3_aws_forgets_what_has_ended_after_a_week(world: World) -> None:
    id_ = world.submit(variable=[{"sim_seconds": "1"}] * 3)
    world.clock.advance(3_600)
    assert world.get(f"/batches/{id_}")["succeeded"] == 3
    world.clock.advance(8 * 86_400)
    assert sum(world.get(f"/batches/{id_}").values()) == 0
    job = world.get(f"/batches/{id_}/jobs")[0]["job_id"]
    assert world.call("GET", f"/v1/batches/{id_}/jobs/{job}").status_code == 500


def test_section_2_forgetting_leaves_the_jobs_running(world: World) -> None:
    id_ = world.submit(variable=[{"sim_seconds": "500"}] * 5)
    world.clock.advance(60)
    answer = world.call("DELETE", f"/v1/batches/{id_}")
    assert (answer.status_code, answer.text) == (200, "")
    assert world.call("GET", f"/v1/batches/{id_}").status_code == 403
    assert world.http.get("/_sandbox/unseen").json() == {"et": 5}
    assert world.call("DELETE", "/v1/batches").status_code == 200
    assert world.get("/batches") == []
    assert [row["verb"] for row in world.http.get("/_sandbox/ledger").json()] == ["submit", "forget", "clear"]


def test_section_5_3_each_job_gets_the_fixed_arguments_and_then_its_own(world: World) -> None:
    def arguments(id_: str) -> list[dict[str, Any]]:
        world.clock.advance(30)
        jobs = world.get(f"/batches/{id_}/jobs")
        return [{a["argument_key"]: a["argument_value"] for a in j["job_argument_list"]} for j in jobs]

    fixed = {"model": "a", "n": 7}
    both = arguments(world.submit(fixed=fixed, variable=[{"seed": "1"}, {"seed": "2", "model": "b"}]))
    both.sort(key=lambda given: given["seed"])
    assert both == [{"model": "a", "n": 7, "seed": "1"}, {"model": "b", "n": 7, "seed": "2"}]
    assert arguments(world.submit(fixed=fixed, variable=[])) == [fixed]


def test_section_6_files_go_up_in_parts_of_any_order_and_come_down_in_ranges(world: World) -> None:
    fs = world.get("/filesystems")[0]["filesystem_id"]
    assert world.call("POST", f"/v1/filesystems/{fs}/mkdir/in").status_code == 200
    assert world.call("POST", f"/v1/filesystems/{fs}/mkdir/in").status_code == 409
    assert world.call("POST", f"/v1/filesystems/{fs}/mkdir/no/deep").status_code == 400
    address = f"/v1/filesystems/{fs}/files/in/a.bin"
    begun = world.call("POST", address, {"size": 10}).json()
    assert begun["upload_id"] == begun["uploadId"]
    part = {"Content-Range": f"[{begun['uploadId']}]:4-10"}
    assert world.call("PUT", address, b"456789", headers=part).status_code == 200
    assert world.call("PUT", address, b"45", headers=part).status_code == 402
    assert world.call("PUT", address, b"0123").status_code == 400
    world.call("PUT", address, b"0123", headers={"Content-Range": f"[{begun['uploadId']}]:0-4"})
    assert world.call("POST", address, {"uploadId": begun["uploadId"], "complete": True}).status_code == 200
    assert world.get(f"/filesystems/{fs}/list/in") == {"directories": [], "files": ["a.bin"]}
    assert world.get(f"/filesystems/{fs}/list") == world.get(f"/vfs/{fs}/list/")
    assert world.get(f"/filesystems/{fs}/files/in/a.bin?init=True")["size"] == 10
    assert world.call("GET", address, headers={"Content-Range": "2-99"}).content == b"23456789"
    assert world.call("GET", address).status_code == 400
    assert world.call("GET", f"/v1/filesystems/{fs}/files/none?init=1").status_code == 404
    assert world.call("DELETE", f"/v1/filesystems/{fs}/files/in").status_code == 200
    assert world.call("DELETE", f"/v1/filesystems/{fs}/files/in").status_code == 400


def test_section_6_no_path_leads_out_of_a_filesystem(world: World) -> None:
    fs = world.get("/filesystems")[0]["filesystem_id"]
    assert world.call("GET", f"/v1/filesystems/{fs}/files/a/%2e%2e/b?init=1").status_code == 403


def test_section_7_keys_are_shown_once_and_open_the_account(world: World) -> None:
    made = world.call("POST", "/v1/keys", {"name": "laptop", "description": "mine"})
    assert made.text.startswith("gAAAAA")
    assert world.call("GET", "/v1/tools", headers={"Authorization": made.text}).status_code == 200
    assert world.call("POST", "/v1/keys", {"name": "laptop", "description": ""}).status_code == 409
    assert world.call("POST", "/v1/keys", {"name": "other"}).status_code == 400
    keys = world.get("/keys")
    assert made.text not in json.dumps(keys)
    assert keys[-1]["dateCreated"] == "2026-11-24 16:00:00"
    assert keys[-1]["dateExpired"] == "2026-12-24 16:00:00"
    assert world.call("DELETE", f"/v1/keys/{keys[-1]['key_id']}").status_code == 200
    assert world.call("GET", "/v1/tools", headers={"Authorization": made.text}).status_code == 401


def test_tools_are_built_for_a_minute_and_names_are_unique(world: World) -> None:
    tool = world.call("POST", "/v1/tools", {"tool_name": "mine", "tool_description": "d"}).json()
    assert world.get(f"/tools/{tool['tool_id']}") == {"ready": False, "buildStatus": "IN_PROGRESS"}
    assert world.call("POST", "/v1/tools", {"tool_name": "mine", "tool_description": "d"}).status_code == 409
    world.clock.advance(61)
    assert world.get(f"/tools/{tool['tool_id']}")["ready"]
    assert world.call("DELETE", f"/v1/tools/{tool['tool_id']}").status_code == 200
    assert world.call("GET", f"/v1/tools/{tool['tool_id']}").status_code == 403


def test_a_world_is_the_same_in_every_run_and_another_with_another_seed() -> None:
    first, again, other = World(), World(), World(seed=2)
    assert first.get("/batches") == again.get("/batches") != other.get("/batches")
    id_ = first.get("/batches")[3]["batch_id"]
    assert first.get(f"/batches/{id_}/jobs") == again.get(f"/batches/{id_}/jobs")


def test_a_large_world_has_two_hundred_batches_one_of_them_huge() -> None:
    world = World(tasks=200)
    sizes = sorted(b["n_jobs"] for b in world.get("/batches"))
    assert (len(sizes), sizes[-2:]) == (200, [2_000, 10_000])


def test_failures_share_an_argument() -> None:
    """In the huge batch most failures lie on one value of `block`, which an eighth of the jobs have."""
    world = World(tasks=200)
    (wide,) = [b for b in world.sandbox.mounted[-1].app.world.batches() if len(b.jobs) == 10_000]
    failed = [job.arguments["block"] for job in wide.jobs if job.failure]
    most = max(set(failed), key=failed.count)
    assert failed.count(most) > 0.7 * len(failed)
    assert sum(job.arguments["block"] == most for job in wide.jobs) < 2_000


def test_an_account_of_the_demo_goes_down_and_comes_back() -> None:
    clock = WorldClock(START, 0.0)
    demo = demo_app(tasks=60, clock=clock)
    http = Http(demo.app)
    headers = {"Authorization": "sandbox-et"}

    def status() -> int:
        return http.get("/et-engine/et/v1/batches", headers=headers).status_code

    demo.outages.plan("et", 120, 60)
    seen = []
    for _ in range(5):
        seen.append(status())
        clock.advance(50)
    assert seen == [200, 200, 200, 503, 200]
    assert http.get("/sevenbridges/cgc/v2/", headers=headers).status_code == 200
