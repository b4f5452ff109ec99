"""One task in full, its jobs, its logs, the account behind it, and addresses as people paste them."""

import json
from typing import Any

import httpx
import pytest

from tests.platforms.samples import adapter, routed, sample
from tests.support.sevenbridges import TOKEN, Desk, everything
from tests.support.tripwire import Tripwire
from tui.domain.errors import AuthRefused, NotFound, PlatformError, UnexpectedAnswer
from tui.domain.log import TAIL_BYTES, LogSource, Stream
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.platforms.sevenbridges.adapter import SevenBridges
from tui.platforms.sevenbridges.environments import ENVIRONMENTS, environment, web_of

ID = "7d1b3f0e-54f5-4d0a-9a53-3b1f0b8f6a21"


async def failed_task(platform: SevenBridges) -> Task:
    return next(t for t in await everything(platform) if t.status is TaskStatus.FAILED and t.counts is None)


async def test_detail_has_every_group() -> None:
    """Two calls: the task and its jobs; a parent and a draft cost one."""
    desk = Desk()
    async with desk.adapter() as platform:
        tasks = await everything(platform)
        done = next(t for t in tasks if t.status is TaskStatus.DONE and t.counts is None)
        del desk.requests[:]
        detail = await platform.detail(done.ref)
        assert len(desk.requests) == 2
        assert detail.task.ref == done.ref
        for group in (
            "people",
            "times",
            "limits",
            "inputs",
            "outputs",
            "settings",
            "jobs",
            "price_breakdown",
            "events",
        ):
            assert getattr(detail, group), group
        assert detail.raw is not None
        assert json.loads(detail.raw)["id"] == done.ref.id
        batch = next(t for t in tasks if t.counts is not None and t.status is not TaskStatus.DRAFT)
        draft = next(t for t in tasks if t.status is TaskStatus.DRAFT)
        for other in (batch, draft):
            del desk.requests[:]
            assert (await platform.detail(other.ref)).jobs is None
            assert len(desk.requests) == 1
        with pytest.raises(NotFound):
            await platform.detail(TaskRef("cgc", "00000000-0000-4000-8000-000000000000"))
        with pytest.raises(NotFound):
            await platform.detail(TaskRef("cgc", "../user"))


@pytest.mark.parametrize("answer", [404, 403, 500, 400, {"jobs": 5}, []])
async def test_a_task_shows_without_its_early_release_jobs(answer: Any) -> None:
    """The call is marked as able to change; the task itself does not hang on it."""
    made = httpx.Response(answer, json={}) if isinstance(answer, int) else answer
    body = sample("running")
    transport = routed({f"GET /tasks/{ID}": body, f"GET /tasks/{ID}/execution_details": made})
    async with adapter(transport) as platform:
        detail = await platform.detail(TaskRef("cgc", ID))
    assert detail.task.name == body["name"]
    assert not detail.jobs


JOBS = sample("execution_details")


def with_jobs() -> Any:
    return routed(
        {f"GET /tasks/{ID}": sample("running"), f"GET /tasks/{ID}/execution_details": {"jobs": [*JOBS["jobs"], 5]}}
    )


async def test_jobs_have_references_that_are_taken_back() -> None:
    """The percent-encoded name, `~2` for the second of that name by start; a `~` of the name itself is encoded."""
    async with adapter(with_jobs()) as platform:
        jobs = await platform.jobs(TaskRef("cgc", ID))
        assert [str(j.ref) for j in jobs] == [
            f"cgc:{ID}/split%20%28part%201%2F2%29",
            f"cgc:{ID}/align",
            f"cgc:{ID}/align~2",
            f"cgc:{ID}/job%204",
            f"cgc:{ID}/align%7E2",
        ]
        assert len({j.ref for j in jobs}) == len(jobs)
        for job in jobs:
            assert TaskRef.parse(str(job.ref)) == job.ref
            index = await platform.logs(job.ref)
            assert index.sources or index.why_none
        with pytest.raises(NotFound, match="no such job"):
            await platform.logs(TaskRef("cgc", ID, "align~3"))


