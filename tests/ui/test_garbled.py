"""What a platform sends and nobody can read is `?` on every screen, in no sum, and every sum says so (R23)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.platforms.samples import sample
from tests.support.memory_deck import NOW
from tests.support.virtual_app import alive, living
from tests.ui.test_faults import until
from tui.domain.detail import GARBLED
from tui.domain.money import Money, Sum
from tui.domain.query import Context
from tui.domain.record import detail_record, task_record
from tui.domain.status import TaskStatus
from tui.domain.task import NOTHING, Task, TaskRef, spent_on
from tui.platforms.etengine.convert import Times, batch_task, job_row, read_job
from tui.platforms.etengine.wire import batches, counts, detail, jobs
from tui.platforms.qarnot import convert as qarnot
from tui.platforms.qarnot.detail import to_detail as qarnot_detail
from tui.platforms.qarnot.instances import to_jobs
from tui.platforms.qarnot.wire import TASK as QARNOT
from tui.platforms.sevenbridges.convert import Names, to_task
from tui.platforms.sevenbridges.detail import to_detail
from tui.platforms.sevenbridges.wire import TASK as SEVENBRIDGES
from tui.store.cache.rows import pack, unpack
from tui.ui.present.batch import COLUMNS, child_cells
from tui.ui.present.columns import Shown, cells_of
from tui.ui.present.header import counts_line
from tui.ui.present.listing import Listing, Totals
from tui.ui.present.preview import Fetched, preview_lines
from tui.ui.present.tree import detail_nodes

THEN = datetime(2026, 1, 2, 3, 10, 5, tzinfo=UTC)
LISTED = ("created", "started", "ended", "age", "queued", "run", "cost", "steps")


def _sevenbridges(**changes: Any) -> Task:
    wire = SEVENBRIDGES.validate_json(json.dumps(sample("task") | {"created_time": "2015-11-26T14:00:00Z"} | changes))
    return to_task(wire, Names("cgc", None), THEN)


def _qarnot(**changes: Any) -> Task:
    sent = {"uuid": "u", "state": "Success", "creationDate": "2022-12-23T16:59:11Z", "endDate": "2022-12-23T17:03:18Z"}
    wire = QARNOT.validate_json(json.dumps(sent | {"wallTime": "00:03:59"} | changes))
    return qarnot.to_task(wire, qarnot.Names("lab", None), THEN)


def _et(**changes: Any) -> Task:
    (batch,), _ = batches([{"batch_id": "b", "n_jobs": 1}])
    ((job, *_), _), told = jobs([{"job_id": "j", "args": {}}]), counts({"SUCCEEDED": 1})
    assert told is not None
    parent = batch_task(batch, told, "et", THEN, Times(), expired=False)
    row = job_row(job, parent, 0, (), TaskStatus.DONE)
    sent = {
        "status": "SUCCEEDED",
        "create_time": 1766000000000,
        "start_time": 1766000060000,
        "stop_time": 1766000120000,
    }
    return read_job(row, detail([sent | changes]), THEN, contradicted=False)


def _listed(task: Task) -> dict[str, str]:
    cells = cells_of(LISTED)(task, Shown(now=NOW, context=Context(now=NOW), absolute=False))
    return dict(zip(LISTED, (cell.text for cell in cells), strict=True))


@pytest.mark.parametrize(
    ("make", "changes", "unread", "shown"),
    [
        (_sevenbridges, {}, set(), set()),
        (_sevenbridges, {"created_time": "yesterday"}, {"created"}, {"created", "age", "queued"}),
        (_sevenbridges, {"created_time": 20151126}, {"created"}, {"created", "age", "queued"}),
        (_sevenbridges, {"start_time": "2015-13-26T14:14:14Z"}, {"started"}, {"started", "queued", "run"}),
        (_sevenbridges, {"end_time": "9999-99-99"}, {"ended"}, {"ended", "run"}),
        (_sevenbridges, {"price": {"amount": "0.23", "currency": ""}}, {"price"}, {"cost"}),
        (_sevenbridges, {"price": {"amount": "NaN", "currency": "USD"}}, {"price"}, {"cost"}),
        (_sevenbridges, {"price": {"amount": -3, "currency": "USD"}}, {"price"}, {"cost"}),
        (_sevenbridges, {"execution_status": {"steps_total": -4, "steps_completed": 1}}, {"progress"}, {"steps"}),
        (_sevenbridges, {"execution_status": {"duration": float("nan")}}, {"total_time"}, set()),
        (_sevenbridges, {"price": None, "created_time": None}, set(), set()),
        (_sevenbridges, {"created_time": "0001-01-01T00:00:00Z"}, set(), set()),
        (_qarnot, {}, set(), set()),
        (_qarnot, {"creationDate": "2022-02-30T00:00:00Z"}, {"created"}, {"created", "age", "queued"}),
        (_qarnot, {"creationDate": {"at": 5}}, {"created"}, {"created", "age", "queued"}),
        (_qarnot, {"endDate": "soon"}, {"ended"}, {"ended"}),
        (_qarnot, {"wallTime": "4 minutes"}, {"total_time"}, {"run"}),
        (_qarnot, {"wallTime": "00:00:00", "executionTime": "00:00:00"}, set(), set()),
        (_qarnot, {"endDate": "0001-01-01T00:00:00"}, set(), set()),
        (_et, {}, set(), set()),
        (_et, {"create_time": "long ago"}, {"created"}, {"created", "age", "queued"}),
        (_et, {"start_time": 1e300}, {"started"}, {"started", "queued", "run"}),
        (_et, {"stop_time": [7]}, {"ended"}, {"ended", "run"}),
        (_et, {"create_time": 0, "start_time": "", "stop_time": None}, set(), set()),
    ],
)  # fmt: skip
def test_r23_of_each_platform_what_cannot_be_read_is_a_question_mark_and_what_is_not_there_a_dash(
    make: Callable[..., Task], changes: dict[str, Any], unread: set[str], shown: set[str]
) -> None:
    """From the platform's answer to the cells of the list and of the children; the cache keeps it, JSON has null."""
    task = make(**changes)
    assert task.garbled == unread
    cells = _listed(task)
    assert {name for name, text in cells.items() if text == "?"} == shown
    child = dict(zip((c.key for c in COLUMNS), (c.text for c in child_cells(task, NOW)), strict=True))
    assert {n for n in ("queued", "run", "cost") if child[n] == "?"} == shown & {"queued", "run", "cost"}
    record = task_record(task, NOW)
    for name in unread & {"created", "started", "ended", "price", "progress"}:
        assert record[name] is None
    if task.ref.job is None:
        assert unpack(task.ref.account, pack(task)) == task


