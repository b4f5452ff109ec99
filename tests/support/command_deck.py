"""A deck that answers from memory, for commands that only read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from tui.domain.account import AccountInfo
from tui.domain.detail import TaskDetail
from tui.domain.errors import NotFound, PlatformError, UsageError
from tui.domain.log import LogIndex, LogPart, LogSource
from tui.domain.status import TaskStatus
from tui.domain.task import Job, Task, TaskRef
from tui.platforms.protocols import Page

NOW = datetime(2026, 11, 24, 16, tzinfo=UTC)


def task(ref: str, *, age: int | None = 60, **fields: Any) -> Task:
    """A task of that reference, created so many minutes ago."""
    known: dict[str, Any] = {
        "ref": TaskRef.parse(ref), "platform": "qarnot", "name": f"name of {ref}", "status": TaskStatus.RUNNING,
        "native_status": "Running", "fetched": NOW, "created": None if age is None else NOW - timedelta(minutes=age),
    }  # fmt: skip
    return Task(**known | fields)


class _NothingLeft:
    def left(self) -> tuple[()]:
        return ()

    async def seen(self, left: Sequence[Any], accounts: Any) -> Sequence[Any]:
        return left


class _NoActions:
    unknowns = _NothingLeft()


class FakeDeck:
    """What a test put in, as a deck."""

    actions = _NoActions()
    projects: Mapping[str, str] = MappingProxyType({})

    def __init__(self) -> None:
        self.pages: dict[str, list[Page | Exception]] = {}
        """By account, and by reference for children."""
        self.looks: dict[str, list[Task | Exception]] = {}
        """What `task` answers, one after the other; the last stays."""
        self.details: dict[str, TaskDetail] = {}
        self.inside: dict[str, tuple[Job, ...]] = {}
        self.index = LogIndex()
        self.text = b""

    def __call__(self, accounts: Sequence[Any], *, clock: Any, journal: Any) -> "FakeDeck":
        self.names = [a.name for a in accounts]
        return self

    async def __aenter__(self) -> "FakeDeck":
        return self

    async def __aexit__(self, *exc: object) -> None:
        return None

    def resolve(self, text: str) -> TaskRef:
        try:
            ref = TaskRef.parse(text)
        except ValueError as error:
            raise UsageError(str(error)) from None
        if ref.account not in self.names:
            raise UsageError(f"there is no account {ref.account}")
        return ref

    async def platform(self, account: str) -> "FakeDeck":
        return self

    async def many(self, refs: Sequence[TaskRef]) -> Page:
        return Page(tuple([await self.task(ref) for ref in refs]))

    async def load(self, account: str, push: Any = None) -> AsyncIterator[Page]:
        for page in self.pages.get(account, []):
            if isinstance(page, Exception):
                raise page
            yield page

    def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        return self.load(str(ref))

    async def task(self, ref: TaskRef) -> Task:
        answers = self.looks.get(str(ref))
        if not answers:
            raise NotFound(ref.account, "reading a task", "there is no such task")
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(found, Exception):
            raise found
        return found

    async def tasks(self, refs: Sequence[TaskRef]) -> dict[TaskRef, Task | PlatformError]:
        found: dict[TaskRef, Task | PlatformError] = {}
        for ref in refs:
            try:
                found[ref] = await self.task(ref)
            except PlatformError as error:
                found[ref] = error
        return found

    async def detail(self, ref: TaskRef) -> TaskDetail:
        if str(ref) not in self.details:
            raise NotFound(ref.account, "reading a task", "there is no such task")
        return self.details[str(ref)]

    async def jobs(self, ref: TaskRef) -> tuple[Job, ...]:
        return self.inside.get(str(ref), ())

    async def logs(self, ref: TaskRef) -> LogIndex:
        return self.index

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        first = max(0, len(self.text) + start) if start < 0 else start
        return LogPart(self.text[first : first + limit], first, len(self.text))

    async def info(self, account: str) -> AccountInfo:
        return AccountInfo("user-a", {})

    async def name_projects(self, account: str) -> None:
        return None


def ended(one: Task, status: TaskStatus) -> Task:
    """The same task, later."""
    return replace(one, status=status)
