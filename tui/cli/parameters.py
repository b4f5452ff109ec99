"""A file of parameters, read into rows: CSV, TSV, JSON, or a script alone."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tui.domain.errors import UsageError
from tui.domain.submission import Row
from tui.domain.text import plain

__all__ = ["read_rows"]

_LARGEST = 64 << 20
"""Bytes of a file of parameters."""
_NESTED = "inputs"
"""In JSON the inputs may stand together under this key."""


def read_rows(path: Path, fixed: Mapping[str, str]) -> list[Row]:
    """The rows of a file, each with the values that are the same for all of them (`fixed`), which its own replace.

    Raises:
        UsageError: The file cannot be read, or a row of it has another shape; the message names the row.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is larger than {_LARGEST >> 20} MB; cut it into several files")
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"{path} cannot be read: {why or error}") from None
    if text.startswith("#!"):
        found: Iterator[tuple[int, dict[str, Any]]] = iter([(0, {"script": path.name, "name": path.stem})])
    elif path.suffix.lower() == ".json" or (path.suffix.lower() not in {".csv", ".tsv"} and text[:1] in {"{", "["}):
        found = _json_rows(path, text)
    else:
        found = _csv_rows(path, text)
    rows = [
        Row(number, line, {**fixed, **values}, path.resolve().parent) for number, (line, values) in enumerate(found, 1)
    ]
    if not rows:
        raise UsageError(f"{path} has no rows")
    return rows


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The line on which each row begins, and its cells by the header; rows without any cell are left out."""
    head = text.partition("\n")[0]
    delimiter = "\t" if path.suffix.lower() == ".tsv" or ("\t" in head and "," not in head) else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number, line = 0, 1
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header)
        line = reader.line_num + 1
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            number += 1
            if len(cells) > len(header):
                why = f"{len(cells)} cells, and the header has {len(header)}; put cells with a comma in quotes"
                raise UsageError(f"{path} row {number} (line {begins}): {why}")
            yield begins, {key: cell.strip() for key, cell in zip(header, cells, strict=False) if cell.strip()}
    except csv.Error as error:
        raise UsageError(f"{path} row {number + 1} (line {line}): {error}") from None


def _check_header(path: Path, header: Sequence[str]) -> None:
    if not any(header):
        raise UsageError(f"{path} has no header; its first line names the columns, such as name,reads")
    if "" in header:
        raise UsageError(f"{path}: column {header.index('') + 1} of the header has no name")
    if twice := [name for name in header if header.count(name) > 1]:
        raise UsageError(f"{path}: the header names {plain(twice[0], 80)} twice")


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """`[ROW, ...]`, `ROW`, or `{"tasks": [ROW, ...]}` whose other members hold for every row."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not valid JSON: {error}") from None
    common: dict[str, Any] = {}
    rows: Any = document
    if isinstance(document, dict):
        rows = document.get("tasks", [document])
        common = {key: value for key, value in document.items() if key != "tasks"} if "tasks" in document else {}
    if not isinstance(rows, list):
        raise UsageError(f'{path}: write a list of objects, or {{"tasks": [...]}}')
    shared = _flat(path, "the members for all tasks", common)
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise UsageError(f"{path} row {number}: it is not an object")
        yield 0, {**shared, **_flat(path, f"row {number}", row)}


def _flat(path: Path, where: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an object with those of its `inputs` as `in.NAME`; null is left out."""
    inputs = row.get(_NESTED) or {}
    if not isinstance(inputs, dict):
        raise UsageError(f"{path} {where}: {_NESTED} is not an object")
    members = {key: value for key, value in row.items() if key != _NESTED}
    members |= {f"in.{key}": value for key, value in inputs.items()}
    return {key: value for key, value in members.items() if value is not None and value != ""}
