"""What is known of an account besides its tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tui.domain.detail import Facts

__all__ = ["AccountInfo", "Budget"]


@dataclass(frozen=True, slots=True)
class Budget:
    """How many requests the platform still takes."""

    limit: int
    """Requests in a window."""
    remaining: int
    resets: datetime | None
    """When the window starts anew (aware UTC)."""


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """Who we are there, and what we may use."""

    user: str | None
    sections: Mapping[str, tuple[Facts, ...]]
    """Titled lists of facts in display order: `projects`, `billing groups`, `quotas`, `tools`."""
