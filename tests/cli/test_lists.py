"""Lists: what is read, filtered, ordered, cut and printed (product, section 4)."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.commands import Answer, World
from tui.domain.status import TaskStatus
from tui.settings.saved import SavedView, save_views

TASK_KEYS = [
    "ref", "account", "platform", "id", "name", "kind", "status", "native_status", "reason", "project", "app",
    "created_by", "executed_by", "tags", "created", "started", "ended", "duration", "queued", "progress", "counts",
    "price", "exit_code", "parent", "errors", "url", "fetched", "stale",
]  # fmt: skip
JOB_KEYS = [*TASK_KEYS, "host", "instance", "attempt", "command", "logs"]
DETAIL_KEYS = {
    "people", "times", "limits", "inputs", "outputs", "settings", "jobs", "price", "batch", "warnings", "events",
}  # fmt: skip


def test_the_json_of_a_task_has_the_documented_keys_in_their_order(world: World) -> None:
    """`-o json` is one array of objects with every documented key; `ndjson` is the same objects, one a line."""
    rows = world.rows()
    assert all(list(row) == TASK_KEYS for row in rows)
    lines = world("tasks", "-o", "ndjson").lines
    assert [json.loads(line) for line in lines] == rows
    assert {row["account"] for row in rows} == {a["name"] for a in world.accounts}


def test_the_figures_of_a_task_are_of_the_documented_kind(world: World) -> None:
    """Times are UTC with `Z`, durations seconds, money text with currency; counts have all nine and add up."""
    for row in world.rows():
        for key in ("created", "started", "ended", "fetched"):
            assert row[key] is None or (row[key].endswith("Z") and datetime.fromisoformat(row[key]))
        for key in ("duration", "queued"):
            assert row[key] is None or (isinstance(row[key], float | int) and row[key] >= 0)
        assert row["ref"] == f"{row['account']}:{row['id']}"
        assert row["status"] in set(TaskStatus)
        if row["price"] is not None:
            assert float(row["price"]["amount"]) >= 0
            assert isinstance(row["price"]["amount"], str)
        assert (row["kind"] == "batch") == (row["counts"] is not None)
        if row["counts"]:
            assert list(row["counts"]) == [str(s) for s in TaskStatus]
            assert sum(row["counts"].values()) == row["progress"]["total"]


def test_the_order_is_newest_first_then_by_reference(world: World) -> None:
    """Created descending over all accounts, missing last, then by reference; `--limit` cuts what is left of it."""
    rows = world.rows()
    by_ref = sorted(rows, key=lambda row: row["ref"])
    assert rows == sorted(by_ref, key=lambda row: row["created"] or "", reverse=True)
    assert world.rows("--limit", "7") == rows[:7]
    failed = [row for row in rows if row["status"] == "failed"]
    assert world.rows("status:failed", "--limit", "3") == failed[:3]
    assert world("tasks", "--limit", "0").out == ""


FILTERS = (
    ("status:failed",), ("status:draft",), ("status:done,failed", "!batch:any"), ("project=labq/qc",), ("-open",),
    ("created:6h",), ("created>=-3h", "status=done"), ("ended:2026-11-24",), ("created:2026-11-20..2026-11-22",),
    ("batch:any", "or", "status:failed"), ("star", "|", "bwa"), ("cost>1",), ("name:/batch [0-9]+$/",),
    ("open", "dur>10m"), ("platform:sevenbridges",), ("account:CGC",), ("user:rfranklin",),
    ("ended<-1h", "status:failed"), ("status:running",),
)  # fmt: skip


@pytest.mark.parametrize("words", FILTERS)
def test_what_a_server_filters_changes_nothing(world: World, words: tuple[str, ...]) -> None:
    """A filter gives the same tasks whether a part of it is asked of the servers or not."""
    pushed = [row["ref"] for row in world.rows(*words)]
    # A group with an always true neighbour is never pushed down.
    held = world.rows(f"({' '.join(w if w[0] != '-' else '!' + w[1:] for w in words)}) | id:no-such-id")
    assert pushed == [row["ref"] for row in held]
    assert len(pushed) < 120 or words == ("platform:sevenbridges",)


def test_a_server_is_asked_only_for_what_can_match(world: World) -> None:
    """An exact status is asked of the server; an account that the filter excludes is not asked at all."""
    world.rows("status:failed", "account:cgc")
    assert {path.split("/")[2] for _, path in world.calls} == {"cgc"}
    assert all("status=FAILED" in query for query in world.queries)
    world.calls.clear()
    world.answers = [Answer("GET", "/sevenbridges/cgc/", 503)]
    assert {row["account"] for row in world.rows("@cavatica")} == {"cavatica"}
    assert {row["account"] for row in world.rows("--account", "cavatica")} == {"cavatica"}
    assert world.rows("platform:qarnot,et-engine", "account:cgc") == []
    assert all("/cgc/" not in path for _, path in world.calls)


def test_all_words_are_one_filter_and_an_option_gives_another(world: World) -> None:
    """The words join into one filter, also behind `--`; `--filter` is a second that has to match, too."""
    rows = world.rows("status:failed", "batch:none")
    assert rows == world.rows("status:failed batch:none") == world.rows("--filter", "batch:none", "status:failed")
    done = world("tasks", "-o", "json", "--", "-open", "batch:none", "status:failed")
    assert done.json == rows
    assert world.rows("--filter", "-l no=label") == []


def test_on_a_terminal_an_empty_list_is_said(world: World) -> None:
    """Where a filter leaves nothing, a person is told so; a pipe gets nothing at all."""
    assert world("tasks", "name:no-such", terminal=True).err == "taskdeck: no task matches\n"
    assert world("tasks", "name:no-such").err == ""


def test_an_id_without_its_account_is_told_how_to_find_it(world: World) -> None:
    """A bare id is no reference; the filter that is named finds the whole one."""
    ref = world.rows("--limit", "1")[0]["ref"]
    bare = ref.partition(":")[2]
    done = world("show", bare)
    assert (done.code, f"the filter id:{bare} finds its account" in done.err) == (2, True)
    assert [row["ref"] for row in world.rows(f"id:{bare}")] == [ref]


def test_an_account_is_named_wherever_a_filter_stands(world: World) -> None:
    """`@NAME` means the same as a word of its own, within a quoted filter, in brackets and in `--filter`."""
    rows = world.rows("status:failed", "@cgc")
    assert rows
    assert rows == world.rows("status:failed @cgc") == world.rows("--filter", "@cgc status:failed")
    assert rows == world.rows("(@cgc | @nobody) status:failed")
    assert world("tasks", "open @nobody").code == 2


def test_mine_is_what_the_accounts_own_user_made(world: World) -> None:
    """`mine` asks who we are, and only where the filter says so."""
    assert {row["created_by"] for row in world.rows("mine", "@cgc")} == {"rfranklin"}
    assert ("GET", "/sevenbridges/cgc/v2/user") in world.calls
    world.calls.clear()
    assert len({row["created_by"] for row in world.rows("@cgc")}) > 1
    assert ("GET", "/sevenbridges/cgc/v2/user") not in world.calls


@pytest.mark.parametrize(
    ("word", "said"),
    [("nme:x", "did you mean name"), ("status:faild", "failed"), ("(open", "not closed"), ("name:/(/", "pattern")],
)
def test_a_filter_that_cannot_be_read_is_a_mistake(world: World, word: str, said: str) -> None:
    """A wrong filter exits 2 and says in one line which part is wrong; no platform is asked."""
    for command in (["tasks", word], ["wait", "--filter", word], ["children", "cgc:1", word]):
        done = world(*command)
        assert (done.code, done.out, done.err.count("\n"), world.calls) == (2, "", 1, [])
        assert said in done.err
    assert world("tasks", "@nobody").code == 2


def test_fields_are_dotted_keys_for_every_format(world: World) -> None:
    """`--fields` chooses dotted JSON keys in every format, and is the head of csv."""
    keys = ["ref", "price.amount", "counts.failed", "errors"]
    fields = ("--fields", ",".join(keys), "--limit", "30")
    rows = world.rows(*fields)
    assert all(list(row) == keys for row in rows)
    table = list(csv.reader(io.StringIO(world("tasks", "-o", "csv", *fields).out)))
    assert table[0] == keys
    assert [row[0] for row in table[1:]] == [row["ref"] for row in rows]
    assert [cells[1] for cells in world("tasks", "-o", "tsv", *fields).cells] == [r["price.amount"] or "" for r in rows]
    for style in ("table", "wide"):
        assert world("tasks", "-o", style, *fields).lines[0].split() == [k.upper() for k in keys]
    assert world("tasks", "--fields", "ref,nmae").code == 2


def test_the_default_is_a_table_on_a_terminal_and_tsv_elsewhere(world: World) -> None:
    """Without `-o`: tsv without a head in a pipe, a table with colour on a terminal, none with NO_COLOR."""
    plain, shown = world("tasks"), world("tasks", terminal=True)
    assert "\x1b" not in plain.out + plain.err
    assert plain.cells[0][0] == world.rows("--limit", "1")[0]["ref"]
    assert shown.lines[0].split()[:3] == ["STATUS", "REF", "NAME"]
    assert "\x1b[" in shown.out
    assert world("tasks", "-o", "table").lines[0].split() == shown.lines[0].split()
    assert "\x1b" not in world("tasks", "-o", "wide").out


@pytest.mark.parametrize("style", ["table", "wide", "json", "ndjson", "csv", "tsv"])
@pytest.mark.parametrize("command", ["tasks", "children", "jobs"])
def test_an_empty_list_is_no_error(world: World, command: str, style: str) -> None:
    """Nothing found exits 0: `[]`, a head, or nothing at all, by the format."""
    inside = {"children": "batch:any", "jobs": "status:done batch:none"}
    words = [world.ref(inside[command])] if command in inside else []
    done = world(command, *words, "name:nothing-is-called-so", "-o", style)
    assert (done.code, done.err) == (0, "")
    assert done.out.count("\n") == (0 if style in {"ndjson", "tsv"} else 1)
    if style == "json":
        assert done.out == "[]\n"


def test_one_account_down_leaves_the_others(world: World) -> None:
    """What could be had is printed, the rest is said on stderr, and the code tells the worst."""
    for status, code in ((401, 4), (403, 8), (404, 5), (500, 6), (503, 6)):
        world.answers = [Answer("GET", "/sevenbridges/cavatica/", status)]
        done = world("tasks", "-o", "json")
        assert (done.code, {row["account"] for row in done.json}) == (code, {"cgc"}), status
        assert "cavatica" in done.err
    world.answers = [Answer("GET", "/sevenbridges/cavatica/", 401), Answer("GET", "/sevenbridges/cgc/", 503)]
    assert (world("tasks", "-o", "json").code, world("tasks", "-o", "json").out) == (4, "[]\n")


def test_r10_a_refused_token_says_what_to_do(world: World) -> None:
    """Which account's it is, and the command that tells where it comes from."""
    world.answers = [Answer("GET", "/sevenbridges/cavatica/", 401)]
    said = world("tasks", "-o", "json").err
    assert "the token is refused; renew the token" in said
    assert "taskdeck accounts list --account cavatica" in said


