"""What the sandbox was told to change, in order: tests compare it with the journal and the screen."""

from datetime import datetime
from typing import Any

__all__ = ["Ledger"]


class Ledger:
    """Every change that was executed or refused."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def write(
        self, at: datetime, platform: str, account: str, verb: str, id_: str, outcome: str, new: str | None = None
    ) -> None:
        """Add a line; `outcome` is `done` or the platform's code of refusal."""
        self.rows.append(
            {
                "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "platform": platform,
                "account": account,
                "verb": verb,
                "id": id_,
                "outcome": outcome,
                "new_id": new,
            }
        )
