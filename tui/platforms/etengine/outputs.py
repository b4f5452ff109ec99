"""The files on the filesystems of a batch. The platform does not say which job wrote which (contract section 6)."""

from collections import deque
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tui.domain.errors import NotFound
from tui.domain.files import OutputFile, OutputIndex
from tui.domain.log import LogSource, Stream
from tui.domain.task import TaskRef
from tui.platforms.etengine.logs import Logs
from tui.platforms.etengine.wire import JSON, FilesystemWire, HardwareWire, single
from tui.platforms.gather import gather
from tui.platforms.http import ApiClient

__all__ = ["find", "source_of"]

_FOLDERS = 200
"""Folders listed at most, a call each."""
_SIZED = 200
"""Files whose sizes are asked for, a call each."""
_AT_ONCE = 4


async def find(client: ApiClient, logs: Logs, ref: TaskRef, hardware: HardwareWire | None) -> OutputIndex:
    """Every file on the filesystems that the batch's jobs see."""
    filesystems = hardware.filesystems if hardware else ()
    if not filesystems:
        return OutputIndex(why_none="The batch has no filesystem, so its jobs left no files.")
    files: list[OutputFile] = []
    notes = ["these are all files on the batch's filesystems; the platform does not say which job wrote which"]
    for filesystem in filesystems:
        found, whole = await _listed(client, ref, filesystem)
        files += found
        if not whole:
            notes.append(f"{filesystem.name}: only its first {_FOLDERS} folders are listed")

    async def sized(file: OutputFile) -> OutputFile:
        try:
            return replace(file, size=await logs.size(file.key))
        except NotFound:
            return file

    known = await gather(sized, files[:_SIZED], _AT_ONCE)
    if len(files) > _SIZED:
        notes.append(f"sizes are known of the first {_SIZED}")
    why = None if files else "There is no file on the batch's filesystems."
    return OutputIndex((*known, *files[_SIZED:]), why, "; ".join(notes) if files else None)


async def _listed(client: ApiClient, ref: TaskRef, filesystem: FilesystemWire) -> tuple[list[OutputFile], bool]:
    """The files of one filesystem, and whether those are all. Source: `GET /filesystems/{id}/list/{path}`."""
    files: list[OutputFile] = []
    waiting, looked = deque([""]), 0
    while waiting and looked < _FOLDERS:
        folder, looked = waiting.popleft(), looked + 1
        path = f"/filesystems/{quote(filesystem.id, safe='')}/list/{quote(folder, safe='/')}"
        told = single((await client.get(path, doing=f"listing {filesystem.name}", into=JSON)).value) or {}
        inside = f"{folder}/" if folder else ""
        for name in _names(told.get("files")):
            files.append(
                OutputFile(ref, filesystem.name or filesystem.id, inside + name, f"{filesystem.id}:{inside}{name}")
            )
        waiting += [inside + name for name in _names(told.get("directories"))]
    return files, not waiting


def _names(value: Any) -> list[str]:
    """Names of one level: what would lead elsewhere is left out."""
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, str) and row.strip("/") not in {"", ".", ".."} and "/" not in row]


def source_of(file: OutputFile) -> LogSource:
    """The file as what is read by ranges."""
    return LogSource(file.ref, file.name, Stream.RECORD, file.key, file.size)
