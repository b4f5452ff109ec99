"""What every adapter has of its client: opened and closed with it, and the budget that the platform tells."""

from types import TracebackType
from typing import Self

from tui.domain.account import Budget
from tui.platforms.http import ApiClient

__all__ = ["Connected"]


class Connected:
    """An adapter over one client, which it sets in its constructor."""

    _client: ApiClient

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
