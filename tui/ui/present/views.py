"""The views in a row, walked with `{` and `}`."""

from collections.abc import Mapping

from tui.settings.saved import SavedView

__all__ = ["neighbour"]


def neighbour(name: str | None, views: Mapping[str, SavedView], way: int) -> str | None:
    """The view before or after this one; None is the list of everything, which stands first."""
    names: list[str | None] = [None, *views]
    at = names.index(name) if name in names else 0
    return names[(at + way) % len(names)]
