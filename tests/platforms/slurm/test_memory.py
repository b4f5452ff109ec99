"""Issue 14, point 3: a job that needs more memory than it asked for, on a cluster of its own that keeps no accounting.

Where cgroups can be written Slurm says OUT_OF_MEMORY; elsewhere the node daemon kills the job: it ends with signal 9.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platforms.slurm.real import Cluster, cgroups, why_not
from tui.cli.main import main
from tui.domain.status import TaskStatus
from tui.domain.task import Job, TaskRef
from tui.platforms.protocols import Connection
from tui.platforms.slurm.adapter import Slurm

pytestmark = [pytest.mark.xdist_group("cluster")]
TOO_MUCH = "python3 -c 'import time; x = bytearray(600 << 20); time.sleep(600)'"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster without accounting that limits memory in the way that this machine has."""
    if (why := why_not()) is not None:
        pytest.skip(why)
    made = Cluster(accounting=False, limits=cgroups())
    try:
        made.start()
        monkeypatch.setenv("SLURM_CONF", made.env["SLURM_CONF"])
        monkeypatch.setenv("PATH", made.env["PATH"])
        yield made
    finally:
        made.stop()


def test_v03_a_job_that_ran_out_of_memory_says_so(
    small: Cluster, capfd: pytest.CaptureFixture[str], home: Path
) -> None:
    """State, sentence and class, in the list and in triage; and none of it needs accounting."""
    id_ = small.sbatch("--mem=60M", wrap=TOO_MUCH)
    small.until(lambda: small.states().get(id_) in {"OUT_OF_MEMORY", "FAILED"}, "the end by the memory limit")

    async def look() -> tuple[Job, str]:
        async with Slurm(Connection("hpc")) as platform:
            info = await platform.info()
            task = (await platform.many([TaskRef("hpc", id_)])).tasks[0]
            assert isinstance(task, Job)
            return task, str(info.sections["cluster"][0]["accounting"])

    task, accounting = asyncio.run(look())
    assert task.status is TaskStatus.FAILED
    assert accounting.startswith("none")
    if small.limits:
        assert (task.native_status, task.exit_code) == ("OUT_OF_MEMORY", None)
        assert "60M" in (task.reason or "")
    else:
        assert (task.native_status, task.exit_code) == ("FAILED", 137)
    config = home / "c.toml"
    config.write_text('[accounts.hpc]\nplatform = "slurm"\n')
    assert main(["--config", str(config), "triage", f"hpc:{id_}", "-o", "json"]) == 0
    (group,) = json.loads(capfd.readouterr().out)["groups"]
    assert group["class"] == "memory"
