"""API keys of the pretended ET Engine (section 7)."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta

from tui.sandbox.clock import WorldClock
from tui.sandbox.etengine.refused import Refused

__all__ = ["Keys"]

_VALID = timedelta(days=30)


class Keys:
    """Keys by id; their end is stored and shown, but opens them still."""

    def __init__(self, clock: WorldClock, new_id: Callable[[], str]) -> None:
        self._clock = clock
        self._new_id = new_id
        self._rows = {"sandbox": ("workstation", "the key of this sandbox", clock.start - timedelta(days=12))}
        self._texts: dict[str, str] = {}

    def known(self, text: str) -> bool:
        """Whether a key made here is this one."""
        return text in self._texts.values()

    def rows(self) -> list[dict[str, str]]:
        """As the service lists them: never the key itself."""
        return [
            {
                "name": name,
                "description": description,
                "dateCreated": _stamp(made),
                "dateExpired": _stamp(made + _VALID),
                "key_id": id_,
            }
            for id_, (name, description, made) in self._rows.items()
        ]

    def create(self, name: str, description: str) -> str:
        """The new key."""
        if any(row[0] == name for row in self._rows.values()):
            raise Refused(409, "Key already exists")
        id_ = self._new_id()
        self._rows[id_] = (name, description, self._clock.now())
        self._texts[id_] = "gAAAAA" + base64.urlsafe_b64encode(id_.encode() * 3).decode().rstrip("=")
        return self._texts[id_]

    def delete(self, id_: str) -> None:
        """Gone."""
        if id_ not in self._rows:
            raise Refused(403, "Forbidden")
        del self._rows[id_]
        self._texts.pop(id_, None)


def _stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
