"""Lists: newest first, every page at once, each task once, whole or not at all; and what is known by id."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.platforms.samples import adapter
from tests.support.clocks import HeldClock
from tests.support.servers import NOW
from tests.support.sevenbridges import Desk, everything
from tui.domain.errors import PlatformDown, UnexpectedAnswer
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.protocols import Page, PushDown

GONE = "00000000-0000-4000-8000-000000000000"


async def test_the_list_is_newest_first_and_whole() -> None:
    """Every top-level task once; a hundred a page, with `fields` and an order, without which pages overlap."""
    desk = Desk(tasks=540)
    async with desk.adapter() as platform:
        tasks = await everything(platform)
    assert len(tasks) == len({t.ref for t in tasks}) == 540
    assert all(t.parent is None for t in tasks)
    times = [t.created for t in tasks if t.created]
    assert times == sorted(times, reverse=True)
    asked = desk.sent("GET /tasks")
    assert [r.url.params["offset"] for r in asked] == ["0", "100", "200", "300", "400", "500"]
    for request in asked:
        assert request.url.params["order_by"] == "created_time"
        assert request.url.params["order"] == "desc"
        assert request.url.params["limit"] == "100"
        assert "execution_status" in request.url.params["fields"]


class Gate:
    """Answers pages of a made-up list only when so many are asked for at the same time."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.waiting = 0
        self.most = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        for _ in range(20):
            await asyncio.sleep(0)
        self.waiting -= 1
        return page(request, [row(n) for n in range(self.rows)])


def row(number: int, **more: Any) -> dict[str, Any]:
    """A task of a made-up list."""
    return {"id": f"{number:08d}-0000-4000-8000-000000000000", "status": "COMPLETED", "name": f"task {number}", **more}


def page(request: httpx.Request, rows: list[Any], *, total: int | None = -1, **headers: str) -> httpx.Response:
    """The page that was asked for of such a list."""
    offset, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
    links = [{"rel": "Next", "href": "https://elsewhere.example/v2/tasks"}] if offset + limit < len(rows) else []
    told = {} if total is None else {"X-Total-Matching-Query": str(len(rows) if total == -1 else total)}
    return httpx.Response(
        200, json={"href": "x", "items": rows[offset : offset + limit], "links": links}, headers={**told, **headers}
    )


class Made(httpx.AsyncBaseTransport):
    """A list that is made up by a function of the request."""

    def __init__(self, answer: Callable[[httpx.Request], Any]) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        made = self.answer(request)
        made = await made if asyncio.iscoroutine(made) else made
        return httpx.Response(made.status_code, headers=made.headers, stream=httpx.ByteStream(await made.aread()))


async def test_the_first_page_comes_alone_and_the_others_together() -> None:
    """Rows are there after one round trip; then many pages are under way at the same time."""
    gate = Gate(3000)
    transport = Made(gate)
    async with adapter(transport) as platform:
        pages = platform.pages()
        first = await anext(pages)
        assert (len(first.tasks), first.total, len(transport.requests)) == (100, 3000, 1)
        rest = [task async for page in pages for task in page.tasks]
    assert len(rest) == 2900
    assert gate.most >= 12
    assert len(transport.requests) == 30


@pytest.mark.parametrize("total", [None, -1, 5000])
async def test_paging_ends_with_links_or_totals(total: int | None) -> None:
    """A total that is not told, right, or far too high: every row is had, and the end is found."""
    transport = Made(lambda request: page(request, [row(n) for n in range(250)], total=total))
    async with adapter(transport) as platform:
        assert len(await everything(platform)) == 250
    assert len(transport.requests) <= 50


async def test_r21_paging_ends_on_a_server_that_repeats_itself() -> None:
    """The same page for every offset, always with a next one, and no total: two requests, not five thousand."""

    def same(request: httpx.Request) -> httpx.Response:
        body = {"items": [row(n) for n in range(100)], "links": [{"rel": "next", "href": "https://x.example/"}]}
        return httpx.Response(200, json=body)

    transport = Made(same)
    async with adapter(transport) as platform:
        assert len(await everything(platform)) == 100
    assert len(transport.requests) == 2


