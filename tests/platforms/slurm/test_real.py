"""Issue 14 on a real one-node cluster: every state, reason, exit word, log and act as Slurm itself makes them.

Skipped with the reason where the packages are missing or the tests do not run as root. The tests share one cluster and
one workload; each waits for what the cluster does, never for a time.
"""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.platforms.slurm.real import Cluster
from tui.cli.main import main
from tui.domain.errors import NotFound, PlatformDown, Rejected
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Task, TaskRef
from tui.platforms.protocols import Connection
from tui.platforms.slurm.adapter import Slurm

pytestmark = [pytest.mark.xdist_group("cluster")]

ODD = "we|ird\nna\\me \x1b[31m é"
SCRIPT = """#!/bin/sh
echo "element $SLURM_ARRAY_TASK_ID of $1"
case $SLURM_ARRAY_TASK_ID in
  3) echo "Error: cannot read sample 3" >&2; exit 7;;
  5) nosuchcommand;;
  7) kill -SEGV $$;;
esac
"""
STEPS_TOLD = "while squeue -h -s -j $SLURM_JOB_ID -o %i | grep -q '[.][01]$'; do sleep 0.1; done"
"""Until the controller knows that the steps ended: the end of a job may reach it before theirs."""


def ref(id_: str) -> TaskRef:
    return TaskRef("hpc", id_)


