"""Filters that used to find nothing without a word."""

import json
from pathlib import Path

import pytest

from tests.rows import Rows, uuid_of
from tests.support.commands import World

OWN = json.loads((Path(__file__).parents[1] / "samples/rows/own.json").read_text())
OTHER = {"name": "another", "tags": ["nightly"]}
ID = uuid_of("part 11")


@pytest.fixture
def rows(home: Path) -> Rows:
    return Rows(home, [*OWN, OTHER])


PASTED = [
    f"lab:{ID}", f"lab:{ID.upper()}", f"LAB:{ID.upper()}", f"lab:{ID}/0", f"id:{ID.upper()}", f"id={ID.upper()}",
    ID.upper(), f"!another lab:{ID}", f"(lab:{ID} | name:nothing)", f"https://tasq.qarnot.com/tasks/{ID}",
]  # fmt: skip


@pytest.mark.parametrize("query", PASTED)
def test_u09_our_own_reference_finds_its_task(rows: Rows, query: str) -> None:
    assert rows.names(*query.split()) == ["part 11"]


@pytest.mark.parametrize("query", PASTED)
async def test_u09_our_own_reference_finds_its_task_on_the_screen(rows: Rows, query: str) -> None:
    async with rows.screen(query) as table:
        assert [table.list.listing.tasks[key].name for key in table.list.listing.rows] == ["part 11"]


@pytest.mark.parametrize("name", ["batch", "run", "status", "sb-env"])
def test_u09_an_account_called_like_a_field_has_references_too(home: Path, name: str) -> None:
    rows = Rows(home, [*OWN, OTHER])
    rows.config.write_text(rows.config.read_text().replace("accounts.lab", f"accounts.{name}"))
    assert rows.names(f"{name}:{ID}") == ["part 11"]


def test_u09_a_child_is_found_in_its_batch(home: Path) -> None:
    """The reference of a job finds it among its siblings, and its task in the list."""
    world = World(home, platform="qarnot")
    batch = next(row for row in world.rows("kind:batch") if row["counts"]["done"])
    child = world("children", batch["ref"], "-o", "json").json[3]["ref"]
    assert [row["ref"] for row in world("children", batch["ref"], child, "-o", "json").json] == [child]
    assert [row["ref"] for row in world.rows(child)] == [batch["ref"]]


def test_u09_exit_finds_what_triage_shows(rows: Rows) -> None:
    """JSON says the same code."""
    shown = rows("triage").out
    assert "137" in shown.splitlines()[1].split()
    assert rows.names("exit:137") == ["part 11"]
    codes = {row["name"]: row["exit_code"] for row in rows("tasks", "-o", "json").json}
    assert codes == {"part 11": 137, "another": None}


@pytest.mark.parametrize("platform", ["sevenbridges", "qarnot"])
def test_u09_exit_codes_agree_on_every_platform(home: Path, platform: str) -> None:
    """What the filter finds is what JSON says; ET Engine reports no exit codes."""
    world = World(home, platform=platform)
    failed = world.rows("status:failed")
    codes = {row["exit_code"] for row in failed} - {None}
    for code in codes:
        assert {r["ref"] for r in world.rows(f"exit:{code}")} >= {r["ref"] for r in failed if r["exit_code"] == code}
    assert codes or platform == "sevenbridges", "a world without exit codes shows nothing here"


MISSING = pytest.mark.parametrize(
    ("query", "said"),
    [
        ("exit:3 name:another", None),
        ("host:et-w17", "no task here has a value for host; the jobs inside a task have it"),
        ("!host:et-w17", "no task here has a value for host"),
        ("cost>5usd", "no task here has a cost in USD"),
        ("meta.library=RNA", "no task here has meta.library"),
        ("in.seed>4", "no task here has in.seed"),
        ("out.vcf:x", "no task here has out.vcf"),
        ("tag.nightly:any", None),
        ("tag:nightly", None),
        ("host:none", None),
        ("child:4", "no task here has a value for child"),
    ],
)


@MISSING
def test_u09_a_comparison_with_what_nobody_has_says_so(rows: Rows, query: str, said: str | None) -> None:
    run = rows("tasks", query)
    assert run.code == 0
    assert (said in run.err) if said else "no task here" not in run.err


@MISSING
async def test_u09_the_screen_says_so_too(rows: Rows, query: str, said: str | None) -> None:
    """When it is typed, also where a negation shows everything."""
    async with rows.screen() as table:
        await table.press("slash")
        table.list.panes.bar.put(query)
        await table.press("enter")
        assert (said.split(";")[0] in table.shown) if said else "no task here" not in table.shown


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        ("created>=2026-11-03 08:30", 'created>="2026-11-03 08:30"'),
        ("created<today 9:30", 'created<"today 9:30"'),
        ("created:2026-11-03 08:30..2026-11-03T10:00", 'created:"2026-11-03 08:30..2026-11-03T10:00"'),
        ("(created>2026-11-03 08:30:15)", 'created>"2026-11-03 08:30:15"'),
    ],
)
def test_u09_a_time_of_day_behind_its_date_shows_the_quoted_form(rows: Rows, typed: str, quoted: str) -> None:
    """It was read as a text that no name holds; the form that is shown is understood."""
    run = rows("tasks", *typed.split())
    assert run.code == 2
    assert quoted in run.err
    assert rows("tasks", quoted).code == 0


def test_u09_the_quoted_form_means_that_moment(rows: Rows) -> None:
    assert len(rows.names('created>="2026-11-03 08:30"')) == 2
    assert rows.names('created>="2026-11-03 09:30"') == []
    assert len(rows.names('created:"2026-11-03 08:30..2026-11-03 09:30"')) == 2
    assert len(rows.names("created>=2026-11-03T08:30")) == 2
