"""One request to a platform, as the adapters describe it; `http.py` sends it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tui.domain.token import Token
from tui.platforms.parse import Reader

__all__ = ["Auth", "Call", "Params"]

Params = Sequence[tuple[str, str]]
"""Query parameters in their order; a name may come more than once."""


@dataclass(frozen=True, slots=True)
class Auth:
    """How a platform wants its token."""

    header: str
    """`X-SBG-Auth-Token`, `Authorization`."""
    token: Token


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent, what it is for, and how the answer is read."""

    method: str
    path: str
    """Below the account's base, begins with a slash, percent-encoded; of a signed address, the address."""
    doing: str
    """For messages: `listing tasks`."""
    params: Params = ()
    json: object = None
    """The body; None sends none."""
    into: Reader | None = None
    """Reads the body; None leaves its bytes."""
    headers: Mapping[str, str] | None = None
    settled: Collection[int] = ()
    """HTTP statuses that mean here what they say, where elsewhere they may pass: not repeated."""
