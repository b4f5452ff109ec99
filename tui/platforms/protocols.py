"""What every platform can be asked, and one small protocol per thing that only some can; actions are in `actions.py`.

Callers ask with `isinstance`.

What the protocols speak of is named and not loaded: the list is painted long before anybody asks for a detail or a log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from tui.domain.account import AccountInfo, Budget
    from tui.domain.action import Verb
    from tui.domain.detail import TaskDetail
    from tui.domain.files import OutputFile, OutputIndex
    from tui.domain.log import LogIndex, LogPart, LogSource
    from tui.domain.status import TaskStatus
    from tui.domain.task import Job, Task, TaskRef
    from tui.domain.token import Token
    from tui.platforms.network import Proxy

__all__ = [
    "PATIENCE",
    "CanFilter",
    "Connection",
    "HasChildren",
    "HasChildrenByStatus",
    "HasGroups",
    "HasJobs",
    "HasLogs",
    "HasOutputs",
    "HasPace",
    "HasProjectNames",
    "HasSkew",
    "Page",
    "Platform",
    "PushDown",
]  # fmt: skip

PATIENCE = 2.0
"""Seconds until a rate limit's end that a read waits out, unless its connection says otherwise."""


def _no_secrets() -> Collection[Token]:
    return ()


@dataclass(frozen=True, slots=True)
class Connection:
    """What an adapter needs to reach one account."""

    account: str
    """The account's name, which becomes the first half of every reference."""
    url: str = ""
    """The API's base, without a trailing slash; empty where the platform has none."""
    token: Token | None = None
    """None where the platform takes none."""
    projects: tuple[str, ...] = ()
    """Only these projects; empty for all."""
    read_only: bool = False
    ca_file: Path | None = None
    """A private certificate authority (R11)."""
    proxy: Proxy | None = None
    """Where the environment names none."""
    web_url: str | None = None
    """The platform's web interface, for links to tasks."""
    secrets: Callable[[], Collection[Token]] = _no_secrets
    """The tokens of all configured accounts, as far as they are known: none may stand in a text of this one."""
    patience: float = PATIENCE
    """Seconds until a rate limit's end that a read waits out; a later end is an error that says so."""
    options: Mapping[str, str] = field(default_factory=dict)
    """The platform's own settings of the account, checked when they were read."""


@dataclass(frozen=True, slots=True)
class PushDown:
    """The part of a filter that a server can apply. An adapter may use less of it than is there, never more."""

    project: str | None = None
    status: TaskStatus | None = None
    tags: tuple[str, ...] = ()
    """Any of these."""
    created_from: datetime | None = None
    created_to: datetime | None = None
    ended_from: datetime | None = None
    ended_to: datetime | None = None
    outputs: bool = False
    """Nothing to leave out: the filter looks at outputs, which rows hold only where they are asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list as it arrives."""

    tasks: tuple[Task, ...]
    total: int | None = None
    """How many the whole list has, as far as known."""
    unreadable: int = 0
    """Rows of this page that could not be read and were left out (R20)."""
    gone: tuple[TaskRef, ...] = field(default=())
    """Asked for and not there any more (only from `many`)."""
    capped: str | None = None
    """The list was cut short on purpose, and why; None while pages are complete so far."""


@runtime_checkable
class Platform(Protocol):
    """One account of one platform, opened and closed with `async with`.

    Every method raises only the `PlatformError` tree. All answers are cleaned.
    """

    account: str
    platform: str
    """The platform's name in the configuration: `sevenbridges`, `slurm`."""

    async def __aenter__(self) -> Platform: ...
    async def __aexit__(self, *exc: object) -> None: ...

    @property
    def budget(self) -> Budget | None:
        """The request budget as the last answer told it; None where the platform tells none."""
        ...

    def pages(self, push: PushDown = PushDown(), *, skip: int = 0, whole: bool = False) -> AsyncIterator[Page]:
        """Every task at top level, newest first, page by page as they arrive; each task once.

        The first page comes after one round trip, the others are fetched concurrently. When the iterator ends
        without an error the list is complete, unless a page was `capped`: half of the request budget is spent.
        The load goes on later with `skip` set to the number of rows held by then; with `whole` it does not stop.
        """
        ...

    async def newest(self) -> Page:
        """What is new: the first page, newest first, in as few calls as the platform allows."""
        ...

    async def many(self, refs: Sequence[TaskRef]) -> Page:
        """These tasks as they are now, in bulk where the platform has it; missing ones in `gone`."""
        ...

    async def detail(self, ref: TaskRef) -> TaskDetail:
        """Everything about one task. `NotFound` when it is not there."""
        ...

    async def info(self) -> AccountInfo:
        """Who we are and what we may use. The cheapest authenticated calls."""
        ...

    def refusal(self, verb: Verb, task: Task) -> str | None:
        """Why this action cannot be offered for this task: unknown here, or forbidden by its state. None: offered."""
        ...

    def ref_of_url(self, address: str) -> TaskRef | None:
        """The task behind a web address as users paste it, if it is one of this platform's."""
        ...


