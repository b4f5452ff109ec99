"""What an empty list says: why there is nothing, and what to do."""

from collections.abc import Sequence
from datetime import datetime

from tui.domain.errors import AuthRefused, Forbidden, NoSuchApi
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.filter_history import Place
from tui.ui.present.format import count_text, span_text

__all__ = ["empty_text"]

_PAGE = 100
"""Rows of a page, as the platforms send them."""
_MOST = 6


def empty_text(snapshot: Snapshot, place: Place, size: int, now: datetime, missing: Sequence[str] = ()) -> list[str]:
    """A few lines; the first says why. `missing` is what the filter compares that no task here has."""
    feeds = {name: feed for name, feed in snapshot.feeds.items() if place.scope in {None, name}}
    accounts = [_account_text(name, feed, now) for name, feed in feeds.items()]
    if size and (place.query or place.failed or place.view):
        hidden = "F" if place.failed and not place.query else "the filter"
        lines = [f"nothing matches: {hidden} hides {count_text(size, 'task')}", *missing[:2], "esc shows all"]
        waiting = [text for text, feed in zip(accounts, feeds.values(), strict=True) if not feed.complete]
        return [*lines, *(["", "not everything is here yet:", *waiting] if waiting else [])][:_MOST]
    return accounts[:_MOST] or ["no account is shown"]


def _account_text(name: str, feed: Feed, now: datetime) -> str:
    """Why an account shows nothing, or no more."""
    if feed.error is not None:
        wait = f", next try in {span_text(feed.next_try - now)}" if feed.next_try and feed.next_try > now else ""
        match feed.error:
            case NoSuchApi():
                return f"{name}: {feed.error.why}"
            case Forbidden():
                return f"{name}: no right to see its tasks: {feed.error.why}   (! says what to do)"
            case AuthRefused():
                return f"{name}: the token is refused   (! says how to renew it)"
        return f"{name}: {feed.error.why}{wait}   (! says more)"
    if feed.fetched is None or (feed.loading and not feed.complete):
        if not feed.total:
            return f"{name}: loading {len(feed.tasks):,}"
        page, pages = -(-len(feed.tasks) // _PAGE) + 1, -(-feed.total // _PAGE)
        return f"{name}: loading page {min(page, pages):,} of {pages:,}   ({len(feed.tasks):,} of {feed.total:,} tasks)"
    return f"{name}: {feed.note or 'no tasks yet'}"
