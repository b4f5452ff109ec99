"""`grep`: lines of many logs at once."""

import json

from tests.support.commands import World


def test_lines_that_match_are_grouped_and_named(world: World) -> None:
    """Each line of ndjson is in the log that it names."""
    ref = world.ref("status:failed", "kind:task")
    done = world("grep", "(?i)error", ref, "-o", "ndjson")
    assert done.code == 0, done.err
    hits = [json.loads(line) for line in done.lines]
    assert hits
    assert all("error" in hit["line"].lower() and hit["ref"] == ref for hit in hits)
    text = world("logs", ref, "--name", hits[0]["log"]).out
    assert hits[0]["line"] in text
    assert "1 tasks: at least 2 requests" in done.err


def test_it_reads_the_failed_of_a_filter_up_to_a_number(world: World) -> None:
    done = world("grep", "(?i)error|kill", "status:failed", "kind:task", "--max", "3", "-o", "ndjson")
    refs = {json.loads(line)["ref"] for line in done.lines}
    assert 0 < len(refs) <= 3
    assert "left out (--max)" in done.err


def test_nothing_found_is_status_1_and_a_bad_pattern_2(world: World) -> None:
    ref = world.ref("status:failed", "kind:task")
    assert world("grep", "no such line anywhere", ref).code == 1
    assert world("grep", "(", ref).code == 2
