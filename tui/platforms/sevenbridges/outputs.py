"""The files in a task's outputs: named by the task, sized by `GET /files/{id}` (contract section 10)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tui.domain.errors import Forbidden, NotFound
from tui.domain.files import OutputFile, OutputIndex
from tui.domain.task import TaskRef
from tui.platforms.coerce import count
from tui.platforms.gather import gather
from tui.platforms.http import ApiClient
from tui.platforms.sevenbridges.wire import FILE, FileWire, TaskWire

__all__ = ["find"]

_AT_ONCE = 4
_MOST = 10_000
"""Files of one task that are looked at."""
_DEEPEST = 20


async def find(client: ApiClient, ref: TaskRef, wire: TaskWire) -> OutputIndex:
    """Every file of the outputs, with its size; folders are named and not entered."""
    if wire.batch:
        return OutputIndex(why_none="A batch has no outputs of its own, only its children have.")
    named = dict.fromkeys(_named(ref, wire.outputs or {}))
    folders = [file for file in named if file.key.startswith("/")]
    files = [file for file in named if not file.key.startswith("/")][:_MOST]
    if not files and not folders:
        return OutputIndex(why_none=f"The task has no output files; it is {wire.status}.")

    async def sized(file: OutputFile) -> OutputFile | None:
        try:
            answer = await client.get(f"/files/{quote(file.key, safe='')}", doing=f"reading {file.port}", into=FILE)
        except (NotFound, Forbidden):
            return None
        told: FileWire = answer.value
        return replace(file, name=told.name or file.name, size=count(told.size))

    found = [file for file in await gather(sized, files, _AT_ONCE) if file is not None]
    notes = [f"{len(files) - len(found)} files are gone or not yours"] if len(found) < len(files) else []
    notes += [f"{len(folders)} folders are not entered"] if folders else []
    return OutputIndex(
        tuple(found), None if found else "None of its output files can be read.", "; ".join(notes) or None
    )


def _named(ref: TaskRef, outputs: Mapping[str, Any]) -> Iterator[OutputFile]:
    for port, value in outputs.items():
        yield from _files(ref, port, value, 0)


def _files(ref: TaskRef, port: str, value: Any, depth: int) -> Iterator[OutputFile]:
    """Files at any depth: lists, records, secondary files."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _files(ref, port, inner, depth + 1)
    elif isinstance(value, dict):
        kind, path = str(value.get("class", "")).lower(), value.get("path")
        if kind in {"file", "directory", "folder"} and isinstance(path, str) and path:
            name = next((n for n in (value.get("name"), value.get("basename")) if isinstance(n, str) and n), path)
            yield OutputFile(ref, port, name, path if kind == "file" else f"/{path}", count(value.get("size")))
            yield from _files(ref, port, value.get("secondaryFiles"), depth + 1)
        elif not kind:
            for inner in value.values():
                yield from _files(ref, port, inner, depth + 1)
