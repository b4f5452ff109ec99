"""What an adapter's package gives to the contract suite: its case, and a desk that opens a pretended account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from tui.domain.errors import PlatformError
from tui.platforms.protocols import Platform

__all__ = ["START", "Case", "Desk"]

START = datetime(2026, 11, 24, 16, tzinfo=UTC)
"""When a desk's world begins."""


@dataclass(frozen=True)
class Case:
    """One platform as the suite meets it."""

    platform: str
    account: str
    """The account that the desk opens."""
    can: str
    """Exactly the capabilities the adapter has: protocol names with spaces between."""
    unknown: str = "00000000-0000-4000-8000-000000000000"
    """A well-formed id that nothing has."""
    faults: Mapping[str, tuple[type[PlatformError], ...]] = field(default_factory=dict)
    """What `Desk.spoil` takes, and the errors that it stands for."""
    act_faults: tuple[str, ...] = ()
    """What `Desk.spoil_acts` takes, three at most."""
    passing: str | None = None
    """The fault that passes when a read is repeated; None where no read is."""
    takes_token: bool = True
    alters: Mapping[str, str] = field(default_factory=dict)
    """For `CanAlter`: settings that a task of the world can be given."""

    @property
    def claims(self) -> frozenset[str]:
        """The capabilities one by one."""
        return frozenset(self.can.split())


class Desk(Protocol):
    """A world of more than 50 tasks on more than a page, and the way to open an account of it."""

    case: Case

    def open(self, *, read_only: bool = False, token: str | None = None) -> Platform:
        """The adapter as the program makes it, not yet entered; with another token where one is given."""
        ...

    @property
    def calls(self) -> int:
        """How often the platform was asked or told something."""
        ...

    @property
    def changes(self) -> Sequence[object]:
        """What the world was told to change, refused changes too."""
        ...

    @property
    def done(self) -> Sequence[object]:
        """What the world did change."""
        ...

    def advance(self, seconds: float) -> None:
        """Let the world's time pass."""
        ...

    def spoil(self, fault: str | None) -> None:
        """From now on every call fails so; None ends it."""
        ...

    def spoil_acts(self, fault: str) -> list[object]:
        """From now on calls that change something fail so: the list grows with each of them."""
        ...

    def spoil_once(self) -> list[object]:
        """The next few calls fail once each in the way that passes; the list grows with each."""
        ...
