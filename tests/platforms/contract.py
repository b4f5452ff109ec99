"""One suite that every adapter passes, over the sandbox, through a transport that can spoil answers.

A platform joins with one line in `test_contract.py`. Nothing in here knows a platform.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tui.domain.action import VERBS, Accepted, Verb
from tui.domain.errors import (
    AuthRefused,
    Forbidden,
    NotFound,
    PlatformDown,
    PlatformError,
    RateLimited,
    ReadOnly,
    UnexpectedAnswer,
    Unreachable,
)
from tui.domain.record import detail_record, task_record
from tui.domain.status import TaskStatus
from tui.domain.task import Kind, Tally, Task, TaskRef
from tui.domain.token import Token
from tui.platforms import http, protocols
from tui.platforms.http import asgi_transport
from tui.platforms.protocols import Connection, Page, Platform
from tui.platforms.registry import connect
from tui.sandbox.app import Sandbox
from tui.sandbox.clock import WorldClock

__all__ = ["AdapterContract", "Case", "Desk", "StillClock", "Wire"]

START = datetime(2026, 11, 24, 16, tzinfo=UTC)
CAPABILITIES: dict[str, type] = {
    name: getattr(protocols, name) for name in protocols.__all__ if name.startswith(("Can", "Has"))
}
_CAN: dict[Verb, str] = {
    Verb.RUN: "CanRun", Verb.ABORT: "CanAbort", Verb.RERUN: "CanRerun", Verb.RERUN_FAILED: "CanRerunFailed",
    Verb.CLONE: "CanClone", Verb.RENAME: "CanRename", Verb.TAG: "CanTag", Verb.RETRY: "CanRetry",
    Verb.RESUME: "CanResume", Verb.RECOVER: "CanRecover", Verb.DELETE: "CanDelete", Verb.FORGET: "CanForget",
    Verb.HOLD: "CanHold", Verb.RELEASE: "CanHold", Verb.REQUEUE: "CanRequeue", Verb.ALTER: "CanAlter",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One platform as the suite meets it."""

    platform: str
    account: str
    """An account of the sandbox."""
    can: str
    """Exactly the capabilities the adapter has: protocol names with spaces between."""
    unknown: str = "00000000-0000-4000-8000-000000000000"
    """A well-formed id that nothing has."""

    @property
    def claims(self) -> frozenset[str]:
        """The capabilities one by one."""
        return frozenset(self.can.split())


