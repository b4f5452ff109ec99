"""Filters, pages and projections of lists (section 8)."""

import base64
import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

__all__ = ["FILTERABLE", "SELECTABLE", "Bad", "keeps", "named", "page", "projected", "tagged"]

DEFAULT_SIZE, MOST = 20, 50
"""Rows a page: not documented; the official clients ask for 10, 20 and 50."""
FILTERABLE = frozenset(
    {
        "uuid", "shortname", "name", "profile", "state", "previousstate", "creationdate", "enddate", "lastmodified",
        "statetransitiontime", "previousstatetransitiontime", "tags", "labels", "constants", "pooluuid", "jobuuid",
        "projectuuid", "resultbucket", "resultscount", "instancecount", "runninginstancecount", "runningcorecount",
        "executiontime", "walltime", "snapshotinterval", "dependencies.dependson",
    }
)  # fmt: skip
SELECTABLE = frozenset(
    {
        "uuid", "name", "shortname", "profile", "state", "previousstate", "statetransitiontime",
        "previousstatetransitiontime", "lastmodified", "creationdate", "enddate", "pooluuid", "jobuuid", "projectuuid",
        "instancecount", "runninginstancecount", "runningcorecount", "executiontime", "walltime", "tags", "labels",
        "errors", "status", "completedinstances", "constants", "hardwareconstraints", "schedulingtype",
        "retrysettings", "dependencies.dependson",
    }
)  # fmt: skip
"""What the official clients can select (8.4)."""
_ORDERS = frozenset({"creationdate", "executiontime", "name", "state"})
Row = dict[str, Any]


class _HasId(Protocol):
    id: str


T = TypeVar("T", bound=_HasId)


