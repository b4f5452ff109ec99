"""`submit`: tasks made from a file of parameters, a row never twice (issue 16, point 4)."""

import json
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.support.clocks import WorldTime
from tests.support.commands import START, Answer, Screen, World
from tui.cli.main import main
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock

APP = "rfranklin/wes/bwa-mem2/2"
HEADER = "name,app,reads,threads,mode"


@pytest.fixture
def files(world: World) -> list[str]:
    """Ids of two files that the account may read."""
    found: list[str] = []
    for row in world.rows("@cgc", "status:done", "!batch:any", "project:wes"):
        inputs = world("show", row["ref"], "-o", "json").json["detail"]["inputs"] or {}
        for value in inputs.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and "path" in one:
                    found.append(one["path"])
        if len(found) > 1:
            break
    world.calls.clear()
    return found


def _table(world: World, *lines: str, name: str = "samples.csv") -> str:
    path = world.home / name
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def _submit(world: World, path: str, *words: str, terminal: bool = False) -> Any:
    return world("--account", "cgc", "submit", path, *words, terminal=terminal)


def test_v04_a_row_becomes_a_draft_with_the_values_of_its_app(world: World, files: list[str]) -> None:
    """Texts become the types that the app's inputs have, and nothing runs."""
    path = _table(world, HEADER, f"one,{APP},{files[0]};{files[1]},8,fast", f"two,{APP},{files[1]},,sensitive")
    done = _submit(world, path, "--yes")
    assert (done.code, [line.split()[:2] for line in done.lines]) == (0, [["row1", "done"], ["row2", "done"]])
    made = [world("show", line.split()[2], "-o", "json", "--raw").json for line in done.lines]
    assert [(m["name"], m["status"], m["project"]) for m in made] == [
        ("one", "draft", "rfranklin/wes"), ("two", "draft", "rfranklin/wes"),
    ]  # fmt: skip
    assert made[0]["raw"]["inputs"] == {
        "reads": [{"class": "File", "path": files[0]}, {"class": "File", "path": files[1]}],
        "threads": 8,
        "mode": "fast",
    }
    assert [row["verb"] for row in world.ledger] == ["create", "create"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"bad,{APP},no-such.bam,8,fast", "reads: no file is called no-such.bam"),
        (f"bad,{APP},{'0' * 24},8,fast", f"reads: there is no file {'0' * 24}"),
        (f"bad,{APP},FILE,many,fast", "threads: 'many' is not a whole number"),
        (f"bad,{APP},FILE,8,slow", "mode: 'slow' is none of fast, sensitive"),
        (f"bad,{APP},,8,fast", "reads: the app needs this input"),
        ("bad,rfranklin/wes/nothing,FILE,8,fast", "app: the app rfranklin/wes/nothing cannot be read"),
        ("bad,,FILE,8,fast", "app: which app?"),
    ],
)
def test_v04_every_error_names_its_row_and_nothing_is_sent(world: World, files: list[str], row: str, said: str) -> None:
    """One bad row of two keeps both from being sent; status 2."""
    path = _table(world, HEADER, f"good,{APP},{files[0]},4,fast", row.replace("FILE", files[1]))
    for words in (("--dry-run",), ("--yes",)):
        done = _submit(world, path, *words)
        assert (done.code, done.out, world.ledger) == (2, "", []), done.err
        assert f"samples.csv row 2 (line 3), {said}" in done.err
        assert "1 of 2 rows cannot be submitted; nothing was sent" in done.err
    (record,) = _submit(world, path, "-o", "json", "--yes").json
    assert (record["row"], record["outcome"], record["new_ref"]) == (2, "refused", None)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("name,reads,name", "a,b,c"), "names name twice"),
        (("name,,reads", "a,b,c"), "column 2 of the header has no name"),
        (("name,reads",), "has no rows"),
        (("name,reads", "a,b", "a,b,c"), "row 2 (line 3): 3 cells, and the header has 2"),
        (("name,reads", '"a\nb",c', "d,e,f"), "row 2 (line 4): 3 cells"),
        (("name,reads", 'a,"b'), "row 1 (line 2)"),
    ],
)
def test_v04_a_file_of_another_shape_is_named(world: World, lines: tuple[str, ...], said: str) -> None:
    done = _submit(world, _table(world, *lines), "--yes")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert world.posts == []


