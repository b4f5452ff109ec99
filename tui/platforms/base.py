"""What every adapter has of its client: built from the account's connection, opened and closed with it, and the budget
that the platform tells."""

from types import TracebackType
from typing import Any, Self

from tui.clock import Clock, SystemClock
from tui.domain.account import Budget
from tui.domain.errors import ConfigError
from tui.platforms.http import ApiClient, Auth
from tui.platforms.protocols import Connection
from tui.platforms.verdict import Explain

__all__ = ["BaseAdapter"]


class BaseAdapter:
    """An adapter over one client."""

    def __init__(
        self,
        connection: Connection,
        header: str,
        explain: Explain,
        *,
        url: str | None = None,
        clock: Clock | None = None,
        transport: Any = None,
    ) -> None:
        """`header` is the one that the platform reads the token from; `url` the base, where it is not the account's."""
        if connection.token is None:
            raise ConfigError(f'{connection.account} has no token; write for example token = {{ env = "NAME" }}')
        self.account = connection.account
        self._clock = clock or SystemClock()
        self._client = ApiClient(
            connection.account,
            connection.url if url is None else url,
            Auth(header, connection.token),
            explain=explain,
            read_only=connection.read_only,
            ca_file=connection.ca_file,
            proxy=connection.proxy,
            patience=connection.patience,
            secrets=connection.secrets,
            transport=transport,
            clock=self._clock,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    @property
    def budget(self) -> Budget | None:
        """What the latest answer said is left; None where the platform tells none."""
        return self._client.budget

    @property
    def skew(self) -> float | None:
        """Seconds by which the platform's clock is ahead of ours, by its latest answer."""
        return self._client.skew
