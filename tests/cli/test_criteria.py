"""Acts by criteria and by capability, and drafts that start so many at once (issue 16, points 2 and 1)."""

from pathlib import Path

import pytest

from tests.support.commands import Answer, World
from tui.cli.argv import removals


def _verbs(world: World) -> list[str]:
    return [row["verb"] for row in world.ledger]


@pytest.fixture
def drafts(world: World) -> World:
    """Six drafts of one name on one account."""
    for ref in [row["ref"] for row in world.rows("status:done", "!batch:any", "@cgc")][:6]:
        new = world("clone", ref, "--yes").out.split()[2]
        assert world("rename", new, "sweep", "of", "six", "--yes").code == 0
    return world


@pytest.mark.parametrize("word", ["abort", "delete", "run", "rerun"])
def test_v02_a_filter_names_the_targets(world: World, word: str) -> None:
    """`--filter F` plans for exactly what `tasks F` lists, and sends nothing without `--yes`."""
    query = {"abort": "status:running", "delete": "status:draft", "run": "status:draft err:none"}.get(word, "exit:137")
    wanted = [row["ref"] for row in world.rows(query)]
    planned = world(word, "--filter", query, "--dry-run", "-o", "json")
    assert (planned.code, [row["ref"] for row in planned.json]) == (0, wanted)
    assert wanted
    refused = world(word, "--filter", query)
    assert (refused.code, _verbs(world)) == (8, [])
    assert "--yes" in refused.err


def test_v02_more_matches_than_max_touch_nothing(world: World) -> None:
    """`--max` holds for what a filter finds: none is touched, status 8."""
    done = world("abort", "--filter", "status:running", "--max", "2", "--yes")
    assert (done.code, _verbs(world)) == (8, [])
    assert "more than --max 2" in done.err


def test_v02_a_filter_that_matches_nothing_sends_nothing(world: World) -> None:
    done = world("abort", "--filter", "no-task-of-this-name", "--yes", "-o", "json")
    assert (done.code, done.json, _verbs(world)) == (0, [], [])
    assert "no task matches" in done.err


def test_v02_what_could_not_be_read_stops_an_act_by_criteria(world: World) -> None:
    """An account that cannot be listed could hold matches: nothing is sent, and its code says so; `--partial` acts."""
    world.answers = [Answer("GET", "/cavatica/", 403)]
    done = world("abort", "--filter", "status:running", "--yes")
    assert (done.out, _verbs(world)) == ("", [])
    assert done.code != 0
    assert "--partial" in done.err
    assert world("abort", "--filter", "status:running", "--yes", "--partial", "--max", "500").out
    assert set(_verbs(world)) == {"abort"}


def test_v02_a_command_without_a_target_says_what_to_write(world: World) -> None:
    for words in (("abort",), ("rename", "cgc:1"), ("tag", "cgc:1"), ("priority", "cgc:1"), ("tag", "+x")):
        done = world(*words)
        assert (done.code, done.out, _verbs(world)) == (2, "", [])
        assert "write" in done.err


@pytest.mark.parametrize(
    "words", [("retry",), ("resume",), ("recover",), ("hold",), ("release",), ("requeue",), ("tag", "+x"),
              ("priority", "5")]
)  # fmt: skip
def test_v02_what_a_platform_cannot_is_refused_with_its_reason(world: World, words: tuple[str, ...]) -> None:
    """Status 8, one line, and nothing is sent."""
    ref = world.ref("status:failed", "!batch:any")
    done = world(words[0], ref, *words[1:], "--yes")
    assert (done.code, done.out, _verbs(world)) == (8, f"{ref} refused\n", [])
    assert "Seven Bridges" in done.err


def test_v02_a_clone_is_a_draft_and_takes_another_name(world: World) -> None:
    ref = world.ref("status:done", "!batch:any")
    new = world("clone", ref, "--yes").out.split()[2]
    assert world("rename", new, "trio", "with", "hg38", "--yes").out == f"{new} done\n"
    shown = world("show", new, "-o", "json").json
    assert (shown["status"], shown["name"]) == ("draft", "trio with hg38")


def test_v02_qarnot_tags_retries_and_recovers(home: Path) -> None:
    """What Qarnot can is done: tags added and removed, failed instances retried as a new task."""
    world = World(home, platform="qarnot")
    ref = world.ref("status:failed")
    assert world("tag", ref, "+keep", "+rerun-me", "--yes").out == f"{ref} done\n"
    assert world("tag", ref, "-rerun-me", "--yes").out == f"{ref} done\n"
    tags = world("show", ref, "-o", "json").json["tags"]
    assert "keep" in tags
    assert "rerun-me" not in tags
    assert world("retry", ref, "--yes").out.startswith(f"{ref} done ")
    assert world("recover", ref, "--dry-run").out == f"{ref} planned\n"
    assert world("rename", ref, "x", "--yes").code == 8


def test_v02_a_tag_may_look_like_any_option() -> None:
    assert removals(["r", "-old", "-o", "json", "--yes", "+x", "--", "-y"]) == [
        "r", "!old", "-o", "json", "--yes", "+x", "--", "-y",
    ]  # fmt: skip


SWEEP = ("run", "--filter", "name:sweep status:draft", "--at-most", "2", "--yes", "-o", "json")


def _most_at_once(world: World) -> int:
    """Tasks of the sweep that were under way at the same time, at most: from when each was sent until it ended."""
    ended = {row["id"]: row["ended"] or "9999" for row in world.rows("name:sweep")}
    spans = [(row["time"], ended[row["id"]]) for row in world.ledger if row["verb"] == "run"]
    most: int = max(sum(a <= moment < b for a, b in spans) for moment, _ in spans)
    return most


def test_v02_at_most_so_many_run_at_once(drafts: World) -> None:
    """Six drafts with at most two at once: all are started, each once, and no more than two are under way."""
    done = drafts(*SWEEP)
    assert (done.code, [row["outcome"] for row in done.json]) == (0, ["done"] * 6)
    runs = [row["id"] for row in drafts.ledger if row["verb"] == "run"]
    assert len(set(runs)) == len(runs) == 6
    assert _most_at_once(drafts) == 2


def test_v02_an_interrupted_run_goes_on_with_as_many_at_once(drafts: World) -> None:
    """What a rate limit ended goes on by the same command: what it had started still counts, none starts twice."""
    reset = str(int(drafts.clock.now().timestamp()) + 86_400).encode()
    headers = ((b"content-type", b"application/json"), (b"x-ratelimit-reset", reset), (b"x-ratelimit-remaining", b"0"))
    drafts.answers = [Answer("POST", "/actions/run", 429, headers=headers, after=2)]
    first = drafts(*SWEEP)
    assert [row["outcome"] for row in first.json].count("done") == 2
    assert first.code in {7, 8}
    drafts.answers = []
    drafts.clock.advance(60)
    second = drafts(*SWEEP)
    assert (second.code, [row["outcome"] for row in second.json]) == (0, ["done"] * 4), second.err
    runs = [row["id"] for row in drafts.ledger if row["verb"] == "run"]
    assert len(set(runs)) == len(runs) == 6
    assert _most_at_once(drafts) == 2