async def test_r21_rows_that_shift_down_between_pages_show_once() -> None:
    """New tasks push the others to the next page while it is read: duplicates are dropped, nothing is missing."""
    rows = [row(n) for n in range(1000)]

    def shifting(request: httpx.Request) -> httpx.Response:
        answer = page(request, list(rows))
        rows.insert(0, row(5000 + len(rows)))
        return answer

    transport = Made(shifting)
    async with adapter(transport) as platform:
        tasks = await everything(platform)
    names = [t.name for t in tasks]
    assert len(names) == len(set(names))
    assert {f"task {n}" for n in range(1000)} <= set(names)


async def test_r21_rows_that_shift_up_between_pages_are_not_lost() -> None:
    """A draft is deleted while pages are read, so each older row moves up by one, over the edge of a page that was
    read already: the pages are read again until nothing can be missing."""
    rows = [row(n) for n in range(1000)]
    deletions = iter(range(3))

    def shifting(request: httpx.Request) -> httpx.Response:
        answer = page(request, list(rows))
        if next(deletions, None) is not None:
            del rows[0]
        return answer

    transport = Made(shifting)
    async with adapter(transport) as platform:
        tasks = await everything(platform)
    assert {f"task {n}" for n in range(3, 1000)} <= {t.name for t in tasks}
    assert len(tasks) == len({t.ref for t in tasks})


BAD: list[Any] = [
    None,
    7,
    "text",
    [],
    {},
    {"id": "x"},
    {"status": "RUNNING"},
    {"id": 5, "status": "RUNNING"},
    {"id": "x", "status": None},
    {"id": None, "status": "RUNNING"},
]


@pytest.mark.parametrize("bad", BAD, ids=repr)
async def test_r20_one_unreadable_row_costs_one_row(bad: Any) -> None:
    """Its neighbours show, and the page says how many were left out; in lists and in bulk answers."""
    rows = [row(1), bad, row(2)]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"items": [{"resource": r} for r in rows]})
        return page(request, rows)

    async with adapter(Made(answer)) as platform:
        pages = [page async for page in platform.pages()]
        many = await platform.many([TaskRef("cgc", r["id"]) for r in (row(1), row(3), row(2))])
    for got in (pages[0], many):
        assert [t.name for t in got.tasks] == ["task 1", "task 2"]
        assert got.unreadable == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"name": 5},
        {"batch": "perhaps"},
        {"price": "1.20"},
        {"price": {"amount": [], "currency": 4}},
        {"errors": "none"},
        {"errors": [4, {"message": "kept"}]},
        {"execution_status": []},
        {"execution_status": {"queued_duration": {}}},
        {"batch_by": "ITEM"},
        {"batch_group": 5},
        {"inputs": []},
        {"execution_settings": "c5"},
        {"created_time": 12},
        {"created_time": "yesterday"},
        {"end_time": "0001-01-01T00:00:00Z"},
        {"links": 3},
        {"parent": {}},
    ],
    ids=repr,
)
async def test_r20_an_odd_part_costs_that_part(odd: dict[str, Any]) -> None:
    """The row shows without it, and without a word of a parser."""
    body = {"status": "FAILED", "project": "a/b", **row(1), **odd}
    async with adapter(Made(lambda request: page(request, [body, row(2)]))) as platform:
        [got] = [page async for page in platform.pages()]
    assert got.unreadable == 0
    assert [t.ref.id for t in got.tasks] == [row(1)["id"], row(2)["id"]]
    assert got.tasks[0].project == "a/b"
    if "errors" in odd and isinstance(odd["errors"], list):
        assert [e.message for e in got.tasks[0].errors] == ["kept"]


@pytest.mark.parametrize("body", [[], {}, {"items": 5}, {"items": None}, 7, None])
async def test_r19_a_frame_of_another_shape_is_an_error(body: Any) -> None:
    """Not an empty list: an outage never shows as "no tasks"."""
    async with adapter(Made(lambda request: httpx.Response(200, json=body))) as platform:
        with pytest.raises(UnexpectedAnswer):
            await everything(platform)


