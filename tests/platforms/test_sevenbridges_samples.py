"""The documented answers come out right: as values, as JSON of the commands, and as what the screens draw."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.platforms.samples import adapter, routed, sample
from tui.cli.main import main
from tui.domain.detail import FileRef, TaskDetail
from tui.domain.money import Money
from tui.domain.record import detail_record, task_record
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Progress, TaskRef
from tui.platforms.sevenbridges.convert import Names, to_task
from tui.platforms.sevenbridges.detail import to_detail
from tui.platforms.sevenbridges.wire import BULK, LIST, TASK
from tui.store.deck import AccountHandle, Deck
from tui.ui.present.tree import Node, detail_nodes

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
NAMES = Names("cgc", "https://cgc.sbgenomics.com")
ABORTED = "eb44dce5-2c12-5be3-97b9-92039de6182b"
GREP = "dec3eda6-152b-4601-22ec-82bc9d58bdb6"
BATCH = "a543a1c4-45c3-441e-857e-caf2a2df96ad"
RUN = "723c949a-789c-12b3-45b6-b2dd0d8d0021"


def detail(name: str) -> TaskDetail:
    """The sample as a whole detail, without jobs."""
    body = json.dumps(sample(name)).encode()
    return to_detail(TASK.validate_json(body), NAMES, NOW, None, body)


def lines(nodes: Sequence[Node], depth: int = 0) -> Iterator[str]:
    """Every line of a tree, unfolded, as label and value."""
    for node in nodes:
        yield f"{node.label}  {node.value}".strip()
        if node.children is not None and depth < 6:
            yield from lines(node.children(), depth + 1)


def drawn(name: str) -> list[str]:
    """What the task screen's tree says of a sample, without the raw answer."""
    return list(lines([n for n in detail_nodes(detail(name), NOW) if n.key != "raw"]))


