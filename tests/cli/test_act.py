"""Actions against the sandbox: what is sent, what is said, and the code (product, section 4; R33-R43)."""

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import BASE, Answer, World

RUNNING = "status:running,queued"
JSON = ((b"content-type", b"application/json"),)


def words(world: World) -> list[str]:
    """What was executed."""
    return [row["verb"] for row in world.ledger]


def _broken(world: World) -> dict[str, Any]:
    """A batch with failed children, the more the better."""
    return max(world.rows("batch:any"), key=lambda row: row["counts"]["failed"])


def test_without_yes_the_plan_is_shown_and_nothing_sent(world: World) -> None:
    """Without `--yes` an action shows the plan and, where nobody can answer, refuses: status 8."""
    ref = world.ref(RUNNING)
    done = world("abort", ref)
    assert (done.code, done.out, words(world)) == (8, f"{ref} refused\n", [])
    assert f"abort {ref}" in done.err
    assert "cannot be undone" in done.err
    assert "--yes" in done.err


def test_a_dry_run_only_plans(world: World) -> None:
    """`--dry-run` prints `REF planned`, as JSON too, and sends nothing."""
    ref = world.ref(RUNNING)
    assert world("abort", ref, "--dry-run").out == f"{ref} planned\n"
    (planned,) = world("abort", ref, "--dry-run", "-o", "json").json
    assert (planned["ref"], planned["action"], planned["outcome"]) == (ref, "abort", "planned")
    assert planned["status"] in {"running", "queued"}
    assert words(world) == []


def test_each_target_is_one_object_and_one_line(world: World) -> None:
    """JSON of an action is a list of objects with exactly the six documented keys; the text is `REF OUTCOME`."""
    one, two = [row["ref"] for row in world.rows(RUNNING, "!batch:any")][:2]
    (done,) = world("abort", one, "--yes", "-o", "json").json
    assert done == {
        "ref": one, "action": "abort", "outcome": "done", "status": "finishing", "new_ref": None, "message": None,
    }  # fmt: skip
    assert world("abort", two, "--yes").out == f"{two} done\n"
    assert words(world) == ["abort", "abort"]


def test_rerun_starts_a_new_task_and_names_it(world: World) -> None:
    """`rerun REF` is a clone with `action=run`: `REF done NEW_REF`, and the new task is under way."""
    ref = world.ref("status:failed", "!batch:any")
    done = world("rerun", ref, "--yes")
    old, outcome, new = done.out.split()
    assert (done.code, old, outcome) == (0, ref, "done")
    assert world("show", new, "-o", "json").json["status"] in {"queued", "starting", "running"}
    assert len(world.ledger) == 1


def test_rerun_failed_makes_one_batch_of_the_failed_children(world: World) -> None:
    """`rerun --failed` of a batch makes one draft batch of the failed children's input and runs it."""
    batch = _broken(world)
    ref, failed = batch["ref"], batch["counts"]["failed"]
    assert len(world("children", ref, "status:failed", "-o", "json").json) == failed
    (done,) = world("rerun", ref, "--failed", "--yes", "-o", "json").json
    assert (done["action"], done["outcome"]) == ("rerun", "done")
    assert len(world("children", done["new_ref"], "-o", "json").json) == failed
    new = world("show", done["new_ref"], "-o", "json").json
    assert new["kind"] == "batch"
    assert new["status"] in {"queued", "starting", "running"}
    assert world.posts[-1].endswith("/actions/run")


def test_a_rerun_with_settings_changes_the_new_task(world: World) -> None:
    """`--set K=V` is a setting of the new task; one that the platform has no place for is refused and sends nothing."""
    ref = world.ref("status:failed", "!batch:any")
    done = world("rerun", ref, "--set", "instance_type=c5.4xlarge;ebs-gp2;256", "--yes")
    new = done.out.split()[2]
    assert "c5.4xlarge;ebs-gp2;256" in json.dumps(world("show", new, "-o", "json").json["detail"]["settings"])
    sent = len(world.ledger)
    done = world("rerun", ref, "--set", "colour=red", "--yes")
    assert (done.code, done.out, len(world.ledger)) == (8, f"{ref} not_sent\n", sent)
    assert "colour" in done.err