async def test_r20_a_page_that_fails_fails_the_list() -> None:
    """After the rows before it were given: never a part as if it were whole. The other requests are ended."""
    calls = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        return (
            httpx.Response(503)
            if request.url.params["offset"] == "300"
            else page(request, [row(n) for n in range(2000)])
        )

    async with adapter(Made(answer)) as platform:
        given: list[Task] = []

        async def read() -> None:
            async for part in platform.pages():
                given.extend(part.tasks)

        with pytest.raises(PlatformDown):
            await read()
    assert len(given) == 300
    assert calls < 25


async def test_filters_are_pushed_down_where_they_mean_the_same() -> None:
    """Project, one exact status and times; RUNNING stays with us, because it may be starting."""
    desk = Desk(tasks=360)
    noon = datetime(2026, 1, 3, 13, 0, tzinfo=UTC).astimezone()
    async with desk.adapter() as platform:
        failed = await everything(platform, PushDown(project="labq/qc", status=TaskStatus.FAILED, created_to=noon))
        everyone = await everything(platform)
        await everything(platform, PushDown(status=TaskStatus.RUNNING, ended_from=noon))
    params = [dict(r.url.params) for r in desk.sent("GET /tasks")]
    assert params[0]["project"] == "labq/qc"
    assert params[0]["status"] == "FAILED"
    assert params[0]["created_to"] == "2026-01-03T13:00:00"
    assert "status" not in params[-1]
    assert params[-1]["ended_from"] == "2026-01-03T13:00:00"
    wanted = {
        t.ref
        for t in everyone
        if t.project == "labq/qc" and t.status is TaskStatus.FAILED and t.created and t.created <= noon
    }
    assert {t.ref for t in failed} == wanted
    assert wanted


async def test_only_the_chosen_projects_are_listed() -> None:
    """One after the other, with the whole number known at the end; a filter for another project finds nothing."""
    desk = Desk(tasks=360)
    async with desk.adapter(projects=("labq/qc", "rfranklin/wes")) as platform:
        pages = [page async for page in platform.pages()]
        newest = await platform.newest()
        assert await everything(platform, PushDown(project="labq/recount")) == []
        assert {t.project for t in await everything(platform, PushDown(project="labq/qc"))} == {"labq/qc"}
    tasks = [t for page in pages for t in page.tasks]
    assert {t.project for t in tasks} == {"labq/qc", "rfranklin/wes"}
    assert pages[-1].total == newest.total == len(tasks)
    assert {t.ref for t in newest.tasks} <= {t.ref for t in tasks}


def budgeted(rows: int, remaining: Callable[[], int]) -> Made:
    def answer(request: httpx.Request) -> httpx.Response:
        made = [row(n) for n in range(rows)]
        project = request.url.params.get("project")
        made = [r for r in made if project is None or int(r["id"][:8]) % 2 == (project == "b/b")]
        told = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": str(remaining()), "X-RateLimit-Reset": "1"}
        return page(request, made, **told)

    return Made(answer)


@pytest.mark.parametrize("projects", [(), ("a/a", "b/b")])
async def test_a_very_large_list_stops_at_half_of_the_budget_and_goes_on(projects: tuple[str, ...]) -> None:
    """It says so on a last page without rows; `skip` takes it up where it stopped, and nothing is missing then."""
    left = [100]

    def remaining() -> int:
        left[0] -= 1
        return left[0]

    transport = budgeted(9_000, remaining)
    held: set[TaskRef] = set()
    rounds = 0
    async with adapter(transport, projects=projects) as platform:
        while rounds < 6:
            rounds += 1
            skip, capped, used = len(held), None, len(transport.requests)
            async for part in platform.pages(skip=skip):
                held.update(t.ref for t in part.tasks)
                capped = part.capped or capped
            assert len(transport.requests) - used <= 70
            if capped is None:
                break
            assert "half of the request budget" in capped
            left[0] = 100
    assert len(held) == 9_000
    assert 2 <= rounds <= 4


