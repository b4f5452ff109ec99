"""What a request of the Seven Bridges API picks: fields, a window, filters, an order, a range of bytes."""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tui.sandbox.ledger import Ledger
from tui.sandbox.sevenbridges.children import state_of
from tui.sandbox.sevenbridges.refused import Refused
from tui.sandbox.sevenbridges.script import Script
from tui.sandbox.sevenbridges.world import Account, Handle

__all__ = ["Picks", "json_body", "keeper", "ordered", "ranged", "selected", "window"]

_FILTER_WORDS = frozenset({"QUEUED", "DRAFT", "RUNNING", "COMPLETED", "ABORTED", "ABORTING", "FAILED"})
_PICKING = (
    "project", "status", "batch", "order_by", "order",
    *(f"{part}_{end}" for part in ("created", "started", "ended") for end in ("from", "to")),
)  # fmt: skip
"""What decides which tasks a list holds, and in which order."""
_SAME_PICTURE = timedelta(minutes=1)
_PICTURES = 8


def selected(row: dict[str, Any], fields: str | None, short: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The `fields` of a request: names, dotted names, `!name`, `_all`; `short` is what comes without any."""
    if not fields:
        return row if short is None else {key: row[key] for key in short if key in row}
    names = [name.strip() for name in fields.split(",") if name.strip()]
    if "_all" in names:
        return row
    without = {name[1:] for name in names if name.startswith("!")}
    wanted = [name for name in names if not name.startswith("!")]
    if not wanted:
        return {key: value for key, value in row.items() if key not in without}
    result: dict[str, Any] = {}
    for name in wanted:
        head, _, rest = name.partition(".")
        if head not in row or head in without:
            continue
        value = row[head]
        if rest and isinstance(value, dict):
            part = result.get(head)
            result[head] = {**(part if isinstance(part, dict) else {}), rest: value.get(rest)}
        else:
            result[head] = value
    return result


def window(request: Request) -> tuple[int, int]:
    """Offset and limit: from 0, and 1 to 100, 50 by default."""
    try:
        offset = max(0, int(request.query_params.get("offset", 0)))
        limit = min(100, max(1, int(request.query_params.get("limit", 50))))
    except ValueError:
        raise Refused(400, 90000, "offset and limit must be whole numbers") from None
    return offset, limit


def _time(text: str) -> datetime:
    """A bound without zone (UTC) or with an offset; `Z` is refused, for no official client sends it (section 4)."""
    try:
        if text[-1:] in {"Z", "z"}:
            raise ValueError(text)
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(400, 90000, f"Bad date: {text}") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def keeper(query: Mapping[str, str], now: datetime) -> Callable[[Script], bool] | None:
    """Status, batch and time filters as one predicate; None when there is none. What a script alone says is looked
    at first: the state of a parent needs all its children."""
    status, batch = query.get("status"), query.get("batch")
    if status is not None and status.upper() not in _FILTER_WORDS:
        raise Refused(400, 7006, f"Bad status filter: {status}")
    bounds = [
        (part, end, _time(query[f"{part}_{end}"]))
        for part in ("created", "started", "ended")
        for end in ("from", "to")
        if f"{part}_{end}" in query
    ]
    if status is batch is None and not bounds:
        return None

    def within(script: Script, parts: frozenset[str], times: Mapping[str, datetime | None]) -> bool:
        for part, end, bound in bounds:
            if part not in parts:
                continue
            at = times[part]
            if at is None:
                return False
            at = at.replace(microsecond=0)
            if (at < bound) if end == "from" else (at > bound):
                return False
        return True

    def keep(script: Script) -> bool:
        if batch is not None and (script.children is not None) != (batch.lower() == "true"):
            return False
        if not within(script, frozenset({"created"}), {"created": script.created}):
            return False
        if status is None and all(part == "created" for part, _, _ in bounds):
            return True
        state = state_of(script, now)[0]
        started = script.created if state.status == "DRAFT" else state.started
        if status is not None and state.status != status.upper():
            return False
        return within(script, frozenset({"started", "ended"}), {"started": started, "ended": state.ended})

    return keep


class Picks:
    """What filters kept a moment ago. The pages of a list are asked for one by one, and looking at a hundred thousand
    tasks anew for each would take a second a page."""

    def __init__(self, account: Account, ledger: Ledger) -> None:
        self._account = account
        self._ledger = ledger
        self._kept: OrderedDict[Hashable, tuple[datetime, list[Script]]] = OrderedDict()

    def rows(
        self, query: Mapping[str, str], offset: int, handles: Sequence[Handle], keep: Callable[[Script], bool]
    ) -> list[Script]:
        """Those of the tasks that are kept. A first page picks them anew; those behind it show the same picture for a
        minute, or until somebody changes something."""
        asked = (len(self._ledger.rows), *((name, query.get(name)) for name in _PICKING))
        at, rows = self._kept.get(asked, (None, []))
        if at is None or not offset or not timedelta(0) <= self._account.clock.now() - at <= _SAME_PICTURE:
            rows = [script for script in map(self._account.script, handles) if keep(script)]
            self._kept[asked] = self._account.clock.now(), rows
            while len(self._kept) > _PICTURES:
                self._kept.popitem(last=False)
        return rows


def ordered(rows: Sequence[Script], request: Request, now: datetime) -> list[Script]:
    """By creation unless another order is asked for; ascending unless `order_by` comes with `order=desc`."""
    by = request.query_params.get("order_by")
    down = by is not None and request.query_params.get("order", "asc").lower() == "desc"
    early = datetime.min.replace(tzinfo=UTC)
    keys: dict[str, Callable[[Script], Any]] = {
        "name": lambda s: s.name,
        "created_by": lambda s: s.user,
        "start_time": lambda s: state_of(s, now)[0].started or early,
        "end_time": lambda s: state_of(s, now)[0].ended or early,
    }
    return sorted(rows, key=keys.get(by or "", lambda s: s.created), reverse=down)


def ranged(data: bytes, header: str | None) -> Response:
    """The bytes a Range header asks for, with their length."""
    unit, _, span = (header or "").partition("=")
    first, dash, last = span.partition("-")
    if unit != "bytes" or not dash or not (first or last) or not (first + last).isdigit():
        return Response(data, media_type="text/plain")
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last) if first and last else len(data) - 1, len(data) - 1)
    if start > end:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
    return Response(data[start : end + 1], status_code=206, headers=headers, media_type="text/plain")


async def json_body(request: Request, *, declared: bool = False) -> dict[str, Any]:
    """A JSON object; null and nothing are an empty one, anything else is refused; with `declared` also what does not
    say that it is JSON."""
    if declared and request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, 90008, "Unsupported media type: send application/json.")
    raw = await request.body()
    try:
        value = json.loads(raw) if raw.strip() else {}
    except ValueError:
        raise Refused(400, 90009, "The request body cannot be read.") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(400, 90009, "The request body must be an object.")
    return value
