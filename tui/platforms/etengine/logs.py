"""The platform opens no logs; a job may write its own to a file, which then can be read (contract 5.3 and 6)."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from tui.domain.errors import NotFound, UnexpectedAnswer
from tui.domain.log import LogIndex, LogPart, LogSource, Stream
from tui.domain.status import TaskStatus
from tui.domain.task import Job, TaskRef
from tui.domain.text import plain
from tui.platforms.coerce import count
from tui.platforms.etengine.batch_cache import AT_ONCE, BatchInfo
from tui.platforms.etengine.jobs import FEW, Jobs
from tui.platforms.etengine.wire import JSON, FilesystemWire, single
from tui.platforms.gather import gather
from tui.platforms.http import ApiClient

__all__ = ["Logs", "clean_path"]

_NO_LOGS = "ET Engine opens no logs; only a job with an argument log_file on a filesystem of its batch has one to read."
_MOUNTS = re.compile(r"^/(?:filesystems/(?P<name>[^/]+)|mnt/efs)/")
_MOST = 20
"""Logs offered of a whole batch: those of failed jobs first."""


def clean_path(text: str) -> tuple[str | None, str] | None:
    """The filesystem a path names, if it names one, and the path in it; None where it leads out of it."""
    mount = _MOUNTS.match(text)
    inside = text[mount.end() :] if mount else text
    parts = [part for part in inside.split("/") if part not in {"", "."}]
    if not parts or ".." in parts or (text.startswith("/") and mount is None):
        return None
    return (mount["name"] if mount else None), "/".join(parts)


class Logs:
    """Finds and reads the files that jobs were told to write their logs to."""

    def __init__(self, client: ApiClient, jobs: Jobs) -> None:
        self._client = client
        self._jobs = jobs

    async def index(self, ref: TaskRef) -> LogIndex:
        """The log of one job, or those of a batch's jobs, failed ones first."""
        known = await self._jobs.open(ref)
        if ref.job is not None:
            rows = self._jobs.rows_of(known, [ref])
            if not rows:
                raise self._jobs.missing(ref)
        else:
            rows = self._jobs.rows(known)
        if not any(row.logs for row in rows):
            return LogIndex(why_none=_NO_LOGS)
        chosen = await self._chosen(known, rows)
        if not chosen:
            why = f"A batch of {known.n_jobs:,} jobs has no log of its own, only its jobs have."
            return LogIndex(why_none=why)
        sources = [s for s in await gather(lambda job: self._source(known, job), chosen, AT_ONCE) if s is not None]
        if sources:
            return LogIndex(tuple(sources))
        paths = ", ".join(dict.fromkeys(name for job in chosen[:3] for name in job.logs))
        return LogIndex(why_none=f"The log file {paths} does not exist yet; a job writes it when it runs.")

    async def _chosen(self, known: BatchInfo, rows: Sequence[Job]) -> list[Job]:
        """The jobs whose logs are offered: all of a few, failed ones of many."""
        if len(rows) <= FEW:
            read = await self._jobs.read(known, rows)
            return sorted(read, key=lambda job: job.status is not TaskStatus.FAILED)[:_MOST]
        found: list[Job] = []
        async for part in self._jobs.failed(known):
            found += part
            if part or len(found) >= _MOST:
                break
        return found[:_MOST]

    async def _source(self, known: BatchInfo, job: Job) -> LogSource | None:
        for name in job.logs:
            found = clean_path(name)
            hardware = known.wire.hardware
            for filesystem in hardware.filesystems if found and hardware else ():
                if found is None:
                    continue
                wanted = found[0] or job.arguments.get("filesystem_name")  # two disks can hold the same path
                if wanted and wanted not in {filesystem.name, filesystem.id}:
                    continue
                size = await self._size(filesystem, found[1])
                if size is not None:
                    growing = not job.status.is_final
                    key = f"{filesystem.id}:{found[1]}"
                    return LogSource(job.ref, plain(name, 200), Stream.STDOUT, key, size, growing)
        return None

    async def _size(self, filesystem: FilesystemWire, path: str) -> int | None:
        try:
            return await self._begin(_address(filesystem.id, path), f"looking for {plain(path, 100)}")
        except NotFound:
            return None

    async def size(self, key: str) -> int:
        """Bytes of the file with that key.

        Raises:
            NotFound: It is not there.
        """
        id_, _, path = key.partition(":")
        return await self._begin(_address(id_, path), f"looking for {plain(path, 100)}")

    async def _begin(self, address: str, doing: str) -> int:
        """Source: `GET /filesystems/{id}/files/{path}?init=True`."""
        answer = await self._client.get(address, [("init", "True")], doing=doing, into=JSON)
        size = count((single(answer.value) or {}).get("size"))
        if size is None:
            raise UnexpectedAnswer(self._client.account, doing, "the file's size is not reported")
        return size

    async def read(self, source: LogSource, start: int, limit: int) -> LogPart:
        """A part of a file. Its numbers go in Content-Range, with the end exclusive."""
        doing = f"reading {source.name}"
        id_, _, path = source.key.partition(":")
        address = _address(id_, path)
        size = await self._begin(address, doing)
        first = max(0, size + start) if start < 0 else min(start, size)
        last = min(first + limit, size)
        if first >= last:
            return LogPart(b"", first, size)
        answer = await self._client.get(address, doing=doing, headers={"Content-Range": f"{first}-{last}"})
        return LogPart(answer.body[: last - first], first, size)


def _address(filesystem: str, path: str) -> str:
    return f"/filesystems/{quote(filesystem, safe='')}/files/{quote(path, safe='/')}"