def test_r23_rows_with_the_same_fault_share_one_set_and_sound_rows_none_of_their_own() -> None:
    assert _sevenbridges().garbled is NOTHING
    assert _sevenbridges(end_time="x").garbled is _sevenbridges(end_time="y").garbled


def test_r23_an_instance_whose_time_cannot_be_read_says_so() -> None:
    wire = QARNOT.validate_python(
        {"uuid": "u", "state": "Success", "completedInstances": [{"instanceId": 0, "wallTimeSec": "NaN"}],
         "instanceCount": 1}
    )  # fmt: skip
    (job,) = to_jobs(wire, qarnot.to_task(wire, qarnot.Names("lab", None), THEN))
    assert job.garbled == {"total_time"}
    assert _listed(job)["run"] == "?"


def test_r23_the_detail_says_which_figure_cannot_be_read_and_its_json_has_null() -> None:
    body = sample("task") | {
        "start_time": "never", "execution_status": {"queued_duration": -1, "duration": "NaN"},
        "price": {"currency": "USD", "amount": "x", "breakdown": {"storage": "y", "computation": "0.23"}},
    }  # fmt: skip
    wire = SEVENBRIDGES.validate_json(json.dumps(body))
    found = to_detail(wire, Names("cgc", None), THEN, None, None)
    assert found.times is not None
    assert (found.times["started"], found.times["queued_duration"], found.times["created"]) == (GARBLED, GARBLED, None)
    groups = {node.key: node for node in detail_nodes(found, NOW)}
    lines = {line.key: line.value for line in (groups["times"].children or list)()}
    assert (lines["started"], lines["queued_duration"], lines["created"]) == ("?", "?", "-")
    assert groups["price"].value.startswith("?")
    assert {line.key: line.value for line in (groups["price"].children or list)()} == {
        "storage": "?", "computation": "0.23 USD",
    }  # fmt: skip
    said = "\n".join(line.plain for line in preview_lines(found.task, Fetched(found), NOW, 100, 9))
    assert "? (storage ?, computation 0.23)" in said
    assert "ran ?" in said
    record = json.loads(json.dumps(detail_record(found, NOW), allow_nan=False))
    assert record["price"] is None
    assert record["detail"]["times"]["started"] is None