def test_a_list_that_breaks_off_gives_no_rows_unless_partial(world: World) -> None:
    """An account that cannot be read completely gives no rows at all, unless `--partial`; the code stays."""
    world = World(world.home, tasks=500)
    world.answers = [Answer("GET", "/sevenbridges/cgc/v2/tasks", 503, after=1)]
    whole = world("tasks", "account:cgc", "-o", "json")
    assert (whole.code, whole.json) == (6, [])
    world.answers = [Answer("GET", "/sevenbridges/cgc/v2/tasks", 503, after=1)]
    partial = world("tasks", "account:cgc", "--partial", "-o", "json")
    assert (partial.code, len(partial.json)) == (6, 100)


@pytest.mark.parametrize(
    "answer",
    [
        Answer("GET", "/tasks", 503, times=1), Answer("GET", "/tasks", 200, b"", times=1),
        Answer("GET", "/tasks", 502, b"<html>", times=1), Answer("GET", "/tasks", 200, b'{"items": [', times=1),
    ],
)  # fmt: skip
def test_one_transient_fault_is_repeated_by_a_fresh_start(world: World, answer: Answer) -> None:
    """A 503, a web page from a gateway, an empty or a cut answer is asked for again: status 0, nothing is missing."""
    world.answers = [answer]
    assert len(world.rows()) == 120
    assert answer.times == 0


