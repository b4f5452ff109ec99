"""The checklist for a faithful simulator (section 14 of the contract), a line a test."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest

from tests.support.sandbox import START, still
from tests.support.sandbox_client import asking, newest
from tui.sandbox.faults import FAULTS, parse
from tui.sandbox.sevenbridges.causes import CAUSES, log_text
from tui.sandbox.sevenbridges.children import SandboxChildren
from tui.sandbox.sevenbridges.oddities import ODDITIES
from tui.sandbox.sevenbridges.script import phase

UNKNOWN = "00000000-0000-4000-8000-000000000000"
GROUP = "00000000-0000-0000-0000-000000000007"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/user", 200),
        ("GET", "/users/rfranklin", 200),
        ("GET", "/rate_limit", 200),
        ("GET", "/projects", 200),
        ("GET", "/projects/labq", 200),
        ("GET", "/projects/labq/qc", 200),
        ("GET", "/tasks", 200),
        ("GET", "/projects/labq/qc/tasks", 302),
        ("POST", "/tasks", 400),
        ("GET", f"/tasks/{UNKNOWN}", 404),
        ("PATCH", f"/tasks/{UNKNOWN}", 404),
        ("DELETE", f"/tasks/{UNKNOWN}", 404),
        ("POST", f"/tasks/{UNKNOWN}/actions/run", 404),
        ("POST", f"/tasks/{UNKNOWN}/actions/abort", 404),
        ("POST", f"/tasks/{UNKNOWN}/actions/clone", 404),
        ("GET", f"/tasks/{UNKNOWN}/execution_details", 404),
        ("POST", "/bulk/tasks/get", 400),
        ("GET", "/apps?project=labq/qc", 200),
        ("GET", "/apps/labq/qc/fastqc/12/raw", 200),
        ("GET", "/files?project=labq/qc", 200),
        ("GET", "/files/65e1a0c2b4d9f6001a2b3c4d", 404),
        ("GET", "/billing/groups", 200),
        ("GET", f"/billing/groups/{GROUP}", 200),
        ("GET", f"/billing/groups/{GROUP}/breakdown", 200),
        ("GET", f"/billing/groups/{GROUP}/breakdown/analysis", 200),
    ],
)
async def test_1_every_call_is_there_and_wants_a_credential(method: str, path: str, status: int) -> None:
    """401 with the platform's body without one; both headers of section 1.2 count; three rate headers on each."""
    world = still(tasks=20)
    async with asking(world) as client:
        answer = await client.request(method, path)
        assert answer.status_code == status, answer.text
        assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id"} <= set(
            answer.headers
        )
        if status >= 400:
            assert {"status", "code", "message", "more_info"} <= set(answer.json())
            assert answer.json()["status"] == status
    async with asking(world, token="wrong") as client:
        refused = await client.request(method, path)
        assert (refused.status_code, refused.json()["code"]) == (401, 90001)
        bearer = {"Authorization": "Bearer sandbox-cgc", "X-SBG-Auth-Token": ""}
        assert (await client.request(method, path, headers=bearer)).status_code == status


async def test_1_the_endpoint_list_is_anonymous() -> None:
    """And the only call that is; what is unknown answers with the platform's body too."""
    async with asking(still(tasks=20), token="") as client:
        listed = await client.get("/")
        assert listed.status_code == 200
        names = ["rate_limit", "user", "users", "billing", "projects", "files", "tasks", "apps", "action", "upload"]
        assert set(listed.json()) == {f"{name}_url" for name in names}
        assert (await client.get("/nothing")).json()["code"] == 90001
    async with asking(still(tasks=20)) as client:
        assert (await client.get("/nothing")).json()["code"] == 90003
        assert (await client.put("/tasks")).json()["code"] == 90006


