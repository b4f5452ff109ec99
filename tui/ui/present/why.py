"""Where a held log says why its job failed."""

from dataclasses import dataclass

from tui.domain.signature import find_error
from tui.domain.signature.roles import Role

__all__ = ["LOOKED_AT", "Telling", "telling_lines"]

LOOKED_AT = 1_000
"""Lines looked at, from the end: enough for what is written after an error."""


@dataclass(frozen=True, slots=True)
class Telling:
    """The lines of a log that tell of a failure, by number from 0."""

    cause: int | None = None
    """The one that says why; None where nothing says that it failed."""
    consequences: frozenset[int] = frozenset()
    """Those that only say that something failed before them."""


def telling_lines(text: str, first: int) -> Telling:
    """What this end of a failed job's log says; `first` is its first line's number. It may take 20 ms."""
    found = find_error(text, failed=True)
    if found is None:
        return Telling()
    after = (number for number, role in found.roles.items() if role in {Role.CONSEQUENCE, Role.WRAPPER})
    return Telling(first + found.number, frozenset(first + number for number in after if number != found.number))
