"""`digest`: what happened, each line with a filter that shows just that; what the platform forgot, from the history."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.commands import START, World
from tui.cli.main import main
from tui.domain.digest import quoted
from tui.domain.duration import duration, duration_text
from tui.domain.status import TaskStatus
from tui.domain.task import TaskRef
from tui.settings import paths
from tui.store.history.database import History


def lines(value: Any) -> list[tuple[int, str]]:
    """Every count with its filter, wherever it stands."""
    if isinstance(value, dict):
        own = [(value["count"], value["filter"])] if "count" in value else []
        return own + [found for inner in value.values() for found in lines(inner)]
    return [found for inner in value for found in lines(inner)] if isinstance(value, list) else []


def test_each_filter_shows_exactly_what_is_counted(world: World) -> None:
    """All counts of the JSON, asked again as `tasks FILTER`."""
    found = world("digest", "--since", "7d", "-o", "json").json
    counted = lines(found)
    assert len(counted) > 8
    assert found["failed"]["count"] == sum(one["count"] for one in found["failures"]) > 0
    for count, shown in counted:
        assert len(world.rows(shown)) == count, shown


def test_projects_and_named_tasks_are_those_of_their_filters(world: World) -> None:
    found = world("digest", "--since", "7d", "-o", "json").json
    assert found["projects"]
    for one in found["projects"]:
        rows = world.rows(one["filter"])
        assert {row["project"] for row in rows} == {one["project"]}
        over = [r for r in rows if r["ended"] and r["ended"] >= found["since"]]
        assert sum(r["status"] == "done" for r in over) == one["finished"]
        assert sum(r["status"] == "failed" for r in over) == one["failed"]
    costs = [float(one["price"]["amount"]) for one in found["expensive"]]
    assert costs == sorted(costs, reverse=True)
    waits = [one["waited"] for one in found["waiting"]]
    assert waits == sorted(waits, reverse=True)
    for one in (*found["expensive"], *found["waiting"]):
        assert [row["ref"] for row in world.rows(one["filter"])] == [one["ref"]]


def test_a_filter_is_part_of_every_line(world: World) -> None:
    """Also one with alternatives."""
    whole = world("digest", "--since", "7d", "-o", "json").json
    found = world("digest", "app:star | app:salmon", "--since", "7d", "-o", "json").json
    assert found["finished"]["count"] < whole["finished"]["count"]
    for count, shown in lines(found):
        assert len(world.rows(shown)) == count, shown


@pytest.mark.parametrize("style", ["text", "md"])
def test_every_line_for_people_ends_with_its_filter(world: World, style: str) -> None:
    done = world("digest", "-o", style, "--since", "7d")
    assert done.code == 0
    figures = re.findall(r"^(?:\| )?\s*([\d,]+)(?: \|)?\s+finished.*?(?:/ |`)(status:done ended:7d)", done.out, re.M)
    assert [int(figure.replace(",", "")) for figure, _ in figures] == [
        world("digest", "-o", "json", "--since", "7d").json["finished"]["count"]
    ]


def test_what_the_platform_has_forgotten_is_told_from_the_history(world: World) -> None:
    """Marked `~`; a second digest remembers what the first one saw."""
    before = world("digest", "-o", "json").json
    account = world.accounts[0]["name"]
    with History(paths.data_dir() / "history.db") as history:
        assert len(history.statuses(account)) > 10
        forgotten = history.tasks([account], START - timedelta(days=1))[0]
        gone = replace(
            forgotten, ref=TaskRef(account, "gone"), status=TaskStatus.QUEUED, name="long gone", started=None,
            ended=None, created=START - timedelta(days=300), fetched=START,
        )  # fmt: skip
        history.note([gone])
    after = world("digest", "-o", "json").json
    assert before["remembered"] == []
    assert after["remembered"] == [f"{account}:gone"]
    assert after["waiting"][0]["remembered"]
    text = world("digest").out
    assert "~long gone" in text
    assert "the platform no longer tells of it" in text


def test_an_account_that_cannot_be_read_is_told_from_the_history(world: World) -> None:
    """Its exit code stays."""
    before = world("digest", "-o", "json").json
    world.faults("sevenbridges:503@1")
    done = world("digest", "-o", "json")
    assert done.code == 6
    assert done.json["finished"]["count"] == before["finished"]["count"] > 0


def test_a_demo_leaves_no_history() -> None:
    assert main(["--demo", "digest"]) == 0
    assert not (paths.data_dir() / "history.db").exists()


def test_spans_and_values_are_written_as_the_filter_reads_them() -> None:
    for text in ("1d", "2h30m", "90s", "7d"):
        assert duration(duration_text(duration(text))) == duration(text)
    assert quoted("u/p-1.x") == "u/p-1.x"
    assert quoted('a "b" c') == '"a \\"b\\" c"'
