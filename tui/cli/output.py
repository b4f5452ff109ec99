"""Records on stdout: table, wide, json, ndjson, csv, tsv. Talk goes to stderr."""

import csv
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

from tui.cli.progress import clear
from tui.domain.errors import UsageError
from tui.domain.record import Record, pick
from tui.domain.text import plain

__all__ = [
    "FORMATS", "JOB_TABLE", "KEYS", "TASK_TABLE", "Columns", "check_fields", "colored", "dumps", "format_of", "say",
    "write_json", "write_rows",
]  # fmt: skip

_ODD = re.compile(r"[^ -~\n]")
FORMATS = ("table", "wide", "json", "ndjson", "csv", "tsv")
KEYS = (
    "ref", "account", "platform", "id", "name", "kind", "status", "native_status", "reason", "project", "app",
    "created_by", "executed_by", "tags", "created", "started", "ended", "duration", "queued", "progress", "counts",
    "price", "parent", "errors", "url", "fetched", "stale",
    "host", "instance", "exit_code", "attempt", "command", "logs",
)  # fmt: skip
"""Keys of a task or job."""
Columns = tuple[tuple[str, ...], tuple[str, ...]]
"""What a list shows as `table`, and what `wide` adds."""
TASK_TABLE: Columns = (
    ("status", "ref", "name", "progress", "duration", "price", "project"),
    ("queued", "created", "app", "created_by", "reason"),
)
JOB_TABLE: Columns = (
    ("status", "ref", "name", "attempt", "exit_code", "duration", "host", "instance"),
    ("native_status", "started", "ended", "reason", "command"),
)
_FLAT = ("ref", "status", "name", "kind", "project", "app", "created", "duration")
TABLE_ROWS = 500
"""A table on a terminal stops here."""
_COLORS = {"failed": "31;1", "aborted": "35", "running": "33", "done": "32", "queued": "34", "unknown": "2"}


def say(text: str) -> None:
    """One line of talk on stderr."""
    clear()
    print(f"taskdeck: {plain(text)}", file=sys.stderr)


def format_of(wanted: str | None, out: TextIO) -> str:
    """The format that was asked for; else a table on a terminal and tsv elsewhere."""
    return wanted or ("table" if out.isatty() else "tsv")


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
        raise UsageError(f"--fields: {', '.join(wrong) or 'nothing'} is no field; there are {known}")
    return names


def colored(out: TextIO) -> bool:
    """Whether colour may be written: a terminal that is not dumb, and no NO_COLOR."""
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def dumps(value: Any, out: TextIO, indent: int | None = None) -> str:
    """A JSON text that `out` can hold and no terminal obeys: what is outside of its encoding or no picture is escaped.

    A platform's untouched answer (`--raw`) holds whatever people wrote into it; escaped, it is still untouched (R13).
    """
    text = json.dumps(value, ensure_ascii=(out.encoding or "utf-8").lower() not in {"utf-8", "utf8"}, indent=indent)
    return text if text.isprintable() else _ODD.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    return char if char.isprintable() else json.dumps(char)[1:-1]


def write_json(value: Any, out: TextIO) -> None:
    """One JSON document."""
    out.write(dumps(value, out, 2 if out.isatty() else None) + "\n")


def write_rows(
    rows: Iterable[Record], style: str, fields: Sequence[str] | None, out: TextIO, columns: Columns = TASK_TABLE
) -> None:
    """The records in one of `FORMATS`; `fields` are dotted keys, None for what the format shows by itself."""
    match style:
        case "json":
            write_json([_chosen(r, fields) for r in rows], out)
        case "ndjson":
            out.writelines(dumps(_chosen(r, fields), out) + "\n" for r in rows)
        case "csv":
            buffer = io.StringIO()
            writer = csv.writer(buffer, lineterminator="\n")
            writer.writerow(fields or _FLAT)
            writer.writerows([_flat(pick(r, f)) for f in fields or _FLAT] for r in rows)
            out.write(buffer.getvalue())
        case "tsv":
            for row in rows:
                cells = (_flat(pick(row, f)) for f in fields or _FLAT)
                out.write("\t".join(map(_one_line, cells)) + "\n")
        case _:
            short, more = columns
            _table(list(rows), tuple(fields or (short + more if style == "wide" else short)), out)


def _chosen(record: Record, fields: Sequence[str] | None) -> Record:
    return record if fields is None else {f: pick(record, f) for f in fields}


def _flat(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool() | dict() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _one_line(cell: str) -> str:
    return cell.replace("\t", " ").replace("\n", " ")


def _seconds(value: Any) -> str:
    if value is None:
        return "-"
    minutes, seconds = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = [f"{n}{u}" for n, u in ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")) if n]
    return "".join(units[:2]) or "0s"


def _progress(value: Any) -> str:
    if not value:
        return ""
    if value["total"]:
        return f"{value['done'] or 0}/{value['total']}"
    return "" if value["percent"] is None else f"{value['percent']:g}%"


_READABLE: dict[str, Callable[[Any], str]] = {
    "duration": _seconds,
    "queued": _seconds,
    "progress": _progress,
    "price": lambda value: f"{value['amount']} {value['currency']}" if value else "-",
}


def _table(rows: list[Record], fields: tuple[str, ...], out: TextIO) -> None:
    terminal = out.isatty()
    more = len(rows) - TABLE_ROWS if terminal else 0
    shown = rows[:TABLE_ROWS] if more > 0 else rows
    cells = [[_READABLE.get(f, _flat)(pick(r, f)) for f in fields] for r in shown]
    widths = [max([len(f), *(len(line[i]) for line in cells)]) for i, f in enumerate(fields)]
    if terminal and "name" in fields:
        name = fields.index("name")
        spare = shutil.get_terminal_size().columns - sum(widths) - 2 * (len(fields) - 1)
        widths[name] = max(18, widths[name] + min(0, spare))
    paint = colored(out)
    out.write("  ".join(f.upper().ljust(w) for f, w in zip(fields, widths, strict=True)).rstrip() + "\n")
    for line in cells:
        parts = []
        for field, cell, width in zip(fields, line, widths, strict=True):
            text = plain(cell, width).ljust(width) if terminal else _one_line(cell).ljust(width)
            code = _COLORS.get(cell) if paint and field == "status" else None
            parts.append(f"\x1b[{code}m{text}\x1b[0m" if code else text)
        out.write("  ".join(parts).rstrip() + "\n")
    if more > 0:
        say(f"{more:,} more; use --limit, a filter, or another format to see them")