def test_show_is_the_task_with_its_whole_detail(world: World) -> None:
    """`show` is the task object with every documented group under `detail`, absent null; `--raw` adds the answer."""
    row = world.rows("status:failed", "batch:none")[0]
    shown = world("show", row["ref"], "-o", "json").json
    detail = shown.pop("detail")
    assert shown == row
    assert set(detail) >= DETAIL_KEYS
    assert all(list(job) == JOB_KEYS for job in detail["jobs"])
    assert set(detail["price"]) == {"amount", "currency", "breakdown"}
    child = world("children", world.ref("batch:any"), "--limit", "1", "-o", "json").json[0]
    batch = world("show", child["ref"], "-o", "json").json
    assert batch["parent"] == child["parent"]
    assert set(batch["detail"]["batch"]) == {"by", "criteria", "input", "group"}
    raw = world("show", row["ref"], "-o", "json", "--raw").json["raw"]
    assert (raw["id"], raw["status"]) == (row["id"], "FAILED")


def test_show_takes_the_formats_of_lists(world: World) -> None:
    """`show` is a tree by itself; json, ndjson, csv and tsv, and `--fields` down into the detail, work as for lists."""
    ref = world.ref("status:done", "batch:none")
    tree = world("show", ref).lines
    assert tree[0] == f"ref  {ref}"
    assert "  inputs" in tree
    assert json.loads(world("show", ref, "-o", "ndjson").out) == world("show", ref, "-o", "json").json
    assert world("show", ref, "-o", "tsv").cells[0][0] == ref
    assert world("show", ref, "-o", "csv").lines[0].startswith("ref,status")
    fields = ("--fields", "ref,detail.people.created_by", "-o", "json")
    assert list(world("show", ref, *fields).json) == ["ref", "detail.people.created_by"]


