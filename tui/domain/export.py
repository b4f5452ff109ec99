"""Records as json, ndjson, yaml, csv, tsv: one writer for the command line and for files saved in the interface."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from tui.domain.errors import UsageError
from tui.domain.record import Record, pick
from tui.domain.text import Cleaned
from tui.domain.yaml import yaml_text

__all__ = [
    "DATA", "FLAT", "KEYS", "check_fields", "dumps", "flat", "joined", "one_line", "part_of", "written",
    "yaml_of",
]  # fmt: skip

DATA = ("json", "ndjson", "yaml", "csv", "tsv")
"""Formats for programs."""
KEYS = (
    "ref", "account", "platform", "id", "name", "kind", "status", "native_status", "reason", "project", "app",
    "created_by", "executed_by", "tags", "created", "started", "ended", "duration", "queued", "progress", "counts",
    "price", "exit_code", "parent", "errors", "url", "fetched", "stale",
    "host", "instance", "attempt", "command", "logs",
)  # fmt: skip
"""Keys of a task or job."""
FLAT = ("ref", "status", "name", "kind", "project", "app", "created", "duration")
"""What csv and tsv show by default."""
_ODD = re.compile(r"[^ -~\n]")


def check_fields(fields: str | None, more: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """`--fields a,b.c` as a tuple; `more` are keys that this command has besides `KEYS`.

    Raises:
        UsageError: A key that no task has.
    """
    if fields is None:
        return None
    names = tuple(f.strip() for f in fields.split(",") if f.strip())
    wrong = [n for n in names if n.split(".")[0] not in (*KEYS, *more)]
    if wrong or not names:
        known = ", ".join((*KEYS, *more))
        raise UsageError(f"--fields: {', '.join(wrong) or 'nothing'} is not a field; there are {known}")
    return names


@cache
def _encoder(ascii: bool, indent: int | None) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=ascii, indent=indent)


def dumps(value: Any, *, ascii: bool = False, indent: int | None = None) -> str:
    """A JSON text that no terminal obeys: what is not printable is escaped, with `ascii` all that is not ASCII.

    A platform's untouched answer (`--raw`) holds whatever people wrote into it; escaped, it is still untouched (R13).
    """
    text = _encoder(ascii, indent).encode(_exact(value))
    return text if text.isprintable() else _ODD.sub(_escaped, text)


def yaml_of(value: Any, *, ascii: bool = False) -> str:
    """A YAML text that no terminal obeys."""
    return yaml_text(_exact(value), ascii=ascii)


def _exact(value: Any) -> Any:
    """The value with the platform's own characters in every text (what is cleaned is for screens)."""
    match value:
        case Cleaned():
            return value.exact
        case dict():
            return {_exact(key): _exact(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_exact(inner) for inner in value]
    return value


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    return char if char.isprintable() else json.dumps(char)[1:-1]


def written(
    rows: Iterable[Record], style: str, fields: Sequence[str] | None = None, *, ascii: bool = False,
    indent: int | None = None, header: bool = True,
) -> Iterator[str]:  # fmt: skip
    """The records in one of `DATA`, in pieces.

    Args:
        rows: As `task_record` makes them.
        style: One of `DATA`.
        fields: Dotted keys; None for whole objects in JSON, and for a few columns in csv and tsv.
        ascii: JSON escapes what is not ASCII.
        indent: Of a JSON array.
        header: csv begins with the names of its columns.
    """
    if (part := part_of(style, fields, ascii=ascii)) is not None and not (style == "json" and indent):
        yield from joined(map(part, rows), style)
    elif style == "json":
        yield dumps([_chosen(r, fields) for r in rows], ascii=ascii, indent=indent) + "\n"
    elif style == "yaml":
        yield yaml_of([_chosen(r, fields) for r in rows], ascii=ascii)
    elif style == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        if header:
            writer.writerow(fields or FLAT)
        writer.writerows([flat(pick(r, f)) for f in fields or FLAT] for r in rows)
        yield buffer.getvalue()
    else:
        raise ValueError(f"{style} is none of {', '.join(DATA)}")


def part_of(style: str, fields: Sequence[str] | None, *, ascii: bool = False) -> Callable[[Record], str] | None:
    """Makes one record's part of what is written without knowing the others, so that it can be made before they are
    there; None where it takes all of them."""
    match style:
        case "json":
            return lambda record: dumps(_chosen(record, fields), ascii=ascii)
        case "ndjson":
            return lambda record: dumps(_chosen(record, fields), ascii=ascii) + "\n"
        case "tsv":
            names = fields or FLAT
            return lambda record: "\t".join([one_line(flat(pick(record, f))) for f in names]) + "\n"
    return None


def joined(parts: Iterable[str], style: str) -> Iterator[str]:
    """The whole from the parts that `part_of` made."""
    if style == "json":
        yield f"[{', '.join(parts)}]\n"
    else:
        yield from parts


def _chosen(record: Record, fields: Sequence[str] | None) -> Record:
    return record if fields is None else {f: pick(record, f) for f in fields}


def flat(value: Any) -> str:
    """A value as the text of one cell."""
    match value:
        case None:
            return ""
        case bool() | dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def one_line(cell: str) -> str:
    """A cell that neither ends its line nor begins the next cell."""
    return cell.replace("\t", " ").replace("\n", " ")
