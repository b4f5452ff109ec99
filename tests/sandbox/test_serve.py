"""`taskdeck sandbox` as a process: one JSON line, the platforms below it, and the sandbox's own calls beside them."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.sandbox import START, still
from tests.support.sandbox_client import asking, newest
from tests.support.waiting import PATIENCE
from tui.sandbox.clock import WorldClock
from tui.sandbox.sevenbridges.world import GREAT_BATCH, Account


@contextmanager
def process(*words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The command, and what it announced."""
    command = [sys.executable, "-m", "tui", "sandbox", "--port", "0", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            yield running, json.loads(running.stdout.readline())
        finally:
            running.kill()


def test_a_reset_breaks_the_connection_without_a_word() -> None:
    """The client sees no answer at all, and stderr stays empty: a full pipe that nobody reads would stop the server."""
    with process("--tasks", "20", "--faults", "*:reset@1") as (running, said):
        with httpx.Client(headers={"X-SBG-Auth-Token": "sandbox-cgc"}, trust_env=False) as client:
            for _ in range(3):
                with pytest.raises(httpx.TransportError):
                    client.get(f"{said['accounts'][0]['url']}/user")
        running.send_signal(signal.SIGINT)
        assert running.communicate(timeout=PATIENCE)[1] == ""


def test_it_announces_its_accounts_and_keeps_a_ledger() -> None:
    """The one line names url and token of each; what is changed stands in the ledger; the clock is moved by hand."""
    with process("--tasks", "50", "--speed", "0") as (running, said):
        cgc = next(a for a in said["accounts"] if a["name"] == "cgc")
        assert set(cgc) == {"name", "platform", "url", "token"}
        assert cgc["url"].startswith("http://127.0.0.1:")
        root = cgc["url"].partition("/sevenbridges")[0]
        with httpx.Client(headers={"X-SBG-Auth-Token": cgc["token"]}, trust_env=False) as client:
            given = {"project": "labq/qc", "app": "labq/qc/fastqc/12"}
            made = client.post(f"{cgc['url']}/tasks?action=run", json=given)
            id_ = made.json()["id"]
            assert client.get(f"{cgc['url']}/tasks/{id_}").json()["status"] == "CREATING"
            before = datetime.fromisoformat(client.get(f"{root}/_sandbox/clock").json()["now"])
            moved = client.post(f"{root}/_sandbox/clock", json={"advance": 60}).json()["now"]
            assert (datetime.fromisoformat(moved) - before).total_seconds() == pytest.approx(60, abs=0.1)
            assert client.get(f"{cgc['url']}/tasks/{id_}").json()["status"] == "RUNNING"
            client.post(f"{cgc['url']}/tasks/{id_}/actions/abort", json={})
            ledger = client.get(f"{root}/_sandbox/ledger").json()
            assert [(row["verb"], row["id"], row["outcome"]) for row in ledger] == [
                ("create", id_, "done"),
                ("abort", id_, "done"),
            ]
            assert client.post(f"{root}/_sandbox/clock", json={"advance": "soon"}).status_code == 400
            client.post(f"{root}/_sandbox/faults", json={"faults": "sevenbridges:503html"})
            assert client.get(f"{cgc['url']}/user").status_code == 503
        running.send_signal(signal.SIGINT)
        running.wait(PATIENCE)


def test_a_wrong_specification_ends_with_two() -> None:
    """In one line that says what is known."""
    done = subprocess.run(
        [sys.executable, "-m", "tui", "sandbox", "--faults", "sevenbridges:fire"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert "is not a fault" in done.stderr
    assert "Traceback" not in done.stderr


def test_time_passes_at_its_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand times as fast as the real clock; by hand on top of that."""
    real = 50.0
    monkeypatch.setattr("tui.sandbox.clock.time.monotonic", lambda: real)
    clock = WorldClock(START, 1000.0)
    assert clock.now() == START
    real += 2
    assert clock.now() == START + timedelta(seconds=2000)
    clock.advance(5000)
    assert clock.now() == START + timedelta(seconds=7000)


async def test_a_hundred_thousand_tasks_start_at_once() -> None:
    """The first page and one from far behind draw the tasks of one page each, as in a small world."""

    async def drawn(tasks: int, offset: int) -> int:
        world = still(tasks=tasks)
        async with asking(world) as client:
            assert len(await newest(client, offset=offset)) == 100
        return len(world.mounted[0].app.account._drawn)

    assert await drawn(1_000, 0) < 200
    assert await drawn(100_000, 0) < 200
    assert await drawn(100_000, 50_000) < 200


async def test_any_task_and_child_is_found_by_its_id() -> None:
    """Without a look at the others; an id that was not made here is nobody's, and so is one of the future."""
    world = still(tasks=100_000)
    account = world.mounted[0].app.account
    first = map(account.script, account.handles(START)[:100])
    parent = next(s for s in first if s.children is not None and len(s.children) == GREAT_BATCH)
    last = parent.children[GREAT_BATCH - 1]
    fresh = Account("cgc", 1, 60_000, world.clock)
    found = fresh.find(last.id, START)
    assert found is not None
    assert (found.name, found.parent, found.outcome) == (last.name, parent.id, last.outcome)
    far = account.script(59_000)
    assert fresh.find(far.id, START) is not None
    assert len(fresh._drawn) == 2
    assert fresh.find("00000000-0000-4000-8000-000000000000", START) is None
    assert Account("cgc", 2, 60_000, world.clock).find(far.id, START) is None
    coming = account.script(-5)
    assert account.find(coming.id, START) is None
    world.clock.advance(75 * 6)
    assert account.find(coming.id, world.clock.now()) is not None


async def test_the_world_goes_on() -> None:
    """New tasks come while time passes, on top of the list, and the total grows with them."""
    world = still(tasks=200)
    async with asking(world) as client:
        before = await newest(client)
        world.clock.advance(3600)
        after = await newest(client)
    fresh = [t for t in after if t["id"] not in {b["id"] for b in before}]
    assert 40 <= len(fresh) <= 50
    assert [t["id"] for t in after[: len(fresh)]] == [t["id"] for t in fresh]