class StillClock:
    """Time that moves only by sleeping."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)


Spoil = Callable[[str, str], str | int | None]
"""Method and path in; None lets the call pass, a number answers with that status, a word spoils the answer."""


class Wire:
    """The sandbox behind a wire on which calls are counted and can be struck."""

    def __init__(self, app: Any, spoil: Spoil | None = None) -> None:
        self._app = app
        self.spoil: Spoil = spoil or (lambda method, path: None)
        self.calls: list[tuple[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls.append((scope["method"], scope["path"]))
        fault = self.spoil(scope["method"], scope["path"])
        match fault:
            case None:
                await self._app(scope, receive, send)
            case int():
                await _answer(send, fault, b'{"message": "struck"}', b"application/json")
            case "stall":
                await asyncio.Event().wait()
            case "html":
                await _answer(send, 200, b"<html><body>log in</body></html>", b"text/html")
            case "empty":
                await _answer(send, 200, b"", b"application/json")
            case "garbage":
                await _answer(send, 200, b'\x00\xff{"not json', b"application/json")
            case "shape":
                await _answer(send, 200, b'"another shape"', b"application/json")
            case _:
                await _answer(send, 200, b'{"items": [{"id": "abc", "na', b"application/json")


async def _answer(send: Any, status: int, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


MANY = {"cgc": 144, "lab": 72, "et": 60}
"""Tasks of the accounts that cases look at, so many that every kind is among them."""


class Desk:
    """A world, the wire to it, and the way to open an account of it."""

    def __init__(self, case: Case, tasks: int | None = None) -> None:
        self.case = case
        counts = MANY if tasks is None else {case.account: tasks}
        self.world = Sandbox(seed=3, tasks=counts, clock=WorldClock(START, 0.0), limit=100_000)
        self.wire = Wire(self.world.app)
        self.clock = StillClock()
        found = next(a for a in self.world.accounts("http://127.0.0.1") if a["name"] == case.account)
        assert found["platform"] == case.platform
        self._url, self._token = found["url"], found["token"]

    def open(self, *, read_only: bool = False, token: str | None = None) -> Platform:
        """The adapter as the registry makes it, not yet entered."""
        connection = Connection(self.case.account, self._url, Token(token or self._token), read_only=read_only)
        transport = asgi_transport(self.wire)
        return connect(self.case.platform, connection, clock=self.clock, transport=transport)

    @property
    def done(self) -> list[dict[str, Any]]:
        """What the world says it changed."""
        return [row for row in self.world.ledger.rows if row["outcome"] == "done"]


async def everything(platform: Platform) -> list[Task]:
    """The whole list."""
    return [task async for page in platform.pages(whole=True) for task in page.tasks]


def first(tasks: list[Task], *keep: Callable[[Task], bool]) -> Task:
    """The first task that every predicate keeps."""
    return next(task for task in tasks if all(k(task) for k in keep))


def lacks(desk: Desk, capability: str) -> bool:
    """Whether the platform cannot do this; then the adapter must not claim it either."""
    if capability in desk.case.claims:
        return False
    assert not isinstance(desk.open(), CAPABILITIES[capability])
    return True


def shown(task: Task) -> dict[str, Any]:
    """What users see of a task, but for the moment it was asked."""
    return task_record(task, START) | {"fetched": None}


async def do(platform: Any, verb: Verb, task: Task) -> Accepted:
    """One action as the store sends it."""
    match verb:
        case Verb.RERUN:
            answer = platform.rerun(task.ref, {})
        case Verb.RERUN_FAILED:
            answer = platform.rerun_failed(task.ref, None, {})
        case Verb.RENAME:
            answer = platform.rename(task.ref, "another name")
        case Verb.TAG:
            answer = platform.tag(task.ref, ["contract"], [])
        case _:
            answer = getattr(platform, verb.value)(task.ref)
    done: Accepted = await answer
    return done


class AdapterContract:
    """Inherit, and give a `desk` fixture."""

    # -- what is claimed

    def test_it_claims_exactly_what_its_platform_can(self, desk: Desk) -> None:
        platform = desk.open()
        assert isinstance(platform, Platform)
        found = {name for name, capability in CAPABILITIES.items() if isinstance(platform, capability)}
        assert found == desk.case.claims

    async def test_every_verb_is_offered_or_refused_with_a_sentence(self, desk: Desk) -> None:
        """A verb that is not claimed is refused for every task; each reason is a sentence."""
        async with desk.open() as platform:
            tasks = await everything(platform)
            offered = set()
            for task in tasks:
                for verb in Verb:
                    why = platform.refusal(verb, task)
                    assert why is None or (why.strip() and "\n" not in why)
                    offered |= {verb} if why is None else set()
        claimed = {verb for verb, name in _CAN.items() if name in desk.case.claims}
        assert offered == claimed, "each claimed verb is offered for some task of a large world, and no other"

    # -- reading

    async def test_the_list_is_whole_newest_first_and_each_task_once(self, desk: Desk) -> None:
        async with desk.open() as platform:
            pages = [page async for page in platform.pages(whole=True)]
        tasks = [task for page in pages for task in page.tasks]
        assert len(pages) > 1, "the world is larger than a page"
        assert len({task.ref for task in tasks}) == len(tasks) > 50
        assert {task.ref.account for task in tasks} == {desk.case.account}
        assert {task.platform for task in tasks} == {desk.case.platform}
        assert all(page.unreadable == 0 and page.capped is None for page in pages)
        times = [task.created for task in tasks if task.created is not None]
        assert times == sorted(times, reverse=True)
        totals = {page.total for page in pages if page.total is not None}
        assert not totals or totals == {len(tasks)}

    async def test_the_world_shows_every_status_that_matters(self, desk: Desk) -> None:
        async with desk.open() as platform:
            tasks = await everything(platform)
        statuses = {task.status for task in tasks}
        assert {TaskStatus.RUNNING, TaskStatus.DONE} <= statuses
        assert TaskStatus.FAILED in statuses or any(t.counts and t.counts.failed for t in tasks)

    async def test_a_list_costs_a_bounded_number_of_calls(self, desk: Desk) -> None:
        async with desk.open() as platform:
            tasks = await everything(platform)
        assert len(desk.wire.calls) <= 10 + len(tasks), "at most one call a task, and the pages"

    async def test_newest_is_the_start_of_the_list(self, desk: Desk) -> None:
        async with desk.open() as platform:
            tasks = await everything(platform)
            page = await platform.newest()
        assert page.tasks
        assert [t.ref for t in page.tasks] == [t.ref for t in tasks[: len(page.tasks)]]

    async def test_many_agree_with_the_list_and_name_what_is_gone(self, desk: Desk) -> None:
        async with desk.open() as platform:
            tasks = (await everything(platform))[:7]
            missing = TaskRef(desk.case.account, desk.case.unknown)
            page = await platform.many([*(t.ref for t in tasks), missing])
            assert await platform.many([]) == Page(())
        assert {t.ref: shown(t) for t in page.tasks} == {t.ref: shown(t) for t in tasks}
        assert page.gone == (missing,)

    async def test_details_agree_with_the_list(self, desk: Desk) -> None:
        """One task of each status; the record can be written as JSON, and the raw answer is what the platform sent."""
        async with desk.open() as platform:
            tasks = await everything(platform)
            for status in {task.status for task in tasks}:
                task = first(tasks, lambda t, s=status: t.status is s)  # type: ignore[misc]
                detail = await platform.detail(task.ref)
                assert (detail.task.ref, detail.task.status, detail.task.name) == (task.ref, task.status, task.name)
                assert detail.task.counts == task.counts
                record = json.loads(json.dumps(detail_record(detail, START)))
                assert record["ref"] == str(task.ref)
                if detail.raw is not None:
                    json.loads(detail.raw)

    async def test_an_unknown_id_is_not_found(self, desk: Desk) -> None:
        async with desk.open() as platform:
            with pytest.raises(NotFound):
                await platform.detail(TaskRef(desk.case.account, desk.case.unknown))

    async def test_figures_are_what_they_must_be(self, desk: Desk) -> None:
        """Times are aware UTC in order, durations not negative, percents within bounds, finals have ended."""
        async with desk.open() as platform:
            tasks = await everything(platform)
        for task in tasks:
            record = task_record(task, START)
            times = [t for t in (task.created, task.started, task.ended) if t is not None]
            assert all(t.utcoffset() == timedelta(0) for t in times)
            assert times == sorted(times), record
            for figure in (record["duration"], record["queued"]):
                assert figure is None or figure >= 0
            if task.progress is not None and task.progress.percent is not None:
                assert 0 <= task.progress.percent <= 100
            if task.ended is not None:
                assert task.status.is_final, record
            assert (task.counts is not None) == (task.kind is Kind.BATCH)

    async def test_children_add_up_to_their_parent(self, desk: Desk) -> None:
        if lacks(desk, "HasChildren"):
            return
        async with desk.open() as platform:
            assert isinstance(platform, protocols.HasChildren)
            batches = [t for t in await everything(platform) if t.kind is Kind.BATCH and t.status.is_final]
            for batch in batches[:3]:
                rows = [row async for page in platform.children(batch.ref) for row in page.tasks]
                assert len({row.ref for row in rows}) == len(rows)
                assert Tally.of(row.status for row in rows) == batch.counts
                assert all(row.parent == batch.ref for row in rows)
                some = await platform.child_details([row.ref for row in rows[:5]])
                assert {row.ref for row in some.tasks} == {row.ref for row in rows[:5]}
            assert batches

    async def test_jobs_lie_inside_their_task(self, desk: Desk) -> None:
        if lacks(desk, "HasJobs"):
            return
        async with desk.open() as platform:
            assert isinstance(platform, protocols.HasJobs)
            for task in [t for t in await everything(platform) if t.status is TaskStatus.DONE][:5]:
                jobs = await platform.jobs(task.ref)
                for job in jobs:
                    assert job.ref.task == task.ref
                    assert job.ref.job
                    assert TaskRef.parse(str(job.ref)) == job.ref
                    assert job.kind is Kind.JOB
                assert len({job.ref for job in jobs}) == len(jobs)

    async def test_groups_open_like_batches(self, desk: Desk) -> None:
        if lacks(desk, "HasGroups"):
            return
        async with desk.open() as platform:
            assert isinstance(platform, protocols.HasGroups)
            assert isinstance(platform, protocols.HasChildren)
            page = await platform.groups()
            assert page.tasks
            for group in page.tasks:
                assert group.kind is Kind.BATCH
                rows = [row async for part in platform.children(group.ref) for row in part.tasks]
                now = (await platform.many([group.ref])).tasks[0]
                assert now.counts == Tally.of(row.status for row in rows)

    async def test_logs_are_read_in_parts_and_as_a_whole(self, desk: Desk) -> None:
        if lacks(desk, "HasLogs"):
            return
        async with desk.open() as platform:
            assert isinstance(platform, protocols.HasLogs)
            read = 0
            tasks = await everything(platform)
            for task in [t for t in tasks if t.status in {TaskStatus.FAILED, TaskStatus.DONE}][:6]:
                index = await platform.logs(task.ref)
                assert index.sources or index.why_none
                for source in index.sources[:2]:
                    whole = await platform.read_log(source, 0, 1 << 20)
                    tail = await platform.read_log(source, -100, 1 << 20)
                    assert whole.start == 0
                    assert tail.data == whole.data[-100:]
                    assert tail.start == max(0, len(whole.data) - 100)
                    middle = await platform.read_log(source, 10, 20)
                    assert middle.data == whole.data[10:30]
                    behind = await platform.read_log(source, whole.end, 1 << 20)
                    assert behind.data == b""
                    read += bool(whole.data)
            assert read, "some task has left a log with text"

    async def test_the_account_says_who_we_are(self, desk: Desk) -> None:
        async with desk.open() as platform:
            info = await platform.info()
        assert info.user or info.sections

    def test_addresses_of_other_hosts_are_nobodys(self, desk: Desk) -> None:
        platform = desk.open()
        task = "11111111-2222-4333-8444-555555555555"
        for address in (f"https://elsewhere.example/tasks/{task}", "https://", "http://127.0.0.1/", "ftp://x/tasks/a"):
            assert platform.ref_of_url(address) is None

    # -- acting

    @pytest.mark.parametrize("verb", list(Verb))
    async def test_an_action_does_what_it_says_once(self, desk: Desk, verb: Verb) -> None:
        """Where it is claimed, it is executed once, and what it answers can be read back."""
        if lacks(desk, _CAN[verb]):
            return
        async with desk.open() as platform:
            task = first(await everything(platform), lambda t: platform.refusal(verb, t) is None)
            before = len(desk.done)
            done = await do(platform, verb, task)
            assert len(desk.done) > before, "the world changed"
            if VERBS[verb].creates:
                assert done.new is not None
                assert done.new != task.ref
                assert [t.ref for t in (await platform.many([done.new])).tasks] == [done.new]
            if VERBS[verb].removes:
                left = (await platform.many([task.ref])).tasks
                assert all(t.status is TaskStatus.FINISHING for t in left), "gone, or on its way"
                desk.world.clock.advance(60)
                assert (await platform.many([task.ref])).gone == (task.ref,)
            if verb is Verb.ABORT:
                now = (await platform.many([task.ref])).tasks[0]
                assert now.status in {TaskStatus.FINISHING, TaskStatus.ABORTED}
                assert platform.refusal(Verb.ABORT, now) is not None

    @pytest.mark.parametrize("verb", list(Verb))
    async def test_a_read_only_account_changes_nothing(self, desk: Desk, verb: Verb) -> None:
        if lacks(desk, _CAN[verb]):
            return
        async with desk.open(read_only=True) as platform:
            task = first(await everything(platform), lambda t: platform.refusal(verb, t) is None)
            with pytest.raises(ReadOnly):
                await do(platform, verb, task)
        assert desk.world.ledger.rows == []

    @pytest.mark.parametrize("verb", list(Verb))
    @pytest.mark.parametrize("fault", [503, "cut", 429])
    async def test_r33_an_action_is_sent_once(self, desk: Desk, verb: Verb, fault: str | int) -> None:
        """Whatever answers it: the call that changes something is never repeated."""
        if lacks(desk, _CAN[verb]):
            return
        async with desk.open() as platform:
            task = first(await everything(platform), lambda t: platform.refusal(verb, t) is None)
            wire, reads = desk.wire, {"GET"}
            asked = {call for call in wire.calls if call[0] == "POST"}
            wire.calls.clear()
            wire.spoil = lambda m, p: None if m in reads or (m, p) in asked else fault
            with contextlib.suppress(PlatformError):  # a body that nobody needs may be cut without harm
                await do(platform, verb, task)
            sent = [call for call in wire.calls if call[0] not in reads and call not in asked]
        assert len(sent) == len(set(sent)) >= 1

    # -- failing

    @pytest.mark.parametrize(
        ("fault", "kinds"),
        [
            (401, (AuthRefused,)),
            (403, (Forbidden, NotFound)),
            (404, (NotFound,)),
            (429, (RateLimited,)),
            (500, (PlatformDown,)),
            (503, (PlatformDown,)),
            ("html", (UnexpectedAnswer,)),
            ("empty", (UnexpectedAnswer,)),
            ("garbage", (UnexpectedAnswer,)),
            ("shape", (UnexpectedAnswer,)),
            ("cut", (UnexpectedAnswer,)),
            ("stall", (Unreachable,)),
        ],
    )
    async def test_each_failure_is_one_of_ours(
        self, desk: Desk, fault: str | int, kinds: tuple[type[PlatformError], ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """List, bulk, detail and account fail with the error that the answer stands for, naming the account."""
        if fault == "stall":  # nothing else may meet a deadline, however busy the machine is
            monkeypatch.setitem(http.ApiClient.__init__.__kwdefaults__, "deadline", 0.05)
        async with desk.open() as platform:
            desk.wire.spoil = lambda method, path: fault
            ref = TaskRef(desk.case.account, desk.case.unknown)
            for ask in (lambda: everything(platform), lambda: platform.detail(ref), platform.info, platform.newest):
                with pytest.raises(kinds) as failed:
                    await ask()
                assert failed.value.account == desk.case.account
                assert "\n" not in str(failed.value)

    async def test_a_wrong_token_is_refused(self, desk: Desk) -> None:
        async with desk.open(token="wrong") as platform:
            with pytest.raises(AuthRefused):
                await platform.info()
            with pytest.raises(AuthRefused):
                await everything(platform)

    async def test_r26_one_transient_fault_is_repeated(self, desk: Desk) -> None:
        """The first answer of each path is 503, the next is right: nobody notices."""
        struck: set[tuple[str, str]] = set()

        def spoil(method: str, path: str) -> int | None:
            if len(struck) < 3 and (method, path) not in struck:
                struck.add((method, path))
                return 503
            return None

        async with desk.open() as platform:
            calm = await everything(platform)
            desk.wire.spoil = spoil
            assert [t.ref for t in await everything(platform)] == [t.ref for t in calm]
        assert struck
