"""The log substitute of contract 5.3: a file that the job was told to write, and one sentence where there is none."""

import httpx
import pytest

from tests.platforms.recorded import Recorded
from tests.support.etengine import Desk
from tui.domain.errors import NotFound
from tui.domain.log import Stream
from tui.domain.status import TaskStatus
from tui.domain.task import Task, TaskRef
from tui.domain.token import Token
from tui.platforms.etengine.adapter import EtEngine
from tui.platforms.etengine.logs import clean_path
from tui.platforms.protocols import Connection


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def batch(platform: EtEngine, status: TaskStatus, app: str | None = None) -> Task:
    tasks = [t async for page in platform.pages(whole=True) for t in page.tasks]
    wanted = (app,) if app else ("porosity-mc", "seismic-inv", "rtm-image", "fault-stress")
    return next(t for t in tasks if t.status is status and t.app in wanted)


@pytest.mark.parametrize("edition", ["current", "docs", "old"])
async def test_a_jobs_log_file_is_read_by_parts(edition: str) -> None:
    """The end of a range is exclusive; the size comes from the beginning of a download."""
    desk = Desk(edition=edition)
    async with desk.open() as platform:
        ref = (await platform.jobs((await batch(platform, TaskStatus.DONE)).ref))[0].ref
        (source,) = (await platform.logs(ref)).sources
        assert (source.ref, source.stream, source.growing) == (ref, Stream.STDOUT, edition == "old")
        whole = await platform.read_log(source, 0, 1 << 20)
        assert (whole.total, source.size) == (len(whole.data), len(whole.data))
        assert whole.data.endswith(b"INFO finished\n")
        middle = await platform.read_log(source, 10, 20)
        assert (middle.data, middle.start) == (whole.data[10:30], 10)
        tail = await platform.read_log(source, -7, 100)
        assert (tail.data, tail.end) == (whole.data[-7:], whole.total)
        behind = await platform.read_log(source, whole.end + 5, 100)
        assert (behind.data, behind.end) == (b"", whole.total)


async def test_the_log_of_a_running_job_grows(desk: Desk) -> None:
    async with desk.open() as platform:
        running = [t async for page in platform.pages() for t in page.tasks if t.status is TaskStatus.RUNNING]
        jobs = [j for t in running for j in await platform.jobs(t.ref) if j.status is TaskStatus.RUNNING and j.logs]
        (source,) = (await platform.logs(jobs[0].ref)).sources
        assert source.growing
        before = await platform.read_log(source, 0, 1 << 20)
        desk.later(minutes=2)
        more = await platform.read_log(source, before.end, 1 << 20)
        assert more.data
        assert more.start == before.end


async def test_a_batch_offers_the_logs_of_its_failed_jobs_first(desk: Desk) -> None:
    async with desk.open() as platform:
        failed = await batch(platform, TaskStatus.FAILED)
        assert failed.counts is not None
        sources = (await platform.logs(failed.ref)).sources
        states = {job.ref: job.status for job in await platform.jobs(failed.ref)}
    assert len(sources) <= 20
    found = [states[s.ref] for s in sources]
    assert found[0] is TaskStatus.FAILED
    assert found == sorted(found, key=lambda s: s is not TaskStatus.FAILED)


async def test_a_batch_of_thousands_shows_logs_of_failures_alone() -> None:
    desk = Desk(tasks=100)
    async with desk.open() as platform:
        (wide,) = [t async for page in platform.pages() for t in page.tasks if t.counts and t.counts.total == 2_000]
        desk.calls.clear()
        sources = (await platform.logs(wide.ref)).sources
        assert 0 < len(sources) <= 20
        assert desk.counted("/jobs/") <= 400
        states = (await platform.child_details([s.ref for s in sources])).tasks
    assert {job.status for job in states} == {TaskStatus.FAILED}