async def test_jobs_say_what_is_known() -> None:
    """By start; attempts counted; unknown words stay; a lost machine is named; nothing is made up."""
    async with adapter(with_jobs()) as platform:
        split, first, second, nameless, odd = await platform.jobs(TaskRef("cgc", ID))
    assert (split.status, split.host, split.instance) == (TaskStatus.DONE, "i-1", "c5.4xlarge")
    assert split.settings == {"disk": "512 GB EBS"}
    assert (first.attempt, second.attempt) == (1, 2)
    assert "lost its machine" in (first.reason or "")
    assert second.reason is None
    assert (second.host, second.instance, second.command) == (None, None, None)
    assert nameless.name == "job 4"
    assert (odd.status, odd.native_status, odd.started) == (TaskStatus.UNKNOWN, "Pulling", None)
    assert split.logs == ("cmd.log", "job.err.log")
    assert [j.index for j in (split, first, second, nameless, odd)] == [0, 1, 2, 3, 4]


async def test_a_failed_jobs_logs_come_first() -> None:
    """The newest failed one, its stderr before its stdout; only ids are taken from addresses, whatever their host."""
    async with adapter(with_jobs()) as platform:
        index = await platform.logs(TaskRef("cgc", ID))
        one = await platform.logs(TaskRef("cgc", ID, "align~2"))
    assert [s.key for s in index.sources] == ["f5", "f4", "f3", "f2", "f1"]
    assert [s.stream for s in index.sources[:2]] == [Stream.STDERR, Stream.STDOUT]
    assert [s.key for s in one.sources] == ["f5", "f4"]


async def test_what_has_no_log_says_why() -> None:
    """A parent, a draft, a job at work."""
    desk = Desk()
    async with desk.adapter() as platform:
        tasks = await everything(platform)
        batch = next(t for t in tasks if t.counts is not None and t.status is not TaskStatus.DRAFT)
        draft = next(t for t in tasks if t.status is TaskStatus.DRAFT)
        assert "children" in ((await platform.logs(batch.ref)).why_none or "")
        assert "draft" in ((await platform.logs(draft.ref)).why_none or "")
        assert await platform.jobs(batch.ref) == ()
        assert await platform.jobs(draft.ref) == ()
    working = {"jobs": [{"name": "a", "status": "RUNNING", "start_time": "2025-03-01T09:06:00Z", "logs": {}}]}
    async with adapter(
        routed({f"GET /tasks/{ID}": sample("running"), f"GET /tasks/{ID}/execution_details": working})
    ) as one:
        assert "when it has ended" in ((await one.logs(TaskRef("cgc", ID))).why_none or "")


async def test_r01_a_log_is_read_by_range_and_never_with_the_token(tripwire: Tripwire) -> None:
    """The end first, then any part; the storage host sees a range and nothing else; one address serves many reads."""
    desk = Desk()
    async with desk.adapter() as platform:
        task = await failed_task(platform)
        index = await platform.logs(task.ref)
        source = index.sources[0]
        assert source.stream is Stream.STDERR
        del desk.requests[:]
        tail = await platform.read_log(source, -TAIL_BYTES, TAIL_BYTES)
        whole = await platform.read_log(source, 0, 10_000_000)
        middle = await platform.read_log(source, 10, 20)
        end = await platform.read_log(source, -30, 30)
        beyond = await platform.read_log(source, len(whole.data), 100)
    assert tail.data == whole.data[-TAIL_BYTES:]
    assert middle.data == whole.data[10:30]
    assert (middle.start, middle.total) == (10, len(whole.data))
    assert end.data == whole.data[-30:]
    assert end.start == len(whole.data) - 30
    assert (beyond.data, beyond.start, beyond.total) == (b"", len(whole.data), len(whole.data))
    storage = [r for r in desk.requests if "/_storage/" in r.url.path]
    assert storage[0].headers.get("range") == f"bytes=-{TAIL_BYTES}"
    assert len(storage) == 5
    assert len(desk.requests) == 6
    for request in storage:
        assert TOKEN not in str(request.headers.raw) + str(request.url)
        assert "x-sbg-auth-token" not in request.headers


