"""Names: in the order of people, told apart where they are cut, and exact in JSON."""

import json
import random
from pathlib import Path

import pytest

from tests.rows import Rows
from tui.domain.text import middle, natural
from tui.ui.present.text import cut_middle

SAMPLES = Path(__file__).parents[1] / "samples/rows"
NATURAL, PREFIX, ODD = (json.loads((SAMPLES / f"{name}.json").read_text()) for name in ("natural", "prefix", "odd"))
IN_ORDER = ["chr1", "chr2", "chr10", "chrX", "sample1", "sample2", "sample9", "sample10", "sample11", "sample100"]


@pytest.mark.parametrize("way", ["name", "name desc", "project", "tag.s", "meta.x"])
async def test_u10_texts_are_sorted_as_people_count(home: Path, way: str) -> None:
    """By a name, an other text, a part of a map; either way round."""
    rows = [dict(row) | {"tags": [f"s:{row['name']}"], "projectUuid": row["name"]} for row in NATURAL]
    random.Random(1).shuffle(rows)
    async with Rows(home, rows).screen() as table:
        await table.press("colon")
        await table.type(f"sort {way}")
        await table.press("enter")
        names = [table.list.listing.tasks[key].name for key in table.list.listing.rows]
        wanted = IN_ORDER[::-1] if way.endswith("desc") else IN_ORDER
        assert names == wanted or way.startswith(("meta", "project"))  # Qarnot tells no metadata
        if way.startswith("meta"):
            assert set(names) == set(IN_ORDER)


async def test_u10_groups_of_the_same_size_stand_so_too(home: Path) -> None:
    rows = [dict(row) | {"profile": row["name"]} for row in NATURAL]
    async with Rows(home, rows).screen() as table:
        await table.press("colon")
        await table.type("group app")
        await table.press("enter")
        shown = table.shown
        assert sorted(IN_ORDER, key=shown.index) == IN_ORDER


def test_u10_natural_order_is_one_of_all_texts() -> None:
    """Leading zeros and cases do not count."""
    texts = ["a01", "a1", "a001", "A2", "a10", "a", "b1c10", "b1c9", "1", "02", "10", "", "x1.10", "x1.9"]
    ordered = sorted(texts, key=natural)
    assert ordered.index("1") < ordered.index("02") < ordered.index("10") < ordered.index("a")
    assert ordered.index("a01") < ordered.index("A2") < ordered.index("a10")
    assert ordered.index("b1c9") < ordered.index("b1c10")


@pytest.mark.parametrize("width", [80, 160])
async def test_u10_names_that_begin_alike_are_told_apart(home: Path, width: int) -> None:
    async with Rows(home, PREFIX).screen(size=(width, 30)) as table:
        lines = [line for line in table.shown.splitlines() if "NFCORE" in line and "DONE" in line[:8]]
        assert len({line[12:60] for line in lines}) == 3
        for end in ("tumor_rep1", "tumor_rep2", "normal_rep1"):
            assert any(end in line for line in lines)


def test_u10_a_cut_name_keeps_both_ends() -> None:
    """In cells, also where a character takes two."""
    name = "NFCORE_STATS_patient_0001_tumor_rep1"
    assert cut_middle(name, 20) == "NFCORE_STA~umor_rep1"
    assert cut_middle("短い", 20).rstrip() == "短い"
    assert len(cut_middle("名前" * 20, 21).replace("~", "")) * 2 + 1 in {20, 21}
    assert middle(name, 20) == "NFCORE_STA…umor_rep1"
    assert cut_middle("short", 20) == "short" + " " * 15


def test_u10_json_keeps_the_platforms_characters_exactly(home: Path) -> None:
    """Newlines, tabs, quotes, joiners, other scripts; on a table they stand in one line."""
    rows = Rows(home, [*ODD, {"name": "x" * 2_000}, {"name": "esc \x1b[31m red", "tags": ["two\nlines"]}])
    names = {row["name"] for row in rows.tasks}
    listed = rows("tasks", "-o", "json")
    assert {row["name"] for row in listed.json} == names
    assert {json.loads(line)["name"] for line in rows("tasks", "-o", "ndjson").lines} == names
    assert ["two\nlines"] in [row["tags"] for row in listed.json]
    ref = next(row["ref"] for row in listed.json if row["name"] == "two\nlines")
    assert rows("show", ref, "-o", "json").json["name"] == "two\nlines"
    for style in ("json", "ndjson", "csv", "tsv", "table"):
        out = rows("tasks", "-o", style).out
        assert "\x1b" not in out
        assert "\u200d" not in out
    assert len(rows("tasks", "-o", "tsv").lines) == len(rows.tasks)


def test_u10_diff_leaves_out_what_differs_in_every_pair(home: Path) -> None:
    """Qarnot's shortname is the task's own id where nobody chose another."""
    rows = Rows(home, [NATURAL[0], NATURAL[1], dict(NATURAL[2]) | {"shortname": "mine"}])
    refs = {row["name"]: row["ref"] for row in rows("tasks", "-o", "json").json}
    same = rows("diff", refs["sample1"], refs["sample2"], "-o", "json")
    assert (same.code, same.json["differences"]) == (0, [])
    other = rows("diff", refs["sample1"], refs["sample9"], "-o", "json")
    assert [d["path"] for d in other.json["differences"]] == ["settings.shortname"]
