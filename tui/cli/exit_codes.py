"""Exit codes, and which of several tells the worst."""

from collections.abc import Iterable
from enum import IntEnum

from tui.domain.errors import (
    AuthRefused,
    ConfigError,
    Forbidden,
    NotFound,
    RateLimited,
    ReadOnly,
    Rejected,
    UsageError,
)

__all__ = ["Exit", "NoAccount", "exit_of", "words_of", "worst"]


class NoAccount(ConfigError):
    """There is no account anywhere."""

    def __init__(self) -> None:
        super().__init__(
            "no account is set up; add one with `taskdeck accounts add`, or in config.toml (`taskdeck paths` says "
            "where), or log in with an official SDK, or look around with --demo"
        )


class Exit(IntEnum):
    """The exit status of the process."""

    FINE = 0
    FAILED = 1
    USAGE = 2
    ABORTED = 3
    LOGIN = 4
    NOT_FOUND = 5
    DOWN = 6
    LIMITED = 7
    REFUSED = 8
    FAULT = 70
    TIMEOUT = 124
    HANGUP = 129
    INTERRUPT = 130
    TERMINATED = 143

    @property
    def meaning(self) -> str:
        """What it tells a script, as the help says it."""
        return _MEANING[self]


_MEANING = {
    Exit.FINE: "success; all waited-for tasks succeeded",
    Exit.FAILED: "a waited-for task failed; `diff` found a difference",
    Exit.USAGE: "usage or configuration error",
    Exit.ABORTED: "a waited-for task was aborted",
    Exit.LOGIN: "login needed: there is no account, or the platform refuses the token",
    Exit.NOT_FOUND: "not found",
    Exit.DOWN: "platform or network down; the outcome of an action, or of an expired waited-for task, is unknown",
    Exit.LIMITED: "rate limited past the deadline: a read waits up to 20 s for a limit to reset",
    Exit.REFUSED: "refused: read-only, not confirmed, forbidden, or the state does not allow it",
    Exit.FAULT: "internal error (a bug in taskdeck); a report without your data is written and named",
    Exit.TIMEOUT: "`wait --timeout` expired",
    Exit.HANGUP: "ended by SIGHUP, or the terminal was lost",
    Exit.INTERRUPT: "ended by ctrl+c",
    Exit.TERMINATED: "ended by SIGTERM",
}

_SEVERITY = (
    Exit.USAGE, Exit.LOGIN, Exit.REFUSED, Exit.NOT_FOUND, Exit.DOWN, Exit.LIMITED, Exit.ABORTED, Exit.FAILED, Exit.FINE,
)  # fmt: skip


def worst(codes: Iterable[Exit]) -> Exit:
    """The code that stands for all of them; fine where there are none."""
    return min(codes, key=_SEVERITY.index, default=Exit.FINE)


def exit_of(error: Exception) -> Exit:
    """The code of one expected failure."""
    match error:
        case NoAccount() | AuthRefused():
            return Exit.LOGIN
        case Forbidden() | ReadOnly() | Rejected():
            return Exit.REFUSED
        case UsageError() | ConfigError():
            return Exit.USAGE
        case NotFound():
            return Exit.NOT_FOUND
        case RateLimited():
            return Exit.LIMITED
        case _:
            return Exit.DOWN


def words_of(error: Exception) -> str:
    """What failed and where; for a refused token what to do (R10), for a rate limit when it ends (R27)."""
    if isinstance(error, AuthRefused):
        source = f"renew the token; where it comes from: taskdeck accounts list --account {error.account}"
        return f"{error}: the token is refused; {source}"
    if isinstance(error, RateLimited) and error.retry_at is not None:
        return f"{error}; requests are taken again at {error.retry_at:%Y-%m-%dT%H:%M:%SZ}"
    return str(error)
