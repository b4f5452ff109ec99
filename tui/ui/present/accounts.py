"""Accounts as a tree of facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from tui.domain.account import AccountInfo
from tui.domain.detail import Fact
from tui.domain.errors import PlatformError, TuiError
from tui.store.deck import AccountHandle
from tui.store.snapshot import Feed, Snapshot
from tui.ui.present.format import count_text, fact_text, label_text, time_text
from tui.ui.present.header import lamp
from tui.ui.present.tree import Node

__all__ = ["account_nodes"]


def account_nodes(
    handles: Sequence[AccountHandle], snapshot: Snapshot, infos: Mapping[str, AccountInfo | TuiError], now: datetime
) -> tuple[Node, ...]:
    """One group an account, in the order of the configuration."""
    if not handles:
        return (Node("none", "no account is set up", "taskdeck doctor says where they are looked for", "dim"),)
    return tuple(_account(h, snapshot.feeds.get(h.name, Feed()), infos.get(h.name), now) for h in handles)


def _account(handle: AccountHandle, feed: Feed, info: AccountInfo | TuiError | None, now: datetime) -> Node:
    _, words, role = lamp(feed, now)
    value = f"{handle.platform:<14}{words}"
    tone = {"bad": "failed", "warn": "warning", "good": "done"}.get(role, "dim")
    return Node(handle.name, handle.name, value, tone, children=lambda: _facts(handle, feed, info, now), unfolded=True)


def _facts(
    handle: AccountHandle, feed: Feed, info: AccountInfo | TuiError | None, now: datetime
) -> tuple[Node, ...]:  # fmt: skip
    rows = [
        ("address", handle.place or handle.url, ""),
        ("token", handle.origin, ""),
        ("changes", "read-only" if handle.read_only else "actions are offered, and always ask", ""),
        ("tasks", count_text(len(feed.tasks), "task") + ("" if feed.complete else ", more to come"), ""),
    ]
    if feed.budget is not None:
        resets = f", anew at {time_text(feed.budget.resets, now)}" if feed.budget.resets else ""
        rows.append(("requests", f"{feed.budget.remaining:,} of {feed.budget.limit:,} left{resets}", ""))
    if feed.seldom is not None:
        rows.append(("asked", f"every {feed.interval.total_seconds():.0f} s: {feed.seldom}", ""))
    if feed.error is not None:
        rows.append(("trouble", feed.error.why, "failed"))
    if isinstance(info, TuiError):
        rows.append(("user", info.why if isinstance(info, PlatformError) else str(info), "failed"))
    else:
        rows.append(("user", "asking ..." if info is None else info.user or "not said", "" if info else "dim"))
    nodes = [Node(name, name, value, tone) for name, value, tone in rows]
    if isinstance(info, AccountInfo):
        nodes += [_section(title, facts) for title, facts in info.sections.items()]
    return tuple(nodes)


def _section(title: str, rows: Sequence[Mapping[str, object]]) -> Node:
    def children() -> tuple[Node, ...]:
        return tuple(
            Node(str(place), str(next(iter(facts.values()), "")), fact_text(cast(Fact, facts)))
            for place, facts in enumerate(rows)
        )

    return Node(title, label_text(title), count_text(len(rows), "entry", "entries"), "dim", children=children)