def shown(name: str, ref: str, home: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """`taskdeck show REF -o json` of the sample."""
    body = sample(name)
    (home / "config/taskdeck").mkdir(parents=True, exist_ok=True)
    config = '[accounts.cgc]\nplatform = "sevenbridges"\nenvironment = "cgc"\ntoken = { env = "T" }\n'
    (home / "config/taskdeck/config.toml").write_text(config)
    transport = routed({f"GET /tasks/{body['id']}": body, f"GET /tasks/{body['id']}/execution_details": {"jobs": []}})

    def deck(handles: Sequence[AccountHandle], **options: Any) -> Deck:
        cgc = AccountHandle("cgc", "sevenbridges", "", "", lambda: adapter(transport))
        return Deck([cgc], **options)

    code = main(("show", ref, "-o", "json"), make_deck=deck)
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_bulk_answer_is_two_tasks() -> None:
    """Durations are milliseconds: 69,111,383 of them are 19h11m; an empty batch group makes no child."""
    wire = BULK.validate_json(json.dumps(sample("bulk")).encode())
    tasks = [to_task(item.resource, NAMES, NOW) for item in wire.items if item and item.resource]
    first, second = tasks
    assert [t.status for t in tasks] == [TaskStatus.ABORTED, TaskStatus.FAILED]
    assert first.run_time == first.duration(NOW) == timedelta(seconds=69111.383)
    assert second.duration(NOW) == timedelta(seconds=497.286)
    assert first.queued(NOW) == timedelta(0)
    assert first.ref == TaskRef("cgc", ABORTED)
    assert first.app == "rfranklin/star-dev/star-index-and-align/1"
    assert first.revision == "1"
    assert first.created == datetime(2015, 8, 11, 16, 28, 2, tzinfo=UTC)
    assert first.ended == datetime(2015, 8, 12, 11, 43, tzinfo=UTC)
    assert first.progress == Progress(0, 0, None)
    assert (first.kind, first.parent, first.key, first.counts, first.price) == (Kind.TASK, None, None, None, None)
    assert first.spot is False
    assert first.url == f"https://cgc.sbgenomics.com/u/rfranklin/star-dev/tasks/{ABORTED}/"


def test_show_json_has_the_exact_running_time() -> None:
    """69,111.383 s, as `duration` and as the platform's own figure; no rounding on the way."""
    body = sample("bulk")["items"][0]["resource"]
    wire = TASK.validate_json(json.dumps(body).encode())
    record = json.loads(json.dumps(detail_record(to_detail(wire, NAMES, NOW, None, None), NOW)))
    assert record["duration"] == 69111.383
    assert record["detail"]["times"]["running_duration"] == 69111.383
    assert record["native_status"] == "ABORTED"
    assert record["progress"] == {"done": 0, "total": 0, "percent": None}
    said = list(lines(detail_nodes(to_detail(wire, NAMES, NOW, None, None), NOW)))
    assert any("ran 19h11m" in line for line in said)
    assert "running duration  19h11m" in said


def test_the_regular_task_in_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0.23 USD with its breakdown, 19/19 steps, inputs and outputs by port."""
    record = shown("task", f"cgc:{GREP}", home, capsys)
    assert record["status"] == "done"
    assert record["price"] == {"amount": "0.23", "currency": "USD"}
    assert record["detail"]["price"] == {
        "amount": "0.23", "currency": "USD", "breakdown": {"storage": "0.00", "computation": "0.23"},
    }  # fmt: skip
    assert record["progress"] == {"done": 19, "total": 19, "percent": 100.0}
    assert record["detail"]["inputs"] == {
        "file_to_search": {"class": "File", "path": "5655df84e4b08c5d86970945", "name": "test-text.txt"},
        "lines_of_context": 2,
        "pattern_to_find": "word",
    }
    assert record["detail"]["outputs"]["pattern_found"]["name"] == "output.txt"
    assert record["detail"]["settings"]["instance_type"] == "c4.2xlarge;ebs-gp2;2000"
    assert record["detail"]["settings"]["use_interruptible_instances"] is True
    assert record["detail"]["limits"] == {"system_limit": False, "account_limit": False, "instance_init": False}
    assert record["detail"]["people"] == {"created_by": "RFranklin", "executed_by": "RFranklin"}
    assert record["started"] == "2015-11-26T14:14:14Z"
    # The platform's total is 0, so the duration is from start to end; the creation is not told by this old sample.
    assert (record["duration"], record["created"], record["queued"]) == (376.0, None, None)


def test_the_regular_task_on_screen() -> None:
    """Price with its parts, steps, and the machine."""
    said = drawn("task")
    assert "price  0.23 USD   storage 0.00 USD  computation 0.23 USD" in said
    assert "progress  19/19  100 %" in said
    assert "instance  c4.2xlarge" in said
    assert any(line.startswith("status  DONE") and "ran 6m16s" in line and "0.23 USD" in line for line in said)
    assert any(line.startswith("pattern to find") or line == "pattern_to_find  word" for line in said)


def test_the_batch_in_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Criteria, durations that are text, an instance type that is a list, and counts that add up."""
    record = shown("batch", f"cgc:{BATCH}", home, capsys)
    assert record["kind"] == "batch"
    assert record["detail"]["batch"] == {
        "by": "CRITERIA", "criteria": ["metadata.sample_id", "metadata.library_id"], "input": "FASTQ", "group": None,
    }  # fmt: skip
    assert record["detail"]["times"]["duration"] == record["duration"] == 123456.789
    assert record["detail"]["times"]["running_duration"] == 120453.636
    assert record["queued"] == 3456.789
    assert sum(record["counts"].values()) == 0
    assert len(record["counts"]) == 9
    assert record["progress"] == {"done": 0, "total": 0, "percent": None}
    assert record["reason"] == "Batch tasks list initialization."
    assert record["detail"]["price"]["breakdown"] is None
    assert record["detail"]["jobs"] is None


def test_the_batch_on_screen() -> None:
    """The rule in one line; the machine from the list."""
    said = drawn("batch")
    assert "batch  by CRITERIA  criteria metadata.sample_id, metadata.library_id  input FASTQ" in said
    assert "instance  c4.2xlarge" in said
    assert any("ran 1d9h" in line for line in said)  # running_duration; the total counts the queue
    assert "duration  1d10h" in said


def test_the_answer_of_run(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half of the keys are absent; it runs, and says what it does."""
    record = shown("run", f"cgc:{RUN}", home, capsys)
    assert (record["status"], record["reason"]) == ("running", "Initializing...")
    assert record["detail"]["outputs"] == {"archive": None, "html": None}
    assert record["detail"]["description"] == {"text": "re-describing the task"}
    assert record["price"] is None
    assert record["progress"] is None
    said = drawn("run")
    assert "why  Initializing..." in said
    assert any("example_human_known_indels" in line for line in said)


def test_every_validation_error_type() -> None:
    """Type, message and input each; an advice by type; the first stands in the row."""
    draft = {**sample("run"), "status": "DRAFT", **sample("error_types")}
    body = json.dumps(draft).encode()
    full = to_detail(TASK.validate_json(body), NAMES, NOW, None, None)
    assert [(e.type or "").rsplit("/", 1)[-1] for e in full.task.errors] == [
        "schema", "invalid_name_files", "files_missing", "secondary_files_missing",
    ]  # fmt: skip
    assert [e.input for e in full.task.errors] == ["port_1", "port_2", "port_3", "port_4"]
    assert full.task.reason == "Value for this input does not match the expected type."
    assert full.more is not None
    assert len(full.more["what to do"]) == 4
    said = list(lines(detail_nodes(full, NOW)))
    for error in sample("error_types")["errors"]:
        assert f"{error['input_id']}  {error['message']}" in said
        assert f"type  {error['type']}" in said
    assert task_record(full.task, NOW)["errors"] == [
        {"type": e["type"], "message": e["message"], "input": e["input_id"]} for e in sample("error_types")["errors"]
    ]


def test_three_errors_of_one_type_stay_three() -> None:
    """The documented error list: one type, three inputs, none swallowed."""
    draft = {**sample("run"), "status": "DRAFT", **sample("errors")}
    task = to_task(TASK.validate_json(json.dumps(draft).encode()), NAMES, NOW)
    assert [e.input for e in task.errors] == ["FASTQ", "SnpEff_Database", "Reference"]


def test_a_running_task_with_everything() -> None:
    """The contract's own example: waits, steps, price so far, list inputs."""
    full = detail("running")
    task = full.task
    assert task.queued(NOW) == timedelta(seconds=41)
    assert task.progress == Progress(3, 8, 37.5)
    assert task.price == Money("USD", Decimal("0.42"))
    assert full.price_breakdown == {
        "computation": Money("USD", Decimal("0.40")),
        "storage": Money("USD", Decimal("0.02")),
    }
    assert full.inputs is not None
    assert full.inputs["reads"] == [FileRef("65e1a0c2b4d9f6001a2b3c4d", "s31_1.fq.gz")]
    assert full.outputs == {"quant": None}


def test_a_child_of_a_batch_knows_its_part() -> None:
    """By criteria the group's fields become metadata; by item the file name is the key."""
    base = sample("running")
    fields = {"metadata.library_id": "hg19", "metadata.sample_id": "E18127-pool40-L2355"}
    child = {**base, "parent": BATCH, "batch_group": {"value": "hg19, E18127-pool40-L2355", "fields": fields}}
    task = to_task(TASK.validate_json(json.dumps(child).encode()), NAMES, NOW)
    assert task.parent == TaskRef("cgc", BATCH)
    assert task.key == "hg19, E18127-pool40-L2355"
    assert dict(task.metadata) == {"library_id": "hg19", "sample_id": "E18127-pool40-L2355"}
    item = {**base, "parent": BATCH, "batch_group": {"value": "C18-146.fastq", "fields": {}}}
    task = to_task(TASK.validate_json(json.dumps(item).encode()), NAMES, NOW)
    assert (task.key, dict(task.metadata)) == ("C18-146.fastq", {})


def test_parents_count_their_children() -> None:
    """The documented form of a parent's status."""
    status = {"message": "Running", "queued": 1, "running": 5, "completed": 2, "failed": 1, "aborted": 0}
    parent = {**sample("batch"), "status": "RUNNING", "execution_status": status}
    task = to_task(TASK.validate_json(json.dumps(parent).encode()), NAMES, NOW)
    assert task.counts is not None
    assert (task.counts.queued, task.counts.running, task.counts.done, task.counts.failed) == (1, 5, 2, 1)
    assert task.counts.total == 9
    assert task.progress == Progress(3, 9, 33.3)


def test_all_samples_pass_through_a_list() -> None:
    """A page of them is read whole."""
    rows = [sample(n) for n in ("task", "batch", "run", "running")] + [i["resource"] for i in sample("bulk")["items"]]
    page = LIST.validate_json(json.dumps({"items": rows, "links": []}).encode())
    assert [r.id for r in page.items if r is not None] == [r["id"] for r in rows]