@pytest.fixture
def at(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The cluster, as a user of this process meets it."""
    monkeypatch.setenv("SLURM_CONF", cluster.env["SLURM_CONF"])
    monkeypatch.setenv("PATH", cluster.env["PATH"])
    return cluster


def ask(do: Callable[[Slurm], Coroutine[Any, Any, Any]]) -> Any:
    """Do something with a fresh adapter."""

    async def opened() -> Any:
        async with Slurm(Connection("hpc")) as platform:
            return await do(platform)

    return asyncio.run(opened())


async def rows(platform: Slurm) -> dict[str, Task]:
    return {task.name: task async for page in platform.pages() for task in page.tasks}


@pytest.fixture(scope="session")
def load(cluster: Cluster) -> dict[str, str]:
    """The ids of the workload by name, once everything that ends has ended."""
    (cluster.work / "out").mkdir()
    script = cluster.work / "el.sh"
    script.write_text(SCRIPT)
    script.chmod(0o755)
    run, one = cluster.run, cluster.sbatch
    ids = {
        "sweep": run(
            "sbatch", "--parsable", "--array=0-39%12", "-J", "sweep", "-o", "out/%x_%A_%3a.out", "-e",
            "out/%x_%A_%3a.err", "el.sh", "a-study",
        ).strip(),
        "fails": one("-J", "fails", wrap="echo oops >&2; exit 3"),
        "timeout": one("-J", "timeout", "-t", "1", wrap="sleep 600"),
        "held": one("-J", "held", "-H", wrap="true"),
        "later": one("-J", "later", "--begin=now+1hour", wrap="true"),
        "closed": one("-J", "closed", "-p", "down", wrap="true"),
        "nofolder": one("-J", "nofolder", "-o", "nowhere/x.out", wrap="true"),
        "odd": one("-J", ODD, "--comment", "a|b", "-t", "120", wrap="sleep 500"),
        "killed": one("-J", "killed", wrap="kill -9 $$"),
        "step": one("-J", "step", wrap=f"srun true; srun false; {STEPS_TOLD}; exit 0"),
        "cancelled": one("-J", "cancelled", wrap="sleep 500"),
        "cohort": run("sbatch", "--parsable", "-H", "--array=0-9999%50", "-J", "cohort", "--wrap=true").strip(),
    }  # fmt: skip
    ids["never"] = one("-J", "never", f"--dependency=afterok:{ids['fails']}", wrap="true")
    ids["waits"] = one("-J", "waits", f"--dependency=afterok:{ids['odd']}", wrap="true")
    running = {ids[name] for name in ("timeout", "odd", "cancelled")}
    cluster.until(lambda: running <= {i for i, s in cluster.states().items() if s == "RUNNING"}, "running jobs")
    run("scancel", ids["cancelled"])
    run("scontrol", "update", f"JobId={ids['timeout']}", "EndTime=now+1")
    ended = [ids[name] for name in ("fails", "timeout", "nofolder", "killed", "step", "cancelled")]
    ended += [f"{ids['sweep']}_{index}" for index in range(40)]

    def over() -> bool:
        states = cluster.states()
        return all(states.get(id_) not in {"PENDING", "RUNNING", "COMPLETING", None} for id_ in ended)

    cluster.until(over, "the workload's end")
    # Accounting is told a little later than the controller.
    told = ("sacct", "-n", "-P", "-X", "-j", ids["step"], "-o", "state,derivedexitcode")
    cluster.until(lambda: run(*told).strip() == "COMPLETED|1:0", "accounting")
    return ids


STATES: dict[str, tuple[TaskStatus, str, str | None, int | None]] = {
    "fails": (TaskStatus.FAILED, "FAILED", "exit 3", 3),
    "timeout": (TaskStatus.FAILED, "TIMEOUT", "time limit of 1m", None),
    "held": (TaskStatus.QUEUED, "PENDING", "Held by", None),
    "later": (TaskStatus.QUEUED, "PENDING", "Starts no sooner than", None),
    "closed": (TaskStatus.QUEUED, "PENDING", "Partition down is closed", None),
    "nofolder": (TaskStatus.FAILED, "FAILED", "nowhere", None),
    "killed": (TaskStatus.FAILED, "FAILED", "SIGKILL", 137),
    "step": (TaskStatus.DONE, "COMPLETED", "a step ended with exit 1", 0),
    "cancelled": (TaskStatus.ABORTED, "CANCELLED", None, None),
    "never": (TaskStatus.QUEUED, "PENDING", "did not end as required", None),
    "waits": (TaskStatus.QUEUED, "PENDING", "Waits for afterok", None),
}


def odd_states(version: tuple[int, int]) -> dict[str, tuple[TaskStatus, str, str | None, int | None]]:
    """What other versions than 22.05 do: 20.11 has no code for a folder that is missing, newer ones make it."""
    if version < (21, 8):
        return {"nofolder": (TaskStatus.FAILED, "FAILED", "exit 1", 1)}
    return {"nofolder": (TaskStatus.DONE, "COMPLETED", None, 0)} if version >= (24, 5) else {}


def test_v03_each_state_has_its_word_reason_and_exit_code(at: Cluster, load: dict[str, str]) -> None:
    """From the queue and accounting together, in one list."""
    found = ask(rows)
    for name, (status, native, reason, code) in (STATES | odd_states(at.version)).items():
        task = found[name]
        assert (task.status, task.native_status, task.exit_code) == (status, native, code), name
        assert reason is None or reason in (task.reason or ""), (name, task.reason)
        assert str(task.ref) == f"hpc:{load[name]}"


def test_v03_a_hostile_name_moves_no_field_and_reaches_no_screen(at: Cluster, load: dict[str, str]) -> None:
    task = next(t for t in ask(rows).values() if t.ref.id == load["odd"])
    assert "\x1b" not in task.name
    assert "\n" not in task.name
    assert task.name.startswith("we|ird")
    assert (task.status, task.settings["limit"]) == (TaskStatus.RUNNING, "2h")
    assert task.settings["left"].startswith("1h5")


def test_v03_an_array_is_one_row_and_its_failed_elements_are_found(
    at: Cluster, load: dict[str, str], capfd: pytest.CaptureFixture[str], home: Path
) -> None:
    config = home / "c.toml"
    config.write_text('[accounts.hpc]\nplatform = "slurm"\n')
    assert (
        main(["--config", str(config), "tasks", "name:sweep", "-o", "tsv", "--fields", "ref,kind,counts.failed"]) == 0
    )
    assert capfd.readouterr().out.split() == [f"hpc:{load['sweep']}", "batch", "3"]
    assert (
        main(["--config", str(config), "children", f"hpc:{load['sweep']}", "st:failed", "--fields", "ref,exit_code"])
        == 0
    )
    assert sorted(capfd.readouterr().out.split()) == sorted(
        [f"hpc:{load['sweep']}_3", "7", f"hpc:{load['sweep']}_5", "127", f"hpc:{load['sweep']}_7", "139"]
    )
    assert main(["--config", str(config), "logs", f"hpc:{load['sweep']}_3", "--stderr"]) == 0
    assert capfd.readouterr().out == "Error: cannot read sample 3\n"
    if at.version < (24, 5):  # newer ones make the folder
        assert main(["--config", str(config), "logs", f"hpc:{load['nofolder']}"]) == 0
        assert "nowhere does not exist" in capfd.readouterr().err
    assert main(["--config", str(config), "logs", f"hpc:{load['held']}"]) == 0
    assert "has not started" in capfd.readouterr().err


def test_v03_log_paths_are_those_that_slurm_expands(at: Cluster, load: dict[str, str]) -> None:
    """Padding, names and arrays: the files are there, and hold what the element wrote."""
    index = ask(lambda platform: platform.logs(ref(f"{load['sweep']}_11")))
    folder = at.work / "out"
    assert [Path(source.key) for source in index.sources] == [
        folder / f"sweep_{load['sweep']}_011.{end}" for end in ("out", "err")
    ]
    assert Path(index.sources[0].key).read_text() == "element 11 of a-study\n"


def test_v03_ten_thousand_waiting_elements_cost_one_record_and_open_in_pages(at: Cluster, load: dict[str, str]) -> None:
    async def opened(platform: Slurm) -> tuple[Task, list[int], int]:
        before = _lists(at)
        task = (await rows(platform))["cohort"]
        sizes = [len(page.tasks) async for page in platform.children(task.ref)]
        some = await platform.child_details([ref(f"{load['cohort']}_9999")])
        assert some.tasks[0].status is TaskStatus.QUEUED
        return task, sizes, _lists(at) - before

    task, sizes, calls = ask(opened)
    assert task.kind is Kind.BATCH
    assert task.counts is not None
    assert task.counts.queued == 10_000
    assert sum(sizes) == 10_000
    assert len(sizes) > 5, "a page at a time"
    assert calls == 1, "the controller was asked for the list once"


def _lists(at: Cluster) -> int:
    """How often the controller was asked for its list, by its own log."""
    log = (at.folder / "log" / "slurmctld.log").read_text(errors="replace")
    return len(re.findall(r"received opcode REQUEST_JOB_(?:USER_)?INFO(?:_SINGLE)?\b", log))


def test_v03_steps_are_jobs_and_use_is_measured(at: Cluster, load: dict[str, str]) -> None:
    steps = ask(lambda platform: platform.jobs(ref(load["step"])))
    assert {(s.ref.job, s.exit_code) for s in steps} >= {("batch", 0), ("0", 0), ("1", 1)}
    detail = ask(lambda platform: platform.detail(ref(load["sweep"])))
    assert detail.more is not None
    detail = ask(lambda platform: platform.detail(ref(load["fails"])))
    assert detail.settings["working_directory"] == str(at.work)
    assert detail.more["slurm"]["exit"] == "3:0"


def test_v03_what_a_running_job_uses_is_asked_of_its_node(at: Cluster, load: dict[str, str]) -> None:
    """Accounting tells it only of what has ended; `sstat` tells it now, and of the right element."""
    hold = "python3 -c 'import time; x = bytearray(60 << 20); print(1, flush=True); time.sleep(600)'"
    array = at.sbatch("-J", "uses", "--array=0-1", "--mem=200M", "-o", "uses.%a", wrap=hold)
    at.until(
        lambda: all((at.work / f"uses.{i}").exists() and (at.work / f"uses.{i}").read_text() for i in (0, 1)), "it"
    )

    async def used(platform: Slurm) -> str:
        detail = await platform.detail(ref(f"{array}_1"))
        return str((detail.more or {}).get("efficiency", {}).get("memory"))

    try:
        at.until(lambda: "of 200M" in ask(used), "a sample of its memory")
    finally:
        at.run("scancel", array)


def test_v03_nodes_and_partitions_are_told_with_why_a_node_is_drained(at: Cluster, load: dict[str, str]) -> None:
    """By state, so that thousands of nodes are few rows."""
    node = at.run("sinfo", "-h", "-o", "%n").split()[0]
    at.run("scontrol", "update", f"NodeName={node}", "State=drain", "Reason=disk | full")
    try:
        info = ask(lambda platform: platform.info())
    finally:
        at.run("scontrol", "update", f"NodeName={node}", "State=resume")
    assert {str(row["name"]) for row in info.sections["partitions"]} == {"debug", "urgent", "down"}
    (row,) = info.sections["nodes"]
    assert (row["names"], row["nodes"], row["why"]) == (node, "1", "disk | full")
    assert str(row["state"]).startswith("drain")


def test_v03_every_act_is_read_back(at: Cluster, load: dict[str, str]) -> None:
    async def acts(platform: Slurm) -> None:
        held = ref(load["held"])
        renamed = await platform.rename(held, "another")
        assert renamed.task is not None
        assert renamed.task.name == "another"
        await platform.release(held)
        lone = ref(at.sbatch("-J", "lone", "-H", "-t", "60", wrap="sleep 300"))
        altered = await platform.alter(lone, {"limit": "10m"})
        assert altered.task is not None
        assert altered.task.settings["limit"] == "10m"
        await platform.release(lone)
        held_again = await platform.hold(ref(load["cohort"]))
        assert held_again.task is not None
        throttled = await platform.alter(ref(load["cohort"]), {"throttle": "7"})
        assert throttled.task is not None
        assert throttled.task.settings["throttle"] == "7"
        aborted = await platform.abort(lone)
        assert aborted.task is not None
        assert aborted.task.status in {TaskStatus.ABORTED, TaskStatus.FINISHING, TaskStatus.RUNNING}
        assert (await platform.abort(ref(load["cancelled"]))).already
        with pytest.raises(NotFound):
            await platform.abort(ref("99999"))
        await platform.abort(ref(f"{load['cohort']}_5"))
        cohort = (await platform.many([ref(load["cohort"])])).tasks[0]
        assert cohort.counts is not None
        assert (cohort.counts.total, cohort.counts.aborted) == (10_000, 1), "what vanished from all lists was cancelled"

    ask(acts)


def test_v03_final_is_not_for_ever(at: Cluster, load: dict[str, str]) -> None:
    """Requeue keeps the id; a rerun is a new job from the script that Slurm holds, with its words."""

    async def again(platform: Slurm) -> str:
        done = await platform.requeue(ref(load["fails"]))
        assert done.task is not None
        assert (done.task.status, done.task.ref.id) == (TaskStatus.QUEUED, load["fails"])
        assert "overwritten" in (done.message or "")
        at.run("scontrol", "update", f"JobId={load['fails']}", "StartTime=now")
        new = await platform.rerun_failed(ref(load["sweep"]), None, {"name": "again"})
        assert new.new is not None
        made = (await platform.many([new.new])).tasks[0]
        assert made.counts is not None
        assert (made.name, made.counts.total) == ("again", 3)
        id_ = new.new.id
        at.until(
            lambda: all(at.states().get(f"{id_}_{i}") == "FAILED" for i in (3, 5, 7)), "the second failure"
        )  # fmt: skip
        return id_

    async def read(platform: Slurm) -> bytes:
        index = await platform.logs(ref(f"{made}_3"))
        return (await platform.read_log(index.sources[0], 0, 1000)).data

    made = ask(again)
    assert ask(read) == b"element 3 of a-study\n"


def test_v05_a_rerun_keeps_the_arguments_or_asks_for_them(at: Cluster, load: dict[str, str]) -> None:
    """Slurm forgets where an argument ends: what no shell may read again stays as it is, the rest is not guessed."""
    script = at.work / "args.sh"
    script.write_text("#!/bin/sh\nprintf '<%s>' \"$@\" > args.$SLURM_JOB_ID\n")
    script.chmod(0o755)

    def submit(*arguments: str) -> str:
        return at.run("sbatch", "--parsable", "-J", "x Network=y Command=evil", str(script), *arguments).strip()

    def wrote(id_: str) -> str:
        at.until(lambda: at.states().get(id_) == "COMPLETED", "the job's end")
        return (at.work / f"args.{id_}").read_text()

    plain, odd = submit("$HOME", "a\\b", "*"), submit("a  study", "it's", "")

    async def rerun(platform: Slurm) -> tuple[str, str]:
        first = (await platform.rerun(ref(plain), {})).new
        with pytest.raises(Rejected, match="more than one way"):
            await platform.rerun(ref(odd), {})
        second = (await platform.rerun(ref(odd), {"args": "'a  study' \"it's\" ''"})).new
        return str(first and first.id), str(second and second.id)

    first, second = ask(rerun)
    assert wrote(first) == "<$HOME><a\\b><*>"
    assert wrote(second) == "<a  study><it's><>"


def test_v03_ends_that_are_not_the_jobs_fault_say_so(at: Cluster, load: dict[str, str]) -> None:
    """Preempted by a job of higher priority; on a node that fails."""
    one = at.sbatch
    preempted = one("-J", "preempted", "-c", "14", "--no-requeue", wrap="sleep 500")
    at.until(lambda: at.states().get(preempted) == "RUNNING", "the job runs")
    urgent = one("-J", "urgent", "-p", "urgent", "-c", "14", wrap="true")
    at.until(lambda: at.states().get(urgent) == "COMPLETED", "the urgent job's end")
    at.until(lambda: at.states().get(preempted) == "PREEMPTED", "preemption")
    failed = one("-J", "failed node", "--no-requeue", wrap="sleep 500")
    at.until(lambda: at.states().get(failed) == "RUNNING", "the job runs")
    node = at.run("sinfo", "-h", "-o", "%n").split()[0]
    at.run("scontrol", "update", f"NodeName={node}", "State=down", "Reason=test")
    at.until(lambda: at.states().get(failed) == "NODE_FAIL", "the node's failure")
    at.run("scontrol", "update", f"NodeName={node}", "State=resume", check=False)  # it may be back by itself
    at.until(lambda: "idle" in at.run("sinfo", "-h", "-p", "debug", "-o", "%T"), "the node is back")
    found = ask(lambda platform: platform.many([ref(preempted), ref(failed)]))
    assert [t.status for t in found.tasks] == [TaskStatus.FAILED] * 2
    assert all("not your fault" in (t.reason or "") for t in found.tasks)
    assert [t.exit_code for t in found.tasks] == [None, None]


def test_v04_a_controller_that_limits_calls_answers_late_and_nothing_hangs(
    at: Cluster, load: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user who is not root, whose calls are not limited, has asked too often; the list comes all the same."""
    if at.version < (23, 2):
        pytest.skip("this version has no limit")
    if shutil.which("squeue") == "/usr/bin/squeue":
        pytest.skip("only `python -m tests.releases` calls as another user")
    monkeypatch.setenv("TASKDECK_AS", "1")
    burst = [subprocess.Popen(["squeue", "-h"], stdout=subprocess.DEVNULL, cwd=at.work) for _ in range(40)]
    assert {process.wait() for process in burst} == {0}
    assert "sweep" in ask(rows)
    assert "telling to back off" in (at.folder / "log" / "slurmctld.log").read_text(errors="replace")


def test_v03_accounting_down_leaves_the_list_whole(at: Cluster, load: dict[str, str]) -> None:
    at.end("slurmdbd")
    try:

        async def look(platform: Slurm) -> None:
            assert "odd" not in await rows(platform)  # its name is another: only that the list comes
            info = await platform.info()
            assert "does not answer" in str(info.sections["cluster"][0]["accounting"])

        ask(look)
    finally:
        at.start_dbd()


def test_v03_a_controller_that_is_down_is_one_sentence(at: Cluster, load: dict[str, str]) -> None:
    at.end("slurmctld")
    try:
        with pytest.raises(PlatformDown, match="the Slurm controller does not answer") as failed:
            ask(rows)
        assert "\n" not in str(failed.value)
    finally:
        at.start_controller()