class Bad(Exception):
    """A request that is answered with 400 and ProblemDetails: the field and why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


def _get(source: Any, name: str) -> Any:
    """A property by name in any case."""
    if not isinstance(source, dict):
        return None
    return next((value for key, value in source.items() if key.lower() == name.lower()), None)


def keeps(where: Any) -> Callable[[Row], bool]:
    """The filter as a predicate.

    Raises:
        Bad: An unknown operator or a field that cannot be filtered by.
    """
    if where is None:
        return lambda row: True
    operator = str(_get(where, "operator") or "").lower()
    if operator in {"and", "or"}:
        parts = [keeps(part) for part in _get(where, "filters") or ()]
        combine = all if operator == "and" else any
        return lambda row: combine(part(row) for part in parts)
    field = str(_get(where, "field") or "")
    if field.lower() not in FILTERABLE:
        raise Bad("Filter", f"the field {field!r} is unknown or cannot be filtered by")
    test = _test(operator, where)
    return lambda row: test(_get(row, field) if "." not in field else _get(row.get("dependencies"), "dependsOn"))


def _test(operator: str, where: Any) -> Callable[[Any], bool]:
    value = _get(where, "value")
    many = _get(where, "values") or value  # the official Python filter writes `value` for a list too
    if operator in {"in", "notin"}:
        wanted = [str(v).lower() for v in (many if isinstance(many, list) else [many])]
        return lambda sent: _among(sent, wanted) == (operator == "in")
    if operator in {"equal", "notequal"}:
        return lambda sent: _among(sent, [str(value).lower()]) == (operator == "equal")
    if operator == "like":
        pattern = re.compile(str(value).strip("/"))
        return lambda sent: pattern.search(str(sent or "")) is not None
    compare: dict[str, Callable[[Any, Any], bool]] = {
        "lessthan": lambda a, b: a < b,
        "lessthanorequal": lambda a, b: a <= b,
        "greaterthan": lambda a, b: a > b,
        "greaterthanorequal": lambda a, b: a >= b,
    }
    if operator not in compare:
        raise Bad("Filter", f"the operator {operator!r} is unknown")
    order = compare[operator]
    return lambda sent: sent is not None and order(*_alike(sent, value))


def _among(sent: Any, wanted: list[str]) -> bool:
    """Equality on an array means contains."""
    return any(str(one).lower() in wanted for one in (sent if isinstance(sent, list) else [sent]))


def _alike(a: Any, b: Any) -> tuple[Any, Any]:
    try:
        return float(a), float(b)
    except (TypeError, ValueError):
        return str(a), str(b)


def page(items: list[T], render: Callable[[T], Row], body: Any) -> Row:
    """One page by an opaque token; `items` come newest first, and only those of the page are rendered where nothing is
    filtered and no other order asked for.

    Raises:
        Bad: The token, the size, the order or the filter cannot be read.
    """
    where, by = _get(body, "filter"), _get(body, "orderBy")
    down = str(_get(body, "orderType") or "DESC").upper() == "DESC"
    if by is not None and str(by).lower() not in _ORDERS:
        raise Bad("OrderBy", f"cannot order by {by!r}")
    size = _get(body, "maximumResults")
    size = DEFAULT_SIZE if size is None else max(1, min(MOST, int(size)))
    token = _get(body, "token")
    after = None if token is None else _cursor(str(token))
    if where is None and str(by or "creationDate").lower() == "creationdate" and down:
        start = _behind([item.id for item in items], after)
        total = len(items)
        rows = [render(item) for item in items[start : start + size]]
    else:
        keep = keeps(where)
        found = [row for row in map(render, items) if keep(row)]
        if by is not None:
            found.sort(key=lambda row: str(_get(row, str(by)) or ""), reverse=down)
        start = _behind([row["uuid"] for row in found], after)
        total, rows = len(found), found[start : start + size]
    more = start + size < total
    return {
        "data": rows,
        "count": len(rows),
        "total": total,
        "isTruncated": more,
        "nextToken": _token(rows[-1]["uuid"], start + size) if more and rows else None,
        "token": token,
    }


def _token(last: str, place: int) -> str:
    """A cursor: the last row of a page, which does not shift when others come; its place, in case it is deleted."""
    return base64.urlsafe_b64encode(f"after:{last}:{place}".encode()).decode()


def _behind(ids: Sequence[str], after: tuple[str, int] | None) -> int:
    if after is None:
        return 0
    last, place = after
    return ids.index(last) + 1 if last in ids else min(place, len(ids))


def named(where: Any) -> set[str] | None:
    """The uuids that a filter is about, where it is nothing but those."""
    if str(_get(where, "field") or "").lower() != "uuid" or str(_get(where, "operator") or "").lower() != "in":
        return None
    values = _get(where, "values") or _get(where, "value")
    return {str(v).lower() for v in values} if isinstance(values, list) else None


def _cursor(token: str) -> tuple[str, int]:
    try:
        word, last, place = base64.urlsafe_b64decode(token.encode()).decode().split(":")
        if word != "after":
            raise ValueError(token)
        return last, int(place)
    except ValueError:
        raise Bad("Token", "the token is not valid") from None


def projected(rows: list[Row], body: Any) -> list[Row]:
    """`search`: filtered, cut, and with the chosen fields only.

    Raises:
        Bad: The filter cannot be read, or a field cannot be selected.
    """
    keep = keeps(_get(body, "filter"))
    found = [row for row in rows if keep(row)]
    most = _get(body, "maximumResults")
    if most is not None:
        found = found[: max(0, int(most))]
    fields = _get(_get(body, "select"), "fields")
    if not fields:
        return found
    wanted = {str(field).lower() for field in fields}
    if unknown := sorted(wanted - SELECTABLE):
        raise Bad("Select", f"the field {unknown[0]!r} is unknown or cannot be selected")
    return [_chosen(row, wanted) for row in found]


def _chosen(row: Row, wanted: set[str]) -> Row:
    kept = {key: value for key, value in row.items() if key.lower() in wanted}
    if "dependencies.dependson" in wanted:
        before = row.get("dependencies")
        kept["dependencies"] = None if before is None else {"dependsOn": before.get("dependsOn")}
    return kept


def tagged(tags: list[str], wanted: list[str], *, commas: bool = True) -> bool:
    """`?tag=`: any of them; a value with a comma means the literal tag or any of its parts (8.1)."""
    if not wanted:
        return True
    parts = {part for value in wanted for part in value.split(",")} if commas else set()
    return any(tag in wanted or tag in parts for tag in tags)