async def test_2_collections_page_and_links_keep_the_question() -> None:
    """`href`, `items`, `links`, the total; `next` is absent on the last page and `prev` on the first."""
    async with asking(still(tasks=300)) as client:
        url, seen = "/tasks?project=labq%2Fqc&limit=7&fields=id,status&order_by=name&order=desc", []
        pages = 0
        while url:
            answer = await client.get(url)
            body = answer.json()
            total = int(answer.headers["X-Total-Matching-Query"])
            assert set(body) == {"href", "items", "links"}
            rels = {link["rel"]: link["href"] for link in body["links"]}
            assert ("prev" in rels) == (pages > 0)
            for href in (*rels.values(), body["href"]):
                assert {"project=labq%2Fqc", "limit=7", "fields=id%2Cstatus", "order_by=name"} <= set(
                    href.partition("?")[2].split("&")
                )
            seen += [row["id"] for row in body["items"]]
            assert all(set(row) == {"id", "status"} for row in body["items"])
            url, pages = rels.get("next", ""), pages + 1
        assert len(seen) == len(set(seen)) == total
        past = await client.get("/tasks?offset=100000")
        assert (past.status_code, past.json()["items"]) == (200, [])
        assert len((await client.get("/tasks?limit=1000")).json()["items"]) == 100
        assert len((await client.get("/tasks")).json()["items"]) == 50


async def test_2_fields_pick_what_comes() -> None:
    """Names, dotted names of one object together, `!name`, `_all`; a short default on lists, everything on details."""
    async with asking(still(tasks=50)) as client:
        short = (await client.get("/tasks")).json()["items"][0]
        assert set(short) == {"href", "id", "name", "project"}
        path = f"/tasks/{short['id']}"
        whole = (await client.get(path)).json()
        assert len(whole) == 28
        dotted = (await client.get(f"{path}?fields=id,execution_status.message,execution_status.duration")).json()
        assert set(dotted) == {"id", "execution_status"}
        assert set(dotted["execution_status"]) == {"message", "duration"}
        assert set((await client.get(f"{path}?fields=!inputs,!outputs")).json()) == set(whole) - {"inputs", "outputs"}
        assert (await client.get(f"{path}?fields=_all")).json() == whole
        assert set((await client.get("/user?fields=username")).json()) == {"username"}


async def test_3_the_rate_limit_counts_down_and_comes_back() -> None:
    """Over the limit 429 with code 1000 and the reset in seconds; `/rate_limit` stays free; the window passes."""
    world = still(tasks=20, limit=5)
    async with asking(world) as client:
        left = [int((await client.get("/user")).headers["X-RateLimit-Remaining"]) for _ in range(5)]
        assert left == [4, 3, 2, 1, 0]
        over = await client.get("/user")
        assert (over.status_code, over.json()["code"]) == (429, 1000)
        assert int(over.headers["X-RateLimit-Reset"]) == int((START + timedelta(seconds=300)).timestamp())
        free = await client.get("/rate_limit")
        assert (free.status_code, free.json()["rate"]["remaining"]) == (200, 0)
        world.clock.advance(301)
        assert (await client.get("/user")).status_code == 200


FAULTY: dict[str, tuple[int, str]] = {
    "403": (403, "text/plain"),
    "429": (429, "application/json"),
    "500": (500, "application/json"),
    "503": (503, "application/json"),
    "503html": (503, "text/html"),
    "504": (504, "text/plain"),
    "expired": (401, "application/json"),
    "empty": (200, "application/json"),
}


@pytest.mark.parametrize("fault", sorted(FAULTY))
async def test_3_faults_are_forced_on_demand(fault: str) -> None:
    """Each with the status and kind of body that it is named for."""
    world = still(tasks=20)
    async with asking(world) as client:
        assert (await client.get("/user")).status_code == 200
        outer = client.build_request(
            "POST", "http://127.0.0.1/_sandbox/faults", json={"faults": f"sevenbridges:{fault}"}
        )
        assert (await client.send(outer)).status_code == 200
        answer = await client.get("/user")
        assert (answer.status_code, answer.headers["content-type"]) == FAULTY[fault]
        assert (fault == "empty") == (answer.content == b"")
        if fault == "429":
            assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= set(answer.headers)
        if fault == "503":
            assert answer.json()["code"] == 0
        world.rules.rules = ()
        assert (await client.get("/user")).status_code == 200


