"""The service layer's front: what screens and commands call.

A `Deck` holds the accounts, opens their platforms lazily (importing httpx and pydantic only then), runs their
pollers, and answers questions about single tasks. Nothing here knows Textual.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from tui.domain.account import AccountInfo
from tui.domain.detail import TaskDetail
from tui.domain.log import LogIndex, LogPart, LogSource
from tui.domain.task import Job, Task, TaskRef
from tui.platforms.clock import Clock, SystemClock
from tui.platforms.protocols import Page, Platform, PushDown

__all__ = ["AccountHandle", "Deck"]


@dataclass(frozen=True, slots=True)
class AccountHandle:
    """One account as the deck knows it."""

    name: str
    platform: str
    """The platform's name."""
    url: str
    origin: str
    """Where the account and its token come from, in words for a person; never the token."""
    connect: Callable[[], Platform]
    """Builds the adapter; raises `ConfigError` when the token cannot be read. Imports happen here."""
    read_only: bool = False


class Deck:
    """All accounts together."""

    def __init__(self, accounts: Sequence[AccountHandle], *, clock: Clock = SystemClock()) -> None:  # noqa: B008
        raise NotImplementedError

    async def platform(self, account: str) -> Platform:
        """The open adapter of an account; opened at the first call.

        Raises:
            ConfigError: No such account, or its token cannot be read.
        """
        raise NotImplementedError

    def resolve(self, text: str) -> TaskRef:
        """A reference or a pasted web address as typed by a user.

        Raises:
            UsageError: It is neither, or names an account that is not there.
        """
        raise NotImplementedError

    async def load(self, account: str, push: PushDown = PushDown()) -> AsyncIterator[Page]:  # noqa: B008
        """An account's whole list, for commands that read once."""
        raise NotImplementedError
        yield Page(())

    async def task(self, ref: TaskRef) -> Task:
        """One task or job as it is now."""
        raise NotImplementedError

    async def detail(self, ref: TaskRef) -> TaskDetail:
        """Everything about one task."""
        raise NotImplementedError

    def children(self, ref: TaskRef) -> AsyncIterator[Page]:
        """A batch's children; nothing for a plain task."""
        raise NotImplementedError

    async def jobs(self, ref: TaskRef) -> tuple[Job, ...]:
        """The jobs inside a task."""
        raise NotImplementedError

    async def logs(self, ref: TaskRef) -> LogIndex:
        """The logs there are, or why there is none."""
        raise NotImplementedError

    async def read_log(self, source: LogSource, start: int, limit: int) -> LogPart:
        """A part of a log."""
        raise NotImplementedError

    async def info(self, account: str) -> AccountInfo:
        """Who we are on an account."""
        raise NotImplementedError
