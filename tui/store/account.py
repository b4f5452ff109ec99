"""An account before it is opened, and how it is opened."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from tui.domain.errors import NoSuchApi, NotFound
from tui.domain.task import TaskRef
from tui.platforms.protocols import Platform

__all__ = ["AccountHandle", "expected_api", "whole_id"]

_SHORT = re.compile(r"[0-9a-fA-F-]{1,31}")
"""Too short for a UUID, of the characters of one."""


@contextmanager
def expected_api(account: str, place: str) -> Iterator[None]:
    """Around a question that every platform answers: that there is no such thing means that no API is there.

    Raises:
        NoSuchApi: Instead of a `NotFound` that is not about a project.
    """
    try:
        yield
    except NoSuchApi:  # the adapter knows it already
        raise
    except NotFound as error:
        if "project" in error.why.lower():  # the API is there, and misses what the account's settings name
            raise
        why = f"no such API at {place}; look at `url` in the configuration"
        raise NoSuchApi(account, error.doing, why, status=error.status) from error


@contextmanager
def whole_id(ref: TaskRef) -> Iterator[None]:
    """Around a question about one task: of an id that may be the beginning of one, a platform says that it is not
    there, or that it is no UUID; neither tells what to write instead.

    Raises:
        NotFound: Instead of the platform's own, where the id is shorter than whole ones are.
    """
    try:
        yield
    except NotFound as error:
        if not _SHORT.fullmatch(ref.id):
            raise
        hint = f"if that is the beginning of an id, `taskdeck tasks id:{ref.id}` finds the whole one"
        why = f"there is no task {ref.id}; {hint}"
        raise NotFound(ref.account, error.doing, why, status=error.status) from error


@dataclass(frozen=True, slots=True)
class AccountHandle:
    """One account as the deck knows it."""

    name: str
    platform: str
    """The platform's name."""
    url: str
    """The API's base; empty where the platform has none."""
    origin: str
    """Where the account and its token come from, in words for a person; never the token."""
    connect: Callable[[], Platform]
    """Builds the adapter; raises `ConfigError` when the token cannot be read. Imports happen here."""
    read_only: bool = False
    renewal: str = ""
    """How a refused token is renewed where reading it again would find the same; empty where reading again helps."""
    place: str = ""
    """Where it is, for a person: an address, a host."""
    least_interval: float = 0.0
    """Seconds at least between two looks at it, as its own settings have it."""

    async def opened(self) -> Platform:
        """The adapter, open.

        In a thread that nobody shares: reading a token may run a command or ask a keyring, which can hang and must not
        hold the other accounts (R29), and importing an adapter takes a tenth of a second.

        Raises:
            ConfigError: The token cannot be read.
        """
        pool = ThreadPoolExecutor(1, thread_name_prefix="connect")
        try:
            platform = await asyncio.get_running_loop().run_in_executor(pool, self.connect)
        finally:
            pool.shutdown(wait=False)
        return await platform.__aenter__()