async def test_3_answers_are_spoiled_and_connections_dropped() -> None:
    """Half a body, JSON that is none, a foreign host in the links, a reset; the share follows from the seed."""
    world = still(tasks=20)
    async with asking(world) as client:
        good = (await client.get("/tasks?limit=3")).content
        world.rules.rules = parse("sevenbridges:cut")
        assert (await client.get("/tasks?limit=3")).content == good[: len(good) // 2]
        for fault in ("cut", "badjson"):
            world.rules.rules = parse(f"sevenbridges:{fault}")
            with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
                json.loads((await client.get("/tasks?limit=3")).content)
        world.rules.rules = parse("*:foreign@1")
        hosts = {httpx.URL(link["href"]).host for link in (await client.get("/tasks?limit=3")).json()["links"]}
        assert hosts == {"elsewhere.example"}
        world.rules.rules = parse("qarnot:500")
        assert (await client.get("/user")).status_code == 200
        world.rules.rules = parse("sevenbridges:500@0.3")
        struck = [(await client.get("/user")).status_code == 500 for _ in range(100)]
        assert 15 < sum(struck) < 45


@pytest.mark.parametrize("spec", ["sevenbridges", "mars:429", "sevenbridges:fire", "sevenbridges:429@much", "*:cut@2"])
async def test_3_a_wrong_fault_is_named(spec: str) -> None:
    """By the parser, and by the call that sets faults."""
    with pytest.raises(ValueError, match=r"known|write|number|between"):
        parse(spec)
    async with asking(still(tasks=20)) as client:
        outer = client.build_request("POST", "http://127.0.0.1/_sandbox/faults", json={"faults": spec})
        answer = await client.send(outer)
        assert answer.status_code == 400
        assert answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (b'{"faults": "qarnot:500@1"}', 1), (b'{"faults": ["qarnot:500@1", "*:429@0.1"]}', 2),
        (b'{"spec": "qarnot:500"}', 1), (b'"qarnot:500@1,*:cut"', 2), (b"qarnot:500@1", 1), (b"", 0), (b"{}", 0),
        (b"[]", 0), (b'{"faults": ""}', 0),
    ],
)  # fmt: skip
async def test_3_faults_are_set_anew_by_any_form_of_the_specification(body: bytes, left: int) -> None:
    """The object, a list of parts, the text alone; nothing at all ends them."""
    world = still(tasks=20)
    world.rules.rules = parse("*:500,*:429,*:cut")
    async with asking(world) as client:
        answer = await client.send(client.build_request("POST", "http://127.0.0.1/_sandbox/faults", content=body))
    assert (answer.status_code, len(world.rules.rules)) == (200, left)


@pytest.mark.parametrize("body", [b"null", b"12", b'{"faults": 12}', b'{"faluts": "*:500"}', b"[1]", b"\xff"])
async def test_3_what_is_no_specification_changes_no_fault(body: bytes) -> None:
    world = still(tasks=20)
    world.rules.rules = parse("*:500")
    async with asking(world) as client:
        answer = await client.send(client.build_request("POST", "http://127.0.0.1/_sandbox/faults", content=body))
    assert (answer.status_code, len(world.rules.rules)) == (400, 1)


def test_3_a_specification_has_several_parts() -> None:
    """Platform, fault and share each; spaces and nothing do no harm."""
    rules = parse(" sevenbridges:429@0.05, qarnot:stall@0.01,,*:reset ")
    assert [(r.platform, r.fault, r.share) for r in rules] == [
        ("sevenbridges", "429", 0.05), ("qarnot", "stall", 0.01), ("*", "reset", 1.0),
    ]  # fmt: skip
    assert parse("") == ()
    assert {*FAULTY, "latency", "cut", "stall", "badjson", "foreign", "reset"} == set(FAULTS)