def test_a_job_is_a_task_with_six_more_keys_and_a_reference(world: World) -> None:
    """A job is a task object plus host, instance, exit code, attempt, command, logs; its ref works in every command."""
    ref = world.ref("status:failed", "batch:none")
    rows = world("jobs", ref, "-o", "json").json
    assert rows
    assert all(list(row) == JOB_KEYS for row in rows)
    for row in rows:
        assert row["kind"] == "job"
        assert row["ref"].startswith(f"{ref}/")
        assert world("show", row["ref"], "-o", "json").json["ref"] == row["ref"]
        assert world("logs", row["ref"]).code == 0
        assert world("jobs", row["ref"], "-o", "json").json == []
        assert world("rerun", row["ref"], "--yes").code == 8
        assert world("wait", row["ref"]).code == {"failed": 1}.get(row["status"], 0)
    assert [row["ref"] for row in rows] == sorted(row["ref"] for row in rows)
    assert world("show", f"{ref}/no-such-job").code == 5


def test_children_are_tasks_of_their_own(world: World) -> None:
    """`children` of a batch are tasks with references of their own and their parent's; a filter cuts them."""
    batch = world.rows("batch:any")[0]
    rows = world("children", batch["ref"], "-o", "json").json
    assert len(rows) == sum(batch["counts"].values())
    assert {row["parent"] for row in rows} == {batch["ref"]}
    assert world("show", rows[0]["ref"], "--fields", "ref", "-o", "tsv").out == rows[0]["ref"] + "\n"
    some = world("children", batch["ref"], f"status:{rows[0]['status']}", "-o", "json").json
    assert [r["ref"] for r in some] == [r["ref"] for r in rows if r["status"] == rows[0]["status"]]