def test_v04_a_dry_run_and_a_refusal_send_nothing(world: World, files: list[str]) -> None:
    """The plan stands on stderr; without --yes and without a terminal nothing is sent."""
    path = _table(world, HEADER, f"one,{APP},{files[0]},8,fast")
    dry = _submit(world, path, "--dry-run")
    assert (dry.code, dry.lines) == (0, ["row1 planned"])
    assert f"row 1 (line 2): one: a draft of {APP} in rfranklin/wes" in dry.err
    refused = _submit(world, path)
    assert (refused.code, refused.lines, world.ledger) == (8, ["row1 refused"], [])
    most = _submit(world, path, "--yes", "--max", "1")
    assert most.code == 0
    assert world("--account", "cgc", "--read-only", "submit", path, "--yes", "--again").code == 8


def test_v04_the_same_command_never_sends_a_row_twice(world: World, files: list[str]) -> None:
    """What was made is told with its reference; a new row is sent, an equal one, too; `--again` sends all."""
    lines = [HEADER, f"one,{APP},{files[0]},8,fast", f"two,{APP},{files[0]},8,fast"]
    first = _submit(world, _table(world, *lines), "--yes")
    refs = [line.split()[2] for line in first.lines]
    second = _submit(world, _table(world, *lines, lines[2], name="copy.csv"), "--yes", "-o", "json").json
    assert [(r["outcome"], r["new_ref"]) for r in second[:2]] == [("already", refs[0]), ("already", refs[1])]
    assert (second[2]["outcome"], second[2]["new_ref"] not in refs) == ("done", True)
    assert len(world.ledger) == 3
    assert _submit(world, _table(world, *lines), "--yes", "--again").code == 0
    assert len(world.ledger) == 5


def test_v04_a_row_whose_answer_was_lost_is_not_sent_again(world: World, files: list[str]) -> None:
    """The connection ends after the draft was made: unknown, and the next run does not make another."""
    path = _table(world, HEADER, f"one,{APP},{files[0]},8,fast", f"two,{APP},{files[1]},8,fast")
    world.answers = [Answer("POST", "/tasks", 502, times=1, executed=True)]
    lost = _submit(world, path, "--yes")
    assert (lost.code, lost.lines[0]) == (6, "row1 unknown")
    assert len(world.ledger) == 2
    again = _submit(world, path, "--yes")
    assert (again.code, [line.split()[1] for line in again.lines]) == (6, ["unknown", "already"])
    assert "--again" in again.err
    assert len(world.ledger) == 2


def test_v04_a_row_that_was_refused_is_sent_by_the_next_run(world: World, files: list[str]) -> None:
    path = _table(world, HEADER, f"one,{APP},{files[0]},8,fast")
    world.answers = [Answer("POST", "/tasks", 403, times=1)]
    assert _submit(world, path, "--yes").code == 8
    assert _submit(world, path, "--yes").code == 0
    assert [row["verb"] for row in world.ledger] == ["create"]


def test_v04_drafts_are_all_made_before_one_runs(world: World, files: list[str]) -> None:
    """`--run` starts them at the end; one with an error keeps all from running."""
    path = _table(world, HEADER, f"one,{APP},{files[0]},8,fast", f"two,{APP},{files[1]},8,fast")
    done = _submit(world, path, "--yes", "--run")
    assert (done.code, [row["verb"] for row in world.ledger]) == (0, ["create", "create", "run", "run"])
    assert [line.split()[1] for line in done.lines] == ["done"] * 4
    before = len(world.ledger)
    record = {"app": APP, "inputs": {"reads": [{"class": "File", "path": files[0], "name": "with space.bam"}]}}
    bad = world.home / "bad.json"
    bad.write_text(json.dumps([{"name": "three", **record}]))
    wrong = _submit(world, str(bad), "--yes", "--run")
    assert wrong.code == 8
    assert "the draft has errors" in wrong.err
    assert [row["verb"] for row in world.ledger[before:]] == ["create"]


def test_v04_json_takes_values_and_what_holds_for_all(world: World, files: list[str]) -> None:
    """`{"tasks": [...]}` with members for every row; `--set` gives a column, too; a batch by criteria is one draft."""
    document = {
        "app": APP, "batch_input": "reads", "batch_by": "metadata.sample_id;metadata.library_id",
        "tasks": [{"name": "b", "inputs": {"reads": files[:2]}, "threads": 2}],
    }  # fmt: skip
    path = world.home / "batch.json"
    path.write_text(json.dumps(document))
    done = _submit(world, str(path), "--yes", "--set", "spot=yes", "--set", "instance_type=c5.2xlarge", "-o", "json")
    raw = world("show", done.json[0]["new_ref"], "-o", "json", "--raw").json["raw"]
    assert raw["batch_by"] == {"type": "CRITERIA", "criteria": ["metadata.sample_id", "metadata.library_id"]}
    assert (raw["batch_input"], raw["inputs"]["threads"]) == ("reads", 2)
    assert (raw["use_interruptible_instances"], raw["execution_settings"]["instance_type"]) == (True, "c5.2xlarge")