async def test_4_addresses_are_those_the_client_used() -> None:
    """The Host header decides; a foreign host on demand."""
    async with asking(still(tasks=20), host="http://localhost:4711") as client:
        body = (await client.get("/tasks?limit=1")).json()
        assert body["items"][0]["href"].startswith("http://localhost:4711/sevenbridges/cgc/v2/tasks/")
        assert body["links"][0]["href"].startswith("http://localhost:4711/sevenbridges/cgc/v2/tasks?")
    async with asking(still(tasks=20, odd=("foreign-href",))) as client:
        body = (await client.get("/tasks?limit=1")).json()
        assert body["items"][0]["href"].startswith("https://api.sbgenomics.com/v2/tasks/")


async def test_5_a_task_lives_by_the_clock() -> None:
    """CREATING, QUEUED, RUNNING with growing steps, price and milliseconds, then its end; jobs appear one by one."""
    world = still(tasks=20)
    async with asking(world) as client:
        made = await client.post("/tasks?action=run", json={"project": "labq/qc", "app": "labq/qc/fastqc/12"})
        assert made.status_code == 201
        id_, seen, jobs, durations, prices = made.json()["id"], [], [], [], []
        for _ in range(60):
            task = (await client.get(f"/tasks/{id_}")).json()
            details = (await client.get(f"/tasks/{id_}/execution_details")).json()
            seen.append(task["status"])
            jobs.append(len(details["jobs"]))
            durations.append(task["execution_status"]["duration"])
            prices.append(task["price"]["amount"])
            world.clock.advance(10)
        assert list(dict.fromkeys(seen)) == ["CREATING", "QUEUED", "RUNNING", "COMPLETED"]
        for grows in (jobs, durations, prices):
            assert grows == sorted(grows)
            assert grows[0] < grows[-1]
        assert all(isinstance(d, int) for d in durations)
        assert jobs[-1] == 2
        assert task["execution_status"]["steps_completed"] == task["execution_status"]["steps_total"] == 2
        assert all(value is not None for value in task["outputs"].values())


async def test_5_some_fall_back_some_are_retried_some_fail() -> None:
    """A world of a thousand shows each: RUNNING to QUEUED with the limit named, retried jobs, failures, aborts."""
    world = still(tasks=1000)
    account = world.mounted[0].app.account
    scripts = [account.script(h) for h in account.handles(START)]
    fallen = next(s for s in scripts if s.requeued and not s.children and s.begun and not s.aborted and not s.spot)
    after, _ = fallen.requeued
    start = fallen.begun + timedelta(seconds=4 + fallen.queue)
    assert phase(fallen, start + timedelta(seconds=after - 1)).status == "RUNNING"
    back = phase(fallen, start + timedelta(seconds=after + 1))
    assert (back.status, back.account_limit, back.started) == ("QUEUED", True, start)
    assert any(phase(s, START).status == "FAILED" for s in scripts)
    assert any(phase(s, START).status == "ABORTED" for s in scripts)
    async with asking(world) as client:
        retried = next(
            s
            for s in scripts
            if s.preempted_step is not None and phase(s, START).status == "COMPLETED" and s.children is None
        )
        jobs = (await client.get(f"/tasks/{retried.id}/execution_details")).json()["jobs"]
        assert [j["retried"] for j in jobs][:2] == [True, False]
        assert jobs[0]["name"] == jobs[1]["name"]


