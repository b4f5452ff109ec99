"""Single snapshots of tasks: taken on request, then known by their ids while they are uploaded (section 2.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tui.sandbox.qarnot.refused import Refused
from tui.sandbox.qarnot.texts import date

__all__ = ["Snapshots"]

_BEGINS, _ENDS = timedelta(seconds=5), timedelta(seconds=30)
"""After the trigger: when the upload begins, and when it is through."""
_SIZE = 52_428_800


@dataclass(frozen=True, slots=True)
class _Snapshot:
    id: str
    task: str
    triggered: datetime
    config: dict[str, Any]

    def shown(self, now: datetime) -> dict[str, Any]:
        """As the API shows it at that moment."""
        passed = now - self.triggered
        begun, ended = passed >= _BEGINS, passed >= _ENDS
        share = min(1.0, (passed - _BEGINS) / (_ENDS - _BEGINS)) if begun else 0.0
        return {
            "id": self.id,
            "taskUuid": self.task,
            "triggerDate": date(self.triggered),
            "lastUpdateDate": date(min(now, self.triggered + _ENDS)) if begun else None,
            "snapshotConfig": self.config,
            "status": "success" if ended else "inProgress" if begun else "triggered",
            "sizeToUpload": _SIZE if begun else None,
            "transferredSize": int(_SIZE * share) if begun else None,
        }


class Snapshots:
    """Every snapshot of an account, by id."""

    def __init__(self) -> None:
        self._known: dict[str, _Snapshot] = {}

    def take(self, task: str, config: dict[str, Any], now: datetime) -> dict[str, Any]:
        """A new one; two of the same second differ in a number behind their ids."""
        base = f"snap_{task}_{now:%Y%m%d%H%M%S}"
        id_ = base if base not in self._known else f"{base}{len(self._known)}"
        settings = dict.fromkeys(("whitelist", "blacklist", "bucket", "bucketPrefix")) | config
        self._known[id_] = _Snapshot(id_, task, now, settings)
        return self._known[id_].shown(now)

    def find(self, task: str, id_: str, now: datetime) -> dict[str, Any]:
        """One as it is now, or the platform's refusal."""
        found = self._known.get(id_)
        if found is None or found.task != task:
            raise Refused(404, f"No such snapshot: {id_}")
        return found.shown(now)