def test_v04_files_are_found_by_their_names(world: World, files: list[str]) -> None:
    """At the top of the project; the id of the file is sent."""
    named = next(
        one["name"]
        for row in world.rows("@cgc", "status:done", "!batch:any", "project:wes")
        for value in (world("show", row["ref"], "-o", "json").json["detail"]["inputs"] or {}).values()
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, dict) and one.get("path") == files[0]
    )
    done = _submit(world, _table(world, HEADER, f"one,{APP},{named},8,fast"), "--yes", "-o", "json")
    assert done.code == 0, done.err
    raw = world("show", done.json[0]["new_ref"], "-o", "json", "--raw").json["raw"]
    assert raw["inputs"]["reads"] == [{"class": "File", "path": files[0], "name": named}]


def test_v04_several_accounts_need_a_word(world: World) -> None:
    path = _table(world, "name,app", f"a,{APP}")
    done = world("submit", path, "--yes")
    assert (done.code, "write --account NAME, one of cgc" in done.err) == (2, True)
    named = world("submit", _table(world, "name,app,account", f"a,{APP},nobody"), "--yes")
    assert (named.code, "no account nobody" in named.err) == (2, True)


def test_v04_on_a_terminal_it_asks(world: World, files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    path = _table(world, HEADER, f"one,{APP},{files[0]},8,fast")
    monkeypatch.setattr("sys.stdin", Screen("n\n"))
    assert _submit(world, path, terminal=True).code == 8
    monkeypatch.setattr("sys.stdin", Screen("y\n"))
    done = _submit(world, path, terminal=True)
    assert (done.code, "submit 1? Type y to confirm" in done.err, len(world.ledger)) == (0, True, 1)


class TestQarnot:
    """A task from a profile, which starts at once."""

    @pytest.fixture
    def lab(self, home: Path) -> World:
        found = World(home, platform="qarnot")
        found.configure({"lab": {}})
        return found

    def test_v04_a_row_is_a_task_of_a_profile(self, lab: World) -> None:
        path = _table(lab, "name,profile,instances,DOCKER_CMD,tags", "fold,docker-batch,3,./run.sh,a;b")
        dry = lab("submit", path, "--dry-run")
        assert (dry.code, "3 instances, which starts at once" in dry.err, lab.ledger) == (0, True, []), dry.err
        done = lab("submit", path, "--yes", "-o", "json")
        raw = lab("show", done.json[0]["new_ref"], "-o", "json", "--raw").json["raw"]
        assert (raw["name"], raw["instanceCount"], raw["tags"]) == ("fold", 3, ["a", "b"])
        assert {"key": "DOCKER_CMD", "value": "./run.sh"} in raw["constants"]
        assert [row["verb"] for row in lab.ledger] == ["create"]
        assert lab("submit", path, "--yes").lines == [f"row1 already {done.json[0]['new_ref']}"]

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("x,nothing,1,a", "profile: there is no profile nothing"),
            ("x,docker-batch,none,a", "instances: 'none' is not a number"),
            (",docker-batch,1,a", "name: a task needs a name"),
            ("x,,1,a", "profile: which profile?"),
        ],
    )
    def test_v04_wrong_rows_are_named(self, lab: World, row: str, said: str) -> None:
        done = lab("submit", _table(lab, "name,profile,instances,constant.X", row), "--yes")
        assert (done.code, lab.ledger) == (2, [])
        assert f"row 1 (line 2), {said}" in done.err

    def test_v04_a_constant_the_profile_does_not_name(self, lab: World) -> None:
        done = lab("submit", _table(lab, "name,profile,DOCKER_CMDS", "x,docker-batch,a"), "--yes")
        assert (done.code, "constant.DOCKER_CMDS" in done.err) == (2, True)
        assert lab("submit", _table(lab, "name,profile,constant.NEW", "x,docker-batch,a"), "--yes").code == 0