def test_r23_a_figure_of_qarnots_detail_that_cannot_be_read_says_so() -> None:
    wire = QARNOT.validate_python({"uuid": "u", "state": "Success", "progress": "all", "resultsCount": -2})
    task = qarnot.to_task(wire, qarnot.Names("lab", None), THEN)
    found = qarnot_detail(wire, task, (), None)
    assert found.outputs is not None
    assert found.more is not None
    assert found.outputs["results_count"] is GARBLED
    assert found.more["state"]["progress"] is GARBLED
    assert found.more["state"]["running_cores"] is None
    json.dumps(detail_record(found, NOW), allow_nan=False)


def _priced(n: int, price: Money | None, *, unread: bool = False) -> Task:
    garbled = frozenset({"price"}) if unread else NOTHING
    return replace(_sevenbridges(), ref=TaskRef("cgc", str(n)), price=price, garbled=garbled)


USD, EUR = Money("USD", Decimal("3.5")), Money("EUR", Decimal(2))


@pytest.mark.parametrize(
    ("tasks", "cell", "words"),
    [
        ([], "", ""),
        ([_priced(0, None)], "", ""),
        ([_priced(0, USD)], "3.50 USD", "3.50 USD"),
        ([_priced(0, USD), _priced(1, None, unread=True)], "3.50 USD +1?", "3.50 USD (1 more unreadable)"),
        ([_priced(0, None, unread=True), _priced(1, None, unread=True)], "2?", "? (2 unreadable)"),
        ([_priced(0, USD), _priced(1, EUR), _priced(2, None, unread=True)], "3.50 USD + 2.00 EUR +1?",
         "3.50 USD + 2.00 EUR (1 more unreadable)"),
    ],
)  # fmt: skip
def test_r23_a_sum_says_how_many_costs_it_leaves_out(tasks: list[Task], cell: str, words: str) -> None:
    both = spent_on(tasks)
    assert (str(both), both.words) == (cell, words)
    assert spent_on(tasks[:1]) + spent_on(tasks[1:]) == both


def test_r23_the_sum_of_the_list_is_kept_up_as_costs_become_readable() -> None:
    """Counted whole, and kept up by what changes: both say the same."""
    totals = Totals()
    for task in (_priced(0, USD), _priced(1, None, unread=True), _priced(2, None, unread=True)):
        totals.count(task, 1)
    assert totals.spent == Sum((USD,), 2)
    totals.count(_priced(1, None, unread=True), -1)
    totals.count(_priced(1, USD), 1)
    assert totals.spent == Sum((replace(USD, amount=Decimal(7)),), 1)
    listing = Listing(Context(now=NOW))
    listing.tasks = {str(t.ref): t for t in (_priced(0, USD), _priced(1, USD), _priced(2, None, unread=True))}
    listing.rows = list(listing.tasks)
    assert listing.totals().spent == totals.spent


@pytest.mark.parametrize(
    ("width", "said"),
    [(160, "(2 more unreadable)"), (80, "(2 more unreadable)"), (34, "3,416.20 USD +2?"), (24, "3,416 USD +2?")],
)
def test_r23_the_header_says_it_at_every_width(width: int, said: str) -> None:
    totals = Totals(money={"USD": Decimal("3416.2")}, garbled=2)
    totals.statuses.update({"done": 12, "failed": 3})
    left, right = counts_line(totals, width=width)
    assert said in "".join(text for text, _ in (*left, *right))


class _Spoiling:
    """The sandbox, whose answers are spoilt on their way."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, start = bytearray(), {}

        async def hold(message: Any) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self._app(scope, receive, hold)
        for good, bad in ((b'"currency":"USD"', b'"currency":""   '), (b'"creationDate":"20', b'"creationDate":"xx'),
                          (b'"create_time":"1', b'"create_time":"x')):  # fmt: skip
            body = body.replace(good, bad)
        await send(start)
        await send({"type": "http.response.body", "body": bytes(body)})


@living
async def test_r23_on_the_screen_costs_and_ages_that_cannot_be_read_are_question_marks_and_the_header_counts_them() -> (
    None
):
    """All three platforms over their wire: no cost of Seven Bridges, no creation of Qarnot can be read."""
    async with alive(tasks=20, size=(160, 48), around=_Spoiling) as at:
        await until(at, lambda: all(f.complete for f in at.app.snapshot.feeds.values()), 10)
        tasks = list(at.list.listing.tasks.values())
        unread = sum("price" in task.garbled for task in tasks)
        assert unread
        assert {t.platform for t in tasks if "created" in t.garbled} == {"qarnot"}
        lines = at.shown.splitlines()
        assert f"? ({unread} unreadable)" in lines[1], lines[1]
        assert any(" ? " in line for line in lines[5:20] if " cgc " in line), at.shown
