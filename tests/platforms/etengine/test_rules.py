"""The reading rules of section 9 of the contract, each under its number, and the answers as the page prints them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tui.platforms.etengine import wire
from tui.platforms.etengine.adapter import explain
from tui.platforms.etengine.convert import moment

SAMPLES = Path(__file__).parents[2] / "samples" / "etengine"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text())


def test_the_printed_answers_are_read() -> None:
    """Seed 004: `hardware` without its prefix, a detail in a list of one, arguments as a map."""
    (batch,), unreadable = wire.batches(sample("batches"))
    assert (batch.id, batch.n_jobs, unreadable) == ("string", 123, 0)
    assert batch.tool == wire.ToolWire("string", "string", "string")
    assert batch.hardware == wire.HardwareWire(123, 123, (wire.FilesystemWire("string", "string"),))
    counts = wire.counts(sample("status"))
    assert counts is not None
    assert counts.total == 7 * 123
    (job,), _ = wire.jobs(sample("jobs"))
    assert (job.id, job.log_id, job.arguments) == ("string", "string", {"string": "string"})
    detail = wire.detail(sample("job"))
    assert detail is not None
    assert (detail.arguments, detail.status, detail.created) == ({"name": "value"}, "string", "string")
    assert detail.hardware == wire.HardwareWire(123, 123, (wire.FilesystemWire("id"),), by_id=True)
    assert moment(detail.created) is None


@pytest.mark.parametrize(
    ("body", "id_"),
    [(b"0af1\n", "0af1"), (b'"0af1"', "0af1"), (b'{"batch_id": "0af1"}', "0af1"), (b"", None), (b"not so", None),
     (b"<html>", None), (b"{}", None)],
)  # fmt: skip
def test_rule_01_an_answer_that_is_no_json_is_kept_as_text(body: bytes, id_: str | None) -> None:
    found = wire.submitted(body)
    assert (found.id if found else None) == id_


def test_rule_02_one_object_and_a_list_of_one_are_the_same() -> None:
    assert wire.counts([{"failed": 1}]) == wire.counts({"failed": 1})
    assert wire.batches({"batch_id": "a"}) == wire.batches([{"batch_id": "a"}])
    assert wire.detail([]) is None
    assert wire.counts([]) is None


@pytest.mark.parametrize(
    "row",
    [
        {"batch_hardware": {"filesystem_list": [{"filesystem_id": "f"}], "cpu": 2, "memory": 512}, "hardware": {}},
        {"hardware": {"filesystems": ["f"], "cpu": 2, "memory": 512}},
        {"hardware": {"filesystems": [{"filesystem_id": "f"}], "cpu": 2, "memory": 512}},
        {"hardware": '{"filesystems": ["f"], "cpu": 2, "memory": 512}'},
    ],
)
def test_rule_03_hardware_has_two_names_and_two_forms_and_may_be_text(row: dict[str, Any]) -> None:
    (batch,), _ = wire.batches([{"batch_id": "b", **row}])
    assert batch.hardware is not None
    assert (batch.hardware.cpu, batch.hardware.memory) == (2, 512)
    assert [f.id for f in batch.hardware.filesystems] == ["f"]
    assert batch.hardware.by_id == ("filesystem_list" not in str(row))
    assert wire.hardware("no JSON") is None


def test_rule_04_the_tool_is_an_object_or_an_id() -> None:
    rows: list[Any] = [
        {"batch_id": "a", "batch_tool": {"tool_id": "t", "tool_name": "n"}},
        {"batch_id": "b", "tool": {"tool_id": "t"}},
        {"batch_id": "c", "tool_id": "t"},
        {"batch_id": "d"},
    ]
    found, _ = wire.batches(rows)
    assert [b.tool.id if b.tool else None for b in found] == ["t", "t", "t", None]
    assert found[0].tool == wire.ToolWire("t", "n")


@pytest.mark.parametrize(
    ("row", "counts", "n_jobs"),
    [
        ({"succeeded": 3, "Failed": 1}, {"SUCCEEDED": 3, "FAILED": 1}, None),
        ({"n_jobs": 9, "n_submitted": 4, "submitted_jobs": {"RUNNING": 4}, "failed": 8}, {"RUNNING": 4}, 9),
        ({"n_jobs": 9, "n_submitted": 0, "batch_id": "b", "hardware": {}}, {}, 9),
        ({"submitted_jobs": [["RUNNING", "4"], ["FAILED", "x"]]}, {"RUNNING": 4, "FAILED": 0}, None),
        ({"running": "x", "failed": None, "pending": 1.5, "starting": True, "runnable": -1}, {}, None),
        ({"running": 1, "THAWING": 2}, {"RUNNING": 1, "THAWING": 2}, None),
    ],
)
def test_rule_05_counts_lie_inside_or_on_top_and_unknown_names_stay(
    row: dict[str, Any], counts: dict[str, int], n_jobs: int | None
) -> None:
    found = wire.counts(row)
    assert found is not None
    assert (found.by_state, found.n_jobs) == (counts, n_jobs)


@pytest.mark.parametrize("sent", [400, 400.0, "400", " 400 "])
def test_u04_a_count_may_be_text_or_an_integral_float(sent: object) -> None:
    for row in ({"succeeded": sent, "n_jobs": sent}, {"submitted_jobs": {"SUCCEEDED": sent}, "n_jobs": sent}):
        found = wire.counts(row)
        assert found is not None
        assert (found.by_state, found.n_jobs) == ({"SUCCEEDED": 400}, 400)
    assert wire.counts({"running": "9" * 400, "failed": 1e300}) == wire.CountsWire({}, None)


@pytest.mark.parametrize(
    "value",
    [
        {"a": "1", "b": "2"},
        [{"name": "a", "value": "0"}, {"name": "b", "value": "2"}, {"name": "a", "value": "1"}],
        [{"argument_key": "a", "argument_value": "1"}, {"argument_key": "b", "argument_value": "2"}],
    ],
)
def test_rule_06_arguments_come_in_three_forms_and_the_last_of_a_name_wins(value: Any) -> None:
    assert wire.arguments(value) == {"a": "1", "b": "2"}
    for name in ("job_argument_list", "args"):
        assert wire.jobs([{"job_id": "j", name: value}])[0][0].arguments == {"a": "1", "b": "2"}
    for name in ("job_log_id", "log_id", "logID"):
        assert wire.jobs([{"job_id": "j", name: "l"}])[0][0].log_id == "l"
    assert wire.arguments([{"name": "n", "value": 5}, {"name": "f", "value": False}, {"name": "x", "value": [1]}]) == {
        "n": 5, "f": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "time"),
    [
        (1721300000123, datetime(2024, 7, 18, 10, 53, 20, 123000, UTC)),
        ("1721300000123", datetime(2024, 7, 18, 10, 53, 20, 123000, UTC)),
        (1721300000, datetime(2024, 7, 18, 10, 53, 20, 0, UTC)),
        ("2024-07-18T12:53:20+02:00", datetime(2024, 7, 18, 10, 53, 20, 0, UTC)),
        ("2024-07-18 10:53:20", datetime(2024, 7, 18, 10, 53, 20, 0, UTC)),
        ("", None), (None, None), (0, None), ("0", None), ("string", None), (True, None), ([], None), (10**40, None),
        (float("nan"), None), (-5, None),
    ],
)  # fmt: skip
def test_rule_08_times_are_milliseconds_or_seconds_or_text_or_absent(value: Any, time: datetime | None) -> None:
    assert moment(value) == time


def test_rule_09_lists_hold_objects_or_pairs() -> None:
    rows = [{"tool_id": "i", "tool_name": "n"}, ["m", "j"], ["o", "k", "shared"], ["only"], 7, {"tool_name": "x"}]
    assert [(t.name, t.id) for t in wire.tools(rows)] == [("n", "i"), ("m", "j"), ("o", "k")]
    assert wire.filesystems([["surveys", "f", "owned"]]) == (wire.FilesystemWire("f", "surveys"),)


def test_r20_rows_without_an_id_are_counted_and_a_row_that_comes_twice_is_one() -> None:
    found, unreadable = wire.batches([{"batch_id": "a"}, {"n_jobs": 3}, 5, {"batch_id": "a"}])
    assert ([b.id for b in found], unreadable) == (["a"], 2)
    found_jobs, unreadable = wire.jobs([{"job_id": "a"}, {}, {"job_id": ""}])
    assert ([j.id for j in found_jobs], unreadable) == (["a"], 2)


def test_section_3_an_error_is_one_line_of_text_and_403_means_not_there() -> None:
    from tui.domain.errors import NotFound

    gone = explain(403, b"Forbidden\x1b[31m")
    assert gone is not None
    assert (gone.kind, gone.message) == (NotFound, "Forbidden␛[31m")
    plain_line = explain(400, b'"Missing name"')
    assert plain_line is not None
    assert (plain_line.kind, plain_line.message) == (None, "Missing name")
    assert explain(502, b"<html>") is None
    gateway = explain(500, b'{"message": "Internal server error"}')
    assert gateway is not None
    assert gateway.message == "Internal server error"
    odd = explain(500, b'{"other": 1')
    assert odd is not None
    assert odd.message == '{"other": 1'
    page = explain(404, b"<!doctype html>")
    assert page is not None
    assert page.kind is NotFound