@runtime_checkable
class HasChildren(Protocol):
    """Batches can be opened: the rows are tasks of their own or jobs."""

    def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """Every child, page by page, by index where there is one.

        A child whose native word is empty was not read yet: its status costs a call that `child_details` makes.
        """
        ...

    async def child_details(self, refs: Sequence[TaskRef]) -> Page:
        """These children with everything a row shows, where the list alone does not tell (ET Engine's status)."""
        ...


@runtime_checkable
class HasChildrenByStatus(Protocol):
    """Of a large batch, those that ended can be asked for alone, so that nobody waits for ten thousand to see which
    failed, and what they share and the successful do not."""

    def failed_children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """Every child that failed, page by page, as `HasChildren.children` has it."""
        ...

    async def done_children(self, ref: TaskRef, total: int, number: int) -> Page:
        """About `number` of the `total` children that succeeded, spread over their order: a sample, not the newest."""
        ...


@runtime_checkable
class HasGroups(Protocol):
    """Groups of tasks that are not tasks themselves: Qarnot's jobs and pools."""

    async def groups(self) -> Page:
        """All of them, newest first; their children come from `HasChildren.children`."""
        ...


@runtime_checkable
class CanFilter(Protocol):
    """The server leaves out what a filter does not want, so that a long list need not be read whole."""

    def takes(self, push: PushDown) -> PushDown:
        """The part of it that the server really applies in `Platform.pages`."""
        ...


@runtime_checkable
class HasProjectNames(Protocol):
    """Tasks name their project by an id that says nothing; what people call it is asked for apart."""

    async def project_names(self) -> Mapping[str, str]:
        """The projects' names by their ids, in one call."""
        ...


@runtime_checkable
class HasJobs(Protocol):
    """A task's work inside can be listed."""

    async def jobs(self, ref: TaskRef) -> tuple[Job, ...]:
        """Every job of the task, by start; empty where this task has none.

        A reference to a job may be answered with that job alone, where all of them would cost a call each.
        """
        ...


@runtime_checkable
class HasLogs(Protocol):
    """Output can be read."""

    async def logs(self, ref: TaskRef) -> LogIndex:
        """What there is to read of a task (a failed job's logs first) or of one job."""
        ...

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        """`limit` bytes from `start`; a negative start counts from the end."""
        ...


@runtime_checkable
class HasOutputs(Protocol):
    """The files that a task produced can be listed and read."""

    async def outputs(self, ref: TaskRef) -> OutputIndex:
        """The files there are, with their sizes where the platform says so."""
        ...

    async def read_output(self, file: OutputFile, start: int, limit: int) -> LogPart:
        """At most `limit` bytes from `start`."""
        ...


@runtime_checkable
class HasPace(Protocol):
    """The platform's operators ask for few calls, whatever the user's settings are."""

    def least_interval(self, *, focused: bool) -> float:
        """Seconds at least between two automatic looks."""
        ...

    @property
    def least_pause(self) -> float:
        """Seconds at least between two looks that the user asks for."""
        ...

    @property
    def why_seldom(self) -> str:
        """Why, in a few words for the header."""
        ...


@runtime_checkable
class HasSkew(Protocol):
    """Answers tell the platform's time."""

    @property
    def skew(self) -> float | None:
        """Seconds by which the platform's clock is ahead of ours, by its latest answer; None where none told."""
        ...
