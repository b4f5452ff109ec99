"""The official client, unmodified, against the sandbox over loopback (section 10.1 of the contract)."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

if sys.version_info < (3, 11, 9):
    pytest.skip("et-engine 0.0.1 needs Python 3.11.9", allow_module_level=True)
et_engine = pytest.importorskip("et_engine", reason="et-engine is not installed")


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, str]]:
    """A sandbox in a process of its own; name, url and token of its ET account."""
    command = [sys.executable, "-m", "tui", "sandbox", "--tasks", "60", "--speed", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        accounts = json.loads(process.stdout.readline())["accounts"]
        yield next(a for a in accounts if a["platform"] == "et-engine")
        process.send_signal(signal.SIGTERM)


@pytest.fixture
def engine(served: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ET_ENGINE_API_KEY", served["token"])
    return et_engine.Engine(base_url=served["url"])


def advance(served: dict[str, str], seconds: float) -> None:
    address = served["url"].partition("/et-engine/")[0] + "/_sandbox/clock"
    body = json.dumps({"advance": seconds}).encode()
    with urlopen(Request(address, body, {"Content-Type": "application/json"}, method="POST")) as answer:
        assert answer.status == 200


def test_tools_are_made_listed_found_and_deleted(engine: Any) -> None:
    engine.tools.create_tool("kirchhoff", "Kirchhoff migration")
    tool = engine.tools.connect("kirchhoff")
    assert tool.tool_description == "Kirchhoff migration"
    assert tool.tool_id in {t.tool_id for t in engine.tools.list_tools()}
    assert tool.status()["buildStatus"] in {"IN_PROGRESS", "SUCCEEDED"}
    tool.delete()
    assert tool.tool_id not in {t.tool_id for t in engine.tools.list_tools()}


def test_a_batch_is_run_watched_and_deleted(engine: Any, served: dict[str, str]) -> None:
    tool = engine.tools.connect("porosity-mc")
    hardware = et_engine.Hardware(filesystem_list=engine.filesystems.list_filesystems(), cpu=2, memory=2048)
    varied = [{"seed": str(k), "sim_seconds": "5"} for k in range(4)] + [{"sim_fail": "1", "sim_seconds": "5"}]
    batch = tool.run_batch(fixed_kwargs={"grid": "64"}, variable_kwargs=varied, hardware=hardware)
    assert (batch.n_jobs, batch.batch_tool.tool_name) == (5, "porosity-mc")
    assert batch.status().to_json() == dict.fromkeys(batch.status().to_json(), 0)
    advance(served, 600)
    status = batch.status()
    assert (status.succeeded, status.failed) == (4, 1)
    batch.wait()
    found = engine.batches.connect(batch.batch_id)
    assert found.to_json() == batch.to_json()
    assert batch.batch_id in {b.batch_id for b in engine.batches.list_batches()}
    batch.delete()
    assert batch.batch_id not in {b.batch_id for b in engine.batches.list_batches()}


def test_a_single_run_is_a_batch_of_one(engine: Any) -> None:
    batch = engine.tools.connect("gravity-grid")(region="north-sea")
    assert batch.n_jobs == 1


def test_jobs_can_be_read_with_the_clients_own_classes(engine: Any, served: dict[str, str]) -> None:
    """The client has no call for jobs; its class reads the answer."""
    from et_engine.clients import APIClient
    from et_engine_core.jobs import Job

    client = APIClient(served["url"])
    batch = next(b for b in engine.batches.list_batches() if b.n_jobs > 1)
    jobs = [Job.from_json(row) for row in client.get(f"/batches/{batch.batch_id}/jobs")]
    assert len(jobs) == batch.n_jobs
    assert {job.job_tool.tool_id for job in jobs} == {batch.batch_tool.tool_id}
    assert client.get(f"/batches/{batch.batch_id}/jobs/{jobs[0].job_id}")["job_id"] == jobs[0].job_id


def test_files_go_up_and_come_down(engine: Any, tmp_path: Path) -> None:
    engine.filesystems.create_filesystem("scratch")
    disk = engine.filesystems.connect("scratch")
    there, back = tmp_path / "there.bin", tmp_path / "back.bin"
    there.write_bytes(bytes(range(256)) * 100)
    disk.mkdir("in")
    disk.upload(str(there), "in/a.bin")
    assert disk.ls("in")["files"] == ["a.bin"]
    disk.download("in/a.bin", str(back))
    assert back.read_bytes() == there.read_bytes()
    disk.delete("in/a.bin")
    assert disk.ls("in")["files"] == []


def test_everything_is_forgotten_at_last(engine: Any) -> None:
    engine.batches.clear_batches()
    assert engine.batches.list_batches() == []