@pytest.mark.parametrize(("command", "filter_"), [("jobs", "batch:any"), ("children", "batch:none status:done")])
def test_what_has_none_inside_says_where_to_look(world: World, command: str, filter_: str) -> None:
    """`jobs` of a Seven Bridges parent and `children` of a plain task print `[]`, a hint on stderr, and exit 0."""
    done = world(command, world.ref(filter_), "-o", "json")
    other = {"jobs": "children", "children": "jobs"}[command]
    assert (done.code, done.out, f"taskdeck {other}" in done.err) == (0, "[]\n", True)


@pytest.mark.parametrize("command", ["show", "children", "jobs", "logs", "wait"])
def test_an_unknown_id_exits_5(world: World, command: str) -> None:
    """An id that the platform does not know exits 5 in every command."""
    done = world(command, "cgc:00000000-0000-4000-8000-000000000000")
    assert (done.code, done.out, done.err.count("\n")) == (5, "", 1)


def test_r13_an_untouched_answer_is_escaped_and_not_obeyed(world: World) -> None:
    """With `--raw` what a platform sent is whole, but no control, bidi or zero-width character of it is printed."""
    evil = "\x1b[2J\x9b31m \u202eevil\u200b \U000e0041 \u5b57"
    row = world.rows()[0]
    answer = json.dumps({"id": row["id"], "status": "RUNNING", "name": evil}, ensure_ascii=False).encode()
    world.answers.append(Answer("GET", row["id"], 200, answer))
    shown = world("show", row["ref"], "-o", "json", "--raw")
    assert shown.json["raw"]["name"] == evil
    assert shown.out.strip().isprintable()
    assert "\u5b57" in shown.out


def test_a_view_is_a_word_of_the_filter(world: World, home: Path) -> None:
    """A built-in view or one that was saved, alone, negated and among others; its terms are sent to the server."""
    every = world.rows()
    failed = [row for row in every if row["status"] == "failed"]
    save_views({"bwa": SavedView("bwa", "name:bwa"), "odd": SavedView("odd", "zzz:1")})
    world.queries.clear()
    assert world.rows("failed") == failed
    assert any("status=FAILED" in query for query in world.queries)
    assert world.rows("bwa", "failed") == [row for row in failed if "bwa" in row["name"].lower()]
    assert world.rows("!failed") == [row for row in every if row["status"] != "failed"]
    assert world.rows('"failed"') != failed, "in quotes it is a text"
    assert world("tasks", "odd").code == 0, "a view that cannot be read is a word like any other"


def test_failed_children_are_asked_for_alone(world: World) -> None:
    """The filter is sent where it names the failed alone, in words or as the view; any other reads all children."""
    batch = world.rows("status:failed", "kind:batch", "platform:sevenbridges")[0]
    for words, sent in ((("status:failed",), True), (("failed",), True), (("status:failed,aborted",), False)):
        world.queries.clear()
        rows = world("children", batch["ref"], *words, "-o", "json").json
        assert sum(row["status"] == "failed" for row in rows) == batch["counts"]["failed"]
        parents = [query for query in world.queries if "parent=" in query]
        assert parents
        assert all(("status=FAILED" in query) is sent for query in parents)


def test_a_status_that_is_read_as_a_text_is_said_so(world: World) -> None:
    """`draft` looks for the word, as no view has that name; stderr says what finds the drafts."""
    done = world("tasks", "draft")
    assert (done.code, "status:draft finds the status" in done.err) == (0, True)
    assert world("tasks", "status:draft").err == ""
