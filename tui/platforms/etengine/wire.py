"""What the ET Engine API sends, in every edition of its documentation, read generously (`api/et-engine.md`, 4 and 9).

The same fact has up to four shapes (an object or a list of one, `hardware` or `batch_hardware`, a map or two kinds of
lists of arguments), so the answers are read as plain JSON by the functions here. Only a row without id is unreadable.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from pydantic import TypeAdapter

__all__ = [
    "JSON", "Arguments", "BatchWire", "CountsWire", "DetailWire", "FilesystemWire", "HardwareWire", "JobWire",
    "ToolWire", "batches", "counts", "detail", "filesystems", "jobs", "named", "rows", "single", "submitted", "tools",
]  # fmt: skip

JSON: TypeAdapter[Any] = TypeAdapter(list[Any] | dict[str, Any])
"""Any list or object; what it means is decided here."""
Scalar: TypeAlias = str | int | float | bool | None
Arguments: TypeAlias = Mapping[str, Scalar]
"""A job's arguments as sent, so that a rerun sends the same."""


@dataclass(frozen=True, slots=True)
class ToolWire:
    """4.1."""

    id: str
    name: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class FilesystemWire:
    """4.1; an old answer names the id alone."""

    id: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class HardwareWire:
    """What each job of a batch runs on."""

    cpu: Any = None
    memory: Any = None
    """MB."""
    filesystems: tuple[FilesystemWire, ...] = ()
    by_id: bool = False
    """The old edition: filesystems are a list of ids."""


@dataclass(frozen=True, slots=True)
class BatchWire:
    """4.2: no name, no times, no state."""

    id: str
    tool: ToolWire | None = None
    n_jobs: int | None = None
    hardware: HardwareWire | None = None


@dataclass(frozen=True, slots=True)
class CountsWire:
    """4.3: jobs by state, names in capitals, known or not."""

    by_state: Mapping[str, int] = field(default_factory=dict)
    n_jobs: int | None = None

    @property
    def total(self) -> int:
        """Jobs that are counted in any state."""
        return sum(self.by_state.values())


@dataclass(frozen=True, slots=True)
class JobWire:
    """4.4: a list knows no states."""

    id: str
    arguments: Arguments
    log_id: str | None = None


@dataclass(frozen=True, slots=True)
class DetailWire:
    """4.5; times as sent: milliseconds, text, or empty."""

    id: str | None
    arguments: Arguments | None
    """None where the answer has no arguments."""
    status: str
    reason: str | None
    created: Any
    started: Any
    stopped: Any
    log_id: str | None = None
    hardware: HardwareWire | None = None


def single(value: Any) -> dict[str, Any] | None:
    """One object, also out of a list of one (rule 2); None for an empty list, which means "not found"."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    return value if isinstance(value, dict) else None


def rows(value: Any) -> list[Any]:
    """A list, also where an object came instead (rule 2)."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _whole(value: Any) -> int | None:
    """A count: an integer, an integral float, or digits as text (rule 5)."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value) if len(value) < _MOST_DIGITS else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def _first(row: Mapping[str, Any], *names: str) -> Any:
    """The first of the names that the row has."""
    return next((row[name] for name in names if row.get(name) is not None), None)


def _named(value: Any, kind: str) -> tuple[str, str | None] | None:
    """Id and name of an object, of a pair `[name, id]` (rule 9), or of an id alone."""
    if isinstance(value, str) and value:
        return value, None
    if isinstance(value, list):
        if len(value) >= 2 and isinstance(value[0], str) and _text(value[1]):
            return value[1], value[0]
        return None
    if isinstance(value, dict) and (id_ := _text(_first(value, f"{kind}_id", f"{kind}Id", "id"))):
        return id_, _text(_first(value, f"{kind}_name", "name"))
    return None


def tool(value: Any) -> ToolWire | None:
    """A tool, from any of its shapes."""
    found = _named(value, "tool")
    if found is None:
        return None
    return ToolWire(*found, _text(value.get("tool_description")) if isinstance(value, dict) else None)


def tools(value: Any) -> tuple[ToolWire, ...]:
    """Endpoint 7."""
    return tuple(found for row in rows(value) if (found := tool(row)) is not None)


def filesystems(value: Any) -> tuple[FilesystemWire, ...]:
    """Endpoint 15, and the list in hardware."""
    named = (_named(row, "filesystem") for row in rows(value))
    return tuple(FilesystemWire(*found) for found in named if found is not None)


def hardware(value: Any) -> HardwareWire | None:
    """Rule 3; the answer of an old database may be JSON in a text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if not isinstance(value, dict):
        return None
    known = "filesystem_list" in value
    found = filesystems(value.get("filesystem_list") if known else value.get("filesystems"))
    return HardwareWire(value.get("cpu"), value.get("memory"), found, by_id=not known and "filesystems" in value)


