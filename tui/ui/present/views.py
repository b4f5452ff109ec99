"""Named filters: the built-in ones and the user's own, walked with `{` and `}`."""

from collections.abc import Mapping
from typing import Final

from tui.settings.saved import SavedView

__all__ = ["BUILT_IN", "all_views", "neighbour"]

BUILT_IN: Final[Mapping[str, SavedView]] = {
    "failed": SavedView("failed", "status:failed"),
    "running": SavedView("running", "status:starting,running,finishing"),
    "mine": SavedView("mine", "mine"),
}
"""There for everybody; a saved view of the same name takes its place."""


def all_views(saved: Mapping[str, SavedView]) -> dict[str, SavedView]:
    """Every view by name, the built-in ones first."""
    return {**BUILT_IN, **saved}


def neighbour(name: str | None, views: Mapping[str, SavedView], way: int) -> str | None:
    """The view before or after this one; None is the list of everything, which stands first."""
    names: list[str | None] = [None, *views]
    at = names.index(name) if name in names else 0
    return names[(at + way) % len(names)]