@pytest.mark.parametrize(
    ("status", "told", "start", "expected"),
    [
        (206, "bytes 0-3/100", 50, None), (206, f"bytes 60-63/{'9' * 18}", 50, None),
        (206, "bytes 50-53/100", 50, (50, 100)), (206, "bytes 50-53/*", 50, (50, None)),
        (206, f"bytes {'9' * 5000}-5/{'9' * 5000}", 50, (50, None)), (206, "", -4, (0, None)),
        (416, "", 0, (0, 0)), (416, "", 50, (50, 50)), (416, "bytes */50", 50, (50, 50)),
        (416, "bytes */7", 50, (50, 7)), (416, f"bytes */{'9' * 5000}", 50, (50, 50)),
    ],
)  # fmt: skip
async def test_r19_a_part_of_a_log_is_the_part_that_was_asked_for(
    status: int, told: str, start: int, expected: tuple[int, int | None] | None
) -> None:
    """Other bytes would be asked for again for ever; numbers beyond any file are none; at its end a log is as long as
    it was, so that it is not taken for one written anew."""
    desk = Desk()

    def storage(request: httpx.Request) -> httpx.Response | None:
        if "/_storage/" not in request.url.path:
            return None
        return httpx.Response(status, content=b"" if status == 416 else b"tail", headers={"Content-Range": told})

    async with desk.adapter() as platform:
        source = (await platform.logs((await failed_task(platform)).ref)).sources[0]
        desk.before = storage
        if expected is None:
            with pytest.raises(UnexpectedAnswer, match="another part"):
                await platform.read_log(source, start, 10)
        else:
            part = await platform.read_log(source, start, 10)
            assert (part.start, part.total) == expected


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_an_expired_address_is_asked_for_anew_once(status: int) -> None:
    """Storages say "expired" in many ways; a second refusal is final, and is never the account's token."""
    desk = Desk()
    async with desk.adapter() as platform:
        source = (await platform.logs((await failed_task(platform)).ref)).sources[0]
        await platform.read_log(source, 0, 10)
        refusals = [1]

        def before(request: httpx.Request) -> httpx.Response | None:
            if "/_storage/" in request.url.path and refusals:
                refusals.pop()
                return httpx.Response(status, text="<Error><Code>ExpiredToken</Code></Error>")
            return None

        desk.before = before
        del desk.requests[:]
        assert (await platform.read_log(source, 0, 10)).data
        assert [p.split(" ")[0] for p in desk.paths()] == ["GET", "GET", "GET"]
        refusals += [1, 1, 1, 1]
        with pytest.raises(PlatformError) as failed:
            await platform.read_log(source, 0, 10)
        assert not isinstance(failed.value, AuthRefused)
        assert len(refusals) == 2


async def test_a_storage_without_ranges_sends_the_whole() -> None:
    """The part that was asked for is cut out here."""
    whole = httpx.Response(200, content=b"0123456789")
    signed = {"url": "https://storage.example/f?sig=1"}

    def answer(request: httpx.Request) -> httpx.Response:
        return whole if request.url.host == "storage.example" else httpx.Response(200, json=signed)

    transport = routed({"GET /files/f/download_info": signed, "GET /f": whole})
    source = LogSource(TaskRef("cgc", ID), "job.err.log", Stream.STDERR, "f")
    async with adapter(transport) as platform:
        assert (await platform.read_log(source, -4, 4)).data == b"6789"
        part = await platform.read_log(source, 2, 3)
        assert (part.data, part.start, part.total) == (b"234", 2, 10)
        assert (await platform.read_log(source, 50, 3)).data == b""


