"""The one way to a platform: base URL, auth, deadlines, caps, retries, rate limits, error translation.

This is the only file that imports httpx (R56), and the only one that puts a token into a header (R7).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tui.domain.account import Budget
from tui.domain.errors import PlatformError
from tui.domain.token import Token
from tui.platforms.clock import Clock, SystemClock

__all__ = ["Answer", "ApiClient", "Auth", "Refusal"]

T = TypeVar("T")
Params = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Auth:
    """How a platform wants its token."""

    header: str
    """`X-SBG-Auth-Token`, `Authorization`."""
    token: Token


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an adapter reads from an error answer of its platform."""

    message: str
    code: int | str | None = None
    kind: type[PlatformError] | None = None
    """Overrides the error class that the HTTP status stands for (ET Engine's 403 on an id is `NotFound`)."""


Explain = Callable[[int, bytes], Refusal | None]
"""An adapter's reader of error bodies: HTTP status and body in, `Refusal` out, None if it cannot read them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer, read whole."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    account: str
    doing: str

    def read(self, adapter: Any) -> Any:
        """The body through a pydantic `TypeAdapter`; `UnexpectedAnswer` when it does not fit."""
        raise NotImplementedError

    def json(self) -> Any:
        """The body as plain JSON values; `UnexpectedAnswer` when it is none."""
        raise NotImplementedError


class ApiClient:
    """One account's connection; `async with` opens and closes it."""

    def __init__(
        self,
        account: str,
        url: str,
        auth: Auth,
        *,
        explain: Explain,
        read_only: bool = False,
        ca_file: Path | None = None,
        transport: Any = None,
        clock: Clock = SystemClock(),  # noqa: B008
        connections: int = 16,
    ) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> "ApiClient":
        raise NotImplementedError

    async def __aexit__(self, *exc: object) -> None:
        raise NotImplementedError

    @property
    def budget(self) -> Budget | None:
        """The rate-limit headers of the latest answer."""
        raise NotImplementedError

    async def get(self, path: str, params: Params = (), *, doing: str) -> Answer:
        """A read by GET: retried within the budget. `path` starts with a slash and is already percent-encoded."""
        raise NotImplementedError

    async def ask(self, path: str, json: object, *, params: Params = (), doing: str) -> Answer:
        """A read that the platform wants as POST (bulk get, search, paginate): retried like any read."""
        raise NotImplementedError

    async def act(self, method: str, path: str, json: object = None, *, params: Params = (), doing: str) -> Answer:
        """An action: sent once, never repeated (R33); `ReadOnly` on a read-only account (R42)."""
        raise NotImplementedError

    async def fetch(self, address: str, start: int, limit: int, *, doing: str) -> Answer:
        """Bytes from a pre-signed address on another host, by a second client without token or cookie (R1).

        A negative start counts from the end. Status 206 with `content-range`, or 200 with the whole.
        """
        raise NotImplementedError

    def below_base(self, address: str) -> str | None:
        """The path (with query) of an address in an answer, if it is on our origin and below the base (R2)."""
        raise NotImplementedError
