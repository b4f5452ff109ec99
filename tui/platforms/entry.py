"""One platform as the rest of the program knows it: what an adapter, ours or of another package, says of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from tui.domain.errors import ConfigError
from tui.platforms.account import Finder, Own, Reach, Snippet

if TYPE_CHECKING:
    from tui.domain.task import Task
    from tui.platforms.protocols import Platform

__all__ = ["PROTOCOL", "Entry"]

PROTOCOL = 1
"""The version of `Entry` and of `protocols.py`: an adapter says which one it was written for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One platform: all that the rest of the program asks of it by name."""

    name: str
    """The word for `platform` in the configuration, and `platform` of every task."""
    title: str
    """As a person reads it: `Seven Bridges`."""
    adapter: str
    """`module:Class`, imported when the first account is opened. Called with a `Connection` and the keywords `clock`
    and `transport`."""
    read: Callable[[Own], Reach]
    """Reads and checks what the account's table holds besides the common keys; raises `ConfigError`."""
    keys: tuple[str, ...] = ()
    """The keys that it reads, so that others can be told as unknown."""
    needs_token: bool = True
    environments: Mapping[str, str] = field(default_factory=dict)
    """Installations to choose from by the key `environment`: each word with what it is called."""
    token_at: str = "the platform's web interface"
    """Where a person gets a token."""
    example: str = ""
    """An account of it as it stands in the configuration."""
    revives: bool = False
    """A task that has ended can be queued again, and is live again under the same reference."""
    found_in: str = ""
    """Where accounts are found that nobody configured, in words."""
    discover: Callable[[Finder], None] | None = None
    """Finds them."""
    snippets: Callable[["Task", str], tuple[Snippet, ...]] | None = None
    """What can be copied of a task besides its names: the task and the account's address in."""
    protocol: int = PROTOCOL

    def factory(self) -> "Callable[..., Platform]":
        """The adapter's class.

        Raises:
            ConfigError: Its module cannot be imported, or has no such class.
        """
        module, _, name = self.adapter.partition(":")
        try:
            found: Callable[..., Platform] = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"platform {self.name}: its adapter {self.adapter} cannot be loaded: {error}") from error
        return found