def _batch(row: Any) -> BatchWire | None:
    if not isinstance(row, dict) or not (id_ := _text(row.get("batch_id"))):
        return None
    named = tool(_first(row, "batch_tool", "tool")) or tool(row.get("tool_id"))
    return BatchWire(id_, named, _whole(row.get("n_jobs")), hardware(_first(row, "batch_hardware", "hardware")))


def batches(value: Any) -> tuple[tuple[BatchWire, ...], int]:
    """Endpoint 1, each id once, and how many rows could not be read.

    Raises:
        ValueError: An object that is not a batch: not a list of one, but another answer.
    """
    if isinstance(value, dict) and _batch(value) is None:
        raise ValueError("no list of batches")
    read = [_batch(row) for row in rows(value)]
    unique = {found.id: found for found in read if found is not None}
    return tuple(unique.values()), sum(found is None for found in read)


def named(batch: BatchWire, names: Mapping[str, str | None]) -> BatchWire:
    """The batch with the names of its tool and filesystems filled in where it has only their ids."""
    tool, hardware = batch.tool, batch.hardware
    if tool is not None and tool.name is None:
        tool = replace(tool, name=names.get(tool.id))
    if hardware is not None:
        disks = tuple(f if f.name else replace(f, name=names.get(f.id)) for f in hardware.filesystems)
        hardware = replace(hardware, filesystems=disks)
    return replace(batch, tool=tool, hardware=hardware)


_MOST_DIGITS = 17
_NOT_COUNTS = frozenset({"N_JOBS", "N_SUBMITTED"})


def counts(value: Any) -> CountsWire | None:
    """Rule 5; None where no object came, which means "not found"."""
    row = single(value)
    if row is None:
        return None
    inner = row.get("submitted_jobs")
    by_state: dict[str, int] = {}
    if isinstance(inner, list):  # its first printing: pairs of texts
        pairs = [p for p in inner if isinstance(p, list) and len(p) == 2]
        by_state = {str(p[0]).strip().upper(): _whole(p[1]) or 0 for p in pairs}
    else:
        source = inner if isinstance(inner, dict) else row
        for name, number in source.items():
            state = str(name).strip().upper()
            if state not in _NOT_COUNTS and (found := _whole(number)) is not None:
                by_state[state] = by_state.get(state, 0) + found
    return CountsWire(by_state, _whole(row.get("n_jobs")))


def arguments(value: Any) -> dict[str, Scalar] | None:
    """Rule 6: a map, or a list of either kind of pairs; the last of a repeated name wins."""
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        known = [row for row in value if isinstance(row, dict)]
        pairs = [(_first(r, "argument_key", "name"), r.get("argument_value", r.get("value"))) for r in known]
    else:
        return None
    return {k: v for k, v in pairs if isinstance(k, str) and (v is None or isinstance(v, str | int | float | bool))}


def _arguments(row: Mapping[str, Any]) -> dict[str, Scalar] | None:
    return arguments(_first(row, "job_argument_list", "args"))


def jobs(value: Any) -> tuple[tuple[JobWire, ...], int]:
    """Endpoint 5, each id once, and how many rows could not be read."""
    read: dict[str, JobWire] = {}
    unreadable = 0
    for row in rows(value):
        if isinstance(row, dict) and (id_ := _text(row.get("job_id"))):
            read[id_] = JobWire(id_, _arguments(row) or {}, _text(_first(row, "job_log_id", "log_id", "logID")))
        else:
            unreadable += 1
    return tuple(read.values()), unreadable


def detail(value: Any) -> DetailWire | None:
    """Endpoint 6; None where no object came, which means "not found"."""
    row = single(value)
    if row is None:
        return None
    return DetailWire(
        id=_text(row.get("job_id")),
        arguments=_arguments(row),
        status=row["status"] if isinstance(row.get("status"), str) else "",
        reason=_text(row.get("reason")),
        created=row.get("create_time"),
        started=row.get("start_time"),
        stopped=row.get("stop_time"),
        log_id=_text(_first(row, "log_id", "job_log_id", "logID")),
        hardware=hardware(row.get("hardware")),
    )


def submitted(body: bytes) -> BatchWire | None:
    """Endpoint 10: a batch, or its id as text, bare or quoted (rule 1)."""
    text = body.decode("utf-8", "replace").strip()
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if isinstance(value, str):
        return (
            BatchWire(value)
            if value and len(value) <= 100 and not any(c.isspace() or c == "<" for c in value)
            else None
        )
    row = single(value)
    return None if row is None else _batch(row)