async def test_without_log_file_or_filesystem_one_sentence_says_why(desk: Desk) -> None:
    async with desk.open() as platform:
        tasks = [t async for page in platform.pages(whole=True) for t in page.tasks]
        bare = next(t for t in tasks if t.app in {"gravity-grid", "reservoir-flow"} and t.status is TaskStatus.DONE)
        for ref in (bare.ref, (await platform.jobs(bare.ref))[0].ref):
            index = await platform.logs(ref)
            assert index.sources == ()
            assert str(index.why_none).startswith("ET Engine opens no logs; only a job with an argument log_file")
        with pytest.raises(NotFound):
            await platform.logs(TaskRef("et", bare.ref.id, "nothing"))


async def test_a_job_that_has_not_run_has_no_log_yet(desk: Desk) -> None:
    async with desk.open() as platform:
        done = await platform.rerun((await batch(platform, TaskStatus.DONE)).ref, {"log_file": "logs/new.log"})
        assert done.new is not None
        desk.later(seconds=9)
        (job, *_) = await platform.jobs(done.new)
        index = await platform.logs(job.ref)
    assert index.sources == ()
    assert "does not exist yet; a job writes it when it runs" in str(index.why_none)


async def test_a_rerun_says_that_it_writes_over_the_logs(desk: Desk) -> None:
    """It is given the same `log_file`, so what the first run wrote is lost as soon as the second runs."""
    async with desk.open() as platform:
        old = await batch(platform, TaskStatus.DONE)
        assert "write over the log files" in str((await platform.rerun(old.ref, {})).message)
        assert "write over" not in str((await platform.rerun(old.ref, {"log_file": "logs/new.log"})).message)
        ref = (await platform.jobs(old.ref))[0].ref
        (source,) = (await platform.logs(ref)).sources
        before = await platform.read_log(source, 0, 1 << 20)
        desk.later(minutes=10)
        after = await platform.read_log(source, 0, 1 << 20)
        assert before.data != after.data


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("logs/a.log", (None, "logs/a.log")),
        ("./logs//a.log", (None, "logs/a.log")),
        ("/filesystems/results/logs/a.log", ("results", "logs/a.log")),
        ("/mnt/efs/a.log", (None, "a.log")),
        ("/tmp/a.log", None), ("../keys", None), ("logs/../../keys", None), ("", None), ("/", None),
        ("/filesystems/results/", None),
    ],
)  # fmt: skip
def test_a_path_stays_on_its_filesystem(text: str, found: tuple[str | None, str] | None) -> None:
    assert clean_path(text) == found


async def test_u04_the_filesystem_name_of_a_job_decides_the_file() -> None:
    """Two filesystems of the batch hold a file of that path; only the named one is the job's."""
    job = {"job_id": "j1", "job_argument_list": [
        {"argument_key": "log_file", "argument_value": "run.log"},
        {"argument_key": "filesystem_name", "argument_value": "results"},
    ]}  # fmt: skip
    disks = [{"filesystem_id": f"id-{name}", "filesystem_name": name} for name in ("surveys", "results")]
    answers = {
        "/v1/batches": [{"batch_id": "b1", "n_jobs": 1, "batch_tool": {"tool_id": "t", "tool_name": "t"},
                         "batch_hardware": {"filesystem_list": disks, "cpu": 1, "memory": 1}}],
        "/v1/batches/b1": {"succeeded": 1},
        "/v1/batches/b1/jobs": [job],
        "/v1/batches/b1/jobs/j1": {"job_id": "j1", "status": "SUCCEEDED", "args": {}},
        "/v1/filesystems/id-surveys/files/run.log": {"size": 5},
        "/v1/filesystems/id-results/files/run.log": {"size": 9},
    }  # fmt: skip

    def reply(request: httpx.Request) -> httpx.Response:
        found = answers.get(request.url.path)
        return httpx.Response(404) if found is None else httpx.Response(200, json=found)

    connection = Connection("et", "http://127.0.0.1/v1", Token("token"))
    async with EtEngine(connection, transport=Recorded(reply=reply)) as platform:
        (source,) = (await platform.logs(TaskRef("et", "b1", "j1"))).sources
    assert (source.size, source.key) == (9, "id-results:run.log")