def test_5_a_task_that_will_be_aborted_lives_until_then() -> None:
    """It shows ABORTING from that moment, not from its first."""
    account = still(tasks=1000).mounted[0].app.account
    script = next(
        s for s in map(account.script, account.handles(START)) if s.aborted and s.children is None and s.begun
    )
    start = script.begun + timedelta(seconds=4 + script.queue)
    if start + timedelta(seconds=1) < script.aborted:
        assert phase(script, start + timedelta(seconds=1)).status == "RUNNING"
    assert phase(script, script.aborted + timedelta(seconds=1)).status == "ABORTING"
    assert phase(script, script.aborted + timedelta(seconds=16)).status == "ABORTED"


async def picture(seed: int, moment: float) -> list[dict[str, Any]]:
    world = still(seed=seed, tasks=200)
    world.clock.advance(moment)
    async with asking(world) as client:
        return await newest(client, fields="_all")


async def test_5_the_world_follows_from_seed_and_clock() -> None:
    """The same seed and moment give the same answers, byte for byte, however one got there; another seed another."""
    assert await picture(1, 5000.0) == await picture(1, 5000.0)
    assert await picture(1, 5000.0) != await picture(2, 5000.0)
    world = still(tasks=200)
    async with asking(world) as client:
        for _ in range(10):
            await newest(client)
            world.clock.advance(500)
        assert await newest(client, fields="_all") == await picture(1, 5000.0)


async def test_6_counters_and_price_are_the_childrens() -> None:
    """At every moment of a batch's life, also after an abort of one child and of all."""
    world = still(tasks=300)
    account = world.mounted[0].app.account
    parent = next(
        s
        for s in map(account.script, account.handles(START))
        if isinstance(s.children, SandboxChildren) and 8 <= len(s.children) < 99
    )
    async with asking(world) as client:
        made = await client.post(f"/tasks/{parent.id}/actions/clone?action=run")
        id_ = made.json()["id"]
        statuses = []
        for turn in range(40):
            task = (await client.get(f"/tasks/{id_}")).json()
            children = await newest(client, parent=id_)
            told = task["execution_status"]
            words = [c["status"] for c in children]
            assert told["completed"] == words.count("COMPLETED")
            assert told["failed"] == words.count("FAILED")
            assert told["aborted"] == words.count("ABORTED")
            assert told["running"] == words.count("RUNNING") + words.count("ABORTING")
            assert told["queued"] == words.count("QUEUED") + words.count("CREATING")
            assert task["price"]["amount"] == pytest.approx(sum(c["price"]["amount"] for c in children), abs=0.006)
            statuses.append(task["status"])
            world.clock.advance(60)
            if turn == 5:
                live = next(c["id"] for c in children if c["status"] in {"RUNNING", "QUEUED"})
                assert (await client.post(f"/tasks/{live}/actions/abort")).status_code == 200
            if turn == 12:
                assert (await client.post(f"/tasks/{id_}/actions/abort")).status_code == 200
        assert statuses[0] == "CREATING"
        assert statuses[-1] == "ABORTED"
        assert "RUNNING" in statuses


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 7012),
        ({"project": "labq/qc"}, 7012),
        ({"project": "labq/qc", "app": "labq/qc/fastqc", "batch_input": "reads"}, 7023),
        ({"project": "labq/qc", "app": "labq/qc/fastqc", "batch_input": "reads", "batch_by": {"type": "SOME"}}, 7020),
        (
            {"project": "labq/qc", "app": "labq/qc/fastqc", "batch_input": "reads", "batch_by": {"type": "criteria"}},
            7019,
        ),
        ({"project": "labq/qc", "app": "labq/qc/fastqc", "batch_input": "", "batch_by": {"type": "item"}}, 7018),
        ({"project": "labq/qc", "app": "labq/qc/fastqc", "inputs": [1]}, 90000),
    ],
)
async def test_7_a_malformed_create_is_refused_with_its_number(body: dict[str, Any], code: int) -> None:
    """400 and nothing made."""
    world = still(tasks=20)
    async with asking(world) as client:
        answer = await client.post("/tasks", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert world.ledger.rows == []


async def test_7_states_are_checked_with_the_platforms_numbers() -> None:
    """What a state does not allow, by section 5.2 and 8; the ledger has every refusal."""
    world = still(tasks=300)
    async with asking(world) as client:
        rows = {t["status"]: t["id"] for t in await newest(client) if not t["batch"]}
        done, failed = f"/tasks/{rows['COMPLETED']}", f"/tasks/{rows['FAILED']}"
        for path, method, body, code in (
            (f"{done}/actions/run", "POST", None, 7010),
            (f"{done}/actions/abort", "POST", None, 7011),
            (f"{done}/actions/dance", "POST", None, 7013),
            (done, "DELETE", None, 7010),
            (done, "PATCH", {"description": "x"}, 7026),
            (done, "PATCH", {}, 7026),
            (failed, "PATCH", {"name": "x"}, 7026),
            ("/tasks/no-uuid", "GET", None, 7005),
        ):
            answer = await client.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403 if code == 7026 else 400, code), path
        assert (await client.patch(done, json={"name": "renamed"})).json()["name"] == "renamed"
        draft = (await client.post("/tasks", json={"project": "labq/qc", "app": "labq/qc/fastqc/12"})).json()
        for query, code in (("?batch=False", 7022),):
            refused = await client.post(f"/tasks/{draft['id']}/actions/run{query}")
            assert refused.json()["code"] == code
        refused = await client.post("/tasks?batch=false", json={"project": "labq/qc", "app": "labq/qc/fastqc/12"})
        assert refused.json()["code"] == 7021
        assert (await client.delete(f"/tasks/{draft['id']}")).status_code == 204
        assert (await client.get(f"/tasks/{draft['id']}")).json()["code"] == 7002
    assert {r["outcome"] for r in world.ledger.rows} >= {"done", "refused 7010", "refused 7011", "refused 7026"}


