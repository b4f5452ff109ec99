"""`logs --to`: many logs as files (issue 16, point 3)."""

from pathlib import Path

import pytest

from tests.support.commands import Answer, World


@pytest.mark.parametrize("platform", ["sevenbridges", "qarnot", "et-engine"])
def test_v03_the_logs_of_many_failed_tasks_become_files(home: Path, platform: str) -> None:
    """One file a log with the platform's own bytes, a line each; a second run reads no log again."""
    world = World(home, platform=platform)
    done = world("logs", "--filter", "status:failed", "--to", str(home / "logs"))
    assert {line[0] for line in done.cells} == {"saved"}
    files = [path for path in (home / "logs").rglob("*") if path.is_file()]
    assert sorted(str(path) for path in files) == sorted(line[2] for line in done.cells)
    assert all(path.stat().st_size == int(size) for _, size, path in [(a, b, Path(c)) for a, b, c in done.cells])
    again = world("logs", "--filter", "status:failed", "--to", str(home / "logs"))
    assert (again.code, {line[0] for line in again.cells}) == (done.code, {"already"})


def test_v03_a_log_that_breaks_off_is_said_and_goes_on(world: World) -> None:
    """What could not be read is one line, its code tells, and the same command later fetches the rest."""
    ref = world.ref("status:failed", "!batch:any")
    world.answers = [Answer("GET", "/_storage/", 404)]
    broken = world("logs", ref, "--to", str(world.home / "logs"))
    assert broken.code == 5
    assert {line[0] for line in broken.cells} == {"failed"}
    world.answers = []
    whole = world("logs", ref, "--to", str(world.home / "logs"))
    assert whole.code == 0
    assert {line[0] for line in whole.cells} == {"saved"}


def test_v03_options_that_print_do_not_go_with_files(world: World) -> None:
    for option in (["--tail", "3"], ["--follow"], ["--since", "2h"]):
        done = world("logs", "cgc:1", "--to", str(world.home / "x"), *option)
        assert (done.code, done.out) == (2, "")
    for words in ((), ("cgc:1", "cgc:2"), ("cgc:1", "--overwrite"), ("--filter", "status:failed")):
        assert world("logs", *words).code == 2


def test_v03_a_batch_gives_the_logs_of_its_failed_children(world: World) -> None:
    batch = max(world.rows("batch:any"), key=lambda row: row["counts"]["failed"])
    done = world("logs", batch["ref"], "--to", str(world.home / "logs"))
    failed = {row["id"] for row in world("children", batch["ref"], "status:failed", "-o", "json").json}
    folders = {Path(line[2]).parent.name for line in done.cells}
    assert folders == {f"{batch['account']}-{id_}" for id_ in failed}
