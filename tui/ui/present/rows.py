"""The shown rows as a text: a file for programs, a page to read, cells for a spreadsheet."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.cells import cell_len

from tui.domain.errors import UsageError
from tui.domain.export import FLAT, written
from tui.domain.query import Context, Field, lookup
from tui.domain.query.fields import Type
from tui.domain.record import Record, task_record, time_text
from tui.domain.task import Task
from tui.ui.present.columns import DEFAULT_COLUMNS, Shown, cells_of

__all__ = ["STYLES", "cells_text", "file_text", "saved_text", "shown_text", "style_of"]

STYLES: Mapping[str, tuple[str, ...]] = {
    "csv": (".csv",),
    "tsv": (".tsv", ".tab"),
    "json": (".json",),
    "ndjson": (".ndjson", ".jsonl"),
    "text": (".txt", ".text"),
}
"""Each with the endings that mean it."""
_TYPED = frozenset({Type.TIME, Type.DURATION, Type.MONEY})
_PRINTED = frozenset({*FLAT, "age", "run"})
"""Columns whose value is in the command's csv and tsv: the age as `created`, the run as `duration`."""
Cells = Callable[[Task], Sequence[str]]


def style_of(path: Path, wanted: str | None = None) -> str:
    """The format that was asked for, else the one that the file's ending means.

    Raises:
        UsageError: Neither says one.
    """
    if wanted is not None and wanted not in STYLES:
        raise UsageError(f"--format is one of {', '.join(STYLES)}")
    found = wanted or next((style for style, endings in STYLES.items() if path.suffix.lower() in endings), None)
    if found is None:
        raise UsageError(f"{path.name}: end it with .csv, .tsv, .json, .ndjson or .txt, or say --format")
    return found


def file_text(
    style: str, tasks: Sequence[Task], fields: Sequence[str] | None, now: datetime, stale: Collection[str] = ()
) -> str:  # fmt: skip
    """The rows in one of the formats for programs, to the byte as `taskdeck tasks -o STYLE` prints them.

    Args:
        style: One of `DATA`.
        tasks: In the order they are shown.
        fields: As `--fields` has them; None for what the command prints by default.
        now: Ends the durations of what still runs.
        stale: Accounts whose data is old.
    """
    records = (task_record(task, now, stale=task.ref.account in stale) for task in tasks)
    return "".join(written(records, style, fields))


def saved_text(
    style: str, tasks: Sequence[Task], names: Sequence[str], extra: Mapping[str, Field], context: Context
) -> str:  # fmt: skip
    """The rows for programs with every shown column: what `taskdeck tasks -o STYLE` prints, then what is shown besides.

    csv and tsv have the other shown columns behind the command's; an object of json and ndjson has those that the user
    added under `columns`. Times are UTC, durations seconds.
    """
    table = style in {"csv", "tsv"}
    besides = [name for name in names if name not in (_PRINTED if table else DEFAULT_COLUMNS)]
    values = _values(besides, extra, context)

    def record(task: Task) -> Record:
        found = task_record(task, context.now, stale=task.ref.account in context.stale)
        shown = dict(zip(besides, values(task), strict=True))
        if table:
            return {**shown, **found}  # a column of a key's name has that key's value
        return {**found, "columns": shown} if shown else found

    return "".join(written(map(record, tasks), style, (*FLAT, *besides) if table else None))


def shown_text(tasks: Sequence[Task], names: Sequence[str], extra: Mapping[str, Field], context: Context) -> str:
    """The shown columns behind the reference, aligned, as they read on the screen."""
    cells = _as_shown(names, extra, context)
    return _aligned([("ref", *names), *((str(task.ref), *cells(task)) for task in tasks)])


def cells_text(tasks: Sequence[Task], names: Sequence[str], extra: Mapping[str, Field], context: Context) -> str:
    """The shown columns behind the reference, for a spreadsheet: parted by tabs, times UTC, durations in seconds."""
    values = _values(names, extra, context)
    lines = [("ref", *names), *((str(task.ref), *values(task)) for task in tasks)]
    return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in lines)


def _as_shown(names: Sequence[str], extra: Mapping[str, Field], context: Context) -> Cells:
    cells, shown = cells_of(names, extra), Shown(now=context.now, context=context)
    return lambda task: [cell.text for cell in cells(task, shown)]


def _values(names: Sequence[str], extra: Mapping[str, Field], context: Context) -> Cells:
    """Times, durations and money by their values, all other cells by what they show."""
    fields = [extra.get(name) or found[0] if (found := lookup(name)) else extra[name] for name in names]
    as_shown = _as_shown(names, extra, context)

    def read(task: Task) -> list[str]:
        texts = zip(fields, as_shown(task), strict=True)
        return [_value(f.read(task, context)) if f.type in _TYPED else _filled(text) for f, text in texts]

    return read


def _filled(text: str) -> str:
    return "" if text.strip() == "-" else text.strip()


def _value(value: Any) -> str:
    match value:
        case None:
            return ""
        case timedelta():
            return f"{value.total_seconds():g}" if value.total_seconds() < 1e6 else str(int(value.total_seconds()))
        case _ if hasattr(value, "astimezone"):
            return time_text(value) or ""
    return str(value)


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(cell_len(line[at].strip()) for line in lines) for at in range(len(lines[0]))]

    def filled(text: str, width: int) -> str:
        return text.strip() + " " * (width - cell_len(text.strip()))

    return "".join("  ".join(map(filled, line, widths)).rstrip() + "\n" for line in lines)
