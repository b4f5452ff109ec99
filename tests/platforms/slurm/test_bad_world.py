"""Issue 14: a bad world is one clear sentence each, on the real cluster and its real clients.

What is not here: the controller and accounting down (`test_real.py`), ssh refused, a greeting on stdout and `squeue`
that is missing over ssh (`test_ssh.py`), hostile names (`test_samples.py`, `test_real.py`).
"""

import asyncio
from pathlib import Path

import pytest

from tests.platforms.slurm.real import Cluster
from tui.domain.errors import PlatformDown, PlatformError, Rejected, Unreachable
from tui.platforms.protocols import Connection
from tui.platforms.shell import Command, Fault, LocalRunner
from tui.platforms.slurm.adapter import Slurm

pytestmark = [pytest.mark.xdist_group("cluster")]


@pytest.fixture
def at(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The cluster, as a user of this process meets it."""
    monkeypatch.setenv("SLURM_CONF", cluster.env["SLURM_CONF"])
    monkeypatch.setenv("PATH", cluster.env["PATH"])
    return cluster


def fails() -> PlatformError:
    """The error of asking for the list."""

    async def look() -> None:
        async with Slurm(Connection("hpc")) as platform:
            await platform.newest()

    with pytest.raises(PlatformError) as failed:
        asyncio.run(look())
    assert "\n" not in str(failed.value)
    assert len(str(failed.value)) < 200
    return failed.value


def test_v08_an_unknown_cluster_is_named(at: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLURM_CLUSTERS", "nosuch")
    error = fails()
    assert isinstance(error, Rejected)
    assert "the cluster nosuch is not known; look at SLURM_CLUSTERS" in str(error)


def test_v08_munge_that_is_down_is_a_matter_for_the_administrators(at: Cluster) -> None:
    at.end("munged")
    try:
        error = fails()
    finally:
        at.start_munge()
    assert isinstance(error, PlatformDown)
    assert "munge" in str(error)
    assert "administrators" in str(error)


def test_v08_programs_that_are_missing_here_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    error = fails()
    assert isinstance(error, Rejected)
    assert "squeue was not found on this machine" in str(error)


async def test_v08_a_program_that_never_ends_is_killed_and_its_last_words_are_told() -> None:
    """`squeue` tries for a minute to read a configuration that is not there."""
    waits = Command(("sh", "-c", "echo 'error: cannot stat file slurm.conf, retrying' >&2; exec sleep 1000"))
    for deadline in (0.5, 5.0, 50.0, 300.0):  # on a busy machine it may not have begun to speak
        with pytest.raises(Fault, match="was killed") as failed:
            await LocalRunner().run(waits, deadline, 1000)
        if "it said" in str(failed.value):
            break
    assert str(failed.value).endswith("; it said: error: cannot stat file slurm.conf, retrying")
    assert failed.value.kind is Unreachable