@pytest.mark.parametrize(
    ("inputs", "kind"),
    [
        ({"reads": ["text"]}, "schema"),
        ({"reference": {"class": "File", "path": "a", "name": "two words.fa"}}, "invalid_name_files"),
        ({"reference": {"class": "File", "path": "missing1", "name": "a.fa"}}, "files_missing"),
        ({"reads": [{"class": "File", "path": "a", "name": "a.noindex.bam"}]}, "secondary_files_missing"),
    ],
)
async def test_7_inputs_are_validated_on_create_and_patch(inputs: dict[str, Any], kind: str) -> None:
    """Each of the four errors; a draft with one stays a draft also with `action=run`; mending it makes it run."""
    async with asking(still(tasks=20)) as client:
        given = {"project": "labq/qc", "app": "labq/qc/fastqc/12", "inputs": inputs}
        draft = (await client.post("/tasks?action=run", json=given)).json()
        assert draft["status"] == "DRAFT"
        assert [e["type"] for e in draft["errors"]] == [f"error/task_validation/input/{kind}"]
        assert draft["errors"][0]["input_id"] in inputs
        path = f"/tasks/{draft['id']}"
        assert (await client.post(f"{path}/actions/run")).json()["code"] == 7024
        good = {port: [{"class": "File", "path": "b", "name": "b.bam"}] for port in inputs}
        assert (await client.patch(path, json={"inputs": good})).json()["errors"] == []
        assert (await client.post(f"{path}/actions/run")).status_code == 200


