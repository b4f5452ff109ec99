"""From a platform's name to an adapter, which is imported when its first account is opened."""

from typing import Any

from tui.clock import Clock
from tui.platforms.door import entry
from tui.platforms.protocols import Connection, Platform

__all__ = ["connect"]


def connect(platform: str, connection: Connection, *, clock: Clock | None = None, transport: Any = None) -> Platform:
    """The adapter of one account, not yet opened.

    Raises:
        ConfigError: The platform is not known, or the address cannot be used.
    """
    return entry(platform, connection.account).factory()(connection, clock=clock, transport=transport)
