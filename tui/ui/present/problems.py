"""What is wrong at this moment: the program's own problems and those of each account."""

from collections.abc import Mapping

from tui.domain.errors import AuthRefused, Forbidden, NoSuchApi, PlatformError, RateLimited, Unreachable, Untrusted
from tui.store.snapshot import Feed, Problem, Snapshot

__all__ = ["problems_of"]


def problems_of(
    snapshot: Snapshot, origins: Mapping[str, str] | None = None, renewals: Mapping[str, str] | None = None
) -> tuple[Problem, ...]:
    """All of them, the accounts' first.

    Args:
        origins: Where each account's token comes from, for the advice on a refused one.
        renewals: How each account's token is renewed where reading it again would not help.
    """
    accounts = (
        _of_feed(name, feed, (origins or {}).get(name), (renewals or {}).get(name, ""))
        for name, feed in snapshot.feeds.items()
    )
    return (*(problem for problem in accounts if problem is not None), *snapshot.problems)


def _of_feed(name: str, feed: Feed, origin: str | None, renewal: str) -> Problem | None:
    error = feed.error
    if error is None:
        if not feed.unreadable:
            return None
        rows = f"{feed.unreadable:,} rows" if feed.unreadable > 1 else "1 row"
        return Problem(name, f"{rows} could not be read and are left out", "the log says which")
    return Problem(
        name, error.why, _advice(name, error, origin, renewal), feed.failing_since, feed.attempts, feed.next_try
    )


def _advice(name: str, error: PlatformError, origin: str | None, renewal: str) -> str:
    match error:
        case AuthRefused() if renewal:
            return renewal
        case AuthRefused():
            where = f" ({origin})" if origin else ""
            return f"renew the token{where}, then :login {name} reads it again"
        case NoSuchApi():
            return "correct the account's url (e in the settings), quit, start again; nothing is asked until then"
        case RateLimited():
            return "nothing to do: requests are sent again as soon as the platform accepts them"
        case Forbidden():
            return "ask for the right to see this, or name the projects in config.toml"
        case Untrusted():
            return "set ca_file or REQUESTS_CA_BUNDLE as said above, quit, start again; or ask who runs the network"
        case Unreachable():
            return "look at the network, the proxy and the address"
    return "platform problem: taskdeck retries automatically"
