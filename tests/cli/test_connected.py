"""What is documented is connected: every field and flag tells tasks apart, every setting changes something."""

from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.rows import Rows, uuid_of
from tests.support.command_deck import NOW, task
from tests.support.commands import Screen, World
from tui.domain.action import Verb
from tui.domain.money import Money
from tui.domain.query import Context, QueryError, matcher, parse
from tui.domain.query.fields import FIELDS, FLAGS, PLANNED
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Kind, Progress, Tally, Task, TaskError, TaskRef
from tui.settings import paths
from tui.settings.model import GROUPS
from tui.store.acknowledged import LIST, Seen

HOUR = timedelta(hours=1)
ONE = Job(
    ref=TaskRef("cgc", "7f3c", "s31"), platform="qarnot", name="chr1", kind=Kind.BATCH, status=TaskStatus.FAILED,
    native_status="UploadingResults", reason="access denied", project="luad", app="u/star/14", created_by="rfranklin",
    tags=("nightly",), created=NOW - HOUR, started=NOW - HOUR, ended=NOW, progress=Progress.of(4, 16),
    counts=Tally(failed=1), price=Money("EUR", Decimal(9)), parent=TaskRef("cgc", "b-91cc"), key="s31", index=5,
    metadata={"library": "RNA"}, arguments={"seed": "41"}, outputs={"vcf": "a.vcf"}, instance="c5.4xlarge", spot=True,
    settings={"max_parallel_instances": "4", "partition": "gpu", "qos": "high", "node": "n04", "limit": "8h",
              "left": "20m"},
    region="us-east-1", host="et-w17", exit_code=137, attempt=2,
    errors=(TaskError("schema"),), fetched=NOW,
)  # fmt: skip
OTHER = replace(
    task("et:x", age=60 * 24 * 90), platform="et-engine", name="other", created_by="somebody", status=TaskStatus.QUEUED
)
CONTEXT = Context(
    now=NOW, me={"cgc": "rfranklin", "et": "nobody"}, marked={ONE.ref}, stale={"cgc"}, since=NOW - 2 * HOUR,
    acknowledged=lambda t: t is ONE, signature=lambda t: "oom" if t is ONE else None,
    error_class=lambda t: "memory" if t is ONE else None,
)  # fmt: skip
EXAMPLES = {
    "created": "created:2h", "native": "native:uploadingresults", "id": "id:s31", "cost": "cost>5eur",
    "queued": "queued:0s", "platform": "pf:qarnot", "steps": "steps>3", "dur": "dur>=1h", "out": "out.vcf:any",
    "updated": "updated:7d", "ended": "ended:7d", "started": "started>=-2h",
    "ack": "ack:yes", "stale": "stale:yes", "age": "age<3d",
}  # fmt: skip


@pytest.mark.parametrize("name", [field.name for field in FIELDS])
def test_u07_every_field_is_true_of_a_task_and_false_of_another(name: str) -> None:
    example = EXAMPLES.get(name) or next(field.example for field in FIELDS if field.name == name)
    match = matcher(parse(example), CONTEXT)
    inverse = name == "parent"  # its example asks for what is missing
    assert (match(ONE), match(OTHER)) == ((False, True) if inverse else (True, False)), example


@pytest.mark.parametrize("name", FLAGS)
def test_u07_every_flag_is_true_of_a_task_and_false_of_another(name: str) -> None:
    match = matcher(parse(name), CONTEXT)
    done: Task = replace(ONE, status=TaskStatus.DONE)
    assert match(ONE) is not match(OTHER)
    assert name not in {"final"} or match(done)


@pytest.mark.parametrize("query", ["note", "watch", "note:yes", "!watch:no", "status:failed watch"])
def test_u07_what_is_planned_says_so(home: Path, query: str) -> None:
    with pytest.raises(QueryError, match="planned, not implemented yet"):
        parse(query)
    rows = Rows(home, [])
    run = rows("tasks", query)
    assert (run.code, "planned, not implemented yet" in run.err) == (2, True)
    assert rows("tasks", '"watch"').code == 0
    assert not PLANNED & {field.name for field in FIELDS} | PLANNED & set(FLAGS)


FAILED = [
    {"name": f"part {n}", "state": "Failure", "tags": ["nightly"] if n else [],
     "errors": [{"code": "X", "message": "No space left on device" if n else "segmentation fault", "debug": None}]}
    for n in range(3)
]  # fmt: skip