async def test_info_is_who_we_are_and_what_we_may() -> None:
    """User, both gauges, every project of every page, billing groups; what is forbidden is left out."""
    desk = Desk()
    async with desk.adapter() as platform:
        info = await platform.info()
        assert info.user == "rfranklin"
        assert list(info.sections) == ["limits", "projects", "billing groups"]
        limits = {str(f["name"]): f for f in info.sections["limits"]}
        assert limits["requests"]["limit"] == 1000
        assert limits["instances"]["limit"] == 80
        assert len(info.sections["projects"]) == 6
        assert platform.budget is not None
        assert platform.budget.limit == 1000

    def many(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        rows = [{"id": f"a/p{n}", "name": f"p{n}"} for n in range(230)][offset : offset + 100]
        return httpx.Response(200, json={"items": rows}, headers={"X-Total-Matching-Query": "230"})

    transport = routed(
        {
            "GET /user": {"username": "me"},
            "GET /projects": many,
            "GET /billing/groups": httpx.Response(403, json={}),
            "GET /rate_limit": {"rate": {"limit": 60, "remaining": 59}},
        }
    )
    async with adapter(transport) as platform:
        info = await platform.info()
    assert len(info.sections["projects"]) == 230
    assert "billing groups" not in info.sections
    assert [f["name"] for f in info.sections["limits"]] == ["requests"]


async def test_r10_a_refused_token_is_said_as_such() -> None:
    """By every question."""
    desk = Desk(tasks=12)
    platform = adapter(desk, url="http://127.0.0.1/sevenbridges/cgc/v2", token="wrong")
    async with platform:
        for call in (
            platform.info(),
            platform.newest(),
            platform.many([TaskRef("cgc", ID)]),
            platform.abort(TaskRef("cgc", ID)),
        ):
            with pytest.raises(AuthRefused):
                await call
    assert len(desk.requests) == 4


@pytest.mark.parametrize("place", ENVIRONMENTS, ids=lambda e: e.name)
def test_every_environment_has_its_addresses(place: Any) -> None:
    """By our name and by the R SDK's, in any case; a pasted task address leads back to the task."""
    assert environment(place.name) == environment(place.short.upper()) == place
    assert web_of(place.api) == web_of(place.api + "/") == place.web
    platform = adapter(routed({}), url=place.api)
    for address in (
        f"{place.web}/u/owner/project/tasks/{ID}/",
        f"{place.web}/u/owner/project/tasks/{ID}",
        f"{place.api}/tasks/{ID}",
        f"{place.web}/u/owner/project/tasks/{ID}/#set-input-data",
        f"{place.web.upper().replace('HTTPS', 'https')}/u/o/p/tasks/{ID}",
    ):
        assert platform.ref_of_url(address) == TaskRef("cgc", ID), address
    others = [e for e in ENVIRONMENTS if e is not place]
    for address in (
        *(f"{e.web}/u/owner/project/tasks/{ID}/" for e in others),
        f"{place.web}/u/owner/project/files/{ID}/",
        f"{place.web}.evil.example/u/o/p/tasks/{ID}",
        "https://[",
        "",
        "tasks",
        f"{place.web}/tasks/",
    ):
        assert platform.ref_of_url(address) is None, address


def test_an_account_behind_an_unknown_address_takes_the_pages_of_its_namesake() -> None:
    """A proxy's or the sandbox's account `cgc` knows pages of CGC, and those of no other environment."""
    platform = adapter(routed({}), url="http://127.0.0.1:8000/sevenbridges/cgc/v2")
    assert platform.ref_of_url(f"https://cgc.sbgenomics.com/u/o/p/tasks/{ID}/") == TaskRef("cgc", ID)
    assert platform.ref_of_url(f"https://cavatica.sbgenomics.com/u/o/p/tasks/{ID}/") is None


def test_old_and_unknown_hosts() -> None:
    """BioData Catalyst's old host has the same web interface; an unknown one has none."""
    assert web_of("https://f4c-api.sbgenomics.com/v2") == web_of("https://api.sb.biodatacatalyst.nhlbi.nih.gov/v2")
    assert web_of("https://example.org/v2") is None
    assert environment("mars") is None
    assert len(ENVIRONMENTS) == 6