async def test_a_command_may_use_the_whole_budget() -> None:
    """With `whole` nothing stops it."""
    async with adapter(budgeted(9_000, lambda: 3)) as platform:
        pages = [page async for page in platform.pages(whole=True)]
    assert sum(len(page.tasks) for page in pages) == 9_000
    assert not any(page.capped for page in pages)


async def test_leaving_a_list_ends_its_requests() -> None:
    """A reader that stops early leaves nothing running behind."""
    gate = Gate(5000)
    async with adapter(Made(gate)) as platform:
        pages = platform.pages()
        async for _ in pages:
            break
        await pages.aclose()  # type: ignore[attr-defined]
        before = len(asyncio.all_tasks())
        assert before == 1


async def test_newest_is_one_call() -> None:
    """The first page, and the number of all."""
    desk = Desk(tasks=540)
    async with desk.adapter() as platform:
        newest = await platform.newest()
    assert (len(newest.tasks), newest.total, len(desk.requests)) == (100, 540, 1)


async def test_many_are_asked_for_in_hundreds() -> None:
    """Each id once, at the same time; what is gone is named; jobs count as their task; none costs nothing."""
    desk = Desk(tasks=540)
    async with desk.adapter() as platform:
        refs = [t.ref for t in await everything(platform)][:250]
        del desk.requests[:]
        page = await platform.many([*refs, *refs, TaskRef("cgc", GONE), TaskRef("cgc", "no-uuid")])
        bodies = [json.loads(r.content)["task_ids"] for r in desk.requests]
        assert await platform.many([]) == Page(())
    assert sorted(map(len, bodies)) == [52, 100, 100]
    assert [t.ref for t in page.tasks] == refs
    assert page.gone == (TaskRef("cgc", GONE), TaskRef("cgc", "no-uuid"))
    assert page.unreadable == 0


async def test_one_failing_hundred_ends_the_others() -> None:
    """The error comes at once, and no request of the same question is sent after it."""
    calls = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        return httpx.Response(404, json={"code": 1, "message": "no bulk here"})

    async with adapter(Made(answer)) as platform:
        with pytest.raises(Exception, match="no bulk here"):
            await platform.many([TaskRef("cgc", row(n)["id"]) for n in range(5000)])
        await asyncio.sleep(0)
    assert calls <= 16


async def test_children_come_with_their_parent() -> None:
    """All of them, kept although they have one; by bulk like any task; the parent's counters agree."""
    desk = Desk(tasks=180)
    async with desk.adapter() as platform:
        parent = next(t for t in await everything(platform) if t.counts is not None and 8 <= t.counts.total < 99)
        children = [t async for page in platform.children(parent.ref) for t in page.tasks]
        again = await platform.child_details([c.ref for c in children])
    assert parent.counts is not None
    assert len(children) == parent.counts.total
    assert {c.parent for c in children} == {parent.ref}
    assert [t.ref for t in again.tasks] == [c.ref for c in children]
    assert sum(c.status is TaskStatus.FAILED for c in children) == parent.counts.failed
    assert all(c.key for c in children)


async def test_a_batch_of_ten_thousand_children_is_read_whole() -> None:
    """A hundred pages, many at a time."""
    desk = Desk(tasks=600)
    async with desk.adapter() as platform:
        great = max(
            (t for t in await everything(platform) if t.counts), key=lambda t: t.counts.total if t.counts else 0
        )
        children = [t async for page in platform.children(great.ref) for t in page.tasks]
    assert great.counts is not None
    assert len(children) == len({c.ref for c in children}) == great.counts.total == 10_000


async def test_the_age_of_the_clock_is_ours() -> None:
    """What was fetched when is said by the clock that was given."""
    clock = HeldClock(NOW)
    clock.passed = 77.0
    async with adapter(Made(lambda request: page(request, [row(1)])), clock=clock) as platform:
        [task] = await everything(platform)
    assert task.fetched == clock.now()
    assert task.fetched - timedelta(seconds=77) == HeldClock(NOW).now()
