"""How the screens follow the store: at once, but rarely while a long list loads."""

import asyncio
from collections.abc import Callable

from tui.store.snapshot import Change
from tui.ui.messages import StoreChanged

__all__ = ["StoreFollower"]

_SPARING = 0.25
"""Seconds between two drawings while a long list loads."""
_LONG = 2_000


class StoreFollower:
    """Collects what the store says until it is drawn."""

    def __init__(
        self, draw: Callable[[Change], None], soon: Callable[[Callable[[], None]], object],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:  # fmt: skip
        """`draw` gets what has changed; `soon` and `later` run a function behind what waits, or after some seconds."""
        self._draw, self._soon, self._later = draw, soon, later
        self._waiting: Change | None = None
        self._drawn_at = 0.0

    def heard(self, change: Change) -> None:
        """The store has something new. While a long list loads it is drawn four times a second, else at once."""
        message = StoreChanged(change)
        if self._waiting is not None:
            message.can_replace(StoreChanged(self._waiting))
            self._waiting = message.change
            return
        self._waiting = change
        feeds = (*change.snapshot.feeds.values(), *change.snapshot.children.values())
        long = sum(len(feed.tasks) for feed in feeds) > _LONG and any(feed.loading for feed in feeds)
        wait = self._drawn_at + _SPARING - asyncio.get_running_loop().time()
        if long and wait > 0:
            self._later(wait, self._pass_on)
        else:
            self._soon(self._pass_on)

    def _pass_on(self) -> None:
        change, self._waiting = self._waiting, None
        if change is not None:
            self._drawn_at = asyncio.get_running_loop().time()
            self._draw(change)
