"""What an empty list says: why there is nothing, and what to do."""

from datetime import datetime

from tui.store.snapshot import Snapshot
from tui.ui.present.fact import count_text, span_text
from tui.ui.present.places import Place

__all__ = ["empty_text"]


def empty_text(snapshot: Snapshot, place: Place, size: int, now: datetime) -> list[str]:
    """A few lines; the first says why."""
    feeds = {name: feed for name, feed in snapshot.feeds.items() if place.scope in {None, name}}
    if size and (place.query or place.failed):
        hidden = "F" if place.failed and not place.query else "the filter"
        return [f"nothing matches: {hidden} hides {count_text(size, 'task')}", "esc shows all"]
    lines = []
    for name, feed in feeds.items():
        if feed.error is not None:
            wait = f", next try in {span_text(feed.next_try - now)}" if feed.next_try and feed.next_try > now else ""
            lines.append(f"{name}: {feed.error.why}{wait}   (! says more)")
        elif feed.fetched is None or (feed.loading and not feed.complete):
            total = f" of {feed.total:,}" if feed.total else ""
            lines.append(f"{name}: loading {len(feed.tasks):,}{total}")
        elif feed.note:
            lines.append(f"{name}: {feed.note}")
        else:
            lines.append(f"{name}: no tasks yet")
    return lines[:6] or ["no account is shown"]
