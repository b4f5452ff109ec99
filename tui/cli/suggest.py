"""What may come next on a command line: accounts, references seen, fields. No platform is asked and no token read.

What is needed is loaded when a shell asks.
"""

import click

__all__ = ["accounts", "keys", "references", "terms"]


def accounts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Accounts that begin so."""
    return [name for name in _accounts(ctx) if name.startswith(incomplete)]


def _accounts(ctx: click.Context) -> list[str]:
    from tui.settings import load

    return [account.name for account in load(ctx.find_root().params.get("config")).accounts]


def references(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Accounts with a colon, and behind one the ids that begin so of tasks that the interface has shown."""
    from tui.settings import paths
    from tui.store.cache.database import Cache

    names = _accounts(ctx)
    account, colon, id_ = incomplete.partition(":")
    if not colon:
        return [f"{name}:" for name in names if name.startswith(incomplete)]
    path = paths.cache_dir() / "tasks.db"
    if account not in names or not path.exists():
        return []
    with Cache(path) as cache:
        return [str(ref) for ref in cache.beginning(id_, [account])]


def keys(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Keys of a task, after the last comma."""
    from tui.domain.export import KEYS

    head, comma, last = incomplete.rpartition(",")
    return [f"{head}{comma}{key}" for key in KEYS if key.startswith(last)]


def terms(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Fields and flags of the filter language, behind a field the values that it always has, accounts behind `@`."""
    from datetime import UTC, datetime

    from tui.domain.query import Context, complete

    if incomplete.startswith("@"):
        return [f"@{name}" for name in _accounts(ctx) if name.startswith(incomplete[1:])]
    found = complete(incomplete, len(incomplete), (), Context(now=datetime.now(UTC)))
    return [incomplete[: one.start] + one.text for one in found]
