"""The display zone: the same days on the command line, on the screen and in filters, by its own rules of the day."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rows import Rows

DST = json.loads((Path(__file__).parents[1] / "samples/rows/dst.json").read_text())
DAYS = {
    "created:2026-10-31": {"sat-2330-EDT"},
    "created:2026-11-01": {"sun-0030-EDT", "sun-0130-EDT", "sun-0130-EST", "sun-2330-EST"},
    "created:2026-11-02": {"mon-0030-EST"},
    "created:2026-07-01": {"jul-noon-EDT", "jul1-0030-EDT"},
    "created:2026-07-02": {"jul2-0030-EDT"},
    "created:2026-10-31..2026-11-01": {
        "sat-2330-EDT", "sun-0030-EDT", "sun-0130-EDT", "sun-0130-EST", "sun-2330-EST",
    },
}  # fmt: skip
ZONE = '[display]\nzone = "America/New_York"\n'


@pytest.fixture
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in New York."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("query", DAYS)
def test_u08_a_named_zone_reckons_days_by_its_own_rules(home: Path, query: str) -> None:
    rows = Rows(home, DST)
    rows.configure(ZONE)
    assert set(rows.names(query)) == DAYS[query]


@pytest.mark.usefixtures("new_york")
@pytest.mark.parametrize("query", DAYS)
def test_u08_the_local_zone_is_that_of_TZ(home: Path, query: str) -> None:
    assert set(Rows(home, DST).names(query)) == DAYS[query]


def test_u08_a_rule_in_TZ_is_honoured_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """POSIX rules are no zone names; the system reads them."""
    monkeypatch.setenv("TZ", "EST5EDT,M3.2.0,M11.1.0")
    time.tzset()
    try:
        rows = Rows(home, DST)
        assert all(set(rows.names(query)) == names for query, names in DAYS.items())
    finally:
        os.environ.pop("TZ")
        time.tzset()


@pytest.mark.parametrize("query", ["created:2026-11-01", "created:2026-07-01"])
async def test_u08_the_screen_shows_the_rows_of_the_command_line(home: Path, query: str) -> None:
    rows = Rows(home, DST)
    async with rows.screen(query, zone="America/New_York") as table:
        assert {table.list.listing.tasks[key].name for key in table.list.listing.rows} == DAYS[query]
        assert "EST utc-5" in table.shown.splitlines()[0]


async def test_u08_clock_times_of_the_list_are_in_the_zone(home: Path) -> None:
    rows = Rows(home, DST)
    async with rows.screen("created:2026-11-01", zone="America/New_York") as table:
        await table.press("t")
        line = next(text for text in table.shown.splitlines()[4:] if "sun-2330-EST" in text)
        assert "11-01" in line  # 04:30 of the second in UTC


@pytest.mark.parametrize("width", [80, 160])
async def test_u08_the_header_names_the_zone_and_a_change_holds_at_once(home: Path, width: int) -> None:
    rows = Rows(home, DST)
    async with rows.screen(size=(width, 30), zone="America/New_York") as table:
        assert "EST" in table.shown.splitlines()[0]
        await table.press("colon")
        await table.type("set display.zone=Asia/Kolkata")
        await table.press("enter")
        await table.until(lambda: "IST" in table.shown.splitlines()[0], "the other zone")


@pytest.mark.parametrize(("style", "said"), [
    ("json", '"2026-11-02T04:30:00Z"'), ("ndjson", '"2026-11-02T04:30:00Z"'),
    ("csv", "2026-11-02T04:30:00Z"), ("tsv", "2026-11-02T04:30:00Z"),
    ("table", "2026-11-01T23:30:00-05:00"), ("wide", "2026-11-01T23:30:00-05:00"),
])  # fmt: skip
def test_u08_programs_get_utc_and_people_the_zone(home: Path, style: str, said: str) -> None:
    rows = Rows(home, DST)
    rows.configure(ZONE)
    assert said in rows("tasks", "sun-2330", "-o", style, "--fields", "name,created").out


def test_u08_show_is_in_the_zone_as_a_tree_only(home: Path) -> None:
    rows = Rows(home, DST)
    rows.configure(ZONE)
    ref = rows("tasks", "sat-2330", "-o", "json").json[0]["ref"]
    assert "created  2026-10-30" not in rows("show", ref).out
    assert "created  2026-10-31T23:30:00-04:00" in rows("show", ref).out
    assert rows("show", ref, "-o", "json").json["created"] == "2026-11-01T03:30:00Z"


def test_u08_a_zone_that_is_none_is_an_error_that_names_a_near_one(home: Path) -> None:
    rows = Rows(home, DST)
    rows.configure('[display]\nzone = "America/New_Yrok"\n')
    run = rows("tasks")
    assert run.code == 2
    assert "America/New_York" in run.err


def test_u08_utc_is_utc_wherever_the_machine_is(home: Path, new_york: None) -> None:
    rows = Rows(home, DST)
    rows.configure('[display]\nzone = "utc"\n')
    assert set(rows.names("created:2026-11-02")) == {"sun-2330-EST", "mon-0030-EST"}
