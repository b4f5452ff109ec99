"""Records on stdout: table, wide, json, ndjson, yaml, csv, tsv. Talk goes to stderr."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from typing import Any, TextIO

from tui.cli.progress import clear
from tui.domain import export
from tui.domain.export import DATA, check_fields, flat, joined, one_line, part_of, written
from tui.domain.record import Record, pick
from tui.domain.text import middle, plain

__all__ = [
    "FORMATS", "JOB_TABLE", "TASK_TABLE", "Columns", "check_fields", "colored", "drop_stdout", "dumps", "format_of",
    "in_zone", "row_text", "say", "span_text", "write_json", "write_rows", "write_texts",
    "write_yaml",
]  # fmt: skip

FORMATS = ("table", "wide", *DATA, "name")
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
TABLE_ROWS = 500
"""A table on a terminal stops here."""
_COLORS = {"failed": "31;1", "aborted": "35", "running": "33", "done": "32", "queued": "34", "unknown": "2"}


def say(text: str) -> None:
    """One message on stderr; where it cannot be written, the work goes on all the same."""
    with suppress(OSError, ValueError):
        clear()
        print(f"taskdeck: {plain(text)}", file=sys.stderr)


def drop_stdout() -> None:
    """Let what is left in the buffer vanish, or the interpreter complains about the pipe at its end."""
    with suppress(OSError, ValueError):
        out, nowhere = sys.stdout.fileno(), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, out)
        os.close(nowhere)


def format_of(wanted: str | None, out: TextIO) -> str:
    """The format that was asked for; else a table on a terminal and tsv elsewhere."""
    return wanted or ("table" if out.isatty() else "tsv")


def colored(out: TextIO) -> bool:
    """Whether colour may be written: never to a pipe; to a terminal as `--color` says, else unless it is dumb or
    NO_COLOR is set."""
    wanted = os.environ.get("TASKDECK_COLOR", "auto")
    if wanted != "auto":
        return out.isatty() and wanted != "never"
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def dumps(value: Any, out: TextIO, indent: int | None = None) -> str:
    """A JSON text that `out` can hold and no terminal obeys."""
    return export.dumps(value, ascii=_ascii(out), indent=indent)


def _ascii(out: TextIO) -> bool:
    return (out.encoding or "utf-8").lower() not in {"utf-8", "utf8"}


def write_json(value: Any, out: TextIO) -> None:
    """One JSON document."""
    out.write(dumps(value, out, 2 if out.isatty() else None) + "\n")


def write_yaml(value: Any, out: TextIO) -> None:
    """One YAML document."""
    out.write(export.yaml_of(value, ascii=_ascii(out)))


def row_text(style: str, fields: Sequence[str] | None, out: TextIO) -> Callable[[Record], str] | None:
    """Makes one record's text before the others are there; None where the format, or a terminal, takes them all."""
    return None if out.isatty() else part_of(style, fields, ascii=_ascii(out))


def write_texts(texts: Iterable[str], style: str, out: TextIO) -> None:
    """The output from what `row_text` made."""
    out.writelines(joined(texts, style))


def write_rows(
    rows: Iterable[Record], style: str, fields: Sequence[str] | None, out: TextIO, columns: Columns = TASK_TABLE,
    *, zone: tzinfo = UTC, header: bool = True, end: str = "\n",
) -> None:  # fmt: skip
    """The records in one of `FORMATS`; `fields` are dotted keys, None for the format's default.

    Formats for people show times in `zone`; those for programs always in UTC. `end` stands behind each reference of
    `name`.
    """
    if style == "name":
        out.writelines(f"{one_line(str(row['ref']))}{end}" for row in rows)
        return
    if style in DATA:
        indent = 2 if out.isatty() else None
        out.writelines(written(rows, style, fields, ascii=_ascii(out), indent=indent, header=header))
    else:
        short, more = columns
        _table(list(rows), tuple(fields or (short + more if style == "wide" else short)), out, zone, header=header)


def span_text(value: float | None) -> str:
    """So many seconds for people: `9m18s`, its two largest units."""
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


def in_zone(time: Any, zone: tzinfo) -> Any:
    """A record's time, which is UTC with `Z`, in another zone with its offset: `2026-11-01T01:30:00-04:00`. What is no
    time stays as it is."""
    if zone is UTC or not isinstance(time, str) or not _TIME.match(time):
        return time
    return datetime.fromisoformat(time).astimezone(zone).isoformat(timespec="seconds").replace("+00:00", "Z")


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\Z")
_TIMES = frozenset({"created", "started", "ended", "fetched"})
_READABLE: dict[str, Callable[[Any], str]] = {
    "duration": span_text,
    "queued": span_text,
    "progress": _progress,
    "price": lambda value: f"{value['amount']} {value['currency']}" if value else "-",
}


def _table(rows: list[Record], fields: tuple[str, ...], out: TextIO, zone: tzinfo, *, header: bool) -> None:
    terminal = out.isatty()
    more = len(rows) - TABLE_ROWS if terminal else 0
    shown = rows[:TABLE_ROWS] if more > 0 else rows
    readable = _READABLE | dict.fromkeys(_TIMES, lambda time: flat(in_zone(time, zone)))
    cells = [[readable.get(f, flat)(pick(r, f)) for f in fields] for r in shown]
    widths = [max([len(f) if header else 0, *(len(line[i]) for line in cells)]) for i, f in enumerate(fields)]
    if terminal and "name" in fields:
        name = fields.index("name")
        spare = shutil.get_terminal_size().columns - sum(widths) - 2 * (len(fields) - 1)
        widths[name] = max(18, widths[name] + min(0, spare))
    paint = colored(out)
    if header:
        out.write("  ".join(f.upper().ljust(w) for f, w in zip(fields, widths, strict=True)).rstrip() + "\n")
    for line in cells:
        parts = []
        for field, cell, width in zip(fields, line, widths, strict=True):
            shorten = middle if field == "name" else plain
            text = shorten(cell, width).ljust(width) if terminal else one_line(cell).ljust(width)
            code = _COLORS.get(cell) if paint and field == "status" else None
            parts.append(f"\x1b[{code}m{text}\x1b[0m" if code else text)
        out.write("  ".join(parts).rstrip() + "\n")
    if more > 0:
        say(f"{more:,} more; a filter or another format shows them")
