"""The sandbox refuses what no official client sends, so that an adapter that sends it is found out here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.support.sandbox import still
from tests.support.sandbox_client import asking, newest
from tui.sandbox.app import Sandbox

QARNOT = {"Authorization": "sandbox-lab"}


@asynccontextmanager
async def qarnot(world: Sandbox, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A plain client of the sandbox's Qarnot account."""
    transport = httpx.ASGITransport(world.app)
    base = "http://127.0.0.1/qarnot/lab"
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=QARNOT, **options) as client:
        yield client


@pytest.mark.parametrize("verb", ["clone", "retry", "resume", "recover"])
async def test_u06_qarnot_answers_415_to_a_new_task_without_a_declared_body(verb: str) -> None:
    world = still(tasks={"lab": 72})
    async with qarnot(world) as client:
        id_ = (await client.get("/tasks/summaries")).json()[0]["uuid"]
        for sent in ({}, {"content": b"{}"}, {"content": b"{}", "headers": {"Content-Type": "text/plain"}}):
            refused = await client.post(f"/tasks/{id_}/{verb}", **sent)
            assert refused.status_code == 415
            assert refused.headers["content-type"] == "application/problem+json"
            assert "application/json" in refused.json()["detail"]
        assert (await client.post(f"/tasks/{id_}/{verb}", json={})).status_code in {200, 403}


async def test_u06_qarnot_accepts_an_empty_post_where_the_official_client_sends_one() -> None:
    world = still(tasks={"lab": 72})
    async with qarnot(world) as client:
        rows = (await client.get("/tasks/summaries")).json()
        live = next(row["uuid"] for row in rows if row["state"] == "FullyExecuting")
        for path in ("stdout", "stderr", "stdout/0", "abort"):
            assert (await client.post(f"/tasks/{live}/{path}")).status_code == 200


@pytest.mark.parametrize("action", ["run", "abort", "clone"])
async def test_u06_seven_bridges_answers_415_to_an_action_without_a_declared_body(action: str) -> None:
    world = still(tasks={"cgc": 60})
    async with asking(world) as client:
        id_ = (await newest(client))[0]["id"]
        del client.headers["content-type"]
        for body in (b"", b"{}"):
            refused = await client.post(f"/tasks/{id_}/actions/{action}", content=body)
            assert (refused.status_code, refused.json()["code"]) == (415, 90008)
        assert (await client.post(f"/tasks/{id_}/actions/{action}", json={})).status_code in {200, 201, 400}


@pytest.mark.parametrize("field", ["Progress", "TotalInstanceCount", "AdvancedRanges", "Dependencies", "Nonsense"])
async def test_u06_qarnot_answers_400_to_a_name_that_cannot_be_selected(field: str) -> None:
    world = still(tasks={"lab": 72})
    async with qarnot(world) as client:
        refused = await client.post("/tasks/search", json={"select": {"fields": ["Uuid", field]}})
        assert refused.status_code == 400
        assert field.lower() in refused.json()["errors"]["Select"][0]
        fine = await client.post("/tasks/search", json={"select": {"fields": ["Uuid", "Dependencies.DependsOn"]}})
        assert fine.status_code == 200
        assert {key for row in fine.json() for key in row} == {"uuid", "dependencies"}


@pytest.mark.parametrize("name", ["created_from", "created_to", "started_from", "ended_to"])
async def test_u06_seven_bridges_answers_400_to_a_time_with_z(name: str) -> None:
    """Its official clients write `yyyy-MM-ddTHH:mm:ss`."""
    world = still(tasks={"cgc": 60})
    async with asking(world) as client:
        assert (await client.get("/tasks", params={name: "2026-01-04T00:00:00Z"})).status_code == 400
        for fine in ("2026-01-04", "2026-01-04T00:00:00", "2026-01-04T02:00:00+02:00"):
            assert (await client.get("/tasks", params={name: fine})).status_code == 200


async def test_u06_pages_of_qarnot_do_not_shift_while_the_world_grows() -> None:
    """Between any two pages new tasks come and one of those already read is deleted."""
    world = still(tasks={"lab": 130})
    async with qarnot(world) as client:
        old = [row["uuid"] for row in (await client.get("/tasks/summaries")).json()]
        seen: list[str] = []
        token = None
        for _ in range(30):
            page = (await client.post("/tasks/summaries/paginate", json={"maximumResults": 20, "token": token})).json()
            seen += [row["uuid"] for row in page["data"]]
            token = page["nextToken"]
            if token is None:
                break
            made = await client.post("/tasks", json={"name": "new", "profile": "docker-batch", "instanceCount": 1})
            assert made.status_code == 200
            world.clock.advance(60)
    assert len(seen) == len(set(seen)), "no task comes twice"
    assert set(old) <= set(seen), "no task is lost"


async def test_u06_a_snapshot_is_known_by_its_id_while_it_is_uploaded() -> None:
    world = still(tasks={"lab": 72})
    async with qarnot(world) as client:
        id_ = (await client.get("/tasks/summaries")).json()[0]["uuid"]
        taken = (await client.post(f"/tasks/{id_}/snapshot", json={"bucket": "out"})).json()
        path = f"/tasks/{id_}/snapshot/{taken['id']}"
        states = [(taken["status"], taken["transferredSize"])]
        for _ in range(2):
            world.clock.advance(15)
            now = (await client.get(path)).json()
            states.append((now["status"], now["transferredSize"] == now["sizeToUpload"]))
        assert states == [("triggered", None), ("inProgress", False), ("success", True)]
        assert now["snapshotConfig"]["bucket"] == "out"
        assert (await client.get(f"/tasks/{id_}/snapshot/snap_other")).status_code == 404


async def test_u06_qarnot_does_not_limit_a_plain_client() -> None:
    async with qarnot(still(tasks={"lab": 5})) as client:
        assert {(await client.get("/info")).status_code for _ in range(300)} == {200}


async def test_u06_the_billing_breakdown_adds_up() -> None:
    """The parts are the tasks' own prices, and days choose among them."""
    world = still(tasks={"cgc": 120})
    async with asking(world) as client:
        (group,) = (await client.get("/billing/groups")).json()["items"]
        whole = (await client.get(f"/billing/groups/{group['id']}/breakdown")).json()
        parts = [task for project in whole["project_breakdown"] for task in project["task_breakdown"]]
        assert parts
        total = sum(part["task_cost"]["amount"] for part in parts)
        assert whole["total_spending"]["amount"] == pytest.approx(total, abs=0.01)
        prices = {row["id"]: row["price"] for row in await newest(client)}
        for part in parts[:5]:
            id_ = part["href"].rsplit("/", 1)[1]
            if id_ in prices:
                assert part["task_cost"]["amount"] == prices[id_]["amount"]
        path = f"/billing/groups/{group['id']}/breakdown/analysis"
        rows = (await client.get(path, params={"limit": 100})).json()["items"]
        day = (await client.get(path, params={"limit": 100, "date_from": "01-05-2026", "date_to": "01-05-2026"})).json()
        assert 0 < len(day["items"]) < len(rows)
        assert (await client.get(path, params={"date_from": "2026-01-05"})).status_code == 400
