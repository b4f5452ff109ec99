"""Platform name to adapter: one explicit table; an adapter is imported when its first account is opened."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tui.clock import Clock
from tui.domain.errors import ConfigError
from tui.platforms.protocols import Connection, Platform

__all__ = ["PLATFORMS", "connect"]

PLATFORMS: dict[str, tuple[str, str]] = {
    "sevenbridges": ("tui.platforms.sevenbridges.adapter", "SevenBridges"),
    "qarnot": ("tui.platforms.qarnot.adapter", "Qarnot"),
    "slurm": ("tui.platforms.slurm.adapter", "Slurm"),
    "et-engine": ("tui.platforms.etengine.adapter", "EtEngine"),
}
"""Name in `config.toml` -> module and class."""


def connect(platform: str, connection: Connection, *, clock: Clock | None = None, transport: Any = None) -> Platform:
    """The adapter of one account, not yet opened.

    Raises:
        ConfigError: The platform is not known, or the address cannot be used.
    """
    try:
        module, name = PLATFORMS[platform]
    except KeyError:
        known = ", ".join(PLATFORMS)
        raise ConfigError(f"{connection.account}: platform {platform!r} is not known; write one of {known}") from None
    factory: Callable[..., Platform] = getattr(import_module(module), name)
    return factory(connection, clock=clock, transport=transport)