@pytest.mark.parametrize(
    ("verb", "filter_", "outcome", "code"),
    [
        ("abort", "status:done !batch:any", "already", 0),
        ("abort", "status:aborted", "already", 0),
        ("run", "status:running !batch:any", "already", 0),
        ("run", "status:done !batch:any", "refused", 8),
        ("delete", "status:done !batch:any", "refused", 8),
        ("abort", "status:draft", "refused", 8),
        ("rerun", "status:done !batch:any", "done", 0),
        ("run", "status:draft err:none", "done", 0),
        ("delete", "status:draft", "done", 0),
    ],
)
def test_the_state_decides(world: World, verb: str, filter_: str, outcome: str, code: int) -> None:
    """An aim already reached exits 0 and sends nothing; what the state forbids exits 8 and sends nothing."""
    ref = world.ref(filter_)
    done = world(verb, ref, "--yes", "-o", "json")
    assert (done.code, done.json[0]["outcome"]) == (code, outcome), done.err
    assert len(world.ledger) == (outcome == "done")


def test_a_draft_with_errors_is_not_run(home: Path) -> None:
    """Running a draft with errors is refused: status 8."""
    world = World(home, tasks=1500)
    ref = world.ref("status:draft", "err:any")
    done = world("run", ref, "--yes")
    assert (done.code, done.out, world.ledger) == (8, f"{ref} refused\n", [])
    assert "has errors" in done.err


def test_a_second_delete_by_this_program_is_already_done(world: World) -> None:
    """Delete of a task that this program deleted exits 0; of one that never was there 5."""
    ref = world.ref("status:draft")
    assert world("delete", ref, "--yes").out == f"{ref} done\n"
    again = world("delete", ref, "--yes")
    assert (again.code, again.out) == (0, f"{ref} already\n")
    assert world("delete", ref, "--dry-run").code == 0
    assert world("show", ref).code == 5
    assert world("abort", ref, "--yes").code == 5
    assert world("delete", "cgc:00000000-0000-4000-8000-000000000000", "--yes").code == 5


def test_an_unknown_id_exits_5_and_the_others_are_done(world: World) -> None:
    """Of several targets each has its outcome, in JSON in the order typed; the code is the worst."""
    ref = world.ref(RUNNING)
    ghost = "cgc:00000000-0000-4000-8000-000000000000"
    done = world("abort", ghost, ref, ref, "--yes", "-o", "json")
    assert [(row["ref"], row["outcome"]) for row in done.json] == [(ghost, "not_sent"), (ref, "done")]
    assert (done.code, words(world)) == (5, ["abort"])


def test_a_pasted_address_is_a_reference(world: World) -> None:
    """A web address is accepted wherever a reference is, and finds its account also where two share a host."""
    ref = world.ref("@cavatica", RUNNING, "!batch:any")
    url = f"{BASE}/sevenbridges/cavatica/v2/tasks/{ref.split(':')[1]}"
    assert world("abort", url, "--yes").out == f"{ref} done\n"
    world.configure({"cavatica": {"web_url": '"https://cavatica.example"'}})
    shown = world("show", ref, "-o", "json").json["url"]
    assert shown.startswith("https://cavatica.example/")
    assert world("show", shown, "--fields", "ref", "-o", "tsv").out == f"{ref}\n"
    assert world("show", "https://elsewhere.example/tasks/x").code == 2


def test_r42_a_read_only_account_is_never_written_to(world: World) -> None:
    """`--read-only` and `read_only = true`, of the account or of all, refuse every action: status 8, nothing sent."""
    ref = world.ref("@cgc", RUNNING)
    done = world("abort", ref, "--yes", "--read-only")
    assert (done.code, done.out) == (8, f"{ref} refused\n")
    assert "read-only" in done.err
    world.configure({"cgc": {"read_only": "true"}})
    assert world("abort", ref, "--yes").code == 8
    assert world("rerun", world.ref("status:done"), "--yes").code == 8
    world.configure({"cgc": {}}, "[safety]\nread_only = true\n")
    assert world("abort", ref, "--yes").code == 8
    assert world.ledger == []