class TestEtEngine:
    """Rows of one tool are the jobs of one batch."""

    @pytest.fixture
    def et(self, home: Path) -> World:
        found = World(home, platform="et-engine")
        found.configure({found.accounts[0]["name"]: {}})
        return found

    def test_v04_rows_are_jobs_of_one_batch(self, et: World) -> None:
        tool = et.rows()[0]["app"]
        path = _table(et, "tool,memory,seed", f"{tool},512,1", f"{tool},512,2", f"{tool},1024,3")
        done = et("submit", path, "--yes")
        assert done.code == 0, done.err
        refs = [line.split()[2] for line in done.lines]
        assert (refs[0] == refs[1], refs[0] != refs[2]) == (True, True)
        assert [row["verb"] for row in et.ledger] == ["submit", "submit"]
        assert [et("show", ref, "-o", "json").json["progress"]["total"] for ref in refs[1:]] == [2, 1]
        assert [line.split()[1] for line in et("submit", path, "--yes").lines] == ["already"] * 3
        assert len(et.ledger) == 2

    def test_v04_wrong_rows_are_named(self, et: World) -> None:
        done = et("submit", _table(et, "tool,cpu,seed", "nothing,0,1"), "--yes")
        assert (done.code, et.ledger) == (2, [])
        assert "row 1 (line 2), tool: no nothing; there are" in done.err
        assert "cpu: '0' is not a whole number above 0" in done.err


class TestSlurm:
    """A script by sbatch: its options, and the rest as variables of the job."""

    @pytest.fixture
    def cluster(self, home: Path) -> Any:
        sandbox = Sandbox(tasks={"hpc": 40}, clock=WorldClock(START, 0.0))
        config = home / "hpc.toml"
        config.write_text('[accounts.hpc]\nplatform = "slurm"\n')
        seen: list[tuple[Any, Any, bytes]] = []

        def program(words: Any, env: Any, stdin: bytes) -> Any:
            if words[0] == "sbatch":
                seen.append((words, env, stdin))
            return sandbox.slurm(words, env, stdin)

        def call(*words: str) -> tuple[int, str, str]:
            out, err = StringIO(), StringIO()
            with redirect_stdout(out), redirect_stderr(err):
                clock = WorldTime(sandbox.clock)
                code = main(["--config", str(config), "submit", *words], transport=program, clock=clock)
            return code, out.getvalue(), err.getvalue()

        return call, seen, home

    def test_v04_a_script_alone_is_one_job(self, cluster: Any) -> None:
        call, seen, home = cluster
        script = home / "align.sh"
        script.write_text("#!/bin/sh\necho hello\n")
        code, out, err = call(str(script), "--set", "time=30", "--yes")
        assert code == 0, err
        words, _, stdin = seen[0]
        assert stdin == b"#!/bin/sh\necho hello\n"
        assert {"--job-name=align", "--time=30"} <= set(words)
        assert call(str(script), "--set", "time=30", "--yes")[:2] == (0, out.replace("done", "already"))
        script.write_text("#!/bin/sh\necho another\n")
        assert call(str(script), "--set", "time=30", "--yes")[1].startswith("row1 done")
        assert len(seen) == 2

    def test_v04_rows_give_options_and_variables(self, cluster: Any) -> None:
        """A comma in a value is no separator, for variables go by the environment and not by --export."""
        call, seen, home = cluster
        (home / "run.sh").write_text("#!/bin/sh\n")
        path = home / "sweep.csv"
        path.write_text('name,script,memory,SAMPLE\na,run.sh,4G,"x,y"\nb,run.sh,8G,z\n')
        code, out, err = call(str(path), "--yes")
        assert (code, len(out.splitlines())) == (0, 2), err
        assert [(set(words) >= {f"--mem={m}"}, env["SAMPLE"]) for (words, env, _), m in
                zip(seen, ("4G", "8G"), strict=True)] == [(True, "x,y"), (True, "z")]  # fmt: skip

    @pytest.mark.parametrize(
        ("header", "cell", "said"),
        [
            ("script", "gone.sh", "cannot be read"),
            ("script,PATH", "run.sh,/evil", "neither an option of sbatch"),
            ("script,SBATCH_X", "run.sh,a", "neither an option of sbatch"),
            ("script,a-b", "run.sh,a", "neither an option of sbatch"),
            ("name", "a", "which script?"),
        ],
    )
    def test_v04_wrong_rows_are_named(self, cluster: Any, header: str, cell: str, said: str) -> None:
        call, seen, home = cluster
        (home / "run.sh").write_text("#!/bin/sh\n")
        path = home / "sweep.csv"
        path.write_text(f"{header}\n{cell}\n")
        code, _, err = call(str(path), "--yes")
        assert (code, seen, said in err) == (2, [], True), err
        assert "row 1 (line 2)" in err
