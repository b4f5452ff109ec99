"""`cost`: sums by project, app and day, a currency each."""

from decimal import Decimal

import pytest

from tests.support.commands import World


@pytest.mark.parametrize("by", ["project", "app", "day"])
def test_every_way_to_count_gives_the_same_sum(world: World, by: str) -> None:
    """That of the list; what failed and was aborted is what was lost."""
    found = world("cost", "--by", by, "--since", "7d", "-o", "json").json
    rows = [r for r in world.rows() if (r["ended"] or r["started"] or "") >= "2026-11-17T16:00:00Z"]
    assert sum(one["tasks"] for one in found) == len(rows) > 0
    for key, chosen in (("cost", rows), ("lost", [r for r in rows if r["status"] in {"failed", "aborted"}])):
        said = sum(Decimal(money["amount"]) for one in found for money in one[key])
        assert said == sum(Decimal(r["price"]["amount"]) for r in chosen if r["price"])
        assert {money["currency"] for one in found for money in one[key]} == {"USD"}


def test_the_last_line_is_the_sum(world: World) -> None:
    done = world("cost", "kind:batch", "--by", "day")
    assert done.code == 0
    assert done.cells[-1][0] == "all"
    assert done.cells[-1][1] == f"{len(world.rows('kind:batch', '(started:30d | ended:30d)')):,} tasks"