def test_more_than_max_are_refused_all_together(world: World) -> None:
    """`--max N` refuses more targets than N, and with `--failed` more failed children: status 8, nothing sent."""
    refs = [row["ref"] for row in world.rows(RUNNING)][:3]
    done = world("abort", *refs, "--max", "2", "--yes")
    assert (done.code, done.lines, world.ledger) == (8, [f"{ref} refused" for ref in refs], [])
    assert done.err.count("more than --max 2") == 1, "once, not for each target"
    assert world("abort", *refs).err.count("not confirmed") == 1
    done = world("abort", *refs, "--max", "2", "--dry-run", "-o", "json")
    assert (done.code, [(row["ref"], row["outcome"]) for row in done.json]) == (8, [(ref, "refused") for ref in refs])
    assert {row["message"] for row in done.json} == {"3 targets are more than --max 2; nothing was sent"}
    batch = _broken(world)
    most = batch["counts"]["failed"] - 1
    done = world("rerun", batch["ref"], "--failed", "--max", str(most), "--yes")
    assert (done.code, world.ledger, f"{most + 1} targets" in done.err) == (8, [], True)
    assert world("abort", *refs, "--max", "3", "--yes").code == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["abort"], "REF"), (["run", "nope:1"], "no account nope"), (["run", "cgc:1", "--failed"], "--failed"),
        (["abort", "cgc:1", "--set", "a=b"], "--set"), (["rerun", "cgc:1", "--set", "x"], "KEY=VALUE"),
        (["rerun", "cgc:1", "--max", "0"], "--max"), (["abort", "word", "--yes"], "reference"),
        (["abort", "cgc:1", "-o", "yaml"], "yaml"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_line_and_status_2(world: World, line: list[str], said: str) -> None:
    """A mistake on the command line is said in one line, exits 2 and sends nothing."""
    done = world(*line)
    assert (done.code, done.out, done.err.count("\n"), world.ledger) == (2, "", 1, [])
    assert said in done.err


LIMITED = (*JSON, (b"retry-after", b"2"))


def test_a_single_action_answered_429_is_not_resent(world: World) -> None:
    """A single action answered by 429 is sent once, is not waited for, and exits 7."""
    ref, before = world.ref(RUNNING), world.clock.now()
    world.answers = [Answer("POST", "/actions/abort", 429, headers=LIMITED)]
    done = world("abort", ref, "--yes")
    assert (done.code, done.out, len(world.posts)) == (7, f"{ref} refused\n", 1)
    assert world.clock.now() == before


def test_r40_a_bulk_stops_when_the_reset_is_far(world: World) -> None:
    """A reset more than 60 s ahead stops a command: it says what was not tried, each target once, and exits 7."""
    refs = [row["ref"] for row in world.rows(RUNNING, "!batch:any")][:8]
    world.answers = [Answer("POST", "/actions/abort", 429, headers=(*JSON, (b"retry-after", b"90")))]
    done = world("abort", *refs, "--yes", "-o", "json")
    outcomes = [row["outcome"] for row in done.json]
    assert [row["ref"] for row in done.json] == refs
    assert set(outcomes) == {"refused", "not_tried"}
    assert (done.code, outcomes.count("refused"), len(world.posts)) == (7, len(world.posts), outcomes.count("refused"))
    assert f"{outcomes.count('not_tried')} of 8 not tried" in done.err


def test_r40_a_bulk_waits_for_a_near_reset(world: World) -> None:
    """A reset within 60 s is waited for; what was limited is not resent, the rest is done."""
    refs = [row["ref"] for row in world.rows(RUNNING, "!batch:any")][:8]
    world.answers = [Answer("POST", "/actions/abort", 429, headers=(*JSON, (b"retry-after", b"20")), times=1)]
    before = world.clock.now()
    outcomes = [row["outcome"] for row in world("abort", *refs, "--yes", "-o", "json").json]
    assert (outcomes.count("refused"), outcomes.count("done"), len(world.posts)) == (1, 7, 8)
    assert (world.clock.now() - before).total_seconds() >= 19


def test_r40_three_failures_in_a_row_stop_the_rest(world: World) -> None:
    """After three failures in a row the rest is not tried, and the code tells the failures."""
    refs = [row["ref"] for row in world.rows(RUNNING, "!batch:any")][:10]
    world.answers = [Answer("POST", "/actions/abort", 403)]
    done = world("abort", *refs, "--yes", "-o", "json")
    outcomes = [row["outcome"] for row in done.json]
    assert (done.code, outcomes.count("refused") + outcomes.count("not_tried")) == (8, 10)
    assert 3 <= len(world.posts) <= 6


def test_r35_an_unanswered_action_is_unknown_and_named_by_the_next_start(world: World) -> None:
    """An action without an answer is looked after, never resent: status 6, and any later start names it."""
    ref = world.ref("status:failed", "!batch:any")
    world.answers = [Answer("POST", "/actions/clone", 500)]
    done = world("rerun", ref, "--yes")
    assert (done.code, done.out, len(world.posts)) == (6, f"{ref} unknown\n", 1)
    for line in (["tasks", "--limit", "1"], ["show", ref], ["doctor"]):
        assert f"rerun of {ref}" in world(*line).err
    assert "rerun of" not in world("paths").err


def test_r35_a_look_can_show_that_it_was_done(world: World) -> None:
    """Where the platform shows that a lost answer's action was executed, it is done: status 0."""
    ref = world.ref(RUNNING, "!batch:any")
    world.answers = [Answer("POST", "/actions/abort", 502, executed=True)]
    done = world("abort", ref, "--yes")
    assert (done.code, done.out, len(world.posts)) == (0, f"{ref} done\n", 1)
    assert world("tasks", "--limit", "0").err == ""


def test_an_action_that_never_left_is_not_sent(world: World) -> None:
    """A target whose state cannot be read is not acted on: `not_sent`, status 6."""
    ref = world.ref(RUNNING)
    world.answers = [Answer("POST", "/bulk/tasks/get", 503)]
    done = world("abort", ref, "--yes")
    assert (done.code, done.out, world.posts) == (6, f"{ref} not_sent\n", [])


def test_a_403_on_one_task_is_refused(world: World) -> None:
    """403 on one task exits 8; a 401 asks for a login: 4."""
    ref = world.ref(RUNNING)
    world.answers = [Answer("POST", "/actions/abort", 403)]
    assert world("abort", ref, "--yes").code == 8
    world.answers = [Answer("POST", "/actions/abort", 401)]
    assert world("abort", ref, "--yes").code == 4


def test_r34_every_action_is_in_the_journal(world: World) -> None:
    """Each action stands in the journal, a private file, with its outcome; a demo notes nothing."""
    ref = world.ref(RUNNING)
    world("abort", ref, "--yes")
    path = Path(dict(world("paths").cells)["journal"])
    begun, ended = map(json.loads, path.read_text().splitlines())
    assert (begun["verb"], begun["ref"], ended["intent"], ended["outcome"]) == ("abort", ref, begun["intent"], "done")
    assert path.stat().st_mode & 0o777 == 0o600


def test_r36_a_confirmation_on_a_terminal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal it asks: enter alone sends nothing, `y` does; what removes wants its number."""
    ref, draft = world.ref(RUNNING, "user:rfranklin"), world.ref("status:draft")

    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    aborted = world.rows(RUNNING, "user:rfranklin")[1]["ref"]
    for typed, line, code in (
        ("\n", ["abort", ref], 8), ("no\n", ["abort", ref], 8), ("", ["abort", ref], 8), ("y\n", ["delete", draft], 8),
        ("y\n", ["abort", ref], 0), ("Yes\n", ["abort", aborted], 0), ("1\n", ["delete", draft], 0),
    ):  # fmt: skip
        monkeypatch.setattr("sys.stdin", Typed(typed))
        sent = len(world.ledger)
        done = world(*line, terminal=True)
        assert (done.code, len(world.ledger) - sent) == (code, code == 0), (typed, line, done.err)
        assert "to confirm" in done.err


def test_many_targets_are_read_in_bulk(world: World) -> None:
    """A hundred references cost one call, not a hundred; what is not there is told by its own."""
    refs = [row["ref"] for row in world.rows("status:done", "@cgc")][:30]
    world.calls.clear()
    done = world("abort", *refs, "cgc:00000000-0000-4000-8000-000000000000", "--yes", "-o", "json")
    assert [row["outcome"] for row in done.json] == ["already"] * len(refs) + ["not_sent"]
    assert done.code == 5
    reads = [path for _, path in world.calls if "/tasks" in path]
    assert len(reads) <= 4


def test_an_action_that_is_not_noted_says_so(world: World, home: Path) -> None:
    """Also with `--yes`, where no plan is shown; the action is done all the same."""
    ref = world.ref("status:running", "batch:none")
    (home / "data" / "taskdeck" / "journal").mkdir(parents=True)
    done = world("abort", ref, "--yes")
    assert (done.code, len(world.ledger)) == (0, 1)
    assert "not noted: the journal cannot be written" in done.err


def test_the_plan_of_a_rerun_of_what_failed_is_about_the_failed(world: World) -> None:
    """It says how many children run again, what these cost (not the batch), what is made, what that is expected to
    cost and take, what is changed and how many requests it needs; a dry run sends nothing."""
    batch = _broken(world)
    ref, count = batch["ref"], batch["counts"]["failed"]
    children = world("children", ref, "status:failed", "-o", "json").json
    spent = sum(Decimal(child["price"]["amount"]) for child in children)
    done = world("rerun", ref, "--failed", "--set", "max_parallel_instances=2", "--dry-run")
    assert (done.code, done.out) == (0, f"{ref} planned\n")
    word = "failed child runs" if count == 1 else "failed children run"
    assert f"{count} {word} again: one draft batch is made of them" in done.err
    assert f"cost {spent} USD so far" in done.err
    assert f"{batch['price']['amount']} USD" not in done.err
    assert "Expected: " in done.err
    assert "with max_parallel_instances = 2" in done.err
    assert "requests: " in done.err
    assert words(world) == []


def test_r35_the_next_start_says_what_became_of_it_and_the_one_after_is_silent(world: World) -> None:
    """An abort whose outcome was unknown is named with what the platform shows now; the truth settles it."""
    ref = world.ref(RUNNING, "!batch:any")
    world.answers = [Answer("POST", "/actions/abort", 502, executed=True), Answer("POST", "/bulk/", 503, after=1)]
    assert world("abort", ref, "--yes").code == 6
    world.answers = []
    world.clock.advance(120)
    said = world("tasks", "--limit", "0").err
    assert f"abort of {ref}" in said
    assert "outcome was unknown; it is ABORTED now, so it was done" in said
    assert world("tasks", "--limit", "0").err == ""


def test_t09_a_draft_with_errors_names_each_with_its_input(home: Path) -> None:
    """In words and in JSON: what is wrong, and of which input; nothing is sent."""
    world = World(home, tasks=1500)
    row = max(world.rows("status:draft", "err:any"), key=lambda r: len(r["errors"]))
    done = world("run", row["ref"], "--yes", "-o", "json")
    assert (done.code, world.ledger) == (8, [])
    for error in row["errors"]:
        assert f"{error['message']} (input {error['input']})" in done.json[0]["message"]
    assert f"(input {row['errors'][-1]['input']})" in world("run", row["ref"], "--yes").err


def test_t09_a_batch_draft_runs_as_one_task_where_that_is_asked(world: World) -> None:
    """`run --no-batch` sends `batch=False` once; what is no batch is refused, and no other command takes it."""
    done = world("rerun", _broken(world)["ref"], "--failed", "--dry-run")
    assert done.code == 0
    single = world.ref("status:draft", "err:none", "batch:none")
    refused = world("run", single, "--no-batch", "--yes")
    assert (refused.code, world.ledger) == (8, [])
    assert "only a batch draft" in refused.err
    assert world("abort", single, "--no-batch", "--yes").code == 2
    batch = _batch_draft(world)
    done = world("run", batch, "--no-batch", "--yes")
    assert (done.code, done.out) == (0, f"{batch} done\n"), done.err
    assert "batch=False" in world.queries[-1]
    assert [row["verb"] for row in world.ledger][-1] == "run"
    assert world("show", batch, "-o", "json").json["kind"] == "task"


def _batch_draft(world: World) -> str:
    """A draft that is a batch, made as a copy of one."""
    (api,) = (m.app for m in world.sandbox.mounted if m.place.name == "cgc")
    source = next(r for r in world.rows("batch:any", "@cgc") if r["status"] in {"done", "failed"})
    copy = api.changes.clone(source["id"], run=False)
    return f"cgc:{copy.id}"


def test_t10_an_abort_refused_because_the_task_just_ended_is_already(world: World) -> None:
    """The task ended between the look and the abort: the platform refuses, and the aim is reached: status 0.
    Mutation: `_reconsidered` takes every refusal for one."""
    ref = world.ref(RUNNING, "!batch:any")

    world.answers = [
        Answer("POST", "/actions/abort", 400, b'{"code": 7011, "message": "it is COMPLETED"}', executed=True)
    ]
    done = world("abort", ref, "--yes", "-o", "json")
    assert (done.code, done.json[0]["outcome"]) == (0, "already"), done.err


def test_t10_a_paid_rerun_of_unknown_outcome_is_named_first(world: World) -> None:
    """Of several actions whose outcome is unknown, what may have cost money comes first."""
    refs = [row["ref"] for row in world.rows("status:failed", "!batch:any")][:2]
    world.answers = [Answer("POST", "/actions/clone", 500)]
    place = Path(dict(world("paths").cells)["journal"])
    assert world("rerun", refs[0], "--yes").code == 6
    old = {"intent": "e" * 16, "at": "2026-11-24T15:00:00+00:00", "verb": "rename", "ref": refs[1], "by": "elsewhere 1"}
    place.write_text(json.dumps(old) + "\n" + place.read_text())
    said = world("tasks", "--limit", "0").err.splitlines()
    assert f"rerun of {refs[0]}" in next(line for line in said if "outcome unknown" in line)
    assert any(f"rename of {refs[1]}" in line for line in said)