async def test_8_logs_are_files_behind_signed_addresses() -> None:
    """The storage refuses the token, serves lengths and ranges; the same text every time."""
    world = still(tasks=300)
    async with asking(world) as client:
        failed = next(t["id"] for t in await newest(client, status="FAILED") if not t["batch"])
        job = (await client.get(f"/tasks/{failed}/execution_details")).json()["jobs"][-1]
        url = job["logs"]["job.err.log"]
        file_id = url.split("/files/")[1].split("/")[0]
        described = (await client.get(f"/files/{file_id}")).json()
        signed = (await client.get(f"/files/{file_id}/download_info")).json()["url"]
        assert (await client.get(signed)).status_code == 400
        del client.headers["X-SBG-Auth-Token"]
        whole = await client.get(signed)
        assert int(whole.headers["content-length"]) == len(whole.content) == described["size"]
        tail = await client.get(signed, headers={"Range": "bytes=-100"})
        assert (tail.status_code, tail.content) == (206, whole.content[-100:])
        size = len(whole.content)
        assert tail.headers["content-range"] == f"bytes {size - 100}-{size - 1}/{size}"
        middle = await client.get(signed, headers={"Range": "bytes=10-19"})
        assert middle.content == whole.content[10:20]
        rest = await client.get(signed, headers={"Range": f"bytes={size - 5}-"})
        assert rest.content == whole.content[-5:]
        assert (await client.get(signed, headers={"Range": f"bytes={size}-"})).status_code == 416
        assert (await client.get(signed, headers={"Range": "bytes=x-y"})).status_code == 200


@pytest.mark.parametrize("odd", sorted(ODDITIES))
async def test_9_every_documented_oddity_can_be_shown(odd: str) -> None:
    """One by one; each differs from the plain answer in just that."""
    async with asking(still(tasks=60)) as plain, asking(still(tasks=60, odd=(odd,))) as strange:
        before = (await plain.get("/tasks?fields=_all&limit=100")).json()["items"]
        after = (await strange.get("/tasks?fields=_all&limit=100")).json()["items"]
    assert before != after
    assert [t["id"] for t in before] == [t["id"] for t in after]
    changed = {
        key for a, b in zip(before, after, strict=True) for key in a.keys() | b.keys() if a.get(key) != b.get(key)
    }
    expected = {
        "text-durations": {"execution_status"}, "text-price": {"price"}, "instance-list": {"execution_settings"},
        "absent-keys": set(), "unknown-status": {"status"}, "unknown-keys": {"cost_centre"}, "foreign-href": {"href"},
    }  # fmt: skip
    assert changed == expected[odd]


async def test_10_small_liberties_are_tolerated() -> None:
    """Bodies on GET, null and empty bodies on actions, trailing slashes, booleans in any case, life after 204."""
    async with asking(still(tasks=60)) as client:
        assert (await client.request("GET", "/tasks/", content=b"null")).status_code == 200
        assert (await client.get("/projects/")).status_code == 200
        for case in ("True", "true", "TRUE"):
            assert all(t["batch"] for t in await newest(client, batch=case))
        for body in (b"null", b"{}", b""):
            draft = (await client.post("/tasks", json={"project": "labq/qc", "app": "labq/qc/fastqc/12"})).json()
            assert (await client.post(f"/tasks/{draft['id']}/actions/run/", content=body)).status_code == 200
        for body in (b"[]", b"{oops"):
            refused = await client.post(f"/tasks/{draft['id']}/actions/clone", content=body)
            assert (refused.status_code, refused.json()["code"]) == (400, 90009)
        draft = (await client.post("/tasks", json={"project": "labq/qc", "app": "labq/qc/fastqc/12"})).json()
        assert (await client.request("DELETE", f"/tasks/{draft['id']}", content=b"{}")).status_code == 204
        assert (await client.get("/user")).status_code == 200


async def test_8_a_logs_last_words_are_as_old_as_the_rest() -> None:
    """What a cause prints carries the log's own time, so that `--since` does not drop the line that says why."""
    for cause in CAUSES:
        lines = log_text(cause, "align", "S1", START, 600.0, Random(1), "i-1").splitlines()
        years = {line[:4] for line in lines if line[:2] == "20"}
        assert years == {"2026"}, cause.key
        assert not any("{" in line for line in lines)
        stamps = [datetime.fromisoformat(line[:19]).replace(tzinfo=UTC) for line in lines if line[:2] == "20"]
        assert START <= min(stamps) <= max(stamps) <= START + timedelta(seconds=600), cause.key