def test_u07_ack_on_the_command_line_is_what_the_screen_acknowledged(home: Path) -> None:
    """By what a task says itself, and where a log named the group as one of its members."""
    rows = Rows(home, FAILED)
    key = "No space left on device"
    from tui.domain.triage import group_failures
    from tui.settings.rules import failure_rules

    tasks = [replace(ONE, reason=key, errors=()), replace(ONE, ref=TaskRef("lab", "x"), reason="killed", errors=())]
    groups = {g.members[0].reason: g.key for g in group_failures(tasks, failure_rules())}
    seen = Seen.read(paths.data_dir() / "triage.json")
    assert seen.acknowledge(groups[key], "known") is None
    assert set(rows.names("ack")) == {"part 1", "part 2"}
    assert rows.names("failed !ack") == ["part 0"]
    seen.acknowledge("named by its log", "", [TaskRef("lab", uuid_of("part 0"))])
    assert rows.names("failed !ack") == []
    assert Seen.read(seen.path).members == seen.members


def test_u07_new_counts_from_the_last_look(home: Path) -> None:
    rows = Rows(home, [{"name": "old"}, {"name": "young", "lastModified": "2026-11-03T11:30:00Z"}])
    assert set(rows.names("new")) == {"old", "young"}  # never looked
    Seen.read(paths.data_dir() / "triage.json").look(LIST, NOW.replace(year=2026, month=11, day=3, hour=11, minute=0))
    assert rows.names("new") == ["young"]
    assert rows.names("!new") == ["old"]


async def test_u07_leaving_the_interface_is_a_look(home: Path) -> None:
    rows = Rows(home, [{"name": "old"}])
    async with rows.screen() as table:
        deck = table.app.deck
        assert LIST not in deck.seen.places
    assert LIST in deck.seen.places


def test_u07_a_whole_tag_is_asked_of_the_platform(home: Path) -> None:
    """Qarnot's own filter; the rows are those that the term finds anyway."""
    world = World(home, platform="qarnot")
    tag = next(row["tags"][0] for row in world.rows() if row["tags"])
    wanted = {row["ref"] for row in world.rows() if tag in row["tags"]}
    world.calls.clear()
    world.queries.clear()
    assert {row["ref"] for row in world.rows(f'tag="{tag}"')} == wanted
    assert any(query.startswith("tag=") for query in world.queries)


def test_u07_outputs_are_asked_for_where_the_filter_looks_at_them(home: Path) -> None:
    world = World(home)
    assert not any("outputs" in query for query in world.queries)
    done = world("show", world.ref("kind:task status:done"), "-o", "json").json
    name = next(iter(done["detail"]["outputs"]))
    found = {row["ref"] for row in world.rows(f"out.{name}:any")}
    assert done["ref"] in found
    assert not found & {row["ref"] for row in world.rows(f"out.{name}:none")}
    assert found < {row["ref"] for row in world.rows()}


@pytest.mark.parametrize(("count", "asked"), [(2, "the number"), (3, "y")])
def test_u07_count_above_is_what_the_settings_say(
    world: World, monkeypatch: pytest.MonkeyPatch, count: int, asked: str
) -> None:
    """In the question of a command: three targets."""
    world.configure({a["name"]: {} for a in world.accounts}, f"[safety]\ncount_above = {count}\n")
    refs = [row["ref"] for row in world.rows("mine status:running,queued @cgc")][:3]
    monkeypatch.setattr("sys.stdin", Screen("n\n"))
    run = world("abort", *refs, terminal=True)
    assert f"Type {asked} to confirm" in run.err
    assert not world.posts


@pytest.mark.parametrize("count", [1, 7])
async def test_u07_count_above_changes_the_dialog_at_once(home: Path, count: int) -> None:
    rows = Rows(home, [{"name": f"n{n}", "state": "FullyExecuting"} for n in range(8)])
    async with rows.screen() as table:
        await table.press("colon")
        await table.type(f"set safety.count_above={count}")
        await table.press("enter")
        deck: Any = table.app.deck
        tasks = list(table.list.listing.tasks.values())
        assert deck.actions.plan(Verb.ABORT, tasks).count_above == count


def test_u07_every_setting_is_read_somewhere() -> None:
    """A setting that only its own table names is connected to nothing."""
    source = {path: path.read_text() for path in (Path(__file__).parents[2] / "tui").rglob("*.py")}
    for group, kind in GROUPS.items():
        for setting in fields(kind):
            named = [p for p, text in source.items() if f".{setting.name}" in text and p.name != "model.py"]
            assert named, f"{group}.{setting.name}"
