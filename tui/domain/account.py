"""What is known of an account besides its tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    sections: Mapping[str, tuple["Facts", ...]]
    """Titled lists of facts in display order: `projects`, `billing groups`, `quotas`, `tools`."""

    @property
    def project_names(self) -> dict[str, str]:
        """The projects' names by their ids, where an id says nothing; `owner/name` speaks for itself."""
        rows = ((row.get("id"), row.get("name")) for row in self.sections.get("projects", ()))
        return {
            id_: name
            for id_, name in rows
            if isinstance(id_, str) and "/" not in id_ and isinstance(name, str) and name.strip()
        }
